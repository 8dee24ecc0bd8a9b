// Finds the programs and features that some tests need, and records which tests were skipped without them.
'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { hasZig } = require('../scripts/build');

/** The program of that name on PATH, or null. */
function program(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of (process.env.PATH || '').split(path.delimiter).filter(Boolean)) {
    for (const file of names.map((each) => path.join(folder, each))) {
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return file;
      } catch {
        // Try the next folder.
      }
    }
  }
  return null;
}

function loads(name) {
  try {
    require(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether everything must be tested, so that a skip is a failure. */
const everything = Boolean(process.env.NETSUITE_TBA_TEST_ALL) && process.env.NETSUITE_TBA_TEST_ALL !== '0';

const chromium = () => ['chromium', 'chromium-browser', 'google-chrome'].map(program).find(Boolean) || null;

const OAUTHLIB = path.join(__dirname, '..', 'target', 'oauthlib');
let oauthlibFolder;

/** Where Python finds oauthlib: '' if it is installed, otherwise the folder below target/ that it was installed into, or null. */
function oauthlibPath() {
  if (oauthlibFolder === undefined) oauthlibFolder = ['', OAUTHLIB].find(importsOauthlib);
  if (oauthlibFolder === undefined) {
    spawnSync('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', OAUTHLIB, 'oauthlib==4.0.1'], {
      stdio: 'ignore',
      timeout: 60000,
    });
    oauthlibFolder = importsOauthlib(OAUTHLIB) ? OAUTHLIB : null;
  }
  return oauthlibFolder;
}

function importsOauthlib(folder) {
  const env = Object.assign({}, process.env, { PYTHONPATH: folder });
  return spawnSync('python3', ['-c', 'import oauthlib.oauth1'], { env, stdio: 'ignore' }).status === 0;
}

const PARTS = {
  'secret-service': {
    missing: () => ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool'].filter((name) => !program(name)),
    what: 'a Secret Service to run tests against',
  },
  git: { missing: () => (program('git') ? [] : ['git']), what: 'repositories with a history' },
  zig: { missing: () => (hasZig() ? [] : ['cargo-zigbuild']), what: 'a build that runs on old systems' },
  chromium: { missing: () => (chromium() ? [] : ['chromium']), what: 'a Chromium browser' },
  pty: { missing: () => (loads('@lydell/node-pty') ? [] : ['@lydell/node-pty (no build for this platform)']), what: 'pseudo terminals' },
  openssl: { missing: () => (program('openssl') ? [] : ['openssl']), what: 'certificates made on the spot' },
  zsh: { missing: () => (program('zsh') ? [] : ['zsh']), what: 'completion in zsh' },
  fish: { missing: () => (program('fish') ? [] : ['fish']), what: 'completion in fish' },
  stty: { missing: () => (program('stty') ? [] : ['stty']), what: 'the state of a terminal' },
  oauthlib: { missing: () => (oauthlibPath() === null ? ['python3 with oauthlib'] : []), what: 'a signer in Python to compare with' },
  posix: { missing: () => (process.platform === 'win32' ? ['a POSIX system'] : []), what: 'signals and file modes' },
};

/** False if every part is present. Otherwise the reason to skip, which is also recorded for `npm test`. */
function without(...names) {
  const absent = names.map((name) => [PARTS[name], PARTS[name].missing()]).filter(([, list]) => list.length);
  if (!absent.length) return false;
  return skipped(absent.map(([part, list]) => `${part.what}: ${list.join(', ')} not found`).join('; '));
}

/** Records a reason to skip for `npm test`, and returns it. */
function skipped(reason) {
  const file = process.env.NETSUITE_TBA_TEST_SKIPS;
  if (file)
    fs.appendFileSync(file, `${JSON.stringify({ test: path.relative(path.join(__dirname, '..'), require.main.filename), reason })}\n`);
  return reason;
}

/** Records a row of a table that `npm test` prints at the end. */
function note(table, row) {
  const file = process.env.NETSUITE_TBA_TEST_NOTES;
  if (file) fs.appendFileSync(file, `${JSON.stringify({ table, row })}\n`);
}

module.exports = { chromium, everything, note, oauthlibPath, program, skipped, without };
