'use strict';

// What the process looks like when a call starts. The native part reads nothing of it by itself, but
// whether stdin and stderr are terminals: for that, Node would load its whole network code.

const os = require('os');
const path = require('path');

function processSnapshot(cwd) {
  let home = null;
  try {
    home = os.homedir();
  } catch {
    // No HOME and no entry in the user database: only what needs a home will say so.
  }
  let folder = cwd;
  if (folder === undefined) {
    try {
      folder = process.cwd();
    } catch {
      folder = path.join(path.parse(__dirname).root, '(deleted working folder)'); // Nothing is found or written there.
    }
  }
  return {
    env: Object.assign({}, process.env),
    cwd: path.resolve(folder),
    home: home || undefined,
    package: path.join(__dirname, '..'),
    userId: process.getuid ? process.getuid() : undefined,
  };
}

const isGulp = (file) => typeof file === 'string' && /^gulp(\.js|\.cmd)?$/.test(path.basename(file));

/** Whether this process was started as gulp. */
function underGulp() {
  return isGulp(process.argv[1]) || Boolean(require.main && isGulp(require.main.filename));
}

/** What runs, told to others who wait for it. Only words without a value are named: no secrets. */
function program() {
  const name = path.basename(process.argv[1] || process.argv[0] || 'node').replace(/\.js$/, '');
  const task = process.argv[2];
  return task && /^[a-z][\w:-]*$/i.test(task) && underGulp() ? `${name} ${task}` : name;
}

/**
 * The certificates Node trusts: its own, and those of NODE_EXTRA_CA_CERTS. Loading them takes
 * longer than everything else here, so it is done only when a request is made.
 */
function trustRoots() {
  const roots = Array.from(require('tls').rootCertificates || []);
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (extra) {
    try {
      roots.push(require('fs').readFileSync(extra, 'utf8'));
    } catch (error) {
      process.stderr.write(`Warning: NODE_EXTRA_CA_CERTS names ${extra}, which cannot be read (${error.code}).\n`);
    }
  }
  return roots;
}

module.exports = { processSnapshot, underGulp, program, trustRoots };
