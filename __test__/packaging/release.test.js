// The platform packages, and the manifest that the release workflow publishes.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { ROOT } = require('../scene');
const { packageOf, published } = require('../../scripts/pack');
const { TARGETS } = require('../../scripts/targets');

const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

test('each platform package contains one binary for one platform, at the version of the root', () => {
  for (const target of TARGETS) {
    const made = packageOf(target, manifest);
    assert.strictEqual(made.name, `@netsuite-tba/${target.name}`);
    assert.strictEqual(made.version, manifest.version);
    assert.deepStrictEqual(made.engines, manifest.engines);
    assert.deepStrictEqual([made.os, made.cpu, made.libc], [[target.os], [target.cpu], target.libc && [target.libc]]);
    assert.strictEqual(made.main, `netsuite-tba.${target.name}.node`);
    assert.deepStrictEqual([made.scripts, made.dependencies], [undefined, undefined]);
  }
});

test('the published root depends on exactly these versions, the one in the repository on none', () => {
  const { optionalDependencies } = published(manifest);
  const wanted = Object.fromEntries(TARGETS.map(({ name }) => [`@netsuite-tba/${name}`, manifest.version]));
  assert.deepStrictEqual(optionalDependencies, wanted);
  assert.strictEqual(manifest.optionalDependencies, undefined);
});

test('the loader, the targets and the release workflow have the same platforms', () => {
  const code = "Object.defineProperty(process, 'platform', { value: 'plan9' }); require('.')";
  const { stderr } = spawnSync(process.execPath, ['-e', code], { cwd: ROOT, encoding: 'utf8' });
  const listed = /There are builds for ([\w, -]+)\./.exec(stderr)[1].split(', ');
  assert.deepStrictEqual(listed, Array.from(new Set(TARGETS.map(({ os, cpu }) => `${os}-${cpu}`))).sort());
  const workflow = fs.readFileSync(path.join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8');
  const built = Array.from(workflow.matchAll(/\{ target: ([\w-]+),/g), ([, name]) => name);
  assert.deepStrictEqual(built.sort(), TARGETS.map(({ name }) => name).sort());
});

test('the crate, the loader and the package have the same version', () => {
  const [, version] = /^version = "(.*)"/m.exec(fs.readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8'));
  assert.strictEqual(version, manifest.version);
  const [, expected] = /^const VERSION = '(.*)';/m.exec(fs.readFileSync(path.join(ROOT, 'lib', 'binding.js'), 'utf8'));
  assert.strictEqual(expected, manifest.version);
});
