// init and npm: `npm ci` works right after init, with every lock file version and with old and new npm.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { installed, nodeOf, pathWith } = require('../nodes');
const packaging = require('../packaging/tarball');
const { program, skipped } = require('../parts');
const { ROOT, run, scene, snapshot } = require('../scene');
const { commerce, packed, registry } = require('./commerce');
const { tool } = require('./tool');

const VERSION = require('../../package.json').version;
const PLATFORM = `@netsuite-tba/${process.platform}-${process.arch}-gnu`;
const FOREIGN = '@netsuite-tba/sunos-s390x';

// The npm that makes the lock file and the npm that then runs `npm ci`, each on a Node of its time.
const NPM = { 6: ['6.14.18', '14.19.0'], 8: ['8.19.4', '16.20.2'], 10: ['10.9.4', process.versions.node], 12: ['12.2.0', '24.21.0'] };
const PAIRS = [
  [6, 6],
  [6, 10],
  [8, 8],
  [8, 6],
  [10, 8],
  [10, 10],
  [12, 12],
];

/** Runs npm of a major version in the scene with the registry on loopback. */
async function npm(it, major, address, args) {
  const [version, on] = NPM[major];
  const [node, folder] = [nodeOf(on), installed(`npm-${major}-lock`, [`npm@${version}`])];
  if (!node || !folder) return null;
  const env = it.env({
    PATH: pathWith(node),
    npm_config_registry: address,
    npm_config_cache: path.join(it.root, 'cache'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_strict_peer_deps: 'false',
  });
  return run(node, [path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'), ...args], { cwd: it.project, env, deadlineMs: 120000 });
}

/** A substitute for the released package, whose root names one package for each platform. */
function released(folder) {
  const platforms = { [PLATFORM]: VERSION, [FOREIGN]: VERSION };
  const root = { name: 'netsuite-tba', version: VERSION, license: 'MIT', main: 'index.js', optionalDependencies: platforms };
  return [
    packed(folder, root),
    packed(folder, { name: PLATFORM, version: VERSION, os: [process.platform], cpu: [process.arch] }),
    packed(folder, { name: FOREIGN, version: VERSION, os: ['sunos'], cpu: ['s390x'] }),
    packed(folder, { name: 'gulp-stand-in', version: '1.0.0' }),
    packed(folder, { name: 'left-behind', version: '1.0.0' }),
  ];
}

/** The tool as it is installed after a release, with the platforms in its package.json. */
function installedTool(it) {
  const folder = path.join(it.root, 'installed', 'node_modules', 'netsuite-tba');
  for (const name of ['bin', 'lib']) fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  for (const name of fs.readdirSync(ROOT).filter((each) => each.endsWith('.node')))
    fs.symlinkSync(path.join(ROOT, name), path.join(folder, name));
  const optionalDependencies = { [PLATFORM]: VERSION, [FOREIGN]: VERSION };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...require('../../package.json'), optionalDependencies }));
  return path.join(folder, 'bin', 'netsuite-tba.js');
}

const ok = (done) => assert.strictEqual(done.code, 0, `${done.stdout}\n${done.stderr}`);

/** The result of `require` in the project. */
function required(it, name) {
  return run(process.execPath, ['-p', `require(${JSON.stringify(name)})`], { cwd: it.project, env: it.env() });
}

for (const [made, used] of PAIRS) {
  for (const source of ['registry', 'tarball']) {
    const title = `from a ${source}: a lock file of npm ${made} works with npm ci of npm ${used}`;
    // Here npm refuses what npm 6 itself would write, and init says so.
    if (source === 'tarball' && made === 6 && used > 6) continue;
    test(title, { timeout: 180000 }, async (t) => {
      const it = await scene(t, { simulator: false });
      commerce(it);
      const packages = released(it.root);
      const address = await registry(t, packages);
      const first = await npm(it, made, address, ['install']);
      if (!first) return t.skip(skipped(`lock files of npm ${made}: it could not be had from the registry`));
      ok(first);
      fs.rmSync(path.join(it.project, 'node_modules'), { recursive: true });
      const before = snapshot(it.project);
      const asked = source === 'tarball' ? ['--package', packages[0].file] : [];
      const done = await run(process.execPath, [installedTool(it), 'init', '--yes', '--json'].concat(asked), {
        cwd: it.project,
        env: it.env(),
      });
      ok(done);
      const { files, warnings } = JSON.parse(done.stdout);
      assert.ok(files.some(({ file }) => file === 'package-lock.json'));
      const caveat = source === 'registry' ? /without a checksum/ : /npm 7 and later accept no \.tgz/;
      assert.strictEqual(caveat.test(warnings.join('\n')), source === 'registry' || made === 6);
      const second = await npm(it, used, address, ['ci']);
      if (!second) return t.skip(skipped(`npm ci of npm ${used}: it could not be had from the registry`));
      ok(second);
      assert.strictEqual((await required(it, 'oauth1')).stdout.trim(), 'netsuite-tba');
      assert.ok(fs.existsSync(path.join(it.project, 'node_modules', PLATFORM)));
      ok(await npm(it, used, address, ['install']));
      ok(await tool(it, ['init', '--undo', '--yes']));
      fs.rmSync(path.join(it.project, 'node_modules'), { recursive: true });
      assert.deepStrictEqual(snapshot(it.project), before);
      ok(await npm(it, made, address, ['ci']));
      assert.strictEqual((await required(it, 'oauth1')).stdout.trim(), 'the old one');
      return undefined;
    });
  }
}

test('after npm ci with the packed package, the tools find its OAuth1', {
  skip: program('npm') ? false : skipped('npm ci: npm not found'),
  timeout: 180000,
}, async (t) => {
  const it = await scene(t, { simulator: false });
  commerce(it, { name: '@sc-utils/oauth1', version: '2025.1.0' });
  const { file } = packaging.packed(t);
  const address = await registry(t, released(it.root).slice(3));
  const first = await npm(it, 10, address, ['install']);
  if (!first) return t.skip(skipped('npm 10 could not be had from the registry'));
  ok(first);
  ok(await tool(it, ['init', '--yes', '--package', path.relative(it.project, file)]));
  ok(await npm(it, 10, address, ['ci']));
  const check = "const { OAuth1 } = require('@sc-utils/oauth1'); console.log(typeof OAuth1, Object.keys(OAuth1.getAllTokens()).join())";
  const used = await run(process.execPath, ['-e', check], { cwd: it.project, env: it.env() });
  assert.strictEqual(used.stdout.trim(), 'function dev', used.stderr);
  return undefined;
});
