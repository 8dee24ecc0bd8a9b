'use strict';

// Builds the native part with cargo. Without --target the file for this machine is placed beside index.js;
// with --target NAME it goes into npm/NAME. On Linux a release build uses cargo-zigbuild if it is installed
// (pip install ziglang cargo-zigbuild), so that the file also runs on old systems; --native turns that off.
// --debug builds faster, but the result runs slower.

const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const elf = require('./elf');
const { GLIBC_FLOOR, TARGETS, fileOf, host } = require('./targets');

const root = path.join(__dirname, '..');
const NO_CARGO = 'cargo is not installed. Get Rust from https://rustup.rs and run this again; the package from the registry needs no Rust.';

const hasZig = () => spawnSync('cargo-zigbuild', ['--version'], { stdio: 'ignore' }).status === 0;

/** Compiler flags of a release: what the platform needs, and options that keep folder names of this machine out of the file. */
function environment(target) {
  const home = process.env.CARGO_HOME || path.join(os.homedir(), '.cargo');
  const flags = (process.env.RUSTFLAGS || '').split(/\s+/).filter(Boolean);
  flags.push(`--remap-path-prefix=${home}=/cargo`, `--remap-path-prefix=${root}=/netsuite-tba`);
  if (target.libc === 'musl') flags.push('-Ctarget-feature=-crt-static');
  if (target.os === 'win32') flags.push('-Ctarget-feature=+crt-static');
  const c = [process.env.CFLAGS, `-ffile-prefix-map=${home}=/cargo`, `-ffile-prefix-map=${root}=/netsuite-tba`];
  // No panic unwinds through C code, so it needs no unwind tables.
  if (target.os === 'linux') c.push('-fno-asynchronous-unwind-tables', '-fno-unwind-tables');
  return Object.assign({}, process.env, {
    CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f'),
    CFLAGS: c.filter(Boolean).join(' '),
    MACOSX_DEPLOYMENT_TARGET: process.env.MACOSX_DEPLOYMENT_TARGET || '11.0',
  });
}

/** The command for a target, and the folder below target/ that it writes to. */
function command(target, { debug, native, foreign }) {
  if (debug) return { program: 'cargo', args: ['build', '--locked', '--lib'], folder: 'debug' };
  // If an rlib is built too, cargo silently skips link-time optimisation, and the file is half as large again.
  const args = ['--locked', '--release', '--lib', '--crate-type', 'cdylib'];
  const zig = target.os === 'linux' && !native && hasZig();
  const triple = zig && target.libc === 'glibc' ? `${target.rust}.${GLIBC_FLOOR}` : target.rust;
  const chosen = zig || foreign ? ['--target', triple] : [];
  return {
    program: zig ? 'cargo-zigbuild' : 'cargo',
    args: ['rustc'].concat(chosen, args),
    folder: path.join(chosen.length ? target.rust : '', 'release'),
    zig,
  };
}

function report(file, target) {
  const size = `${(fs.statSync(file).size / 1e6).toFixed(2)} MB`;
  const asks = target.os === 'linux' ? elf.read(file) : null;
  const floor = asks && asks.glibc ? `, needs glibc ${asks.glibc}` : '';
  console.error(`Built ${path.relative(root, file)} (${size}${floor}).`);
  if (asks && asks.glibc && elf.byVersion(asks.glibc, GLIBC_FLOOR) > 0) {
    console.error(`A build with cargo-zigbuild would run from glibc ${GLIBC_FLOOR} on: pip install ziglang cargo-zigbuild`);
  }
}

/** Replaces the file by renaming, so that a running process keeps the old one. */
function place(built, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  fs.copyFileSync(built, fresh);
  fs.renameSync(fresh, file);
}

/** Builds and returns an exit code. Without `name` it builds for this machine. */
function build(debug, { name, native } = {}) {
  const here = host();
  const target = name === undefined ? here : TARGETS.find((each) => each.name === name);
  if (!target) {
    console.error(`There is no target ${name}. There are: ${TARGETS.map((each) => each.name).join(', ')}.`);
    return 2;
  }
  const foreign = target.name !== here.name;
  const { program, args, folder, zig } = command(target, { debug, native, foreign });
  const env = debug ? process.env : environment(target);
  const done = spawnSync(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.error) {
    console.error(`The native part was not built: ${done.error.code === 'ENOENT' ? NO_CARGO : done.error.message}`);
    return 1;
  }
  if (done.status !== 0) {
    if (foreign && !zig && target.os === 'linux')
      console.error('Building for another Linux needs cargo-zigbuild: pip install ziglang cargo-zigbuild');
    return done.status || 1;
  }
  const output = process.env.CARGO_TARGET_DIR ? path.resolve(root, process.env.CARGO_TARGET_DIR) : path.join(root, 'target');
  const file = name === undefined ? path.join(root, fileOf(target)) : path.join(root, 'npm', target.name, fileOf(target));
  place(path.join(output, folder, target.library), file);
  report(file, target);
  return 0;
}

function main(argv) {
  const at = argv.indexOf('--target');
  const name = at < 0 ? undefined : argv[at + 1] || '';
  return build(argv.includes('--debug'), { name, native: argv.includes('--native') });
}

module.exports = { build, hasZig };

if (require.main === module) process.exitCode = main(process.argv.slice(2));
