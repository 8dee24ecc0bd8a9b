// The guides: every error has a heading, every command exists, and the gulpfile of the guide runs as it stands there.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { ROOT, freePort, run } = require('../scene');
const { startSimulator } = require('../../simulator');
const { pathWith } = require('../nodes');
const { emptyProject, install, packed } = require('./tarball');

const DOCS = path.join(ROOT, 'docs');
const pages = fs.readdirSync(DOCS).filter((name) => name.endsWith('.md'));
const read = (name) => fs.readFileSync(path.join(DOCS, name), 'utf8');
/** The fenced blocks of a page in a language; '' for commands. */
const blocks = (name, language) =>
  Array.from(read(name).matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm))
    .filter(([, each]) => each === language)
    .map(([, , text]) => text);

test('what is generated is fresh, and no link leads nowhere', () => {
  const done = spawnSync(process.execPath, [path.join(ROOT, 'scripts', 'docs.js'), '--check'], { encoding: 'utf8' });
  assert.strictEqual(done.status, 0, done.stderr);
});

test('every code of the types has its heading', () => {
  const types = fs.readFileSync(path.join(ROOT, 'index.d.ts'), 'utf8');
  const union = types.slice(types.indexOf('export type TbaErrorCode'));
  const codes = Array.from(union.matchAll(/^ {2}\| '([A-Z_]+)'/gm), ([, code]) => code);
  const headings = Array.from(read('troubleshooting.md').matchAll(/^### (.*)$/gm), ([, title]) => title);
  assert.ok(codes.length > 50);
  assert.deepStrictEqual(headings.sort(), codes.sort());
});

test('every command and flag of npx netsuite-tba in the guides is in its help', () => {
  const cli = path.join(ROOT, 'bin', 'netsuite-tba.js');
  const help = new Map();
  const helpOf = (command) => {
    if (!help.has(command)) help.set(command, spawnSync(process.execPath, [cli, command, '--help'], { encoding: 'utf8' }));
    return help.get(command);
  };
  for (const page of pages) {
    for (const [, command, rest] of read(page).matchAll(/npx netsuite-tba ([a-z]+)([^`\n#]*)/g)) {
      const { status, stdout } = helpOf(command);
      assert.strictEqual(status, 0, `docs/${page}: ${command}`);
      for (const flag of rest.match(/--[a-z-]+/g) || [])
        assert.ok(stdout.includes(flag) || flag === '--help', `docs/${page}: ${command} ${flag}`);
    }
  }
});

test('the gulpfile of the guide runs, and so do the ready-made tasks', async (t) => {
  const { folder, file } = packed(t);
  const project = emptyProject(folder, 'guide');
  install(project, file);
  fs.symlinkSync(path.join(ROOT, 'node_modules', 'gulp5'), path.join(project, 'node_modules', 'gulp'), 'junction');
  const [gulpfile, tasks] = blocks('gulpfile.md', 'js');
  fs.writeFileSync(path.join(project, 'gulpfile.js'), `${gulpfile}\n${tasks}`);
  const simulator = await startSimulator();
  t.after(() => simulator.close());
  fs.writeFileSync(path.join(project, '.env'), `CONSUMER_KEY=${simulator.consumer.key}\nCONSUMER_SECRET=${simulator.consumer.secret}\n`);
  const env = {
    PATH: pathWith(process.execPath),
    HOME: path.join(project, 'home'),
    BROWSER: 'node_modules/netsuite-tba/simulator/browser.js',
    NETSUITE_TBA_STORE: 'file',
  };
  const gulp = (...args) => run(process.execPath, ['node_modules/gulp/bin/gulp.js', ...args], { cwd: project, env });
  const first = await gulp('websites', '--authID', 'demo', '--vm', simulator.url, '--browser', '--port', String(await freePort()));
  assert.strictEqual(first.code, 0, first.stdout + first.stderr);
  assert.match(first.stdout, /2 Acme Outdoor/);
  const later = await gulp('websites', '--vm', simulator.url);
  assert.match(later.stdout, /2 Acme Outdoor/);
  const list = await gulp('token:list');
  assert.match(list.stdout, /demo +1234567/);
});
