'use strict';

// npm run fuzz -- SECONDS [TARGET …]: runs each fuzz target of fuzz/ for that time (default: 10 seconds) and
// fails if one finds something. The inputs it found are in fuzz/artifacts.
//
// Needs stable Rust, a C++ compiler (libFuzzer is C++) and cargo-fuzz, which is installed below target/ if it is
// missing. RUSTC_BOOTSTRAP makes the stable compiler accept the flags that cargo-fuzz passes. No sanitizer is
// used: that would need a nightly toolchain and try only a tenth as many inputs.

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
const tools = path.join(root, 'target', 'tools');

const env = Object.assign({}, process.env, {
  RUSTC_BOOTSTRAP: '1',
  PATH: `${path.join(tools, 'bin')}${path.delimiter}${process.env.PATH}`,
});

const run = (args, options) => spawnSync('cargo', args, Object.assign({ cwd: root, env, encoding: 'utf8' }, options));

function installed() {
  if (run(['fuzz', '--version']).status === 0) return true;
  console.error('Installing cargo-fuzz below target/ …');
  return run(['install', '--quiet', '--locked', 'cargo-fuzz', '--root', tools], { stdio: 'inherit' }).status === 0;
}

/** Fuzzes one target and prints how many inputs were tried. */
function fuzz(target, seconds) {
  const args = [
    'fuzz',
    'run',
    '--sanitizer',
    'none',
    target,
    '--',
    `-max_total_time=${seconds}`,
    '-max_len=4096',
    '-timeout=5',
    '-print_final_stats=1',
  ];
  const done = run(args, { maxBuffer: 2 ** 28 });
  const said = `${done.stdout}${done.stderr}`;
  const tried = /number_of_executed_units:\s*(\d+)/.exec(said);
  if (done.status === 0 && tried) {
    console.log(`${target}: ${Number(tried[1]).toLocaleString('en')} inputs in ${seconds} s, nothing found`);
    return true;
  }
  console.error(said.split('\n').slice(-60).join('\n'));
  console.error(`${target}: FAILED`);
  return false;
}

function main(given) {
  const seconds = given.find((word) => /^\d+$/.test(word)) || '10';
  const known = fs
    .readdirSync(path.join(root, 'fuzz', 'fuzz_targets'))
    .filter((name) => name.endsWith('.rs'))
    .map((name) => name.slice(0, -3));
  const asked = given.filter((word) => !/^\d+$/.test(word));
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown) {
    console.error(`There is no fuzz target ${unknown}. There are: ${known.join(', ')}.`);
    return 2;
  }
  if (!installed()) {
    console.error('cargo-fuzz could not be installed: it needs cargo (https://rustup.rs) and a C++ compiler.');
    return 1;
  }
  return (asked.length ? asked : known).map((target) => fuzz(target, seconds)).every(Boolean) ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
