// The demo: with --auto, with a person at the terminal, and when a step fails.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { run, scene } = require('../scene');
const { terminal } = require('../terminal');
const { browse } = require('../../simulator/browser');

const skip = without('pty', 'posix', 'stty');
const DEMO = path.join(__dirname, '..', '..', 'scripts', 'demo.js');

const playing = (auto) => ['-e', `require(${JSON.stringify(DEMO)}).play(${auto}).then((code) => { process.exitCode = code; });`];

/** A separate temporary folder, so that leftover files are noticed. */
async function stage(t) {
  const it = await scene(t, { simulator: false });
  it.clean = () => fs.readdirSync(it.temp);
  return it;
}

/** Opens the latest consent page on the screen and answers it. */
function answerPage(seen, action) {
  const pages = Array.from(seen.text.matchAll(/^ {2}(http\S+authorizetoken\S+)$/gm), (match) => match[1]);
  return browse(pages.pop(), { action, account: '1234567_SB1', role: '1000' });
}

test('with --auto every check passes, and nothing is left behind', { skip }, async (t) => {
  const it = await stage(t);
  const { code, stdout, stderr } = await run(process.execPath, playing(true), { cwd: it.project, env: it.env() });
  assert.strictEqual(code, 0, stdout + stderr);
  assert.match(stdout, /The demo went as it should\.\n$/);
  assert.doesNotMatch(stdout, /^ {2}NO /m);
  for (const words of ['extension:fetch --vm', 'extension:deploy --vm', 'extension:deploy --to --vm'])
    assert.ok(stdout.includes(`$ gulp ${words}`), words);
  assert.deepStrictEqual(it.clean(), []);
});

test('a person types a name, presses Allow, and chooses a token', { skip }, async (t) => {
  const it = await stage(t);
  const seen = terminal(t, it, [process.execPath, ...playing(false)], { rows: 120 });
  await seen.until(/Enter an authentication ID/);
  seen.type('my-sandbox');
  seen.press('enter');
  await seen.until(/authorizetoken[\s\S]*left/);
  await answerPage(seen, 'allow');
  await seen.until(/^> my-sandbox - Account 1234567_SB1/m);
  seen.press('up', 'enter');
  const { code, restored, text } = await seen.end(30000);
  assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, text);
  assert.match(text, /the choice was honoured: live - Account 1234567 signed the requests/);
  assert.deepStrictEqual(it.clean(), []);
});

test('the demo fails after Deny or Ctrl-C, and nothing is left behind', { skip }, async (t) => {
  const it = await stage(t);
  for (const way of ['deny', 'ctrlC']) {
    const seen = terminal(t, it, [process.execPath, ...playing(false)], { rows: 120 });
    await seen.until(/Enter an authentication ID/);
    seen.type('my-sandbox');
    seen.press('enter');
    await seen.until(/authorizetoken[\s\S]*left/);
    if (way === 'deny') await answerPage(seen, 'deny');
    else seen.press('ctrlC');
    const { code, restored, text } = await seen.end();
    assert.ok(code !== 0 && restored, `${way}: exit ${code}\n${text}`);
    assert.match(text, /^ {2}NO {3}the task ended without an error$/m);
    assert.match(text, /The demo FAILED/);
    assert.deepStrictEqual(it.clean(), [], way);
  }
});
