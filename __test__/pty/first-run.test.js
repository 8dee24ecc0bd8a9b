// The first run at a terminal: it asks for a name, shows the link, Allow is pressed, and the task continues.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');
const { Recording } = require('./recording');

const skip = without('pty', 'posix', 'stty');

test('the first run, from the question to the files', { skip }, async (t) => {
  const it = await project(t);
  const recording = new Recording('first-run', it);
  const seen = it.task(['extension:fetch']);
  recording.frame('gulp extension:fetch', await seen.until(/Enter an authentication ID \(authID\)/));
  seen.type('sb1-dev');
  seen.press('enter');
  const waiting = await seen.until(/authorizetoken[\s\S]*left/);
  recording.frame('typed: sb1-dev, Enter', waiting);
  await it.allow(waiting, { account: '1234567_SB1', role: '1000' });
  const { code, restored, text } = await seen.end();
  recording.frame('Allow pressed in the browser', text);
  assert.deepStrictEqual({ code, restored }, { code: 0, restored: true });
  assert.ok(fs.existsSync(path.join(it.project, 'Workspace', 'HelloWorld', 'manifest.json')));
  assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'sb1-dev');
  recording.check();
});

test('the second run asks nothing', { skip }, async (t) => {
  const it = await project(t);
  await it.save('sb1-dev');
  it.nsdeploy = { credentials: { authID: 'sb1-dev' } };
  const seen = it.task(['extension:fetch']);
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
  assert.match(text, /Using token sb1-dev - Account 1234567_SB1 \(from \.nsdeploy\)/);
  assert.doesNotMatch(text, /\? /);
});

test('after an invalid name the question is explained and asked again', { skip }, async (t) => {
  const it = await project(t);
  const seen = it.task(['extension:fetch']);
  for (const wrong of ['sb1 dev', '../up', '-x']) {
    await seen.until(/Enter an authentication ID/);
    seen.type(wrong);
    seen.press('enter');
    await seen.until(/Use up to 40 letters, digits, - and _/);
    assert.strictEqual(it.simulator.requests.length, 0);
    for (const character of wrong) {
      assert.ok(character);
      seen.press('backspace');
    }
  }
  seen.type('right');
  seen.press('enter');
  const waiting = await seen.until(/authorizetoken/);
  await it.allow(waiting);
  assert.strictEqual((await seen.end()).code, 0);
  assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'right');
});

test('after an empty answer the question is asked again', { skip }, async (t) => {
  const it = await project(t);
  const seen = it.task(['extension:fetch']);
  await seen.until(/Enter an authentication ID/);
  seen.press('enter');
  await seen.until(/starting with a letter or a digit/);
  seen.press('ctrlC');
  await seen.end();
});

test('Deny is reported with the next step and without a stack', { skip }, async (t) => {
  const it = await project(t);
  const seen = it.task(['extension:fetch', '--authID', 'dev']);
  await it.allow(await seen.until(/authorizetoken/), { action: 'deny' });
  const { code, restored, text } = await seen.end();
  assert.deepStrictEqual({ code, restored }, { code: 1, restored: true }, text);
  assert.match(text, /Deny was pressed on the consent page\.\n.*press Allow/);
  assert.doesNotMatch(text, /\n\s+at /);
});

test('prompts have no colour codes with NO_COLOR or TERM=dumb, and have some otherwise', { skip }, async (t) => {
  const it = await project(t);
  const colours = async (env) => {
    const seen = it.task(['extension:fetch', '--no-color'], { env });
    await seen.until(/Enter an authentication ID/);
    seen.press('ctrlC');
    await seen.end();
    return (seen.raw.match(/\u001b\[(?:[1-9]\d*;?)+m/g) || []).length;
  };
  assert.strictEqual(await colours({ NO_COLOR: '1' }), 0);
  assert.strictEqual(await colours({ TERM: 'dumb' }), 0);
  assert.ok((await colours({})) > 0);
});

test('with CI set nothing is asked, even at a terminal', { skip }, async (t) => {
  const it = await project(t);
  await it.save('one');
  await it.save('two', '1234567', '3');
  for (const words of [['extension:fetch'], ['extension:fetch', '--to'], ['extension:fetch', '--authID', 'new']]) {
    const seen = it.task(words, { env: { CI: '1' } });
    const { code, text } = await seen.end(8000);
    assert.strictEqual(code, 1, text);
    assert.doesNotMatch(text, /\? (Enter|Choose)/);
    assert.match(text, /--authID|NETSUITE_TBA_TOKEN_ID/);
  }
  assert.strictEqual(it.requested('requesttoken').length, 2, 'only those of the tokens saved before');
});
