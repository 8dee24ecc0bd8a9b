// gulp.registry(require('netsuite-tba/gulp')()): the saved tokens as tasks of real gulp 4 and gulp 5.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { copyExample, gulpArguments } = require('../example');
const { run, scene } = require('../scene');

for (const gulp of ['gulp4', 'gulp5']) {
  test(`${gulp}: the token tasks work next to the project's own tasks`, async (t) => {
    const it = await scene(t);
    fs.rmSync(it.project, { recursive: true });
    copyExample(it.project, gulp);
    fs.appendFileSync(path.join(it.project, 'gulpfile.js'), "\nrequire('gulp').registry(require('netsuite-tba/gulp')());\n");
    const task = (name, ...flags) => run(process.execPath, gulpArguments(it.project, name, ...flags), { cwd: it.project, env: it.env() });
    const there = ['--vm', it.simulator.url];

    const tasks = await task('--tasks-simple');
    for (const name of ['extension:fetch', 'token:list', 'token:login', 'token:use', 'token:status', 'token:remove'])
      assert.match(tasks.stdout, new RegExp(`^${name}$`, 'm'), tasks.stderr);

    const login = await task('token:login', '--authID', 'sb1-dev', '--account', '1234567_SB1', '--port', String(it.port), ...there);
    assert.strictEqual(login.code, 0, login.stderr);
    assert.match((await task('token:list', '--silent')).stdout, /^sb1-dev +1234567_SB1 +sandbox/m);
    assert.strictEqual((await task('token:use', `--authID=sb1-dev`, ...there)).code, 0);
    assert.deepStrictEqual(JSON.parse(it.nsdeploy), { credentials: { authID: 'sb1-dev' } });
    const status = await task('token:status', '--silent', '--json');
    assert.strictEqual(JSON.parse(status.stdout).tokens[0].status, 'works', status.stderr);
    assert.strictEqual((await task('extension:fetch', ...there)).code, 0, "the project's own task uses it");

    for (const command of ['use', 'login', 'remove']) {
      const unnamed = await task(`token:${command}`, ...there);
      const printed = unnamed.stdout + unnamed.stderr;
      assert.strictEqual(unnamed.code, 1);
      assert.match(printed, new RegExp(`gulp token:${command} --authID sb1-dev`));
      assert.doesNotMatch(printed, /npx|Usage/, 'advice for gulp');
    }
    const refused = await task('token:remove', '--authID', 'nobody', '--yes');
    assert.strictEqual(refused.code, 1);
    const all = refused.stdout + refused.stderr;
    assert.match(all, /There is no saved token nobody\./);
    assert.match(all, /token:remove did not succeed; see the message above\./);
    assert.doesNotMatch(all, /\n\s+at /, 'no stack');
    assert.strictEqual((await task('token:remove', '--to', 'sb1-dev', '--yes')).code, 0);
  });
}
