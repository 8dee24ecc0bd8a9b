// The keychain of Linux: a real Secret Service keeps the secrets, and a message is printed once if there is none.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { scene } = require('../scene');
const { withKeyring, withoutBus } = require('./secret-service');

const skip = without('secret-service');
const CALL = path.join(__dirname, '..', 'call.js');

const quoted = (text) => `'${text.replace(/'/g, "'\\''")}'`;

/** The shell line that calls authenticate(), and the function that reads its result. */
function line(it, options) {
  return `${quoted(process.execPath)} ${quoted(CALL)} ${quoted(JSON.stringify({ vm: it.simulator.url, port: it.port, ...options }))}`;
}

const told = (done) =>
  done.stdout
    .split('\n')
    .filter((each) => each.startsWith('{'))
    .map((each) => JSON.parse(each));

const index = (it) => JSON.parse(fs.readFileSync(path.join(it.vault, 'tokens.json'), 'utf8')).tokens;

test('auto saves the secret in the keychain and not in a file, and another process can use it', { skip }, async (t) => {
  const it = await scene(t);
  const service = it.env().NETSUITE_TBA_KEYCHAIN_SERVICE;
  const done = await withKeyring(
    it,
    `
    ${line(it, { authId: 'dev', account: '1234567_SB1' })} || exit 1
    ${line(it, {})} || exit 2
    secret-tool search --all service ${service} 2>&1`,
  );
  const [first, second] = told(done);
  assert.ok(first && first.session, done.stdout + done.stderr);
  assert.deepStrictEqual([first.session.source, second.session && second.session.source], ['generated', 'saved'], done.stderr);
  assert.doesNotMatch(done.stderr, /Warning/);
  const [entry] = index(it);
  assert.deepStrictEqual([entry.authID, entry.store], ['dev', 'keychain']);
  const { tokenId, tokenSecret } = Array.from(it.simulator.tokens.values())[0];
  assert.ok(done.stdout.includes(tokenSecret), 'secret-tool sees the secret in the keychain');
  assert.ok(done.stdout.includes(entry.id), 'under the random id of the index');
  assert.doesNotMatch(done.stdout.slice(done.stdout.indexOf('[/')), /username = dev\b/, 'never under its name');
  for (const [name, content] of Object.entries(it.kept())) {
    if (/^(vault|project)\//.test(name)) assert.ok(!content.includes(tokenSecret) && !content.includes(tokenId), name);
  }
});

test('removing a token removes its keychain entry', { skip }, async (t) => {
  const it = await scene(t);
  const service = it.env().NETSUITE_TBA_KEYCHAIN_SERVICE;
  const remove = `const { TokenVault } = require(${JSON.stringify(path.join(__dirname, '..', '..'))}); new TokenVault().remove('dev').then((was) => console.log('removed ' + was));`;
  const done = await withKeyring(
    it,
    `
    ${line(it, { authId: 'dev' })} || exit 1
    ${quoted(process.execPath)} -e ${quoted(remove)} || exit 2
    echo "left: [$(secret-tool search --all service ${service} 2>/dev/null)]"`,
  );
  assert.match(done.stdout, /removed true\nleft: \[\]/, done.stdout + done.stderr);
});

test('without a bus or a terminal, auto signs in only after a file was chosen', { skip }, async (t) => {
  const it = await scene(t);
  const refused = await withoutBus(it, line(it, { authId: 'one' }));
  const { error } = told(refused)[0];
  assert.deepStrictEqual([error.code, error.exitCode], ['KEYCHAIN_MISSING', 5], error.message);
  assert.match(error.nextStep, /NETSUITE_TBA_PASSPHRASE .* NETSUITE_TBA_STORE=file/);
  assert.strictEqual(it.requested('requesttoken').length, 0, 'NetSuite was not asked');

  const done = await withoutBus(
    it,
    `NETSUITE_TBA_STORE=file ${line(it, { authId: 'one' })}; ${line(it, { authId: 'two' })}; ${line(it, { authId: 'three' })}; ${line(it, { authId: 'two' })}`,
  );
  assert.deepStrictEqual(
    told(done).map((each) => each.session && each.session.source),
    ['generated', 'generated', 'generated', 'saved'],
    done.stderr,
  );
  assert.strictEqual(done.stderr.match(/^Warning: .*(keychain|Secret Service)/gim).length, 1, done.stderr);
  assert.ok(done.stderr.indexOf('Warning: There is no keychain') < done.stderr.lastIndexOf('token two'), done.stderr);
  assert.deepStrictEqual(
    index(it).map((entry) => entry.store),
    ['file', 'file', 'file'],
  );
  assert.strictEqual((fs.statSync(path.join(it.vault, 'secrets.json')).mode & 0o777).toString(8), '600');
});

test('without a bus, auto saves new tokens in the encrypted file if a passphrase is set', { skip }, async (t) => {
  const it = await scene(t);
  const done = await withoutBus(it, `${line(it, { authId: 'one' })}; ${line(it, { authId: 'one' })}`, {
    env: { NETSUITE_TBA_PASSPHRASE: 'correct horse' },
  });
  assert.deepStrictEqual(
    told(done).map((each) => each.session && each.session.source),
    ['generated', 'saved'],
    done.stderr,
  );
  assert.deepStrictEqual(
    index(it).map((entry) => entry.store),
    ['encrypted-file'],
  );
  assert.doesNotMatch(done.stderr, /Warning/);
});

test('if the keychain is gone, its tokens are neither looked for elsewhere nor replaced', { skip }, async (t) => {
  const it = await scene(t);
  await withKeyring(it, line(it, { authId: 'dev' }));
  const before = it.kept();
  const asked = it.requested('requesttoken').length;
  const gone = await withoutBus(it, line(it, { authId: 'dev' }));
  const { error } = told(gone)[0];
  assert.deepStrictEqual([error.code, error.exitCode], ['KEYCHAIN_MISSING', 5], error.message);
  assert.match(error.nextStep, /The token is in the keychain/, 'another store for new tokens would not help');
  assert.strictEqual(it.requested('requesttoken').length, asked);
  assert.deepStrictEqual(it.kept(), before);
});

test('a keychain token is never moved to a file silently, even after the first warning', { skip }, async (t) => {
  const it = await scene(t);
  const login = `${quoted(process.execPath)} ${quoted(path.join(__dirname, '..', '..', 'bin', 'netsuite-tba.js'))} login dev --vm ${it.simulator.url} --port ${it.port}`;
  const first = await withoutBus(it, `NETSUITE_TBA_STORE=file ${line(it, { authId: 'chosen' })}; ${line(it, { authId: 'other' })}`);
  assert.match(first.stderr, /^Warning: There is no keychain/m);
  await withKeyring(it, line(it, { authId: 'dev' }));
  const again = await withoutBus(it, login);
  assert.match(again.stderr, /^Warning: There is no keychain on this machine, so tokens are kept in /m, again.stdout);
  assert.deepStrictEqual(
    index(it).map((entry) => entry.store),
    ['file', 'file', 'file'],
  );
});

test('the store keychain has no fallback: without a keychain nothing is saved', { skip }, async (t) => {
  const it = await scene(t);
  const done = await withoutBus(it, line(it, { authId: 'dev', store: 'keychain' }));
  assert.strictEqual(told(done)[0].error.code, 'KEYCHAIN_MISSING', done.stderr);
  assert.ok(!fs.existsSync(path.join(it.vault, 'secrets.json')));
});

test('listing tokens does not access the keychain', { skip }, async (t) => {
  const it = await scene(t);
  await withKeyring(it, line(it, { authId: 'dev', account: '1234567_SB1' }));
  const list = `const { TokenVault } = require(${JSON.stringify(path.join(__dirname, '..', '..'))}); console.log(JSON.stringify(new TokenVault().list()));`;
  const done = await withoutBus(it, `${quoted(process.execPath)} -e ${quoted(list)}`);
  const [token] = JSON.parse(done.stdout);
  assert.deepStrictEqual([token.authId, token.account, token.accountType, token.store], ['dev', '1234567_SB1', 'sandbox', 'keychain']);
  assert.ok(!('secret' in token) && !Object.values(token).some((value) => /[0-9a-f]{64}/.test(String(value))));
});
