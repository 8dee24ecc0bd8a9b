// The encrypted file without NETSUITE_TBA_PASSPHRASE: the passphrase is asked for before the browser opens, and is not shown.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');
const { terminal } = require('../terminal');

const skip = without('pty', 'posix', 'stty');
const PASSPHRASE = 'correct horse battery';

const ENV = { NETSUITE_TBA_STORE: 'encrypted-file' };
const sealed = (it) => path.join(it.vault, 'secrets.enc');
const fetch = (it, env) => it.task(['extension:fetch', '--authID', 'dev'], { env: { ...ENV, ...env } });

/** A new encrypted file, made by a first sign-in that asks for a passphrase. */
async function signIn(it, env) {
  const seen = fetch(it, env);
  await seen.until(/New passphrase \(not shown\):/);
  assert.strictEqual(it.requested('requesttoken').length, 0, 'NetSuite is not asked before');
  seen.type(`${PASSPHRASE}\r`);
  await seen.until(/Repeat the passphrase/);
  seen.type(`${PASSPHRASE}\r`);
  await it.allow(await seen.until(/authorizetoken/));
  return { seen, end: await seen.end() };
}

for (const env of [{}, { NETSUITE_TBA_PROMPT: 'plain' }, { TERM: 'dumb' }]) {
  test(`for a new file it is asked for twice, in later runs once (${JSON.stringify(env)})`, { skip }, async (t) => {
    const it = await project(t);
    const { seen, end } = await signIn(it, env);
    assert.deepStrictEqual([end.code, end.restored], [0, true], end.text);
    assert.ok(!seen.raw.includes(PASSPHRASE.slice(0, 7)), 'nothing typed is shown');
    assert.strictEqual(fs.readFileSync(sealed(it)).toString('latin1').slice(0, 8), 'NSTBAENC');
    const again = fetch(it, env);
    await again.until(/Passphrase of \S+secrets\.enc \(not shown\):/);
    again.type(`${PASSPHRASE}\r`);
    const { code, restored, text } = await again.end();
    assert.deepStrictEqual([code, restored], [0, true], text);
    assert.match(text, /Using token dev/);
    assert.strictEqual(it.requested('requesttoken').length, 1);
    if (env.TERM) assert.doesNotMatch(again.raw, /\u001b\[\?2004/);
  });
}

test('two different passphrases, or an empty one, are asked for again', { skip }, async (t) => {
  const it = await project(t);
  const seen = fetch(it);
  await seen.until(/New passphrase/);
  seen.type('\r');
  await seen.until(/Nothing was typed/);
  seen.type('one\r');
  await seen.until(/Repeat the passphrase/);
  seen.type('two\r');
  await seen.until(/do not match\.\s+New passphrase/);
  seen.type('onee\u007f\u007f\u007f\u007fthree\r');
  await seen.until(/do not match[\s\S]*Repeat the passphrase/);
  seen.type('three\r');
  await it.allow(await seen.until(/authorizetoken/));
  assert.strictEqual((await seen.end()).code, 0, seen.text);
  const set = fetch(it, { NETSUITE_TBA_PASSPHRASE: 'three' });
  assert.strictEqual((await set.end()).code, 0, set.text);
});

test('after three wrong passphrases the run ends with the reason, and the file is unchanged', { skip }, async (t) => {
  const it = await project(t);
  await signIn(it);
  const before = fs.readFileSync(sealed(it));
  const mended = fetch(it);
  await mended.until(/Passphrase of/);
  mended.type('wrong\r');
  await mended.until(/does not open[\s\S]*Passphrase of/);
  mended.type(`${PASSPHRASE}\r`);
  assert.strictEqual((await mended.end()).code, 0, mended.text);
  const seen = fetch(it);
  for (let n = 0; n < 3; n += 1) {
    await seen.until(new RegExp(`(Passphrase of[\\s\\S]*){${n + 1}}`));
    seen.type('wrong\r');
  }
  const { code, text } = await seen.end();
  assert.strictEqual(code, 1);
  assert.match(text, /errored[\s\S]*does not open/);
  assert.deepStrictEqual(fs.readFileSync(sealed(it)), before);
  assert.strictEqual(it.requested('requesttoken').length, 1, 'no new sign-in');
});

test('a process asks only once', { skip }, async (t) => {
  const it = await project(t);
  await signIn(it);
  const code = `
    const { authenticate, TokenVault } = require('netsuite-tba');
    const call = { authId: 'dev', vm: ${JSON.stringify(it.simulator.url)} };
    Promise.all([authenticate(call), authenticate({ ...call, interactive: true }), authenticate({ ...call, port: 7999 })])
      .then(() => authenticate(call))
      .then((session) => console.log('all of ' + session.account));`;
  const seen = terminal(t, it, [process.execPath, '-e', code], { env: ENV });
  await seen.until(/Passphrase of/);
  seen.type(`${PASSPHRASE}\r`);
  const { text } = await seen.end();
  assert.match(text, /all of 1234567/);
  assert.strictEqual(text.split('Passphrase of').length, 2, text);
});

test('Ctrl-C at the question stops the run and restores the terminal', { skip }, async (t) => {
  const it = await project(t);
  const seen = fetch(it);
  await seen.until(/New passphrase/);
  seen.press('ctrlC');
  const { code, restored } = await seen.end(5000);
  assert.deepStrictEqual({ code, restored }, { code: 130, restored: true }, seen.text);
  assert.ok(!fs.existsSync(sealed(it)));
});

test('the command line tool asks too: status, and a removal', { skip }, async (t) => {
  const it = await project(t);
  await signIn(it);
  const bin = path.join(__dirname, '..', '..', 'bin', 'netsuite-tba.js');
  for (const words of [
    ['status', 'dev'],
    ['remove', 'dev', '--yes'],
  ]) {
    const seen = terminal(t, it, [process.execPath, bin, ...words], { env: ENV });
    await seen.until(/Passphrase of/);
    seen.type(`${PASSPHRASE}\r`);
    const { code, restored } = await seen.end();
    assert.deepStrictEqual([code, restored], [0, true], seen.text);
  }
});

/** How many bytes a process has read so far, from files and terminals alike. */
const bytesRead = (pid) => Number(/^rchar: (\d+)/.exec(fs.readFileSync(`/proc/${pid}/io`, 'utf8'))[1]);

test('after a stop and continue, the rest of the passphrase is not shown either', {
  skip: skip || (process.platform !== 'linux' && 'finds its terminal in /proc'),
}, async (t) => {
  const it = await project(t);
  const code = `
    console.log('at ' + process.pid + ' ' + require('fs').readlinkSync('/proc/self/fd/0'));
    process.on('SIGCONT', () => console.log('the host was woken'));
    require('netsuite-tba').authenticate({ authId: 'dev', vm: ${JSON.stringify(it.simulator.url)}, port: ${it.port} }).catch((error) => console.log(error.code));`;
  const seen = terminal(t, it, [process.execPath, '-e', code], { env: { ...ENV, BROWSER: '/bin/true' } });
  await seen.until(/New passphrase/);
  const [, pid, tty] = /^at (\d+) (\S+)$/m.exec(seen.text);
  const before = bytesRead(pid);
  seen.type('hun');
  // The process must have read it before the echo is on again.
  await seen.until(() => bytesRead(pid) >= before + 3);
  process.kill(Number(pid), 'SIGSTOP');
  // Like a shell that takes the terminal back.
  require('node:child_process').execFileSync('stty', ['-F', tty, 'sane']);
  process.kill(Number(pid), 'SIGCONT');
  await seen.until(/the host was woken/);
  seen.type('ter2\r');
  await seen.until(/Repeat the passphrase/);
  seen.type('hunter2\r');
  await seen.until(/authorizetoken/);
  assert.doesNotMatch(seen.raw, /hun|ter2/);
  seen.press('ctrlC');
  assert.deepStrictEqual((({ restored }) => ({ restored }))(await seen.end()), { restored: true });
});
