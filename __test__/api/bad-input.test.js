// Bad input and a bad environment: each ends in a TbaError with code, next step and exit code, in time, with nothing half-saved.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const { freePort, scene } = require('../scene');

/** Asserts what must hold for every failure. */
async function fails(it, options, more, { code, exitCode, withinMs = 2000, keepsVault = true }) {
  const before = it.kept();
  const answer = await it.call(options, more);
  const { error } = answer;
  assert.ok(error, `${JSON.stringify(options)} did not fail: ${answer.stdout}${answer.stderr}`);
  assert.deepStrictEqual([error.code, error.exitCode], [code, exitCode], error.message);
  assert.ok(error.tba && error.name === 'TbaError' && error.showStack === false);
  assert.ok(error.nextStep.length > 10 && error.message.endsWith(`\n${error.nextStep}`), error.message);
  assert.doesNotMatch(answer.stderr, /\n\s+at |panicked/, 'no stack, no panic');
  assert.ok(answer.ms < withinMs, `${answer.ms} ms`);
  assert.ok(answer.exitMs < 1000, `ended ${answer.exitMs} ms after it settled`);
  if (keepsVault) assert.deepStrictEqual(it.kept(), before, 'nothing is half-saved');
  return error;
}

test('an error names the missing consumer key or secret and where to put it', async (t) => {
  const it = await scene(t);
  const usage = { code: 'CONSUMER_MISSING', exitCode: 2 };
  const error = await fails(it, { authId: 'dev' }, { env: { CONSUMER_KEY: '', CONSUMER_SECRET: '' } }, usage);
  assert.match(error.message, /consumer key/);
  assert.match(error.nextStep, /\.env.*options consumerKey and consumerSecret.*argv/);
  const flags = await fails(it, { authId: 'dev', argv: [] }, { env: { CONSUMER_KEY: '', CONSUMER_SECRET: '' } }, usage);
  assert.match(flags.nextStep, /\.env.*--key and --secret/);
  assert.match((await fails(it, { authId: 'dev' }, { env: { CONSUMER_SECRET: '' } }, usage)).message, /consumer secret/);
  await fails(it, { authId: 'dev' }, { env: { CONSUMER_KEY: 'a b' } }, { code: 'CONSUMER_INVALID', exitCode: 2 });
});

test('the error for a malformed --token does not repeat its value', async (t) => {
  const it = await scene(t);
  for (const token of ['canary-only-id', ':canary', 'canary:', 'canary:se cret', 'canary:se\ncret', `canary:${'x'.repeat(5000)}`]) {
    const { message } = await fails(it, { token, account: '1234567' }, {}, { code: 'TOKEN_FORMAT', exitCode: 2 });
    assert.doesNotMatch(message, /canary/, 'half a token is a secret too');
  }
  await fails(it, { argv: ['--token'] }, {}, { code: 'FLAG_INVALID', exitCode: 2 });
});

test('an invalid account ID is refused before any request', async (t) => {
  const it = await scene(t);
  const wrong = [
    '12 34567',
    '1234567.evil.example',
    '1234567/../x',
    '../1234567',
    '1234567_SB1_SB2_',
    '1'.repeat(300),
    '-',
    '_SB1',
    '1234567\r\nHost: x',
    'https://evil.example/',
    'https://1234567.app.netsuite.com.evil.example/',
    '1234567@x',
    '１２３４５６７',
    '%31',
  ];
  for (const account of wrong) {
    const { message } = await fails(it, { authId: 'dev', account }, {}, { code: 'ACCOUNT_INVALID', exitCode: 2 });
    assert.ok(message.length < 600, 'a long value is not repeated in full');
    assert.doesNotMatch(message, /[\u0000-\u0009\u000b-\u001f]/);
  }
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('invalid names, ports, roles, molecules and addresses are refused before any request', async (t) => {
  const it = await scene(t);
  const cases = [
    [{ authId: 'no spaces' }, 'AUTH_ID_INVALID'],
    [{ authId: '../up' }, 'AUTH_ID_INVALID'],
    [{ authId: 'a'.repeat(41) }, 'AUTH_ID_INVALID'],
    [{ authId: 'dev', port: 0 }, 'PORT_INVALID'],
    [{ authId: 'dev', port: 65536 }, 'PORT_INVALID'],
    [{ authId: 'dev', port: 'x' }, 'PORT_INVALID'],
    [{ authId: 'dev', role: 'admin; x' }, 'ROLE_INVALID'],
    [{ authId: 'dev', vm: undefined, molecule: 'a.b' }, 'MOLECULE_INVALID'],
    [{ authId: 'dev', vm: 'http://192.0.2.1:80' }, 'VM_INVALID'],
    [{ authId: 'dev', vm: 'ftp://127.0.0.1' }, 'VM_INVALID'],
    [{ authId: 'dev', vm: 'http://127.0.0.1@192.0.2.1/' }, 'VM_INVALID'],
    [{ authId: 'dev', store: 'safe' }, 'STORE_INVALID'],
    [{ authId: 'dev', timeoutMs: 0 }, 'OPTION_INVALID'],
    [{ authId: 7 }, 'OPTION_INVALID'],
    [{ wrong: 1 }, 'OPTION_INVALID'],
    [{ argv: 'x' }, 'OPTION_INVALID'],
    [{ argv: ['--account'] }, 'FLAG_INVALID'],
    [{ argv: ['--authID='] }, 'FLAG_INVALID'],
  ];
  for (const [options, code] of cases) await fails(it, options, {}, { code, exitCode: 2 });
  assert.strictEqual(it.simulator.requests.length, 0);
});

test('a damaged .nsdeploy is an error, and the file is not changed', async (t) => {
  const it = await scene(t);
  for (const text of ['{"credentials":', '[]', 'x'.repeat(2 * 1024 * 1024)]) {
    it.nsdeploy = text;
    await fails(it, {}, {}, { code: 'PROJECT_FILE', exitCode: 5 });
  }
});

test('a busy port is detected before the first request, and named', async (t) => {
  const it = await scene(t);
  for (const host of ['127.0.0.1', '::1']) {
    const server = net.createServer();
    const bound = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(it.port, host, () => resolve(true));
    });
    if (!bound) continue; // This machine has no IPv6.
    const error = await fails(it, { authId: 'dev' }, {}, { code: 'PORT_BUSY', exitCode: 1 });
    assert.ok(error.message.includes(String(it.port)));
    assert.match(error.nextStep, /--port/);
    await new Promise((closed) => server.close(closed));
  }
  assert.strictEqual(it.simulator.requests.length, 0, 'no request token was spent');
});

const ANSWERS = [
  ['status:500', 'SERVER_ERROR', 4],
  ['status:503', 'RATE_LIMITED', 4],
  ['html', 'UNEXPECTED_ANSWER', 4],
  ['html-500', 'SERVER_ERROR', 4],
  ['empty', 'UNEXPECTED_ANSWER', 4],
  ['reset', 'NETWORK_UNREACHABLE', 4],
  ['truncate', 'NETWORK_UNREACHABLE', 4],
  ['huge', 'UNEXPECTED_ANSWER', 4],
  ['rate-limit', 'RATE_LIMITED', 4],
  ['concurrency', 'RATE_LIMITED', 4],
  ['redirect', 'WRONG_DATA_CENTER', 4],
  ['unconfirmed', 'UNEXPECTED_ANSWER', 4],
  ['missing-secret', 'UNEXPECTED_ANSWER', 4],
  ['evil-token', 'UNEXPECTED_ANSWER', 4],
  ['UnknownIntegration', 'UNKNOWN_INTEGRATION', 3],
  ['IntegrationBlocked', 'INTEGRATION_BLOCKED', 3],
  ['AuthorizationFlowRequired', 'AUTHORIZATION_FLOW_REQUIRED', 3],
  ['InvalidTimestamp', 'INVALID_TIMESTAMP', 3],
  ['InvalidSignature', 'INVALID_SIGNATURE', 3],
  ['InvalidCallback', 'INVALID_CALLBACK', 3],
  ['MissingRequiredParameter', 'MISSING_PARAMETER', 3],
  ['NonceRejected', 'NONCE_REJECTED', 3],
  ['FeatureDisabled', 'FEATURE_DISABLED', 3],
];

for (const step of ['requesttoken', 'accesstoken']) {
  test(`whatever ${step} answers, the error says what it was, and nothing is half-saved`, async (t) => {
    const it = await scene(t);
    await it.save('before');
    for (const [fault, code, exitCode] of ANSWERS) {
      if (step === 'accesstoken' && fault === 'unconfirmed') continue;
      it.simulator.clearFaults();
      it.simulator.fault(`${step}:${fault}`, true);
      await fails(it, { authId: 'dev', account: '1234567' }, {}, { code, exitCode, withinMs: 5000 }).catch((error) => {
        error.message = `${step}:${fault}: ${error.message}`;
        throw error;
      });
    }
  });
}

test('the text of a response that is not JSON is shown', async (t) => {
  const it = await scene(t);
  it.simulator.fault('requesttoken:backslash', true);
  assert.match((await it.call({ authId: 'dev' })).error.message, /Token-based Authentication' is not enabled/);
});

test('text from a server cannot control the terminal', async (t) => {
  const it = await scene(t);
  it.simulator.fault('requesttoken:control', true);
  const { error, stderr } = await it.call({ authId: 'dev' });
  for (const text of [error.message, stderr]) assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  assert.match(error.message, /login/);
});

test('a call to an endpoint that never answers ends after the idle limit of 30 seconds', async (t) => {
  const steps = ['requesttoken', 'accesstoken'];
  await Promise.all(
    steps.map(async (step) => {
      const it = await scene(t, { simulator: { faults: { [`${step}:hang`]: true } } });
      await fails(it, { authId: 'dev' }, {}, { code: 'NETWORK_TIMEOUT', exitCode: 4, withinMs: 35000 });
    }),
  );
});

test('an address where nobody listens is reported as an unreachable host', async (t) => {
  const it = await scene(t);
  await fails(it, { authId: 'dev', vm: `http://127.0.0.1:${await freePort()}` }, {}, { code: 'NETWORK_UNREACHABLE', exitCode: 4 });
});

test('Deny ends the call with an error, nothing is saved, and the port is free again', async (t) => {
  const it = await scene(t);
  const env = { SIMULATOR_CONSENT: 'deny' };
  await fails(it, { authId: 'dev' }, { env }, { code: 'SIGN_IN_DENIED', exitCode: 3 });
  assert.strictEqual((await it.call({ authId: 'dev' })).session.source, 'generated');
});

test('the call ends at its deadline if nobody presses Allow', async (t) => {
  const it = await scene(t);
  const env = { SIMULATOR_CONSENT: 'close' };
  const error = await fails(it, { authId: 'dev', timeoutMs: 1500 }, { env }, { code: 'SIGN_IN_TIMEOUT', exitCode: 3, withinMs: 4000 });
  assert.match(error.message, /1 second/);
});

test('a token for another account or role than requested is refused with its own code', async (t) => {
  const it = await scene(t);
  it.simulator.fault('consent:wrong-company', true);
  const account = await fails(it, { authId: 'dev', account: '1234567_SB1' }, {}, { code: 'CALLBACK_ACCOUNT', exitCode: 3 });
  assert.match(account.message, /7654321.*1234567_SB1/);
  it.simulator.clearFaults();
  const role = await fails(
    it,
    { authId: 'dev', account: '1234567', role: 1000 },
    { env: { SIMULATOR_ROLE: '1001' } },
    { code: 'CALLBACK_ROLE', exitCode: 3 },
  );
  assert.match(role.message, /1001.*1000/);
  assert.strictEqual(it.simulator.tokens.size, 0, 'no token was asked for');
});

test('a forged redirect is ignored, and the wait continues until its deadline', async (t) => {
  const it = await scene(t);
  for (const forgery of ['wrong-state', 'no-state', 'duplicate-state', 'wrong-token', 'evil-company', 'bare-deny']) {
    it.simulator.clearFaults();
    it.simulator.fault(`consent:${forgery}`, true);
    await fails(it, { authId: 'dev', timeoutMs: 700 }, {}, { code: 'SIGN_IN_TIMEOUT', exitCode: 3, withinMs: 5000 }).catch((error) => {
      error.message = `${forgery}: ${error.message}`;
      throw error;
    });
  }
});

test('a sign-in fails before the browser opens if the vault cannot be written, and the old token is kept', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const lock = path.join(it.vault, 'tokens.lock');
  const aside = `${it.vault}-aside`;
  const renamed = { way: () => fs.renameSync(it.vault, aside), back: () => fs.renameSync(aside, it.vault) };
  for (const [what, code, way, back] of [
    [
      'a file where the folder should be',
      'STORE_UNSAFE',
      () => {
        renamed.way();
        fs.writeFileSync(it.vault, 'in the way\n');
      },
      () => {
        fs.rmSync(it.vault);
        renamed.back();
      },
    ],
    [
      'a link that leads nowhere',
      'STORE_UNWRITABLE',
      () => {
        renamed.way();
        fs.symlinkSync(path.join(it.root, 'gone'), it.vault, 'junction');
      },
      () => {
        fs.unlinkSync(it.vault);
        renamed.back();
      },
    ],
    [
      'a folder where the lock should be',
      'STORE_UNSAFE',
      () => {
        fs.rmSync(lock, { force: true });
        fs.mkdirSync(lock);
      },
      () => fs.rmdirSync(lock),
    ],
  ]) {
    const asked = it.requested('requesttoken').length;
    way();
    const error = await fails(it, { authId: 'new' }, {}, { code, exitCode: 5 }).finally(back);
    assert.ok(error.message.includes(path.basename(it.vault)), `${what}: ${error.message}`);
    assert.strictEqual(it.requested('requesttoken').length, asked, what);
    const old = await it.call({ authId: 'dev', interactive: false });
    assert.strictEqual(old.session && old.session.source, 'saved', `${what}: ${old.stderr}`);
  }
});
