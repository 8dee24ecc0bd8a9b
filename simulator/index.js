// Starts and stops the simulator on loopback. This is its complete public API.
'use strict';

const http = require('http');
const { accountBook } = require('./accounts');
const { browse } = require('./browser');
const { Faults } = require('./faults');
const { FileCabinets } = require('./file-cabinet');
const { startProxy } = require('./proxy');
const { issueGrant, oauth2State } = require('./oauth2');
const { domains, listener } = require('./server');
const { trackSockets } = require('./sockets');
const { mint } = require('./token-endpoints');

const SAMPLE_CONSUMER = { key: 'simulator-consumer-key', secret: 'simulator-consumer-secret' };

function createState(options) {
  const consumer = Object.assign({}, SAMPLE_CONSUMER, options.consumer);
  const state = {
    accounts: accountBook(options.accounts),
    consumers: new Map([[consumer.key, consumer]]),
    callbacks: [].concat(options.callback || 'http://localhost:*'),
    clockOffsetMs: options.clockOffsetMs || 0,
    concurrency: options.concurrency || 0,
    delayMs: options.delayMs || 0,
    underWay: new Map(),
    mostUnderWay: 0,
    busyAnswers: 0,
    usesLeft: new Map(),
    executed: [],
    records: new Map(),
    now: () => Date.now() + state.clockOffsetMs,
    requestTokens: new Map(),
    tokens: new Map(),
    nonces: new Map(),
    newestTimestamp: new Map(),
    cabinets: null,
    faults: new Faults(options.faults),
    requests: [],
    url: '',
    domains,
    onConsent: options.onConsent || null,
    onRequest: options.onRequest || (() => {}),
    tell: (event) => state.onConsent && state.onConsent(event),
  };
  Object.assign(state, oauth2State(consumer, options, state.now));
  state.cabinets = new FileCabinets(state.accounts.keys());
  return state;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port || 0, '127.0.0.1', () => resolve(server.address().port));
  });
}

class Simulator {
  constructor(state, port, closers, proxy) {
    this.state = state;
    this.port = port;
    this.url = state.url;
    this.proxy = proxy;
    this.consumer = state.consumers.values().next().value;
    this.requests = state.requests;
    this.tokens = state.tokens;
    // account -> target folder -> path -> { id, path, type, bytes }
    this.files = state.cabinets.byAccount;
    this.closers = closers;
  }

  get clockOffsetMs() {
    return this.state.clockOffsetMs;
  }

  set clockOffsetMs(value) {
    this.state.clockOffsetMs = value;
  }

  get concurrency() {
    return this.state.concurrency;
  }

  set concurrency(value) {
    this.state.concurrency = value;
  }

  get delayMs() {
    return this.state.delayMs;
  }

  set delayMs(value) {
    this.state.delayMs = value;
  }

  get mostUnderWay() {
    return this.state.mostUnderWay;
  }

  // The calls of the echo RESTlet and of REST web services that were executed, in order: { method, path, id, tokenId }.
  get executed() {
    return this.state.executed;
  }

  // Called for every visit with { type: 'shown' | 'allowed' | 'denied', url, account, role, state, location }.
  get onConsent() {
    return this.state.onConsent;
  }

  set onConsent(hook) {
    this.state.onConsent = hook;
  }

  issueToken(wanted) {
    return mint(this.state, wanted || {});
  }

  revoke(tokenId) {
    return this.tokens.delete(tokenId);
  }

  // The token works for this many more requests.
  revokeAfter(tokenId, uses) {
    if (uses > 0) this.state.usesLeft.set(tokenId, uses);
    else this.revoke(tokenId);
  }

  // The integration records for OAuth 2.0, by client ID. Their lifetimes and scopes can be changed at any time.
  get integrations() {
    return this.state.integrations;
  }

  // The chains of refresh tokens, by ID: { id, clientId, account, role, scope, rotations, ended }.
  get grants() {
    return this.state.grants.chains;
  }

  // An OAuth 2.0 grant without a sign-in: { id, accessToken, refreshToken }.
  issueGrant(wanted) {
    return issueGrant(this.state, wanted || {});
  }

  fault(name, value, count) {
    this.state.faults.set(name, value, count);
  }

  clearFaults() {
    this.state.faults.clear();
  }

  // Does what a person does on the consent page, but does not call the callback. Accepts any host name in the URL.
  consent(authorizeUrl, choice) {
    const wanted = Object.assign({ action: 'allow' }, choice);
    return browse(authorizeUrl, Object.assign(wanted, { simulator: this.url, follow: false }));
  }

  async close() {
    await Promise.all(this.closers.map((close) => close()));
  }
}

async function startSimulator(options) {
  const wanted = options || {};
  const state = createState(wanted);
  const server = http.createServer(listener(state, 'http'));
  const closers = [trackSockets(server)];
  const port = await listen(server, wanted.port);
  state.url = `http://127.0.0.1:${port}`;
  let proxy = null;
  if (wanted.proxy) {
    try {
      proxy = await startProxy(state, wanted.proxy === true ? {} : wanted.proxy);
    } catch (error) {
      await closers[0]();
      throw error;
    }
    closers.push(proxy.close);
  }
  return new Simulator(state, port, closers, proxy);
}

module.exports = { startSimulator };
