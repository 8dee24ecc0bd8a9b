// What the tests expect of a run that works, and of one that fails the way it should.
'use strict';

const assert = require('node:assert/strict');

const STACK = /^\s+at .+/m;

function passed(run) {
  assert.equal(run.late, false, `It hangs:\n${run.text}`);
  assert.equal(run.code, 0, run.text);
}

// A message, no stack, an exit code, and no waiting.
function failedCleanly(run, ...texts) {
  assert.equal(run.late, false, `It hangs:\n${run.text}`);
  assert.notEqual(run.code, 0, run.text);
  assert.doesNotMatch(run.text, STACK);
  for (const text of texts) assert.match(run.text, text);
}

// Nothing was opened, nothing asked of NetSuite's token endpoints.
function noSignIn(world) {
  assert.equal(world.steps().requesttoken, 0);
  assert.deepEqual(world.opened(), []);
}

function questions(run) {
  return run.stdout
    .split('\n')
    .filter((line) => /^\? (Choose a saved token|Enter an authentication ID \(authID\))$/.test(line))
    .map((line) => line.slice(2));
}

module.exports = { failedCleanly, noSignIn, passed, questions };
