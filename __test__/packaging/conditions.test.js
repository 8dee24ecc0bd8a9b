// Slim machine images: no CA files, no bus, no home, a home that cannot be written.
'use strict';

const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { test } = require('node:test');
const { without } = require('../parts');
const { scene, run } = require('../scene');

const CALL = path.join(__dirname, '..', 'call.js');
const NOBODY = 65534;
const isRoot = process.getuid && process.getuid() === 0;

/** The value of an option that is removed. */
const none = undefined;

test("no CA files: certificates are checked against Node's own", { skip: without('openssl', 'posix') }, async (t) => {
  const place = await scene(t, { simulator: { proxy: true } });
  const { proxy } = place.simulator;
  const env = { SSL_CERT_FILE: '/nowhere/ca.pem', SSL_CERT_DIR: '/nowhere', HTTPS_PROXY: proxy.url };
  const trusted = await place.call(
    { vm: none, authId: 'dev', account: '1234567_SB1', browser: true },
    { env: { ...env, NODE_EXTRA_CA_CERTS: proxy.caFile } },
  );
  assert.strictEqual(trusted.error, undefined, trusted.stderr);
  assert.strictEqual(trusted.session.source, 'generated');
  const stranger = await place.call({ vm: none, authId: 'other', account: '1234567_SB1', browser: true }, { env });
  assert.strictEqual(stranger.error.code, 'CERTIFICATE_INVALID');
});

test('no bus: a plain file is used only after it was chosen, once for each vault', {
  skip: process.platform !== 'linux' && 'Linux only',
}, async (t) => {
  const place = await scene(t);
  const bare = { NETSUITE_TBA_STORE: '', XDG_RUNTIME_DIR: '/nowhere', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' };
  const signIn = (authId, more, options) =>
    place.call({ authId, account: '1234567_SB1', browser: true, ...options }, { env: { ...bare, ...more } });
  for (const [options, variables] of [
    [{}, {}],
    [{ store: 'auto' }, {}],
    [{ store: 'keychain' }, {}],
    [{}, { NETSUITE_TBA_STORE: 'keychain' }],
  ]) {
    const refused = await signIn('dev', variables, options);
    assert.strictEqual(refused.error && refused.error.code, 'KEYCHAIN_MISSING', refused.stderr);
    assert.doesNotMatch(refused.error.message, /X11|DBus error/);
  }
  assert.deepStrictEqual(place.requested('requesttoken'), [], 'it fails before the browser opens');
  const chosen = await signIn('dev', { NETSUITE_TBA_STORE: 'file' });
  assert.strictEqual(chosen.session && chosen.session.source, 'generated', chosen.stderr);
  const later = await signIn('other', {});
  assert.strictEqual(later.session && later.session.source, 'generated', later.stderr);
});

/** A folder that every user may enter, for runs as another user. */
function openFolder(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-open-'));
  fs.chmodSync(folder, 0o755);
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Calls authenticate() as an unprivileged user, because file modes do not restrict root. */
async function callAs(uid, place, options, env) {
  fs.chmodSync(place.root, 0o755);
  if (uid !== null) fs.chownSync(place.project, uid, uid);
  const become = uid === null ? '' : `process.setgroups([]); process.setgid(${uid}); process.setuid(${uid});`;
  const code = `${become} process.argv.splice(1, 0, 'call'); require(${JSON.stringify(CALL)});`;
  const given = { port: place.port, vm: place.simulator.url, ...options };
  const done = await run(process.execPath, ['-e', code, JSON.stringify(given)], { cwd: place.project, env });
  const line = done.stdout.split('\n').find((text) => text.startsWith('{'));
  assert.ok(line, done.stderr);
  return Object.assign(done, JSON.parse(line));
}

const CREDENTIALS = { token: 'id:secret', account: '1234567_SB1', interactive: false };

test('no home: a token from the command line works, and the error of a sign-in says what to set', {
  skip: (without('posix') || !isRoot) && 'needs root, to be a user without a home',
}, async (t) => {
  const place = await scene(t);
  const env = place.env({ HOME: none, USERPROFILE: none, NETSUITE_TBA_HOME: none });
  const uid = 54321;
  const given = await callAs(uid, place, CREDENTIALS, env);
  assert.strictEqual(given.error, undefined, given.stderr);
  assert.strictEqual(given.session.source, 'option');
  const saved = await callAs(uid, place, { authId: 'dev', account: '1234567_SB1', browser: true }, env);
  assert.strictEqual(saved.error.code, 'STORE_UNREADABLE');
  assert.match(saved.error.message, /no home folder[\s\S]*NETSUITE_TBA_HOME/);
  const elsewhere = openFolder(t);
  fs.chownSync(elsewhere, uid, uid);
  const told = await callAs(
    uid,
    place,
    { authId: 'dev', account: '1234567_SB1', browser: true },
    { ...env, NETSUITE_TBA_HOME: path.join(elsewhere, 'vault') },
  );
  assert.strictEqual(told.error, undefined, told.stderr);
});

test('a home that cannot be written: saved tokens still sign, and a sign-in fails before the browser opens', {
  skip: without('posix'),
}, async (t) => {
  const place = await scene(t);
  const uid = isRoot ? NOBODY : null;
  const home = openFolder(t);
  if (uid !== null) fs.chownSync(home, uid, uid);
  const env = place.env({ HOME: home, NETSUITE_TBA_HOME: none, XDG_CONFIG_HOME: none });
  const first = await callAs(uid, place, { authId: 'dev', account: '1234567_SB1', browser: true }, env);
  assert.strictEqual(first.session.source, 'generated', first.stderr);
  const folders = [home, path.join(home, '.config'), path.join(home, '.config', 'netsuite-tba')];
  for (const folder of folders) fs.chmodSync(folder, 0o555);
  try {
    const again = await callAs(uid, place, { authId: 'dev', interactive: false }, env);
    assert.strictEqual(again.error, undefined, again.stderr);
    assert.strictEqual(again.session.source, 'saved');
    const fresh = await callAs(uid, place, { authId: 'other', account: '1234567_SB1', browser: true }, env);
    assert.strictEqual(fresh.error.code, 'STORE_UNWRITABLE');
    assert.match(fresh.error.message, /netsuite-tba/);
  } finally {
    for (const folder of folders) fs.chmodSync(folder, 0o755);
  }
});
