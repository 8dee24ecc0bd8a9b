// Signed requests: REST web services, the concurrency limit, compressed and redirected responses.
'use strict';

const assert = require('node:assert');
const { afterEach, beforeEach, test } = require('node:test');
const zlib = require('node:zlib');
const { startSimulator } = require('..');
const { request, signedRequest } = require('./client');

const ECHO = '/app/site/hosting/restlet.nl?script=customscript_simulator_echo&deploy=customdeploy_simulator_echo';
const CUSTOMERS = '/services/rest/record/v1/customer';
const SUITEQL = '/services/rest/query/v1/suiteql';

let simulator;
let token;
beforeEach(async () => {
  simulator = await startSimulator();
  token = simulator.issueToken({ account: '1234567_SB1' });
});
afterEach(() => simulator.close());

const call = (method, path, options = {}) =>
  signedRequest(method, path.startsWith('http') ? path : simulator.url + path, {
    consumer: simulator.consumer,
    token,
    realm: token.account,
    ...options,
  });
const codeOf = (answer) => answer.json()['o:errorDetails'][0]['o:errorCode'];

test('the echo RESTlet returns what it received, for every method', async () => {
  for (const method of ['POST', 'PUT']) {
    const answer = await call(method, `${ECHO}&x=1`, { json: { id: 7, name: 'Größe' } });
    assert.deepStrictEqual(answer.json(), {
      method,
      id: '7',
      query: [['x', '1']],
      bytes: 25,
      body: { id: 7, name: 'Größe' },
      account: '1234567_SB1',
    });
  }
  for (const method of ['GET', 'DELETE']) assert.strictEqual((await call(method, `${ECHO}&id=8`)).json().id, '8');
  assert.strictEqual((await call('POST', ECHO, { body: 'plain', headers: { 'content-type': 'text/plain' } })).json().body, 'plain');
  assert.deepStrictEqual(
    simulator.executed.map(({ method, id }) => [method, id]),
    [
      ['POST', '7'],
      ['PUT', '7'],
      ['GET', '8'],
      ['DELETE', '8'],
      ['POST', null],
    ],
  );
});

test('records are created, read, changed and deleted', async () => {
  const created = await call('POST', CUSTOMERS, { json: { companyName: 'New' } });
  assert.strictEqual(created.status, 204);
  assert.strictEqual(created.text, '');
  const { location } = created.headers;
  assert.match(location, /\/services\/rest\/record\/v1\/customer\/\d+$/);
  assert.strictEqual((await call('GET', location)).json().companyName, 'New');
  assert.strictEqual((await call('PATCH', location, { json: { companyName: 'Newer' } })).status, 204);
  assert.strictEqual((await call('GET', location)).json().companyName, 'Newer');
  assert.strictEqual((await call('DELETE', location)).status, 204);
  assert.strictEqual(codeOf(await call('GET', location)), 'NONEXISTENT_ID');
});

async function allPages(first, follow) {
  const items = [];
  let pages = 0;
  for (let url = first; url; pages += 1) {
    const body = (await follow(url)).json();
    items.push(...body.items);
    url = (body.links.find(({ rel }) => rel === 'next') || {}).href;
  }
  return { items, pages };
}

test('lists and queries have pages that link to the next one', async () => {
  const records = await allPages(`${CUSTOMERS}?limit=10`, (url) => call('GET', url));
  assert.deepStrictEqual([records.items.length, records.pages], [23, 3]);
  const rows = await allPages(`${SUITEQL}?limit=5`, (url) =>
    call('POST', url, { json: { q: 'SELECT id, companyName FROM customer' }, headers: { prefer: 'transient' } }),
  );
  assert.deepStrictEqual([rows.items.length, rows.pages], [23, 5]);
  assert.deepStrictEqual(Object.keys(rows.items[0]).sort(), ['companyname', 'id', 'links']);
});

test('REST web services send errors in their own format', async () => {
  assert.strictEqual(codeOf(await call('GET', `${CUSTOMERS}?limit=0`)), 'INVALID_PARAMETER');
  assert.strictEqual(codeOf(await call('GET', `${CUSTOMERS}?limit=10&offset=5`)), 'INVALID_PARAMETER');
  assert.strictEqual(codeOf(await call('GET', '/services/rest/record/v1/nothing')), 'NONEXISTENT_RECORD_TYPE');
  assert.strictEqual(codeOf(await call('POST', CUSTOMERS, { body: '[1' })), 'INVALID_CONTENT');
  assert.strictEqual(codeOf(await call('POST', SUITEQL, { json: { q: 'SELECT id FROM customer' } })), 'INVALID_HEADER');
  assert.strictEqual(
    codeOf(await call('POST', SUITEQL, { json: { q: 'DROP TABLE customer' }, headers: { prefer: 'transient' } })),
    'INVALID_PARAMETER',
  );
  simulator.revoke(token.tokenId);
  const refused = await call('GET', CUSTOMERS);
  assert.strictEqual(refused.status, 401);
  assert.strictEqual(codeOf(refused), 'INVALID_LOGIN');
});

test('requests over the limit are answered as busy and are not executed', async () => {
  simulator.concurrency = 3;
  simulator.delayMs = 50;
  const answers = await Promise.all(Array.from({ length: 9 }, (_, id) => call('POST', ECHO, { json: { id } })));
  const busy = answers.filter(({ status }) => status === 400);
  assert.strictEqual(busy.length, 6);
  for (const { text } of busy) assert.match(text, /"code" ?: ?"SSS_REQUEST_LIMIT_EXCEEDED"/);
  assert.strictEqual(new Set(busy.map(({ text }) => text)).size, 3, 'all three shapes');
  assert.strictEqual(simulator.executed.length, 3);
  assert.strictEqual(simulator.mostUnderWay, 3);
  assert.strictEqual((await call('POST', ECHO, { json: {} })).status, 200, 'the places are free again');
});

test('each service has its own response for "busy"', async () => {
  simulator.concurrency = 1;
  simulator.fault('restlet:slow:300', 1);
  const first = call('GET', ECHO);
  while (!simulator.mostUnderWay) await new Promise(setImmediate);
  const service = await call('GET', CUSTOMERS);
  assert.strictEqual(service.status, 429);
  assert.strictEqual(codeOf(service), 'CONCURRENCY_LIMIT_EXCEEDED');
  const plain = await call('GET', ECHO, { headers: { 'content-type': undefined } });
  assert.strictEqual(plain.status, 400);
  assert.match(plain.text, /^error code: SSS_REQUEST_LIMIT_EXCEEDED\n/);
  assert.strictEqual((await first).status, 200);
});

test('a token is revoked after the given number of requests', async () => {
  simulator.revokeAfter(token.tokenId, 2);
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await call('GET', ECHO)).status);
  assert.deepStrictEqual(statuses, [200, 200, 401]);
});

test('a connection can be reset before or after the request is executed', async () => {
  simulator.fault('restlet:reset-before', 1);
  await assert.rejects(call('POST', ECHO, { json: { id: 1 } }), /ECONNRESET|hang up/);
  assert.strictEqual(simulator.executed.length, 0);
  simulator.fault('restlet:reset', 1);
  await assert.rejects(call('POST', ECHO, { json: { id: 2 } }), /ECONNRESET|hang up/);
  assert.deepStrictEqual(
    simulator.executed.map(({ id }) => id),
    ['2'],
  );
  assert.deepStrictEqual(
    simulator.requests.map(({ ran }) => ran),
    [false, true],
  );
});

test('responses are compressed only for clients that accept it', async () => {
  for (const [fault, encoding, decode] of [
    ['gzip', 'gzip', zlib.gunzipSync],
    ['brotli', 'br', zlib.brotliDecompressSync],
  ]) {
    simulator.fault(`restlet:${fault}`, 2);
    const answer = await call('GET', `${ECHO}&x=1`, { headers: { 'accept-encoding': `deflate, ${encoding};q=0.9` } });
    assert.strictEqual(answer.headers['content-encoding'], encoding);
    assert.deepStrictEqual(JSON.parse(decode(answer.bytes)).query, [['x', '1']]);
    assert.deepStrictEqual((await call('GET', `${ECHO}&x=1`)).json().query, [['x', '1']]);
  }
});

test('redirects lead to the same or another host, and nothing is executed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    simulator.fault(`restlet:redirect:${status}`, 1);
    const answer = await call('GET', `${ECHO}&x=1`);
    assert.strictEqual(answer.status, status);
    assert.strictEqual(answer.headers.location, `${simulator.url}${ECHO}&x=1&moved=1`);
  }
  simulator.fault('restlet:redirect-foreign', 1);
  assert.match((await call('GET', ECHO)).headers.location, /^https:\/\/netsuite\.example\//);
  assert.strictEqual(simulator.executed.length, 0);
});

test('a response can be delayed', async () => {
  simulator.fault('restlet:slow:150', 1);
  const started = Date.now();
  assert.strictEqual((await call('GET', ECHO)).status, 200);
  assert.ok(Date.now() - started >= 145);
  simulator.fault('restlet:unavailable', 1);
  const busy = await request('GET', simulator.url + ECHO);
  assert.strictEqual(busy.status, 503);
  assert.strictEqual(busy.headers['retry-after'], '1');
});
