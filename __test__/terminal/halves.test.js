// login --start and login --finish: a sign-in in two processes that share only the vault.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { tool } = require('./tool');
const { browse } = require('../../simulator/browser');

const start = (it, name, ...more) => tool(it, ['login', name, '--start', '--json', '--vm', it.simulator.url, ...more]);
const finish = (it, input) => tool(it, ['login', '--finish', '--json'], { input });
const allow = async (url, choice) => (await browse(url, { action: 'allow', account: '1234567_SB1', follow: false, ...choice })).location;

test('one process starts a sign-in, and another finishes it with the address on stdin', async (t) => {
  const it = await scene(t);
  const begun = await start(it, 'agent');
  assert.strictEqual(begun.code, 0, begun.stderr);
  assert.deepStrictEqual(Object.keys(begun.json), ['authId', 'account', 'url', 'callback', 'expiresAt']);
  assert.strictEqual(begun.json.callback, 'http://localhost:7777/tba');
  const left = Date.parse(begun.json.expiresAt) - Date.now();
  assert.ok(left > 13 * 60000 && left <= 15 * 60000, `${left} ms`);
  assert.deepStrictEqual((await tool(it, ['list', '--json'])).json.tokens, [], 'nothing is saved yet');
  const address = await allow(begun.json.url);
  const done = await finish(it, `${address}\n`);
  assert.strictEqual(done.code, 0, done.stderr);
  assert.deepStrictEqual([done.json.token.authId, done.json.token.account, done.json.replaced], ['agent', '1234567_SB1', false]);
  assert.strictEqual((await tool(it, ['status'])).code, 0);
  const again = await finish(it, address);
  assert.deepStrictEqual([again.code, again.json.error.code], [2, 'CALLBACK_INVALID']);
  const files =
    fs.readFileSync(path.join(it.vault, 'sign-ins.json'), 'utf8') + fs.readFileSync(path.join(it.vault, 'secrets.json'), 'utf8');
  assert.strictEqual(JSON.parse(fs.readFileSync(path.join(it.vault, 'sign-ins.json'), 'utf8')).signIns.length, 0);
  assert.ok(!files.includes('requestToken'), 'nothing of the first half is left');
});

test('several sign-ins may be pending, and other changes of the vault do not affect them', async (t) => {
  const it = await scene(t);
  const [one, two] = [await start(it, 'one'), await start(it, 'two')];
  await it.save('between');
  assert.strictEqual((await finish(it, await allow(two.json.url))).json.token.authId, 'two');
  assert.strictEqual((await finish(it, await allow(one.json.url))).json.token.authId, 'one');
});

test('a wrong address is explained, and the sign-in stays pending', async (t) => {
  const it = await scene(t);
  const begun = await start(it, 'agent', '--account', '1234567_SB1');
  const address = await allow(begun.json.url);
  const before = it.requested('accesstoken').length;
  for (const [wrong, code] of [
    ['', 'CALLBACK_INVALID'],
    ['hello', 'CALLBACK_INVALID'],
    [begun.json.url, 'CALLBACK_INVALID'],
    [address.replace(/state=\w{4}/, 'state=XXXX'), 'CALLBACK_INVALID'],
    [address.replace(/oauth_token=\w{4}/, 'oauth_token=0000'), 'CALLBACK_INVALID'],
    [`${address}&state=${'A'.repeat(32)}`, 'CALLBACK_INVALID'],
  ]) {
    const done = await finish(it, wrong);
    assert.deepStrictEqual([done.code, done.json.error.code], [2, code], wrong);
    assert.ok(done.json.error.nextStep.length > 10);
  }
  assert.strictEqual(it.requested('accesstoken').length, before);
  assert.strictEqual((await finish(it, address)).code, 0, 'the right one still does');
});

test('Deny, another account and an expired sign-in each end it with their own code', async (t) => {
  const it = await scene(t);
  const denied = await browse((await start(it, 'a')).json.url, { action: 'deny', follow: false });
  assert.strictEqual((await finish(it, denied.location)).json.error.code, 'SIGN_IN_DENIED');
  const other = await allow((await start(it, 'b', '--account', '1234567_SB1')).json.url);
  assert.strictEqual((await finish(it, other.replace('company=1234567_SB1', 'company=1234567'))).json.error.code, 'CALLBACK_ACCOUNT');
  const late = await allow((await start(it, 'c')).json.url);
  const file = path.join(it.vault, 'sign-ins.json');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"expiresAt": \d+/g, '"expiresAt": 1'));
  const done = await finish(it, late);
  assert.deepStrictEqual([done.code, done.json.error.code], [3, 'REQUEST_TOKEN_EXPIRED']);
  assert.deepStrictEqual((await tool(it, ['list', '--json'])).json.tokens, []);
});

test('if nobody can press Allow, login says what to do instead', async (t) => {
  const it = await scene(t);
  const done = await tool(it, ['login', 'ci', '--vm', it.simulator.url, '--json'], { env: { CI: 'true' } });
  assert.deepStrictEqual([done.code, done.json.error.code], [2, 'SIGN_IN_NEEDED']);
  assert.match(done.json.error.nextStep, /--start/);
  assert.ok(done.ms < 5000);
});
