// Which token a task uses: the rows of the decision table that need no terminal.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');

const GIVEN = { NETSUITE_TBA_TOKEN_ID: 'outer-id', NETSUITE_TBA_TOKEN_SECRET: 'outer-secret', NETSUITE_TBA_ACCOUNT: '1234567-sb1' };

async function refused(it, options, more, code) {
  const before = it.kept();
  const answer = await it.call(options, more);
  assert.ok(answer.error, `${JSON.stringify(options)} was not refused`);
  assert.strictEqual(answer.error.code, code, answer.error.message);
  assert.deepStrictEqual(it.kept(), before, 'nothing is written');
  assert.ok(answer.ms < 2000, `an error within 2 s, not ${answer.ms} ms`);
  return answer.error;
}

test('row 1: --token needs --account, and uses neither the vault nor a file', async (t) => {
  const it = await scene(t);
  const before = it.kept();
  for (const options of [
    { argv: ['--token', 'id1:secret1', '--account', '1234567_sb1'] },
    { token: 'id1:secret1', account: '1234567-SB1' },
  ]) {
    const { session } = await it.call(options);
    assert.deepStrictEqual(
      { ...session, host: 0, baseUrl: 0 },
      { authId: null, account: '1234567_SB1', host: 0, baseUrl: 0, role: null, source: 'option' },
    );
  }
  assert.deepStrictEqual(it.kept(), before);
  await refused(it, { token: 'id1:secret1' }, {}, 'ACCOUNT_MISSING');
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('row 1 comes before row 2, and both before names', async (t) => {
  const it = await scene(t);
  assert.strictEqual((await it.call({ token: 'a:b', account: '1234567' }, { env: GIVEN })).session.source, 'option');
  assert.strictEqual((await it.call({ token: 'a:b', account: '1234567', authId: 'x' })).session.source, 'option');
});

test('row 2: the three variables are needed together, and conflict with a typed name', async (t) => {
  const it = await scene(t);
  it.nsdeploy = { credentials: { authID: 'elsewhere' } };
  const { session } = await it.call({}, { env: GIVEN });
  assert.deepStrictEqual([session.authId, session.account, session.source], [null, '1234567_SB1', 'environment']);
  for (const options of [{ to: true }, { to: 'x' }, { authId: 'x' }]) await refused(it, options, { env: GIVEN }, 'FLAG_CONFLICT');
  for (const name of Object.keys(GIVEN).slice(0, 2)) {
    const error = await refused(it, {}, { env: { ...GIVEN, [name]: '' } }, 'FLAG_INVALID');
    assert.ok(error.message.includes(name));
  }
});

test('row 3: --authID and --to use a saved token and remember it; only --authID creates a missing one', async (t) => {
  const it = await scene(t);
  await it.save('one');
  await it.save('two', '1234567', '3');
  for (const argv of [['--authID', 'two'], ['--authID=two'], ['--to', 'two'], ['--to=two']]) {
    fs.rmSync(path.join(it.project, '.nsdeploy'), { force: true });
    const { session, stderr } = await it.call({ argv });
    assert.deepStrictEqual([session.authId, session.account, session.source], ['two', '1234567', 'saved'], argv.join(' '));
    assert.match(stderr, new RegExp(`from ${argv[0].split('=')[0]}`));
    assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'two');
  }
  const error = await refused(it, { to: 'three' }, {}, 'TOKEN_NOT_FOUND');
  assert.match(error.message, /one, two/);
  assert.match(error.nextStep, /--authID three/);
  const made = await it.call({ authId: 'three', account: '1234567' });
  assert.strictEqual(made.session.source, 'generated');
  assert.match(made.stderr, /There is no saved token three \(--authID\)\. Signing in under that name/);
  assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'three');
});

test('rows 4 and 7: without a terminal, an error lists the choices instead of a question', async (t) => {
  const it = await scene(t);
  await it.save('one');
  it.nsdeploy = { credentials: { authID: 'one' } };
  const error = await refused(it, { to: true }, {}, 'CHOICE_NEEDED');
  assert.match(error.message, /Saved tokens: one\./);
  assert.match(error.nextStep, /the option authId/);
  fs.rmSync(path.join(it.project, '.nsdeploy'));
  await it.save('two', '1234567', '3');
  const both = await refused(it, {}, {}, 'CHOICE_NEEDED');
  assert.match(both.message, /Saved tokens: one, two\./);
});

test('row 7: without a terminal, the only saved token is used, and .nsdeploy is left alone', async (t) => {
  const it = await scene(t);
  await it.save('one');
  const { session, stderr } = await it.call({});
  assert.strictEqual(session.authId, 'one');
  assert.match(stderr, /Using token one - Account 1234567_SB1 \(the only saved token\)/);
  assert.ok(!fs.existsSync(path.join(it.project, '.nsdeploy')));
});

test('row 3: --to takes an account in every spelling, and a name with its account', async (t) => {
  const it = await scene(t);
  await it.save('sb1', '1234567_SB1');
  await it.save('live', '1234567');
  for (const to of [
    '1234567_SB1',
    '1234567-sb1',
    '1234567_sb1',
    '1234567-SB1',
    '1234567-sb1.app.netsuite.com',
    'https://1234567-sb1.app.netsuite.com/app/center/card.nl',
    'sb1@1234567_SB1',
    'sb1@1234567-sb1.app.netsuite.com',
  ]) {
    it.nsdeploy = { credentials: { authID: 'live' } };
    const { session, error } = await it.call({ argv: ['--to', to], interactive: false });
    assert.ok(session, error && error.message);
    assert.strictEqual(session.authId, 'sb1', to);
    assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, 'sb1');
  }
  for (const [to, code] of [
    ['sb1@1234567', 'ACCOUNT_MISMATCH'],
    ['live@1234567_sandbox1', 'ACCOUNT_INVALID'],
    ['7654321', 'TOKEN_NOT_FOUND'],
    ['new@1234567', 'TOKEN_NOT_FOUND'],
  ]) {
    await refused(it, { to, interactive: false }, {}, code);
  }
});

test('row 5: NETSUITE_TBA_AUTH_ID names a token; flags win over it, and it wins over .nsdeploy', async (t) => {
  const it = await scene(t);
  await it.save('one');
  await it.save('two');
  it.nsdeploy = { credentials: { authID: 'one' } };
  const env = { NETSUITE_TBA_AUTH_ID: 'two' };
  assert.strictEqual((await it.call({}, { env })).session.authId, 'two');
  assert.strictEqual((await it.call({ to: 'one' }, { env })).session.authId, 'one');
});

test('row 6: .nsdeploy of this folder or a parent names the token; a missing one is created after a message', async (t) => {
  const it = await scene(t);
  await it.save('one');
  it.nsdeploy = { credentials: { authID: 'one' } };
  const inner = path.join(it.project, 'Workspace', 'Deep');
  fs.mkdirSync(inner, { recursive: true });
  assert.strictEqual((await it.call({}, { cwd: inner })).session.authId, 'one');
  assert.strictEqual((await it.call({ cwd: inner }, { cwd: it.root })).session.authId, 'one');
  it.nsdeploy = { credentials: { authID: 'lost' } };
  const made = await it.call();
  assert.strictEqual(made.session.source, 'generated');
  assert.match(made.stderr, /\.nsdeploy names the token lost, which is not saved on this machine/);
});

test("row 6: a token whose account is not that of .nsdeploy's hostname is not used silently", async (t) => {
  const it = await scene(t);
  await it.save('sandbox');
  it.nsdeploy = { credentials: { authID: 'sandbox', hostname: '1234567.app.netsuite.com' } };
  const error = await refused(it, {}, {}, 'ACCOUNT_MISMATCH');
  assert.match(error.message, /1234567_SB1.*1234567/s);
  it.nsdeploy = { credentials: { authID: 'sandbox', hostname: '1234567-sb1.app.netsuite.com' } };
  assert.strictEqual((await it.call()).session.authId, 'sandbox');
});

test('with --account, a saved token of another account is an error that names both', async (t) => {
  const it = await scene(t);
  await it.save('one', '1234567_SB1');
  it.nsdeploy = { credentials: { authID: 'one' } };
  for (const options of [{ account: '1234567' }, { account: '1234567', authId: 'one' }]) {
    const error = await refused(it, options, {}, 'ACCOUNT_MISMATCH');
    assert.match(error.message, /1234567_SB1/);
    assert.match(error.message, /account 1234567 was asked for/);
  }
  assert.strictEqual((await it.call({ account: 'https://1234567-sb1.app.netsuite.com/app/center/card.nl' })).session.authId, 'one');
});

test('an option wins over the same flag, and flags of other tools are ignored', async (t) => {
  const it = await scene(t);
  await it.save('one');
  await it.save('two');
  const argv = ['extension:fetch', '--authID', 'one', '--website', '2', '--no-color'];
  assert.strictEqual((await it.call({ argv, authId: 'two' })).session.authId, 'two');
  assert.strictEqual((await it.call({ argv })).session.authId, 'one');
});

test('two different names are a conflict', async (t) => {
  const it = await scene(t);
  await refused(it, { argv: ['--authID', 'a', '--authID', 'b'] }, {}, 'FLAG_INVALID');
  await refused(it, { argv: ['--authID', 'a', '--to', 'b'] }, {}, 'FLAG_CONFLICT');
});

test('a sign-in that nobody can answer does not start: in CI, or with interactive: false and no browser', async (t) => {
  const it = await scene(t);
  await refused(it, { authId: 'dev' }, { env: { CI: 'true' } }, 'SIGN_IN_NEEDED');
  await refused(it, { authId: 'dev', browser: false }, {}, 'SIGN_IN_NEEDED');
  await refused(it, { authId: 'dev', interactive: false }, { env: { BROWSER: 'none' } }, 'SIGN_IN_NEEDED');
  assert.strictEqual(it.simulator.requests.length, 0);
  const told = await it.call({ authId: 'dev', browser: true }, { env: { CI: 'true' } });
  assert.strictEqual(told.session.source, 'generated');
});

test('consumer key and secret come from option, flag, environment, then .env, where nothing else is read', async (t) => {
  const it = await scene(t);
  const { key, secret } = it.simulator.consumer;
  const none = { CONSUMER_KEY: '', CONSUMER_SECRET: '' };
  assert.ok((await it.call({ authId: 'a', consumerKey: key, consumerSecret: secret }, { env: none })).session);
  assert.ok((await it.call({ argv: ['--authID', 'b', '--key', key, `--secret=${secret}`] }, { env: none })).session);
  fs.writeFileSync(
    path.join(it.project, '.env'),
    `# a comment\nCONSUMER_KEY="${key}"\nexport CONSUMER_SECRET='${secret}'\nNETSUITE_TBA_AUTH_ID=b\n`,
  );
  assert.strictEqual((await it.call({ authId: 'c' }, { env: none })).session.authId, 'c');
  fs.rmSync(path.join(it.project, '.nsdeploy'));
  await refused(it, { to: true }, { env: none }, 'CHOICE_NEEDED');
});

test('a token of another integration record is reported before NetSuite refuses it', async (t) => {
  const it = await scene(t);
  await it.save('one');
  const error = await refused(it, { authId: 'one' }, { env: { CONSUMER_KEY: 'another-key' } }, 'CONSUMER_MISMATCH');
  assert.match(error.message, /another integration record/);
});

test('tokens of a simulator are not used for NetSuite or for another simulator', async (t) => {
  const it = await scene(t);
  await it.save('one');
  for (const vm of [undefined, 'http://127.0.0.1:9']) await refused(it, { vm, to: 'one' }, {}, 'TOKEN_NOT_FOUND');
});

for (const [how, options] of [
  ['to', { to: 'live' }],
  ['authId', { authId: 'live' }],
  ['--to', { argv: ['--to', 'live'] }],
]) {
  test(`a choice by ${how} settles the account of .nsdeploy too, and the next run goes on with it`, async (t) => {
    const it = await scene(t);
    await it.save('sb1', '1234567_SB1');
    await it.save('live', '1234567');
    it.nsdeploy = {
      credentials: { authID: 'sb1', hostname: '1234567-sb1.app.netsuite.com', website: '2', domain: 'shop.example', nsVersion: '2020_2' },
    };
    const chosen = await it.call(Object.assign({ interactive: false }, options));
    assert.strictEqual(chosen.session.authId, 'live', chosen.stderr);
    assert.match(chosen.stderr, /was for account 1234567_SB1 and is now for 1234567[\s\S]*website, domain/);
    assert.deepStrictEqual(JSON.parse(it.nsdeploy).credentials, {
      authID: 'live',
      hostname: '1234567.app.netsuite.com',
      nsVersion: '2020_2',
    });
    const later = await it.call({ interactive: false });
    assert.strictEqual(later.session.authId, 'live', later.stderr);
    assert.doesNotMatch(later.stderr, /was for account/);
  });
}

test('--account with one token of that account needs no terminal', async (t) => {
  const it = await scene(t);
  await it.save('sb1', '1234567_SB1');
  await it.save('live', '1234567');
  for (const account of ['1234567', '1234567_SB1', '1234567-sb1']) {
    const { session, stderr } = await it.call({ interactive: false, account });
    assert.strictEqual(session.account, account.toUpperCase().replace('-', '_'));
    assert.match(stderr, /the only one of this account/);
  }
  await refused(it, { interactive: false }, {}, 'CHOICE_NEEDED');
});

for (const [flag, meant] of [
  ['--to=sb1', '--to=sb1'],
  ['--authID=sb1', '--authID=sb1'],
  ['--account=1234567', '--account=1234567'],
]) {
  test(`npm run fetch ${flag}: the flag that npm kept is told, with the command that was meant`, async (t) => {
    const it = await scene(t);
    await it.save('live', '1234567');
    it.nsdeploy = { credentials: { authID: 'live' } };
    const call = path.join(__dirname, '..', 'call.js');
    const options = JSON.stringify({ argv: [], vm: it.simulator.url, interactive: false });
    fs.writeFileSync(path.join(it.project, 'fetch.js'), `process.argv[2] = ${JSON.stringify(options)}; require(${JSON.stringify(call)});`);
    fs.writeFileSync(path.join(it.project, 'package.json'), '{"scripts":{"fetch":"node fetch.js"}}');
    const run = spawnSync('npm', ['run', '--silent', 'fetch', flag], { cwd: it.project, env: it.env(), encoding: 'utf8' });
    const told = JSON.parse(run.stdout.split('\n').find((line) => line.startsWith('{')));
    assert.strictEqual(told.error && told.error.code, 'FLAG_INVALID', run.stdout);
    assert.ok(told.error.nextStep.endsWith(`npm run fetch -- ${meant}`), told.error.nextStep);
  });
}
