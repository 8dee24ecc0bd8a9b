// Step two: the consent page, and the redirect after Allow or Deny.
'use strict';

const crypto = require('crypto');
const { accountOfHost } = require('./accounts');
const { html } = require('./answers');
const { allowPage } = require('./consent-page');
const { addressWith, chosen, endpoint, leave, offered, parameters, problem } = require('./consent-visit');
const { SHARED_FORGERIES, replace, without } = require('./redirect-forgeries');

const PATH = '/app/login/secure/authorizetoken.nl';

// Faults of the redirect. Each one takes the correct parameters and returns those that are sent instead.
const FORGERIES = Object.assign({}, SHARED_FORGERIES, {
  'wrong-token': (pairs) => replace(pairs, 'oauth_token', '0'.repeat(64)),
  'no-verifier': (pairs) => without(pairs, 'oauth_verifier'),
  'bare-deny': (pairs) => pairs.filter((pair) => pair[0] === 'oauth_verifier').map(([name]) => [name, '']),
});

// The request token and account of a visit, or the page that explains why the sign-in cannot continue.
function visit(state, call) {
  const sent = parameters(call);
  const stateParameter = sent.get('state');
  if (stateParameter !== null && !/^[A-Za-z0-9]{0,512}$/.test(stateParameter)) {
    return { page: problem(call, 'state may hold at most 512 letters and digits.') };
  }
  const token = state.requestTokens.get(sent.get('oauth_token'));
  if (!token || token.grant) return { page: problem(call, 'This request token is unknown or was used before. Start the sign-in again.') };
  const account = accountOfHost(state.accounts, call.host) || state.accounts.get(token.account) || null;
  if (call.host.label && (!account || (token.account && token.account !== account.id))) {
    return { page: problem(call, 'This host belongs to another account than the one the sign-in was started for.') };
  }
  return { token, account, sent, state: stateParameter };
}

function show(state, call) {
  const seen = visit(state, call);
  if (seen.page) return seen.page;
  const accounts = offered(state, call, seen, seen.token.role);
  const fields = [
    ['oauth_token', seen.token.token],
    ['state', seen.state],
  ];
  return html(200, allowPage({ path: PATH, accounts, role: seen.token.role, fields, about: '' }));
}

function decide(state, call) {
  const seen = visit(state, call);
  if (seen.page) return seen.page;
  const choice = chosen(state, seen, seen.token.role);
  const allow = seen.sent.get('action') === 'allow';
  if (allow && !choice) return problem(call, 'Choose an account and one of its roles.');
  const verifier = allow ? crypto.randomBytes(32).toString('hex') : '';
  let pairs = [
    ['oauth_token', seen.token.token],
    ['oauth_verifier', verifier],
  ];
  if (choice) pairs.push(['company', choice.account.id], ['role', choice.role.id], ['entity', choice.account.user.id]);
  if (seen.state !== null) pairs.push(['state', seen.state]);
  if (allow) seen.token.grant = { verifier, account: choice.account.id, role: choice.role.id, user: choice.account.user };
  else state.requestTokens.delete(seen.token.token);
  for (const name of state.faults.take('consent')) pairs = FORGERIES[name](pairs);
  return leave(state, call, seen, { allowed: allow, choice, location: addressWith(seen.token.callback, pairs) });
}

module.exports = {
  FORGERIES: Object.keys(FORGERIES),
  PATH,
  endpoints: [endpoint('consentpage', PATH, show, decide)],
};
