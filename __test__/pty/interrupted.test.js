// Ctrl-C wherever a person can press it: the process ends with the signal's exit code, restores the terminal, and saves nothing.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');

const skip = without('pty', 'posix', 'stty');

function free(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Presses Ctrl-C when the screen shows `at`, and asserts what must hold afterwards. */
async function interrupt(it, seen, at) {
  await seen.until(at);
  const before = it.kept();
  const pressed = Date.now();
  seen.press('ctrlC');
  const { code, restored, text } = await seen.end(5000);
  assert.ok(code === 130 || code === 1, `exit ${code}\n${text}`);
  assert.ok(Date.now() - pressed < 2000, 'at once');
  assert.ok(restored, 'all settings of the terminal are restored');
  assert.ok(!/\u001b\[\?25l(?![\s\S]*\u001b\[\?25h)/.test(seen.raw), 'the cursor is shown again');
  assert.ok(await free(it.port), 'the port is free');
  assert.deepStrictEqual(it.kept(), before, 'nothing is saved');
  assert.doesNotMatch(text, /\n\s+at .*\d+:\d+|panicked/);
  return code;
}

test('Ctrl-C at the question for a name', { skip }, async (t) => {
  const it = await project(t);
  assert.strictEqual(await interrupt(it, it.task(['extension:fetch']), /Enter an authentication ID/), 130);
});

test('Ctrl-C at the list of saved tokens', { skip }, async (t) => {
  const it = await project(t);
  await it.save('one');
  assert.strictEqual(await interrupt(it, it.task(['extension:fetch', '--to']), /Choose a saved token/), 130);
});

test('Ctrl-C at the question whether to replace a token', { skip }, async (t) => {
  const it = await project(t);
  await it.save('one');
  const seen = it.task(['extension:fetch', '--to']);
  await seen.until(/^> one/m);
  seen.press('up');
  await seen.until(/^> New token/m);
  seen.press('enter');
  await seen.until(/Enter an authentication ID/);
  seen.type('one');
  seen.press('enter');
  assert.strictEqual(await interrupt(it, seen, /is saved already/), 130);
});

test('Ctrl-C while waiting for Allow', { skip }, async (t) => {
  const it = await project(t);
  assert.strictEqual(await interrupt(it, it.task(['extension:fetch', '--authID', 'dev']), /authorizetoken[\s\S]*left/), 130);
});

test('Ctrl-C during a request to NetSuite', { skip }, async (t) => {
  const it = await project(t);
  it.simulator.fault('requesttoken:hang', true);
  const seen = it.task(['extension:fetch', '--authID', 'dev']);
  await seen.until(/Log in using Access\s+Tokens/);
  await seen.until(() => it.requested('requesttoken').length > 0);
  await interrupt(it, seen, /Starting/);
});

test('Escape at a question also stops the task, and gulp says so', { skip }, async (t) => {
  const it = await project(t);
  const seen = it.task(['extension:fetch']);
  await seen.until(/Enter an authentication ID/);
  seen.press('escape');
  const { code, restored, text } = await seen.end(5000);
  assert.deepStrictEqual({ code, restored }, { code: 1, restored: true }, text);
  assert.ok(!fs.existsSync(it.vault) || !fs.readdirSync(it.vault).includes('secrets.json'));
});

test('a host that handles Ctrl-C itself gets the signal, and the call is cancelled', { skip }, async (t) => {
  const it = await project(t);
  const { terminal } = require('../terminal');
  const code = `
    process.on('SIGINT', () => console.log('the host saw it'));
    require('netsuite-tba').authenticate({ vm: ${JSON.stringify(it.simulator.url)}, port: ${it.port} })
      .catch((error) => console.log('it failed as ' + error.code));`;
  const seen = terminal(t, it, [process.execPath, '-e', code]);
  await seen.until(/Enter an authentication ID/);
  seen.press('ctrlC');
  const { code: exit, restored, text } = await seen.end(5000);
  assert.match(text, /the host saw it/);
  assert.match(text, /it failed as CANCELLED/);
  assert.deepStrictEqual({ exit, restored }, { exit: 0, restored: true });
});
