// The package as it is published: packed like npm does, and installed into an empty project.
'use strict';

const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { ROOT } = require('../scene');
const { packed: packedManifest } = require('../../scripts/pack');
const { npm, pathWith } = require('../nodes');

function npmPack(cwd, args) {
  const done = npm(['pack', '--ignore-scripts', '--json'].concat(args), { cwd });
  assert.strictEqual(done.status, 0, done.stderr);
  return Object.values(JSON.parse(done.stdout))[0];
}

/** Packs the existing build with the manifest of npm's prepack, without building again. */
function pack(folder) {
  const copy = path.join(folder, 'copy');
  for (const { path: name } of npmPack(ROOT, ['--dry-run']).files) {
    fs.mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
    fs.copyFileSync(path.join(ROOT, name), path.join(copy, name));
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  fs.writeFileSync(path.join(copy, 'package.json'), JSON.stringify(packedManifest(manifest)));
  const told = npmPack(copy, ['--pack-destination', folder]);
  return { file: path.join(folder, told.filename), names: told.files.map((each) => each.path), size: told.size };
}

/** A temporary folder that contains the tarball. */
function packed(t) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tba-packed-')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return Object.assign(pack(folder), { folder });
}

/** Makes an empty project. */
function emptyProject(folder, name) {
  const project = path.join(folder, name);
  fs.mkdirSync(path.join(project, 'home'), { recursive: true });
  fs.writeFileSync(path.join(project, 'package.json'), '{ "name": "empty", "version": "1.0.0", "private": true }\n');
  return project;
}

/** Installs the tarball without a registry and without cargo. */
function install(project, file) {
  const env = { ...process.env, PATH: pathWith(process.execPath), HOME: path.join(project, 'home') };
  const done = npm(['install', '--offline', file], { cwd: project, env });
  assert.strictEqual(done.status, 0, done.stderr);
}

module.exports = { emptyProject, install, packed };
