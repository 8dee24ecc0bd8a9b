// login NAME --with-token: a token that exists is read from stdin or a file, checked with NetSuite, and saved.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { Recording } = require('../pty/recording');
const { scene } = require('../scene');
const { terminal } = require('../terminal');
const { CANARY } = require('./commerce');
const { BIN, tool, transcript } = require('./tool');

const ACCOUNT = '1234567_SB1';

/** A scene with a token that an administrator made. `save(...)` runs the command for it. */
async function made(t, options) {
  const it = await scene(t, options);
  const token = it.simulator.issueToken({ account: ACCOUNT, role: '1000' });
  const words = (...more) => ['login', 'ci', '--with-token', '--account', ACCOUNT, '--vm', it.simulator.url, ...more];
  const pair = `${token.tokenId}:${token.tokenSecret}`;
  return { it, token, words, pair, save: (input, more = [], rest) => tool(it, words(...more), { input, ...rest }) };
}

const names = async (it) => (await tool(it, ['list', '--json'])).json.tokens.map(({ authId }) => authId);

test('a token from stdin is checked with NetSuite and saved with its role, and tasks use it', async (t) => {
  const { it, words, pair } = await made(t);
  assert.strictEqual(
    await transcript(it, words(), { input: `${pair}\n` }),
    `$ netsuite-tba login ci --with-token --account 1234567_SB1 --vm <simulator>
Saved token ci - Account 1234567_SB1.
NetSuite accepts it: role SC Developer, user Robin Developer.
The secret is in: file
To use it in a project: npx netsuite-tba use ci
exit 0`,
  );
  assert.deepStrictEqual(
    it.simulator.requests.map(({ step }) => step),
    ['tokeninfo'],
    'one request, no browser',
  );
  const { session } = await it.call({ authId: 'ci' });
  assert.deepStrictEqual([session.account, session.role, session.source], [ACCOUNT, '1000', 'saved']);
});

test('the token may be a pair, two lines, or a file, and --json says what was saved', async (t) => {
  const { it, token, pair, save } = await made(t);
  const two = `${token.tokenId}\r\n${token.tokenSecret}\r\n`;
  const file = path.join(it.project, 'token.txt');
  fs.writeFileSync(file, two);
  const outcomes = [await save(pair, ['--json']), await save(two, ['--json']), await save('', ['--json', '--token-file', 'token.txt'])];
  for (const { code, stderr } of outcomes) assert.deepStrictEqual([code, stderr], [0, '']);
  for (const { json } of outcomes) assert.deepStrictEqual(Object.keys(json), ['token', 'replaced', 'checked']);
  assert.deepStrictEqual(
    outcomes.map(({ json }) => [json.token.authId, json.token.role, json.replaced, json.checked]),
    [
      ['ci', '1000', false, true],
      ['ci', '1000', true, true],
      ['ci', '1000', true, true],
    ],
  );
});

test('a token that NetSuite refuses is not saved, and one that was saved stays', async (t) => {
  const { it, pair, save } = await made(t);
  const refused = await save('wrong-id:wrong-secret', ['--json']);
  assert.deepStrictEqual([refused.code, refused.json.error.code], [3, 'INVALID_LOGIN']);
  assert.match(refused.json.error.nextStep, /^Nothing was saved\. Check token ID/);
  assert.deepStrictEqual(await names(it), []);
  const secret = await save(pair, ['--json'], { env: { CONSUMER_SECRET: 'wrong' } });
  assert.strictEqual(secret.json.error.code, 'INVALID_SIGNATURE', 'the consumer secret is told apart from the token');
  assert.strictEqual((await save(pair)).code, 0);
  const before = it.kept();
  assert.strictEqual((await save('wrong-id:wrong-secret')).code, 3);
  assert.deepStrictEqual(it.kept(), before);
});

test('without an account, with the flags of a browser sign-in or of another account, nothing is read and nothing is sent', async (t) => {
  const { it, words, pair, save } = await made(t);
  const code = async (args) => (await tool(it, [...args, '--json'], { input: pair })).json.error.code;
  assert.strictEqual(await code(['login', 'ci', '--with-token', '--vm', it.simulator.url]), 'ACCOUNT_MISSING');
  for (const more of [
    ['--role', '3'],
    ['--start'],
    ['--finish'],
    ['--refused'],
    ['--no-browser'],
    ['--port', '7778'],
    ['--timeout', '5'],
  ]) {
    assert.strictEqual(await code(words(...more)), 'FLAG_CONFLICT', more.join(' '));
  }
  for (const alone of [['--offline'], ['--token-file', 'x']]) assert.strictEqual(await code(['login', 'ci', ...alone]), 'FLAG_INVALID');
  assert.strictEqual(await code(['login', '--with-token', '--account', ACCOUNT]), 'COMMAND_INVALID', 'nobody can be asked for a name');
  assert.strictEqual(it.simulator.requests.length, 0);
  assert.strictEqual((await save(pair)).code, 0);
  const other = ['login', 'ci', '--with-token', '--account', '1234567', '--vm', it.simulator.url];
  assert.strictEqual(await code(other), 'AUTH_ID_TAKEN');
});

test('what is not a token is refused without being repeated', async (t) => {
  const { it, save } = await made(t);
  for (const input of ['', '\n', 'canary', 'canary\ncanary\ncanary\n', 'canary:canary:canary', 'can ary:canary']) {
    const { code, json, stdout, stderr } = await save(input, ['--json']);
    assert.deepStrictEqual([code, json.error.code], [2, 'TOKEN_FORMAT'], JSON.stringify(input));
    assert.doesNotMatch(stdout + stderr, /canary/);
  }
  const absent = await save('', ['--json', '--token-file', 'absent']);
  assert.deepStrictEqual([absent.code, absent.json.error.code], [2, 'SECRET_FILE']);
  assert.match(absent.json.error.message, /--token-file.*absent: there is no such file/);
  assert.strictEqual(it.simulator.requests.length, 0);
  assert.deepStrictEqual(await names(it), []);
});

test('--offline saves without asking NetSuite and without a consumer key, and says that the token was not checked', async (t) => {
  const { it, pair, save } = await made(t);
  const done = await save(pair, ['--offline'], { env: { CONSUMER_KEY: '', CONSUMER_SECRET: '' } });
  assert.strictEqual(done.code, 0, done.stderr);
  assert.match(done.stdout, /It was not checked \(--offline\)\. To check it: npx netsuite-tba status ci\n/);
  assert.strictEqual(it.simulator.requests.length, 0);
  assert.strictEqual((await save(pair, ['--offline', '--json'])).json.checked, false);
  assert.strictEqual((await tool(it, ['status', 'ci'])).code, 0, 'it works');
});

test('a network failure saves nothing', async (t) => {
  const { it, words, pair } = await made(t);
  await it.simulator.close();
  const done = await tool(it, words('--json'), { input: pair });
  assert.deepStrictEqual([done.code, done.json.error.code], [4, 'NETWORK_UNREACHABLE']);
  assert.deepStrictEqual(await names(it), []);
});

test('at a terminal token ID and secret are asked for and not shown', { skip: without('pty', 'posix', 'stty') }, async (t) => {
  const { it, token, words } = await made(t, { simulator: { consumer: CANARY } });
  const recording = new Recording('with-token', it);
  const seen = terminal(t, it, [process.execPath, BIN, ...words()]);
  recording.frame('the token ID is asked for', await seen.until(/Token ID \(not shown\):$/));
  seen.type(`${token.tokenId}\r`);
  recording.frame('the token secret is asked for', await seen.until(/Token secret \(not shown\):$/));
  seen.type(`${token.tokenSecret}\r`);
  const { code, restored, text } = await seen.end();
  recording.frame('the token is checked and saved', text);
  assert.deepStrictEqual([code, restored], [0, true], text);
  for (const secret of [token.tokenId, token.tokenSecret, CANARY.secret]) assert.ok(!seen.raw.includes(secret), 'nothing typed is shown');
  recording.check();
});

test('Ctrl-C at a question saves nothing and restores the terminal', { skip: without('pty', 'posix', 'stty') }, async (t) => {
  const { it, token, words } = await made(t);
  const seen = terminal(t, it, [process.execPath, BIN, ...words()]);
  await seen.until(/Token ID/);
  seen.type(`${token.tokenId}\r`);
  await seen.until(/Token secret/);
  seen.press('ctrlC');
  const { code, restored } = await seen.end(5000);
  assert.deepStrictEqual([code, restored], [130, true], seen.text);
  assert.deepStrictEqual(await names(it), []);
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('a token in a named pipe is read, as shells and secret managers give it', { skip: without('posix') }, async (t) => {
  const { it, pair, words } = await made(t);
  const pipe = path.join(it.root, 'pipe');
  assert.strictEqual(spawnSync('mkfifo', [pipe]).status, 0);
  const saving = tool(it, words('--token-file', pipe));
  fs.writeFileSync(pipe, pair);
  const { code, stderr } = await saving;
  assert.strictEqual(code, 0, stderr);
});

test('where tasks would use the token of the environment, saving another one says so', async (t) => {
  const { pair, save } = await made(t);
  const warning = /NETSUITE_TBA_TOKEN_ID is set\. Tasks use that token, not the one saved now\./;
  const ci = { NETSUITE_TBA_TOKEN_ID: 'other', NETSUITE_TBA_TOKEN_SECRET: 'secret', NETSUITE_TBA_ACCOUNT: ACCOUNT };
  const checked = await save(pair, [], { env: ci });
  assert.match(checked.stderr, warning);
  assert.strictEqual(checked.code, 0);
  assert.match((await save(pair, ['--offline', '--json'], { env: { NETSUITE_TBA_TOKEN_ID: 'other' } })).stderr, warning);
  assert.doesNotMatch((await save(pair, [], { env: { NETSUITE_TBA_TOKEN_ID: '' } })).stderr, warning);
});
