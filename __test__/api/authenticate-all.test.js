// authenticateAll(): every token is checked before any work, the work runs in order, and a summary says how far it came.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { TbaError, authenticateAll } = require('../..');
const { failure, signedIn } = require('../requests/signed-in');
const { scene } = require('../scene');
const { script } = require('../script');

const ACCOUNTS = { sb1: '1234567_SB1', sb2: '1234567_SB2', sb3: '1234567_SB3' };

/** A scene with three saved tokens, and a function that calls authenticateAll() in a new process. */
async function three(t) {
  const it = await scene(t, { simulator: { accounts: Object.values(ACCOUNTS) } });
  for (const name of Object.keys(ACCOUNTS)) await it.save(name, ACCOUNTS[name]);
  it.simulator.requests.length = 0;
  it.idOf = (name) => Array.from(it.simulator.tokens.values()).find(({ account }) => account === ACCOUNTS[name]).tokenId;
  it.all = async (options, lines = 'tell(session.account);', more = {}) => {
    const given = JSON.stringify({ vm: it.simulator.url, interactive: false, ...options });
    const body = `
      const work = async (session) => { ${lines} return session.authId; };
      await tba.authenticateAll(${given}, work).then((results) => tell({ results }), ({ code, message }) => tell({ code, message }));`;
    const done = await script(it, body, more);
    return Object.assign(done, { outcome: done.told.pop() });
  };
  return it;
}

const asked = (it) => it.simulator.requests.map(({ step, status }) => `${step} ${status}`);

test('names in one string or in a list, or in --to of the command line: the work runs in that order, after all tokens were checked', async (t) => {
  const it = await three(t);
  const path = '/app/site/hosting/restlet.nl?script=customscript_simulator_echo&deploy=customdeploy_simulator_echo';
  const lines = `tell(session.account); await session.fetch(${JSON.stringify(path)});`;
  for (const given of [{ to: 'sb2,sb1' }, { to: ['sb2', 'sb1'] }, { argv: ['x', '--to', 'sb2,sb1'] }, { argv: ['x', '--to=sb2,sb1'] }]) {
    it.simulator.requests.length = 0;
    const done = await it.all(given, lines);
    assert.deepStrictEqual(done.outcome, { results: ['sb2', 'sb1'] }, done.stderr);
    assert.deepStrictEqual(done.told, [ACCOUNTS.sb2, ACCOUNTS.sb1]);
    assert.deepStrictEqual(asked(it), ['tokeninfo 200', 'tokeninfo 200', 'restlet 200', 'restlet 200']);
    assert.match(done.stderr, /2 of 2 accounts done:\nNAME +ACCOUNT +RESULT\nsb2 +1234567_SB2 +done\nsb1 +1234567_SB1 +done\n/);
  }
});

test('one bad token fails the call before any work: the message names every bad one', async (t) => {
  const it = await three(t);
  it.simulator.revoke(it.idOf('sb2'));
  it.simulator.revoke(it.idOf('sb3'));
  const done = await it.all({ to: 'sb1,sb2,sb3' });
  assert.deepStrictEqual(done.told, []);
  assert.strictEqual(done.outcome.code, 'INVALID_LOGIN');
  assert.match(
    done.outcome.message,
    /Token sb2 of account 1234567_SB2: [\s\S]*Token sb3 of account 1234567_SB3: [\s\S]*Nothing was started/,
  );
  assert.doesNotMatch(done.outcome.message, /Token sb1/);
  assert.ok(
    asked(it).every((request) => request.startsWith('tokeninfo') || request.startsWith('requesttoken')),
    asked(it).join(),
  );
  assert.doesNotMatch(done.stderr, /accounts done/);
});

test('a name that is not saved fails the call before NetSuite is asked anything', async (t) => {
  const it = await three(t);
  const done = await it.all({ to: 'sb1,nowhere' });
  assert.match(done.outcome.message, /nowhere/);
  assert.deepStrictEqual([done.told, asked(it)], [[], []]);
});

test('a failure in the work ends it, and the summary says which accounts were not started', async (t) => {
  const it = await three(t);
  const done = await it.all(
    { to: 'sb1,sb2,sb3' },
    "tell(session.account); if (session.authId === 'sb2') throw new Error('the disk is full');",
  );
  assert.deepStrictEqual(done.told, [ACCOUNTS.sb1, ACCOUNTS.sb2]);
  assert.strictEqual(done.outcome.message, 'the disk is full');
  assert.match(done.stderr, /1 of 3 accounts done:[\s\S]*sb1 .* done\nsb2 .* failed\nsb3 .* not started\n/);
});

test('several names leave .nsdeploy as it is; one name becomes the token of the project', async (t) => {
  const it = await three(t);
  it.nsdeploy = { credentials: { authID: 'sb3' } };
  const before = it.nsdeploy;
  assert.deepStrictEqual((await it.all({ to: 'sb1,sb2' })).outcome, { results: ['sb1', 'sb2'] });
  assert.strictEqual(it.nsdeploy, before);
  assert.deepStrictEqual((await it.all({ to: 'sb1', remember: false })).outcome, { results: ['sb1'] });
  assert.strictEqual(it.nsdeploy, before);
  const one = await it.all({ to: 'sb1' });
  assert.deepStrictEqual(one.outcome, { results: ['sb1'] });
  assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'sb1');
  assert.doesNotMatch(one.stderr, /accounts done/, 'one account needs no summary');
});

test('without a name it takes the token that authenticate() takes, and checks it', async (t) => {
  const it = await three(t);
  it.nsdeploy = { credentials: { authID: 'sb3' } };
  assert.deepStrictEqual((await it.all({})).outcome, { results: ['sb3'] });
  assert.deepStrictEqual(asked(it), ['tokeninfo 200']);
  it.simulator.revoke(it.idOf('sb3'));
  const refused = await it.all({});
  assert.strictEqual(refused.outcome.code, 'INVALID_LOGIN');
  assert.deepStrictEqual(refused.told, []);
});

test("the project's lock holds for each account, before NetSuite is asked anything", async (t) => {
  const it = await three(t);
  const manifest = { 'netsuite-tba': { accounts: { deploy: [ACCOUNTS.sb1] } } };
  require('node:fs').writeFileSync(require('node:path').join(it.project, 'package.json'), JSON.stringify(manifest));
  const done = await it.all({ to: 'sb1,sb2', task: 'deploy' });
  assert.strictEqual(done.outcome.code, 'ACCOUNT_LOCKED');
  assert.deepStrictEqual([done.told, asked(it)], [[], []]);
});

test('a token of the environment and names of saved tokens contradict each other', async (t) => {
  const it = await three(t);
  const env = { NETSUITE_TBA_TOKEN_ID: 'id', NETSUITE_TBA_TOKEN_SECRET: 'secret', NETSUITE_TBA_ACCOUNT: ACCOUNTS.sb1 };
  const done = await it.all({ to: 'sb1,sb2' }, '', { env });
  assert.strictEqual(done.outcome.code, 'FLAG_CONFLICT');
});

test('wrong lists, options and functions are refused', async () => {
  for (const [given, code] of [
    [[{ to: [] }], 'OPTION_INVALID'],
    [[{ to: ['a', 'a'] }], 'OPTION_INVALID'],
    [[{ to: ['a', 1] }], 'OPTION_INVALID'],
    [[{ to: 5 }], 'OPTION_INVALID'],
    [['sb1'], 'OPTION_INVALID'],
    [[{}, 'work'], 'OPTION_INVALID'],
    [[{ to: 'a,,b' }], 'FLAG_INVALID'],
    [[{ to: 'a,a' }], 'FLAG_INVALID'],
  ]) {
    const error = await failure(authenticateAll(...given));
    assert.ok(error instanceof TbaError, String(error));
    assert.strictEqual(error.code, code, JSON.stringify(given));
  }
});

test('a NetSuite that does not say whether the token works fails the call, and cancelling stops the check', async (t) => {
  const { simulator, token } = await signedIn(t);
  const { optionsFor } = require('../requests/signed-in');
  const call = (more) => authenticateAll({ ...optionsFor(simulator, token), ...more }, () => assert.fail('the work was started'));
  simulator.fault('tokeninfo:status:500');
  const { code } = await failure(call());
  assert.ok(['SERVER_ERROR', 'ANSWER_LOST'].includes(code), code);
  simulator.clearFaults();
  simulator.fault('tokeninfo:hang');
  const listeners = [];
  const signal = { aborted: false, addEventListener: (_, listener) => listeners.push(listener) };
  const cancelled = failure(call({ signal }));
  const { requests } = simulator;
  const from = requests.length;
  for (let left = 500; requests.length === from && left > 0; left -= 1) await new Promise((resolve) => setTimeout(resolve, 10));
  signal.aborted = true;
  for (const listener of listeners) listener();
  assert.strictEqual((await cancelled).code, 'CANCELLED');
});
