// A binary that is missing, damaged or for another system: one message says what was tried and what to do.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { test, before, after } = require('node:test');
const { fileOf, host } = require('../../scripts/targets');
const { version } = require('../../package.json');
const { emptyProject, install, packed } = require('./tarball');

const cleanUp = [];
let tarball;
before(() => {
  tarball = packed({ after: (done) => cleanUp.push(done) });
});
after(() => {
  for (const done of cleanUp) done();
});

/** Requires the package in a project after `change` was applied to it. Returns the error's parts. */
function failure(name, change, prelude = '') {
  const project = emptyProject(tarball.folder, name);
  install(project, tarball.file);
  const folder = path.join(project, 'node_modules', 'netsuite-tba');
  change(path.join(folder, fileOf(host())), folder);
  const code = `${prelude}try { require('netsuite-tba'); } catch (error) {
    const { name, code, message, nextStep, exitCode, showStack } = error;
    console.log(JSON.stringify({ name, code, message, nextStep, exitCode, showStack }));
  }`;
  const done = spawnSync(process.execPath, ['-e', code], { cwd: project, encoding: 'utf8' });
  assert.strictEqual(done.status, 0, done.stderr);
  const told = JSON.parse(done.stdout);
  const { name: type, code: id, exitCode, showStack } = told;
  assert.deepStrictEqual([type, id, exitCode, showStack], ['TbaError', 'BINDING_MISSING', 1, false]);
  assert.ok(told.message.endsWith(told.nextStep));
  return told;
}

const here = `${process.platform}-${process.arch}`;

test('a deleted binary', () => {
  const { message, nextStep } = failure('deleted', (file) => fs.unlinkSync(file));
  assert.ok(message.startsWith(`The native part of netsuite-tba could not be loaded on ${here} (Node ${process.versions.node}). Tried:`));
  assert.ok(message.includes(`../${fileOf(host())}: Cannot find module`));
  assert.ok(message.includes(`@netsuite-tba/${host().name}: Cannot find module`));
  assert.match(nextStep, /install netsuite-tba again on this machine, without --omit=optional/);
});

test('a binary that is garbage, empty or truncated', () => {
  // Linux maps a truncated file and kills the process when it reads past the end.
  const more =
    process.platform === 'linux' ? { half: (bytes) => bytes.subarray(0, bytes.length / 2), almost: (bytes) => bytes.subarray(0, -1) } : {};
  const cuts = { garbage: () => 'not a library', empty: () => '', short: (bytes) => bytes.subarray(0, 40), ...more };
  for (const [name, cut] of Object.entries(cuts)) {
    const { message } = failure(name, (file) => fs.writeFileSync(file, cut(fs.readFileSync(file))));
    assert.match(message, new RegExp(`\\.\\./${fileOf(host())}: .+`));
    assert.doesNotMatch(message.split('\n')[1], /Cannot find module/);
  }
});

test('a package inside a bundle', () => {
  const { nextStep } = failure('bundled', (file, folder) => {
    // Like a bundler, moves the code to another place under another name.
    fs.copyFileSync(path.join(folder, 'lib', 'error.js'), path.join(folder, 'error.js'));
    fs.renameSync(path.join(folder, 'lib', 'binding.js'), path.join(folder, 'lib', 'bundle.js'));
    fs.writeFileSync(path.join(folder, 'index.js'), "require('./lib/bundle.js');");
    fs.unlinkSync(file);
  });
  assert.match(nextStep, /put into a bundle.*mark it as external/);
});

test('installed packages that were copied from another system', () => {
  const { nextStep } = failure('foreign-package', (file, folder) => {
    fs.mkdirSync(path.join(folder, '..', '@netsuite-tba', 'freebsd-x64'), { recursive: true });
    fs.mkdirSync(path.join(folder, '..', '@netsuite-tba', 'win32-arm64-msvc'), { recursive: true });
    fs.unlinkSync(file);
  });
  if (process.platform !== 'win32') assert.match(nextStep, /installed for another platform \(@netsuite-tba\/win32-arm64-msvc is there\)/);
});

test('a node_modules that was copied from another system', () => {
  const { nextStep } = failure('copied', (file, folder) => fs.renameSync(file, path.join(folder, 'netsuite-tba.darwin-arm64.node')));
  const other = process.platform === 'darwin' && process.arch === 'arm64';
  if (!other) assert.match(nextStep, /installed for another platform \(netsuite-tba\.darwin-arm64\.node is there\)/);
});

test('a system without a build', () => {
  const prelude =
    "Object.defineProperty(process, 'platform', { value: 'sunos' }); Object.defineProperty(process, 'arch', { value: 'ppc64' });";
  const { message, nextStep } = failure('sunos', () => {}, prelude);
  assert.match(message, /on sunos-ppc64/);
  assert.match(nextStep, /^There are builds for darwin-arm64, .*win32-x64\. For another platform: .*npm run build/);
});

test('a C library that is too old', { skip: process.platform !== 'linux' && 'Linux only' }, () => {
  // The message of glibc's loader, thrown by a mock.
  const words = "/lib/libc.so.6: version `GLIBC_2.34' not found (required by netsuite-tba.node)";
  const prelude = `require.extensions['.node'] = () => { throw new Error(${JSON.stringify(words)}); };`;
  const { message, nextStep } = failure('old', () => {}, prelude);
  assert.ok(message.includes(words));
  assert.match(nextStep, /C library is older than the build needs \(published builds need glibc 2\.17\)/);
});

test('a build for musl on a system with glibc', { skip: host().libc !== 'glibc' && 'glibc only' }, () => {
  // The messages of glibc's loader: without development files there is no libc.so, and with them it is a text.
  for (const words of [
    'libc.so: cannot open shared object file: No such file or directory',
    '/lib/x86_64-linux-gnu/libc.so: invalid ELF header',
    'libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory',
  ]) {
    const prelude = `require.extensions['.node'] = () => { throw new Error(${JSON.stringify(words)}); };`;
    const { nextStep } = failure(`musl-${words.length}`, (file) => fs.renameSync(file, file.replace(/-gnu\.node$/, '-musl.node')), prelude);
    assert.match(nextStep, /is for musl systems such as Alpine, and this system's C library is glibc/);
    assert.match(nextStep, new RegExp(`so that @netsuite-tba/linux-${process.arch}-gnu is chosen`));
  }
});

/** Moves the build out of the root and into the package of the platform. */
function intoScope(file, { version }) {
  const scoped = path.join(path.dirname(file), '..', '@netsuite-tba', host().name);
  fs.mkdirSync(scoped, { recursive: true });
  fs.renameSync(file, path.join(scoped, fileOf(host())));
  fs.writeFileSync(
    path.join(scoped, 'package.json'),
    JSON.stringify({ name: `@netsuite-tba/${host().name}`, version, main: fileOf(host()) }),
  );
}

test('a package of the platform of another version is not loaded', () => {
  const { message, nextStep } = failure('other-version', (file) => intoScope(file, { version: '0.0.9' }));
  assert.ok(message.includes(`@netsuite-tba/${host().name}: its version is 0.0.9, but netsuite-tba is ${version}`));
  assert.ok(nextStep.startsWith(`Install netsuite-tba ${version} again`));
  assert.ok(nextStep.includes(`npm ls @netsuite-tba/${host().name}`));
});

test('the package of the platform is used if the root has no build', () => {
  const project = emptyProject(tarball.folder, 'scoped');
  install(project, tarball.file);
  intoScope(path.join(project, 'node_modules', 'netsuite-tba', fileOf(host())), { version });
  const done = spawnSync(process.execPath, ['-p', "typeof require('netsuite-tba').authenticate"], { cwd: project, encoding: 'utf8' });
  assert.strictEqual(done.stdout.trim(), 'function', done.stderr);
});
