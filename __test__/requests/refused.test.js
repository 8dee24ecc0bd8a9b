// A refused token: NetSuite is asked why once, a person signs in again once, and everything else is explained.
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');
const { authenticate } = require('../..');
const { ROOT, scene } = require('../scene');
const { ECHO, failure, inProcess, optionsFor, signedIn } = require('./signed-in');

/** Sends requests in a process, and tells what became of each. */
async function send({ authenticate, tell, codeOf, ECHO }, { options, sessions = 1, requests = 3 }) {
  for (let at = 0; at < sessions; at += 1) {
    const session = await authenticate(options);
    const all = Array.from({ length: requests }, (_, id) => session.fetch(ECHO, { json: { id: `${at}-${id}` } }));
    for (const outcome of await Promise.all(all.map((each) => each.then(({ status }) => status, codeOf)))) tell(outcome);
    tell(session.authorize('GET', 'https://h/').match(/oauth_token="(\w+)"/)[1]);
  }
}

const interactive = (it, more) => ({ argv: [], authId: 'dev', vm: it.simulator.url, port: it.port, browser: true, ...more });

async function withRevoked(t, account = '1234567_SB1', role = '1000') {
  const it = await scene(t);
  await it.save('dev', account, role);
  const [old] = it.simulator.tokens.values();
  it.simulator.revoke(old.tokenId);
  return { it, old };
}

test('the new token has the name, account and role of the refused one, and session.authorize uses it from then on', async (t) => {
  const { it, old } = await withRevoked(t);
  const { told, stderr } = await inProcess(it, send, { options: interactive(it) });
  const [fresh] = it.simulator.tokens.values();
  assert.deepStrictEqual(told, [200, 200, 200, fresh.tokenId]);
  assert.deepStrictEqual([fresh.account, fresh.role], [old.account, old.role]);
  assert.match(stderr, /Token dev of account 1234567_SB1: .*Signing in again\./);
  assert.match(stderr, /Refreshing a sandbox or Release Preview account deletes its tokens/);
  const next = await it.call({ authId: 'dev', browser: false, interactive: false });
  assert.strictEqual(next.session.source, 'saved', 'it is saved under the same name');
});

test('a production account is not told about refreshes', async (t) => {
  const { it } = await withRevoked(t, '1234567');
  const { told, stderr } = await inProcess(it, send, { options: interactive(it) });
  assert.deepStrictEqual(told.slice(0, 3), [200, 200, 200]);
  assert.doesNotMatch(stderr, /Refreshing/);
});

test('a token that another process saved meanwhile under the name is used without a sign-in', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const [old] = it.simulator.tokens.values();
  it.simulator.revokeAfter(old.tokenId, 1);
  const { told, stderr } = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, { options, login, args }) => {
      const session = await authenticate(options);
      tell((await session.fetch(ECHO)).status);
      // The person signs in again in another terminal.
      require('child_process').execFileSync(process.execPath, [login, ...args], { stdio: 'ignore' });
      tell((await session.fetch(ECHO)).status);
    },
    {
      options: interactive(it),
      login: path.join(ROOT, 'bin', 'netsuite-tba.js'),
      args: ['login', 'dev', '--vm', it.simulator.url, '--port', String(it.port), '--browser'],
    },
  );
  assert.deepStrictEqual(told, [200, 200], stderr);
  assert.doesNotMatch(stderr, /Signed in again/);
  assert.strictEqual(it.requested('accesstoken').length, 2, 'the first sign-in and the one of the other terminal');
});

test('Deny is the error of every request that waited, and no second page opens', async (t) => {
  const { it } = await withRevoked(t);
  const shown = [];
  it.simulator.onConsent = ({ type }) => type === 'shown' && shown.push(type);
  const { told } = await inProcess(it, send, { options: interactive(it) }, { env: { SIMULATOR_CONSENT: 'deny' } });
  assert.deepStrictEqual(told.slice(0, 3), ['SIGN_IN_DENIED', 'SIGN_IN_DENIED', 'SIGN_IN_DENIED']);
  assert.strictEqual(shown.length, 1);
});

test('without a person the error names the token, the account, the cause and the command', async (t) => {
  const { it } = await withRevoked(t);
  const { told } = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, options) => {
      const session = await authenticate(options);
      await session.fetch(ECHO).catch(({ code, message, nextStep, exitCode }) => tell({ code, message, nextStep, exitCode }));
    },
    interactive(it, { browser: false }),
  );
  assert.deepStrictEqual([told[0].code, told[0].exitCode], ['INVALID_LOGIN', 3]);
  assert.match(told[0].message, /Token dev of account 1234567_SB1: .*INVALID_LOGIN_ATTEMPT/);
  assert.match(told[0].nextStep, /npx netsuite-tba login dev/);
});

for (const [name, fault, code] of [
  ['a blocked integration record', 'tokeninfo:IntegrationBlocked', 'INTEGRATION_BLOCKED'],
  ['an unknown integration record', 'tokeninfo:UnknownIntegration', 'UNKNOWN_INTEGRATION'],
  ['the feature is off', 'tokeninfo:FeatureDisabled', 'FEATURE_DISABLED'],
  ['the reason cannot be asked', 'tokeninfo:status:500', 'INVALID_LOGIN'],
]) {
  test(`${name}: explained, and no sign-in follows`, async (t) => {
    const it = await scene(t);
    await it.save('dev');
    const shown = [];
    it.simulator.onConsent = (visit) => shown.push(visit);
    it.simulator.fault('restlet:localised', true);
    it.simulator.fault(fault, true);
    const { told } = await inProcess(it, send, { options: interactive(it), requests: 2 });
    assert.deepStrictEqual(told.slice(0, 2), [code, code]);
    assert.deepStrictEqual(shown, []);
    assert.strictEqual(it.simulator.executed.length, 0);
  });
}

test('a request that is refused although the token works is sent once more, then explained as a missing permission', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:localised', 1);
  const second = await session.fetch(ECHO, { json: { id: 1 } });
  assert.deepStrictEqual([second.status, second.attempts], [200, 2]);
  simulator.fault('restlet:localised', true);
  const error = await failure(session.fetch(ECHO, { json: { id: 2 } }));
  assert.strictEqual(error.code, 'PERMISSION_MISSING');
  assert.deepStrictEqual(
    simulator.executed.map(({ id }) => id),
    ['1'],
  );
});

test('with retries: 0 nothing is sent twice and nobody is asked to sign in', async (t) => {
  const { it } = await withRevoked(t);
  const { told } = await inProcess(
    it,
    async ({ authenticate, tell, codeOf, ECHO }, options) => {
      const session = await authenticate(options);
      tell(await session.fetch(ECHO, { json: {}, retries: 0 }).then(({ status }) => status, codeOf));
    },
    interactive(it),
  );
  assert.deepStrictEqual(told, ['INVALID_LOGIN']);
  assert.strictEqual(it.requested('restlet').length, 1);
});

test('the time of a sign-in does not count towards the time of the call', async (t) => {
  const { it } = await withRevoked(t);
  const slow = it.browser('setTimeout(() => browse(url, { action: "allow", account: "1234567_SB1", role: "1000" }), 1500);');
  const { told } = await inProcess(
    it,
    async ({ authenticate, tell, codeOf, ECHO }, options) => {
      const session = await authenticate(options);
      tell(await session.fetch(ECHO, { json: {}, timeoutMs: 1000 }).then(({ status }) => status, codeOf));
    },
    interactive(it),
    { env: { BROWSER: slow } },
  );
  assert.deepStrictEqual(told, [200]);
});

test('two sessions that hold the refused token share one sign-in', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const [old] = it.simulator.tokens.values();
  it.simulator.revokeAfter(old.tokenId, 1);
  const shown = [];
  it.simulator.onConsent = ({ type }) => type === 'shown' && shown.push(type);
  const { told } = await inProcess(
    it,
    async ({ authenticate, tell, codeOf, ECHO }, options) => {
      const sessions = [await authenticate(options), await authenticate(options)];
      await sessions[0].fetch(ECHO);
      const all = sessions.concat(sessions).map((session) => session.fetch(ECHO, { json: {} }));
      for (const outcome of await Promise.all(all.map((each) => each.then(({ status }) => status, codeOf)))) tell(outcome);
    },
    interactive(it),
  );
  assert.deepStrictEqual(told, [200, 200, 200, 200]);
  assert.strictEqual(shown.length, 1);
});

test('a caller that gives up during the sign-in leaves it to the others', async (t) => {
  const { it } = await withRevoked(t);
  const slow = it.browser('setTimeout(() => browse(url, { action: "allow", account: "1234567_SB1", role: "1000" }), 800);');
  const { told } = await inProcess(
    it,
    async ({ authenticate, tell, codeOf, ECHO }, options) => {
      const session = await authenticate(options);
      const controller = new AbortController();
      const outcome = (promise) => promise.then(({ status }) => status, codeOf);
      const both = [session.fetch(ECHO, { signal: controller.signal }), session.fetch(ECHO)].map(outcome);
      setTimeout(() => controller.abort(), 400);
      for (const each of await Promise.all(both)) tell(each);
    },
    interactive(it),
    { env: { BROWSER: slow } },
  );
  assert.deepStrictEqual(told, ['CANCELLED', 200]);
});

test('a token given from outside is never replaced', async (t) => {
  const { simulator, token } = await signedIn(t);
  const session = await authenticate({ ...optionsFor(simulator, token), browser: true });
  simulator.revoke(token.tokenId);
  const error = await failure(session.fetch(ECHO));
  assert.strictEqual(error.code, 'INVALID_LOGIN');
  assert.match(error.message, /The token given for account 1234567_SB1/);
});
