// The platform packages, and the manifest the release workflow publishes.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { ROOT } = require('../scene');
const { packageOf, published } = require('../../scripts/pack');
const { TARGETS } = require('../../scripts/targets');

const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

test('each platform package holds one binary, for one platform, at the version of the root', () => {
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

test('the published root names all of them, exactly; the one in the repository names none', () => {
  const { optionalDependencies } = published(manifest);
  const wanted = Object.fromEntries(TARGETS.map(({ name }) => [`@netsuite-tba/${name}`, manifest.version]));
  assert.deepStrictEqual(optionalDependencies, wanted);
  assert.strictEqual(manifest.optionalDependencies, undefined);
});

test('the loader, the targets and the release workflow speak of the same platforms', () => {
  const loader = fs.readFileSync(path.join(ROOT, 'lib', 'binding.js'), 'utf8');
  const listed = /BUILT_FOR = \[(.*)\]/.exec(loader)[1].match(/[\w-]+/g);
  assert.deepStrictEqual(listed, Array.from(new Set(TARGETS.map(({ os, cpu }) => `${os}-${cpu}`))).sort());
  const workflow = fs.readFileSync(path.join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8');
  for (const { name } of TARGETS) assert.ok(workflow.includes(`target: ${name},`), name);
});

test('crate and package have one version', () => {
  const [, version] = /^version = "(.*)"/m.exec(fs.readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8'));
  assert.strictEqual(version, manifest.version);
});
