// What both consent pages do with a visit: read its parameters, take the decision, and send the browser back.
'use strict';

const { html, redirect } = require('./answers');
const { problemPage } = require('./consent-page');

function parameters(call) {
  return call.method === 'POST' ? new URLSearchParams(call.body.toString('utf8')) : call.query;
}

function problem(call, text) {
  call.entry.reason = text;
  return html(400, problemPage(text));
}

// The accounts that the page offers. Tells that it was shown.
function offered(state, call, seen, role) {
  state.tell({ type: 'shown', url: call.url, account: seen.account ? seen.account.id : null, role, state: seen.state });
  return seen.account ? [seen.account] : Array.from(state.accounts.values());
}

// The form sends grant=ACCOUNT:ROLE. Scripts may send account and role separately. `preset` is the role without either.
function chosen(state, seen, preset) {
  const [grantAccount, grantRole] = (seen.sent.get('grant') || ':').split(':');
  const account = seen.account || state.accounts.get(seen.sent.get('account') || grantAccount || '');
  if (!account) return null;
  const wanted = seen.sent.get('role') || grantRole || preset || account.roles[0].id;
  const role = account.roles.find((known) => known.id === String(wanted));
  return role ? { account, role } : null;
}

function addressWith(target, pairs) {
  return `${target}${target.includes('?') ? '&' : '?'}${new URLSearchParams(pairs)}`;
}

// Tells of the decision, and sends the browser to `location`.
function leave(state, call, seen, { allowed, choice, location }) {
  state.tell({
    type: allowed ? 'allowed' : 'denied',
    url: call.url,
    location,
    account: choice ? choice.account.id : null,
    role: choice ? choice.role.id : null,
    state: seen.state,
  });
  return redirect(location);
}

function endpoint(step, path, show, decide) {
  const answer = (state, call) => (call.method === 'POST' ? decide(state, call) : show(state, call));
  return { step, path, methods: ['GET', 'POST'], hosts: ['app', 'system'], answer };
}

module.exports = { addressWith, chosen, endpoint, leave, offered, parameters, problem };
