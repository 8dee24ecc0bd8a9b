// Step two: the consent page, and the redirect after Allow or Deny.
'use strict';

const crypto = require('crypto');
const { accountOfHost } = require('./accounts');
const { html, redirect } = require('./answers');
const { allowPage, problemPage } = require('./consent-page');
const { SHARED_FORGERIES, replace, without } = require('./redirect-forgeries');

const PATH = '/app/login/secure/authorizetoken.nl';

// Faults of the redirect. Each one takes the correct parameters and returns those that are sent instead.
const FORGERIES = Object.assign({}, SHARED_FORGERIES, {
  'wrong-token': (pairs) => replace(pairs, 'oauth_token', '0'.repeat(64)),
  'no-verifier': (pairs) => without(pairs, 'oauth_verifier'),
  'bare-deny': (pairs) => pairs.filter((pair) => pair[0] === 'oauth_verifier').map(([name]) => [name, '']),
});

function parameters(call) {
  return call.method === 'POST' ? new URLSearchParams(call.body.toString('utf8')) : call.query;
}

function problem(call, text) {
  call.entry.reason = text;
  return html(400, problemPage(text));
}

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
  const accounts = seen.account ? [seen.account] : Array.from(state.accounts.values());
  state.tell({ type: 'shown', url: call.url, account: seen.account ? seen.account.id : null, role: seen.token.role, state: seen.state });
  const fields = [
    ['oauth_token', seen.token.token],
    ['state', seen.state],
  ];
  return html(200, allowPage({ path: PATH, accounts, role: seen.token.role, fields, about: '' }));
}

// The form sends grant=ACCOUNT:ROLE. Scripts may send account and role separately.
function chosen(state, seen) {
  const [grantAccount, grantRole] = (seen.sent.get('grant') || ':').split(':');
  const account = seen.account || state.accounts.get(seen.sent.get('account') || grantAccount || '');
  if (!account) return null;
  const wanted = seen.sent.get('role') || grantRole || seen.token.role || account.roles[0].id;
  const role = account.roles.find((known) => known.id === String(wanted));
  return role ? { account, role } : null;
}

function decide(state, call) {
  const seen = visit(state, call);
  if (seen.page) return seen.page;
  const choice = chosen(state, seen);
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
  const location = seen.token.callback + (seen.token.callback.includes('?') ? '&' : '?') + new URLSearchParams(pairs).toString();
  state.tell({
    type: allow ? 'allowed' : 'denied',
    url: call.url,
    location,
    account: choice ? choice.account.id : null,
    role: choice ? choice.role.id : null,
    state: seen.state,
  });
  return redirect(location);
}

module.exports = {
  FORGERIES: Object.keys(FORGERIES),
  PATH,
  endpoints: [
    {
      step: 'consentpage',
      path: PATH,
      methods: ['GET', 'POST'],
      hosts: ['app', 'system'],
      answer: (state, call) => (call.method === 'POST' ? decide(state, call) : show(state, call)),
    },
  ],
};
