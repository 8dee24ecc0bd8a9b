// login --refused signs in again under the names that NetSuite refuses, and under no other.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { scene } = require('../scene');
const { tool } = require('./tool');

const NAMES = { one: ['1234567_SB1', '1000'], two: ['1234567_SB1', '3'], live: ['1234567', '1000'], other: ['TSTDRV1234567', '3'] };

async function withTokens(t) {
  const it = await scene(t);
  const tokens = {};
  for (const [name, [account, role]] of Object.entries(NAMES)) {
    await it.save(name, account, role);
    tokens[name] = Array.from(it.simulator.tokens.values()).pop();
  }
  const command = (args, more) => tool(it, ['login', '--refused', '--port', String(it.port), '--browser', '--json', ...args], more);
  const statuses = async () => {
    const { json } = await tool(it, ['status', '--json']);
    return json.tokens.map(({ authId, status, role }) => [authId, status, role]).sort();
  };
  return { it, tokens, command, statuses };
}

test('each refused name gets a new token of its account and role; the others stay', async (t) => {
  const { it, tokens, command, statuses } = await withTokens(t);
  for (const name of ['one', 'two', 'live']) it.simulator.revoke(tokens[name].tokenId);
  const done = await command([]);
  assert.strictEqual(done.code, 0, done.stderr);
  assert.deepStrictEqual(done.json.tokens.map(({ authId, outcome }) => [authId, outcome]).sort(), [
    ['live', 'signed-in'],
    ['one', 'signed-in'],
    ['two', 'signed-in'],
  ]);
  assert.deepStrictEqual(
    (await statuses()).map(([name, status, role]) => [name, status, role]),
    [
      ['live', 'works', '1000'],
      ['one', 'works', '1000'],
      ['other', 'works', '3'],
      ['two', 'works', '3'],
    ],
  );
  assert.ok(it.simulator.tokens.has(tokens.other.tokenId));
  assert.strictEqual((await command([])).json.tokens.length, 0);
});

test('--account leaves the names of other accounts alone', async (t) => {
  const { it, tokens, command } = await withTokens(t);
  for (const name of ['one', 'live']) it.simulator.revoke(tokens[name].tokenId);
  const done = await command(['--account', '1234567-sb1']);
  assert.deepStrictEqual(
    done.json.tokens.map(({ authId }) => authId),
    ['one'],
  );
});

test('a Deny is the failure of that name, and its old token stays listed', async (t) => {
  const { it, tokens, command, statuses } = await withTokens(t);
  it.simulator.revoke(tokens.one.tokenId);
  const done = await command([], { env: { SIMULATOR_CONSENT: 'deny' } });
  assert.deepStrictEqual([done.code, done.json.tokens[0].outcome, done.json.tokens[0].error.code], [3, 'failed', 'SIGN_IN_DENIED']);
  assert.ok((await statuses()).some(([name, status]) => name === 'one' && status === 'refused'));
});

test('a refusal that signing in again would not change is reported without a sign-in', async (t) => {
  const { it, command } = await withTokens(t);
  it.simulator.fault('tokeninfo:IntegrationBlocked', true);
  const before = it.requested('requesttoken').length;
  const done = await command(['--account', '1234567_SB1']);
  assert.deepStrictEqual(
    done.json.tokens.map(({ error }) => error.code),
    ['INTEGRATION_BLOCKED', 'INTEGRATION_BLOCKED'],
  );
  assert.strictEqual(done.code, 3);
  assert.strictEqual(it.requested('requesttoken').length, before);
});

test('--refused takes no name and no second half', async (t) => {
  const it = await scene(t);
  for (const more of [['dev'], ['--start'], ['--finish'], ['--role', '3']]) {
    const { json, code } = await tool(it, ['login', '--refused', ...more, '--json']);
    assert.deepStrictEqual([json.error.code, code], ['FLAG_CONFLICT', 2], more.join(' '));
  }
});
