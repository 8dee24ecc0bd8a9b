'use strict';

// The public names; index.d.ts documents each of them.

const { authenticate } = require('./lib/authenticate');
const { Session } = require('./lib/session');
const { TokenVault } = require('./lib/vault');
const { signRequest } = require('./lib/sign');
const { openBrowser } = require('./lib/browser');
const { TbaError } = require('./lib/error');
const { OAuth1 } = require('./lib/oauth1');

module.exports = { authenticate, Session, TokenVault, signRequest, openBrowser, TbaError, OAuth1 };
