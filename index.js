'use strict';

// The public names, which index.d.ts documents. The signer is loaded at once, so that the first signature is as fast
// as the others. The rest is loaded when it is first used, because a gulpfile that requires this package often runs a
// task that does not need it.

const { signRequest } = require('./lib/sign');
const { TbaError } = require('./lib/error');

// Plain functions instead of getters, so that test runners can mock them.
async function authenticate(options) {
  return require('./lib/authenticate').authenticate(options);
}

async function authenticateAll(options, work) {
  return require('./lib/authenticate-all').authenticateAll(options, work);
}

function openBrowser(url) {
  return require('./lib/browser').openBrowser(url);
}

const CLASSES = {
  Session: () => require('./lib/session').Session,
  TokenVault: () => require('./lib/vault').TokenVault,
  OAuth1: () => require('./lib/oauth1').OAuth1,
};

// Never runs: Node reads from this line which names `import { … } from 'netsuite-tba'` can find.
// biome-ignore lint/suspicious/noAssignInExpressions: the form that Node's reader of exports knows.
0 && (module.exports = { authenticate, authenticateAll, Session, TokenVault, signRequest, openBrowser, TbaError, OAuth1 });

module.exports = { authenticate, authenticateAll, signRequest, openBrowser, TbaError };

for (const name of Object.keys(CLASSES)) {
  const become = (value) =>
    Object.defineProperty(module.exports, name, { configurable: true, enumerable: true, writable: true, value })[name];
  Object.defineProperty(module.exports, name, { configurable: true, enumerable: true, get: () => become(CLASSES[name]()), set: become });
}
