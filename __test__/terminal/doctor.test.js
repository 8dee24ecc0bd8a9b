// doctor and guide: every finding has a fix, exit codes are right, and the report can be shared.
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { scene } = require('../scene');
const { secretsOf, tool, transcript } = require('./tool');

const doctor = (it, ...more) => ['doctor', '--vm', it.simulator.url, '--port', String(it.port), ...more];

/** The finding of the check with this name. */
async function found(it, name, { args = [], env } = {}) {
  const done = await tool(it, doctor(it, '--json', ...args), { env });
  return Object.assign(
    { exit: done.code, json: done.json },
    done.json.checks.find((check) => check.check === name && check.state !== 'ok') ||
      done.json.checks.find((check) => check.check === name),
  );
}

test('doctor reports that everything is fine', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const text = (await transcript(it, doctor(it, '--account', '1234567_SB1'))).replace(
    /^netsuite-tba \S+ on .*$/m,
    'netsuite-tba <version>',
  );
  assert.strictEqual(
    text.replace(/^ok {8}loopback.*\n/m, ''),
    `$ netsuite-tba doctor --vm <simulator> --port <port> --account 1234567_SB1
netsuite-tba <version>

ok        network   <host> answers
ok        clock     agrees with the clock of NetSuite to the minute
ok        port      <port> is free, so the browser can return to it
ok        keychain  not used; the store file stores and returns secrets
ok        files     1 token in <root>/vault, accessible only to you
ok        consumer  key and secret of the integration record were found
ok        record    account 1234567_SB1 accepts the record, callback http://localhost:<port>/tba
ok        project   no secrets found in .nsdeploy or config.json; this folder is not in a git repository

Everything is fine.
exit 0`.replace('<host> answers', '127.0.0.1 answers'),
  );
  const { json } = await tool(it, doctor(it, '--json'));
  assert.deepStrictEqual(Object.keys(json), ['ok', 'version', 'platform', 'node', 'checks']);
  for (const check of json.checks) assert.deepStrictEqual(Object.keys(check), ['check', 'state', 'what', 'fix', 'code']);
});

test('a step one shows the state of the integration record', async (t) => {
  const it = await scene(t);
  for (const [fault, code] of [
    ['UnknownIntegration', 'UNKNOWN_INTEGRATION'],
    ['AuthorizationFlowRequired', 'AUTHORIZATION_FLOW_REQUIRED'],
    ['InvalidCallback', 'INVALID_CALLBACK'],
    ['IntegrationBlocked', 'INTEGRATION_BLOCKED'],
  ]) {
    it.simulator.fault(`requesttoken:${fault}`, 1);
    const check = await found(it, 'record');
    assert.deepStrictEqual([check.state, check.code, check.exit], ['problem', code, 1], fault);
    assert.ok(check.fix.length > 20);
  }
  for (const [fault, code] of [
    ['requesttoken:status:503', 'RATE_LIMITED'],
    ['requesttoken:html-500', 'SERVER_ERROR'],
  ]) {
    it.simulator.fault(fault, true);
    const check = await found(it, 'record');
    assert.deepStrictEqual([check.state, check.code, check.exit], ['problem', code, 1], 'NetSuite answers, but no sign-in can begin');
    it.simulator.clearFaults();
  }
  const unset = await found(it, 'record', { env: { CONSUMER_KEY: '', CONSUMER_SECRET: '' } });
  assert.strictEqual(unset.state, 'skipped');
  assert.strictEqual((await found(it, 'consumer', { env: { CONSUMER_KEY: '', CONSUMER_SECRET: '' } })).code, 'CONSUMER_MISSING');
});

test('a token in the environment is reported, and an incomplete one is a problem', async (t) => {
  const it = await scene(t);
  const all = { NETSUITE_TBA_TOKEN_ID: 'id', NETSUITE_TBA_TOKEN_SECRET: 'hidden-secret', NETSUITE_TBA_ACCOUNT: '1234567' };
  const whole = await found(it, 'token', { env: all });
  assert.deepStrictEqual([whole.state, /NETSUITE_TBA_TOKEN_ID \(account 1234567\)/.test(whole.what)], ['ok', true]);
  const half = await found(it, 'token', { env: { NETSUITE_TBA_TOKEN_ID: 'id' } });
  assert.deepStrictEqual([half.state, half.exit], ['problem', 1]);
});

test('behind a proxy that inspects TLS, every check trusts the certificates that Node trusts', { skip: without('openssl') }, async (t) => {
  const it = await scene(t, { simulator: { proxy: true } });
  const env = { HTTPS_PROXY: it.simulator.proxy.url, NODE_EXTRA_CA_CERTS: it.simulator.proxy.caFile };
  const done = await tool(it, ['doctor', '--json', '--port', String(it.port)], { env });
  const states = Object.fromEntries(done.json.checks.map((check) => [check.check, check.state]));
  assert.deepStrictEqual([states.network, states.record, done.code], ['ok', 'ok', 0], done.stdout);
});

test('a wrong clock, a taken port and an unreachable NetSuite are reported', async (t) => {
  const it = await scene(t);
  it.simulator.clockOffsetMs = -20 * 60000;
  const clock = await found(it, 'clock');
  assert.deepStrictEqual([clock.state, clock.code], ['problem', 'INVALID_TIMESTAMP']);
  assert.match(clock.what, /20 minutes ahead of NetSuite's/);
  it.simulator.clockOffsetMs = 3 * 60000;
  assert.strictEqual((await found(it, 'clock')).state, 'warning');
  it.simulator.clockOffsetMs = 0;
  const holder = net.createServer().listen(it.port, '127.0.0.1');
  t.after(() => holder.close());
  const port = await found(it, 'port');
  assert.deepStrictEqual([port.state, port.code], ['problem', 'PORT_BUSY']);
  assert.match(port.what, process.platform === 'linux' ? new RegExp(`process ${process.pid}`) : /in use/);
  await it.simulator.close();
  assert.strictEqual((await found(it, 'network')).code, 'NETWORK_UNREACHABLE');
  assert.strictEqual((await found(it, 'network', { args: ['--offline'] })).state, 'skipped');
});

test('a vault that others can read, or that is damaged, is reported', { skip: process.platform === 'win32' }, async (t) => {
  const it = await scene(t);
  await it.save('dev');
  fs.chmodSync(it.vault, 0o755);
  const open = await found(it, 'files', { args: ['--offline'] });
  assert.deepStrictEqual(
    [open.state, open.exit, open.what, open.fix],
    ['problem', 1, `${it.vault}: others can reach it (mode 755).`, `chmod 700 ${it.vault}`],
  );
  assert.strictEqual((await found(it, 'files', { args: ['--offline'] })).state, 'ok', 'trying the store puts that right');
  fs.writeFileSync(path.join(it.vault, 'tokens.json'), '{bad');
  await it.save('new');
  const aside = await found(it, 'files', { args: ['--offline'] });
  assert.deepStrictEqual([aside.state, /tokens\.json\.damaged-\d+ is a damaged file/.test(aside.what)], ['warning', true]);
  assert.ok((await tool(it, ['list', '--json'])).json.warnings.some((warning) => /damaged-\d+ is a damaged file/.test(warning)));
  fs.writeFileSync(path.join(it.home, '.nstba'), '[]');
  const damaged = await tool(it, ['list']);
  assert.match(damaged.stderr, /\.nstba is damaged/);
  fs.rmSync(path.join(it.vault, 'tokens.json'));
  fs.symlinkSync('/dev/null', path.join(it.vault, 'tokens.json'));
  assert.match((await found(it, 'files', { args: ['--offline'] })).what, /symbolic link/);
});

test('secrets in project files and in git history are found', { skip: without('git') }, async (t) => {
  const it = await scene(t);
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example'].concat(args), {
      cwd: it.project,
      env: it.env(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  git('init', '-q', '.');
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(it.project, name)), { recursive: true });
    fs.writeFileSync(path.join(it.project, name), text);
  };
  const secret = 'f'.repeat(64);
  write('gulp/config/config.json', JSON.stringify({ credentials: { key: secret, secret } }));
  write('.env', `CONSUMER_KEY=${secret}\nCONSUMER_SECRET=${secret}\n`);
  git('add', '-A');
  git('commit', '-qm', 'first');
  const project = async () => {
    const done = await tool(it, doctor(it, '--offline', '--json'));
    assert.ok(!done.stdout.includes(secret), 'the report holds no secret');
    return done.json.checks
      .filter((check) => check.check === 'project')
      .map((check) => `${check.state}: ${check.what}`.replace(/commit \w+/, 'commit <id>'));
  };
  assert.deepStrictEqual(await project(), [
    'problem: gulp/config/config.json contains key and secret of the integration record.',
    'warning: The git history contains a secret in gulp/config/config.json (last in commit <id>).',
    'problem: git tracks .env, which contains the consumer key and the consumer secret.',
    'warning: The git history contains a secret in .env (last in commit <id>).',
  ]);
  const known = { CONSUMER_KEY: 'known-key', CONSUMER_SECRET: 'known-secret' };
  const holding = async () =>
    (await tool(it, doctor(it, '--offline', '--json'), { env: known })).json.checks
      .filter((check) => / which contains the consumer secret/.test(check.what))
      .map((check) => `${check.state}: ${check.what}`);
  assert.deepStrictEqual(await holding(), []);
  write('tasks/deploy.js', "const secret = 'known-secret';\n");
  assert.deepStrictEqual(await holding(), [], 'what is not tracked is shared with nobody');
  git('add', 'tasks');
  assert.deepStrictEqual(await holding(), ['problem: git tracks tasks/deploy.js, which contains the consumer secret.']);
  git('rm', '-q', '--cached', '-r', 'tasks');
  write('gulp/config/config.json', '{}');
  git('rm', '-q', '--cached', '.env');
  git('add', 'gulp');
  git('commit', '-qm', 'second');
  assert.deepStrictEqual(await project(), [
    'warning: The git history contains a secret in gulp/config/config.json (last in commit <id>).',
    'warning: .env contains the consumer key and the consumer secret, and git does not ignore it.',
    'warning: The git history contains a secret in .env (last in commit <id>).',
  ]);
});

test('doctor says what .env really contains', { skip: without('git') }, async (t) => {
  const it = await scene(t);
  execFileSync('git', ['init', '-q', '.'], { cwd: it.project, env: it.env() });
  for (const [lines, contents] of [
    ['CONSUMER_KEY=k\n', 'the consumer key'],
    ['CONSUMER_SECRET=s\n', 'the consumer secret'],
    ['NETSUITE_TBA_CONSUMER_KEY=k\n', 'the consumer key'],
    ['NETSUITE_TBA_CONSUMER_KEY=k\nCONSUMER_SECRET=s\n', 'the consumer key and the consumer secret'],
  ]) {
    fs.writeFileSync(path.join(it.project, '.env'), lines);
    const check = await found(it, 'project', { args: ['--offline'] });
    assert.strictEqual(check.what, `.env contains ${contents}, and git does not ignore it.`);
  }
});

test('doctor checks .nsdeploy: its JSON, and the token it names', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  for (const damaged of ['{"credentials":', '[1]', '{"credentials": {"authID": "dev",}}']) {
    it.nsdeploy = damaged;
    const check = await found(it, 'project', { args: ['--offline'] });
    assert.deepStrictEqual([check.state, check.code, check.exit], ['problem', 'PROJECT_FILE', 1], damaged);
  }
  for (const [name, command] of [
    ['gone', 'npx netsuite-tba login gone'],
    ['my sandbox', 'npx netsuite-tba login "my sandbox"'],
    ['$(touch x)', 'npx netsuite-tba login NAME'],
  ]) {
    it.nsdeploy = JSON.stringify({ credentials: { authID: name } });
    const check = await found(it, 'project', { args: ['--offline'] });
    assert.deepStrictEqual([check.state, check.exit], ['warning', 0], name);
    assert.ok(check.what.includes('.nsdeploy') && check.what.includes(name), check.what);
    assert.ok(check.fix.startsWith(command), check.fix);
  }
  it.nsdeploy = '{"credentials": {"authID": "dev"}}';
  const fine = await found(it, 'project', { args: ['--offline'] });
  assert.deepStrictEqual([fine.state, fine.json.node], ['ok', `Node ${process.version}`]);
});

test('a repository cannot make doctor run a program', { skip: without('git', 'posix') }, async (t) => {
  const it = await scene(t);
  const marker = path.join(it.root, 'ran');
  const script = path.join(it.root, 'evil');
  fs.writeFileSync(script, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
  execFileSync('git', ['init', '-q', '.'], { cwd: it.project, env: it.env() });
  fs.appendFileSync(
    path.join(it.project, '.git', 'config'),
    `[core]\n\tfsmonitor = ${script}\n\tpager = ${script}\n[diff]\n\texternal = ${script}\n`,
  );
  fs.writeFileSync(path.join(it.project, '.env'), 'CONSUMER_KEY=a\nCONSUMER_SECRET=b\n');
  assert.strictEqual((await tool(it, doctor(it, '--offline'))).code, 0);
  assert.ok(!fs.existsSync(marker));
});

test('the guide shows the steps and checks the record', async (t) => {
  const it = await scene(t);
  const guide = ['guide', 'integration-record', '--vm', it.simulator.url, '--account', '1234567'];
  const done = await tool(it, guide);
  assert.strictEqual(done.code, 0);
  for (const word of [
    'TBA: Authorization Flow',
    'http://localhost:7777/tba',
    'CONSUMER_SECRET=',
    'Log in using Access Tokens',
    'Next: npx netsuite-tba login NAME',
  ])
    assert.ok(done.stdout.includes(word), word);
  const { json } = await tool(it, guide.concat('--json'));
  assert.deepStrictEqual([Object.keys(json), json.steps.length, json.check.state], [['steps', 'check'], 8, 'ok']);
  it.simulator.fault('requesttoken:IntegrationBlocked', 1);
  const blocked = await tool(it, guide.concat('--json'));
  assert.deepStrictEqual([blocked.code, blocked.json.check.code], [1, 'INTEGRATION_BLOCKED']);
  const nothing = await tool(it, ['guide', 'integration-record'], { env: { CONSUMER_KEY: '', CONSUMER_SECRET: '' } });
  assert.match(nothing.stdout, /skipped {3}record/);
  assert.strictEqual((await tool(it, ['guide', 'nonsense'])).code, 2);
  for (const secret of secretsOf(it)) assert.ok(!done.stdout.includes(secret));
});
