// TypeScript finds the types with every module resolution, with and without the types of the DOM and of Node.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { test } = require('node:test');
const { ROOT } = require('../scene');

const SOURCE = path.join(__dirname, 'project');
// node10 ended with TypeScript 6; older projects still use it.
const WAYS = [
  { compiler: 'typescript5', module: 'commonjs', moduleResolution: 'node10', files: ['uses.ts'] },
  { compiler: 'typescript5', module: 'node16', moduleResolution: 'node16', files: ['uses.ts', 'whole.cts'] },
  { compiler: 'typescript5', module: 'node16', moduleResolution: 'node16', type: 'module', files: ['uses.ts', 'whole.cts'] },
  { compiler: 'typescript5', module: 'esnext', moduleResolution: 'bundler', files: ['uses.ts'] },
  { compiler: 'typescript', module: 'node16', moduleResolution: 'node16', files: ['uses.ts', 'whole.cts'] },
  { compiler: 'typescript', module: 'nodenext', moduleResolution: 'nodenext', type: 'module', files: ['uses.ts', 'whole.cts'] },
  { compiler: 'typescript', module: 'esnext', moduleResolution: 'bundler', files: ['uses.ts'] },
];

/** A project with only the package in node_modules. */
function project(t, { files, type }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-types-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const target = path.join(folder, 'node_modules', 'netsuite-tba');
  fs.mkdirSync(path.join(target, 'simulator'), { recursive: true });
  for (const file of ['package.json', 'index.d.ts', 'gulp.d.ts', 'simulator/index.d.ts']) {
    if (fs.existsSync(path.join(ROOT, file))) fs.copyFileSync(path.join(ROOT, file), path.join(target, file));
  }
  for (const file of files) fs.copyFileSync(path.join(SOURCE, file), path.join(folder, file));
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'typed', private: true, type }));
  return folder;
}

for (const way of WAYS) {
  const { compiler, module, moduleResolution, type, files } = way;
  const { version } = require(`${compiler}/package.json`);
  test(`TypeScript ${version}, ${moduleResolution}${type ? ', ES module' : ''}`, (t) => {
    const folder = project(t, way);
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2020',
      lib: ['es2020'],
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: false,
    };
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const tsc = path.join(path.dirname(require.resolve(`${compiler}/package.json`)), 'lib', 'tsc.js');
    const done = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    assert.strictEqual(done.status, 0, done.stdout + done.stderr);
  });
}
