// Installs other versions of Node from the npm registry below target/, where the next run finds them.
'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { ROOT } = require('./scene');
const { skipped } = require('./parts');

const VERSIONS = ['12.21.0', '14.19.0', '16.20.2', '18.20.8', '20.20.2', '22.23.3', '24.21.0', '26.10.0'];
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const KEPT = path.join(ROOT, 'target', 'node-versions');

/** Runs npm without showing its output, and returns the finished child process. */
function npm(args, options) {
  const all = args.concat(['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']);
  return spawnSync('npm', all, { encoding: 'utf8', shell: process.platform === 'win32', ...options });
}

/** Installs packages below target/ under a name. Returns the folder, or null if they cannot be installed. */
function installed(name, packages) {
  const folder = path.join(KEPT, name);
  if (fs.existsSync(folder)) return folder;
  // Installed elsewhere and then renamed, because test files that run at once may need the same packages.
  const fresh = path.join(KEPT, `.${name}.${process.pid}`);
  fs.mkdirSync(fresh, { recursive: true });
  fs.writeFileSync(path.join(fresh, 'package.json'), '{}\n');
  const done = npm(['install', '--ignore-scripts', '--no-package-lock', '--prefer-offline'].concat(packages), { cwd: fresh });
  try {
    if (done.status === 0) fs.renameSync(fresh, folder);
  } catch (error) {
    if (!fs.existsSync(folder)) throw error;
  }
  fs.rmSync(fresh, { recursive: true, force: true });
  return fs.existsSync(folder) ? folder : null;
}

/** The executable of a Node version, or null if it cannot be installed. */
function nodeOf(version) {
  if (version === process.versions.node) return process.execPath;
  const find = () => {
    const folder = installed(`node-${version}`, [`${PACKAGE}@${version}`]);
    return folder && path.join(folder, 'node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  };
  const node = find();
  if (!node || fs.existsSync(node)) return node;
  // npm silently leaves out files of a package if several npm processes fill one cache at once.
  fs.rmSync(path.join(KEPT, `node-${version}`), { recursive: true, force: true });
  return find();
}

/** The PATH of a developer who has this Node and no Rust. */
function pathWith(node) {
  const cargo = process.platform === 'win32' ? 'cargo.exe' : 'cargo';
  const others = (process.env.PATH || '').split(path.delimiter).filter((folder) => folder && !fs.existsSync(path.join(folder, cargo)));
  return [path.dirname(node)].concat(others).join(path.delimiter);
}

const noNode = (version) => skipped(`Node ${version}: the npm package ${PACKAGE} could not be installed`);

module.exports = { VERSIONS, installed, noNode, nodeOf, npm, pathWith };
