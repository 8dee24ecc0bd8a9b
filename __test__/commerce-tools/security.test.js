// Security defects of the package that Oracle ships (S1 to S11), one by one. README.md lists the one without a test.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { failedCleanly, noSignIn, passed } = require('./expectations');
const { startFullUrlProxy } = require('./full-url-proxy');
const { SHAPES } = require('./model/shape');
const { without } = require('../parts');
const { openWorld, visit } = require('./world');

const WAIT = ['--authID', 'dev'];

function filesUnder(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).reduce((all, entry) => {
    const name = path.join(folder, entry.name);
    return all.concat(entry.isDirectory() ? filesUnder(name) : [name]);
  }, []);
}

// The addresses of this machine that other machines can reach.
function outsideAddresses() {
  return Object.values(os.networkInterfaces())
    .flat()
    .filter((one) => !one.internal && one.family === 'IPv4')
    .map((one) => one.address);
}

function connects(port, host) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host, timeout: 2000 }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
    socket.on('timeout', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

test('S1: a hostile oauth_token runs no command and opens nothing', async (t) => {
  const world = await openWorld(t);
  world.simulator.fault('requesttoken:evil-token', true);
  const run = await world.run('extension:fetch', WAIT);
  failedCleanly(run);
  assert.deepEqual(world.opened(), []);
  assert.equal(fs.existsSync(world.project.path('pwned')), false);
});

test('S1: a --vm with a command in it is refused', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', WAIT.concat('--vm', 'https://x;touch pwned'));
  failedCleanly(run);
  assert.equal(fs.existsSync(world.project.path('pwned')), false);
});

test('S2: a company that is a host name causes no request, and the real redirect still works', async (t) => {
  const world = await openWorld(t);
  const run = await world.runWaiting('extension:fetch', WAIT, {}, async ({ callback, press }) => {
    const location = new URL(await press('allow'));
    const forged = new URL(location);
    forged.searchParams.set('company', 'evil.example/p?');
    assert.equal((await visit(forged.href)).status, 400);
    await visit(location.href);
  });
  passed(run);
  assert.ok(world.simulator.proxy.connects.every((connect) => /\.netsuite\.com:443$/.test(connect.target)));
  assert.equal(world.project.nsdeploy().hostname.toLowerCase(), '1234567-sb1.restlets.api.netsuite.com');
});

test('S3: the callback is reachable only from this machine and only by its own names', async (t) => {
  const world = await openWorld(t);
  const run = await world.runWaiting('extension:fetch', WAIT, {}, async ({ callback, port, press }) => {
    for (const address of outsideAddresses()) assert.equal(await connects(port, address), false, address);
    const rebound = await visit(callback.replace('localhost', '127.0.0.1'), { host: `evil.example:${port}` });
    assert.ok(rebound.status >= 400, String(rebound.status));
    await visit(await press('allow'));
  });
  passed(run);
});

test('S4: forged callbacks do not end the sign-in: no parameters, wrong or missing state, wrong token', async (t) => {
  const world = await openWorld(t);
  const run = await world.runWaiting('extension:fetch', WAIT, {}, async ({ callback, press }) => {
    const location = new URL(await press('allow'));
    const wrong = [callback];
    for (const [name, value] of [
      ['state', 'forged'],
      ['state', null],
      ['oauth_token', 'forged'],
      ['oauth_token', null],
    ]) {
      const forged = new URL(location);
      if (value === null) forged.searchParams.delete(name);
      else forged.searchParams.set(name, value);
      wrong.push(forged.href);
    }
    for (const url of wrong) assert.equal((await visit(url)).status, 400, url);
    await visit(location.href);
  });
  passed(run);
  assert.equal(world.steps().accesstoken, 1);
});

for (const store of ['file', 'nstba']) {
  test(`S5: saved files (store ${store}) can be read only by their owner`, { skip: without('posix') }, async (t) => {
    const world = await openWorld(t);
    const env = { NETSUITE_TBA_STORE: store };
    if (store === 'nstba') {
      world.save('other');
      fs.chmodSync(path.join(world.home, '.nstba'), 0o644);
    }
    passed(await world.run('extension:fetch', WAIT, { env }));
    const holding = filesUnder(world.home).filter((file) =>
      [...world.simulator.tokens.values()].some((token) => fs.readFileSync(file, 'utf8').includes(token.tokenSecret)),
    );
    assert.ok(holding.length > 0);
    for (const file of holding) assert.equal((fs.statSync(file).mode & 0o777).toString(8), '600', file);
    if (store === 'nstba') assert.deepEqual(Object.keys(world.nstba()), ['other', 'dev']);
  });
}

test('S6: the package itself writes neither .nsdeploy nor config.json', async (t) => {
  const world = await openWorld(t);
  const before = fs.readFileSync(world.project.path('gulp', 'config', 'config.json'), 'utf8');
  // Fails after the sign-in, before the tools write anything.
  world.simulator.fault('restlet:html', true);
  failedCleanly(await world.run('extension:fetch', WAIT), /Unexpected Error/);
  assert.equal(world.opened().length, 1);
  assert.equal(world.project.nsdeploy(), null);
  assert.equal(fs.readFileSync(world.project.path('gulp', 'config', 'config.json'), 'utf8'), before);
});

test('S6: the tools write the consumer secret into both files, as they always did', async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  passed(await world.run('extension:fetch', WAIT));
  assert.equal(world.project.nsdeploy().secret, undefined);
  assert.equal(world.project.config().credentials.secret, world.simulator.consumer.secret);
  passed(await world.run('extension:deploy'));
  assert.equal(world.project.nsdeploy().secret, world.simulator.consumer.secret);
});

for (const value of ['0', '1', undefined]) {
  test(`S8: NODE_TLS_REJECT_UNAUTHORIZED=${value} is unchanged afterwards, with and without --vm`, async (t) => {
    const world = await openWorld(t);
    world.save('dev');
    const env = Object.assign({ NODE_NO_WARNINGS: '1' }, value && { NODE_TLS_REJECT_UNAUTHORIZED: value });
    const code = `
      const consumer = { key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET };
      const show = () => console.log(String(process.env.NODE_TLS_REJECT_UNAUTHORIZED));
      (async () => {
        await new OAuth1(consumer).issueToken('dev');
        show();
        await new OAuth1(Object.assign({ vm: 'https://localhost:${world.twoWay.port}' }, consumer)).issueToken('in-vm');
        show();
      })();`;
    const run = await world.script(code, { env });
    passed(run);
    assert.equal(run.stdout, `${value}\n${value}\n`);
  });
}

test('S8: an untrusted certificate ends the sign-in, even with --vm', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', WAIT.concat('--vm', `https://localhost:${world.twoWay.port}`), {
    env: { NODE_EXTRA_CA_CERTS: '' },
  });
  failedCleanly(run, /certificate/i);
});

test("S9: the proxy sees neither the Authorization header nor the full URL of the package's own requests", async (t) => {
  const world = await openWorld(t);
  const proxy = await startFullUrlProxy(world.simulator.proxy.url);
  t.after(() => proxy.close());
  await world.run('extension:fetch', WAIT.concat('--proxy', proxy.url), { env: { HTTPS_PROXY: '' } });
  const ours = proxy.connects.filter((connect) => !connect.target.startsWith('https://'));
  assert.ok(ours.length >= 2);
  for (const connect of ours) {
    assert.match(connect.target, /^[\w.-]+:443$/);
    assert.equal(connect.headers.includes('authorization'), false);
  }
});

test('S10: no secret has to be on the command line, because .env and a token in the environment work', async (t) => {
  const world = await openWorld(t, { dotenv: 'CONSUMER_KEY=simulator-consumer-key\nCONSUMER_SECRET=simulator-consumer-secret\n' });
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: '1234567_SB1' };
  const run = await world.run('extension:deploy', ['--authID', 'ci'], { key: false, env });
  passed(run);
  noSignIn(world);
  for (const secret of [tokenSecret, world.simulator.consumer.secret]) assert.equal(run.text.includes(secret), false);
});

for (const shape of Object.keys(SHAPES)) {
  test(`S11: ${shape}: no consumer key is built in`, async (t) => {
    const world = await openWorld(t, { shape });
    failedCleanly(await world.run('extension:fetch', WAIT, { key: false }), /Missing parameters --key or --secret/);
    assert.equal(world.simulator.requests.length, 0);
  });
}
