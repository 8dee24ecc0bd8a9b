// Headers of signers that make one known mistake each, made by an independent signer: explain --header names the mistake.
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { tool } = require('../terminal/tool');
const { CREDENTIALS, RESTLET, RIGHT, byBytes, decode, encode, split, wrongHeader } = require('./wrong-signer');

const AT_ONCE = 4;
const HOST = 'https://1234567-sb1.restlets.api.netsuite.com';
const REST = 'https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/eid%3Aa%2FB';
const JSON_BODY = '{"name":"value","n":1}';
const url = (query) => `${RESTLET}&${query}`;
const hmac = (name) => (key, base) => crypto.createHmac(name, key).update(base).digest();
const without =
  (...names) =>
  (c) =>
    RIGHT.oauth(c).filter(([name]) => !names.includes(name));
const keyOf = (first, second) => (c) => `${encode(c[first])}&${encode(c[second])}`;

// Each row: the problem that is to be named, and the steps that a signer with this mistake does otherwise.
const ROWS = [
  // Method, URL, base string.
  ['method-case', { method: (c) => c.method.toLowerCase() }],
  ['method-other', { method: () => 'POST' }],
  ['method-missing', { base: (method, at, list) => `${at}&${list}` }],
  ['url-missing', { base: (method, at, list) => `${method}&${list}` }],
  ['url-query', { url: (c) => c.url }],
  ['url-fragment', { request: { url: `${RESTLET}#top` }, url: (c) => `${RIGHT.url(c)}#top` }],
  ['url-not-encoded', { encodeUrl: (text) => text }],
  ['url-encoded-twice', { encodeUrl: (text) => encode(encode(text)) }],
  ['scheme-case', { url: (c) => RIGHT.url(c).replace('https', 'HTTPS') }],
  ['scheme-other', { url: (c) => RIGHT.url(c).replace('https', 'http') }],
  ['scheme-missing', { url: (c) => RIGHT.url(c).replace('https://', '') }],
  ['host-case', { request: { url: RESTLET.replace('-sb1', '-SB1') }, url: (c) => c.url.split('?')[0] }],
  ['host-underscore-signed', { url: (c) => RIGHT.url(c).replace('-sb1', '_sb1') }],
  ['host-other', { url: (c) => RIGHT.url(c).replace('restlets', 'suitetalk') }],
  ['host-other', { url: (c) => RIGHT.url(c).replace('1234567-sb1.restlets.api', 'rest') }],
  ['host-other', { url: (c) => RIGHT.url(c).replace('-sb1', '') }],
  ['host-missing', { url: (c) => new URL(c.url).pathname }],
  ['port-default', { url: (c) => RIGHT.url(c).replace('.com/', '.com:443/') }],
  ['port-dropped', { request: { url: RESTLET.replace('.com/', '.com:9090/') }, url: (c) => RIGHT.url(c).replace(':9090', '') }],
  ['path-case', { request: { url: REST }, url: (c) => RIGHT.url(c).toLowerCase() }],
  ['path-decoded', { request: { url: REST }, url: (c) => decodeURIComponent(RIGHT.url(c)) }],
  ['path-encoded-twice', { request: { url: REST }, url: (c) => RIGHT.url(c).replace(/%/g, '%25') }],
  ['path-slash', { request: { url: `${HOST}/?script=1` }, url: () => HOST }],
  ['path-slash', { url: (c) => `${RIGHT.url(c)}/` }],
  ['path-missing', { url: (c) => new URL(c.url).origin }],
  ['list-not-encoded', { encodeList: (text) => text }],
  ['list-encoded-twice', { encodeList: (text) => encode(encode(text)) }],
  ['list-ampersand', { join: (list) => list.map(([name, value]) => `${name}=${value}&`).join('') }],
  ['list-separator', { join: (list) => list.map(([name, value]) => `${name}=${value}`).join(',') }],
  ['base-string-encoded-twice', { base: (...parts) => encode(RIGHT.base(...parts)) }],
  ['base-string-case', { base: (...parts) => RIGHT.base(...parts).toLowerCase() }],
  ['base-string-list-only', { encodeList: (text) => text, base: (method, at, list) => list }],
  [
    'soap-passport',
    {
      base: (method, at, list, { realm, oauth }) =>
        [realm, oauth.oauth_consumer_key, oauth.oauth_token, oauth.oauth_nonce, oauth.oauth_timestamp].join('&'),
    },
  ],
  // Parameters.
  ['query-unsigned', { query: () => [] }],
  ['query-partly-unsigned', { request: { url: url('id=7&type=customer') }, query: () => Object.entries({ script: '1', deploy: '1' }) }],
  [
    'query-bare-unsigned',
    { request: { url: url('bare') }, query: () => Object.entries({ script: '1', deploy: '1' }) },
    ['query-partly-unsigned'],
  ],
  ['query-bare-unsigned', { request: { url: url('bare&id=7') }, query: () => Object.entries({ script: '1', deploy: '1', id: '7' }) }],
  ['query-empty-unsigned', { request: { url: url('id=7&empty=') }, query: () => Object.entries({ script: '1', deploy: '1', id: '7' }) }],
  ['query-as-one', { query: (c) => [[c.url.split('?')[1], '']] }],
  ['query-fragment', { request: { url: url('id=7#top') }, query: (c) => split(c.url.split('?')[1]) }],
  ['plus-kept', { request: { url: url('q=a+b') }, query: (c) => split(c.url.split('?')[1]).map((pair) => pair.map(decodeURIComponent)) }],
  ['query-encoded-twice', { request: { url: url('q=a%20b') }, query: (c) => split(c.url.split('?')[1]) }],
  ['query-decoded-twice', { request: { url: url('q=a%252Bb') }, query: (c) => RIGHT.query(c).map((pair) => pair.map(decode)) }],
  ['order-unsorted', { sort: (list) => list }],
  ['order-unsorted', { gather: (oauth, query) => query.concat(oauth), sort: (list) => list }],
  ['order-header-only', { gather: (oauth, query) => oauth.sort((a, b) => byBytes(a[0], b[0])).concat(query), sort: (list) => list }],
  [
    'order-before-encoding',
    {
      request: { url: url('~a=1&%C3%A4=1&z=2') },
      sortRaw: (list) => list.sort((a, b) => byBytes(a[0], b[0]) || byBytes(a[1], b[1])),
    },
  ],
  ['order-by-name', { request: { url: url('a=2&a=1') }, sort: (list) => list.sort((a, b) => byBytes(a[0], b[0])) }],
  ['order-joined', { request: { url: url('a=1&a-b=2&a1=3') }, sort: (list) => list.sort((a, b) => byBytes(a.join('='), b.join('='))) }],
  [
    'order-ignoring-case',
    { request: { url: url('id=7&Zone=1') }, sort: (list) => list.sort((a, b) => byBytes(a[0].toLowerCase(), b[0].toLowerCase())) },
  ],
  ['order-descending', { sort: (list) => RIGHT.sort(list).reverse() }],
  ['duplicates-lost', { request: { url: url('a=1&a=2') }, gather: (...all) => Object.entries(Object.fromEntries([].concat(...all))) }],
  [
    'duplicates-identical-lost',
    {
      request: { url: url('a=1&a=2&a=1') },
      gather: (...all) => Array.from(new Set([].concat(...all).map((pair) => JSON.stringify(pair))), (text) => JSON.parse(text)),
    },
  ],
  [
    'duplicates-joined',
    {
      request: { url: url('a=1&a=2') },
      gather: (oauth, query) =>
        oauth.concat(
          query.filter(([name]) => name !== 'a'),
          [['a', String(['1', '2'])]],
        ),
    },
  ],
  ['values-not-encoded', { request: { url: url('q=a%2Fb') }, encode: (text) => text }],
  ['reserved-not-encoded', { request: { url: url("q=it's%20(1)*!") }, encode: encodeURIComponent }],
  ['encode-uri', { request: { url: url('q=a%2Fb%3Ac') }, encode: encodeURI }, ['values-not-encoded']],
  ['encode-uri', { request: { url: url('q=a%2Fb%20c') }, encode: encodeURI }],
  ['plus-for-space', { request: { url: url('q=a%20b') }, encode: (text) => encode(text).replace(/%20/g, '+') }],
  ['form-encoding', { request: { url: url('q=a%20~*') }, encode: (text) => new URLSearchParams([[text, '']]).toString().slice(0, -1) }],
  ['tilde-encoded', { request: { url: url('q=~x') }, encode: (text) => encode(text).replace(/~/g, '%7E') }, ['form-encoding']],
  ['tilde-encoded', { request: { url: url('q=~x%20*') }, encode: (text) => encode(text).replace(/~/g, '%7E') }],
  [
    'escapes-lower-case',
    {
      encode: (text) => encode(text).replace(/%../g, (hex) => hex.toLowerCase()),
      encodeUrl: (text) => encode(text).replace(/%../g, (hex) => hex.toLowerCase()),
      encodeList: (text) => encode(text).replace(/%../g, (hex) => hex.toLowerCase()),
    },
  ],
  ['encoding-latin1', { request: { url: url('q=%C3%A4') }, encode: (text) => encode(text).replace(/%C3%A4/g, '%E4') }],
  ['realm-signed', { oauth: (c) => RIGHT.oauth(c).concat([['realm', c.realm]]) }],
  ['version-unsigned', { oauth: without('oauth_version') }],
  ['version-unsent', { request: { sent: { oauth_version: undefined } }, oauth: (c) => RIGHT.oauth(c).concat([['oauth_version', '1.0']]) }],
  ['parameter-unsigned', { oauth: without('oauth_token') }],
  ['signature-signed', { oauth: (c) => RIGHT.oauth(c).concat([['oauth_signature', '']]) }],
  [
    'method-name-other',
    { oauth: (c) => RIGHT.oauth(c).map(([name, value]) => [name, name === 'oauth_signature_method' ? 'HMAC-SHA1' : value]) },
  ],
  [
    'timestamp-other',
    { oauth: (c) => RIGHT.oauth(c).map(([name, value]) => [name, name === 'oauth_timestamp' ? String(Number(value) + 1) : value]) },
  ],
  [
    'header-encoded-twice',
    { request: { sent: { oauth_nonce: 'ab+cd/ef=' } }, oauth: (c) => RIGHT.oauth(c).map(([name, value]) => [name, encode(value)]) },
    ['header-encoded-twice', 'nonce-characters'],
  ],
  [
    'body-members-signed',
    { request: { method: 'POST', body: JSON_BODY }, body: (c) => Object.entries(JSON.parse(c.body)).map(([n, v]) => [n, String(v)]) },
  ],
  ['body-signed', { request: { method: 'POST', body: JSON_BODY }, body: (c) => [[c.body, '']] }],
  ['form-unsigned', { request: { method: 'POST', url: `${HOST}/x?a=1`, body: 'name=value' } }],
  // Key, digest, text.
  ['key-token-secret-missing', { key: (c) => `${encode(c.consumerSecret)}&` }],
  ['key-token-secret-missing', { key: (c) => encode(c.consumerSecret) }],
  ['key-consumer-secret-missing', { key: (c) => `&${encode(c.tokenSecret)}` }],
  ['key-swapped', { key: keyOf('tokenSecret', 'consumerSecret') }],
  ['key-token-id', { key: keyOf('consumerSecret', 'tokenId') }],
  ['key-consumer-key', { key: keyOf('consumerKey', 'tokenSecret') }],
  ['key-of-ids', { key: keyOf('consumerKey', 'tokenId') }],
  ['key-no-ampersand', { key: (c) => encode(c.consumerSecret) + encode(c.tokenSecret) }],
  ['key-separator', { key: (c) => `${encode(c.consumerSecret)}:${encode(c.tokenSecret)}` }],
  ['key-line-end', { key: (c) => `${encode(c.consumerSecret)}&${encode(`${c.tokenSecret}\n`)}` }],
  ['key-line-end', { key: (c) => `${encode(`${c.consumerSecret}\r\n`)}&${encode(c.tokenSecret)}` }],
  ['key-white-space', { key: (c) => `${encode(c.consumerSecret)}&${encode(`${c.tokenSecret} `)}` }],
  ['key-quotes', { key: (c) => `${encode(`"${c.consumerSecret}"`)}&${encode(`"${c.tokenSecret}"`)}` }],
  ['key-not-encoded', { key: (c) => `${c.consumerSecret}&${c.tokenSecret}` }],
  ['key-encoded-twice', { key: (c) => `${encode(encode(c.consumerSecret))}&${encode(encode(c.tokenSecret))}` }],
  ['key-encoded-whole', { key: (c) => encode(`${c.consumerSecret}&${c.tokenSecret}`) }],
  ['key-upper-case', { key: (c) => `${encode(c.consumerSecret).toUpperCase()}&${c.tokenSecret.toUpperCase()}` }],
  ['digest-sha1', { digest: hmac('sha1') }],
  ['digest-sha512', { digest: hmac('sha512') }],
  ['digest-sha256', { request: { sent: { oauth_signature_method: 'HMAC-SHA1' } } }, ['digest-sha256', 'signature-method']],
  ['digest-swapped', { digest: (key, base) => hmac('sha256')(base, key) }],
  ['digest-unkeyed', { digest: (key, base) => crypto.createHash('sha256').update(base).digest() }],
  [
    'digest-plaintext',
    { digest: (key) => Buffer.from(key), write: (bytes) => bytes.toString() },
    ['digest-plaintext', 'signature-encoded-twice'],
  ],
  ['signature-hex', { write: (bytes) => bytes.toString('hex') }],
  ['signature-base64-of-hex', { write: (bytes) => Buffer.from(bytes.toString('hex')).toString('base64') }],
  ['signature-base64-twice', { write: (bytes) => Buffer.from(bytes.toString('base64')).toString('base64') }],
  [
    'signature-base64url',
    { write: (bytes) => bytes.toString('base64').replace(/\+/g, '-').replace(/\//g, '_') },
    // One signature in five has neither + nor /, and nothing is wrong with it.
    ['signature-base64url', null],
  ],
  ['signature-unpadded', { write: (bytes) => bytes.toString('base64').replace(/=/g, '') }],
];

const env = {
  CONSUMER_KEY: CREDENTIALS.consumerKey,
  CONSUMER_SECRET: CREDENTIALS.consumerSecret,
  NETSUITE_TBA_TOKEN_ID: CREDENTIALS.tokenId,
  NETSUITE_TBA_TOKEN_SECRET: CREDENTIALS.tokenSecret,
  NETSUITE_TBA_ACCOUNT: CREDENTIALS.realm,
};

let bodies = 0;

async function explained(it, header, { method = 'GET', url: at = RESTLET, body } = {}, ...more) {
  const words = ['explain', method, at, '--header', '-', '--json'].concat(more);
  if (body) {
    bodies += 1;
    const file = path.join(it.project, `body-${bodies}.txt`);
    fs.writeFileSync(file, body);
    words.push('--body', file);
  }
  const done = await tool(it, words, { env, input: header });
  for (const secret of [CREDENTIALS.consumerSecret, CREDENTIALS.tokenSecret]) assert.ok(!done.stdout.includes(secret));
  return done;
}

const WARNINGS = ['url-has-fragment', 'form-to-restlet', 'script-missing'];

test('a right header of the independent signer is right', async (t) => {
  const it = await scene(t, { simulator: false });
  for (const request of [{}, { url: url("q=a%20b+c&a=2&a=1&e=&bare&x=%C3%A4!'()*~") }, { method: 'POST', url: REST }]) {
    const { json, code } = await explained(it, wrongHeader(request), request);
    assert.deepStrictEqual(
      [json.signature, json.checked, json.authId, json.findings, json.unchecked, code],
      ['right', true, null, [], null, 0],
    );
  }
});

test('every mistake of an independent signer is named', async (t) => {
  const it = await scene(t, { simulator: false });
  const missed = [];
  const rows = ROWS.slice();
  const work = async () => {
    for (let row = rows.shift(); row; row = rows.shift()) {
      const [id, { request = {}, ...wrong }, expected = [id]] = row;
      const { json, code } = await explained(it, wrongHeader(request, wrong), request);
      const found = json.findings.filter(({ problem }) => !WARNINGS.includes(problem)).map(({ problem }) => problem);
      const right = expected.includes(null) && found.length === 0;
      if (!right && (code !== 1 || found.sort().join() !== expected.filter(Boolean).sort().join()))
        missed.push(`${id}: ${found} (exit ${code})`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.deepStrictEqual(missed, []);
  assert.ok(new Set(ROWS.map(([id]) => id)).size >= 70);
});

test('two mistakes of an independent signer are both named', async (t) => {
  const it = await scene(t, { simulator: false });
  for (const [ids, wrong] of [
    [['query-unsigned', 'key-token-id'], { query: () => [], key: keyOf('consumerSecret', 'tokenId') }],
    [
      ['method-case', 'signature-base64-of-hex'],
      { method: () => 'get', write: (bytes) => Buffer.from(bytes.toString('hex')).toString('base64') },
    ],
    [['order-unsorted', 'realm-signed'], { oauth: (c) => [['realm', c.realm]].concat(RIGHT.oauth(c)), sort: (list) => list }],
  ]) {
    const { json, code } = await explained(it, wrongHeader({}, wrong));
    assert.deepStrictEqual([json.findings.map(({ problem }) => problem).sort(), code], [ids.slice().sort(), 1]);
  }
});

test('parameters of the URL in the header have to come out', async (t) => {
  const it = await scene(t, { simulator: false });
  // What libraries do that keep everything they sign in one object.
  const header = `${wrongHeader()}, script="1", deploy="1"`;
  const { json, code } = await explained(it, header);
  assert.deepStrictEqual([json.findings.map(({ problem }) => problem), json.signature, code], [['query-in-header'], 'wrong', 1]);
  assert.match(json.findings[0].fix, /^Take them out of the header/);
});
