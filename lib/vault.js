'use strict';

// TokenVault: lists and changes the saved tokens. It never returns a secret.

const binding = require('./binding');
const { fromNative, native, optionInvalid } = require('./error');
const { processSnapshot } = require('./process-snapshot');

const iso = (seconds) => (seconds === undefined || seconds === null ? null : new Date(seconds * 1000).toISOString());
const orNull = (value) => (value === undefined ? null : value);

function savedToken(row) {
  return {
    authId: row.authId,
    account: row.account,
    accountType: row.accountType,
    role: orNull(row.role),
    store: row.store,
    vm: orNull(row.vm),
    molecule: orNull(row.molecule),
    createdAt: iso(row.createdAt),
    lastUsedAt: iso(row.lastUsedAt),
  };
}

class TokenVault {
  #native;

  constructor(options = {}) {
    for (const name of ['store', 'home']) {
      const value = options[name];
      if (value !== undefined && (typeof value !== 'string' || value === '')) {
        throw optionInvalid(`The option ${name} must be a string that is not empty.`);
      }
    }
    this.#native = native(() => new binding.NativeVault(processSnapshot(), options.store, options.home));
  }

  list() {
    const inner = this.#native;
    return native(() => inner.list()).map(savedToken);
  }

  async rename(from, to) {
    try {
      await this.#native.rename(name(from), name(to));
    } catch (error) {
      throw fromNative(error);
    }
  }

  async remove(authId) {
    try {
      return await this.#native.remove(name(authId));
    } catch (error) {
      throw fromNative(error);
    }
  }

  async import(path, options = {}) {
    try {
      return await this.#native.import(path === undefined ? undefined : name(path), Boolean(options.removePlaintext));
    } catch (error) {
      throw fromNative(error);
    }
  }
}

function name(value) {
  if (typeof value !== 'string') throw optionInvalid('Names and paths are strings.');
  return value;
}

module.exports = { TokenVault };
