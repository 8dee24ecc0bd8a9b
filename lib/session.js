'use strict';

// The session of a signed-in task. Only authenticate() makes one.

const { fromNative, native, optionInvalid } = require('./error');
const { isPairs } = require('./sign');

const MAKE = Symbol('made by authenticate()');

class Session {
  #native;
  // (method, url) => header, bound to this session's key. Called for every request, so authorize() adds as little as possible.
  #authorize;

  constructor(made, inner) {
    if (made !== MAKE) throw new TypeError('A Session comes from authenticate().');
    this.#native = inner;
    this.#authorize = inner.authorizer();
    for (const name of ['authId', 'account', 'host', 'baseUrl', 'role', 'source']) {
      const value = inner[name];
      Object.defineProperty(this, name, { value: value === undefined ? null : value, enumerable: true });
    }
  }

  authorize(method, url, form) {
    const sign = this.#authorize;
    try {
      if (form === undefined || form === null) return sign(method, typeof url === 'string' ? url : addressOf(url));
      return this.#native.authorizeForm(textOf(method), addressOf(url), pairsOf(form));
    } catch (error) {
      throw fromNative(error);
    }
  }

  async fetch(url, options) {
    return require('./fetch').fetch(this.#native, url, options);
  }

  tokenPassport() {
    const inner = this.#native;
    return native(() => inner.tokenPassport());
  }
}

/** The text of a URL, which may be a string or a URL object. */
function addressOf(url) {
  if (typeof url === 'string') return url;
  if (url && typeof url.href === 'string') return url.href;
  throw optionInvalid('authorize() takes the URL as a string or URL.');
}

function textOf(method) {
  if (typeof method === 'string') return method;
  throw optionInvalid('authorize() takes the HTTP method as a string.');
}

function pairsOf(form) {
  if (isPairs(form)) return form;
  throw optionInvalid('authorize() takes the form as a list of [name, value] pairs of strings.');
}

const sessionOf = (inner) => new Session(MAKE, inner);

module.exports = { Session, sessionOf };
