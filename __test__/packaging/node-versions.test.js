// One tarball and one binary on every Node from 12.21: signing, sign-in, workers, two copies, import, gulp.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test, before, after } = require('node:test');
const { ROOT, freePort, run } = require('../scene');
const { startSimulator } = require('../../simulator');
const { VERSIONS, noNode, nodeOf, pathWith } = require('../nodes');
const { emptyProject, install, packed } = require('./tarball');

const cleanUp = [];
let tarball;
before(() => {
  tarball = packed({ after: (done) => cleanUp.push(done) });
});
after(() => {
  for (const done of cleanUp) done();
});

/** A project with only the package and the scripts that use it. */
function consumer(version) {
  const project = emptyProject(tarball.folder, version);
  install(project, tarball.file);
  for (const name of ['consumer.js', 'consumer.mjs', 'gulpfile.js']) fs.copyFileSync(path.join(__dirname, name), path.join(project, name));
  return project;
}

/** An environment with only the basic programs: no cargo, no display, no bus. */
function environment(project, node, more) {
  const browser = path.join(project, 'node_modules', 'netsuite-tba', 'simulator', 'browser.js');
  return { PATH: pathWith(node), HOME: path.join(project, 'home'), BROWSER: browser, ...more };
}

async function ran(node, args, options) {
  const done = await run(node, args, options);
  assert.strictEqual(done.code, 0, `${done.stdout}\n${done.stderr}`);
  return done;
}

async function everything(project, node, version) {
  const { stdout } = await ran(node, ['consumer.js', 'everything', String(await freePort())], {
    cwd: project,
    env: environment(project, node),
  });
  assert.deepStrictEqual(JSON.parse(stdout), {
    node: version,
    signed: true,
    first: ['generated', '1234567_SB1', 200],
    again: ['saved', 200],
    workers: Array(4).fill(['saved', 'OAuth realm=']),
    copies: ['saved', 'saved'],
    list: ['dev file'],
  });
}

async function imported(project, node) {
  const { stdout } = await ran(node, ['consumer.mjs'], { cwd: project, env: environment(project, node) });
  const names = ['OAuth1', 'Session', 'TbaError', 'TokenVault', 'authenticate', 'authenticateAll', 'openBrowser', 'signRequest'];
  assert.deepStrictEqual(JSON.parse(stdout), { same: true, names, all: names, simulator: 'function' });
}

async function gulp(project, node, major, simulator) {
  fs.symlinkSync(path.join(ROOT, 'node_modules', `gulp${major}`), path.join(project, 'node_modules', 'gulp'), 'junction');
  const env = environment(project, node, {
    CONSUMER_KEY: simulator.consumer.key,
    CONSUMER_SECRET: simulator.consumer.secret,
    NETSUITE_TBA_STORE: 'file',
    NETSUITE_TBA_HOME: path.join(project, 'gulp-vault'),
  });
  const args = [
    'node_modules/gulp/bin/gulp.js',
    'sign-in',
    '--vm',
    simulator.url,
    '--authID',
    'gulp',
    '--browser',
    '--port',
    String(await freePort()),
  ];
  const first = await ran(node, args, { cwd: project, env });
  assert.match(first.stdout, /generated OAuth /);
  assert.match(first.stdout, /Finished 'sign-in'/);
  const second = await ran(node, args.slice(0, 4), { cwd: project, env });
  assert.match(second.stdout, /saved OAuth /);
}

for (const version of VERSIONS) {
  test(`Node ${version}`, { timeout: 170000 }, async (t) => {
    const node = nodeOf(version);
    if (!node) return t.skip(noNode(version));
    const project = consumer(version);
    const major = Number(version.split('.')[0]) < 16 ? 4 : 5;
    await t.test('signs, signs in against the simulator, in workers and as two copies', () => everything(project, node, version));
    await t.test('imports by name', () => imported(project, node));
    await t.test(`runs in a gulp ${major} task`, async () => {
      const simulator = await startSimulator();
      try {
        await gulp(project, node, major, simulator);
      } finally {
        await simulator.close();
      }
    });
    return undefined;
  });
}
