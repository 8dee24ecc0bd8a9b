// Why NetSuite refuses what the tools send: asked only when something failed, told once, and in nobody's way.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { failedCleanly, passed } = require('./expectations');
const { openWorld } = require('./world');

const DEV = ['--authID', 'dev'];
const MAKE = `const one = () => new OAuth1({ key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET });`;
const RESTLET = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';

for (const shape of ['22.x', '24.1', '25.1']) {
  test(`${shape}: a deploy that works asks nothing, however often it lists the websites`, async (t) => {
    const world = await openWorld(t, { shape });
    world.save('dev');
    passed(await world.run('extension:deploy', DEV));
    assert.equal(world.steps().tokeninfo, 0);
  });
}

for (const after of [1, 3, 6]) {
  test(`a token revoked after RESTlet ${after} is explained`, async (t) => {
    const world = await openWorld(t, { shape: '24.1' });
    const { tokenId } = world.save('dev');
    const watch = setInterval(() => {
      if (world.steps().restlet >= after) world.simulator.revoke(tokenId);
    }, 1);
    t.after(() => clearInterval(watch));
    const run = await world.run('extension:deploy', DEV);
    assert.notEqual(run.code, 0);
    assert.equal(run.stderr.match(/refuses the token dev/g).length, 1, run.text);
  });
}

test('a look that hangs delays nothing: the attempt that succeeds goes on', async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  world.simulator.fault('restlet:html', 1);
  world.simulator.fault('tokeninfo:hang', true);
  const run = await world.run('extension:deploy', DEV);
  passed(run);
  assert.equal(world.steps().tokeninfo, 1);
  assert.ok(run.ms < 8000, `${run.ms} ms`);
  assert.doesNotMatch(run.stderr, /refuses|accepts/);
});

test('the same request again later is looked at again', async (t) => {
  const world = await openWorld(t);
  const { tokenId } = world.save('dev');
  const run = await world.script(
    `${MAKE}
    const sign = (t) => one().restAuthorize('dev', { method: 'GET', url: '${RESTLET}&t=' + t });
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    (async () => {
      await sign(1); await sign(1); await wait(6000);
      console.log('revoke'); await wait(1000);
      await sign(2); await sign(2); await wait(1500);
    })();`,
    {
      onText: ({ stdout }) => {
        if (stdout.includes('revoke')) world.simulator.revoke(tokenId);
      },
    },
  );
  passed(run);
  assert.equal(world.steps().tokeninfo, 2);
  assert.match(run.stderr, /refuses the token dev/);
});

for (const [what, call] of [
  ['SOAP', `one().soapAuthorize('dev')`],
  ['the deployer', `one().restAuthorize('dev', { method: 'POST', url: '${RESTLET}' })`],
  ['a task that only wants the account', `one().issueToken('dev').then(() => one().soapAuthorize('dev'))`],
]) {
  test(`${what} never repeats a request: a process that fails asks at its end`, async (t) => {
    const world = await openWorld(t);
    world.simulator.revoke(world.save('dev').tokenId);
    const failing = await world.script(`${MAKE} ${call}.then(() => process.exit(1));`);
    assert.equal(failing.code, 1);
    assert.match(failing.stderr, /refuses the token dev/);
    assert.match(failing.stderr, /Sign in again/);
    assert.equal(world.steps().tokeninfo, 1);
    const working = await world.script(`${MAKE} ${call}.then(() => process.exit(0));`);
    assert.equal(working.stderr, '');
    assert.equal(world.steps().tokeninfo, 1);
  });
}

test('SOAP with a wrong clock: the end of the failed process names the minutes', async (t) => {
  const world = await openWorld(t, { simulator: { clockOffsetMs: 15 * 60 * 1000 } });
  world.save('dev');
  const run = await world.script(`${MAKE} one().soapAuthorize('dev').then(() => { process.exitCode = 1; });`);
  assert.match(run.stderr, /15 minutes/);
});

test('a process that ends before JavaScript could help the question asks all the same', async (t) => {
  const world = await openWorld(t);
  world.simulator.revoke(world.save('dev').tokenId);
  const run = await world.script(
    `${MAKE}
    const sign = () => one().restAuthorize('dev', { method: 'GET', url: '${RESTLET}&t=1' });
    sign().then(() => sign()).then(() => process.exit(1));`,
  );
  assert.match(run.stderr, /refuses the token dev/);
  assert.ok(run.ms < 4000, `${run.ms} ms`);
});

test('the end of a failed process waits a few seconds at most', async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  world.simulator.fault('tokeninfo:hang', true);
  const run = await world.script(`${MAKE} one().soapAuthorize('dev').then(() => process.exit(1));`);
  assert.equal(run.code, 1);
  assert.equal(run.stderr, '');
  assert.ok(run.ms < 8000, String(run.ms));
});

for (const fault of ['restlet:html', 'restlet:status:403', 'restlet:empty']) {
  test(`${fault} although the token is fine: that is said, and where to look`, async (t) => {
    const world = await openWorld(t);
    world.save('dev');
    world.simulator.fault(fault, true);
    const run = await world.run('extension:fetch', DEV);
    failedCleanly(run, /Unexpected Error|Error Message/);
    assert.equal(run.stderr.match(/NetSuite accepts the token dev \(account 1234567_SB1/g).length, 1, run.text);
    assert.match(run.stderr, /role[\s\S]*SuiteApp/);
    assert.doesNotMatch(run.stderr, /refuses/);
  });
}

for (const shape of ['23.1', '25.1']) {
  test(`${shape}: a wrong secret in --token: the advice is about the token`, async (t) => {
    const world = await openWorld(t, { shape });
    const { tokenId } = world.simulator.issueToken({ account: '1234567_SB1' });
    const run = await world.run('reactivate', ['--token', `${tokenId}:canary-wrong`, '--account', '1234567-sb1']);
    failedCleanly(run, /refuses the token of --token/, /Compare both halves of --token/);
    assert.doesNotMatch(run.text, /\(given\)|canary/);
  });
}

test('a wrong secret in NETSUITE_TBA_TOKEN_SECRET: the advice names the variable', async (t) => {
  const world = await openWorld(t);
  const { tokenId } = world.simulator.issueToken({ account: '1234567_SB1' });
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: 'canary-wrong', NETSUITE_TBA_ACCOUNT: '1234567_SB1' };
  const run = await world.run('reactivate', ['--authID', 'ci'], { env });
  failedCleanly(run, /refuses the token of NETSUITE_TBA_TOKEN_ID/, /Compare NETSUITE_TBA_TOKEN_ID and NETSUITE_TBA_TOKEN_SECRET/);
  assert.doesNotMatch(run.text, /\(given\)|canary/);
});
