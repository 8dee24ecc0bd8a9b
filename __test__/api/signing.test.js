// Checks the signatures of a session with the simulator and by direct calculation.
'use strict';

const assert = require('node:assert');
const { createHmac } = require('node:crypto');
const http = require('node:http');
const { test } = require('node:test');
const { authenticate, signRequest, TbaError } = require('../..');
const { scene } = require('../scene');
const vectors = require('../vectors/published.json');

const SCRIPT = '/app/site/hosting/restlet.nl?script=customscript_ns_sc_ext_mech_restlets&deploy=customdeploy_ns_sc_ext_mech_restlets';

function send(method, url, authorization) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method, agent: false, headers: { authorization, 'content-type': 'application/json' } },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      },
    );
    request.on('error', reject).end();
  });
}

/** A session in this process, for a new token. */
async function session(it, account = '1234567_SB1') {
  const { tokenId, tokenSecret } = it.simulator.issueToken({ account });
  const { key, secret } = it.simulator.consumer;
  return authenticate({
    token: `${tokenId}:${tokenSecret}`,
    account,
    vm: it.simulator.url,
    consumerKey: key,
    consumerSecret: secret,
    home: it.vault,
    argv: [],
  });
}

test('the signature of every URL that the Commerce tools use passes the check of NetSuite', async (t) => {
  const it = await scene(t);
  const signed = await session(it);
  const queries = [
    '',
    '&service_name=WEBSITE_SERVICE',
    '&name=a%20b',
    '&name=a+b',
    '&x=%E2%82%AC&x=1&x=&a',
    '&q=%2B%26%3D',
    '&t=1&t=1',
    "&name=(!*'~)",
    '&a[]=1&a[]=2',
  ];
  for (const query of queries) {
    const url = `${signed.baseUrl}${SCRIPT}${query}`;
    await send('GET', url, signed.authorize('GET', url));
    const last = it.simulator.requests[it.simulator.requests.length - 1];
    assert.strictEqual(last.signatureOk, true, `${query}: ${last.reason}`);
  }
  const url = `${signed.baseUrl}${SCRIPT}`;
  await send('GET', `${url}&more=1`, signed.authorize('GET', url));
  assert.strictEqual(it.simulator.requests[it.simulator.requests.length - 1].signatureOk, false, 'an unsigned query is detected');
});

test('a header works for only one request', async (t) => {
  const it = await scene(t);
  const signed = await session(it);
  const url = `${signed.baseUrl}${SCRIPT}&service_name=WEBSITE_SERVICE&method=GET`;
  const header = signed.authorize('GET', url);
  assert.strictEqual(await send('GET', url, header), 200);
  assert.strictEqual(await send('GET', url, header), 401);
  assert.notStrictEqual(signed.authorize('GET', url), header);
});

test('the realm comes first in a header and is the canonical account ID, not encoded', async (t) => {
  const it = await scene(t);
  const signed = await session(it);
  assert.match(signed.authorize('POST', 'https://1234567-sb1.restlets.api.netsuite.com/x'), /^OAuth realm="1234567_SB1", /);
});

test('a form body is signed, and a URL may be an object', async (t) => {
  const it = await scene(t);
  const signed = await session(it);
  assert.match(signed.authorize('POST', new URL('https://h.example/x?a=1'), [['b', '2']]), /^OAuth /);
  for (const wrong of [
    ['GET', 'not a url'],
    ['GET', 'ftp://h/'],
    ['', 'https://h/'],
    ['GET\r\nX: y', 'https://h/'],
  ]) {
    assert.throws(
      () => signed.authorize(...wrong),
      (error) => error.code === 'REQUEST_INVALID' && error.exitCode === 2,
      wrong.join(),
    );
  }
});

test('a token passport contains account, key, token, nonce and timestamp, signed as Oracle documents', async (t) => {
  const it = await scene(t);
  const signed = await session(it);
  const { account, consumerKey, token, nonce, timestamp, signature, algorithm } = signed.tokenPassport();
  const secret = it.simulator.tokens.get(token).tokenSecret;
  const base = [account, consumerKey, token, nonce, timestamp].join('&');
  assert.strictEqual(signature, createHmac('sha256', `${it.simulator.consumer.secret}&${secret}`).update(base).digest('base64'));
  assert.deepStrictEqual([account, consumerKey, algorithm], ['1234567_SB1', it.simulator.consumer.key, 'HMAC-SHA256']);
  assert.match(nonce, /^[A-Za-z0-9]{20}$/);
});

test("the formula above gives the signature of Oracle's published passport, with the account it was signed for", () => {
  const vector = vectors.find((each) => each.name === 'netsuite-soap-tokenpassport-real-account');
  const sign = (account) =>
    createHmac('sha256', `${vector.consumer_secret}&${vector.token_secret}`)
      .update([account, vector.consumer_key, vector.token, vector.nonce, vector.timestamp].join('&'))
      .digest('base64');
  assert.strictEqual(sign(vector.realm), vector.signature);
  const printed = vectors.find((each) => each.name === 'netsuite-soap-tokenpassport-as-printed');
  assert.notStrictEqual(sign(printed.realm), printed.signature, 'Oracle edited the account afterwards');
});

test('signRequest throws for unknown names and for values of the wrong type', () => {
  const request = { method: 'GET', url: 'https://h.example/' };
  const credentials = { consumerKey: 'k', consumerSecret: 's', tokenId: 't', tokenSecret: 'u' };
  const wrong = {
    form: [[Object.assign({ form: { a: 'b' } }, request), credentials]],
    parameters: [
      [Object.assign({ parameters: [['a', 1]] }, request), credentials],
      [Object.assign({ parameters: [['a']] }, request), credentials],
    ],
    params: [[Object.assign({ params: [['a', 'b']] }, request), credentials]],
    url: [
      [{ method: 'GET' }, credentials],
      [{ method: 'GET', url: 5 }, credentials],
      [undefined, undefined],
    ],
    method: [
      [{ method: 5, url: request.url }, credentials],
      [null, credentials],
    ],
    token: [[request, Object.assign({ token: 't' }, credentials)]],
    consumerSecret: [
      [request, { consumerKey: 'k' }],
      [request, { consumerKey: 'k', consumerSecret: 5 }],
    ],
    tokenSecret: [[request, Object.assign({}, credentials, { tokenId: undefined })]],
    realm: [[request, Object.assign({ realm: 1234567 }, credentials)]],
    nonce: [[request, credentials, { nonce: 5 }]],
    timestamp: [
      [request, credentials, { timestamp: '1' }],
      [request, credentials, { timestamp: 1.5 }],
    ],
  };
  for (const [name, calls] of Object.entries(wrong)) {
    for (const call of calls) {
      const refused = (error) =>
        error instanceof TbaError && error.code === 'OPTION_INVALID' && new RegExp(`\\b${name}\\b`).test(error.message);
      assert.throws(() => signRequest(...call), refused, `${name}: ${JSON.stringify(call)}`);
    }
  }
  assert.ok(signRequest(Object.assign({ form: null, parameters: undefined }, request), credentials, null).header);
});

test('names that others put on Object.prototype sign nothing', (t) => {
  const { signRequest } = require('../..');
  const names = {
    tokenId: 'canary',
    tokenSecret: 'canary',
    realm: 'canary',
    parameters: [['canary', '1']],
    form: [['canary', '1']],
    nonce: 'canary',
    timestamp: 1,
  };
  t.after(() => {
    for (const name of Object.keys(names)) {
      delete Object.prototype[name];
    }
  });
  const request = { method: 'GET', url: 'https://1234567.restlets.api.netsuite.com/x?a=1' };
  const consumer = { consumerKey: 'key', consumerSecret: 'secret' };
  const fixed = { nonce: 'abcdefgh', timestamp: 1700000000 };
  const before = signRequest(request, consumer, fixed);
  Object.assign(Object.prototype, names);
  assert.deepStrictEqual({ ...signRequest(request, consumer, fixed) }, { ...before });
  assert.doesNotMatch(signRequest(request, consumer).header, /canary/);
});
