// A plain OAuth 1.0a signer in steps, each of which can be replaced by a wrong one. It shares no code with the product.
'use strict';

const crypto = require('node:crypto');

const CREDENTIALS = {
  consumerKey: 'ck-5f2c',
  consumerSecret: 'c0ffee00/+=11223344',
  tokenId: 'tk-91ab',
  tokenSecret: 'deadbeef00112233',
  realm: '1234567_SB1',
};
const RESTLET = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';

/** RFC 3986: only A-Z a-z 0-9 - . _ ~ stay. */
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const split = (query) =>
  query
    .split('&')
    .filter(Boolean)
    .map((pair) => [pair.split('=')[0], pair.split('=').slice(1).join('=')]);

const decode = (text) => decodeURIComponent(text.replace(/\+/g, ' '));

/** What a right signer does. `c` is everything known of the request. */
const RIGHT = {
  method: (c) => c.method.toUpperCase(),
  url: (c) => {
    const { protocol, host, pathname } = new URL(c.url);
    return `${protocol}//${host}${pathname}`;
  },
  encodeUrl: encode,
  query: (c) => split(c.url.split('#')[0].split('?')[1] || '').map((pair) => pair.map(decode)),
  oauth: (c) => Object.entries(c.oauth),
  body: () => [],
  gather: (oauth, query, body) => oauth.concat(query, body),
  encode,
  sort: (list) => list.sort((a, b) => byBytes(a[0], b[0]) || byBytes(a[1], b[1])),
  join: (list) => list.map(([name, value]) => `${name}=${value}`).join('&'),
  encodeList: encode,
  base: (method, url, list) => `${method}&${url}&${list}`,
  key: (c) => `${encode(c.consumerSecret)}&${encode(c.tokenSecret)}`,
  digest: (key, base) => crypto.createHmac('sha256', key).update(base).digest(),
  write: (bytes) => bytes.toString('base64'),
  header: (c, signature) =>
    `OAuth ${Object.entries({ realm: c.realm, ...c.oauth, oauth_signature: signature })
      .map(([name, value]) => `${name}="${name === 'realm' ? value : encode(value)}"`)
      .join(', ')}`,
};

/** The header that a signer with these wrong steps makes for a request. `sent` changes what is in the header. */
function wrongHeader({ method = 'GET', url = RESTLET, body = '', sent = {} } = {}, wrong = {}) {
  const step = { ...RIGHT, ...wrong };
  const c = { ...CREDENTIALS, method, url, body };
  c.oauth = {
    oauth_consumer_key: c.consumerKey,
    oauth_token: c.tokenId,
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_nonce: crypto.randomBytes(10).toString('hex'),
    oauth_version: '1.0',
    ...sent,
  };
  for (const name of Object.keys(c.oauth)) if (c.oauth[name] === undefined) delete c.oauth[name];
  const all = step.gather(step.oauth(c), step.query(c), step.body(c));
  const encoded = wrong.sortRaw
    ? wrong.sortRaw(all).map((pair) => pair.map(step.encode))
    : step.sort(all.map((pair) => pair.map(step.encode)));
  const list = step.encodeList(step.join(encoded));
  const base = step.base(step.method(c), step.encodeUrl(step.url(c)), list, c);
  return step.header(c, step.write(step.digest(step.key(c), base)));
}

module.exports = { CREDENTIALS, RESTLET, RIGHT, byBytes, decode, encode, split, wrongHeader };
