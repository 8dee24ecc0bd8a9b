// Whole tasks, release by release: fetch, deploy and reactivate from the first sign-in on.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { SHAPES } = require('./model/shape');
const { openWorld } = require('./world');

const FIRST = { token: 'New token', authID: 'sb1-dev' };

function passed(run) {
  assert.equal(run.late, false, `hangs\n${run.text}`);
  assert.equal(run.code, 0, run.text);
}

for (const shape of Object.keys(SHAPES)) {
  test(`${shape}: fetch on a first run, then deploy and reactivate without a question`, async t => {
    const world = await openWorld(t, { shape });
    const first = await world.run('extension:fetch', [], { answers: FIRST });
    passed(first);
  });
}
