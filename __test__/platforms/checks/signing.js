// Signatures: against Node's crypto, and the published vectors.
'use strict';

const crypto = require('crypto');
const { check, that } = require('../harness');
const vectors = require('../../vectors/published.json');

const URL_OF = (n) => `https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=${n}&q=%C3%A4+b`;
const GENERATED = ['oauth_consumer_key', 'oauth_nonce', 'oauth_signature_method', 'oauth_timestamp', 'oauth_token', 'oauth_version'];

function sign(tba, vector) {
  const given = (vector.oauth_params || []).filter(([name]) => !GENERATED.includes(name) && name !== 'oauth_signature');
  const { token, token_secret: tokenSecret, consumer_key: consumerKey, consumer_secret: consumerSecret } = vector;
  const credentials = { consumerKey, consumerSecret, realm: vector.realm };
  if (token) Object.assign(credentials, { tokenId: token, tokenSecret });
  const request = { method: vector.method, url: vector.url, parameters: given.concat(vector.body_or_extra_params || []) };
  return tba.signRequest(request, credentials, { nonce: vector.nonce, timestamp: Number(vector.timestamp) });
}

module.exports = async ({ tba }) => {
  await check('200 signatures equal those of node:crypto', () => {
    const credentials = { consumerKey: 'k', consumerSecret: 's', tokenId: 't', tokenSecret: 'u', realm: 'R' };
    for (let n = 0; n < 200; n += 1) {
      const made = tba.signRequest({ method: 'GET', url: URL_OF(n) }, credentials);
      that(crypto.createHmac('sha256', 's&u').update(made.baseString).digest('base64') === made.signature, made.baseString);
    }
  });
  await check('the published vectors are reproduced', () => {
    // Only vectors that have exactly what every request of ours has.
    const ours = vectors.filter((each) => each.kind === 'signature' && each.algorithm === 'HMAC-SHA256' && each.reproduces !== false);
    const usable = ours.filter((each) => (each.oauth_params || []).some(([name]) => name === 'oauth_version'));
    that(usable.length >= 3, `only ${usable.length} vectors fit`);
    for (const vector of usable) that(sign(tba, vector).signature === vector.signature, vector.name);
    return `${usable.length} vectors`;
  });
};
