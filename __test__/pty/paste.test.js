// If the browser cannot reach this machine, the address of its last page is pasted into the terminal.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');

const skip = without('pty', 'posix', 'stty');

/** A task that waits for Allow, and the redirect that a browser on another machine ended on. */
async function waiting(t, env) {
  const it = await project(t);
  const seen = it.task(['extension:fetch', '--authID', 'dev'], { env });
  const text = await seen.until(/authorizetoken[\s\S]*paste the address[\s\S]*left/);
  const url = /^ {2}(http\S+authorizetoken\S+)$/m.exec(text)[1];
  return { it, seen, redirect: async (choice) => (await it.simulator.consent(url, choice)).location };
}

const verifierOf = (location) => new URL(location).searchParams.get('oauth_verifier');

test('a pasted address works like the redirect, and is not shown', { skip }, async (t) => {
  const { it, seen, redirect } = await waiting(t);
  const location = await redirect({ account: '1234567_SB1' });
  seen.type(`${location}\r`);
  const { code, restored, text } = await seen.end();
  assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, text);
  assert.match(text, /Signed in to 1234567_SB1 [^;]*;\s+saved as dev\./);
  assert.ok(verifierOf(location).length > 20 && !seen.raw.includes(verifierOf(location)), 'the verifier is not on the screen');
  assert.strictEqual(it.requested('accesstoken').length, 1);
});

test('a wrong address gets an answer each time, and the wait goes on', { skip }, async (t) => {
  const { seen, redirect } = await waiting(t);
  const location = await redirect({ account: '1234567' });
  for (const wrong of ['hello', location.replace(/state=\w{4}/, 'state=0000'), location.replace(/oauth_token=\w{4}/, 'oauth_token=0000')]) {
    const before = seen.lines.length;
    seen.type(`${wrong}\r`);
    await seen.until(() => seen.lines.length > before);
  }
  seen.type(`${location}\r`);
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
  assert.match(text, /Signed in to 1234567 \(PRODUCTION\)/);
});

test('the pasted address of a Deny works like Deny', { skip }, async (t) => {
  const { seen, redirect } = await waiting(t);
  seen.type(`${await redirect({ action: 'deny' })}\r`);
  const { code, text } = await seen.end();
  assert.strictEqual(code, 1, text);
  assert.match(text, /Deny was pressed/);
});

test('over SSH no browser is opened, and the command that forwards the port is printed', { skip }, async (t) => {
  const it = await project(t);
  const seen = it.task(['extension:fetch', '--authID', 'dev'], { env: { BROWSER: '', SSH_CONNECTION: '192.0.2.7 50000 192.0.2.8 22' } });
  const text = await seen.until(/ssh -L/);
  assert.ok(text.includes(`ssh -L ${it.port}:localhost:${it.port} 192.0.2.8`), text);
  seen.press('ctrlC');
  await seen.end();
});

test('keys typed after Allow in the browser are kept for the next reader of the terminal', { skip }, async (t) => {
  const it = await project(t);
  const { terminal } = require('../terminal');
  const code = `
    require('netsuite-tba').authenticate({ authId: 'dev', vm: ${JSON.stringify(it.simulator.url)}, port: ${it.port} }).then(() => {
      const reader = require('readline').createInterface({ input: process.stdin, output: process.stdout });
      reader.question('Next question: ', (answer) => { console.log('it got [' + answer + ']'); reader.close(); });
    });`;
  const seen = terminal(t, it, [process.execPath, '-e', code], { env: { BROWSER: '/bin/true' } });
  await it.allow(await seen.until(/authorizetoken[\s\S]*left/));
  await seen.until(/Next question:/);
  seen.type('every key\r');
  const { text, restored } = await seen.end();
  assert.match(text, /it got \[every key\]/);
  assert.ok(restored);
});
