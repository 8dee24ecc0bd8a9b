'use strict';

// Prepares a fresh clone: installs the development tools of package-lock.json, then builds the native part.
// Run as a program, it installs the tools only.

const { spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { build } = require('./build');

const root = path.join(__dirname, '..');
// Inside node_modules, so that it is removed together with the tools.
const stamp = path.join(root, 'node_modules', '.set-up-for');

function wanted() {
  return crypto
    .createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function installed() {
  try {
    return fs.readFileSync(stamp, 'utf8');
  } catch {
    return null;
  }
}

/** Installs the tools if they are missing or belong to another package-lock.json. Returns whether they are installed. */
function tools() {
  if (installed() === wanted()) return true;
  console.log('Installing the development tools (npm ci) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const done =
    npm && /\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm].concat(args), options)
      : spawnSync('npm', args, Object.assign(options, { shell: process.platform === 'win32' }));
  if (done.status !== 0) {
    console.error(`npm ci failed${done.error ? `: ${done.error.message}` : ''}.`);
    return false;
  }
  fs.writeFileSync(stamp, wanted());
  return true;
}

/** Prepares everything and returns an exit code. */
function setUp({ debug }) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    console.error(`The tests and the demo need Node 20 or later; this is ${process.version}.`);
    return 1;
  }
  if (!tools()) return 1;
  console.log('Building the native part …');
  return build(debug);
}

module.exports = { root, setUp };

if (require.main === module) process.exitCode = tools() ? 0 : 1;
