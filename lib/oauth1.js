'use strict';

// OAuth1: the class that Oracle's Commerce developer tools get from require('oauth1'), with the same names and texts.

const binding = require('./binding');
const tools = require('./commerce-tools');
const { native } = require('./error');
const { refusals } = require('./refusals');
const { trustRoots } = require('./process-snapshot');

const { failure, shown, tell, text, usage } = tools;

// The name used for requests without one; the token of an option or a variable signs them.
const NAMELESS = '(given)';

class OAuth1 {
  constructor(config) {
    this.vm = undefined;
    this.molecule = undefined;
    this.account = undefined;
    this.consumer = {};
    this._initializeConfig(config);
    const [token, secret] = String((config && config.token) || '').split(':');
    if (token && secret) tools.handOver({ token, secret, account: config.account });
  }

  /** Returns names and accounts. A token and its secret are loaded when they are read. */
  static getAllTokens() {
    try {
      const inner = tools.configuration(new OAuth1());
      const tokens = Object.create(null);
      for (const row of inner.list(!tools.typedTo())) {
        const entry = { account: row.account.replace(/_/g, '-') };
        const part = (name) => ({ get: () => native(() => inner.saved(row.authId, !tools.typedTo()))[name], configurable: true });
        Object.defineProperties(entry, { token: part('token'), secret: part('secret') });
        tokens[row.authId] = entry;
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
      const label = text(this.account) ? `${native(() => binding.accountForms(String(this.account))).hostLabel}.${kind}` : 'system';
      return `https://${label}.${this.molecule ? `${this.molecule}.` : ''}netsuite.com`;
    };
    return {
      step1: `${base('restlets.api')}/rest/requesttoken`,
      step2: `${base('app')}/app/login/secure/authorizetoken.nl`,
      step3: `${base('restlets.api')}/rest/accesstoken`,
    };
  }

  async issueToken(name, config) {
    return this._withToken(name, config, (inner, known) => inner.issued(known));
  }

  async restAuthorize(name, request) {
    return this._withToken(
      name,
      undefined,
      (inner, known) => {
        const { method, url } = checked(request);
        return inner.header(known, method, url);
      },
      (inner, known) => refusals.look(known, request, tell, () => inner.whyRefused(known, trustRoots)),
    );
  }

  async soapAuthorize(name, config) {
    const passport = await this._withToken(name, config, (inner, known) => inner.tokenPassport(known));
    const { account, consumerKey, token, nonce, timestamp, signature } = passport;
    return { token, signature, nonce, timestamp, account, consumerKey };
  }

  /** Signs with a token that the caller passes. */
  _getRestAuthHeader(request, credentials) {
    try {
      const { token, secret, account } = credentials || {};
      const { key, secret: consumerSecret } = this.consumer;
      if (!text(key) || !text(consumerSecret)) throw tools.consumerMissing();
      const { realm } = binding.accountForms(String(account));
      tools.handOver({ token: String(token), secret: String(secret), account: realm });
      const { method, url } = checked(request);
      const probe = () => tools.nameless(this).whyRefusedNow(NAMELESS, trustRoots());
      refusals.lookNow(NAMELESS, request, tell, probe);
      const parts = { consumerKey: key, consumerSecret, tokenId: String(token), tokenSecret: String(secret), realm };
      return binding.signRequest({ method, url }, parts).header;
    } catch (error) {
      throw failure(error);
    }
  }

  /** Calls `take`. If the token is not loaded yet, loads it or signs in, and calls `take` again. */
  async _withToken(name, config, take, before) {
    try {
      this._initializeConfig(config);
      const named = typeof name === 'string' && name !== '';
      const inner = named ? tools.configuration(this) : tools.nameless(this);
      if (!inner) throw usage('Missing token name.');
      const known = named ? name : NAMELESS;
      if (before) await before(inner, known);
      const ready = take(inner, known);
      if (ready) return ready;
      await this._bringToHand(inner, known);
      const issued = take(inner, known);
      if (!issued) throw usage(`The token ${shown(known)} was changed by another process meanwhile. Run the task again.`);
      return issued;
    } catch (error) {
      throw failure(error);
    }
  }

  async _bringToHand(inner, name) {
    const before = tools.failedJustNow(inner, name);
    if (before) throw before;
    let account;
    try {
      account = await inner.issue(name, trustRoots);
    } catch (error) {
      tools.noteFailure(inner, name, error);
      throw error;
    }
    // When the name of a saved token was typed at --to, the tools do not print which token is used.
    if (tools.typedTo() && name !== NAMELESS) tell(`Using token ${shown(name)} - Account ${account}`);
    const configured = text(this.account);
    const same = !configured || configured.trim().toUpperCase().replace(/-/g, '_') === account;
    if (!same) tell(`Warning: the configuration says account ${shown(configured)}, but the token belongs to ${account}.`);
  }
}

/**
 * Method and URL of a request. With --token the tools build the host from the account as it was typed. The underscore
 * of a sandbox account is not valid in a host name, so it is replaced here, in the request too.
 */
function checked(request) {
  const { method, url } = request || {};
  if (!method || !url) throw usage('Missing request method or URL.');
  const right = String(url).replace(
    /^(https:\/\/)(\w+)(?=\.restlets\.api\.)/i,
    (all, scheme, label) => scheme + label.toLowerCase().replace(/_/g, '-'),
  );
  if (right.toLowerCase() !== String(url).toLowerCase()) request.url = right;
  return { method: String(method), url: right };
}

module.exports = { OAuth1 };
