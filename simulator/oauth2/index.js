// The simulator as an OAuth 2.0 server: its endpoints, and what it keeps about grants.
'use strict';

const { Grants } = require('./grants');
const { integrationBook } = require('./integrations');

const endpoints = [].concat(require('./authorize').endpoints, require('./token').endpoints);

function oauth2State(consumer, options, now) {
  return { integrations: integrationBook(consumer, options.integrations), grants: new Grants(now) };
}

// A grant without a sign-in, for tests that start after it.
function issueGrant(state, wanted) {
  const account = state.accounts.get(wanted.account || state.accounts.keys().next().value);
  if (!account) throw new Error(`The simulator has no account ${wanted.account}`);
  const role = String(wanted.role || account.roles[0].id);
  if (!account.roles.some((known) => known.id === role)) throw new Error(`Account ${account.id} has no role ${role}`);
  const record = state.integrations.get(wanted.clientId || state.integrations.keys().next().value);
  if (!record) throw new Error(`The simulator has no integration ${wanted.clientId}`);
  const allowed = { clientId: record.clientId, account: account.id, role, user: account.user, scope: wanted.scope || record.scopes };
  const chain = state.grants.newChain(record, allowed);
  return { id: chain.id, accessToken: state.grants.accessToken(chain), refreshToken: state.grants.refreshToken(chain) };
}

module.exports = { endpoints, issueGrant, oauth2State };
