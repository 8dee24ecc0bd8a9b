'use strict';

// OAuth1: the class that Oracle's Commerce developer tools get from require('oauth1'), with the same names and texts.

const binding = require('./binding');
const { TbaError, errorOf, fromNative, native } = require('./error');
const { processSnapshot, trustRoots } = require('./process-snapshot');
const { shownOnce, tellUnread } = require('./shown-once');

const tools = new binding.NativeCommerceTools();
let used = false;

const text = (value) => (value === undefined || value === null || value === '' ? undefined : String(value));

/** An error with this text and nothing else. */
const usage = (message) => errorOf('OPTION_INVALID', message, message);

/** The error to throw, which gulp prints without a stack. */
function failure(error) {
  const known = fromNative(error);
  if (known instanceof TbaError) return shownOnce(known);
  if (known instanceof Error && known.showStack === undefined) known.showStack = false;
  return known;
}

/** Prints what is left to say when the process ends. */
function ending(code) {
  tellUnread();
  const failed = Boolean(code || process.exitCode);
  native(() => tools.ending(processSnapshot(), failed, failed ? trustRoots() : []));
}

function watchTheEnd() {
  if (used) return;
  used = true;
  process.on('exit', ending);
  // gulp decides that a task failed in a listener that it adds later.
  process.once('beforeExit', () => {
    process.removeListener('exit', ending);
    process.on('exit', ending);
  });
}

class OAuth1 {
  constructor(config) {
    this.vm = undefined;
    this.molecule = undefined;
    this.account = undefined;
    this.consumer = {};
    this._initializeConfig(config);
    if (config && text(config.token)) {
      watchTheEnd();
      tools.handOver(text(config.token), text(config.account) || '');
    }
  }

  /** Returns names and accounts. A token and its secret are loaded when they are read. */
  static getAllTokens() {
    try {
      const configuration = new OAuth1()._configuration();
      const tokens = Object.create(null);
      for (const { authId, account } of configuration.list()) {
        const part = (name) => ({ get: () => native(() => configuration.saved(authId))[name], configurable: true });
        tokens[authId] = Object.defineProperties({ account }, { token: part('token'), secret: part('secret') });
      }
      return tokens;
    } catch (error) {
      throw failure(error);
    }
  }

  /** Replaces the given settings and keeps the others. */
  _initializeConfig(config) {
    const given = config || {};
    if (given.vm) {
      if (typeof given.vm !== 'string') throw usage('Invalid VM URL.');
      this.vm = given.vm;
    }
    if (given.molecule) {
      if (typeof given.molecule !== 'string') throw usage('Invalid molecule.');
      this.molecule = given.molecule;
    }
    if (given.account) this.account = given.account;
    if (given.key) this.consumer.key = given.key;
    if (given.secret && given.key) this.consumer.secret = given.secret;
    return this;
  }

  /** The addresses of the three steps. */
  get urls() {
    const base = (kind) => {
      if (this.vm) return String(this.vm).replace(/\/+$/, '');
      const label = text(this.account) ? `${native(() => binding.hostLabel(String(this.account)))}.${kind}` : 'system';
      return `https://${label}.${this.molecule ? `${this.molecule}.` : ''}netsuite.com`;
    };
    return {
      step1: `${base('restlets.api')}/rest/requesttoken`,
      step2: `${base('app')}/app/login/secure/authorizetoken.nl`,
      step3: `${base('restlets.api')}/rest/accesstoken`,
    };
  }

  async issueToken(name, config) {
    return this._withToken(name, config, (token) => token.issued());
  }

  async restAuthorize(name, request) {
    return this._withToken(name, undefined, (token) => signed(token, request));
  }

  async soapAuthorize(name, config) {
    const { account, consumerKey, token, nonce, timestamp, signature } = await this._withToken(name, config, (one) => one.passport());
    return { token, signature, nonce, timestamp, account, consumerKey };
  }

  /** Signs with a token that the caller has. */
  _getRestAuthHeader(request, credentials) {
    try {
      const { token, secret, account } = credentials || {};
      return signed(this._configuration().given(`${token}:${secret}`, String(account)), request);
    } catch (error) {
      throw failure(error);
    }
  }

  /** Takes the token that is at hand; otherwise reads it or signs in first. */
  async _withToken(name, config, take) {
    try {
      this._initializeConfig(config);
      const configuration = this._configuration();
      const known = typeof name === 'string' ? name : undefined;
      return take(configuration.atHand(known) || (await configuration.issue(known, text(this.account), trustRoots)));
    } catch (error) {
      throw failure(error);
    }
  }

  _configuration() {
    watchTheEnd();
    const { consumer, vm, molecule } = this;
    const options = { consumerKey: text(consumer.key), consumerSecret: text(consumer.secret), vm: text(vm), molecule: text(molecule) };
    return tools.configuration(options, process.argv.slice(2), processSnapshot());
  }
}

/** The header of a request, whose address is put right where the tools built a wrong one. */
function signed(token, request) {
  const { method, url, path, body } = request || {};
  const right = token.sign(
    { method: text(method), url: text(url), path: typeof path === 'string' ? path : undefined, body: textOf(body) },
    trustRoots,
  );
  if (right.url) request.url = right.url;
  if (right.path) request.path = right.path;
  return right.header;
}

/** Tells two bodies apart. Bodies are not signed, so one that cannot become a text is as good as none. */
function textOf(body) {
  if (body === undefined || body === null || typeof body === 'string') return body || undefined;
  if (Buffer.isBuffer(body)) return body.toString('latin1');
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

module.exports = { OAuth1 };
