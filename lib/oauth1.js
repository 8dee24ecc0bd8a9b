'use strict';

// OAuth1: what Oracle's Commerce developer tools require('oauth1') for. Their names, their texts.

const binding = require('./binding');
const { TbaError, fromNative, native } = require('./error');
const { refusals } = require('./refusals');
const { surroundings, program, trustRoots } = require('./surroundings');

const MISSING_CONSUMER = 'Missing parameters --key or --secret. Check your .env file or add those parameters to the gulp task';
const NEXT = 'Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret.';

// The names the tools choose come by argument; these flags would choose once more.
const CHOOSING = /^--(to|auth-?id)(=|$)/i;

/** The tools' configuration → its native half; the tools make a new OAuth1 for every request. */
const configurations = new Map();
const told = new Set();

/** Says a reason once: some callers swallow a rejection, others repeat it three times. */
function tell(text) {
  if (told.has(text)) return;
  told.add(text);
  process.stderr.write(`${text}\n`);
}

function usage(message) {
  return new TbaError({ code: 'OPTION_INVALID', message, nextStep: message, exitCode: 2 });
}

/** The error the tools show. The reason goes to stderr as well, for those that do not. */
function failure(error) {
  const converted = fromNative(error);
  const known = converted instanceof TbaError && converted.code === 'CONSUMER_MISSING'
    ? new TbaError({ code: 'CONSUMER_MISSING', message: MISSING_CONSUMER, nextStep: NEXT, exitCode: 2 })
    : converted;
  if (known && typeof known === 'object' && known.showStack === undefined) known.showStack = false;
  tell(String((known && known.message) || known));
  return known;
}

/** The command line without the flags that choose a token. */
function typedFlags() {
  const rest = process.argv.slice(2);
  const kept = [];
  for (let at = 0; at < rest.length; at += 1) {
    const flag = CHOOSING.exec(rest[at]);
    if (!flag) kept.push(rest[at]);
    else if (flag[2] === '' && at + 1 < rest.length && !rest[at + 1].startsWith('-')) at += 1;
  }
  return kept;
}

const text = (value) => (value === undefined || value === null || value === '' ? undefined : String(value));

function configuration({ consumer, vm, molecule }) {
  const env = process.env;
  const parts = [consumer.key, consumer.secret, vm, molecule, env.NETSUITE_TBA_HOME, env.NETSUITE_TBA_STORE, env.HOME, process.argv.length];
  const key = JSON.stringify(parts.map((part) => (part === undefined ? null : part)));
  let found = configurations.get(key);
  if (!found) {
    const options = { argv: typedFlags(), choose: false, program: program() };
    if (text(consumer.key)) options.consumerKey = text(consumer.key);
    if (text(consumer.secret)) options.consumerSecret = text(consumer.secret);
    if (text(vm)) options.vm = text(vm);
    if (text(molecule)) options.molecule = text(molecule);
    found = new binding.NativeTools(options, surroundings());
    configurations.set(key, found);
  }
  return found;
}

/** Old files feed an account into the constructor that nobody typed: a mismatch is worth a line. */
function compareAccounts(configured, account) {
  if (!text(configured)) return;
  const same = String(configured).trim().toUpperCase().replace(/-/g, '_') === account;
  if (!same) tell(`Warning: the configuration says account ${String(configured).replace(/[^\w-]/g, '?')}, but the token belongs to ${account}.`);
}

class OAuth1 {
  constructor(config) {
    this.vm = undefined;
    this.molecule = undefined;
    this.account = undefined;
    this.consumer = {};
    this._initializeConfig(config);
  }

  /** Names and accounts at once; a token and its secret only when they are read. */
  static getAllTokens() {
    try {
      const flags = new OAuth1();
      const tools = configuration(flags);
      const tokens = Object.create(null);
      for (const row of tools.list()) {
        const entry = { account: row.account.replace(/_/g, '-') };
        const part = (name) => ({ get: () => native(() => tools.saved(row.authId))[name], configurable: true });
        Object.defineProperties(entry, { token: part('token'), secret: part('secret') });
        tokens[row.authId] = entry;
      }
      return tokens;
    } catch (error) {
      throw failure(error);
    }
  }

  /** Takes over what is given and keeps the rest. */
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

  /** Where the three steps go. */
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
    return this._withToken(name, config, (tools) => tools.issued(name));
  }

  async restAuthorize(name, request) {
    const { method, url } = checked(request);
    return this._withToken(name, undefined, (tools) => tools.header(name, method, url), async (tools) => {
      await refusals.look(tools, name, method, url, tell);
    });
  }

  async soapAuthorize(name, config) {
    const passport = await this._withToken(name, config, (tools) => tools.tokenPassport(name));
    const { account, consumerKey, token, nonce, timestamp, signature } = passport;
    return { token, signature, nonce, timestamp, account, consumerKey };
  }

  /** Signs with a token the caller has. */
  _getRestAuthHeader(request, credentials) {
    try {
      const { method, url } = checked(request);
      const { token, secret, account } = credentials || {};
      const { key, secret: consumerSecret } = this.consumer;
      if (!text(key) || !text(consumerSecret)) throw new TbaError({ code: 'CONSUMER_MISSING', message: MISSING_CONSUMER, nextStep: NEXT, exitCode: 2 });
      const { realm } = binding.accountForms(String(account));
      const parts = { consumerKey: key, consumerSecret, tokenId: String(token), tokenSecret: String(secret), realm };
      return binding.signRequest({ method, url }, parts).header;
    } catch (error) {
      throw failure(error);
    }
  }

  /** Takes what is at hand; otherwise brings it to hand first: saved, or signed in now. */
  async _withToken(name, config, take, before) {
    try {
      if (!name || typeof name !== 'string') throw usage('Missing token name.');
      this._initializeConfig(config);
      const tools = configuration(this);
      if (before) await before(tools);
      const ready = take(tools);
      if (ready) return ready;
      compareAccounts(this.account, await tools.issue(name, trustRoots));
      const issued = take(tools);
      if (!issued) throw usage(`The token ${name.replace(/[^\x20-\x7e]/g, '?')} was changed by another process meanwhile. Run the task again.`);
      return issued;
    } catch (error) {
      throw failure(error);
    }
  }
}

function checked(request) {
  const { method, url } = request || {};
  if (!method || !url) throw usage('Missing request method or URL.');
  return { method: String(method), url: String(url) };
}

module.exports = { OAuth1 };
