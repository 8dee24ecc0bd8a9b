// Whole tasks, release by release: fetch, deploy and reactivate, starting with the first sign-in.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');
const { failedCleanly, passed, questions } = require('./expectations');
const { SHAPES } = require('./model/shape');
const { openWorld } = require('./world');

const FIRST = { answers: { token: 'New token', authID: 'sb1-dev' } };

for (const shape of Object.keys(SHAPES)) {
  test(`${shape}: fetch on a first run, then deploy and reactivate without a question`, async (t) => {
    const world = await openWorld(t, { shape });
    const first = await world.run('extension:fetch', [], FIRST);
    passed(first);
    assert.deepEqual(questions(first), ['Choose a saved token', 'Enter an authentication ID (authID)']);
    assert.match(first.stdout, /Fetched HelloWorld: 44 files/);
    assert.ok(fs.existsSync(world.project.path('Workspace', 'HelloWorld', 'manifest.json')));
    const { authID, hostname } = world.project.nsdeploy();
    assert.equal(authID, 'sb1-dev');
    assert.equal(hostname.toLowerCase(), '1234567-sb1.restlets.api.netsuite.com');

    const deploy = await world.run('extension:deploy');
    passed(deploy);
    assert.deepEqual(questions(deploy), []);
    assert.match(deploy.stdout, /Deployed Sample: 3 files/);
    const again = await world.run('extension:deploy');
    passed(again);
    assert.match(again.stdout, /Nothing changed/);

    const activated = await world.run('reactivate');
    passed(activated);
    assert.match(activated.stdout, /Reactivated/);
    const { requesttoken, accesstoken } = world.steps();
    assert.deepEqual({ requesttoken, accesstoken }, { requesttoken: 1, accesstoken: 1 });
    assert.deepEqual(world.refused(), []);
  });

  test(`${shape}: the SOAP passport has the account with underscores, the RESTlets have it as realm`, async (t) => {
    const world = await openWorld(t, { shape });
    world.save('dev');
    passed(await world.run('extension:deploy', ['--authID', 'dev']));
    const realms = new Set(world.simulator.requests.filter((request) => request.step === 'restlet').map((request) => request.oauth.realm));
    const accounts = new Set(world.simulator.requests.filter((request) => request.oauth.account).map((request) => request.oauth.account));
    assert.deepEqual([...realms, ...accounts], ['1234567_SB1', '1234567_SB1']);
  });

  test(`${shape}: a task that needs no NetSuite runs without a consumer key`, async (t) => {
    const world = await openWorld(t, { shape });
    const run = await world.run('extension:create', [], { key: false });
    passed(run);
    assert.equal(run.stderr, '');
  });

  test(`${shape}: Deny in the browser ends the task with a message`, async (t) => {
    const world = await openWorld(t, { shape });
    const run = await world.run('extension:fetch', [], Object.assign({ consent: 'deny' }, FIRST));
    failedCleanly(run, /Deny/);
    assert.equal(world.opened().length, 1);
    assert.equal(world.steps().accesstoken, 0);
  });

  test(`${shape}: a revoked token is explained after NetSuite's refusal`, async (t) => {
    const world = await openWorld(t, { shape });
    world.simulator.revoke(world.save('dev').tokenId);
    const run = await world.run('extension:fetch', ['--authID', 'dev']);
    failedCleanly(run, /Unexpected Error/, /refuses the token dev/);
    assert.match(run.stderr, /Sign in again/);
    assert.equal(world.steps().requesttoken, 0);
  });

  test(`${shape}: a wrong clock is reported in minutes, at the sign-in and later`, async (t) => {
    const world = await openWorld(t, { shape, simulator: { clockOffsetMs: 15 * 60 * 1000 } });
    failedCleanly(await world.run('extension:fetch', [], FIRST), /15 minutes/);
    world.save('dev');
    const later = await world.run('extension:fetch', ['--authID', 'dev']);
    if (later.code !== 0) failedCleanly(later, /15 minutes/);
  });

  test(`${shape}: two concurrent tasks both end, each after one sign-in`, async (t) => {
    const world = await openWorld(t, { shape });
    const other = world.otherProject({});
    const runs = await Promise.all([
      world.run('extension:fetch', ['--authID', 'one']),
      world.run('extension:deploy', ['--authID', 'two'], { project: other }),
    ]);
    runs.forEach(passed);
    assert.equal(world.opened().length, 2);
    const later = await Promise.all([world.run('reactivate'), world.run('reactivate', [], { project: other })]);
    later.forEach(passed);
    assert.equal(world.opened().length, 2);
  });
}
