'use strict';

// The fastest JavaScript signer we can write with node:crypto, as the measure for the native one. It is correct for
// the requests of `npm run bench`, which checks it on every run. Do not use it elsewhere: it validates nothing and
// supports neither ports nor forms.

const crypto = require('crypto');

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const pool = Buffer.alloc(4096);
let used = pool.length;

function nonce() {
  let text = '';
  while (text.length < 20) {
    if (used === pool.length) {
      crypto.randomFillSync(pool);
      used = 0;
    }
    const byte = pool[used];
    used += 1;
    if (byte < 248) text += ALPHABET[byte % 62];
  }
  return text;
}

const PLAIN = /^[\w.~-]*$/;
const LEFT = /[!'()*]/g;
const percent = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
const encode = (text) => (PLAIN.test(text) ? text : encodeURIComponent(text).replace(LEFT, percent));
const decode = (text) => decodeURIComponent(text.indexOf('+') < 0 ? text : text.replace(/\+/g, ' '));
const again = (text) => (PLAIN.test(text) ? text : encode(decode(text)));
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** A signer for one set of credentials. Everything that does not depend on the request is computed once. */
function tuned({ consumerKey, consumerSecret, tokenId, tokenSecret, realm }) {
  const secret = `${encode(consumerSecret)}&${encode(tokenSecret)}`;
  const key = crypto.createSecretKey(Buffer.from(secret));
  const consumer = encode(consumerKey);
  const token = encode(tokenId);
  const start = `OAuth realm="${realm}", oauth_consumer_key="${consumer}", oauth_token="${token}", oauth_signature_method="HMAC-SHA256", oauth_timestamp="`;

  return function authorize(method, url, fixed) {
    const timestamp = fixed ? fixed.timestamp : Math.floor(Date.now() / 1000);
    const unique = fixed ? fixed.nonce : nonce();
    const question = url.indexOf('?');
    const pairs = [
      `oauth_consumer_key\0${consumer}`,
      `oauth_nonce\0${unique}`,
      'oauth_signature_method\0HMAC-SHA256',
      `oauth_timestamp\0${timestamp}`,
      `oauth_token\0${token}`,
      'oauth_version\x001.0',
    ];
    if (question >= 0) {
      for (const part of url.slice(question + 1).split('&')) {
        const equals = part.indexOf('=');
        pairs.push(`${again(part.slice(0, equals))}\0${again(part.slice(equals + 1))}`);
      }
    }
    // A zero character sorts before everything, so one comparison covers name and value.
    pairs.sort(byText);
    const parameters = pairs.join('&').replace(/\0/g, '=');
    const address = question < 0 ? url : url.slice(0, question);
    const base = `${method}&${encode(address)}&${encode(parameters)}`;
    const signature = crypto.createHmac('sha256', key).update(base).digest('base64');
    return `${start}${timestamp}", oauth_nonce="${unique}", oauth_version="1.0", oauth_signature="${encode(signature)}"`;
  };
}

module.exports = { tuned };
