// Calls at once: equal ones share one sign-in, others queue, an abort ends only its own caller.
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

/** A process that has started a sign-in and waits for Allow: the address it shows, and the promise of its result. */
async function waitingForAllow(it, given) {
  let result;
  const link = await new Promise((resolve, reject) => {
    const onStderr = (text) => LINK.test(text) && resolve(LINK.exec(text)[1]);
    result = it.call(given, { env: NOBODY, onStderr });
    result.then(({ stderr }) => reject(new Error(`It ended before it waited for Allow: ${stderr}`)), reject);
  });
  return { link, result };
}

/** A second process that presses Allow for the first as soon as it says that it waits. */
function secondProcess(it, given, press) {
  let pressed = null;
  const onStderr = (text) => {
    if (/Waiting for another sign-in to end/.test(text)) pressed = pressed || press();
  };
  return it.call(given, { onStderr });
}

test('equal calls at once share one sign-in and one answer', async (t) => {
  const it = await scene(t);
  const { told } = await script(
    it,
    `
    const calls = Array.from({ length: 5 }, () => tba.authenticate(${options(it, { authId: 'dev' })}));
    tell(await Promise.all(calls.map(outcome)));
  `,
  );
  // A call that came after the sign-in instead of sharing it would say "saved".
  assert.deepStrictEqual(
    told[0].map((session) => `${session.authId} ${session.source}`),
    Array(5).fill('dev generated'),
  );
  assert.strictEqual(it.requested('requesttoken').length, 1);
  assert.strictEqual(it.requested('accesstoken').length, 1);
});

test('calls that differ queue: both sign in, one after the other, on the same port', async (t) => {
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

test("one caller's abort does not end the sign-in for the others", async (t) => {
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

test('an abort ends the wait for Allow at once: cancelled, port free, nothing saved', async (t) => {
  const it = await scene(t);
  const before = it.kept();
  const answer = await it.call({ authId: 'dev', abortAfterMs: 700 }, { env: { SIMULATOR_CONSENT: 'close' } });
  assert.deepStrictEqual([answer.error.code, answer.error.exitCode], ['CANCELLED', 130]);
  assert.ok(answer.ms < 3000 && answer.exitMs < 1000, `${answer.ms} ms, ${answer.exitMs} ms after`);
  assert.deepStrictEqual(it.kept(), before);
  assert.strictEqual((await it.call({ authId: 'dev' })).session.source, 'generated');
});

test('an abort ends a request that hangs, and one given aborted does nothing at all', async (t) => {
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

test('anything like an AbortSignal will do, as Node 12 has none', async (t) => {
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

test('two processes: the second waits, says who signs in, and uses what the first saved', async (t) => {
  const it = await scene(t);
  const first = await waitingForAllow(it, { authId: 'dev' });
  const press = () => browse(first.link, { action: 'allow' });
  const second = await secondProcess(it, { authId: 'dev', port: await freePort() }, press);
  assert.strictEqual((await first.result).session.source, 'generated');
  assert.deepStrictEqual([second.session.authId, second.session.source], ['dev', 'saved']);
  assert.match(second.stderr, /Waiting for another sign-in to end \(.*process \d+\)/);
  assert.strictEqual(it.requested('requesttoken').length, 1);
});

test('two processes: waiting for the first counts towards the limit of the second', async (t) => {
  const it = await scene(t);
  const first = await waitingForAllow(it, { authId: 'one', timeoutMs: 4000 });
  const port = await freePort();
  const impatient = await it.call({ authId: 'two', port, timeoutMs: 1000 });
  assert.strictEqual(impatient.error.code, 'SIGN_IN_BUSY');
  assert.ok(impatient.ms < 2500, `${impatient.ms} ms`);
  // It waits some two seconds for the first, and has the rest of its five for itself.
  const patient = await it.call({ authId: 'two', port, timeoutMs: 5000 }, { env: NOBODY });
  assert.strictEqual(patient.error.code, 'SIGN_IN_TIMEOUT');
  assert.ok(patient.ms < 6500, `${patient.ms} ms`);
  assert.strictEqual((await first.result).error.code, 'SIGN_IN_TIMEOUT');
});

test('timeoutMs holds for a NetSuite that never answers, and says which answer is missing', async (t) => {
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

test('two processes: a token the first made for another account is never handed to the second', async (t) => {
  const it = await scene(t);
  const first = await waitingForAllow(it, { authId: 'dev' });
  const press = () => browse(first.link, { action: 'allow', account: '1234567' });
  const second = await secondProcess(it, { authId: 'dev', account: '1234567_SB1', port: await freePort() }, press);
  assert.strictEqual((await first.result).session.account, '1234567');
  assert.strictEqual(second.error.code, 'ACCOUNT_MISMATCH');
  assert.match(second.error.message, /for account 1234567 and not 1234567_SB1/);
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
    // A worker ended in the middle of a call must not take the process with it.
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

test('a worker that is terminated leaves: the port is free at once, and the next call gets its turn', async (t) => {
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

test('a call that is waited for survives a collection of garbage', async (t) => {
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
