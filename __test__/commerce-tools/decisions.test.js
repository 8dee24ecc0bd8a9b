// The decision table of the tools, row by row: which questions are asked, and which token is used.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { failedCleanly, noSignIn, passed, questions } = require('./expectations');
const { openWorld } = require('./world');

const BOTH = ['Choose a saved token', 'Enter an authentication ID (authID)'];
const ONE = ['Choose a saved token'];

// The tokens that signed the requests of a run.
function tokensUsed(world) {
  return new Set(world.simulator.requests.filter((request) => request.step === 'restlet').map((request) => request.oauth.oauth_token));
}

test('first run, no saved token, no authID: reminder, both questions, sign-in; saved in .nsdeploy and the vault', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', [], { answers: { token: 'New token', authID: 'dev' } });
  passed(run);
  assert.match(run.stdout, /Remember to have TOKEN-BASED AUTHENTICATION feature enabled/);
  assert.deepEqual(questions(run), BOTH);
  assert.equal(world.project.nsdeploy().authID, 'dev');
  assert.equal(world.opened().length, 1);
});

test('later run, authID in .nsdeploy: no question, no sign-in, the token is named', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'dev' } });
  const token = world.save('dev');
  const run = await world.run('extension:fetch');
  passed(run);
  assert.deepEqual(questions(run), []);
  assert.match(run.stdout, /Using token dev - Account 1234567-SB1, run with --to to change it/);
  assert.deepEqual([...tokensUsed(world)], [token.tokenId]);
  noSignIn(world);
});

test('later run, authID in config.json: the same', async (t) => {
  const world = await openWorld(t, { config: { authID: 'dev' } });
  world.save('dev');
  const run = await world.run('extension:fetch');
  passed(run);
  assert.deepEqual(questions(run), []);
  noSignIn(world);
});

test('authID in .nsdeploy, token missing: the sign-in starts at once, with a message', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'dev' } });
  world.save('other');
  const run = await world.run('extension:fetch');
  passed(run);
  assert.deepEqual(questions(run), []);
  assert.match(run.stderr, /dev/);
  assert.match(run.stderr, /authorizetoken\.nl/);
  assert.equal(world.opened().length, 1);
});

test('authID in .nsdeploy, entry without a token: like a missing token', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'dev' } });
  world.writeNstba({ dev: { account: '1234567-SB1' } });
  const run = await world.run('extension:fetch');
  passed(run);
  assert.equal(world.opened().length, 1);
});

test('--to with nothing saved: like a first run', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'dev' } });
  const run = await world.run('extension:fetch', ['--to'], { answers: { token: 'New token', authID: 'fresh' } });
  passed(run);
  assert.deepEqual(questions(run), BOTH);
  assert.equal(world.project.nsdeploy().authID, 'fresh');
});

test('--to with saved tokens: names and accounts are listed, the chosen one is used', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'old' } });
  world.save('old', { account: '1234567' });
  const token = world.save('dev');
  const run = await world.run('extension:fetch', ['--to'], { answers: { token: 'dev - ' } });
  passed(run);
  assert.deepEqual(questions(run), ONE);
  assert.match(run.stdout, /^ {4}New token$/m);
  assert.match(run.stdout, /^ {4}old - Account 1234567$/m);
  assert.match(run.stdout, /^ {4}dev - Account 1234567-SB1$/m);
  assert.deepEqual([...tokensUsed(world)], [token.tokenId]);
  assert.equal(world.project.nsdeploy().authID, 'dev');
  noSignIn(world);
});

test('--to, New token, an existing name typed: the stored token is used, with a message', async (t) => {
  const world = await openWorld(t);
  const token = world.save('dev');
  const run = await world.run('extension:fetch', ['--to'], { answers: { token: 'New token', authID: 'dev' } });
  passed(run);
  assert.deepEqual([...tokensUsed(world)], [token.tokenId]);
  assert.match(run.stderr, /The token dev is saved already and is used now/);
  assert.doesNotMatch(run.stderr, /Using token/, 'that line is of the tools');
  noSignIn(world);
});

test('--to with the account of another token in the files: works', async (t) => {
  const files = { account: '1234567', key: 'simulator-consumer-key', secret: 'simulator-consumer-secret', authID: 'prod' };
  const world = await openWorld(t, { config: files, nsdeploy: files });
  world.save('prod', { account: '1234567' });
  world.save('dev');
  passed(await world.run('extension:fetch', ['--to'], { answers: { token: 'dev - ' } }));
  passed(await world.run('extension:deploy', ['--authID', 'dev']));
  noSignIn(world);
});

test('--authID with a new name and the account of another token in the files: the new token may be of any account', async (t) => {
  const world = await openWorld(t, { config: { account: '1234567', authID: 'prod' } });
  world.save('prod', { account: '1234567' });
  const run = await world.run('extension:fetch', ['--authID', 'sandbox']);
  passed(run);
  assert.equal(world.simulator.tokens.get([...tokensUsed(world)][0]).account, '1234567_SB1');
});

test('--authID with a known name: no question, the token is used and written to .nsdeploy', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'old' } });
  world.save('dev');
  const run = await world.run('extension:fetch', ['--authID', 'dev']);
  passed(run);
  assert.deepEqual(questions(run), []);
  assert.equal(world.project.nsdeploy().authID, 'dev');
  noSignIn(world);
});

test('--authID with an unknown name: the sign-in starts without a question and saves under that name', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', ['--authID', 'fresh']);
  passed(run);
  assert.deepEqual(questions(run), []);
  const later = await world.run('extension:fetch');
  passed(later);
  assert.match(later.stdout, /Using token fresh/);
  assert.equal(world.opened().length, 1);
});

test('--to with --authID: no question', async (t) => {
  const world = await openWorld(t, { nsdeploy: { authID: 'old' } });
  world.save('dev');
  const run = await world.run('extension:fetch', ['--to', '--authID', 'dev']);
  passed(run);
  assert.deepEqual(questions(run), []);
});

test('--token without --account: the message of the tools, and nothing is sent', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', ['--token', 'a:b']);
  failedCleanly(run, /--account is required when --token is used/);
  assert.equal(world.simulator.requests.length, 0);
});

for (const shape of ['23.1', '24.1', '25.1']) {
  for (const task of ['reactivate', 'extension:fetch', 'extension:deploy']) {
    for (const [files, credentials] of [
      ['no name in the files', {}],
      ['a name in config.json', { authID: 'someone' }],
    ]) {
      test(`${shape}: --token with --account, ${task}, ${files}: works without a sign-in`, async (t) => {
        const world = await openWorld(t, { shape, config: credentials });
        const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
        const run = await world.run(task, ['--token', `${tokenId}:${tokenSecret}`, '--account', '1234567-sb1']);
        passed(run);
        assert.deepEqual(questions(run), []);
        assert.deepEqual([...tokensUsed(world)], [tokenId]);
        assert.deepEqual(world.refused(), []);
        assert.equal(world.nstba(), null);
        noSignIn(world);
      });
    }
  }
}

test('--token once in extension:deploy, then without: the tools find it in .nsdeploy and pass it to the package', async (t) => {
  const world = await openWorld(t);
  const { tokenId, tokenSecret } = world.simulator.issueToken({ account: '1234567_SB1' });
  passed(await world.run('extension:deploy', ['--token', `${tokenId}:${tokenSecret}`, '--account', '1234567-sb1']));
  const later = await world.run('extension:deploy');
  passed(later);
  assert.deepEqual([...tokensUsed(world)], [tokenId]);
});

for (const shape of ['21.x', '22.x', '23.1', '24.1', '25.1']) {
  test(`${shape}: key and secret missing: the tools ask first, then the error comes`, async (t) => {
    const world = await openWorld(t, { shape });
    const run = await world.run('extension:fetch', [], { key: false, answers: { token: 'New token', authID: 'dev' } });
    assert.deepEqual(questions(run), BOTH);
    failedCleanly(run, /Missing parameters --key or --secret\. Check your \.env file or add those parameters to the gulp task/);
    noSignIn(world);
  });
}
