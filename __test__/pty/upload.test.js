// The progress of an upload at a terminal.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { addFiles } = require('../example');
const { without } = require('../parts');
const { project } = require('./project');

test('the progress of an upload is one line that is rewritten, with bytes and percent', {
  skip: without('pty', 'posix', 'stty'),
}, async (t) => {
  const it = await project(t);
  await it.save('sb1-dev');
  it.nsdeploy = { credentials: { authID: 'sb1-dev' } };
  assert.strictEqual((await it.task(['extension:fetch']).end()).code, 0);
  addFiles(it.project, 170, 10000);
  const seen = it.task(['extension:deploy']);
  const { code, restored, text } = await seen.end();
  assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, text);
  const lines = text.split('\n').filter((line) => line.includes('Sent '));
  assert.strictEqual(lines.length, 1, text);
  assert.match(lines[0], /Sent 171 of 171 changed files \(1\.7 MB of 1\.7 MB, 100%\)$/);
});
