// gulp extension:deploy --to sb1,sb2 in the example project, against the simulator.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { copyExample, deployedFiles, gulpArguments, workspaceFiles } = require('../example');
const { run, scene } = require('../scene');

const ACCOUNTS = { sb1: '1234567_SB1', sb2: '1234567_SB2' };
const EXTENSION = '/Acme/HelloWorld@1.0.0';

/** A copy of the example with two saved tokens, a fetched extension and a change in it. */
async function changedProject(t, gulp) {
  const it = await scene(t, { simulator: { accounts: Object.values(ACCOUNTS) } });
  fs.rmSync(it.project, { recursive: true });
  copyExample(it.project, gulp);
  it.gulp = (task, ...flags) =>
    run(process.execPath, gulpArguments(it.project, task, '--vm', it.simulator.url, '--port', String(it.port), ...flags), {
      cwd: it.project,
      env: it.env(),
    });
  for (const name of Object.keys(ACCOUNTS)) {
    const done = await it.gulp('extension:fetch', '--authID', name, '--account', ACCOUNTS[name]);
    assert.strictEqual(done.code, 0, done.stdout + done.stderr);
  }
  const file = path.join(it.project, 'Workspace', 'HelloWorld', 'Modules', 'Hello', 'JavaScript', 'Acme.HelloWorld.Hello.js');
  fs.appendFileSync(file, '// changed\n');
  it.simulator.requests.length = 0;
  return it;
}

function assertDeployed(it, account, isDeployed) {
  const name = 'Modules/Hello/JavaScript/Acme.HelloWorld.Hello.js';
  const local = workspaceFiles(it.project, 'HelloWorld').get(name);
  assert.strictEqual(deployedFiles(it.simulator, account, EXTENSION).get(name).equals(local), isDeployed, account);
}

for (const gulp of ['gulp4', 'gulp5']) {
  test(`${gulp}: extension:deploy --to sb1,sb2 checks both tokens, deploys to both accounts and prints one summary`, async (t) => {
    const it = await changedProject(t, gulp);
    const remembered = it.nsdeploy;
    const done = await it.gulp('extension:deploy', '--to', 'sb1,sb2');
    assert.strictEqual(done.code, 0, done.stdout + done.stderr);
    assert.deepStrictEqual(
      it.simulator.requests.slice(0, 3).map(({ step }) => step === 'tokeninfo'),
      [true, true, false],
    );
    for (const account of Object.values(ACCOUNTS)) assertDeployed(it, account, true);
    assert.strictEqual(done.stderr.match(/accounts done/g).length, 1);
    assert.match(done.stderr, /2 of 2 accounts done:\nNAME +ACCOUNT +RESULT\nsb1 +1234567_SB1 +done\nsb2 +1234567_SB2 +done\n/);
    assert.strictEqual(it.nsdeploy, remembered);
  });
}

test('one revoked token: nothing is uploaded to either account, and gulp prints the reason without a stack', async (t) => {
  const it = await changedProject(t, 'gulp5');
  const [bad] = Array.from(it.simulator.tokens.values()).filter(({ account }) => account === ACCOUNTS.sb2);
  it.simulator.revoke(bad.tokenId);
  const done = await it.gulp('extension:deploy', '--to', 'sb1,sb2');
  assert.strictEqual(done.code, 1);
  assert.match(done.stdout + done.stderr, /Token sb2 of account 1234567_SB2: /);
  assert.doesNotMatch(done.stdout + done.stderr, /\n\s+at .*\d+:\d+/);
  assert.deepStrictEqual(
    it.simulator.requests.filter(({ step }) => step === 'restlet' || step === 'soap'),
    [],
  );
  for (const account of Object.values(ACCOUNTS)) assertDeployed(it, account, false);
  for (const { tokenSecret } of it.simulator.tokens.values()) assert.ok(!(done.stdout + done.stderr).includes(tokenSecret));
});
