// Computes the OAuth 1.0a signature of RFC 5849 from a header: base string and HMAC-SHA256. Shares no code with the package.
'use strict';

const crypto = require('crypto');

// Percent-encoding works on bytes: a query may contain escapes that are not UTF-8, which are signed unchanged.
function encodeBytes(bytes) {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    text += /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

function encode(text) {
  return encodeBytes(Buffer.from(String(text), 'utf8'));
}

function decodeBytes(text) {
  const source = Buffer.from(text, 'utf8');
  const bytes = [];
  for (let i = 0; i < source.length; i += 1) {
    const hex = source[i] === 0x25 ? source.toString('latin1', i + 1, i + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(source[i]);
    }
  }
  return Buffer.from(bytes);
}

function decode(text) {
  return decodeBytes(text).toString('utf8');
}

// The encoded pairs of a query string or form body. Duplicates are kept, '+' is a space, and only the first '=' separates.
function encodedPairs(text) {
  return text
    .split('&')
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf('=');
      const name = at < 0 ? part : part.slice(0, at);
      const value = at < 0 ? '' : part.slice(at + 1);
      return [name, value].map((half) => encodeBytes(decodeBytes(half.replace(/\+/g, ' '))));
    });
}

function byPair(a, b) {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return 0;
}

// Scheme and host in lower case without a default port, and the path as sent. No query and no fragment.
function baseUri(url) {
  const match = /^([a-z]+):\/\/([^/?#]*)([^?#]*)/i.exec(url);
  const scheme = match[1].toLowerCase();
  const host = match[2].toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '');
  return `${scheme}://${host}${match[3] || '/'}`;
}

function baseString(method, url, oauth, form) {
  const query = /\?([^#]*)/.exec(url);
  const pairs = encodedPairs(query ? query[1] : '')
    .concat(encodedPairs(form || ''))
    .concat(oauth.filter((pair) => pair[0] !== 'realm' && pair[0] !== 'oauth_signature').map((pair) => pair.map(encode)));
  const normalised = pairs
    .sort(byPair)
    .map((pair) => pair.join('='))
    .join('&');
  return [method.toUpperCase(), baseUri(url), normalised].map(encode).join('&');
}

function hmac(text, consumerSecret, tokenSecret) {
  return crypto
    .createHmac('sha256', `${encode(consumerSecret)}&${encode(tokenSecret)}`)
    .update(text)
    .digest('base64');
}

// Hashes both sides first, so that the time of the comparison does not depend on the length of what was sent.
function same(a, b) {
  const digest = (text) => crypto.createHash('sha256').update(String(text)).digest();
  return crypto.timingSafeEqual(digest(a), digest(b));
}

// The pairs of an "OAuth a="b", …" header, or null if it cannot be parsed. Values must be quoted.
function parseHeader(header) {
  const scheme = /^OAuth\s+/i.exec(header || '');
  if (!scheme) return null;
  const pairs = [];
  let rest = header.slice(scheme[0].length).trim();
  while (rest) {
    const match = /^([A-Za-z0-9_%\-.~]+)="([^"]*)"\s*(?:,\s*|$)/.exec(rest);
    if (!match) return null;
    pairs.push([decode(match[1]), decode(match[2])]);
    rest = rest.slice(match[0].length);
  }
  const names = pairs.map((pair) => pair[0]);
  return pairs.length && new Set(names).size === names.length ? pairs : null;
}

module.exports = { baseString, decode, encode, hmac, parseHeader, same };
