// The rules of sending: what is sent again, what is not, and what each outcome means.
'use strict';

const assert = require('node:assert');
const net = require('node:net');
const { test } = require('node:test');
const { authenticate } = require('../..');
const { freePort, scene } = require('../scene');
const { ECHO, failure, inProcess, optionsFor, signedIn } = require('./signed-in');

const ids = (simulator) => simulator.executed.map(({ id }) => id);

for (const fault of ['concurrency', 'concurrency-spaced', 'concurrency-localised', 'rate-limit', 'unavailable']) {
  test(`a busy answer (${fault}) is waited for and sent again, signed anew, whatever the method`, async (t) => {
    const { simulator, session } = await signedIn(t);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      simulator.fault(`restlet:${fault}`, 1);
      const body = method === 'POST' || method === 'PUT' ? { json: { id: method } } : { query: { id: method } };
      const events = [];
      const response = await session.fetch(ECHO, { method, ...body, onRetry: (event) => events.push(event) });
      assert.deepStrictEqual([response.status, response.attempts], [200, 2]);
      assert.deepStrictEqual([events.length, events[0].attempt, events[0].reason], [1, 1, 'busy']);
      assert.ok([400, 429, 503].includes(events[0].status));
      const longest = fault === 'rate-limit' || fault === 'unavailable' ? [1000, 1000] : [0, 1000];
      assert.ok(events[0].waitMs >= longest[0] && events[0].waitMs <= longest[1], String(events[0].waitMs));
    }
    assert.deepStrictEqual(ids(simulator), ['GET', 'POST', 'PUT', 'DELETE']);
    const nonces = simulator.requests.map(({ oauth }) => oauth.oauth_nonce);
    assert.strictEqual(new Set(nonces).size, 8);
  });
}

test('an account that stays busy gives its last answer to the caller', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:concurrency', true);
  const response = await session.fetch(ECHO, { json: { id: 1 }, retries: 1 });
  assert.deepStrictEqual([response.status, response.attempts], [400, 2]);
  assert.strictEqual((await response.json()).error.code, 'SSS_REQUEST_LIMIT_EXCEEDED');
  const once = await session.fetch(ECHO, { json: { id: 1 }, retries: 0 });
  assert.deepStrictEqual([once.status, once.attempts], [400, 1]);
  assert.deepStrictEqual(ids(simulator), []);
});

test('a busy account is not waited for longer than the call may take', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:rate-limit', true);
  const started = Date.now();
  const response = await session.fetch(ECHO, { timeoutMs: 900 });
  assert.deepStrictEqual([response.status, response.attempts], [429, 1]);
  assert.ok(Date.now() - started < 900);
});

test('a busy REST web service is recognised by its status', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('record:status:429', 1);
  const response = await session.fetch('/services/rest/record/v1/customer', { query: { limit: 1 } });
  assert.deepStrictEqual([response.status, response.attempts], [200, 2]);
});

test('a request that was not written is sent again, whatever the method', async (t) => {
  const { simulator, token } = await signedIn(t);
  const port = await freePort();
  const options = { ...optionsFor(simulator, token), vm: `http://127.0.0.1:${port}` };
  const session = await authenticate(options);
  const gone = await failure(session.fetch(ECHO, { json: {}, retries: 0 }));
  assert.strictEqual(gone.code, 'NETWORK_UNREACHABLE');
  const events = [];
  // The server is there from the second attempt on.
  const onRetry = (event) => {
    if (events.push(event) > 1) return;
    const relay = net.createServer((socket) => socket.pipe(net.connect(simulator.port)).pipe(socket)).listen(port, '127.0.0.1');
    t.after(() => relay.close());
  };
  const response = await session.fetch(ECHO, { json: { id: 1 }, onRetry });
  assert.strictEqual(response.status, 200);
  assert.deepStrictEqual([events[0].reason, events[0].status, events[0].attempt], ['network', undefined, 1]);
  assert.deepStrictEqual(ids(simulator), ['1']);
});

for (const [fault, ran] of [
  ['reset-before', false],
  ['reset', true],
  ['truncate', true],
]) {
  test(`a lost answer (${fault}) is asked for again with GET, and is an error with other methods`, async (t) => {
    const { simulator, session } = await signedIn(t);
    simulator.fault(`restlet:${fault}`, 1);
    const read = await session.fetch(ECHO, { query: { id: 'read' } });
    assert.deepStrictEqual([read.status, read.attempts], [200, 2]);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      simulator.fault(`restlet:${fault}`, 1);
      const before = simulator.requests.length;
      const error = await failure(session.fetch(ECHO, { method, query: { id: method } }));
      assert.deepStrictEqual([error.code, error.exitCode], ['ANSWER_LOST', 4]);
      assert.match(error.message, /NetSuite may have run it/);
      assert.strictEqual(simulator.requests.length, before + 1, 'sent once');
      assert.strictEqual(ids(simulator).includes(method), ran);
    }
  });
}

test('silence ends with the time of the call, as an error that tells whether NetSuite may have run it', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:hang', true);
  const started = Date.now();
  const read = await failure(session.fetch(ECHO, { timeoutMs: 400 }));
  assert.strictEqual(read.code, 'NETWORK_TIMEOUT');
  assert.match(read.message, /within 0\.4 seconds/);
  assert.strictEqual((await failure(session.fetch(ECHO, { json: {}, timeoutMs: 400 }))).code, 'ANSWER_LOST');
  assert.ok(Date.now() - started < 2000);
});

test('waiting for a turn counts towards the time of the call', async (t) => {
  const { simulator, session } = await signedIn(t, { concurrency: 1 });
  simulator.fault('restlet:slow:600', 1);
  const slow = session.fetch(ECHO);
  const error = await failure(session.fetch(ECHO, { json: { id: 'late' }, timeoutMs: 200 }));
  assert.strictEqual(error.code, 'NETWORK_TIMEOUT');
  assert.match(error.message, /did not get its turn/);
  assert.strictEqual((await slow).status, 200);
  assert.ok(!ids(simulator).includes('late'));
});

test('any other status is the answer', async (t) => {
  const { simulator, session } = await signedIn(t);
  for (const status of [403, 404, 409, 500, 502, 504]) {
    simulator.fault(`restlet:status:${status}`, 1);
    const response = await session.fetch(ECHO, { json: {} });
    assert.deepStrictEqual([response.status, response.ok, response.attempts], [status, false, 1]);
  }
});

for (const [method, status, becomes] of [
  ['GET', 301, 'GET'],
  ['GET', 307, 'GET'],
  ['POST', 307, 'POST'],
  ['POST', 308, 'POST'],
  ['POST', 302, 'GET'],
  ['PUT', 303, 'GET'],
]) {
  test(`a ${status} to the account's own host is followed and signed anew: ${method} becomes ${becomes}`, async (t) => {
    const { simulator, session } = await signedIn(t);
    simulator.fault(`restlet:redirect:${status}`, 1);
    const response = await session.fetch(`${ECHO}&id=1`, method === 'GET' ? {} : { method, body: 'kept' });
    const answer = await response.json();
    assert.deepStrictEqual([response.status, response.redirected, answer.method], [200, true, becomes]);
    assert.strictEqual(answer.body, becomes === 'GET' ? null : 'kept');
    assert.match(response.url, /&moved=1$/);
    assert.ok(simulator.requests.every(({ signatureOk }) => signatureOk));
  });
}

test('a redirect to another host is not followed', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:redirect-foreign', 1);
  const response = await session.fetch(ECHO);
  assert.deepStrictEqual([response.status, response.redirected, response.attempts], [302, false, 1]);
});

test('redirects that lead in a circle end', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:redirect:307', true);
  const response = await session.fetch(ECHO);
  assert.deepStrictEqual([response.status, response.attempts], [307, 6]);
});

test('a wrong clock is corrected once by the date of the answer, said aloud, and kept for this process', async (t) => {
  const it = await scene(t, { simulator: { clockOffsetMs: -15 * 60 * 1000 } });
  const token = it.simulator.issueToken({ account: '1234567_SB1' });
  const { told, stderr } = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, options) => {
      const session = await authenticate(options);
      const onRetry = ({ reason, status, waitMs }) => tell([reason, status, waitMs]);
      const many = await Promise.all([1, 2, 3].map((id) => session.fetch(ECHO, { json: { id }, onRetry })));
      tell(many.map(({ status }) => status));
      const later = await session.fetch(ECHO);
      tell([later.status, later.attempts]);
    },
    optionsFor(it.simulator, token),
  );
  const later = told.pop();
  assert.deepStrictEqual(later, [200, 1], 'the correction lasts');
  assert.deepStrictEqual(told.pop(), [200, 200, 200]);
  assert.deepStrictEqual(new Set(told.map(String)), new Set(['clock,401,0']));
  assert.strictEqual(stderr.match(/15 minutes ahead of NetSuite's; this process corrects for it/g).length, 1);
  assert.deepStrictEqual(ids(it.simulator).slice(0, 3).sort(), ['1', '2', '3']);
});

test('a clock that is off again after it was corrected is explained, and nothing is sent a third time', async (t) => {
  const settings = { clockOffsetMs: -15 * 60 * 1000 };
  const it = await scene(t, { simulator: { ...settings, onRequest: ({ ran }) => ran && moveClock() } });
  const moveClock = () => {
    it.simulator.clockOffsetMs = -60 * 60 * 1000;
  };
  const token = it.simulator.issueToken({ account: '1234567_SB1' });
  const { told } = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, options) => {
      const session = await authenticate(options);
      tell((await session.fetch(ECHO)).status);
      await session.fetch(ECHO, { json: {} }).catch(({ code, message }) => tell([code, message]));
    },
    optionsFor(it.simulator, token),
  );
  assert.strictEqual(told[0], 200);
  assert.strictEqual(told[1][0], 'INVALID_TIMESTAMP');
  assert.match(told[1][1], /The clock of this machine is 45 minutes ahead of NetSuite's/);
  assert.strictEqual(it.simulator.requests.length, 3);
});
