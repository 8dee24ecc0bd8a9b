// --token ID:SECRET: every spelling of a sandbox account, and what the tools leave of it in files.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');
const { failedCleanly, noSignIn, passed } = require('./expectations');
const { openWorld } = require('./world');

const flagsOf = (world, account) => {
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  return { flags: ['--token', `${tokenId}:${tokenSecret}`, '--account', account], tokenSecret };
};

for (const shape of ['22.x', '23.1', '24.1', '25.1']) {
  for (const account of ['1234567_SB1', '1234567_sb1', '1234567-SB1']) {
    test(`${shape}: fetch with --token --account ${account}`, async (t) => {
      const world = await openWorld(t, { shape, nsdeploy: { authID: 'someone' } });
      passed(await world.run('extension:fetch', flagsOf(world, account).flags));
      noSignIn(world);
      assert.deepEqual(world.refused(), []);
      assert.ok(world.simulator.requests.every((request) => !/_/.test(request.host)));
    });
  }
}

for (const shape of ['23.1', '24.1', '25.1']) {
  for (const account of ['1234567_SB1', '1234567_sb1']) {
    test(`${shape}: deploy with --token --account ${account} is refused before anything is sent, with the spelling to write`, async (t) => {
      const world = await openWorld(t, { shape });
      const run = await world.run('extension:deploy', flagsOf(world, account).flags);
      failedCleanly(run, /Write --account 1234567-sb1/);
      assert.equal(world.simulator.requests.length, 0);
    });
  }
  test(`${shape}: deploy with --token --account 1234567-sb1`, async (t) => {
    const world = await openWorld(t, { shape });
    passed(await world.run('extension:deploy', flagsOf(world, '1234567-sb1').flags));
  });
}

for (const account of ['1234567_SB1', '1234567_sb1']) {
  test(`22.x: deploy with --token --account ${account}`, async (t) => {
    const world = await openWorld(t, { shape: '22.x', nsdeploy: { authID: 'someone' } });
    passed(await world.run('extension:deploy', flagsOf(world, account).flags));
    noSignIn(world);
  });
}

for (const [task, files] of [
  ['extension:fetch', ['config.json']],
  ['extension:deploy', ['.nsdeploy']],
]) {
  test(`${task} writes the token of --token into ${files}: the same run says so, with the cure`, async (t) => {
    const world = await openWorld(t);
    const { flags, tokenSecret } = flagsOf(world, '1234567-sb1');
    const run = await world.run(task, flags);
    passed(run);
    for (const file of files) assert.ok(run.stderr.includes(file), run.stderr);
    assert.match(run.stderr, /the token of --token, secret included[\s\S]*Remove "token"[\s\S]*NETSUITE_TBA_TOKEN_ID/);
    assert.equal(run.text.includes(tokenSecret), false);
  });
}

test('a task with --token that writes it nowhere, or a token in the environment: nothing is said of files', async (t) => {
  const world = await openWorld(t);
  const { flags } = flagsOf(world, '1234567-sb1');
  const without = await world.run('reactivate', flags);
  passed(without);
  assert.doesNotMatch(without.stderr, /secret included/);
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: '1234567_SB1' };
  const run = await world.run('extension:deploy', ['--authID', 'ci'], { env });
  passed(run);
  assert.doesNotMatch(run.stderr, /secret included/);
  assert.equal(fs.readFileSync(world.project.path('.nsdeploy'), 'utf8').includes(tokenSecret), false);
});

test('a token that the tools read back from .nsdeploy is called a token, not the integration record', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'dev', token: 'canary-id:canary-secret' } });
  world.save('dev');
  const run = await world.script(
    `require('${world.project.package}').authenticate({ argv: ['--key', 'k', '--secret', 's'], interactive: false }).catch(() => {});`,
  );
  assert.match(run.stderr, /\.nsdeploy holds a token with its secret/);
  assert.doesNotMatch(run.stderr, /canary/);
});
