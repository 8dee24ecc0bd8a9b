// Reliability defects of the package that Oracle ships (R1 to R17), one by one. README.md lists those without a test.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const { failedCleanly, noSignIn, passed } = require('./expectations');
const { SHAPES } = require('./model/shape');
const { freePort, openWorld } = require('./world');

const DEV = ['--authID', 'dev'];
const CONSUMER = '{ key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET }';
const URL_OF_A_RESTLET = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';

function occupy(t, port, host) {
  const server = net.createServer();
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

for (const [shape, host] of [
  ['22.x', '0.0.0.0'],
  ['24.1', '127.0.0.1'],
  ['25.1', '::'],
]) {
  test(`R1: ${shape}: a callback port in use on ${host} is reported before anything is sent`, async (t) => {
    const world = await openWorld(t, { shape });
    const port = await freePort();
    await occupy(t, port, host);
    const run = await world.run('extension:fetch', DEV, { port });
    failedCleanly(run, new RegExp(String(port)), /--port/);
    noSignIn(world);
  });
}

test('R2: concurrent RESTlet and SOAP calls through separate instances share one sign-in', async (t) => {
  const world = await openWorld(t);
  const code = `
    const make = () => new OAuth1(${CONSUMER});
    const request = { method: 'GET', url: '${URL_OF_A_RESTLET}' };
    Promise.all([
      make().soapAuthorize('dev'), make().soapAuthorize('dev'), make().restAuthorize('dev', request),
      make().restAuthorize('dev', request), make().issueToken('dev')
    ]).then(answers => console.log(JSON.stringify(answers)));`;
  const run = await world.script(code);
  passed(run);
  const [soap, , header, , issued] = JSON.parse(run.stdout);
  assert.deepEqual(Object.keys(soap).sort(), ['account', 'consumerKey', 'nonce', 'signature', 'timestamp', 'token']);
  assert.match(header, /^OAuth .*realm="1234567_SB1"/);
  assert.equal(issued.account, '1234567-SB1');
  assert.equal(world.opened().length, 1);
  assert.equal(world.steps().requesttoken, 1);
});

for (const shape of ['22.x', '24.1']) {
  test(`R3: ${shape}: the task ends at its deadline if nobody answers the page`, async (t) => {
    const world = await openWorld(t, { shape });
    const run = await world.run('extension:fetch', DEV.concat('--timeout', '2'), { consent: 'close', limit: 30000 });
    failedCleanly(run);
    assert.ok(run.ms > 1500 && run.ms < 15000, String(run.ms));
  });
}

test('R3: if the browser cannot be started, the sign-in continues with the URL on stderr', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', DEV.concat('--timeout', '2'), { browser: 'no-such-browser-here', limit: 30000 });
  failedCleanly(run, /authorizetoken\.nl/);
});

for (const fault of ['html', 'html-500', 'empty', 'garbage']) {
  test(`R5: ${fault} at step one: a message, no browser`, async (t) => {
    const world = await openWorld(t);
    world.simulator.fault(`requesttoken:${fault}`, true);
    failedCleanly(await world.run('extension:fetch', DEV));
    assert.deepEqual(world.opened(), []);
  });

  test(`R5: ${fault} at step three: a message, nothing saved, one browser`, async (t) => {
    const world = await openWorld(t);
    world.simulator.fault(`accesstoken:${fault}`, true);
    failedCleanly(await world.run('extension:fetch', DEV));
    assert.equal(world.opened().length, 1);
    assert.equal(world.steps().restlet, 0);
    const listed = await world.script('console.log(Object.keys(OAuth1.getAllTokens()).length)');
    assert.equal(listed.stdout, '0\n');
  });
}

test('R6: a failed step one is sent once and reported', async (t) => {
  const world = await openWorld(t);
  world.simulator.fault('requesttoken:IntegrationBlocked', true);
  failedCleanly(await world.run('extension:fetch', DEV.concat('--account', '1234567_SB1')), /blocked/i);
  assert.equal(world.steps().requesttoken, 1);
});

test('R7: processes that save at once lose and damage nothing', async (t) => {
  const world = await openWorld(t);
  const names = ['one', 'two', 'three', 'four'];
  const code = (name) => `new OAuth1(${CONSUMER}).issueToken('${name}').then(({ account }) => console.log(account));`;
  const ports = await Promise.all(names.map(freePort));
  const runs = await Promise.all(names.map((name, at) => world.script(code(name), { flags: ['--', '--port', String(ports[at])] })));
  runs.forEach(passed);
  const listed = await world.script('console.log(Object.keys(OAuth1.getAllTokens()).sort().join())');
  assert.equal(listed.stdout, `${names.slice().sort().join()}\n`);
});

for (const [what, content] of [
  ['not JSON', '{"dev": {"token": "a'],
  ['a list', '[]'],
  ['a word', '"x"'],
  ['empty', ''],
]) {
  test(`R8: ~/.nstba is ${what}: our own tokens still work, and new ones can be made`, async (t) => {
    const world = await openWorld(t);
    world.writeNstba(content);
    const first = await world.run('extension:fetch', DEV);
    passed(first);
    if (what === 'not JSON') assert.match(first.stderr, /\.nstba/);
    passed(await world.run('extension:deploy'));
    assert.equal(world.opened().length, 1);
    assert.equal(fs.readFileSync(path.join(world.home, '.nstba'), 'utf8'), content);
  });
}

test('R8: invalid entries of ~/.nstba do not hide the others', async (t) => {
  const world = await openWorld(t);
  const token = world.simulator.issueToken({ account: '1234567_SB1' });
  const good = { token: token.tokenId, secret: token.tokenSecret, account: '1234567_SB1', note: 'kept' };
  world.writeNstba({ broken: null, half: { account: '1' }, text: 'x', dev: good });
  passed(await world.run('extension:fetch', DEV));
  noSignIn(world);
  assert.deepEqual(world.nstba().dev, good);
});

for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'my dev token', 'jörg@acme/1']) {
  test(`R9: the name ${name} works like any other name`, async (t) => {
    const world = await openWorld(t);
    const first = await world.run('extension:fetch', [], { answers: { token: 'New token', authID: name } });
    passed(first);
    assert.equal(world.opened().length, 1);
    const later = await world.run('extension:deploy', ['--to'], { answers: { token: `${name} - ` } });
    passed(later);
    assert.equal(world.opened().length, 1);
  });

  test(`R9: the name ${name}, saved by Oracle's package`, async (t) => {
    const world = await openWorld(t);
    world.save(name);
    passed(await world.run('extension:fetch', ['--to'], { answers: { token: `${name} - ` } }));
    noSignIn(world);
  });
}

for (const shape of Object.keys(SHAPES)) {
  for (const task of ['extension:fetch', 'extension:deploy']) {
    test(`R10: ${shape}: ${task}: a revoked token is reported once on stderr, with what to do`, async (t) => {
      const world = await openWorld(t, { shape });
      world.simulator.revoke(world.save('dev').tokenId);
      const run = await world.run(task, DEV);
      failedCleanly(run, /Unexpected Error/);
      assert.equal(run.stderr.match(/refuses the token dev/g).length, 1);
      assert.equal(world.steps().tokeninfo, 1);
    });
  }
}

test('R10: if a RESTlet fails for another reason, nothing is said about the token', async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  world.simulator.fault('restlet:html', true);
  const run = await world.run('extension:fetch', DEV);
  failedCleanly(run, /Unexpected Error/);
  assert.doesNotMatch(run.text, /refuses the token/);
});

test('R10: many successful concurrent requests do not make NetSuite check the token', async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  passed(await world.run('extension:fetch', DEV));
  assert.equal(world.steps().tokeninfo, 0);
});

test('R10: a revoked --token is reported as well', async (t) => {
  const world = await openWorld(t);
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  world.simulator.revoke(tokenId);
  const run = await world.run('reactivate', ['--token', `${tokenId}:${tokenSecret}`, '--account', '1234567-sb1']);
  failedCleanly(run, /--token/, /refuse/);
  assert.equal(run.text.includes(tokenSecret), false);
});

for (const minutes of [15, -15]) {
  test(`R11: a clock ${minutes} minutes off is reported at the sign-in, and when it breaks a saved token`, async (t) => {
    const world = await openWorld(t, { simulator: { clockOffsetMs: minutes * 60000 } });
    failedCleanly(await world.run('extension:fetch', DEV), /15 minutes/);
    world.save('old');
    const later = await world.run('extension:fetch', ['--authID', 'old']);
    if (later.code !== 0) failedCleanly(later, /15 minutes/);
  });
}

test('R12: --token with --account 1234567_SB1: the tools build an invalid host, which is reported', async (t) => {
  const world = await openWorld(t);
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  const run = await world.run('reactivate', ['--token', `${tokenId}:${tokenSecret}`, '--account', '1234567_SB1']);
  if (run.code !== 0) failedCleanly(run, /1234567-sb1/i);
  assert.ok(world.simulator.requests.every((request) => !/_/.test(request.host)));
});

test('R12: accounts with underscores in old files become hosts with hyphens', async (t) => {
  const world = await openWorld(t);
  world.save('dev', { written: '1234567_SB1' });
  passed(await world.run('extension:deploy', DEV));
  assert.ok(world.simulator.requests.every((request) => !/_/.test(request.host)));
});

for (const vm of ['http://localhost:PORT', 'https://localhost:PORT/', 'http://127.0.0.1:PORT']) {
  test(`R13: --vm ${vm}: the port and the scheme are kept`, async (t) => {
    const world = await openWorld(t);
    const address = vm.replace('PORT', world.twoWay.port);
    const run = await world.script(`
      const one = new OAuth1(Object.assign({ vm: '${address}' }, ${CONSUMER}));
      one.issueToken('dev').then(({ account }) => console.log(account, JSON.stringify(one.urls)));`);
    passed(run);
    const base = address.replace(/\/$/, '');
    assert.deepEqual(
      [
        ...new Set(
          world.simulator.requests.filter((request) => request.path.startsWith('/rest/')).map((request) => new URL(request.url).origin),
        ),
      ],
      [base],
    );
    assert.match(run.stdout, new RegExp(`"step1":"${base}/rest/requesttoken"`));
  });
}

for (const shape of ['22.x', '24.1']) {
  test(`R15: ${shape}: a pipeline deploys without a person, with a token in the environment and CI set`, async (t) => {
    const world = await openWorld(t, { shape });
    const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
    const env = { CI: 'true', NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: '1234567-sb1' };
    for (const task of ['extension:fetch', 'extension:deploy', 'reactivate']) passed(await world.run(task, ['--authID', 'ci'], { env }));
    noSignIn(world);
  });
}
