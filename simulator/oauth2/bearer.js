// Bearer tokens on RESTlets and REST web services. SOAP takes none.
'use strict';

const { accountOfHost } = require('../accounts');
const { failure } = require('../answers');

const SCOPE_OF_STEP = { restlet: 'restlets', record: 'rest_webservices', suiteql: 'rest_webservices' };

const isBearer = (call) => /^Bearer\b/i.test(call.headers.authorization || '');

function problem(state, call, found) {
  if (found.refused) return found.refused;
  const scope = SCOPE_OF_STEP[call.step];
  if (!scope) return 'a bearer token is not accepted here';
  if (!found.token.scope.includes(scope)) return `the access token lacks the scope ${scope}`;
  if (call.host.kind === 'loopback') return null;
  const account = accountOfHost(state.accounts, call.host);
  if (!account || account.id !== found.token.account) return `sent to ${call.host.name}, not to the account's host`;
  return null;
}

// Returns the refusal, or null and sets call.token.
function checkBearer(state, call) {
  const match = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/.exec(call.headers.authorization);
  if (!match) return refusal(call, 400, 'invalid_request', 'the Authorization header is not one Bearer token');
  const found = state.grants.bearer(match[1]);
  const reason = problem(state, call, found);
  if (reason) return refusal(call, 401, 'invalid_token', reason);
  call.token = Object.assign({ consumerKey: found.token.clientId }, found.token);
  return null;
}

function refusal(call, status, error, reason) {
  call.entry.reason = `${error}: ${reason}`;
  return failure(call, status, 'INVALID_LOGIN_ATTEMPT', 'Invalid login attempt.', {
    'www-authenticate': `Bearer realm="NetSuite", error="${error}", error_description="Invalid login attempt."`,
  });
}

module.exports = { checkBearer, isBearer };
