// What cannot be sent is refused before a byte is sent, and what stops half-way leaves nothing behind.
'use strict';

const assert = require('node:assert');
const { Readable } = require('node:stream');
const { test } = require('node:test');
const { scene } = require('../scene');
const { ECHO, failure, inProcess, optionsFor, signedIn } = require('./signed-in');

/** A name for each input, as the error has to tell which one it was. */
const REFUSED = {
  'a body with GET': [ECHO, { method: 'GET', body: 'x' }],
  'json with GET': [ECHO, { method: 'get', json: {} }],
  'a body with HEAD': [ECHO, { method: 'HEAD', body: 'x' }],
  Authorization: [ECHO, { headers: { authorization: 'Bearer canary-secret' } }],
  Host: [ECHO, { headers: [['Host', 'canary-secret.example']] }],
  'Content-Length': [ECHO, { headers: new Headers({ 'content-length': '1' }) }],
  'Transfer-Encoding': [ECHO, { headers: new Map([['Transfer-Encoding', 'chunked']]) }],
  'a header with a line break': [ECHO, { headers: { 'X-A': 'canary-secret\r\nX-B: 1' } }],
  'a header name with a line break': [ECHO, { headers: { 'X-A\r\nX-B': '1' } }],
  'a header beyond Latin-1': [ECHO, { headers: { 'X-A': 'canary-secret 日本' } }],
  'a header that is no text': [ECHO, { headers: { 'X-A': {} } }],
  'headers that are no pairs': [ECHO, { headers: [['X-A']] }],
  'headers that are a text': [ECHO, { headers: 'X-A: 1' }],
  'json that is a function': [ECHO, { json: () => {} }],
  'body and json': [ECHO, { body: 'x', json: {} }],
  'a stream': [ECHO, { body: Readable.from(['x']) }],
  'a web stream': [ECHO, { body: new ReadableStream() }],
  'an iterator': [ECHO, { body: (async function* () {})() }],
  'form data': [ECHO, { body: new FormData() }],
  'a blob': [ECHO, { body: new Blob(['x']) }],
  'an object as body': [ECHO, { body: { a: 1 } }],
  'a method that is none': [ECHO, { method: 'G E T' }],
  CONNECT: [ECHO, { method: 'CONNECT' }],
  'a method that is no text': [ECHO, { method: 1 }],
  'a query that is no text': [ECHO, { query: { a: {} } }],
  'no URL': [undefined, {}],
  'an empty URL': ['', {}],
  'a relative URL': ['restlet.nl?script=1', {}],
  'a URL without a scheme': ['//netsuite.example/x', {}],
};

for (const [name, [url, options]] of Object.entries(REFUSED)) {
  test(`refused before a byte is sent: ${name}`, async (t) => {
    const { simulator, session } = await signedIn(t);
    const error = await failure(session.fetch(url, options));
    assert.deepStrictEqual([error.name, error.code, error.exitCode], ['TbaError', 'REQUEST_INVALID', 2], error.message);
    assert.doesNotMatch(error.message, /canary-secret/);
    assert.strictEqual(simulator.requests.length, 0);
  });
}

test('json with a cycle or a BigInt is refused, with the reason as its cause', async (t) => {
  const { session } = await signedIn(t);
  const cycle = {};
  cycle.self = cycle;
  for (const json of [cycle, { big: 1n }]) {
    const error = await failure(session.fetch(ECHO, { json }));
    assert.strictEqual(error.code, 'REQUEST_INVALID');
    assert.ok(error.cause instanceof TypeError);
  }
});

test("an address that is not the account's is refused before a byte is sent", async (t) => {
  const { simulator, session } = await signedIn(t);
  for (const url of [
    'https://netsuite.example/x',
    'https://1234567-sb1.restlets.api.netsuite.com/x',
    'http://user:canary-secret@127.0.0.1:1/x',
    `${simulator.url.replace('127.0.0.1', 'localhost')}/x`,
    `${simulator.url.replace('http:', 'https:')}/x`,
    'file:///etc/passwd',
  ]) {
    const error = await failure(session.fetch(url));
    assert.deepStrictEqual([error.code, error.exitCode], ['HOST_REFUSED', 4], url);
    assert.doesNotMatch(error.message, /canary-secret/);
  }
  assert.strictEqual(simulator.requests.length, 0);
});

test('options that are unknown or of the wrong kind are refused', async (t) => {
  const { session } = await signedIn(t);
  for (const options of [
    null,
    'x',
    { redirect: 'follow' },
    { timeoutMs: 0 },
    { timeoutMs: 1.5 },
    { timeoutMs: Number.POSITIVE_INFINITY },
    { retries: -1 },
    { retries: 21 },
    { onRetry: 'x' },
    { signal: {} },
  ]) {
    assert.strictEqual((await failure(session.fetch(ECHO, options))).code, 'OPTION_INVALID', JSON.stringify(options));
  }
});

test('an empty body is no body', async (t) => {
  const { session } = await signedIn(t);
  for (const body of ['', new Uint8Array(0), null, undefined, new URLSearchParams()]) {
    assert.strictEqual((await (await session.fetch(ECHO, { method: 'GET', body })).json()).bytes, 0);
    assert.strictEqual((await (await session.fetch(ECHO, { method: 'POST', body })).json()).bytes, 0);
  }
});

test('lone surrogates are sent as the replacement character, and the signature holds', async (t) => {
  const { session } = await signedIn(t);
  const response = await session.fetch(`${ECHO}&a=\ud800b`, { body: 'x\udc00y', query: { c: '\ud800' } });
  const answer = await response.json();
  assert.deepStrictEqual(
    [answer.body, answer.query],
    [
      'x\ufffdy',
      [
        ['a', '\ufffdb'],
        ['c', '\ufffd'],
      ],
    ],
  );
});

test('every kind of body arrives as it is, with its type', async (t) => {
  const { simulator, session } = await signedIn(t);
  const text = 'Größe 日本 😀';
  const bytes = Buffer.from(`xx${text}x`).subarray(2, -1);
  for (const body of [
    text,
    bytes,
    new Uint8Array(bytes),
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  ]) {
    const headers = { 'Content-Type': 'text/plain' };
    assert.strictEqual((await (await session.fetch(ECHO, { body, headers })).json()).body, text);
  }
  const form = await session.fetch(ECHO, { body: new URLSearchParams({ 'a b': '1&2=ü', c: '+' }) });
  // RESTlets take no forms; that the signature is right is what counts.
  assert.strictEqual(form.status, 415);
  assert.strictEqual(simulator.requests.at(-1).signatureOk, true);
});

test('a body that is too large is refused without being copied', async (t) => {
  const { session } = await signedIn(t);
  let body;
  try {
    body = Buffer.allocUnsafeSlow(2 ** 31 + 1);
  } catch {
    t.skip('this Node has no buffers of 2 GiB');
    return;
  }
  const before = process.memoryUsage.rss();
  const error = await failure(session.fetch(ECHO, { body }));
  assert.strictEqual(error.code, 'REQUEST_INVALID');
  assert.ok(process.memoryUsage.rss() - before < 200e6);
});

test('a signal that is aborted before, during and after the call', async (t) => {
  const { simulator, session } = await signedIn(t);
  const why = new Error('enough');
  const before = await failure(session.fetch(ECHO, { signal: AbortSignal.abort(why) }));
  assert.deepStrictEqual([before.code, before.exitCode, before.cause], ['CANCELLED', 130, why]);
  assert.strictEqual(simulator.requests.length, 0);
  simulator.fault('restlet:hang', 1);
  const during = new AbortController();
  const hanging = failure(session.fetch(ECHO, { signal: during.signal, json: { id: 1 } }));
  while (!simulator.requests.some(({ status }) => status)) await new Promise(setImmediate);
  const started = Date.now();
  during.abort(why);
  const error = await hanging;
  assert.deepStrictEqual([error.code, error.cause], ['CANCELLED', why]);
  assert.match(error.message, /NetSuite may have run it/);
  assert.ok(Date.now() - started < 500);
  simulator.fault('restlet:rate-limit', 1);
  const pausing = new AbortController();
  const paused = failure(session.fetch(ECHO, { signal: pausing.signal, onRetry: () => setImmediate(() => pausing.abort()) }));
  assert.strictEqual((await paused).code, 'CANCELLED');
  const after = new AbortController();
  assert.strictEqual((await session.fetch(ECHO, { signal: after.signal })).status, 200);
  after.abort();
  assert.strictEqual((await session.fetch(ECHO)).status, 200);
});

test('an error of onRetry stops the call and is its error', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:concurrency', true);
  const mine = new RangeError('mine');
  const error = await failure(
    session.fetch(ECHO, {
      onRetry() {
        throw mine;
      },
    }),
  );
  assert.strictEqual(error, mine);
  assert.strictEqual(simulator.requests.length, 1);
});

test('1,000 calls at once are answered once each, five at a time', async (t) => {
  const { simulator, session } = await signedIn(t);
  const all = await Promise.all(Array.from({ length: 1000 }, (_, id) => session.fetch(ECHO, { json: { id } })));
  assert.ok(all.every(({ status, attempts }) => status === 200 && attempts === 1));
  assert.strictEqual(new Set(simulator.executed.map(({ id }) => id)).size, 1000);
  assert.ok(simulator.mostUnderWay <= 5);
});

test('a call made while the process exits does not hold it up', async (t) => {
  const it = await scene(t);
  const token = it.simulator.issueToken();
  it.simulator.fault('restlet:hang', true);
  const done = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, options) => {
      const session = await authenticate(options);
      process.prependListener('exit', () => {
        session.fetch(ECHO).catch(() => {});
        tell('exiting');
      });
      session.fetch(ECHO).catch(() => {});
      setTimeout(() => process.exit(7), 200);
    },
    optionsFor(it.simulator, token),
  );
  assert.deepStrictEqual([done.code, done.signal, done.told], [7, null, ['exiting']]);
  assert.ok(done.ms < 5000);
});
