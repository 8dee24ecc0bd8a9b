// --to at a terminal: the list, the preselected token, searching, a new token, a name that is taken.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');
const { Recording } = require('./recording');

const skip = without('pty', 'posix', 'stty');

/** Three saved tokens. The project uses the second one. */
async function three(t) {
  const it = await project(t);
  await it.save('live', '1234567', '3');
  await it.save('sb1-dev', '1234567_SB1', '1000');
  await it.save('testdrive', 'TSTDRV1234567', '3');
  it.nsdeploy = { credentials: { authID: 'sb1-dev' } };
  return it;
}

const chosen = (text) => /^> (.*)$/m.exec(text)[1];

test("--to lists the saved tokens, preselects the project's, and uses the chosen one", { skip }, async (t) => {
  const it = await three(t);
  const recording = new Recording('to', it);
  const seen = it.task(['extension:fetch', '--to']);
  const list = await seen.until(/Choose a saved token[\s\S]*testdrive/);
  recording.frame('gulp extension:fetch --to', list);
  for (const row of [
    /New token/,
    /live - Account 1234567 \(production, role 3/,
    /sb1-dev - Account 1234567_SB1 \(sandbox, role 1000/,
    /testdrive - Account TSTDRV1234567 \(/,
  ]) {
    assert.match(list, row);
  }
  assert.match(chosen(list), /^sb1-dev - /);
  seen.press('down');
  recording.frame('pressed: down', await seen.until(/^> testdrive/m));
  seen.press('enter');
  const { code, restored, text } = await seen.end();
  recording.frame('pressed: Enter', text);
  assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, text);
  assert.match(text, /Using token testdrive - Account TSTDRV1234567 \(chosen\)/);
  assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'testdrive');
  assert.strictEqual(it.requested('requesttoken').length, 3, 'no sign-in besides the three before');
  recording.check();
});

test('typing letters searches the list', { skip }, async (t) => {
  const it = await three(t);
  const seen = it.task(['extension:fetch', '--to']);
  await seen.until(/Choose a saved token/);
  seen.type('live');
  const text = await seen.until(/^> live/m);
  assert.doesNotMatch(text, /testdrive - /);
  seen.press('enter');
  assert.match((await seen.end()).text, /Using token live - Account 1234567/);
});

test('New token asks for a name and signs in, and the other tokens are kept', { skip }, async (t) => {
  const it = await three(t);
  const seen = it.task(['extension:fetch', '--to']);
  await seen.until(/Choose a saved token/);
  seen.press('up', 'up');
  await seen.until(/^> New token/m);
  seen.press('enter');
  await seen.until(/Enter an authentication ID/);
  seen.type('fourth');
  seen.press('enter');
  await it.allow(await seen.until(/authorizetoken/));
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
  const again = it.task(['extension:fetch', '--to']);
  const list = await again.until(/Choose a saved token[\s\S]*fourth/);
  for (const name of ['live', 'sb1-dev', 'testdrive', 'fourth']) assert.ok(list.includes(`${name} - Account`), list);
  again.press('ctrlC');
  await again.end();
});

test('a taken name can be changed or its token replaced, and the old token is kept until then', { skip }, async (t) => {
  const it = await three(t);
  const before = it.kept();
  const seen = it.task(['extension:fetch', '--to']);
  await seen.until(/Choose a saved token/);
  seen.press('up', 'up', 'enter');
  await seen.until(/Enter an authentication ID/);
  seen.type('live');
  seen.press('enter');
  await seen.until(/live - Account 1234567 is saved already[\s\S]*Choose another name[\s\S]*replace/);
  seen.press('enter');
  await seen.until(
    /Enter an authentication ID \(authID\)\s*(\n|$)(?![\s\S]*is saved already)|another name[\s\S]*Enter an authentication ID/,
  );
  seen.type('live');
  seen.press('enter');
  await seen.until(/is saved already[\s\S]*> ?Choose another name|> Choose another name/);
  seen.press('down', 'enter');
  const waiting = await seen.until(/authorizetoken/);
  assert.deepStrictEqual(it.kept()['vault/secrets.json'], before['vault/secrets.json'], 'the old token is still there');
  await it.allow(waiting, { account: '1234567', role: '1000' });
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
  assert.notStrictEqual(it.kept()['vault/secrets.json'], before['vault/secrets.json']);
  assert.match((await it.call({ authId: 'live' })).stderr, /Using token live - Account 1234567 /);
});

test('--account limits the list to tokens of that account', { skip }, async (t) => {
  const it = await three(t);
  const seen = it.task(['extension:fetch', '--to', '--account', '1234567']);
  const list = await seen.until(/Choose a saved token[\s\S]*live/);
  assert.doesNotMatch(list, /sb1-dev - |testdrive - /);
  seen.press('ctrlC');
  await seen.end();
});
