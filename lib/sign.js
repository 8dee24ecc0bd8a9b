'use strict';

// signRequest: the RFC 5849 signer on its own.

const binding = require('./binding');
const { fromNative, optionInvalid } = require('./error');

const isPair = (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');

/** Whether this is a list of [name, value] pairs, the form of parameters and forms. */
const isPairs = (list) => Array.isArray(list) && list.every(isPair);

const text = { fits: (value) => typeof value === 'string', what: 'a string' };
const address = { fits: (value) => typeof value === 'string' || typeof value.href === 'string', what: 'a string or URL' };
const pairs = { fits: isPairs, what: 'a list of [name, value] pairs of strings' };
const number = { fits: (value) => typeof value === 'number', what: 'a number' };

// Without a prototype, so that names such as `constructor` are unknown too.
const REQUEST = { __proto__: null, method: text, url: address, parameters: pairs, form: pairs };
const CREDENTIALS = { __proto__: null, consumerKey: text, consumerSecret: text, tokenId: text, tokenSecret: text, realm: text };
const FIXED = { __proto__: null, nonce: text, timestamp: number };

function signRequest(request, credentials, fixed) {
  const asked = checked(request, REQUEST);
  const known = checked(credentials, CREDENTIALS);
  const parts = checked(fixed, FIXED);
  need(asked, 'method', 'url');
  need(known, 'consumerKey', 'consumerSecret');
  if (typeof asked.url !== 'string') asked.url = asked.url.href;
  try {
    return binding.signRequest(asked, known, parts);
  } catch (error) {
    throw fromNative(error);
  }
}

/**
 * The given members; null and undefined both mean "not given". Throws for an unknown name: ignoring it would make a
 * wrong signature.
 */
function checked(object, kinds) {
  // Without a prototype: what others put on Object.prototype was not given to this call.
  const kept = Object.create(null);
  if (typeof object !== 'object' || object === null) return kept;
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === null || value === undefined) continue;
    const kind = kinds[name];
    if (!kind) throw optionInvalid(`signRequest() does not take ${name} here, only ${Object.keys(kinds).join(', ')}.`);
    if (!kind.fits(value)) throw optionInvalid(`signRequest() takes ${name} as ${kind.what}.`);
    kept[name] = value;
  }
  return kept;
}

function need(kept, first, second) {
  const missing = kept[first] === undefined ? first : kept[second] === undefined ? second : null;
  if (missing) throw optionInvalid(`signRequest() needs ${first} and ${second}; ${missing} is missing.`);
}

module.exports = { isPairs, signRequest };
