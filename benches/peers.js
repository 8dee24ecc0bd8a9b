'use strict';

// The common npm signers, each used as its README shows, with HMAC-SHA256.

const crypto = require('crypto');
const querystring = require('querystring');

const sha256 = (text, key) => crypto.createHmac('sha256', key).update(text).digest('base64');

/** `{ name: (credentials) => (method, url, fixed) => header }`; `fixed` is for checking only. */
const peers = {
  'oauth-1.0a': (credentials) => {
    const OAuth = require('oauth-1.0a');
    const signer = new OAuth({
      consumer: { key: credentials.consumerKey, secret: credentials.consumerSecret },
      signature_method: 'HMAC-SHA256',
      hash_function: sha256,
      realm: credentials.realm,
    });
    const token = { key: credentials.tokenId, secret: credentials.tokenSecret };
    const { getNonce, getTimeStamp } = signer;
    return (method, url, fixed) => {
      signer.getNonce = fixed ? () => fixed.nonce : getNonce;
      signer.getTimeStamp = fixed ? () => fixed.timestamp : getTimeStamp;
      return signer.toHeader(signer.authorize({ method, url }, token)).Authorization;
    };
  },

  // It makes only the signature. The rest is what the `request` package does, which it was part of.
  'oauth-sign': (credentials) => {
    const { sign, rfc3986 } = require('oauth-sign');
    return (method, url, fixed) => {
      const oauth = {
        oauth_consumer_key: credentials.consumerKey,
        oauth_nonce: fixed ? fixed.nonce : crypto.randomBytes(10).toString('hex'),
        oauth_signature_method: 'HMAC-SHA256',
        oauth_timestamp: String(fixed ? fixed.timestamp : Math.floor(Date.now() / 1000)),
        oauth_token: credentials.tokenId,
        oauth_version: '1.0',
      };
      const [address, query] = url.split('?');
      const all = Object.assign({}, query ? querystring.parse(query) : {}, oauth);
      oauth.oauth_signature = sign('HMAC-SHA256', method, address, all, credentials.consumerSecret, credentials.tokenSecret);
      const fields = Object.keys(oauth)
        .sort()
        .map((name) => `${name}="${rfc3986(oauth[name])}"`);
      return `OAuth realm="${credentials.realm}",${fields.join(',')}`;
    };
  },

  oauth: (credentials) => {
    const { OAuth } = require('oauth');
    const signer = new OAuth('', '', credentials.consumerKey, credentials.consumerSecret, '1.0', null, 'HMAC-SHA256');
    const { _getNonce, _getTimestamp } = signer;
    return (method, url, fixed) => {
      signer._getNonce = fixed ? () => fixed.nonce : _getNonce;
      signer._getTimestamp = fixed ? () => fixed.timestamp : _getTimestamp;
      return signer.authHeader(url, credentials.tokenId, credentials.tokenSecret, method);
    };
  },
};

module.exports = { peers };
