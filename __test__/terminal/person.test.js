// The tool at a terminal: questions, plain questions, Ctrl-C.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { without } = require('../parts');
const { scene } = require('../scene');
const { terminal } = require('../terminal');
const { BIN, tool } = require('./tool');
const { browse } = require('../../simulator/browser');

const skip = without('pty', 'posix', 'stty');

const at = (t, it, args, env) => terminal(t, it, [process.execPath, BIN].concat(args), { env: { BROWSER: '/bin/true', ...env } });
const names = async (it) => (await tool(it, ['list', '--json'])).json.tokens.map((token) => token.authId);

test('remove: Enter is No, y is Yes', { skip }, async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const no = at(t, it, ['remove', 'dev']);
  await no.until(/Remove dev - Account 1234567_SB1 from this machine\? \(y\/N\)/);
  no.press('enter');
  assert.deepStrictEqual((({ code, restored }) => ({ code, restored }))(await no.end()), { code: 130, restored: true });
  assert.deepStrictEqual(await names(it), ['dev']);
  const yes = at(t, it, ['remove', 'dev']);
  await yes.until(/y\/N/);
  yes.type('y');
  yes.press('enter');
  const { code, text } = await yes.end();
  assert.strictEqual(code, 0, text);
  assert.match(text, /Removed dev/);
  assert.deepStrictEqual(await names(it), []);
});

for (const env of [{ NETSUITE_TBA_PROMPT: 'plain' }, { TERM: 'dumb' }]) {
  test(`${Object.keys(env)[0]}: questions are plain lines, and nothing is redrawn`, { skip }, async (t) => {
    const it = await scene(t);
    await it.save('dev');
    const seen = at(t, it, ['remove', 'dev'], env);
    await seen.until(/Remove dev - Account 1234567_SB1 from this machine\? Type yes or no \(Enter for no\):/);
    seen.type('yes\r');
    assert.strictEqual((await seen.end()).code, 0);
    assert.doesNotMatch(seen.raw, /\u001b/);
  });
}

test('after Ctrl-C the exit code is 130, the terminal is restored, the port is free, and nothing is saved', { skip }, async (t) => {
  const it = await scene(t);
  const seen = at(t, it, ['login', 'dev', '--vm', it.simulator.url, '--port', String(it.port)]);
  await seen.until(/paste the address/);
  seen.press('ctrlC');
  const { code, restored } = await seen.end();
  assert.deepStrictEqual({ code, restored }, { code: 130, restored: true }, seen.text);
  assert.deepStrictEqual(await names(it), []);
  await it.save('dev');
  for (const env of [{}, { NETSUITE_TBA_PROMPT: 'plain' }]) {
    const asked = at(t, it, ['remove', 'dev'], env);
    await asked.until(/from this machine/);
    asked.press('ctrlC');
    const end = await asked.end(5000);
    assert.deepStrictEqual([end.code, end.restored], [130, true], asked.text);
  }
  assert.deepStrictEqual(await names(it), ['dev']);
});

test('the address can be pasted into login and into login --finish', { skip }, async (t) => {
  const it = await scene(t);
  const choice = { action: 'allow', account: '1234567_SB1', follow: false };
  const seen = at(t, it, ['login', 'dev', '--vm', it.simulator.url, '--port', String(it.port)]);
  const shown = await seen.until(/paste the address/);
  const { location } = await browse(/^ {2}(http\S+)$/m.exec(shown)[1], choice);
  seen.type(`${location}\r`);
  assert.strictEqual((await seen.end()).code, 0, seen.text);
  const begun = (await tool(it, ['login', 'half', '--start', '--json', '--vm', it.simulator.url])).json;
  const half = at(t, it, ['login', '--finish']);
  await half.until(/Paste the address/);
  half.type(`${(await browse(begun.url, choice)).location}\r`);
  assert.strictEqual((await half.end()).code, 0, half.text);
  assert.deepStrictEqual(await names(it), ['dev', 'half']);
});

test('login --finish at a terminal stops at the first Ctrl-C, and accepts a pasted line', { skip }, async (t) => {
  const it = await scene(t);
  const stopped = at(t, it, ['login', '--finish']);
  await stopped.until(/Paste the address/);
  stopped.press('ctrlC');
  assert.deepStrictEqual((({ code, restored }) => ({ code, restored }))(await stopped.end(1500)), { code: 130, restored: true });
  const begun = await tool(it, ['login', 'dev', '--start', '--json', '--vm', it.simulator.url]);
  const { location } = await browse(begun.json.url, { action: 'allow', account: '1234567', follow: false });
  const seen = at(t, it, ['login', '--finish']);
  await seen.until(/Paste the address/);
  seen.type(`${location}\r`);
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
});

for (const env of [{ NETSUITE_TBA_PROMPT: 'plain' }, { TERM: 'dumb' }]) {
  test(`${Object.keys(env)[0]}: waiting for Allow redraws nothing`, { skip }, async (t) => {
    const it = await scene(t);
    const seen = at(t, it, ['login', 'dev', '--vm', it.simulator.url, '--port', String(it.port)], env);
    await seen.until(/paste the address/);
    // Without these variables the countdown is redrawn every second.
    await new Promise((wait) => setTimeout(wait, 1200));
    seen.press('ctrlC');
    await seen.end();
    assert.doesNotMatch(seen.raw, /\u001b|left/);
  });
}
