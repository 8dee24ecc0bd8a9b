// The production guard at a terminal: it says what the task is about to change, and has the account ID typed.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');
const { Recording } = require('./recording');

const skip = without('pty', 'posix', 'stty');

async function guarded(t) {
  const it = await project(t);
  await it.save('live', '1234567', '3');
  it.nsdeploy = { credentials: { authID: 'live', domain: 'www.acme.example' } };
  assert.strictEqual((await it.task(['extension:fetch']).end()).code, 0);
  const file = path.join(it.project, 'package.json');
  const text = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify({ ...text, 'netsuite-tba': { guard: true } }));
  it.simulator.requests.length = 0;
  return it;
}

test('a deployment to production names account, role, host, website and task, and goes on when the account ID is typed', {
  skip,
}, async (t) => {
  const it = await guarded(t);
  const recording = new Recording('guard', it);
  const seen = it.task(['extension:deploy']);
  const asked = await seen.until(/Type the account ID to continue/);
  recording.frame('gulp extension:deploy', asked);
  for (const words of [
    /The task extension:deploy is about to change the production account 1234567\./,
    /Account: 1234567/,
    /Role: 3/,
    /Host: /,
    /Website: www\.acme\.example/,
  ]) {
    assert.match(asked, words);
  }
  assert.strictEqual(it.simulator.requests.length, 0, 'nothing is sent before the answer');
  seen.type('7654321');
  seen.press('enter');
  recording.frame('typed: 7654321', await seen.until(/That is not the ID of this account/));
  for (let n = 0; n < 7; n += 1) seen.press('backspace');
  seen.type('1234567');
  seen.press('enter');
  const { code, restored, text } = await seen.end();
  assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, text);
  recording.frame('typed: 1234567', text);
  recording.check();
  assert.strictEqual(text.match(/is about to change/g).length, 1, 'asked once');
  assert.ok(it.simulator.requests.length > 0);
});

test('Esc stops the task before anything is sent', { skip }, async (t) => {
  const it = await guarded(t);
  const seen = it.task(['extension:deploy']);
  await seen.until(/Type the account ID to continue/);
  seen.press('escape');
  const { code, restored, text } = await seen.end();
  assert.deepStrictEqual([code !== 0, restored], [true, true], text);
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('a fetch from production is not asked about', { skip }, async (t) => {
  const it = await guarded(t);
  const seen = it.task(['extension:fetch']);
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
  assert.doesNotMatch(text, /about to change/);
});
