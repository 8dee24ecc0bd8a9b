// The account lock and the production guard of a project: which accounts a task may use, and which it must confirm.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');

const DEPLOYS = ['deploy', 'extension:deploy', 'theme:deploy', 'reactivate'];
const FREE = ['extension:fetch', 'theme:local', 'list', undefined];
const SANDBOX_SPELLINGS = ['1234567_SB1', '1234567_sb1', '1234567-sb1', '1234567-SB1', '1234567-sb1.app.netsuite.com'];
const ENVIRONMENT = (account) => ({ NETSUITE_TBA_TOKEN_ID: 'id', NETSUITE_TBA_TOKEN_SECRET: 'secret', NETSUITE_TBA_ACCOUNT: account });

function lock(it, member) {
  const text = typeof member === 'string' ? member : JSON.stringify({ name: 'shop', 'netsuite-tba': member });
  fs.writeFileSync(path.join(it.project, 'package.json'), text);
}

/** A scene with a saved token of production and one of a sandbox. */
async function two(t) {
  const it = await scene(t);
  await it.save('live', '1234567', '3');
  await it.save('sb1', '1234567_SB1', '1000');
  it.simulator.requests.length = 0;
  return it;
}

const taskOf = (task) => (task ? { argv: [task] } : {});

/** The ways to name a token of an account. */
const ways = {
  saved: (account) => [{ authId: account === '1234567' ? 'live' : 'sb1' }, {}],
  option: (account) => [{ token: 'id:secret', account }, {}],
  environment: (account) => [{}, ENVIRONMENT(account)],
};

async function outcome(it, [options, env], task) {
  const before = it.simulator.requests.length;
  const answer = await it.call({ ...options, ...taskOf(task) }, { env });
  if (answer.error) {
    assert.strictEqual(it.simulator.requests.length, before, 'nothing is sent after a refusal');
    assert.strictEqual(answer.error.exitCode, 6, answer.error.message);
  }
  return answer.error ? answer.error.code : 'used';
}

test('the account lock holds for every task of its kind and for every source of a token', async (t) => {
  const it = await two(t);
  lock(it, { accounts: { deploy: ['1234567_SB1'], '*': ['*'] } });
  for (const [name, way] of Object.entries(ways)) {
    for (const task of DEPLOYS) {
      assert.strictEqual(await outcome(it, way('1234567'), task), 'ACCOUNT_LOCKED', `${name} ${task}`);
      assert.strictEqual(await outcome(it, way('1234567_SB1'), task), 'used', `${name} ${task}`);
    }
    for (const task of FREE) assert.strictEqual(await outcome(it, way('1234567'), task), 'used', `${name} ${task}`);
  }
});

test('accounts are compared in every spelling', async (t) => {
  const it = await scene(t);
  for (const spelling of SANDBOX_SPELLINGS) {
    lock(it, { accounts: { deploy: [spelling] } });
    for (const account of SANDBOX_SPELLINGS) {
      assert.strictEqual(await outcome(it, ways.option(account), 'deploy'), 'used', `${spelling} ${account}`);
    }
    assert.strictEqual(await outcome(it, ways.option('1234567_SB2'), 'deploy'), 'ACCOUNT_LOCKED', spelling);
  }
});

test('a refusal names the accounts that are allowed, and a saved token that fits', async (t) => {
  const it = await two(t);
  lock(it, { accounts: { deploy: ['1234567-sb1', '7654321'] } });
  const { error } = await it.call({ authId: 'live', argv: ['extension:deploy'] });
  assert.match(
    error.message,
    /allows extension:deploy only for accounts 1234567_SB1, 7654321, but the token live belongs to account 1234567\./,
  );
  assert.match(error.nextStep, /--to sb1/);
  lock(it, { accounts: { deploy: ['7654321'] } });
  const other = await it.call({ authId: 'live', argv: ['extension:deploy'] });
  assert.match(other.error.nextStep, /--account 7654321/);
});

test('the nearest package.json has the lock, from any folder of the project', async (t) => {
  const it = await two(t);
  lock(it, { accounts: { '*': ['1234567_SB1'] } });
  const inner = path.join(it.project, 'Workspace', 'Extension');
  fs.mkdirSync(inner, { recursive: true });
  const refused = await it.call({ authId: 'live', cwd: inner });
  assert.strictEqual(refused.error.code, 'ACCOUNT_LOCKED');
  fs.writeFileSync(path.join(inner, 'package.json'), '{"name":"inner"}');
  assert.ok((await it.call({ authId: 'live', cwd: inner })).session);
});

test('a lock that cannot be understood stops every task before anything is sent', async (t) => {
  const it = await two(t);
  for (const member of [{ acounts: {} }, { accounts: { deploy: ['sb1'] } }, { guard: 'yes' }, [], '{"netsuite-tba": {"guard": true,}']) {
    lock(it, member);
    const { error } = await it.call({ authId: 'live' });
    assert.strictEqual(error.code, 'PROJECT_FILE', JSON.stringify(member));
    assert.match(error.message, /account lock in .*package\.json cannot be read/);
  }
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('a new token is for the only account that is allowed, and one of another account is not saved', async (t) => {
  const it = await scene(t);
  lock(it, { accounts: { '*': ['1234567_SB1'] } });
  const made = await it.call({ authId: 'new' });
  assert.strictEqual(made.session.account, '1234567_SB1');
  lock(it, { accounts: { '*': ['1234567_SB1', '1234567_SB2'] } });
  const before = it.kept();
  const { error } = await it.call({ authId: 'other' }, { env: { SIMULATOR_ACCOUNT: 'TSTDRV1234567' } });
  assert.strictEqual(error.code, 'ACCOUNT_LOCKED');
  assert.match(error.message, /access was allowed for account TSTDRV1234567/);
  assert.deepStrictEqual(
    Object.keys(it.kept()).filter((name) => !(name in before) && !/browser-/.test(name)),
    [],
  );
  assert.doesNotMatch(JSON.stringify(it.kept()), /"other"/);
});

test('--account with an account that is locked starts no sign-in', async (t) => {
  const it = await scene(t);
  lock(it, { accounts: { '*': ['1234567_SB1'] } });
  const { error } = await it.call({ authId: 'new', account: '1234567' });
  assert.strictEqual(error.code, 'ACCOUNT_LOCKED');
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('without a terminal, the guard refuses deployments to accounts that are or may be production, whatever the source of the token', async (t) => {
  const it = await two(t);
  lock(it, { guard: true });
  for (const [name, way] of Object.entries(ways)) {
    for (const task of DEPLOYS) {
      assert.strictEqual(await outcome(it, way('1234567'), task), 'PRODUCTION_GUARD', `${name} ${task}`);
      assert.strictEqual(await outcome(it, way('1234567_SB1'), task), 'used', `${name} ${task}`);
    }
    for (const task of FREE) assert.strictEqual(await outcome(it, way('1234567'), task), 'used', `${name} ${task}`);
  }
  for (const account of ['ACME99', '1234567_XY1']) {
    assert.strictEqual(await outcome(it, ways.option(account), 'deploy'), 'PRODUCTION_GUARD', account);
  }
  for (const account of ['1234567_RP1', 'TSTDRV1234567', 'TD1234567']) {
    assert.strictEqual(await outcome(it, ways.option(account), 'deploy'), 'used', account);
  }
});

test('--allow-production and its variable let through the account they name', async (t) => {
  const it = await two(t);
  lock(it, { guard: true });
  const allow = async (options, env) => {
    const answer = await it.call({ authId: 'live', argv: ['deploy'], ...options }, { env });
    return answer.error ? answer.error.code : 'used';
  };
  assert.strictEqual(await allow({ argv: ['deploy', '--allow-production', '1234567'] }), 'used');
  assert.strictEqual(await allow({ argv: ['deploy', '--allow-production=1234567.app.netsuite.com'] }), 'used');
  assert.strictEqual(await allow({ allowProduction: '1234567' }), 'used');
  assert.strictEqual(await allow({}, { NETSUITE_TBA_ALLOW_PRODUCTION: '1234567' }), 'used');
  assert.strictEqual(await allow({ argv: ['deploy', '--allow-production', '7654321'] }), 'PRODUCTION_GUARD');
  assert.strictEqual(await allow({}, { NETSUITE_TBA_ALLOW_PRODUCTION: '7654321' }), 'PRODUCTION_GUARD');
  assert.strictEqual(await allow({}, { NETSUITE_TBA_ALLOW_PRODUCTION: 'yes' }), 'ACCOUNT_INVALID');
  assert.strictEqual(await allow({ argv: ['deploy', '--allow-production'] }), 'FLAG_INVALID');
});

test('the guard is off by default, on by NETSUITE_TBA_GUARD=1, and a lock with guard cannot be switched off by a variable', async (t) => {
  const it = await two(t);
  const code = async (env) => ((await it.call({ authId: 'live', argv: ['deploy'] }, { env })).error || { code: 'used' }).code;
  assert.strictEqual(await code({}), 'used');
  assert.strictEqual(await code({ NETSUITE_TBA_GUARD: '0' }), 'used');
  assert.strictEqual(await code({ NETSUITE_TBA_GUARD: '1' }), 'PRODUCTION_GUARD');
  lock(it, { guard: true });
  assert.strictEqual(await code({ NETSUITE_TBA_GUARD: '0' }), 'PRODUCTION_GUARD');
});

test('tasks are found before and after flags, and a script names its task by the option', async (t) => {
  const it = await two(t);
  lock(it, { guard: true });
  for (const argv of [
    ['--to', 'live', 'extension:deploy'],
    ['--to=live', '--', 'deploy'],
    ['extension:fetch', 'extension:deploy', '--to', 'live'],
  ]) {
    assert.strictEqual((await it.call({ argv })).error.code, 'PRODUCTION_GUARD', argv.join(' '));
  }
  assert.strictEqual((await it.call({ authId: 'live', task: 'deploy' })).error.code, 'PRODUCTION_GUARD');
  assert.ok((await it.call({ authId: 'live', task: 'fetch', argv: ['deploy'] })).session, 'the option wins over the command line');
  assert.strictEqual((await it.call({ authId: 'live', task: 7 })).error.code, 'OPTION_INVALID');
});

test('the lock decides before the guard asks', async (t) => {
  const it = await two(t);
  lock(it, { accounts: { deploy: ['1234567_SB1'] }, guard: true });
  const { error } = await it.call({ authId: 'live', argv: ['deploy', '--allow-production', '1234567'] });
  assert.strictEqual(error.code, 'ACCOUNT_LOCKED');
});
