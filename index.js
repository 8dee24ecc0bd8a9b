'use strict';

// The public names; index.d.ts documents each of them. What signs is loaded at once, so that the first
// signature is as fast as any; the rest when it is first asked for, because a gulpfile that requires this
// package may run a task which does not.

const { signRequest } = require('./lib/sign');
const { TbaError } = require('./lib/error');

const LATER = {
  authenticate: () => require('./lib/authenticate').authenticate,
  Session: () => require('./lib/session').Session,
  TokenVault: () => require('./lib/vault').TokenVault,
  openBrowser: () => require('./lib/browser').openBrowser,
  OAuth1: () => require('./lib/oauth1').OAuth1,
};

// Read by Node without being run: the names that `import { … } from 'netsuite-tba'` knows.
0 && (module.exports = { authenticate, Session, TokenVault, signRequest, openBrowser, TbaError, OAuth1 });

module.exports = { signRequest, TbaError };

for (const name of Object.keys(LATER)) {
  const become = (value) => Object.defineProperty(module.exports, name, { configurable: true, enumerable: true, writable: true, value })[name];
  Object.defineProperty(module.exports, name, { configurable: true, enumerable: true, get: () => become(LATER[name]()), set: become });
}
