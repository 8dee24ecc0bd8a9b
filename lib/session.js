'use strict';

// A signed-in task. Made by authenticate() only.

const { native, optionInvalid } = require('./error');

const MAKE = Symbol('made by authenticate()');

class Session {
  #native;

  constructor(made, inner) {
    if (made !== MAKE) throw new TypeError('A Session comes from authenticate().');
    this.#native = inner;
    for (const name of ['authId', 'account', 'host', 'baseUrl', 'role', 'source']) {
      const value = inner[name];
      Object.defineProperty(this, name, { value: value === undefined ? null : value, enumerable: true });
    }
  }

  authorize(method, url, form) {
    const address = typeof url === 'string' ? url : addressOf(url);
    if (typeof method !== 'string') throw optionInvalid('authorize() takes the HTTP method as a string.');
    const inner = this.#native;
    return native(() => inner.authorize(method, address, form === null ? undefined : form));
  }

  tokenPassport() {
    const inner = this.#native;
    return native(() => inner.tokenPassport());
  }
}

/** A URL object is as good as its text. */
function addressOf(url) {
  if (url && typeof url.href === 'string') return url.href;
  throw optionInvalid('authorize() takes the URL as a string or URL.');
}

const sessionOf = (inner) => new Session(MAKE, inner);

module.exports = { Session, sessionOf };
