// What the tests expect of a successful run, and of a run that fails correctly.
'use strict';

const assert = require('node:assert/strict');

const STACK = /^\s+at .+/m;

function passed(run) {
  assert.equal(run.late, false, `It hangs:\n${run.text}`);
  assert.equal(run.code, 0, run.text);
}

// Asserts that there is a message, no stack, an exit code, and no delay.
function failedCleanly(run, ...texts) {
  assert.equal(run.late, false, `It hangs:\n${run.text}`);
  assert.notEqual(run.code, 0, run.text);
  assert.doesNotMatch(run.text, STACK);
  for (const text of texts) assert.match(run.text, text);
}

// Asserts that no page was opened and no token endpoint was called.
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
