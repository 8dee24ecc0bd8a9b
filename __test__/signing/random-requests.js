// Generates random requests. The same seed gives the same requests.
'use strict';

/** mulberry32: a small generator whose 32 bits of state are its seed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~';
const RESERVED = '!*\'();:@&=+$,/?#[] %"<>^`{|}\\';
const WIDE = ['ä', 'ß', 'é', '€', '日', '本', '𝄞', '\u00a0', '\u0001', '\u007f'];
// Characters that may be unencoded in a query, besides the unreserved ones.
const BARE = "!*'():@$,/?";
const NAMES = [
  'script',
  'deploy',
  'a',
  'z',
  'realm',
  'oauth_',
  'oauth_callback',
  'oauth_consumer_key',
  'oauth_nonce',
  'oauth_nonce1',
  'oauth_signature',
  'oauth_token',
  'oauth_verifier',
  'oauth_version',
  'oauth_x',
  'parameter1',
  'parameter10',
  'parameter2',
];
const HOSTS = [
  '1234567-sb1.restlets.api.netsuite.com',
  'TSTDRV1234567.RestLets.api.NetSuite.com',
  'localhost',
  '127.0.0.1',
  '[::1]',
  '[2001:DB8::A]',
  'a_b.example',
];

function requests(seed) {
  const random = generator(seed);
  const below = (limit) => Math.floor(random() * limit);
  const one = (list) => list[below(list.length)];
  const chance = (share) => random() < share;
  const times = (limit, make) => Array.from({ length: below(limit) }, make);

  const character = () => (chance(0.75) ? one(UNRESERVED) : chance(0.7) ? one(RESERVED) : one(WIDE));
  const text = (limit) => times(limit, character).join('');
  const plain = (length) => Array.from({ length }, () => one(UNRESERVED.slice(0, 62))).join('');
  const name = () => (chance(0.3) ? one(NAMES) : text(9));

  const hex = (byte) => {
    const digits = byte.toString(16).padStart(2, '0');
    return `%${chance(0.5) ? digits : digits.toUpperCase()}`;
  };

  /** One of the spellings of a text in a query. */
  const spelt = (value) =>
    Array.from(value, (c) => {
      if (c === ' ' && chance(0.5)) return '+';
      if (BARE.includes(c) ? chance(0.7) : UNRESERVED.includes(c) && chance(0.95)) return c;
      return Array.from(Buffer.from(c), hex).join('');
    }).join('');

  // oauthlib decodes the values of oauth_… parameters twice, so they get no escapes. See its `collect_parameters`.
  const pair = () => {
    const made = name();
    return [made, made.startsWith('oauth_') ? plain(below(9)) : text(16)];
  };

  const segment = () => {
    const made = times(8, () => (chance(0.85) ? one(UNRESERVED) : chance(0.5) ? one("!*'()@$,=&+:") : hex(below(256)))).join('');
    return /^(\.|%2e){1,2}$/i.test(made) ? 'x' : made;
  };

  /** A URL, and the parameters of its query. */
  const address = () => {
    const scheme = one(['https', 'https', 'http', 'HTTPS']);
    const port = chance(0.3) ? `:${one([80, 443, 8080, 1 + below(65535)])}` : '';
    const path = times(5, segment)
      .map((part) => `/${part}`)
      .join('');
    const pairs = times(9, pair);
    const query = pairs
      .map(([key, value]) => (value === '' && key !== '' && chance(0.5) ? spelt(key) : `${spelt(key)}=${spelt(value)}`))
      .join('&');
    const fragment = chance(0.1) ? `#${plain(3)}?x=1` : '';
    return { url: `${scheme}://${one(HOSTS)}${port}${path}${pairs.length ? `?${query}` : ''}${fragment}`, query: pairs };
  };

  /** Requests that all signers agree on: unique names without escapes, and a normalised URL. */
  const simpleAddress = () => {
    const names = Array.from(new Set(times(9, () => `${one('abcxyz')}${plain(below(6))}`)));
    const query = names.map((key) => [key, text(16)]);
    const path = `/${plain(1 + below(6))}`.repeat(1 + below(3));
    const written = query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
    return { url: `https://${HOSTS[0]}${chance(0.2) ? ':8443' : ''}${path}${query.length ? `?${written}` : ''}`, query };
  };

  return () => {
    const simple = chance(0.4);
    const own = times(3, () => one(['oauth_callback', 'oauth_verifier', 'role']));
    return Object.assign(simple ? simpleAddress() : address(), {
      method: one(['GET', 'POST', 'PUT', 'DELETE', 'patch', 'Options']),
      parameters: Array.from(new Set(own), (key) => [key, key === 'role' ? text(9) : plain(20)]),
      form: simple || chance(0.7) ? [] : times(5, pair),
      consumerKey: plain(1 + below(64)),
      consumerSecret: text(64),
      tokenId: plain(1 + below(64)),
      tokenSecret: text(64),
      nonce: plain(20),
      timestamp: below(4e9),
    });
  };
}

module.exports = { requests };
