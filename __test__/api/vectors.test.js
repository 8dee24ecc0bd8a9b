// Checks signRequest against the published OAuth 1.0a vectors. Each test has the name of its source.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { signRequest } = require('../..');
const vectors = require('../vectors/published.json');

const named = (name) => vectors.find((vector) => vector.name === name);
const OWN = [
  'oauth_consumer_key',
  'oauth_nonce',
  'oauth_signature_method',
  'oauth_timestamp',
  'oauth_token',
  'oauth_version',
  'oauth_signature',
];
// Values that signRequest would generate must come from the vector, otherwise the base string differs.
const ENCODED = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function sign(vector, more = {}) {
  const oauth = (vector.oauth_params || []).filter(([name]) => !OWN.includes(name));
  return signRequest(
    { method: vector.method, url: vector.url, parameters: oauth.concat(vector.body_or_extra_params || []) },
    {
      consumerKey: vector.consumer_key,
      consumerSecret: vector.consumer_secret,
      tokenId: vector.token || undefined,
      tokenSecret: vector.token ? vector.token_secret : undefined,
      realm: vector.realm,
      ...more,
    },
    { nonce: vector.nonce, timestamp: Number(vector.timestamp) },
  );
}

const signatures = vectors.filter((vector) => vector.kind === 'signature');
const ours = signatures.filter((vector) => vector.algorithm === 'HMAC-SHA256');

for (const vector of ours) {
  test(`${vector.name}: ${vector.source}`, () => {
    const { header, signature, baseString } = sign(vector);
    assert.strictEqual(baseString, vector.base_string || vector.computed_base_string);
    assert.strictEqual(signature, vector.signature);
    assert.ok(header.startsWith(`OAuth realm="${vector.realm}", `), header);
    assert.ok(header.includes(`oauth_signature="${ENCODED(vector.signature)}"`));
    assert.ok(!baseString.includes('realm'), 'realm is never signed');
  });
}

test('the vectors include at least the seven published by NetSuite', () => {
  assert.ok(ours.filter((vector) => vector.name.startsWith('netsuite-')).length >= 7);
});

/** The published base string, with two changes by design: our algorithm, and the version that we always send. */
function asOurs(published, vector) {
  const [method, url, parameters] = published.split('&').map(decodeURIComponent);
  const pairs = parameters.split('&').map((pair) => pair.replace(/^oauth_signature_method=.*$/, 'oauth_signature_method=HMAC-SHA256'));
  if (!vector.oauth_params.some(([name]) => name === 'oauth_version')) pairs.push('oauth_version=1.0');
  const byName = (a, b) => (a.split('=')[0] === b.split('=')[0] ? (a < b ? -1 : 1) : a.split('=')[0] < b.split('=')[0] ? -1 : 1);
  return [method, url, pairs.sort(byName).join('&')].map(ENCODED).join('&');
}

// RFC 5849 and others use HMAC-SHA1, which NetSuite ended with 2023.1. Their base strings still apply.
for (const vector of signatures.filter((each) => each.algorithm !== 'HMAC-SHA256' && each.base_string && !/as-printed/.test(each.name))) {
  test(`${vector.name} (base string): ${vector.source}`, () => {
    assert.strictEqual(sign(vector).baseString, asOurs(vector.base_string, vector));
    assert.notStrictEqual(sign(vector).signature, vector.signature, 'HMAC-SHA1 is never used');
  });
}

for (const vector of vectors.filter((each) => each.kind === 'encoding')) {
  test(`${vector.name}: ${vector.source}`, () => {
    const { header } = signRequest(
      { method: 'GET', url: 'https://example.com/', parameters: [['oauth_callback', vector.input]] },
      { consumerKey: 'k', consumerSecret: 's' },
    );
    assert.ok(header.includes(`oauth_callback="${vector.expected}"`), header);
  });
}

test('not reproduced: the RFC 5849 3.4.1.1 signature, which erratum 2550 corrects', () => {
  const printed = named('rfc5849-3.4.1.1-as-printed');
  assert.notStrictEqual(sign(printed).signature, printed.signature);
});

test("not reproduced: Oracle's Example OAuth Header, whose signature has 20 bytes instead of the 32 of its algorithm", () => {
  const header = named('netsuite-example-oauth-header');
  assert.strictEqual(Buffer.from(header.signature, 'base64').length, 20);
  const { signature } = signRequest(
    { method: 'GET', url: 'https://12345.restlets.api.netsuite.com/' },
    {
      consumerKey: header.consumer_key,
      consumerSecret: 's',
      tokenId: header.token,
      tokenSecret: 't',
      realm: header.realm,
    },
    { nonce: header.nonce, timestamp: Number(header.timestamp) },
  );
  assert.strictEqual(Buffer.from(signature, 'base64').length, 32);
});

test('changing one character of any input changes the signature', () => {
  const vector = named('netsuite-restlet-post');
  const right = sign(vector).signature;
  for (const field of ['consumer_key', 'consumer_secret', 'token', 'token_secret', 'nonce', 'url', 'method']) {
    const last = vector[field].slice(-1);
    const changed = Object.assign({}, vector, { [field]: vector[field].slice(0, -1) + (last === 'a' ? 'b' : last === 'T' ? 'X' : 'a') });
    assert.notStrictEqual(sign(changed).signature, right, field);
  }
  assert.notStrictEqual(sign(Object.assign({}, vector, { timestamp: String(Number(vector.timestamp) + 1) })).signature, right);
  assert.strictEqual(sign(vector, { realm: '7654321' }).signature, right, 'realm alone is not signed');
});

test('every header has a new nonce and timestamp unless they are given', () => {
  const seen = new Set();
  for (let at = 0; at < 1000; at += 1) {
    const { header } = signRequest({ method: 'GET', url: 'https://h.example/' }, { consumerKey: 'k', consumerSecret: 's' });
    seen.add(/oauth_nonce="([A-Za-z0-9]{20})"/.exec(header)[1]);
    assert.ok(Math.abs(Number(/oauth_timestamp="(\d+)"/.exec(header)[1]) - Date.now() / 1000) < 5);
  }
  assert.strictEqual(seen.size, 1000);
});
