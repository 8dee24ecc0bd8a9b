// The tarball can be installed with every common package manager: old and new npm, pnpm and yarn.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test, before, after } = require('node:test');
const { run } = require('../scene');
const { skipped } = require('../parts');
const { installed, nodeOf, pathWith } = require('../nodes');
const { emptyProject, packed } = require('./tarball');

// The package manager, how it is started, and the Node it runs on.
const MANAGERS = [
  { name: 'npm 8', packages: ['npm@8.19.4'], bin: 'npm/bin/npm-cli.js', node: '16.20.2', args: ['install', '--offline'] },
  { name: 'npm 9', packages: ['npm@9.9.4'], bin: 'npm/bin/npm-cli.js', node: '18.20.8', args: ['install', '--offline'] },
  { name: 'npm 10', packages: ['npm@10.9.4'], bin: 'npm/bin/npm-cli.js', node: '20.20.2', args: ['install', '--offline'] },
  { name: 'npm 12', packages: ['npm@12.2.0'], bin: 'npm/bin/npm-cli.js', node: '24.21.0', args: ['install', '--offline'] },
  {
    name: 'pnpm',
    packages: ['pnpm@12'],
    bin: 'pnpm/bin/pnpm.cjs',
    bins: ['pnpm/bin/pnpm.mjs', 'pnpm/bin/pnpm.cjs'],
    node: '24.21.0',
    args: ['add', '--offline'],
  },
  { name: 'yarn 1', packages: ['yarn@1.22.22'], bin: 'yarn/bin/yarn.js', node: '18.20.8', args: ['add', '--offline'] },
  {
    name: 'yarn 4',
    packages: ['@yarnpkg/cli-dist@4'],
    bin: '@yarnpkg/cli-dist/bin/yarn.js',
    node: '22.23.3',
    args: ['add'],
    plugAndPlay: true,
  },
];

const cleanUp = [];
let tarball;
before(() => {
  tarball = packed({ after: (done) => cleanUp.push(done) });
});
after(() => {
  for (const done of cleanUp) done();
});

/** The manager's program and the Node it needs, or null if one of them cannot be installed. */
function managerOf({ name, packages, bin, bins, node: version }) {
  const node = nodeOf(version);
  const folder = node && installed(name.replace(' ', '-'), packages);
  const program = folder && (bins || [bin]).map((each) => path.join(folder, 'node_modules', each)).find((file) => fs.existsSync(file));
  return program ? { node, program } : null;
}

const CHECK =
  "const { signRequest, TokenVault } = require('netsuite-tba'); require('netsuite-tba/simulator');" +
  "console.log(typeof TokenVault, signRequest({ method: 'GET', url: 'https://h/' }, { consumerKey: 'k', consumerSecret: 's' }).header.slice(0, 6));";

for (const manager of MANAGERS) {
  test(manager.name, { timeout: 120000 }, async (t) => {
    const found = managerOf(manager);
    if (!found) return t.skip(skipped(`installing with ${manager.name}: it could not be had from the registry`));
    const project = emptyProject(tarball.folder, manager.name.replace(' ', '-'));
    fs.writeFileSync(path.join(project, 'yarn.lock'), '');
    const home = path.join(project, 'home');
    const env = { PATH: pathWith(found.node), HOME: home, XDG_DATA_HOME: home, YARN_ENABLE_TELEMETRY: '0', CI: '1' };
    const options = { cwd: project, env };
    const spec = manager.plugAndPlay ? `netsuite-tba@file:${tarball.file}` : tarball.file;
    const done = await run(found.node, [found.program, ...manager.args, spec], options);
    assert.strictEqual(done.code, 0, `${done.stdout}\n${done.stderr}`);
    const hook = manager.plugAndPlay ? ['-r', './.pnp.cjs'] : [];
    const used = await run(found.node, [...hook, '-e', CHECK], options);
    assert.strictEqual(used.stdout.trim(), 'function OAuth', used.stderr);
    return undefined;
  });
}
