// Secrets in files: the option tokenFile, --token-file, and variables whose names end in _FILE. A secret on the command line is warned of.
'use strict';

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { inProcess } = require('../requests/signed-in');
const { scene } = require('../scene');
const { tool } = require('../terminal/tool');

const ACCOUNT = '1234567_SB1';

/** A scene whose files hold a token, and the consumer pair without its variables. */
async function withFiles(t) {
  const it = await scene(t);
  const token = it.simulator.issueToken({ account: ACCOUNT, role: '1000' });
  const write = (name, text) => {
    const file = path.join(it.root, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const { key, secret } = it.simulator.consumer;
  const files = {
    CONSUMER_KEY_FILE: write('key', `${key}\n`),
    CONSUMER_SECRET_FILE: write('secret', `${secret}\r\n`),
    NETSUITE_TBA_TOKEN_ID_FILE: write('token-id', token.tokenId),
    NETSUITE_TBA_TOKEN_SECRET_FILE: write('token-secret', `${token.tokenSecret}\n`),
  };
  // `undefined` would become a text in the environment of a child process.
  const without = { CONSUMER_KEY: '', CONSUMER_SECRET: '' };
  return { it, token, write, files: { ...without, ...files, NETSUITE_TBA_ACCOUNT: ACCOUNT } };
}

test('token and consumer pair come from the files that variables name', async (t) => {
  const { it, files } = await withFiles(t);
  const { session, error } = await it.call({}, { env: files });
  assert.ok(session, error && error.message);
  assert.deepStrictEqual([session.account, session.source], [ACCOUNT, 'environment']);
  const status = await tool(it, ['status', '--vm', it.simulator.url, '--json'], { env: files });
  assert.deepStrictEqual(
    status.json.tokens.map((one) => [one.authId, one.status]),
    [[null, 'works']],
  );
});

test('the passphrase of the encrypted file may be in a file', async (t) => {
  const { it, write } = await withFiles(t);
  const env = { NETSUITE_TBA_STORE: 'encrypted-file', NETSUITE_TBA_PASSPHRASE_FILE: write('passphrase', 'two words\n') };
  assert.ok((await it.call({ authId: 'dev' }, { env })).session);
  assert.strictEqual((await it.call({ authId: 'dev' }, { env: { NETSUITE_TBA_PASSPHRASE: 'two words' } })).session.source, 'saved');
});

test('a named pipe serves every call of a process, and the event loop goes on while its writer takes its time', {
  skip: process.platform === 'win32' && 'needs a named pipe',
}, async (t) => {
  const { it, files, token } = await withFiles(t);
  const pipe = path.join(it.root, 'pipe');
  assert.strictEqual(spawnSync('mkfifo', [pipe]).status, 0);
  const writer = spawn('/bin/sh', ['-c', `sleep 0.5; printf '%s\\n' ${token.tokenSecret} > ${JSON.stringify(pipe)}`]);
  t.after(() => writer.kill());
  const twice = async ({ authenticate, tell }, options) => {
    let ticks = 0;
    const clock = setInterval(() => {
      ticks += 1;
    }, 20);
    const [first, second] = await Promise.all([authenticate(options), authenticate(options)]).finally(() => clearInterval(clock));
    tell(ticks > 5);
    const third = await authenticate({ ...options, concurrency: 2 });
    for (const session of [first, second, third]) tell((await session.fetch('/rest/tokeninfo')).status);
  };
  const done = await inProcess(it, twice, { vm: it.simulator.url }, { env: { ...files, NETSUITE_TBA_TOKEN_SECRET_FILE: pipe } });
  assert.deepStrictEqual(done.told, [true, 200, 200, 200], done.stderr);
});

test('a file that cannot be used, or a variable given twice, is refused before anything is sent', async (t) => {
  const { it, files, write } = await withFiles(t);
  for (const [env, code] of [
    [{ NETSUITE_TBA_TOKEN_SECRET_FILE: path.join(it.root, 'absent') }, 'SECRET_FILE'],
    [{ NETSUITE_TBA_TOKEN_SECRET_FILE: it.root }, 'SECRET_FILE'],
    [{ NETSUITE_TBA_TOKEN_SECRET_FILE: write('lines', 'canary\ncanary\n') }, 'SECRET_FILE'],
    [{ NETSUITE_TBA_TOKEN_SECRET_FILE: '' }, 'FLAG_INVALID'],
    [{ NETSUITE_TBA_TOKEN_SECRET: 'canary' }, 'FLAG_CONFLICT'],
  ]) {
    const { error, stderr } = await it.call({}, { env: { ...files, ...env } });
    assert.strictEqual(error.code, code, error.message);
    assert.doesNotMatch(stderr + error.message, /canary/);
    const done = await tool(it, ['status', '--json'], { env: { ...files, ...env } });
    assert.deepStrictEqual([done.code, done.json.error.code], [2, code]);
  }
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('tokenFile and --token-file give a token as --token does', async (t) => {
  const { it, token, write } = await withFiles(t);
  const file = write('token', `${token.tokenId}:${token.tokenSecret}\n`);
  const before = it.kept();
  for (const options of [
    { tokenFile: file, account: ACCOUNT },
    { argv: ['--token-file', file, '--account', ACCOUNT] },
    { argv: [`--token-file=${path.relative(it.project, file)}`, '--account', ACCOUNT] },
  ]) {
    const { session, error, stderr } = await it.call(options);
    assert.ok(session, error && error.message);
    assert.deepStrictEqual([session.account, session.source, session.authId], [ACCOUNT, 'option', null]);
    assert.match(stderr, /^Using the token of --token-file - Account 1234567_SB1$/m);
  }
  assert.deepStrictEqual(it.kept(), before, 'no vault is used');
  const code = async (options) => (await it.call(options)).error.code;
  assert.strictEqual(await code({ tokenFile: file }), 'ACCOUNT_MISSING');
  assert.strictEqual(await code({ tokenFile: file, token: 'a:b', account: ACCOUNT }), 'FLAG_CONFLICT');
  assert.strictEqual(await code({ tokenFile: path.join(it.root, 'absent'), account: ACCOUNT }), 'SECRET_FILE');
  assert.strictEqual(await code({ tokenFile: write('empty', ''), account: ACCOUNT }), 'TOKEN_FORMAT');
});

test('a secret on the command line draws one warning with the better way; options and files draw none', async (t) => {
  const { it, write } = await withFiles(t);
  const warned = (stderr) => stderr.split('\n').filter((line) => line.startsWith('Warning: The command line contains a secret'));
  const argv = ['--token', 'canary-id:canary-secret', '--secret', 'canary-consumer', '--account', ACCOUNT];
  const { stderr } = await it.call({ argv });
  assert.strictEqual(warned(stderr).length, 1, stderr);
  assert.match(warned(stderr)[0], /\(--token, --secret\).*Use --token-file FILE, and NETSUITE_TBA_CONSUMER_SECRET/);
  assert.doesNotMatch(stderr, /canary/);
  const flags = ['--key', 'canary-key', '--secret', 'canary-consumer', '--vm', it.simulator.url];
  const command = await tool(it, ['status', '--offline', ...flags]);
  assert.strictEqual(warned(command.stderr).length, 1, command.stderr);
  assert.doesNotMatch(command.stderr, /canary/);
  for (const options of [
    { token: 'a:b', account: ACCOUNT, consumerSecret: 's' },
    { argv: ['--token-file', write('token', 'a:b'), '--account', ACCOUNT] },
  ])
    assert.deepStrictEqual(warned((await it.call(options)).stderr), []);
});
