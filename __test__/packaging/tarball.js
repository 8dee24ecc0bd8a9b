// The package as it is published: packed as npm packs it, and installed into an empty project.
'use strict';

const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { ROOT } = require('../scene');
const { npm, pathWith } = require('./nodes');

/** Packs what was built; the scripts that would build it again are left out. */
function pack(folder) {
  const done = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: ROOT });
  assert.strictEqual(done.status, 0, done.stderr);
  const [told] = Object.values(JSON.parse(done.stdout));
  return { file: path.join(folder, told.filename), names: told.files.map((each) => each.path), size: told.size };
}

/** A folder that goes with the test, with the tarball in it. */
function packed(t) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tba-packed-')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return Object.assign(pack(folder), { folder });
}

/** An empty project. */
function emptyProject(folder, name) {
  const project = path.join(folder, name);
  fs.mkdirSync(path.join(project, 'home'), { recursive: true });
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "empty", "version": "1.0.0", "private": true }\n');
  return project;
}

/** Installs the tarball, without a registry and without cargo. */
function install(project, file) {
  const env = { ...process.env, PATH: pathWith(process.execPath), HOME: path.join(project, 'home') };
  const done = npm(['install', '--offline', file], { cwd: project, env });
  assert.strictEqual(done.status, 0, done.stderr);
}

module.exports = { emptyProject, install, packed };
