// Concurrent calls: equal calls share one sign-in, different calls queue, and an abort ends only its own call.
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');
const { browse } = require('../../simulator/browser');
const { freePort, scene } = require('../scene');
const { script } = require('../script');

const NOBODY = { SIMULATOR_CONSENT: 'close' };
const LINK = /^ *(http\S+authorizetoken\S+)$/m;

const options = (it, more) => JSON.stringify({ vm: it.simulator.url, port: it.port, ...more });

/** Starts a process and waits until it waits for Allow. Returns the link it shows and the promise of its result. */
async function waitingForAllow(it, given) {
  let result;
  const link = await new Promise((resolve, reject) => {
    const onStderr = (text) => LINK.test(text) && resolve(LINK.exec(text)[1]);
    result = it.call(given, { env: NOBODY, onStderr });
    result.then(({ stderr }) => reject(new Error(`It ended before it waited for Allow: ${stderr}`)), reject);
  });
  return { link, result };
}

/** Starts a second process. As soon as it says that it waits, Allow is pressed for the first one. */
function secondProcess(it, given, press) {
  let pressed = null;
  const onStderr = (text) => {
    if (/Waiting for another sign-in to end/.test(text)) pressed = pressed || press();
  };
  return it.call(given, { onStderr });
}

test('equal concurrent calls share one sign-in and its result', async (t) => {
  const it = await scene(t);
  const { told } = await script(
    it,
    `
    const calls = Array.from({ length: 5 }, () => tba.authenticate(${options(it, { authId: 'dev' })}));
    tell(await Promise.all(calls.map(outcome)));
  `,
  );
  // A call that came after the sign-in, instead of sharing it, would have the source "saved".
  assert.deepStrictEqual(
    told[0].map((session) => `${session.authId} ${session.source}`),
    Array(5).fill('dev generated'),
  );
  assert.strictEqual(it.requested('requesttoken').length, 1);
  assert.strictEqual(it.requested('accesstoken').length, 1);
});

test('different calls sign in one after the other, on the same port', async (t) => {
  const it = await scene(t);
  const { told } = await script(
    it,
    `
    tell(await Promise.all([
      outcome(tba.authenticate(${options(it, { authId: 'one', account: '1234567' })})),
      outcome(tba.authenticate(${options(it, { authId: 'two', account: '1234567_SB1' })})),
    ]));
  `,
  );
  assert.deepStrictEqual(
    told[0].map((session) => [session.authId, session.account]),
    [
      ['one', '1234567'],
      ['two', '1234567_SB1'],
    ],
  );
  const steps = it.simulator.requests.map((request) => request.step).filter((step) => step === 'requesttoken' || step === 'accesstoken');
  assert.deepStrictEqual(steps, ['requesttoken', 'accesstoken', 'requesttoken', 'accesstoken']);
});

test('the abort of one call does not end the sign-in for the others', async (t) => {
  const it = await scene(t);
  it.simulator.fault('requesttoken:hang', 1);
  const { told } = await script(
    it,
    `
    const controller = new AbortController();
    const stays = outcome(tba.authenticate(${options(it, { authId: 'dev', timeoutMs: 60000 })}));
    const leaves = outcome(tba.authenticate({ ...${options(it, { authId: 'dev', timeoutMs: 60000 })}, signal: controller.signal }));
    setTimeout(() => controller.abort(), 300);
    tell(await leaves);
    tell({ stillWaiting: await Promise.race([stays.then(() => false), new Promise((r) => setTimeout(r, 300, true))]) });
    process.exit(0);
  `,
  );
  assert.strictEqual(told[0].code, 'CANCELLED');
  assert.deepStrictEqual(told[1], { stillWaiting: true });
});

test('an abort ends the wait for Allow at once: the port is free and nothing is saved', async (t) => {
  const it = await scene(t);
  const before = it.kept();
  const answer = await it.call({ authId: 'dev', abortAfterMs: 700 }, { env: { SIMULATOR_CONSENT: 'close' } });
  assert.deepStrictEqual([answer.error.code, answer.error.exitCode], ['CANCELLED', 130]);
  assert.ok(answer.ms < 3000 && answer.exitMs < 1000, `${answer.ms} ms, ${answer.exitMs} ms after`);
  assert.deepStrictEqual(it.kept(), before);
  assert.strictEqual((await it.call({ authId: 'dev' })).session.source, 'generated');
});

test('an abort ends a hanging request, and a call with an aborted signal sends nothing', async (t) => {
  const it = await scene(t);
  it.simulator.fault('requesttoken:hang', true);
  const hanging = await it.call({ authId: 'dev', abortAfterMs: 300 });
  assert.strictEqual(hanging.error.code, 'CANCELLED');
  assert.ok(hanging.ms < 3000, `${hanging.ms} ms`);
  const asked = it.simulator.requests.length;
  const { told } = await script(
    it,
    `tell(await outcome(tba.authenticate({ ...${options(it, { authId: 'dev' })}, signal: AbortSignal.abort() })));`,
  );
  assert.strictEqual(told[0].code, 'CANCELLED');
  assert.strictEqual(it.simulator.requests.length, asked);
});

test('any object with the interface of AbortSignal works, because Node 12 has none', async (t) => {
  const it = await scene(t);
  const { told } = await script(
    it,
    `
    const listeners = [];
    const signal = { aborted: false, addEventListener: (type, listener) => listeners.push(listener) };
    setTimeout(() => listeners.forEach((each) => each()), 500);
    tell(await outcome(tba.authenticate({ ...${options(it, { authId: 'dev' })}, signal })));
  `,
    { env: { SIMULATOR_CONSENT: 'close' } },
  );
  assert.strictEqual(told[0].code, 'CANCELLED');
});

test('two processes: the second waits, says who is signing in, and uses the token of the first', async (t) => {
  const it = await scene(t);
  const first = await waitingForAllow(it, { authId: 'dev' });
  const press = () => browse(first.link, { action: 'allow' });
  const second = await secondProcess(it, { authId: 'dev', port: await freePort() }, press);
  assert.strictEqual((await first.result).session.source, 'generated');
  assert.deepStrictEqual([second.session.authId, second.session.source], ['dev', 'saved']);
  assert.match(second.stderr, /Waiting for another sign-in to end \(.*process \d+\)/);
  assert.strictEqual(it.requested('requesttoken').length, 1);
});

test('two processes: the time that the second waits counts towards its own limit', async (t) => {
  const it = await scene(t);
  const first = await waitingForAllow(it, { authId: 'one', timeoutMs: 4000 });
  const port = await freePort();
  const impatient = await it.call({ authId: 'two', port, timeoutMs: 1000 });
  assert.strictEqual(impatient.error.code, 'SIGN_IN_BUSY');
  assert.ok(impatient.ms < 2500, `${impatient.ms} ms`);
  // It waits about two seconds for the first one and has the rest of its five seconds for its own sign-in.
  const patient = await it.call({ authId: 'two', port, timeoutMs: 5000 }, { env: NOBODY });
  assert.strictEqual(patient.error.code, 'SIGN_IN_TIMEOUT');
  assert.ok(patient.ms < 6500, `${patient.ms} ms`);
  assert.strictEqual((await first.result).error.code, 'SIGN_IN_TIMEOUT');
});

test('timeoutMs applies if NetSuite never answers, and the error says which response is missing', async (t) => {
  const it = await scene(t);
  for (const [step, gives] of [
    ['requesttoken', 'request token'],
    ['accesstoken', 'access token'],
  ]) {
    it.simulator.fault(`${step}:hang`, true);
    const answer = await it.call({ authId: 'dev', timeoutMs: 1500 });
    it.simulator.clearFaults();
    assert.strictEqual(answer.error.code, 'NETWORK_TIMEOUT');
    assert.match(answer.error.message, new RegExp(`^NetSuite gave no ${gives} within 1 second`));
    assert.ok(answer.ms < 8500 && answer.exitMs < 1000, `${answer.ms} ms, ${answer.exitMs} ms after`);
  }
});

test('two processes: the second never uses a token that the first made for another account', async (t) => {
  const it = await scene(t);
  const first = await waitingForAllow(it, { authId: 'dev' });
  const press = () => browse(first.link, { action: 'allow', account: '1234567' });
  const second = await secondProcess(it, { authId: 'dev', account: '1234567_SB1', port: await freePort() }, press);
  assert.strictEqual((await first.result).session.account, '1234567');
  assert.strictEqual(second.error.code, 'ACCOUNT_MISMATCH');
  assert.match(second.error.message, /belongs to account 1234567, but account 1234567_SB1 was asked for/);
});

test('a worker thread signs in and uses saved tokens like the main thread', async (t) => {
  const it = await scene(t);
  const { told } = await script(
    it,
    `
    const { Worker } = require('worker_threads');
    const run = (options) => new Promise((resolve, reject) => {
      const worker = new Worker(\`
        const { parentPort, workerData } = require('worker_threads');
        require(workerData.package).authenticate(workerData.options).then(
          (session) => parentPort.postMessage({ ...session, header: session.authorize('GET', 'http://127.0.0.1/x') }),
          (error) => parentPort.postMessage({ code: error.code, message: error.message }));
      \`, { eval: true, workerData: { package: ${JSON.stringify(require.resolve('../..'))}, options } });
      worker.once('message', resolve).once('error', reject);
    });
    tell(await run(${options(it, { authId: 'dev' })}));
    tell(await Promise.all([run(${options(it, { authId: 'dev' })}), outcome(tba.authenticate(${options(it, { authId: 'dev' })}))]));
    // A worker that is terminated during a call must not end the process.
    const dying = new Worker(\`require(\${JSON.stringify(${JSON.stringify(require.resolve('../..'))})}).authenticate(${options(it, { authId: 'never' }).replace(/"/g, '\\"')})\`, { eval: true });
    await new Promise((wait) => setTimeout(wait, 300));
    await dying.terminate();
    tell(await outcome(tba.authenticate(${options(it, { authId: 'dev' })})));
    process.exit(0);
  `,
    { env: { NETSUITE_TBA_AUTH_ID: '' } },
  );
  assert.deepStrictEqual([told[0].authId, told[0].source], ['dev', 'generated']);
  assert.match(told[0].header, /^OAuth realm="1234567/);
  assert.deepStrictEqual(
    told[1].map((each) => each.source),
    ['saved', 'saved'],
  );
  assert.strictEqual(told[2].source, 'saved');
});

test('a terminated worker frees the port at once, and the next call can start', async (t) => {
  const it = await scene(t);
  const nobody = it.browser('');
  const { told, stderr } = await script(
    it,
    `
    const { Worker } = require('worker_threads');
    const worker = new Worker(\`
      require(process.argv[2]).authenticate(${options(it, { authId: 'left' })}).catch(() => {});
    \`, { eval: true, env: { ...process.env, BROWSER: ${JSON.stringify(nobody)} }, argv: [${JSON.stringify(path.join(__dirname, '..', '..'))}] });
    const until = async (check) => { while (!await check()) await new Promise((wait) => setTimeout(wait, 20)); };
    const busy = () => new Promise((resolve) => {
      const socket = require('net').connect(${it.port}, '127.0.0.1');
      socket.on('connect', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
    });
    await until(busy);
    const next = outcome(tba.authenticate(${options(it, { authId: 'next' })}));
    await worker.terminate();
    const start = Date.now();
    tell(await next);
    tell({ ms: Date.now() - start });
  `,
  );
  assert.strictEqual(told[0].source, 'generated', stderr);
  assert.ok(told[1].ms < 3000, `${told[1].ms} ms`);
  assert.doesNotMatch(stderr, /panicked/);
});

test('a pending call survives garbage collection', async (t) => {
  const it = await scene(t);
  const slow = it.browser("setTimeout(() => browse(url, { action: 'allow' }), 700);");
  const { told, stderr } = await script(
    it,
    `
    require('v8').setFlagsFromString('--expose-gc');
    const gc = require('vm').runInNewContext('gc');
    const calling = setInterval(gc, 50);
    tell(await outcome(tba.authenticate(${options(it, { authId: 'dev' })})));
    clearInterval(calling);
  `,
    { env: { BROWSER: slow } },
  );
  assert.strictEqual(told[0].source, 'generated', stderr);
});
