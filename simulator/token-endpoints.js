// The token endpoints: request token, access token, token information, revoke.
'use strict';

const crypto = require('crypto');
const { accountOfHost, isCanonical } = require('./accounts');
const { flowFailure, form, invalidLogin, json } = require('./answers');
const { checkBearer, isBearer } = require('./oauth2/bearer');
const { same } = require('./signature');
const { Refusal, verify } = require('./verification');

function randomToken() {
  return crypto.randomBytes(32).toString('hex');
}

// The only wildcard of the integration record is http://localhost:* (any port). Everything else must match exactly.
function callbackAllowed(allowed, callback) {
  return allowed.some((entry) => {
    if (entry === callback) return true;
    return entry === 'http://localhost:*' && /^http:\/\/localhost:\d{1,5}(\/[^\s#]*)?$/.test(callback);
  });
}

function refuse(state, call, refusal) {
  call.entry.reason = `${refusal.code}: ${refusal.detail}`;
  return flowFailure(call, refusal.code, refusal.detail);
}

// realm is optional in the token steps, but a wrong one is a common cause of errors.
function realmRefusal(state, oauth, account) {
  if (oauth.realm === undefined) return null;
  if (!isCanonical(oauth.realm)) return new Refusal('INVALID_LOGIN_ATTEMPT', `realm "${oauth.realm}" is not in the form 1234567_SB1`);
  if (!state.accounts.has(oauth.realm)) return new Refusal('INVALID_LOGIN_ATTEMPT', 'realm names an unknown account');
  if (account && account.id !== oauth.realm) return new Refusal('INVALID_LOGIN_ATTEMPT', 'realm and host name different accounts');
  return null;
}

function checkRequestToken(state, call) {
  const { oauth, refusal } = verify(state, call, { needed: ['oauth_callback'], tokenSecret: () => '' });
  if (refusal) return refuse(state, call, refusal);
  const account = accountOfHost(state.accounts, call.host);
  if (call.host.label && !account) return refuse(state, call, new Refusal('INVALID_LOGIN_ATTEMPT', 'no such account'));
  const wrongRealm = realmRefusal(state, oauth, account);
  if (wrongRealm) return refuse(state, call, wrongRealm);
  if (!callbackAllowed(state.callbacks, oauth.oauth_callback))
    return refuse(state, call, new Refusal('InvalidCallback', oauth.oauth_callback));
  call.requested = { oauth, account: account ? account.id : oauth.realm || null };
  return null;
}

function answerRequestToken(state, call) {
  const { oauth, account } = call.requested;
  const token = {
    token: randomToken(),
    secret: randomToken(),
    consumerKey: oauth.oauth_consumer_key,
    callback: oauth.oauth_callback,
    account,
    role: oauth.role || null,
    grant: null,
  };
  state.requestTokens.set(token.token, token);
  return form([
    ['oauth_token', token.token],
    ['oauth_token_secret', token.secret],
    ['oauth_callback_confirmed', 'true'],
  ]);
}

function checkAccessToken(state, call) {
  const find = (oauth) => state.requestTokens.get(oauth.oauth_token);
  const { oauth, refusal } = verify(state, call, {
    needed: ['oauth_token', 'oauth_verifier'],
    tokenSecret: (sent) => {
      const found = find(sent);
      return found && found.consumerKey === sent.oauth_consumer_key ? found.secret : undefined;
    },
  });
  if (refusal) return refuse(state, call, refusal);
  const token = find(oauth);
  // A request token works once, even if the verifier is wrong, so that verifiers cannot be guessed.
  state.requestTokens.delete(token.token);
  if (!token.grant) return refuse(state, call, new Refusal('TokenRejected', 'nobody has allowed this request token'));
  if (!same(token.grant.verifier, oauth.oauth_verifier)) return refuse(state, call, new Refusal('TokenRejected', 'wrong oauth_verifier'));
  const account = state.accounts.get(token.grant.account);
  const host = accountOfHost(state.accounts, call.host);
  if (call.host.kind !== 'loopback' && host !== account)
    return refuse(state, call, new Refusal('INVALID_LOGIN_ATTEMPT', `sent to ${call.host.name}, not to the account's host`));
  const wrongRealm = realmRefusal(state, oauth, account);
  if (wrongRealm) return refuse(state, call, wrongRealm);
  call.granted = { consumerKey: token.consumerKey, grant: token.grant };
  return null;
}

function answerAccessToken(state, call) {
  const token = mint(state, Object.assign({ consumerKey: call.granted.consumerKey }, call.granted.grant));
  return form([
    ['oauth_token', token.tokenId],
    ['oauth_token_secret', token.tokenSecret],
  ]);
}

// Makes a token. The sign-in ends here, and tests may start here.
function mint(state, wanted) {
  const account = state.accounts.get(wanted.account || state.accounts.keys().next().value);
  if (!account) throw new Error(`The simulator has no account ${wanted.account}`);
  const role = String(wanted.role || account.roles[0].id);
  if (!account.roles.some((known) => known.id === role)) throw new Error(`Account ${account.id} has no role ${role}`);
  const token = {
    tokenId: randomToken(),
    tokenSecret: randomToken(),
    account: account.id,
    role,
    user: wanted.user || account.user,
    consumerKey: wanted.consumerKey || state.consumers.keys().next().value,
  };
  state.tokens.set(token.tokenId, token);
  return token;
}

// Checks a request that is signed with an access token, including realm, host and the order of timestamps, or has a Bearer token.
function checkToken(state, call) {
  if (isBearer(call)) return checkBearer(state, call);
  const { oauth, refusal } = verify(state, call, {
    needed: ['oauth_token'],
    ordered: true,
    tokenSecret: (sent) => {
      const token = state.tokens.get(sent.oauth_token);
      return token && token.consumerKey === sent.oauth_consumer_key ? token.tokenSecret : undefined;
    },
  });
  const token = refusal ? null : state.tokens.get(oauth.oauth_token);
  const problem = refusal || placeProblem(state, call, oauth, token);
  if (!problem) {
    call.token = token;
    return null;
  }
  call.entry.reason = `${problem.code}: ${problem.detail}`;
  if (problem.code === 'INVALID_REQUEST') {
    return flowFailure(call, 'INVALID_REQUEST', 'The request could not be understood by the server due to malformed syntax.');
  }
  return invalidLogin(call, oauth.realm);
}

function placeProblem(state, call, oauth, token) {
  if (oauth.realm === undefined) return new Refusal('INVALID_LOGIN_ATTEMPT', 'no realm in the Authorization header');
  if (oauth.realm !== token.account)
    return new Refusal('INVALID_LOGIN_ATTEMPT', `realm "${oauth.realm}" is not the token's account ${token.account}`);
  if (call.host.kind === 'loopback') return null;
  const account = accountOfHost(state.accounts, call.host);
  if (!account || account.id !== token.account)
    return new Refusal('INVALID_LOGIN_ATTEMPT', `sent to ${call.host.name}, not to the account's host`);
  return null;
}

function tokenInfo(state, call) {
  const account = state.accounts.get(call.token.account);
  const role = account.roles.find((known) => known.id === call.token.role);
  return json(200, {
    companyId: account.id,
    companyName: account.name,
    entityId: call.token.user.id,
    entityName: call.token.user.name,
    roleId: role.id,
    roleName: role.name,
  });
}

function revoke(state, call) {
  if (call.query.get('consumerKey') !== call.token.consumerKey || call.query.get('token') !== call.token.tokenId) {
    return flowFailure(call, 'MissingRequiredParameter', 'consumerKey and token have to name the token the request is signed with');
  }
  state.tokens.delete(call.token.tokenId);
  return json(200, {});
}

function dataCenterUrls(state, call) {
  const account = call.query.get('account') || call.query.get('c');
  return state.accounts.has(account) ? json(200, state.domains(account, call)) : flowFailure(call, 'MissingRequiredParameter', 'account');
}

module.exports = {
  checkToken,
  mint,
  endpoints: [
    {
      step: 'requesttoken',
      path: '/rest/requesttoken',
      methods: ['POST'],
      hosts: ['restlets', 'app', 'system', 'rest'],
      check: checkRequestToken,
      answer: answerRequestToken,
    },
    {
      step: 'accesstoken',
      path: '/rest/accesstoken',
      methods: ['POST'],
      hosts: ['restlets', 'app'],
      check: checkAccessToken,
      answer: answerAccessToken,
    },
    { step: 'tokeninfo', path: '/rest/tokeninfo', methods: ['GET'], hosts: ['restlets', 'app'], check: checkToken, answer: tokenInfo },
    {
      step: 'revoketoken',
      path: '/rest/revoketoken',
      methods: ['GET', 'POST'],
      hosts: ['restlets', 'app'],
      check: checkToken,
      answer: revoke,
    },
    {
      step: 'datacenterurls',
      path: '/rest/datacenterurls',
      methods: ['GET'],
      hosts: ['rest', 'system', 'restlets'],
      answer: dataCenterUrls,
    },
  ],
};
