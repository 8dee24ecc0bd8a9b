'use strict';

// The state of the process when a call starts. The native part reads none of it itself, except whether stdin and
// stderr are terminals: asking Node would load its whole network code.

const os = require('os');
const path = require('path');

function processSnapshot(cwd) {
  let home = null;
  try {
    home = os.homedir();
  } catch {
    // No HOME and no entry in the user database. Code that needs a home folder reports it.
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
    // Without a prototype: what others put on Object.prototype is not a variable.
    env: Object.assign(Object.create(null), process.env),
    cwd: path.resolve(folder),
    home: home || undefined,
    package: path.join(__dirname, '..'),
    node: runtime(),
    userId: process.getuid ? process.getuid() : undefined,
    program: program(),
  };
}

/** `Node v22.1.0`; Deno and Bun also say which Node they stand for. */
function runtime() {
  const { bun, deno } = process.versions;
  if (bun) return `Bun ${bun} (Node ${process.version})`;
  return deno ? `Deno ${deno} (Node ${process.version})` : `Node ${process.version}`;
}

const isGulp = (file) => typeof file === 'string' && /^gulp(\.js|\.cmd)?$/.test(path.basename(file));

/** Whether this process is gulp. */
function underGulp() {
  return isGulp(process.argv[1]) || Boolean(require.main && isGulp(require.main.filename));
}

/** The name of this program, shown to processes that wait for it. Contains the task name but no values, which could be secret. */
function program() {
  const name = path.basename(process.argv[1] || process.argv[0] || 'node').replace(/\.js$/, '');
  const task = process.argv[2];
  return task && /^[a-z][\w:-]*$/i.test(task) && underGulp() ? `${name} ${task}` : name;
}

/**
 * The certificates that Node trusts: its own, and those of NODE_EXTRA_CA_CERTS. Loading them takes longer than everything
 * else here, so it is done only when a request is made.
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

module.exports = { processSnapshot, underGulp, trustRoots };
