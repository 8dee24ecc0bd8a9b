// Each fault does what its name says, for the given number of requests.
'use strict';

const assert = require('node:assert');
const { after, beforeEach, before, test } = require('node:test');
const { startSimulator } = require('..');
const { RESTLET, request, signedRequest } = require('./client');

let simulator;
let token;
before(async () => {
  simulator = await startSimulator();
  token = simulator.issueToken();
});
beforeEach(() => simulator.clearFaults());
after(() => simulator.close());

const restlet = () =>
  signedRequest('GET', `${simulator.url}${RESTLET}&service_name=WEBSITE_SERVICE`, {
    consumer: simulator.consumer,
    token,
    realm: token.account,
  });
const step1 = () =>
  signedRequest('POST', `${simulator.url}/rest/requesttoken`, {
    consumer: simulator.consumer,
    extra: { oauth_callback: 'http://localhost:7777/tba' },
  });

test('a fault ends after its count or stays on with true, and other steps are not affected', async () => {
  simulator.fault('restlet:status:503', 2);
  assert.deepStrictEqual([(await restlet()).status, (await restlet()).status, (await restlet()).status], [503, 503, 200]);
  simulator.fault('restlet', 'html');
  for (let i = 0; i < 3; i += 1) assert.match((await restlet()).text, /^<!doctype html>/);
  assert.strictEqual((await step1()).status, 200);
});

test('responses of the wrong kind', async () => {
  const expected = {
    'html-500': [500, /^<!doctype/],
    empty: [200, /^$/],
    'string-error': [400, /^\{"error":"/],
    'nested-error': [400, /^\{"error":"\{\\"code/],
    'plain-error': [400, /^error code/],
    'rate-limit': [429, /SSS_REQUEST_LIMIT_EXCEEDED/],
    concurrency: [400, /SSS_REQUEST_LIMIT_EXCEEDED/],
    whitespace: [200, /^\s+\{/],
    redirect: [302, /^$/],
    FeatureDisabled: [401, /FeatureDisabled/],
  };
  for (const [name, [status, text]] of Object.entries(expected)) {
    simulator.fault(`restlet:${name}`, 1);
    const answer = await restlet();
    assert.strictEqual(answer.status, status, name);
    assert.match(answer.text, text, name);
  }
  for (const name of ['garbage', 'backslash']) {
    simulator.fault(name, 1);
    const answer = await restlet();
    assert.throws(() => answer.json(), SyntaxError, name);
  }
});

test('bytes of the wrong kind', async () => {
  simulator.fault('bom', 1);
  assert.deepStrictEqual([...(await restlet()).bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  simulator.fault('latin1', 1);
  assert.ok((await restlet()).bytes.includes(0xc9));
});

test('responses that are cut off or never end', async () => {
  simulator.fault('truncate', 1);
  await assert.rejects(restlet(), /aborted|ECONNRESET|hang up/);
  simulator.fault('reset', 1);
  await assert.rejects(restlet(), /ECONNRESET|hang up/);
  simulator.fault('hang', 1);
  await assert.rejects(request('POST', `${simulator.url}/rest/requesttoken`, { timeout: 100 }), /timeout/);
});

test('a huge response ends when the client stops reading', async () => {
  simulator.fault('restlet:huge', 1);
  const http = require('node:http');
  const seen = await new Promise((resolve, reject) => {
    http
      .get(simulator.url + RESTLET, (response) => {
        let size = 0;
        response.on('data', (chunk) => {
          size += chunk.length;
          if (size > 5e6) {
            response.destroy();
            resolve(size);
          }
        });
      })
      .on('error', reject);
  });
  assert.ok(seen < 5.2e6);
});

test('responses of step one that a client must reject', async () => {
  simulator.fault('unconfirmed', 1);
  assert.match((await step1()).text, /oauth_callback_confirmed=false$/);
  simulator.fault('missing-secret', 1);
  assert.doesNotMatch((await step1()).text, /oauth_token_secret/);
  simulator.fault('requesttoken:UnknownIntegration', 1);
  assert.strictEqual((await step1()).json().error.code, 'UnknownIntegration');
});

test('an unknown fault is refused with the list of faults', () => {
  assert.throws(() => simulator.fault('nope', 1), /There is no fault nope of 1\.\n.*rate-limit/);
  assert.throws(() => simulator.fault('restlet:wrong-state', 1), /There is no fault/);
  assert.throws(() => simulator.fault('html', -1), /There is no fault/);
});

test('close ends hanging requests at once', async () => {
  const other = await startSimulator({ faults: { hang: true } });
  const waiting = request('POST', `${other.url}/rest/requesttoken`).catch((error) => error);
  while (!other.requests.some((entry) => entry.status)) await new Promise(setImmediate);
  const started = process.hrtime.bigint();
  await other.close();
  assert.ok((await waiting) instanceof Error);
  assert.ok(process.hrtime.bigint() - started < 500000000n);
});
