// Runs the example project with real gulp 4 and gulp 5 against the simulator.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { addFiles, copyExample, deployedFiles, gulpArguments, workspaceFiles } = require('../example');
const { ROOT, run, scene } = require('../scene');

const ACCOUNT = '1234567_SB1';
const EXTENSION = '/Acme/HelloWorld@1.0.0';

/** A scene with the example as its project, and a function that runs its tasks. */
async function project(t, gulp) {
  const it = await scene(t);
  fs.rmSync(it.project, { recursive: true });
  copyExample(it.project, gulp);
  it.gulp = (task, ...flags) => it.gulpWith({}, task, ...flags);
  it.gulpWith = (env, task, ...flags) =>
    run(process.execPath, gulpArguments(it.project, task, '--vm', it.simulator.url, '--port', String(it.port), ...flags), {
      cwd: it.project,
      env: it.env(env),
    });
  return it;
}

const show = (done) => `exit ${done.code}\n${done.stdout}\n${done.stderr}`;

function assertSame(left, right) {
  assert.deepStrictEqual(Array.from(left.keys()).sort(), Array.from(right.keys()).sort());
  for (const [name, bytes] of left) assert.ok(bytes.equals(right.get(name)), name);
}

for (const gulp of ['gulp4', 'gulp5']) {
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'node_modules', gulp, 'package.json'), 'utf8'));

  test(`gulp ${version}: fetch signs in once, later runs ask nothing, deploy sends the changed files and reads them back`, async (t) => {
    const it = await project(t, gulp);
    const first = await it.gulp('extension:fetch', '--authID', 'sb1-dev', '--account', ACCOUNT);
    assert.strictEqual(first.code, 0, show(first));
    assert.match(first.stderr, /saved as sb1-dev\. The task continues\./);
    const local = workspaceFiles(it.project, 'HelloWorld');
    assert.ok(local.size > 40, `${local.size} files`);
    assertSame(local, deployedFiles(it.simulator, ACCOUNT, EXTENSION));
    assert.deepStrictEqual(JSON.parse(it.nsdeploy), { credentials: { authID: 'sb1-dev' } });

    const again = await it.gulp('extension:fetch');
    assert.strictEqual(again.code, 0, show(again));
    assert.match(again.stderr, /Using token sb1-dev - Account 1234567_SB1 \(from \.nsdeploy\)/);
    assert.strictEqual(it.requested('requesttoken').length, 1);

    const nothing = await it.gulp('extension:deploy');
    assert.strictEqual(nothing.code, 0, show(nothing));
    assert.match(nothing.stdout, /Nothing changed/);

    const changed = 'Modules/Hello/JavaScript/Acme.HelloWorld.Hello.js';
    fs.appendFileSync(path.join(it.project, 'Workspace', 'HelloWorld', changed), '// café 你好\n');
    const deploy = await it.gulp('extension:deploy');
    assert.strictEqual(deploy.code, 0, show(deploy));
    assert.match(deploy.stdout, /Sent 1 of 1 changed files/);
    assert.match(deploy.stdout, /Read back \d+ files, all equal byte for byte/);
    assertSame(workspaceFiles(it.project, 'HelloWorld'), deployedFiles(it.simulator, ACCOUNT, EXTENSION));
    assert.strictEqual(it.requested('requesttoken').length, 1, 'one sign-in for everything');
    assert.deepStrictEqual(
      it.simulator.requests.filter((request) => request.signatureOk === false),
      [],
    );
  });

  test(`gulp ${version}: outside a terminal the progress of an upload is a line for each part, with bytes and percent`, async (t) => {
    const it = await project(t, gulp);
    await it.gulp('extension:fetch', '--authID', 'sb1-dev', '--account', ACCOUNT);
    addFiles(it.project, 170, 10000);
    const deploy = await it.gulp('extension:deploy');
    assert.strictEqual(deploy.code, 0, show(deploy));
    const lines = deploy.stdout.match(/Sent \d+ of 171 changed files \([\d.]+ [kM]B of 1\.7 MB, \d+%\)/g);
    assert.deepStrictEqual(
      lines.map((line) => [/Sent (\d+)/, /(\d+)%/].map((part) => Number(part.exec(line)[1]))),
      [
        [80, 46],
        [160, 93],
        [171, 100],
      ],
    );
    assert.ok(!deploy.stdout.includes('\u001b[K') && !/\r(?!\n)/.test(deploy.stdout));
  });

  test(`gulp ${version}: --to NAME and --authID select the token, and the choice is remembered`, async (t) => {
    const it = await project(t, gulp);
    await it.gulp('extension:fetch', '--authID', 'sandbox', '--account', ACCOUNT);
    await it.gulp('extension:fetch', '--authID', 'live', '--account', '1234567');
    for (const [flags, name, account] of [
      [['--to', 'sandbox'], 'sandbox', ACCOUNT],
      [['--authID=live'], 'live', '1234567'],
      [['--to=sandbox'], 'sandbox', ACCOUNT],
    ]) {
      const done = await it.gulp('extension:deploy', ...flags);
      assert.strictEqual(done.code, 0, show(done));
      assert.ok(done.stderr.includes(`Using token ${name} - Account ${account}`), done.stderr);
      assert.strictEqual(JSON.parse(it.nsdeploy).credentials.authID, name);
    }
  });

  test(`gulp ${version}: a failed sign-in prints a message without a stack and exits with 1`, async (t) => {
    const it = await project(t, gulp);
    const cases = [
      [{ SIMULATOR_CONSENT: 'deny' }, ['--authID', 'dev'], /Deny was pressed on the consent page\.\n.*press Allow/],
      [{ CONSUMER_KEY: '' }, ['--authID', 'dev'], /The consumer key of the integration record is missing\.\n.*\.env/],
      [{}, [], /A token must be chosen.*\n.*--authID/],
      [{}, ['--token', 'half'], /--token/],
    ];
    for (const [env, flags, message] of cases) {
      const done = await it.gulpWith(env, 'extension:fetch', ...flags);
      assert.strictEqual(done.code, 1, show(done));
      assert.match(done.stderr + done.stdout, message);
      assert.doesNotMatch(done.stderr + done.stdout, /\n\s+at .*\d+:\d+|\bTbaError\b.*\{|showStack/, show(done));
      assert.strictEqual(it.nsdeploy, null);
      assert.ok(!fs.existsSync(path.join(it.vault, 'secrets.json')));
    }
  });

  test(`gulp ${version}: flags work however gulp is started`, async (t) => {
    const it = await project(t, gulp);
    const flags = ['extension:fetch', '--vm', it.simulator.url, '--port', String(it.port), '--authID', 'dev'];
    const by = [['node_modules/gulp/bin/gulp.js'], [path.join(it.project, 'node_modules', 'gulp', 'bin', 'gulp')]];
    if (process.platform !== 'win32') by.push(['node_modules/.bin/gulp'], ['--no-warnings', 'node_modules/.bin/gulp']);
    for (const start of by) {
      const done = await run(process.execPath, start.concat(flags), { cwd: it.project, env: it.env() });
      assert.strictEqual(done.code, 0, `${start}: ${show(done)}`);
      assert.match(done.stderr, /account 1234567/i, 'the flags were read');
    }
  });

  test(`gulp ${version}: a first run prints no secret and leaves none in the project`, async (t) => {
    const it = await project(t, gulp);
    const done = await it.gulpWith({ NETSUITE_TBA_DEBUG: '1' }, 'extension:fetch', '--authID', 'dev');
    assert.strictEqual(done.code, 0, show(done));
    const secrets = [it.simulator.consumer.secret].concat(Array.from(it.simulator.tokens.values(), (token) => token.tokenSecret));
    assert.ok(secrets.length === 2);
    for (const secret of secrets) for (const text of [done.stdout, done.stderr, it.nsdeploy]) assert.ok(!text.includes(secret));
  });
}

test('a deploy of more files than fit into one request sends them in chunks, unchanged', async (t) => {
  const it = await project(t, 'gulp5');
  await it.gulp('extension:fetch', '--authID', 'dev', '--account', ACCOUNT);
  const root = path.join(it.project, 'Workspace', 'HelloWorld');
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'manifest.json'), 'utf8'));
  fs.mkdirSync(path.join(root, 'assets', 'many'));
  const names = Array.from({ length: 170 }, (_, at) => `assets/many/file ${at} é.bin`);
  for (const [at, name] of names.entries()) fs.writeFileSync(path.join(root, name), Buffer.from([at, 0, 255, 13, 10, at ^ 0x80]));
  manifest.assets.many = { files: names };
  manifest.version = '2.0.0';
  fs.writeFileSync(path.join(root, 'manifest.json'), JSON.stringify(manifest));
  const done = await it.gulp('extension:deploy');
  assert.strictEqual(done.code, 0, show(done));
  const posts = it.simulator.requests.filter((request) => request.method === 'POST' && request.url.includes('ext_mech_deployer'));
  const files = workspaceFiles(it.project, 'HelloWorld').size;
  assert.ok(files > 160);
  assert.strictEqual(posts.length, Math.ceil(files / 80));
  assertSame(workspaceFiles(it.project, 'HelloWorld'), deployedFiles(it.simulator, ACCOUNT, '/Acme/HelloWorld@2.0.0'));
  assert.match(done.stdout, /all equal byte for byte/);
});

test('a deploy fails if NetSuite stored other contents than it was sent', async (t) => {
  const it = await project(t, 'gulp5');
  await it.gulp('extension:fetch', '--authID', 'dev', '--account', ACCOUNT);
  const changed = path.join(it.project, 'Workspace', 'HelloWorld', 'Modules', 'Hello', 'JavaScript', 'Acme.HelloWorld.Hello.js');
  fs.appendFileSync(changed, '// more\n');
  // Simulates a file cabinet that changes what it stores.
  const cabinet = it.simulator.state.cabinets.of(ACCOUNT);
  const put = cabinet.put.bind(cabinet);
  cabinet.put = (folder, name, type, bytes) => put(folder, name, type, Buffer.concat([bytes, Buffer.from('!')]));
  const done = await it.gulp('extension:deploy');
  assert.strictEqual(done.code, 1, show(done));
  assert.match(done.stderr + done.stdout, /NetSuite stored these files with other contents: .*Acme\.HelloWorld\.Hello\.js/);
});

test('a revoked token is reported, with the way to sign in again', async (t) => {
  const it = await project(t, 'gulp5');
  await it.gulp('extension:fetch', '--authID', 'dev', '--account', ACCOUNT);
  for (const tokenId of it.simulator.tokens.keys()) it.simulator.revoke(tokenId);
  const done = await it.gulp('extension:fetch');
  assert.strictEqual(done.code, 1, show(done));
  assert.match(done.stderr + done.stdout, /Token dev of account 1234567_SB1: .*\n.*npx netsuite-tba login dev/);
  assert.doesNotMatch(done.stderr + done.stdout, /\n\s+at .*\d+:\d+/);
});
