// The model of every release on every Node it may run on: it works, and failures have a message.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { noNode, nodeOf } = require('../nodes');
const { failedCleanly, passed } = require('./expectations');
const { SHAPES } = require('./model/shape');
const { openWorld } = require('./world');

const DEV = ['--authID', 'dev'];
// One release for each way to lose a rejection: chained without a catch in gulp 4, awaited without a catch in gulp 4 and in gulp 5.
const LOSING = ['22.x', '23.1', '24.1'];

const VERSIONS = ['12.21.0', '14.19.0', process.versions.node, '22.23.3', '24.21.0'];

for (const version of VERSIONS) {
  const binary = nodeOf(version);
  const skip = binary ? false : noNode(version);
  for (const shape of Object.keys(SHAPES)) {
    test(`Node ${version}: ${shape}: fetch with a sign-in, deploy and reactivate with the saved token`, { skip }, async (t) => {
      const world = await openWorld(t, { shape, node: binary });
      passed(await world.run('extension:fetch', [], { answers: { token: 'New token', authID: 'dev' } }));
      passed(await world.run('extension:deploy'));
      passed(await world.run('reactivate'));
      assert.equal(world.opened().length, 1);
      assert.deepEqual(world.refused(), []);
    });

    if (!LOSING.includes(shape)) continue;

    for (const [what, options, text] of [
      ['Deny', { consent: 'deny' }, /Deny/],
      ['no consumer key', { key: false }, /Missing parameters --key or --secret/],
      ['nobody there', { env: { CI: '1' } }, /Nobody can sign in here/],
    ]) {
      test(`Node ${version}: ${shape}: ${what}: a message, no stack, an exit code`, { skip }, async (t) => {
        const world = await openWorld(t, { shape, node: binary });
        const run = await world.run('extension:fetch', DEV, options);
        failedCleanly(run, text);
      });
    }

    test(`Node ${version}: ${shape}: a revoked token is explained before gulp ends`, { skip }, async (t) => {
      const world = await openWorld(t, { shape, node: binary });
      world.simulator.revoke(world.save('dev').tokenId);
      failedCleanly(await world.run('extension:deploy', DEV), /refuses the token dev/);
    });
  }
}
