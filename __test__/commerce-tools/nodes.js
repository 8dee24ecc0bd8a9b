// Other releases of Node to run the model with: found or installed into the temporary folder, else skipped with a reason.
'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const VERSIONS = ['12.22.12', '14.19.0', '22', '24'];
const INSTALL_MS = 180000;

const { platform, arch } = process;
const npmName = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;

function binaryIn(folder) {
  return path.join(folder, 'node_modules', npmName, 'bin', platform === 'win32' ? 'node.exe' : 'node');
}

// { version, binary } or { version, skip }.
function find(version) {
  const folder = path.join(os.tmpdir(), 'netsuite-tba-nodes', version);
  const binary = binaryIn(folder);
  if (fs.existsSync(binary)) return { version, binary };
  fs.mkdirSync(folder, { recursive: true });
  const npm = platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${npmName}@${version}`], { stdio: 'ignore', timeout: INSTALL_MS });
  return done.status === 0 && fs.existsSync(binary) ? { version, binary } : { version, skip: `Node ${version} could not be installed from npm` };
}

module.exports = { nodes: () => [{ version: process.versions.node, binary: process.execPath }].concat(VERSIONS.map(find)) };
