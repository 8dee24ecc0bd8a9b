// Flags and files that select the NetSuite host and the signer: --account, --vm, -m, --proxy, --key, .env.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { skipped } = require('../parts');
const { failedCleanly, noSignIn, passed } = require('./expectations');
const { startFullUrlProxy } = require('./full-url-proxy');
const { openWorld } = require('./world');

const KEYS = 'CONSUMER_KEY=simulator-consumer-key\nCONSUMER_SECRET="simulator-consumer-secret"\n';

for (const spelling of ['1234567_SB1', '1234567-sb1', '1234567_sb1', '1234567-SB1', 'https://1234567-sb1.app.netsuite.com/']) {
  test(`--account ${spelling}: step one goes to the account's host, and the token is for that account`, async (t) => {
    const world = await openWorld(t);
    const run = await world.run('extension:fetch', ['--authID', 'dev', '--account', spelling]);
    passed(run);
    const [first] = world.simulator.requests;
    assert.equal(first.host, '1234567-sb1.restlets.api.netsuite.com');
    assert.equal(world.steps().requesttoken, 1);
    assert.deepEqual(world.refused(), []);
  });
}

test('--account with a saved token of another account: the error names both', async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  failedCleanly(await world.run('extension:fetch', ['--authID', 'dev', '--account', '1234567']), /1234567_SB1/, /--account/);
});

for (const scheme of ['http', 'https']) {
  test(`--vm ${scheme}://… with a port: the sign-in, RESTlets and SOAP use that address`, async (t) => {
    const world = await openWorld(t);
    const vm = `${scheme}://localhost:${world.twoWay.port}`;
    passed(await world.run('extension:fetch', ['--vm', vm, '--authID', 'dev']));
    passed(await world.run('extension:deploy', ['--vm', vm]));
    assert.deepEqual([...new Set(world.simulator.requests.map((request) => request.host))], [`localhost:${world.twoWay.port}`]);
    assert.equal(world.opened().length, 1);
    assert.deepEqual(world.refused(), []);
  });
}

test('--vm once, then .nsdeploy: the token of that NetSuite is listed and used', async (t) => {
  const world = await openWorld(t);
  passed(await world.run('extension:fetch', ['--vm', `https://localhost:${world.twoWay.port}`, '--authID', 'dev']));
  const later = await world.run('extension:fetch');
  passed(later);
  assert.match(later.stdout, /Using token dev/);
  assert.equal(world.opened().length, 1);
});

test('-m: every host contains the molecule', async (t) => {
  const world = await openWorld(t, { simulator: { proxy: { molecule: 'debugger' } } });
  passed(await world.run('extension:fetch', ['-m', 'debugger', '--authID', 'dev']));
  const hosts = new Set(
    world.simulator.requests
      .filter((request) => request.step === 'requesttoken' || request.step === 'accesstoken' || request.step === 'restlet')
      .map((request) => request.host),
  );
  assert.deepEqual([...hosts], ['system.debugger.netsuite.com', '1234567-sb1.restlets.api.debugger.netsuite.com']);
});

test('--proxy: the package reads it from the command line', async (t) => {
  const world = await openWorld(t);
  const proxy = await startFullUrlProxy(world.simulator.proxy.url);
  t.after(() => proxy.close());
  passed(await world.run('extension:fetch', ['--proxy', proxy.url, '--authID', 'dev'], { env: { HTTPS_PROXY: '' } }));
  const ours = proxy.connects.filter((connect) => !connect.target.startsWith('https://')).map((connect) => connect.target);
  assert.ok(ours.includes('system.netsuite.com:443') && ours.includes('1234567-sb1.restlets.api.netsuite.com:443'), ours.join());
});

for (const shape of ['21.x', '22.x', '25.1']) {
  test(`${shape}: key and secret from .env`, async (t) => {
    const world = await openWorld(t, { shape, dotenv: KEYS });
    passed(await world.run('extension:deploy', ['--authID', 'dev'], { key: false }));
  });
}

test('--key and --secret win over the environment', async (t) => {
  const world = await openWorld(t);
  const env = { CONSUMER_KEY: 'a-key-of-old', CONSUMER_SECRET: 'a-secret-of-old' };
  passed(
    await world.run('extension:deploy', ['--authID', 'dev', '--key', 'simulator-consumer-key', '--secret', 'simulator-consumer-secret'], {
      env,
    }),
  );
});

test('the environment wins over .env', async (t) => {
  const world = await openWorld(t, { dotenv: 'CONSUMER_KEY=a-key-of-old\nCONSUMER_SECRET=a-secret-of-old\n' });
  passed(await world.run('extension:deploy', ['--authID', 'dev']));
});

test('a token in the environment is used for any name', async (t) => {
  const world = await openWorld(t);
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: '1234567_SB1' };
  for (const task of ['extension:fetch', 'extension:deploy']) passed(await world.run(task, ['--authID', 'whatever'], { env }));
  noSignIn(world);
});

test('--port: the callback uses this port', async (t) => {
  const world = await openWorld(t);
  passed(await world.run('extension:fetch', ['--authID', 'dev'], { port: 17771 }));
  assert.equal(world.simulator.requests[0].oauth.oauth_callback, 'http://localhost:17771/tba');
});

test("without --port, the callback uses the port in Oracle's set-up instructions", async (t) => {
  const world = await openWorld(t, { simulator: { callback: ['http://localhost:7777/tba'] } });
  const run = await world.run('extension:fetch', ['--authID', 'dev'], { port: null });
  if (/7777/.test(run.stderr) && /in use|taken|busy/i.test(run.stderr)) {
    t.skip(skipped("the port in Oracle's set-up instructions: 7777 is in use on this machine"));
    return;
  }
  passed(run);
  assert.equal(world.simulator.requests[0].oauth.oauth_callback, 'http://localhost:7777/tba');
});
