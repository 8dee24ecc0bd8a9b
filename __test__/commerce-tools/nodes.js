// Other releases of Node to run the model with: found or installed into the temporary folder, else skipped with a reason.
'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { skipped } = require('../parts');

const VERSIONS = ['12.22.12', '14.19.0', '22', '24'];
const INSTALL_MS = 180000;

const { platform, arch } = process;
const npmName = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;

function binaryIn(folder) {
  return path.join(folder, 'node_modules', npmName, 'bin', platform === 'win32' ? 'node.exe' : 'node');
}

function install(version, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${npmName}@${version}`];
  const done = spawnSync('npm', words, { stdio: 'ignore', timeout: INSTALL_MS, shell: platform === 'win32' });
  return done.status === 0;
}

// { version, binary } or { version, skip }.
function find(version) {
  const folder = path.join(os.tmpdir(), 'netsuite-tba-nodes', version);
  const binary = binaryIn(folder);
  if (fs.existsSync(binary) || (install(version, folder) && fs.existsSync(binary))) return { version, binary };
  return { version, skip: skipped(`Node ${version} to run the tests on: npm could not install ${npmName}`) };
}

module.exports = { nodes: () => [{ version: process.versions.node, binary: process.execPath }].concat(VERSIONS.map(find)) };
