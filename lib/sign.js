'use strict';

// signRequest: the plain RFC 5849 signer.

const binding = require('./binding');
const { native, optionInvalid } = require('./error');
const { isPairs } = require('./pairs');

const text = [(value) => typeof value === 'string', 'a string'];
const address = [(value) => typeof value === 'string' || typeof value.href === 'string', 'a string or URL'];
const pairs = [isPairs, 'a list of [name, value] pairs of strings'];
const number = [(value) => typeof value === 'number', 'a number'];

const REQUEST = { method: text, url: address, parameters: pairs, form: pairs };
const CREDENTIALS = { consumerKey: text, consumerSecret: text, tokenId: text, tokenSecret: text, realm: text };
const FIXED = { nonce: text, timestamp: number };

function signRequest(request, credentials, fixed) {
  const asked = checked(request, REQUEST, ['method', 'url']);
  if (typeof asked.url !== 'string') asked.url = asked.url.href;
  const known = checked(credentials, CREDENTIALS, ['consumerKey', 'consumerSecret']);
  return native(() => binding.signRequest(asked, known, checked(fixed, FIXED, [])));
}

/**
 * What is given, null and undefined both meaning "not given". A name that is not known is refused: left out
 * of the signature, it would make a wrong one.
 */
function checked(object, kinds, needed) {
  const kept = {};
  const names = typeof object === 'object' && object !== null ? Object.keys(object) : [];
  for (const name of names.filter((each) => object[each] !== null && object[each] !== undefined)) {
    if (!Object.prototype.hasOwnProperty.call(kinds, name)) throw optionInvalid(`signRequest() knows no ${name} there: ${Object.keys(kinds).join(', ')}.`);
    const [isRight, kind] = kinds[name];
    if (!isRight(object[name])) throw optionInvalid(`signRequest() takes ${name} as ${kind}.`);
    kept[name] = object[name];
  }
  const missing = needed.find((name) => kept[name] === undefined);
  if (missing) throw optionInvalid(`signRequest() needs ${needed.join(' and ')}; ${missing} is missing.`);
  return kept;
}

module.exports = { signRequest };
