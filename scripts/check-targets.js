'use strict';

// Type-checks the macOS and Windows code on Linux, with zig instead of their C compilers.

const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const root = path.join(__dirname, '..');
// The GNU variant of Windows, because ring needs Microsoft's tools for the other one.
const TARGETS = ['aarch64-apple-darwin', 'x86_64-apple-darwin', 'x86_64-pc-windows-gnu'];

/** napi-build looks for Node's import library. A check does not read its contents. */
function emptyLibraries() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'libnode-'));
  for (const name of ['libnode.dll', 'libnode.dll.a']) fs.writeFileSync(path.join(folder, name), '');
  return folder;
}

function run(program, args, env) {
  const done = spawnSync(program, args, { cwd: root, env: Object.assign({}, process.env, env), stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.error) console.error(`${program}: ${done.error.message} (pip install ziglang cargo-zigbuild)`);
  return done.status === 0;
}

const LIBNODE_PATH = emptyLibraries();
run('rustup', ['target', 'add'].concat(TARGETS), {});
const failed = TARGETS.filter((target) => !run('cargo-zigbuild', ['check', '--locked', '--lib', '--target', target], { LIBNODE_PATH }));
fs.rmSync(LIBNODE_PATH, { recursive: true, force: true });
console.error(failed.length ? `Does not compile for ${failed.join(', ')}.` : `Compiles for ${TARGETS.join(', ')}.`);
process.exitCode = failed.length ? 1 : 0;
