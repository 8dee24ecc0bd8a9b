// JSON Web Tokens as NetSuite issues them: signed with RS256 by a key that only this simulator has.
'use strict';

const crypto = require('crypto');

const ISSUER = 'https://system.netsuite.com';
const PART = /^[A-Za-z0-9_-]+$/;

function toBase64Url(bytes) {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');
}

function fromBase64Url(text) {
  return Buffer.from(text.replace(/-/g, '+').replace(/_/g, '/'), 'base64');
}

// Returns undefined if the text is not JSON.
function objectOf(part) {
  try {
    return JSON.parse(fromBase64Url(part).toString('utf8'));
  } catch {
    return undefined;
  }
}

// The key pair is made when the first token is needed: it takes a moment, and most simulators issue no JWT.
class Issuer {
  constructor() {
    this.keys = null;
    this.keyId = crypto.randomBytes(8).toString('hex');
  }

  pair() {
    this.keys = this.keys || crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.keys;
  }

  sign(claims) {
    const header = { kid: this.keyId, typ: 'JWT', alg: 'RS256' };
    const signed = [header, Object.assign({ iss: ISSUER }, claims)].map((part) => toBase64Url(JSON.stringify(part))).join('.');
    return `${signed}.${toBase64Url(crypto.sign('RSA-SHA256', Buffer.from(signed), this.pair().privateKey))}`;
  }

  // The claims of a token that this simulator signed, or null. Does not look at the clock.
  claims(token) {
    const parts = String(token || '').split('.');
    if (parts.length !== 3 || !parts.every((part) => PART.test(part))) return null;
    const header = objectOf(parts[0]);
    if (!header || header.alg !== 'RS256' || header.kid !== this.keyId) return null;
    const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
    if (!crypto.verify('RSA-SHA256', signed, this.pair().publicKey, fromBase64Url(parts[2]))) return null;
    return objectOf(parts[1]) || null;
  }
}

module.exports = { Issuer, fromBase64Url, objectOf, toBase64Url };
