// Oracle's tools under the account lock and the production guard of a project.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { failedCleanly, noSignIn, passed } = require('./expectations');
const { openWorld } = require('./world');

function lock(world, member) {
  const file = path.join(world.project.root, 'package.json');
  const text = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify(Object.assign(text, { 'netsuite-tba': member }), null, 2));
}

for (const shape of ['22.x', '23.1', '24.1', '25.1']) {
  test(`${shape}: a deployment to an account that is locked fails before anything is sent, and a fetch from it passes`, async (t) => {
    const world = await openWorld(t, { shape, nsdeploy: { authID: 'live' } });
    world.save('live', { account: '1234567' });
    lock(world, { accounts: { deploy: ['1234567_SB1'], '*': ['*'] } });
    failedCleanly(await world.run('extension:deploy'), /allows extension:deploy only for account 1234567_SB1/);
    assert.equal(world.simulator.requests.length, 0);
    passed(await world.run('extension:fetch'));
    noSignIn(world);
  });

  test(`${shape}: the guard refuses a deployment to production without a terminal, and --allow-production lets it through`, async (t) => {
    const world = await openWorld(t, { shape, nsdeploy: { authID: 'live' } });
    world.save('live', { account: '1234567' });
    lock(world, { guard: true });
    failedCleanly(await world.run('extension:deploy'), /would change the production account 1234567/, /--allow-production 1234567/);
    assert.equal(world.simulator.requests.length, 0);
    passed(await world.run('extension:deploy', ['--allow-production', '1234567']));
    passed(await world.run('extension:fetch'));
  });
}

test('the lock and the guard also hold for --token and for the variables of a token', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'live' } });
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567' });
  const flags = ['--token', `${tokenId}:${tokenSecret}`, '--account', '1234567'];
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: '1234567' };
  for (const [member, words] of [
    [{ accounts: { deploy: ['1234567_SB1'] } }, /only for account 1234567_SB1/],
    [{ guard: true }, /would change the production account/],
  ]) {
    lock(world, member);
    failedCleanly(await world.run('extension:deploy', flags), words);
    failedCleanly(await world.run('extension:deploy', [], { env }), words);
    assert.equal(world.simulator.requests.length, 0);
  }
});

test('no token and no secret is handed out before the guard', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'live' } });
  world.save('live', { account: '1234567' });
  lock(world, { guard: true });
  const code = `
    process.argv.splice(2, 0, 'extension:deploy');
    const told = (what) => (error) => console.log(what, error.code);
    try { console.log(OAuth1.getAllTokens().live.account, OAuth1.getAllTokens().live.secret); } catch (error) { told('list')(error); }
    const one = new OAuth1({});
    (async () => {
      await one.issueToken('live').catch(told('issue'));
      await one.restAuthorize('live', { method: 'GET', url: 'https://1234567.restlets.api.netsuite.com/x' }).catch(told('rest'));
      await one.soapAuthorize('live').catch(told('soap'));
    })();`;
  const file = path.join(world.project.root, 'ask.js');
  fs.writeFileSync(file, `const { OAuth1 } = require('${world.project.package}');\n${code}`);
  const run = await world.start([file], world.project, {});
  assert.deepEqual(
    run.stdout.trim().split('\n'),
    ['list PRODUCTION_GUARD', 'issue PRODUCTION_GUARD', 'rest PRODUCTION_GUARD', 'soap PRODUCTION_GUARD'],
    run.text,
  );
});
