// Real host names through an HTTPS proxy: certificates are checked, and the proxy sees no NetSuite credentials.
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, run, scene } = require('../scene');
const { without } = require('../parts');

const skip = without('openssl');
const BIN = path.join(ROOT, 'bin', 'netsuite-tba.js');
const HOST = '1234567-sb1.restlets.api.netsuite.com';

function through(it, more) {
  return { env: { HTTPS_PROXY: it.simulator.proxy.url, NODE_EXTRA_CA_CERTS: it.simulator.proxy.caFile, ...more } };
}

const sandbox = { vm: undefined, authId: 'dev', account: '1234567-sb1' };

test("a sign-in with real host names goes to the account's own host", { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: true } });
  const { session, stderr, error } = await it.call(sandbox, through(it));
  assert.ok(session, error && error.message);
  assert.deepStrictEqual([session.host, session.baseUrl, session.source], [HOST, `https://${HOST}`, 'generated']);
  assert.match(stderr, /^ {2}https:\/\/1234567-sb1\.app\.netsuite\.com\/app\/login\/secure\/authorizetoken\.nl\?/m);
  for (const step of ['requesttoken', 'accesstoken'])
    assert.deepStrictEqual(
      it.requested(step).map((request) => request.host),
      [HOST],
    );
  const targets = new Set(it.simulator.proxy.connects.map((head) => head.target));
  assert.ok(targets.has(`${HOST}:443`));
});

test('a sign-in without an account starts at system.netsuite.com and ends at the host of the account', { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: true } });
  const { session, error } = await it.call({ vm: undefined, authId: 'dev' }, through(it, { SIMULATOR_ACCOUNT: 'TSTDRV1234567' }));
  assert.ok(session, error && error.message);
  assert.strictEqual(session.host, 'tstdrv1234567.restlets.api.netsuite.com');
  assert.deepStrictEqual(
    it.requested('requesttoken').map((request) => request.host),
    ['system.netsuite.com'],
  );
  assert.deepStrictEqual(
    it.requested('accesstoken').map((request) => request.host),
    ['tstdrv1234567.restlets.api.netsuite.com'],
  );
});

test('a proxy can never read the Authorization header', { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: { credentials: 'robin:pass word' } } });
  const { session, error } = await it.call(sandbox, through(it));
  assert.ok(session, error && error.message);
  const heads = it.simulator.proxy.connects;
  assert.ok(heads.length >= 2);
  for (const head of heads) assert.ok(!head.headers.includes('authorization'), head.headers.join());
});

for (const certificate of ['expired', 'self-signed', 'wrong-host']) {
  test(`a certificate that is ${certificate} is refused, and nothing is sent`, { skip }, async (t) => {
    const it = await scene(t, { simulator: { proxy: { certificate } } });
    const before = it.kept();
    const { error } = await it.call(sandbox, through(it));
    assert.deepStrictEqual([error.code, error.exitCode], ['CERTIFICATE_INVALID', 4], error.message);
    assert.strictEqual(it.simulator.requests.length, 0);
    assert.deepStrictEqual(it.kept(), before);
  });
}

test("without NODE_EXTRA_CA_CERTS the proxy's authority is not trusted, whatever other settings Node has", { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: true } });
  for (const env of [{ NODE_EXTRA_CA_CERTS: '' }, { NODE_EXTRA_CA_CERTS: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' }]) {
    const { error } = await it.call(sandbox, through(it, env));
    assert.strictEqual(error.code, 'CERTIFICATE_INVALID', error.message);
    assert.match(error.nextStep, /NODE_EXTRA_CA_CERTS/);
  }
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('errors of the proxy are distinguished from errors of NetSuite: wrong credentials, refusal, no answer', { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: { credentials: 'robin:canary-proxy-password' } } });
  const wrong = it.simulator.proxy.url.replace('canary-proxy-password', 'canary-other-password');
  const refused = await it.call(sandbox, through(it, { HTTPS_PROXY: wrong }));
  assert.strictEqual(refused.error.code, 'PROXY_REFUSED', refused.error.message);
  assert.doesNotMatch(refused.error.message + refused.stderr, /canary/);
  it.simulator.fault('connect:status:502', true);
  assert.strictEqual((await it.call(sandbox, through(it))).error.code, 'PROXY_REFUSED');
  it.simulator.clearFaults();
  it.simulator.fault('connect:reset', true);
  assert.strictEqual((await it.call(sandbox, through(it))).error.exitCode, 4);
  const gone = await it.call(sandbox, through(it, { HTTPS_PROXY: 'http://127.0.0.1:9' }));
  assert.strictEqual(gone.error.exitCode, 4, gone.error.message);
});

test('--proxy wins over HTTPS_PROXY, and NO_PROXY bypasses it', { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: true } });
  const { session, error } = await it.call(
    { ...sandbox, proxy: it.simulator.proxy.url },
    {
      env: {
        ...through(it).env,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        BROWSER: require.resolve('../../simulator/browser.js'),
        SIMULATOR_URL: it.simulator.url,
      },
    },
  );
  assert.ok(session, error && error.message);
  const before = it.simulator.proxy.connects.length;
  const around = await it.call({ ...sandbox, authId: 'two', timeoutMs: 3000 }, through(it, { NO_PROXY: 'netsuite.com' }));
  assert.ok(around.error, 'straight to NetSuite there is nothing here, or another certificate');
  assert.strictEqual(it.simulator.proxy.connects.length, before);
});

test('--vm connects directly to this machine, without any proxy', { skip }, async (t) => {
  const it = await scene(t, { simulator: { proxy: true } });
  const { session } = await it.call(
    { authId: 'dev' },
    through(it, { HTTP_PROXY: it.simulator.proxy.url, ALL_PROXY: it.simulator.proxy.url }),
  );
  assert.strictEqual(session.source, 'generated');
  assert.strictEqual(it.simulator.proxy.connects.length, 0);
});

test('a proxy address that is not encoded is refused, and no part of it is shown, not even by doctor', async (t) => {
  const it = await scene(t, { simulator: false });
  for (const address of [
    'http://joe:p@ss#1@proxy:8080',
    'http://joe:canary#1@proxy:8080',
    'http://joe:can/canary@proxy:8080',
    'CORP\\joe:canary@proxy:8080',
    'http://joe:canary%@proxy:8080',
  ]) {
    const env = { HTTPS_PROXY: address, CONSUMER_KEY: 'ck', CONSUMER_SECRET: 'cs' };
    const { error, stderr } = await it.call(sandbox, { env });
    assert.deepStrictEqual([error.code, error.exitCode], ['PROXY_INVALID', 2], error.message);
    assert.match(error.nextStep, /write @ as %40, # as %23/);
    const doctor = await run(process.execPath, [BIN, 'doctor'], { cwd: it.project, env: it.env(env) });
    assert.match(doctor.stdout, /HTTPS_PROXY/);
    for (const told of [error.message, stderr, doctor.stdout, doctor.stderr]) {
      assert.doesNotMatch(told, /canary|joe|corp|\bss\b|1@/i, address);
    }
  }
});

test('a simulator that is off is named, and no proxy is blamed for it', async (t) => {
  const it = await scene(t);
  await it.save('one');
  const { url } = it.simulator;
  await it.simulator.close();
  const status = await run(process.execPath, [BIN, 'status'], { cwd: it.project, env: it.env({ HTTPS_PROXY: 'http://127.0.0.1:9' }) });
  const again = await it.call({ authId: 'two', vm: url });
  const doctor = await run(process.execPath, [BIN, 'doctor', '--vm', url], { cwd: it.project, env: it.env() });
  for (const told of [status.stdout + status.stderr, again.error.message, doctor.stdout]) {
    assert.ok(told.includes(`Nothing answers at ${url}. Is the simulator running?`), told);
    assert.doesNotMatch(told, /company|HTTPS_PROXY/);
  }
});
