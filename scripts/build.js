'use strict';

// Builds the native part with cargo and puts it beside index.js. `--debug` builds faster, runs slower.

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
const abi = { linux: '-gnu', win32: '-msvc' }[process.platform] || '';
const file = `netsuite-tba.${process.platform}-${process.arch}${abi}.node`;
const library = { darwin: 'libnetsuite_tba.dylib', win32: 'netsuite_tba.dll' }[process.platform] || 'libnetsuite_tba.so';

function build(debug) {
  const cargo = ['build', '--locked', '--lib'].concat(debug ? [] : ['--release']);
  const done = spawnSync('cargo', cargo, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.error) {
    const why = done.error.code === 'ENOENT' ? 'cargo is not installed. Get Rust from https://rustup.rs and run this again.' : done.error.message;
    console.error(`The native part was not built: ${why}`);
    return 1;
  }
  if (done.status !== 0) return done.status || 1;
  const target = process.env.CARGO_TARGET_DIR ? path.resolve(root, process.env.CARGO_TARGET_DIR) : path.join(root, 'target');
  const built = path.join(target, debug ? 'debug' : 'release', library);
  // Renamed over, not written into: a process that runs the old file keeps it.
  const fresh = path.join(root, `${file}.${process.pid}`);
  fs.copyFileSync(built, fresh);
  fs.renameSync(fresh, path.join(root, file));
  console.error(`Built ${file} (${(fs.statSync(path.join(root, file)).size / 1e6).toFixed(2)} MB).`);
  return 0;
}

module.exports = { build };

if (require.main === module) process.exitCode = build(process.argv.includes('--debug'));
