// Runtimes that forbid what the native part needs: the error names the one flag or library that is missing.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { test, before, after } = require('node:test');
const { skipped } = require('../parts');
const { installed, noNode, nodeOf } = require('../nodes');
const { fileOf, host } = require('../../scripts/targets');

const ROOT = path.join(__dirname, '..', '..');
const TELL = 'console.log(JSON.stringify({ name: error.name, code: error.code, nextStep: error.nextStep, message: error.message }))';
let project;

before(() => {
  project = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tba-permissions-')));
  const folder = path.join(project, 'node_modules', 'netsuite-tba');
  fs.mkdirSync(folder, { recursive: true });
  for (const part of ['lib', 'index.js', 'package.json', fileOf(host())]) {
    fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  fs.writeFileSync(path.join(project, 'package.json'), '{"dependencies":{"netsuite-tba":"*"}}');
  fs.writeFileSync(path.join(project, 'use.cjs'), `try { require('netsuite-tba'); console.log('{}'); } catch (error) { ${TELL} }`);
  fs.writeFileSync(path.join(project, 'use.mjs'), `try { await import('netsuite-tba'); console.log('{}'); } catch (error) { ${TELL} }`);
});
after(() => fs.rmSync(project, { recursive: true, force: true }));

/** The error of a run; empty where the package was loaded. */
function told(program, args, env) {
  const done = spawnSync(program, args, {
    cwd: project,
    env: Object.assign({ PATH: process.env.PATH, HOME: project }, env),
    encoding: 'utf8',
  });
  const line = (done.stdout || '').split('\n').find((text) => text.startsWith('{'));
  assert.ok(line, `${done.error || ''}${done.stdout}${done.stderr}`);
  const error = JSON.parse(line);
  if (error.code) assert.deepStrictEqual([error.name, error.code], ['TbaError', 'BINDING_MISSING'], error.message);
  return error;
}

const flag = (nextStep) => /^(?:Add|Remove) (\S+)/.exec(nextStep)[1];

for (const [what, parts, expected] of [
  [
    'Node without addons',
    { code: 'ERR_DLOPEN_DISABLED', message: 'Cannot load native addon because loading addons is disabled.' },
    '--no-addons',
  ],
  [
    'Deno without ffi',
    { name: 'NotCapable', message: 'Requires ffi access to "/x.node", run again with the --allow-ffi flag' },
    '--allow-ffi',
  ],
  [
    'Deno without read',
    { name: 'NotCapable', message: 'Requires read access to "/x", run again with the --allow-read flag' },
    '--allow-read',
  ],
  ['Deno without env', { name: 'NotCapable', message: 'Requires env access to "X", run again with the --allow-env flag' }, '--allow-env'],
]) {
  test(`${what} (its words): the flag is named and no reinstallation is advised`, () => {
    const prelude = `require.extensions['.node'] = () => { throw Object.assign(new Error(), ${JSON.stringify(parts)}); };`;
    const { nextStep } = told(process.execPath, ['-e', `${prelude} require('./use.cjs')`]);
    assert.strictEqual(flag(nextStep), expected);
    assert.doesNotMatch(nextStep, /install/);
  });
}

for (const [words, library] of [
  [
    'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /app/netsuite-tba.linux-x64-gnu.node)',
    'ld-linux-x86-64.so.2',
  ],
  ['Error loading shared library libgcc_s.so.1: No such file or directory (needed by /app/x.node)', 'libgcc_s.so.1'],
  ['Error relocating /app/netsuite-tba.linux-x64-gnu.node: __res_init: symbol not found', 'libc.so.6'],
  ['libgcc_s.so.1: cannot open shared object file: No such file or directory', 'libgcc_s.so.1'],
]) {
  test(`a build for glibc on musl: ${library} is named, in the loader's words "${words.slice(0, 40)}…"`, () => {
    const prelude = `require.extensions['.node'] = () => { throw new Error(${JSON.stringify(words)}); };`;
    const { nextStep } = told(process.execPath, ['-e', `${prelude} require('./use.cjs')`]);
    assert.ok(nextStep.includes(library), nextStep);
    assert.match(nextStep, /musl/);
  });
}

test('any other library that is missing is named as well', () => {
  const prelude =
    "require.extensions['.node'] = () => { throw new Error('libdbus-1.so.3: cannot open shared object file: No such file or directory'); };";
  const { nextStep } = told(process.execPath, ['-e', `${prelude} require('./use.cjs')`]);
  assert.match(nextStep, /system library libdbus-1\.so\.3 is missing/);
});

test('Node without the right to read (its words): the folder to allow is named', () => {
  const parts = { code: 'ERR_ACCESS_DENIED', permission: 'FileSystemRead', message: 'Access to this API has been restricted' };
  const prelude = `require.extensions['.node'] = () => { throw Object.assign(new Error(), ${JSON.stringify(parts)}); };`;
  const { nextStep } = told(process.execPath, ['-e', `${prelude} require('./use.cjs')`]);
  assert.strictEqual(flag(nextStep), `--allow-fs-read=${path.join(project, 'node_modules', 'netsuite-tba')}`);
});

test('node --no-addons, by flag and by NODE_OPTIONS', () => {
  assert.strictEqual(flag(told(process.execPath, ['--no-addons', 'use.cjs']).nextStep), '--no-addons');
  assert.strictEqual(flag(told(process.execPath, ['use.cjs'], { NODE_OPTIONS: '--no-addons' }).nextStep), '--no-addons');
});

test('node --permission', (t) => {
  const version = '24.21.0';
  const node = nodeOf(version);
  if (!node) return t.skip(noNode(version));
  const all = ['--permission', '--allow-fs-read=*'];
  assert.strictEqual(flag(told(node, all.concat('use.cjs')).nextStep), '--allow-addons');
  assert.strictEqual(told(node, all.concat('--allow-addons', 'use.cjs')).code, undefined);
});

/** A program of an npm package that brings a binary for this machine along. */
function runtime(name, version, binaries) {
  const folder = installed(`${name}-${version}`, [`${name}@${version}`]);
  const modules = folder && path.join(folder, 'node_modules');
  return modules && binaries.map((file) => path.join(modules, file)).find((file) => fs.existsSync(file));
}

test('Deno', (t) => {
  const deno = runtime('deno', '2.9.6', ['@deno/linux-x64-glibc/deno', '@deno/linux-arm64-glibc/deno', '@deno/darwin-arm64/deno']);
  if (!deno) return t.skip(skipped('Deno: its npm package could not be installed'));
  const run = (...flags) => told(deno, ['run', '--no-prompt', '--node-modules-dir=manual'].concat(flags, 'use.mjs'));
  assert.strictEqual(flag(run().nextStep), '--allow-ffi');
  assert.strictEqual(flag(run('--allow-read').nextStep), '--allow-ffi');
  assert.strictEqual(run('--allow-ffi').code, undefined);
});

test('bun build --compile: the advice is about bundles', (t) => {
  const files = [
    '@oven/bun-linux-x64/bin/bun',
    '@oven/bun-linux-x64-baseline/bin/bun',
    '@oven/bun-linux-aarch64/bin/bun',
    '@oven/bun-darwin-aarch64/bin/bun',
  ];
  const bun = runtime('bun', '1.4.5', files);
  if (!bun) return t.skip(skipped('Bun: its npm package could not be installed'));
  const built = spawnSync(bun, ['build', '--compile', 'use.cjs', '--outfile', 'compiled'], { cwd: project, encoding: 'utf8' });
  assert.strictEqual(built.status, 0, built.stderr);
  assert.match(told(path.join(project, 'compiled'), []).nextStep, /put into a bundle/);
});
