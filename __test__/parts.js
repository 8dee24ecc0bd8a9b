// Finds the parts of a machine that some tests need, and writes down what was skipped for want of one.
'use strict';

const fs = require('fs');
const path = require('path');

/** The file of that name on PATH, or null. */
function program(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of (process.env.PATH || '').split(path.delimiter).filter(Boolean)) {
    for (const file of names.map((each) => path.join(folder, each))) {
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return file;
      } catch (error) {
        // Not in this folder.
      }
    }
  }
  return null;
}

function loads(name) {
  try {
    require(name);
    return true;
  } catch (error) {
    return false;
  }
}

const chromium = () => ['chromium', 'chromium-browser', 'google-chrome'].map(program).find(Boolean) || null;

const PARTS = {
  'secret-service': {
    missing: () => ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool'].filter((name) => !program(name)),
    what: 'a Secret Service to run tests against',
  },
  chromium: { missing: () => (chromium() ? [] : ['chromium']), what: 'a Chromium browser' },
  pty: { missing: () => (loads('@lydell/node-pty') ? [] : ['@lydell/node-pty (no build for this platform)']), what: 'pseudo terminals' },
  openssl: { missing: () => (program('openssl') ? [] : ['openssl']), what: 'certificates made on the spot' },
  stty: { missing: () => (program('stty') ? [] : ['stty']), what: 'the state of a terminal' },
  posix: { missing: () => (process.platform === 'win32' ? ['a POSIX system'] : []), what: 'signals and file modes' },
};

/** False when every part is there; else the reason to skip, which is also written down for `npm test`. */
function without(...names) {
  const absent = names.map((name) => [PARTS[name], PARTS[name].missing()]).filter(([, list]) => list.length);
  if (!absent.length) return false;
  return skipped(absent.map(([part, list]) => `${part.what}: ${list.join(', ')} not found`).join('; '));
}

/** Writes a reason to skip down, and returns it. */
function skipped(reason) {
  const file = process.env.NETSUITE_TBA_TEST_SKIPS;
  if (file) fs.appendFileSync(file, `${JSON.stringify({ test: path.relative(path.join(__dirname, '..'), require.main.filename), reason })}\n`);
  return reason;
}

module.exports = { chromium, program, skipped, without };
