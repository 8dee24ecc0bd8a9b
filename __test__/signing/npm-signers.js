// Two npm signers, used only for requests that they sign correctly.
'use strict';

const { createHmac } = require('crypto');
const OAuth = require('oauth-1.0a');
const { hmacsign256 } = require('oauth-sign');

function own(request) {
  return {
    oauth_consumer_key: request.consumerKey,
    oauth_nonce: request.nonce,
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(request.timestamp),
    oauth_token: request.tokenId,
    oauth_version: '1.0',
  };
}

/**
 * Both keep parameters in an object, so each name may occur only once and must not be a name of the signer. Both use the
 * URL unchanged, so it must already be normalised.
 */
function isSimple({ url, query, parameters, form }) {
  const names = query.concat(parameters, form).map(([name]) => name);
  const signers = ['oauth_consumer_key', 'oauth_nonce', 'oauth_signature', 'oauth_token', 'oauth_version'];
  return (
    new Set(names).size === names.length &&
    !names.some((name) => signers.includes(name) || name === '' || name === '__proto__') &&
    /^https:\/\/[a-z0-9.-]+(:8\d+)?\/[^#]*$/.test(url)
  );
}

const all = ({ query, parameters, form }) => Object.fromEntries(query.concat(parameters, form));

const signers = {
  'oauth-sign': {
    takes: isSimple,
    sign: (request) => {
      const parameters = Object.assign(all(request), own(request));
      return hmacsign256(request.method, request.url.split('?')[0], parameters, request.consumerSecret, request.tokenSecret);
    },
  },
  'oauth-1.0a': {
    // In the query of a URL it treats `+` as a plus sign, and does not decode names.
    takes: (request) => isSimple(request) && /^[^?]*(\?[\w.~-]+=[^+&=?]*(&[\w.~-]+=[^+&=?]*)*)?$/.test(request.url),
    sign: (request) => {
      const signer = new OAuth({
        consumer: { key: request.consumerKey, secret: request.consumerSecret },
        signature_method: 'HMAC-SHA256',
        hash_function: (base, key) => createHmac('sha256', key).update(base).digest('base64'),
      });
      signer.getNonce = () => request.nonce;
      signer.getTimeStamp = () => request.timestamp;
      const data = Object.fromEntries(request.parameters.concat(request.form));
      return signer.authorize({ method: request.method, url: request.url, data }, { key: request.tokenId, secret: request.tokenSecret })
        .oauth_signature;
    },
  },
};

module.exports = { signers };
