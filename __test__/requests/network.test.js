// The way to NetSuite: proxies, certificates, kept connections, compressed answers, and what a trace tells.
'use strict';

const assert = require('node:assert');
const net = require('node:net');
const { test } = require('node:test');
const { authenticate } = require('../..');
const { without } = require('../parts');
const { freePort, scene } = require('../scene');
const { ECHO, failure, inProcess, optionsFor, signedIn } = require('./signed-in');

const skip = without('openssl');
const HOST = '1234567-sb1.restlets.api.netsuite.com';

/** Three requests to the three hosts of an account. */
async function threeHosts({ authenticate, tell, codeOf, ECHO }, options) {
  const session = await authenticate(options);
  for (const url of [ECHO, '/services/rest/record/v1/customer?limit=1', `${session.baseUrl}${ECHO}`, '/app/nothing']) {
    tell(await session.fetch(url, { retries: 1 }).then(({ status }) => status, codeOf));
  }
}

async function through(t, settings, env) {
  const it = await scene(t, { simulator: { proxy: settings } });
  const token = it.simulator.issueToken({ account: '1234567_SB1' });
  const { url, caFile } = it.simulator.proxy;
  const done = await inProcess(
    it,
    threeHosts,
    { ...optionsFor(it.simulator, token), vm: undefined },
    { env: { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: caFile, ...env } },
  );
  return Object.assign(done, { it });
}

test('requests go through a proxy with credentials that inspects TLS under its own root', { skip }, async (t) => {
  const { told, it } = await through(t, { credentials: 'robin:pass word' });
  assert.deepStrictEqual(told, [200, 200, 200, 404]);
  const { connects } = it.simulator.proxy;
  assert.deepStrictEqual(
    connects.map(({ target }) => target),
    [`${HOST}:443`, '1234567-sb1.suitetalk.api.netsuite.com:443', '1234567-sb1.app.netsuite.com:443'],
    'one connection per host',
  );
  for (const { headers } of connects) assert.ok(!headers.includes('authorization'));
});

test('a root that is not trusted, a wrong password and a wrong certificate are told apart, and nothing is sent', { skip }, async (t) => {
  const untrusted = await through(t, true, { NODE_EXTRA_CA_CERTS: '' });
  assert.deepStrictEqual(new Set(untrusted.told), new Set(['CERTIFICATE_INVALID']));
  const expired = await through(t, { certificate: 'expired' });
  assert.deepStrictEqual(new Set(expired.told), new Set(['CERTIFICATE_INVALID']));
  const wrong = await scene(t, { simulator: { proxy: { credentials: 'robin:canary-right' } } });
  const token = wrong.simulator.issueToken({ account: '1234567_SB1' });
  const env = { HTTPS_PROXY: wrong.simulator.proxy.url.replace('right', 'wrong'), NODE_EXTRA_CA_CERTS: wrong.simulator.proxy.caFile };
  const refused = await inProcess(wrong, threeHosts, { ...optionsFor(wrong.simulator, token), vm: undefined }, { env });
  assert.deepStrictEqual(new Set(refused.told), new Set(['PROXY_REFUSED']));
  assert.doesNotMatch(refused.stderr, /canary/);
  for (const it of [untrusted.it, expired.it, wrong]) assert.strictEqual(it.simulator.requests.length, 0);
});

test('connections are kept for the next request, and the process ends at once after the last answer', async (t) => {
  const it = await scene(t);
  const token = it.simulator.issueToken();
  // A relay that counts connections.
  let connections = 0;
  const port = await freePort();
  const relay = net.createServer((socket) => {
    connections += 1;
    const on = net.connect(it.simulator.port);
    for (const end of [socket, on]) end.on('error', () => {});
    socket.pipe(on).pipe(socket);
  });
  await new Promise((resolve) => relay.listen(port, '127.0.0.1', resolve));
  t.after(() => relay.close());
  const done = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, options) => {
      const session = await authenticate(options);
      for (let id = 0; id < 20; id += 1) await session.fetch(ECHO, { json: { id } });
      tell(Date.now());
    },
    { ...optionsFor(it.simulator, token), vm: `http://127.0.0.1:${port}` },
  );
  assert.strictEqual(connections, 1);
  assert.ok(done.endedAt - done.told[0] < 1000, `${done.endedAt - done.told[0]} ms`);
  assert.ok(done.toldAt - done.told[0] < 200, `${done.toldAt - done.told[0]} ms until nothing kept it alive`);
});

for (const [fault, encoding] of [
  ['gzip', 'gzip'],
  ['brotli', 'br'],
]) {
  test(`an answer in ${fault} is decoded`, async (t) => {
    const { simulator, session } = await signedIn(t);
    simulator.fault(`restlet:${fault}`, 1);
    const body = 'Größe 日本 '.repeat(1000);
    const response = await session.fetch(ECHO, { json: { body } });
    assert.strictEqual((await response.json()).body.body, body);
    assert.strictEqual(response.headers.get('content-encoding'), null, encoding);
  });
}

for (const fault of ['huge', 'bomb']) {
  test(`an answer of more than 100 MiB is an error and not held in memory (${fault})`, async (t) => {
    const { simulator, session } = await signedIn(t);
    simulator.fault(`restlet:${fault}`, 1);
    const error = await failure(session.fetch(ECHO));
    assert.deepStrictEqual([error.code, error.exitCode], ['ANSWER_TOO_LARGE', 4]);
    assert.strictEqual(simulator.requests.length, 1);
  });
}

test('the trace tells method, host, path, status, time and attempt, and nothing of query, headers and bodies', async (t) => {
  const it = await scene(t);
  const token = it.simulator.issueToken();
  it.simulator.fault('restlet:concurrency', 1);
  const { stderr } = await inProcess(
    it,
    async ({ authenticate, ECHO }, options) => {
      const session = await authenticate(options);
      await session.fetch(`${ECHO}&key=canary-query`, { json: { secret: 'canary-body' }, headers: { 'X-Key': 'canary-header' } });
    },
    optionsFor(it.simulator, token),
    { env: { NETSUITE_TBA_DEBUG: '1' } },
  );
  assert.match(stderr, /POST 127\.0\.0\.1\/app\/site\/hosting\/restlet\.nl: 400 after \d+ ms, attempt 1/);
  assert.match(stderr, /POST 127\.0\.0\.1\/app\/site\/hosting\/restlet\.nl: 200 after \d+ ms, attempt 2/);
  assert.doesNotMatch(stderr, /canary/);
  for (const secret of [token.tokenSecret, token.tokenId, 'oauth_signature']) assert.ok(!stderr.includes(secret));
});

test('sessions of one account share its limit', async (t) => {
  const { simulator, token, session } = await signedIn(t, { concurrency: 2 });
  simulator.delayMs = 20;
  const other = await authenticate({ ...optionsFor(simulator, token), concurrency: 2 });
  await Promise.all(Array.from({ length: 20 }, (_, id) => (id % 2 ? session : other).fetch(ECHO, { json: { id } })));
  assert.strictEqual(simulator.mostUnderWay, 2);
});

test('NETSUITE_TBA_CONCURRENCY sets how many requests are under way at once', async (t) => {
  const it = await scene(t, { simulator: { delayMs: 20 } });
  const options = optionsFor(it.simulator, it.simulator.issueToken());
  const many = async ({ authenticate, tell, codeOf, ECHO }, given) => {
    const session = await authenticate(given);
    const all = Array.from({ length: 20 }, (_, id) => session.fetch(ECHO, { json: { id } }));
    tell(await Promise.all(all).then(() => 'done', codeOf));
  };
  assert.deepStrictEqual((await inProcess(it, many, options, { env: { NETSUITE_TBA_CONCURRENCY: '9' } })).told, ['done']);
  assert.strictEqual(it.simulator.mostUnderWay, 9);
  const wrong = await inProcess(it, many, options, { env: { NETSUITE_TBA_CONCURRENCY: 'many' } });
  assert.deepStrictEqual(wrong.told, ['OPTION_INVALID']);
});
