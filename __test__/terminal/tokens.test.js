// The saved tokens in the command line tool: the transcript of each command, its JSON, and the files it leaves.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { mask, secretsOf, tool, transcript } = require('./tool');

const ACCOUNT = '1234567_SB1';
const TOKEN_KEYS = [
  'authId',
  'account',
  'accountType',
  'role',
  'store',
  'plaintext',
  'vm',
  'molecule',
  'createdAt',
  'lastUsedAt',
  'usedHere',
];

const login = (it, name, ...more) => ['login', name, '--vm', it.simulator.url, '--port', String(it.port), '--account', ACCOUNT, ...more];

test('the messages alone lead from nothing to a working token', async (t) => {
  const it = await scene(t);
  const empty = await tool(it, ['list']);
  assert.deepStrictEqual([empty.code, empty.stdout], [0, '']);
  assert.match(empty.stderr, /npx netsuite-tba login NAME\n$/);
  const made = await tool(it, login(it, 'sb1-dev', '--role', '1000'));
  assert.strictEqual(made.code, 0, made.stderr);
  assert.match(made.stdout, /^Signed in to 1234567_SB1 \(SANDBOX\) with role 1000; saved as sb1-dev\.\n/);
  assert.match(made.stdout, /npx netsuite-tba use sb1-dev\n$/);
  assert.ok(made.stderr.includes(`\n  ${it.simulator.url}/app/login/secure/authorizetoken.nl?oauth_token=`), 'the address stands alone');
  assert.strictEqual(it.nsdeploy, null, 'login does not touch the project');
  const listed = mask(it, (await tool(it, ['list'])).stdout);
  assert.strictEqual(
    listed,
    `NAME     ACCOUNT      TYPE     ROLE  SECRET IN  AGE  LAST USED  SIMULATOR               NOTE
sb1-dev  1234567_SB1  sandbox  1000  file       new  today      <simulator>  plaintext
`,
  );
  const used = await tool(it, ['use', 'sb1-dev']);
  assert.match(used.stdout, /sb1-dev - Account 1234567_SB1 \(.*\.nsdeploy\)\.\n$/);
  assert.match(used.stderr, /--vm/, 'a token of a simulator needs the flag');
  assert.deepStrictEqual(JSON.parse(it.nsdeploy), { credentials: { authID: 'sb1-dev' } });
  assert.strictEqual(
    await transcript(it, ['status']),
    `$ netsuite-tba status
NAME     ACCOUNT      STATUS  ROLE                 USER             COMPANY
sb1-dev  1234567_SB1  works   SC Developer (1000)  Robin Developer  Acme Outdoor (Sandbox 1)
exit 0`,
  );
  assert.strictEqual((await it.call({})).session.authId, 'sb1-dev', 'and a task uses it');
});

test('list, login, use, status, rename and remove have documented JSON', async (t) => {
  const it = await scene(t);
  const made = await tool(it, login(it, 'one', '--json'));
  assert.deepStrictEqual(Object.keys(made.json), ['token', 'replaced']);
  assert.strictEqual(made.json.replaced, false);
  assert.strictEqual((await tool(it, login(it, 'one', '--json'))).json.replaced, true);
  assert.deepStrictEqual(Object.keys((await tool(it, ['use', 'one', '--json'])).json), ['authId', 'account', 'file']);

  const { json } = await tool(it, ['list', '--json']);
  assert.deepStrictEqual(Object.keys(json), ['tokens', 'warnings']);
  assert.deepStrictEqual(Object.keys(json.tokens[0]), TOKEN_KEYS);
  const { createdAt, lastUsedAt, ...rest } = json.tokens[0];
  assert.match(createdAt + lastUsedAt, /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z){2}$/);
  assert.deepStrictEqual(rest, {
    authId: 'one',
    account: ACCOUNT,
    accountType: 'sandbox',
    role: '3',
    store: 'file',
    plaintext: true,
    vm: it.simulator.url,
    molecule: null,
    usedHere: true,
  });

  const status = (await tool(it, ['status', 'one', '--json'])).json.tokens[0];
  assert.deepStrictEqual(Object.keys(status), ['authId', 'account', 'status', 'role', 'roleName', 'user', 'company', 'error']);
  assert.strictEqual(status.status, 'works');
  assert.deepStrictEqual((await tool(it, ['rename', 'one', 'two', '--json'])).json, { from: 'one', to: 'two' });
  const removed = await tool(it, ['remove', 'two', '--yes', '--json']);
  assert.deepStrictEqual(removed.json, {
    removed: [{ authId: 'two', account: ACCOUNT, accessTokensPage: 'https://1234567-sb1.app.netsuite.com/app/setup/accesstokens.nl' }],
  });
  assert.deepStrictEqual((await tool(it, ['list', '--json'])).json, { tokens: [], warnings: [] });
});

test('login replaces a token only after the new one is saved, and never a token of another account', async (t) => {
  const it = await scene(t);
  await tool(it, login(it, 'dev'));
  const [before] = Array.from(it.simulator.tokens.keys());
  const denied = await tool(it, login(it, 'dev'), { env: { SIMULATOR_CONSENT: 'deny' } });
  assert.strictEqual(denied.code, 3, denied.stderr);
  assert.match(denied.stderr, /Signing in again as dev: the saved token of account 1234567_SB1 stays until the new one is saved\./);
  assert.strictEqual((await tool(it, ['status', 'dev'])).code, 0, 'the old one still works');
  assert.strictEqual((await tool(it, login(it, 'dev'))).code, 0);
  it.simulator.revoke(before);
  assert.strictEqual((await tool(it, ['status', 'dev'])).code, 0, 'the new one is used');
  const other = await tool(it, ['login', 'dev', '--vm', it.simulator.url, '--account', '1234567', '--json']);
  assert.deepStrictEqual([other.code, other.json.error.code], [2, 'AUTH_ID_TAKEN']);
});

test('status also checks the token in the environment, which tasks use', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const { tokenId, tokenSecret } = it.simulator.tokens.values().next().value;
  const env = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: '1234567_SB1' };
  const both = await tool(it, ['status', '--vm', it.simulator.url, '--json'], { env });
  assert.deepStrictEqual(
    both.json.tokens.map((token) => [token.authId, token.status]),
    [
      [null, 'works'],
      ['dev', 'works'],
    ],
    both.stderr,
  );
  const wrong = await tool(it, ['status', '--vm', it.simulator.url], { env: { ...env, NETSUITE_TBA_TOKEN_SECRET: 'wrong' } });
  assert.strictEqual(wrong.code, 3);
  assert.match(wrong.stdout, /^\(NETSUITE_TBA_TOKEN_ID\) +1234567_SB1 +refused/m);
  const half = await tool(it, ['status', '--vm', it.simulator.url], { env: { NETSUITE_TBA_TOKEN_ID: tokenId } });
  assert.strictEqual(half.code, 2, 'as it is for tasks');
  assert.strictEqual((await tool(it, ['status', 'dev'], { env })).code, 0, 'one that is named is meant alone');
});

test('status distinguishes refused, slow, unreachable and foreign tokens', async (t) => {
  const it = await scene(t);
  await tool(it, login(it, 'dev'));
  const ask = async (...more) => {
    const done = await tool(it, ['status', '--json', ...more]);
    return [done.json.tokens[0].status, done.code, done.ms];
  };
  assert.deepStrictEqual((await ask('--offline')).slice(0, 2), ['unchecked', 0]);
  assert.deepStrictEqual((await ask('--key', 'another-key')).slice(0, 2), ['other-record', 2]);
  it.simulator.fault('tokeninfo:hang', 1);
  const [slow, exit, ms] = await ask();
  assert.deepStrictEqual([slow, exit], ['timeout', 4]);
  assert.ok(ms > 4500 && ms < 9000, `${ms} ms`);
  it.simulator.fault('tokeninfo:status:500', 1);
  assert.deepStrictEqual((await ask()).slice(0, 2), ['unreachable', 4]);
  for (const id of it.simulator.tokens.keys()) it.simulator.revoke(id);
  assert.deepStrictEqual((await ask()).slice(0, 2), ['refused', 3]);
  fs.rmSync(path.join(it.vault, 'secrets.json'));
  assert.deepStrictEqual((await ask()).slice(0, 2), ['unreadable', 5]);
});

test('status blames the consumer secret if that is what is wrong, and names the token otherwise', async (t) => {
  const it = await scene(t);
  await tool(it, login(it, 'sb1-dev'));
  const right = it.simulator.consumer.secret;
  const refused = async (env) => (await tool(it, ['status', '--json'], { env })).json.tokens[0];
  for (const wrong of [right.slice(0, -1), `${right}0`, right.replace(/.$/, (last) => (last === '0' ? '1' : '0'))]) {
    const { status, error } = await refused({ CONSUMER_SECRET: wrong });
    assert.deepStrictEqual([status, error.code, error.exitCode], ['refused', 'INVALID_SIGNATURE', 3]);
    assert.match(error.message, /consumer secret/);
    assert.doesNotMatch(error.nextStep, /login/);
  }
  for (const id of it.simulator.tokens.keys()) it.simulator.revoke(id);
  const revoked = await refused({});
  assert.deepStrictEqual([revoked.status, revoked.error.code], ['refused', 'INVALID_LOGIN']);
  assert.match(revoked.error.nextStep, /npx netsuite-tba login sb1-dev\./);
});

test('status of a simulator that is not running says how to start it', async (t) => {
  const it = await scene(t);
  await tool(it, login(it, 'dev'));
  await it.simulator.close();
  const [token] = (await tool(it, ['status', '--json'])).json.tokens;
  assert.strictEqual(token.error.code, 'NETWORK_UNREACHABLE');
  assert.match(token.error.nextStep, /npx netsuite-tba simulator/);
  assert.doesNotMatch(token.error.nextStep, /proxy/);
});

test('an unreachable network is detected once, not for every token', async (t) => {
  const it = await scene(t);
  const saved = { token: 'x', secret: 'y', account: '1234567' };
  fs.writeFileSync(
    path.join(it.home, '.nstba'),
    JSON.stringify(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`t${n}`, saved]))),
  );
  const nobody = { HTTPS_PROXY: `http://127.0.0.1:${it.port}` };
  const done = await tool(it, ['status', '--json'], { env: nobody });
  assert.deepStrictEqual(
    [done.code, new Set(done.json.tokens.map((token) => token.status)), done.json.tokens.length],
    [4, new Set(['unreachable']), 200],
  );
  assert.ok(done.ms < 6000, `${done.ms} ms`);
});

test('a name of another NetSuite is not reported as a typing mistake', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const done = await tool(it, ['status', 'dev', '--vm', 'http://127.0.0.1:1']);
  assert.match(done.stderr, new RegExp(`another NetSuite.* pass --vm ${it.simulator.url}`));
  assert.match((await tool(it, ['status', '--vm', 'http://127.0.0.1:1'])).stderr, /No token is saved for that NetSuite yet/);
});

test('a plain-text token is reported even if the vault has a token of the same name', async (t) => {
  const it = await scene(t);
  fs.writeFileSync(path.join(it.home, '.nstba'), JSON.stringify({ dev: { token: 'x', secret: 'y', account: '1234567' } }), { mode: 0o600 });
  const env = { NETSUITE_TBA_STORE: 'encrypted-file', NETSUITE_TBA_PASSPHRASE: 'p' };
  await tool(it, ['import'], { env });
  const { json } = await tool(it, ['list', '--json'], { env });
  assert.deepStrictEqual([json.tokens[0].plaintext, json.warnings.length], [false, 1]);
  assert.match(json.warnings[0], /^1 token is stored in plain text in ~\/\.nstba/);
  await tool(it, ['import', '--remove-plaintext'], { env });
  assert.deepStrictEqual((await tool(it, ['list', '--json'], { env })).json.warnings, []);
});

test('many tokens are checked in parallel', async (t) => {
  const it = await scene(t);
  for (const name of ['a', 'b', 'c']) await it.save(name);
  it.simulator.fault('tokeninfo:hang', 3);
  const done = await tool(it, ['status', '--json']);
  assert.deepStrictEqual(
    done.json.tokens.map((token) => token.status),
    ['timeout', 'timeout', 'timeout'],
  );
  assert.ok(done.ms < 9000, `${done.ms} ms`);
});

test('remove asks, treats no answer as No, and says what it does not do', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const unconfirmed = await tool(it, ['remove', 'dev', '--json']);
  assert.deepStrictEqual([unconfirmed.json.error.code, unconfirmed.code], ['CHOICE_NEEDED', 2]);
  assert.match(unconfirmed.json.error.nextStep, /--yes/);
  // As a token of the real NetSuite, which continues to accept it.
  const index = path.join(it.vault, 'tokens.json');
  const saved = JSON.parse(fs.readFileSync(index, 'utf8'));
  delete saved.tokens[0].vm;
  fs.writeFileSync(index, JSON.stringify(saved));
  assert.strictEqual(
    await transcript(it, ['remove', 'dev', '--yes']),
    `$ netsuite-tba remove dev --yes
Removed dev - Account 1234567_SB1.
NetSuite accepts the token until an administrator revokes it there:
  https://1234567-sb1.app.netsuite.com/app/setup/accesstokens.nl
exit 0`,
  );
  assert.doesNotMatch(fs.readFileSync(path.join(it.vault, 'secrets.json'), 'utf8'), /secret":/);
  const again = await tool(it, ['remove', 'dev', '--yes', '--json']);
  assert.deepStrictEqual([again.json.error.code, again.code], ['TOKEN_NOT_FOUND', 2]);
  assert.match(again.json.error.nextStep, /npx netsuite-tba login dev/);
});

test("import moves Oracle's tokens, and removes plain text only if asked to", async (t) => {
  const it = await scene(t);
  const file = path.join(it.home, '.nstba');
  fs.writeFileSync(
    file,
    JSON.stringify({ old: { token: 'a'.repeat(64), secret: 'b'.repeat(64), account: '1234567-sb1' }, broken: { token: 'x' } }),
    { mode: 0o700 },
  );
  assert.match(
    await transcript(it, ['list']),
    /old {3}1234567_SB1 {2}sandbox {2}~\/\.nstba {3}plaintext\n! Warning: .*1 entry cannot be used and is not listed: "broken" \(it has no secret\)\.\n! Warning: 1 token is stored in plain text in ~\/\.nstba\./,
  );
  assert.strictEqual(
    await transcript(it, ['import']),
    `$ netsuite-tba import
NAME    ACCOUNT      OUTCOME                    SECRET IN  PLAINTEXT
old     1234567_SB1  imported                   file       still there
broken               skipped: it has no secret             still there
! The plain text stays in <root>/home/.nstba for older tools. To remove it, pass --remove-plaintext.
exit 0`,
  );
  const { json } = await tool(it, ['import', '--remove-plaintext', '--json']);
  assert.deepStrictEqual(Object.keys(json), ['file', 'tokens']);
  assert.deepStrictEqual(json.tokens[0], {
    authId: 'old',
    account: ACCOUNT,
    outcome: 'kept',
    store: null,
    reason: null,
    plaintextRemoved: true,
  });
  assert.deepStrictEqual(Object.keys(JSON.parse(fs.readFileSync(file, 'utf8'))), ['broken']);
});

test('prune shows first, then clears tokens without a secret and expired sign-ins', async (t) => {
  const it = await scene(t);
  await it.save('kept');
  await it.save('lost');
  const secrets = path.join(it.vault, 'secrets.json');
  const index = JSON.parse(fs.readFileSync(path.join(it.vault, 'tokens.json'), 'utf8'));
  const held = JSON.parse(fs.readFileSync(secrets, 'utf8'));
  delete held.secrets[index.tokens.find((token) => token.authID === 'lost').id];
  fs.writeFileSync(secrets, JSON.stringify(held));
  await tool(it, ['login', 'half', '--start', '--vm', it.simulator.url]);
  const begun = path.join(it.vault, 'sign-ins.json');
  assert.strictEqual(fs.statSync(begun).mode & 0o777, process.platform === 'win32' ? fs.statSync(begun).mode & 0o777 : 0o600);
  fs.writeFileSync(begun, fs.readFileSync(begun, 'utf8').replace(/"expiresAt": \d+/, '"expiresAt": 1'));
  const shown = `Tokens whose secret is gone:
NAME  ACCOUNT      SECRET WAS IN
lost  1234567_SB1  file
Expired sign-ins of login --start: 1`;
  const before = it.kept();
  assert.strictEqual(await transcript(it, ['prune', '--dry-run']), `$ netsuite-tba prune --dry-run\n${shown}\nexit 0`);
  assert.deepStrictEqual(it.kept(), before);
  const { json } = await tool(it, ['prune', '--yes', '--json']);
  assert.deepStrictEqual(json, {
    dryRun: false,
    tokens: [{ authId: 'lost', account: ACCOUNT, store: 'file' }],
    secrets: 0,
    signIns: 1,
    unreadable: [],
  });
  assert.strictEqual(await transcript(it, ['prune']), '$ netsuite-tba prune\nThere is nothing to remove.\nexit 0');
  assert.deepStrictEqual(
    (await tool(it, ['list', '--json'])).json.tokens.map((token) => token.authId),
    ['kept'],
  );
});

test('no command prints a secret or saves it in a wrong place', async (t) => {
  const it = await scene(t);
  const secrets = () => secretsOf(it);
  const debug = { env: { NETSUITE_TBA_DEBUG: '1' } };
  let printed = '';
  const all = [
    login(it, 'dev'),
    ['list'],
    ['list', '--json'],
    ['use', 'dev'],
    ['status'],
    ['status', '--json'],
    ['explain', 'GET', `${it.simulator.url}/x?a=1`],
    ['explain', 'GET', `${it.simulator.url}/x?a=1`, '--full', '--json'],
    ['doctor', '--vm', it.simulator.url, '--port', String(it.port)],
    ['guide', 'integration-record', '--vm', it.simulator.url],
    ['login', 'half', '--start', '--vm', it.simulator.url],
    ['prune', '--dry-run'],
    ['completion', '--names'],
    ['rename', 'dev', 'new'],
    ['remove', 'new', '--yes'],
  ];
  for (const args of all) {
    const done = await tool(it, args, debug);
    printed += done.stdout + done.stderr;
    for (const secret of secrets()) assert.ok(!printed.includes(secret), `${args.join(' ')} printed a secret`);
  }
  const begun = fs.readFileSync(path.join(it.vault, 'sign-ins.json'), 'utf8');
  for (const secret of secrets()) assert.ok(!begun.includes(secret));
});

test('a command that names a token never says that there is none while ~/.nstba cannot be read', async (t) => {
  const it = await scene(t, { simulator: false });
  const file = path.join(it.home, '.nstba');
  for (const [what, code, make] of [
    ['cut off', 'STORE_DAMAGED', () => fs.writeFileSync(file, '{"a": {"tok')],
    ['a list', 'STORE_DAMAGED', () => fs.writeFileSync(file, '[]')],
    ['a folder', 'STORE_UNSAFE', () => fs.mkdirSync(file)],
  ]) {
    fs.rmSync(file, { recursive: true, force: true });
    make();
    for (const words of [
      ['remove', 'a', '--yes'],
      ['rename', 'a', 'b'],
      ['use', 'a'],
    ]) {
      const done = await tool(it, words.concat('--json'));
      assert.deepStrictEqual([done.json.error.code, done.code], [code, 5], `${what}: ${words.join(' ')}`);
    }
  }
  fs.rmSync(file, { recursive: true });
  const none = await tool(it, ['remove', 'a', '--yes', '--json']);
  assert.strictEqual(none.json.error.code, 'TOKEN_NOT_FOUND');
});
