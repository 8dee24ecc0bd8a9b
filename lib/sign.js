'use strict';

// signRequest: the plain RFC 5849 signer.

const binding = require('./binding');
const { native, optionInvalid } = require('./error');

function signRequest(request, credentials, fixed) {
  if (!request || typeof request.method !== 'string' || !request.url) {
    throw optionInvalid('signRequest() needs a request with method and url.');
  }
  if (!credentials || typeof credentials.consumerKey !== 'string' || typeof credentials.consumerSecret !== 'string') {
    throw optionInvalid('signRequest() needs credentials with consumerKey and consumerSecret.');
  }
  const given = Object.assign({}, request, { url: String(request.url) });
  return native(() => binding.signRequest(defined(given), defined(credentials), fixed ? defined(fixed) : undefined));
}

/** null and undefined both mean "not given". */
function defined(object) {
  const kept = {};
  for (const name of Object.keys(object)) {
    if (object[name] !== null && object[name] !== undefined) kept[name] = object[name];
  }
  return kept;
}

module.exports = { signRequest };
