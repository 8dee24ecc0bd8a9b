// init: a project of Oracle's tools is detected, changed with consent, and restored byte for byte.
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { scene, snapshot } = require('../scene');
const { terminal } = require('../terminal');
const { version } = require('../../package.json');
const { CANARY, TOKENS, commerce, write } = require('./commerce');
const { BIN, tool, transcript } = require('./tool');

const SPEC = `npm:netsuite-tba@^${version}`;
// The tool of a clone would name the clone.
const RELEASED = ['--package', `netsuite-tba@^${version}`];
const SECRETS = Object.values(CANARY).concat(TOKENS.dev.secret, TOKENS.dev.token);

/** A scene with a project of the tools. */
async function project(t, options) {
  const it = await scene(t, { simulator: false });
  commerce(it, options);
  return it;
}

function keepsSecrets({ stdout, stderr }) {
  for (const secret of SECRETS) assert.ok(!(stdout + stderr).includes(secret), stdout + stderr);
}

test('init shows everything, applies it with --yes, applies it once, and can undo it', async (t) => {
  const it = await project(t);
  const before = snapshot(it.project);
  assert.strictEqual(
    await transcript(it, ['init', '--yes', ...RELEASED]),
    `$ netsuite-tba init --yes ${RELEASED.join(' ')}
extension developer tools 24.1.2 in <root>/project
Created .gitignore: .env added
Created .env: NETSUITE_TBA_CONSUMER_KEY, NETSUITE_TBA_CONSUMER_SECRET added; accessible only to you
Changed .nsdeploy: key, secret removed from its credentials
Changed gulp/config/config.json: key, secret removed from its credentials
Changed package.json: 1 line changed
  -     "oauth1": "file:./ns_npm_repository/oauth1"
  +     "oauth1": "${SPEC}"
Imported ~/.nstba:
NAME  ACCOUNT      OUTCOME   SECRET IN  PLAINTEXT
dev   1234567_SB1  imported  file       still there
Next, run: npm install
To undo this: npx netsuite-tba init --undo
exit 0`,
  );
  assert.strictEqual(
    await transcript(it, ['init', '--yes', ...RELEASED]),
    `$ netsuite-tba init --yes ${RELEASED.join(' ')}
extension developer tools 24.1.2 in <root>/project
The project already uses netsuite-tba. Nothing was changed.
exit 0`,
  );
  assert.strictEqual(
    await transcript(it, ['init', '--undo', '--yes']),
    `$ netsuite-tba init --undo --yes
Restored package.json
Restored gulp/config/config.json
Restored .nsdeploy
Removed .env
Removed .gitignore
Next, run: npm install
exit 0`,
  );
  assert.deepStrictEqual(snapshot(it.project), before);
  assert.match(await transcript(it, ['init', '--undo', '--yes']), /There is nothing to undo in <root>\/project\.\nexit 0$/);
});

test('the moved key and secret are found again, and only their names are printed', async (t) => {
  const it = await project(t);
  const done = await tool(it, ['init', '--yes']);
  keepsSecrets(done);
  const text = fs.readFileSync(path.join(it.project, '.env'), 'utf8');
  assert.strictEqual(text, `NETSUITE_TBA_CONSUMER_KEY=${CANARY.key}\nNETSUITE_TBA_CONSUMER_SECRET=${CANARY.secret}\n`);
  if (process.platform !== 'win32') assert.strictEqual(fs.statSync(path.join(it.project, '.env')).mode & 0o777, 0o600);
  for (const name of ['.nsdeploy', 'gulp/config/config.json']) {
    const left = JSON.parse(fs.readFileSync(path.join(it.project, name), 'utf8')).credentials;
    assert.deepStrictEqual([left.key, left.secret], [undefined, undefined]);
  }
});

test('every release is detected, and its name for the package is kept', async (t) => {
  for (const [version_, said, name, tools, distro, kind] of [
    ['21.1.0', '21.1.0', 'oauth1', 'SuiteCommerce Advanced', 'distro.json', 'source'],
    ['2021.2.0', '21.2.0', 'oauth1', 'extension', 'gulp/distro.json', 'extension'],
    ['2022.2.0', '22.2.0', 'oauth1', 'theme', 'gulp/distro.json', 'theme'],
    ['23.1.3', '23.1.3', 'oauth1', 'extension', 'gulp/distro.json', 'extension'],
    ['2025.1.0', '25.1.0', '@sc-utils/oauth1', 'extension', 'gulp/distro.json', 'extension'],
  ]) {
    const it = await project(t, { version: version_, name, tools, distro });
    const { json, code } = await tool(it, ['init', '--yes', '--json', ...RELEASED]);
    assert.deepStrictEqual([code, json.tools, json.changed], [0, { kind, version: said }, true]);
    assert.deepStrictEqual(json.dependencies, [{ section: 'dependencies', name, from: `file:./ns_npm_repository/${name}`, to: SPEC }]);
  }
});

test('without a terminal nothing is changed unless --yes is given', async (t) => {
  const it = await project(t);
  const before = snapshot(it.root);
  for (const args of [['init'], ['init', '--undo'], ['init', '--json']]) {
    const done = await tool(it, args);
    assert.strictEqual(done.code, 2);
    assert.match(done.stderr, /Pass --yes, or --dry-run to see the changes/);
  }
  assert.strictEqual((await tool(it, ['init', '--yes', '--dry-run'])).code, 2);
  assert.deepStrictEqual(snapshot(it.root), before);
});

test('--dry-run prints everything and writes nothing', async (t) => {
  const it = await project(t);
  const before = snapshot(it.root);
  const done = await tool(it, ['init', '--dry-run', '--json']);
  keepsSecrets(done);
  assert.deepStrictEqual([done.json.dryRun, done.json.changed, done.json.import], [true, false, { outcome: 'possible', tokens: 1 }]);
  assert.deepStrictEqual(
    done.json.files.map(({ file }) => file),
    ['.gitignore', '.env', '.nsdeploy', 'gulp/config/config.json', 'package.json'],
  );
  assert.match((await tool(it, ['init', '--dry-run'])).stdout, /^Would change package\.json: 1 line changed$/m);
  assert.deepStrictEqual(snapshot(it.root), before);
});

test('--no-import and --no-clean skip these parts', async (t) => {
  const it = await project(t);
  const { json } = await tool(it, ['init', '--yes', '--json', '--no-import', '--no-clean']);
  assert.deepStrictEqual([json.files.map(({ file }) => file), json.import], [['package.json'], { outcome: 'none' }]);
});

test('an unknown project is refused, with what was found and what was expected', async (t) => {
  const it = await scene(t, { simulator: false });
  write(it.project, { 'package.json': { name: 'a-shop', dependencies: { oauth1: '^1.0.0' } } });
  const done = await tool(it, ['init', '--yes', '--json']);
  const { code, message } = done.json.error;
  assert.deepStrictEqual([code, done.code], ['PROJECT_UNKNOWN', 2]);
  for (const part of ['package.json (a-shop)', 'oauth1 (^1.0.0)', 'gulp/distro.json', '@sc-utils/oauth1'])
    assert.ok(message.includes(part), `${part}: ${message}`);
});

test('undo is refused if what init changed was edited, but the package alone can be restored', async (t) => {
  const it = await project(t);
  const manifest = fs.readFileSync(path.join(it.project, 'package.json'), 'utf8');
  await tool(it, ['init', '--yes']);
  const dotenv = path.join(it.project, '.env');
  const moved = fs.readFileSync(dotenv, 'utf8');
  fs.writeFileSync(dotenv, moved.replace(CANARY.secret, 'another'));
  const edited = snapshot(it.project);
  const refused = await tool(it, ['init', '--undo', '--yes', '--json']);
  keepsSecrets(refused);
  assert.deepStrictEqual([refused.code, refused.json.error.code], [2, 'FILE_EDITED']);
  assert.match(refused.json.error.message, /\.env was edited \(NETSUITE_TBA_CONSUMER_SECRET\)/);
  assert.doesNotMatch(refused.json.error.message, /another/);
  assert.deepStrictEqual(snapshot(it.project), edited);
  assert.strictEqual((await tool(it, ['init', '--undo', '--yes', '--no-clean'])).code, 0);
  assert.strictEqual(fs.readFileSync(path.join(it.project, 'package.json'), 'utf8'), manifest);
});

test('undo takes back what init changed in files that the tools rewrote since', async (t) => {
  const it = await project(t);
  const before = snapshot(it.project);
  await tool(it, ['init', '--yes']);
  const at = (name) => path.join(it.project, name);
  for (const name of ['.nsdeploy', 'gulp/config/config.json']) {
    const content = JSON.parse(fs.readFileSync(at(name), 'utf8'));
    content.credentials.domain = 'shop.example';
    fs.writeFileSync(at(name), JSON.stringify(content, null, 4));
  }
  fs.appendFileSync(at('.env'), 'OTHER=1\n');
  const undone = await tool(it, ['init', '--undo', '--yes']);
  assert.strictEqual(undone.code, 0, undone.stderr);
  for (const name of ['.nsdeploy', 'gulp/config/config.json']) {
    const { credentials } = JSON.parse(fs.readFileSync(at(name), 'utf8'));
    assert.deepStrictEqual([credentials.key, credentials.secret, credentials.domain], [CANARY.key, CANARY.secret, 'shop.example']);
  }
  assert.strictEqual(fs.readFileSync(at('.env'), 'utf8'), 'OTHER=1\n');
  assert.deepStrictEqual(snapshot(it.project)['package.json'], before['package.json']);
});

test('a link out of the project is not written through', { skip: without('posix') }, async (t) => {
  for (const name of ['.env', '.gitignore', 'gulp/config/config.json']) {
    const it = await project(t);
    const real = path.join(it.root, 'shell-start-up');
    const link = path.join(it.project, name);
    fs.writeFileSync(real, fs.existsSync(link) ? fs.readFileSync(link) : '# mine\n');
    fs.rmSync(link, { force: true });
    fs.symlinkSync(real, link);
    const before = snapshot(it.root);
    const done = await tool(it, ['init', '--yes', '--json']);
    assert.deepStrictEqual([done.code, done.json.error.code], [5, 'PROJECT_FILE'], name);
    assert.ok(done.json.error.message.includes(real), done.json.error.message);
    assert.deepStrictEqual(snapshot(it.root), before);
  }
});

test('a copy that does not come from the registry is named in package.json, and that is said', async (t) => {
  const it = await project(t);
  const { json } = await tool(it, ['init', '--yes', '--json']);
  assert.match(json.dependencies[0].to, /^file:\.\.\//);
  assert.ok(json.warnings.some((warning) => warning.includes(json.dependencies[0].to) && warning.includes('registry')));
  const again = await tool(it, ['init', '--yes', '--json']);
  assert.deepStrictEqual([again.json.changed, again.json.warnings], [false, []]);
});

test('conflicting values are reported, and nothing is overwritten', async (t) => {
  const it = await project(t);
  write(it.project, { '.env': 'CONSUMER_SECRET=another\n' });
  const done = await tool(it, ['init', '--yes']);
  keepsSecrets(done);
  assert.match(done.stdout, /^Note: \.env and \.nsdeploy contain different values for NETSUITE_TBA_CONSUMER_SECRET, so nothing was moved/m);
  assert.strictEqual(fs.readFileSync(path.join(it.project, '.env'), 'utf8'), 'CONSUMER_SECRET=another\n');
  assert.match(fs.readFileSync(path.join(it.project, '.nsdeploy'), 'utf8'), /canary-consumer-secret/);
});

test('a secret in the git history and a tracked .env are reported', { skip: without('git') }, async (t) => {
  const it = await project(t);
  write(it.project, { '.env': 'OTHER=1\n' });
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@invalid', ...args], { cwd: it.project, env: it.env(), stdio: 'ignore' });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'all');
  git('rm', '-q', '--cached', '.nsdeploy');
  git('commit', '-qm', 'less');
  const done = await tool(it, ['init', '--yes', '--json']);
  keepsSecrets(done);
  assert.strictEqual(done.json.secretInGitHistory, 'leaked');
  assert.match(done.json.warnings.join('\n'), /Create new credentials in NetSuite/);
  assert.match(done.json.warnings.join('\n'), /git rm --cached \.env/);
});

test('a person is asked about each part, and Enter is No', { skip: without('pty', 'posix', 'stty') }, async (t) => {
  const it = await project(t);
  const before = snapshot(it.project);
  const none = terminal(t, it, [process.execPath, BIN, 'init']);
  for (const question of [/Make this change\? \(y\/N\)/, /Make these changes\? \(y\/N\)/, /Import them\?.*\(y\/N\)/]) {
    await none.until(question);
    none.press('enter');
  }
  const nothing = await none.end();
  assert.deepStrictEqual([nothing.code, nothing.restored], [0, true], nothing.text);
  assert.match(nothing.text, /nothing was changed|Nothing was changed/i);
  assert.deepStrictEqual(snapshot(it.project), before);
  const some = terminal(t, it, [process.execPath, BIN, 'init', ...RELEASED]);
  await some.until(/Make this change/);
  some.type('y\r');
  await some.until(/Turn the guard on\? \(y\/N\)/);
  some.press('enter');
  await some.until(/Make these changes/);
  some.press('enter');
  await some.until(/Import them/);
  some.press('ctrlC');
  const stopped = await some.end();
  assert.deepStrictEqual([stopped.code, stopped.restored], [130, true], stopped.text);
  assert.match(fs.readFileSync(path.join(it.project, 'package.json'), 'utf8'), /npm:netsuite-tba@/);
  const back = terminal(t, it, [process.execPath, BIN, 'init', '--undo']);
  await back.until(/Put them back\? \(y\/N\)/);
  back.type('y\r');
  assert.strictEqual((await back.end()).code, 0);
  assert.deepStrictEqual(snapshot(it.project), before);
});

test('the production guard is turned on by --guard or by a person, is shown, and is undone', async (t) => {
  const it = await project(t);
  const before = snapshot(it.project);
  const manifest = () => JSON.parse(fs.readFileSync(path.join(it.project, 'package.json'), 'utf8'));
  await tool(it, ['init', '--yes']);
  assert.strictEqual(manifest()['netsuite-tba'], undefined, '--yes alone does not turn it on');
  const done = await tool(it, ['init', '--yes', '--guard']);
  assert.strictEqual(done.code, 0, done.stderr);
  assert.match(done.stdout, /production guard added/);
  assert.deepStrictEqual(manifest()['netsuite-tba'], { guard: true });
  assert.match((await tool(it, ['init', '--yes', '--guard'])).stdout, /Nothing was changed/);
  assert.strictEqual((await tool(it, ['init', '--undo', '--yes'])).code, 0);
  assert.deepStrictEqual(snapshot(it.project), before);
});

test('a person who wants the production guard gets it with the change of package', { skip: without('pty', 'posix', 'stty') }, async (t) => {
  const it = await project(t);
  const seen = terminal(t, it, [process.execPath, BIN, 'init', '--no-clean', '--no-import', ...RELEASED]);
  await seen.until(/Make this change/);
  seen.type('y\r');
  await seen.until(/production guard[\s\S]*Turn the guard on/);
  seen.type('y\r');
  const { code, text } = await seen.end();
  assert.strictEqual(code, 0, text);
  const manifest = JSON.parse(fs.readFileSync(path.join(it.project, 'package.json'), 'utf8'));
  assert.deepStrictEqual(manifest['netsuite-tba'], { guard: true });
});
