// Decides whether a signed request is accepted: parameters, consumer, clock, nonce, signature, order.
'use strict';

const { baseString, hmac, parseHeader, same } = require('./signature');

const WINDOW_SECONDS = 300;
// Requests that are sent at once may arrive slightly out of order. A larger difference is a clock that went backwards.
const ORDER_SLACK_SECONDS = 5;
const SHORTEST_NONCE = 6;
const ALWAYS_NEEDED = ['oauth_consumer_key', 'oauth_signature_method', 'oauth_signature', 'oauth_timestamp', 'oauth_nonce'];

class Refusal {
  constructor(code, detail) {
    this.code = code;
    this.detail = detail || code;
  }
}

function nowSeconds(state) {
  return Math.floor(state.now() / 1000);
}

function checkParameters(oauth, needed) {
  const missing = ALWAYS_NEEDED.concat(needed).find((name) => !oauth[name]);
  if (missing) return new Refusal('MissingRequiredParameter', `${missing} is missing or empty`);
  if (oauth.oauth_version !== undefined && oauth.oauth_version !== '1.0') {
    return new Refusal('MissingRequiredParameter', 'oauth_version has to be 1.0 when it is sent');
  }
  if (oauth.oauth_signature_method !== 'HMAC-SHA256') {
    return new Refusal('InvalidSignature', 'oauth_signature_method has to be HMAC-SHA256');
  }
  if (oauth.oauth_nonce.length < SHORTEST_NONCE) {
    return new Refusal('NonceRejected', `the nonce is shorter than ${SHORTEST_NONCE} characters`);
  }
  return null;
}

function checkWindow(state, timestamp) {
  if (!/^[1-9]\d{0,14}$/.test(timestamp)) return new Refusal('InvalidTimestamp', 'not a positive whole number');
  const off = Number(timestamp) - nowSeconds(state);
  if (Math.abs(off) > WINDOW_SECONDS) return new Refusal('InvalidTimestamp', `${off} seconds off the server's clock`);
  return null;
}

function forgetOldNonces(state) {
  const oldest = nowSeconds(state) - 2 * WINDOW_SECONDS;
  for (const [key, timestamp] of state.nonces) {
    if (timestamp >= oldest) return;
    state.nonces.delete(key);
  }
}

// Only a request with a correct signature uses up a nonce. Otherwise a forger could block the owner.
function spendNonce(state, who, nonce, timestamp) {
  const key = JSON.stringify([who, timestamp, nonce]);
  if (state.nonces.has(key)) return new Refusal('NonceUsed', 'this nonce and timestamp were used before');
  forgetOldNonces(state);
  state.nonces.set(key, Number(timestamp));
  return null;
}

function checkOrder(state, who, timestamp) {
  const newest = state.newestTimestamp.get(who) || 0;
  if (Number(timestamp) < newest - ORDER_SLACK_SECONDS) {
    return new Refusal('InvalidTimestamp', `goes back by ${newest - Number(timestamp)} seconds`);
  }
  state.newestTimestamp.set(who, Math.max(newest, Number(timestamp)));
  return null;
}

function formOf(call) {
  return /^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] || '') ? call.body.toString('utf8') : '';
}

// options: needed (more required parameters), tokenSecret(oauth) (undefined if there is no such token), ordered.
// Returns { oauth, refusal }. The request log gets what was sent and whether the signature was correct.
function verify(state, call, options) {
  const pairs = parseHeader(call.headers.authorization);
  if (!pairs) {
    const sent = call.headers.authorization !== undefined;
    return {
      oauth: {},
      refusal: new Refusal(
        sent ? 'INVALID_REQUEST' : 'MissingRequiredParameter',
        sent ? 'malformed Authorization header' : 'no Authorization header',
      ),
    };
  }
  const oauth = Object.assign(Object.create(null), ...pairs.map(([name, value]) => ({ [name]: value })));
  Object.assign(call.entry.oauth, oauth);
  delete call.entry.oauth.oauth_signature;
  return { oauth, refusal: judge(state, call, pairs, oauth, options) };
}

function judge(state, call, pairs, oauth, options) {
  const early = checkParameters(oauth, options.needed || []);
  if (early) return early;
  const consumer = state.consumers.get(oauth.oauth_consumer_key);
  if (!consumer) return new Refusal('UnknownIntegration', 'no integration record has this consumer key');
  const tokenSecret = options.tokenSecret(oauth);
  if (tokenSecret === undefined) return new Refusal('TokenRejected', 'no such token, or it was used or revoked');
  const expected = hmac(baseString(call.method, call.url, pairs, formOf(call)), consumer.secret, tokenSecret);
  call.entry.signatureOk = same(expected, oauth.oauth_signature);
  const late = checkWindow(state, oauth.oauth_timestamp);
  if (late) return late;
  if (!call.entry.signatureOk) return new Refusal('InvalidSignature', 'the signature does not match');
  const who = `${oauth.oauth_consumer_key} ${oauth.oauth_token || ''}`;
  return (
    spendNonce(state, who, oauth.oauth_nonce, oauth.oauth_timestamp) ||
    (options.ordered ? checkOrder(state, who, oauth.oauth_timestamp) : null)
  );
}

module.exports = { Refusal, checkOrder, checkWindow, spendNonce, verify };
