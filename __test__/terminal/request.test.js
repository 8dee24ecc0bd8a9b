// request and sign: what is sent, what is printed where, and which exit code follows.
'use strict';

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { ECHO } = require('../requests/signed-in');
const { secretsOf, tool } = require('./tool');

const CUSTOMERS = '/services/rest/record/v1/customer';
const SUITEQL = '/services/rest/query/v1/suiteql';

/** A scene with a token in its environment, and a function that runs a command in it. */
async function withToken(t, settings) {
  const it = await scene(t, { simulator: settings });
  const { tokenId, tokenSecret, account } = it.simulator.issueToken({ account: '1234567_SB1' });
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: account };
  const command = (args, more) => tool(it, [...args, '--vm', it.simulator.url], { env, ...more });
  return { it, simulator: it.simulator, command, tokenId };
}

test('the body of the answer goes to stdout untouched, everything else to stderr', async (t) => {
  const { command, simulator, it } = await withToken(t);
  const done = await command(['request', ECHO, '--query', 'id=7', '--query', 'a b=&ü']);
  assert.strictEqual(done.code, 0, done.stderr);
  assert.deepStrictEqual(JSON.parse(done.stdout).query, [
    ['id', '7'],
    ['a b', '&ü'],
  ]);
  assert.strictEqual(done.stdout.includes('\n'), false, 'not even a line end is added');
  assert.match(done.stderr, /Using the token/);
  assert.strictEqual(simulator.executed[0].method, 'GET');
  for (const secret of secretsOf(it)) assert.ok(!(done.stdout + done.stderr).includes(secret));
});

test('--data sends a text, a file or stdin, as JSON if it is JSON, with POST or the method given', async (t) => {
  const { command, it } = await withToken(t);
  const sent = async (args, more) => JSON.parse((await command(['request', ...args], more)).stdout);
  assert.deepStrictEqual((await sent([ECHO, '--data', '{"id":1}'])).body, { id: 1 });
  fs.writeFileSync(path.join(it.project, 'order.json'), '{"id":"file"}');
  assert.deepStrictEqual((await sent(['PUT', ECHO, '--data', '@order.json'])).body, { id: 'file' });
  const fromStdin = await sent(['put', ECHO, '--data', '-'], { input: 'plain text' });
  assert.deepStrictEqual([fromStdin.method, fromStdin.body], ['PUT', 'plain text']);
});

test('--data reads no more than a request may send, and no folder, device or pipe without end', {
  skip: process.platform === 'win32' && 'needs POSIX files',
}, async (t) => {
  const { command, it, simulator } = await withToken(t);
  const file = (name) => path.join(it.project, name);
  const refused = async (args, words, code, more) => {
    const done = await command(['request', ECHO, '--data', ...args], { deadlineMs: 20000, ...more });
    assert.strictEqual(done.code, code, done.stderr);
    assert.match(done.stderr, words);
    assert.strictEqual(simulator.requests.length, 0);
  };
  fs.closeSync(fs.openSync(file('huge'), 'w'));
  fs.truncateSync(file('huge'), 10 * 1024 ** 3);
  await refused(['@huge'], /larger than \d+ MiB/, 2);
  await refused(['@.'], /\. cannot be read: it is a folder/, 2);
  await refused(['@/dev/zero'], /\/dev\/zero cannot be read: it is not a regular file/, 2);
  await refused(['@nowhere'], /nowhere cannot be read: there is no such file/, 2);
  fs.symlinkSync('huge', file('link'));
  await refused(['@link'], /larger than \d+ MiB/, 2);
});

test('--data takes what a named pipe sends', { skip: process.platform === 'win32' && 'needs a named pipe' }, async (t) => {
  const { command, it } = await withToken(t);
  const pipe = path.join(it.project, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const writer = spawn('/bin/sh', ['-c', `printf '{"id":"pipe"}' > ${JSON.stringify(pipe)}`]);
  t.after(() => writer.kill());
  const done = await command(['request', ECHO, '--data', '@pipe']);
  assert.deepStrictEqual(JSON.parse(done.stdout).body, { id: 'pipe' }, done.stderr);
});

test('--form is signed, and --header is sent', async (t) => {
  const { command, simulator } = await withToken(t);
  const done = await command(['request', ECHO, '--form', 'a=1', '--form', 'b=x=y &', '--header', 'X-A: 1']);
  assert.strictEqual(done.code, 1, 'a RESTlet takes no form');
  const entry = simulator.requests.at(-1);
  assert.deepStrictEqual([entry.method, entry.status, entry.signatureOk], ['POST', 415, true]);
  assert.ok(entry.headers.includes('x-a'));
});

test('an answer that is no success exits with 1, and stderr says what its code means', async (t) => {
  const { command, simulator } = await withToken(t);
  const done = await command(['request', `${CUSTOMERS}/999999`]);
  assert.strictEqual(done.code, 1);
  assert.strictEqual(JSON.parse(done.stdout).status, 404);
  assert.match(done.stderr, /NetSuite answered 404 Not Found: NONEXISTENT_ID: The record instance does not exist/);
  simulator.fault('restlet:concurrency', true);
  const busy = await command(['request', ECHO, '--retries', '0']);
  assert.strictEqual(busy.code, 1);
  assert.match(busy.stderr, /SSS_REQUEST_LIMIT_EXCEEDED[^\n]*\n[^\n]*busy/);
});

test('failures have the codes of the error table', async (t) => {
  const { command, simulator, tokenId } = await withToken(t);
  for (const [args, code, exit] of [
    [['https://netsuite.example/x'], 'HOST_REFUSED', 4],
    [['GET', ECHO, '--data', 'x'], 'REQUEST_INVALID', 2],
    [[ECHO, '--header', 'Authorization: canary'], 'REQUEST_INVALID', 2],
    [[ECHO, '--header', 'canary'], 'FLAG_INVALID', 2],
    [[ECHO, '--query', 'canary'], 'FLAG_INVALID', 2],
    [[ECHO, '--data', '@canary-missing.json'], 'FLAG_INVALID', 2],
    [[ECHO, '--data', 'x', '--form', 'a=1'], 'FLAG_CONFLICT', 2],
    [[ECHO, '--paginate', '--include'], 'FLAG_CONFLICT', 2],
    [[ECHO, '--timeout', '0'], 'FLAG_INVALID', 2],
    [[ECHO, '--retries', '99'], 'FLAG_INVALID', 2],
    [[ECHO, '--paginate'], 'UNEXPECTED_ANSWER', 4],
  ]) {
    const done = await command(['request', ...args, '--json']);
    assert.deepStrictEqual([done.json.error.code, done.code], [code, exit], args.join(' '));
  }
  simulator.revoke(tokenId);
  const refused = await command(['request', ECHO, '--json']);
  assert.deepStrictEqual([refused.json.error.code, refused.code], ['INVALID_LOGIN', 3]);
  assert.match(refused.json.error.message, /Refreshing a sandbox or Release Preview account deletes its tokens/);
});

test('--paginate prints the items of all pages as one array', async (t) => {
  const { command, simulator } = await withToken(t);
  const records = await command(['request', CUSTOMERS, '--query', 'limit=10', '--paginate']);
  assert.strictEqual(records.code, 0, records.stderr);
  assert.strictEqual(JSON.parse(records.stdout).length, 23);
  const data = JSON.stringify({ q: 'SELECT id FROM customer' });
  const rows = await command(['request', `${SUITEQL}?limit=5`, '--data', data, '--paginate', '--json']);
  assert.strictEqual(rows.json.body.length, 23);
  assert.strictEqual(simulator.requests.filter(({ step }) => step === 'suiteql').length, 5);
});

test('--include, --output and --json', async (t) => {
  const { command, it } = await withToken(t);
  const included = await command(['request', CUSTOMERS, '--data', '{"companyName":"New"}', '--include']);
  assert.match(included.stdout, /^HTTP\/1\.1 204 No Content\n[\s\S]*^location: http:[^\n]*\/customer\/\d+\n[\s\S]*\n\n$/m);
  const saved = await command(['request', ECHO, '--output', 'answer.json']);
  assert.deepStrictEqual([saved.code, saved.stdout], [0, '']);
  assert.strictEqual(JSON.parse(fs.readFileSync(path.join(it.project, 'answer.json'), 'utf8')).method, 'GET');
  const { json } = await command(['request', ECHO, '--json']);
  assert.deepStrictEqual([json.status, json.statusText, json.attempts, json.body.method], [200, 'OK', 1, 'GET']);
  assert.strictEqual(json.headers['content-type'], 'application/json;charset=UTF-8');
});

test('a saved token is named by --to or --authID', async (t) => {
  const it = await scene(t);
  await it.save('one', '1234567_SB1');
  await it.save('two', 'TSTDRV1234567');
  for (const [flag, name, account] of [
    ['--to', 'one', '1234567_SB1'],
    ['--authID', 'two', 'TSTDRV1234567'],
  ]) {
    const done = await tool(it, ['request', ECHO, flag, name, '--vm', it.simulator.url]);
    assert.strictEqual(JSON.parse(done.stdout).account, account, done.stderr);
  }
  const unknown = await tool(it, ['request', ECHO, '--to', 'three', '--vm', it.simulator.url, '--json']);
  assert.strictEqual(unknown.json.error.code, 'TOKEN_NOT_FOUND');
});

test('sign prints one header line that works once, in curl', async (t) => {
  const { command, simulator } = await withToken(t);
  const url = `${simulator.url}${ECHO}&id=sign&x=%20%2B`;
  const { stdout, code } = await command(['sign', 'GET', url]);
  assert.strictEqual(code, 0);
  assert.match(stdout, /^Authorization: OAuth realm="1234567_SB1", [^\n]*\n$/);
  const response = await fetch(url, { headers: { authorization: stdout.slice('Authorization: '.length).trim() } });
  assert.strictEqual((await response.json()).id, 'sign');
  const { json } = await command(['sign', 'GET', url, '--json']);
  assert.deepStrictEqual([json.method, json.url, json.authorization.startsWith('OAuth ')], ['GET', url, true]);
});

test('sign signs a form from a file', async (t) => {
  const { command, simulator, it } = await withToken(t);
  fs.writeFileSync(path.join(it.project, 'form.txt'), 'a=1&b=x+y%26\n');
  const url = `${simulator.url}${ECHO}`;
  const { json } = await command(['sign', 'POST', url, '--form', 'form.txt', '--json']);
  const headers = { authorization: json.authorization, 'content-type': 'application/x-www-form-urlencoded' };
  await fetch(url, { method: 'POST', headers, body: 'a=1&b=x+y%26' });
  assert.strictEqual(simulator.requests.at(-1).signatureOk, true);
});

test("sign refuses a host that is not the account's", async (t) => {
  const { command } = await withToken(t);
  for (const url of ['https://netsuite.example/x', 'https://1234567.app.netsuite.com/x']) {
    const { json, code } = await command(['sign', 'GET', url, '--json']);
    assert.deepStrictEqual([json.error.code, code], ['HOST_REFUSED', 4]);
  }
});

test('Ctrl-C stops a request', { skip: process.platform === 'win32' }, async (t) => {
  const { command, simulator } = await withToken(t);
  simulator.fault('restlet:hang', true);
  const before = simulator.requests.length;
  let waiting;
  const interruptOnceSent = (child) => {
    waiting = waiting || setInterval(() => simulator.requests.length > before && child.kill('SIGINT'), 20);
  };
  const done = await command(['request', ECHO], { onStderr: (text, child) => interruptOnceSent(child) });
  clearInterval(waiting);
  assert.deepStrictEqual([done.code, done.stdout], [130, '']);
  assert.ok(done.ms < 5000);
});
