// /app/login/oauth2/authorize.nl: the consent page, and the redirect with a code or an error.
'use strict';

const { accountOfHost } = require('../accounts');
const { html, redirect } = require('../answers');
const { allowPage } = require('../consent-page');
const { addressWith, chosen, endpoint, leave, offered, parameters, problem } = require('../consent-visit');
const { SHARED_FORGERIES, replace, without } = require('../redirect-forgeries');
const { SCOPES, isPublic, redirectAllowed } = require('./integrations');

const PATH = '/app/login/oauth2/authorize.nl';
const PARAMETERS = ['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'code_challenge_method', 'prompt'];
const PROMPTS = ['login', 'consent', 'login consent', 'consent login'];

const CODE_FORGERIES = Object.assign({}, SHARED_FORGERIES, {
  'no-code': (pairs) => without(pairs, 'code'),
  'duplicate-code': (pairs) => pairs.concat([['code', '0'.repeat(64)]]),
  'wrong-code': (pairs) => replace(pairs, 'code', '0'.repeat(64)),
  'code-and-error': (pairs) => pairs.concat([['error', 'access_denied']]),
  'error-without-state': () => [['error', 'access_denied']],
});

// NetSuite compares an error of these parameters with nothing: without a known client and redirect there is no place to send it.
function unredirectable(record, sent) {
  if (!record) return 'client_id names no integration of this simulator.';
  if (sent.getAll('redirect_uri').length !== 1 || !redirectAllowed(record, sent.get('redirect_uri')))
    return 'redirect_uri is none of those on the integration record.';
  return null;
}

// The first thing that is wrong, as [error, reason], or null.
function mistake(record, sent) {
  const twice = PARAMETERS.find((name) => sent.getAll(name).length > 1);
  if (twice) return ['invalid_request', `${twice} was sent more than once`];
  if (sent.get('response_type') !== 'code') return ['unsupported_response_type', `response_type ${sent.get('response_type')}`];
  if (!/^[\x20-\x7e]{22,1024}$/.test(sent.get('state') || ''))
    return ['invalid_request', 'state has to be 22 to 1024 printable characters'];
  const challenge = sent.get('code_challenge');
  if (challenge === null && (record.pkce || isPublic(record))) return ['invalid_request', 'this integration needs code_challenge'];
  if (challenge !== null && !/^[A-Za-z0-9_-]{43}$/.test(challenge))
    return ['invalid_request', 'code_challenge is not a SHA-256 in base64url'];
  if (challenge !== null && sent.get('code_challenge_method') !== 'S256')
    return ['invalid_request', 'code_challenge_method has to be S256'];
  const prompt = sent.get('prompt');
  if (prompt !== null && !PROMPTS.includes(prompt)) return ['invalid_request', `prompt ${prompt}`];
  const scopes = (sent.get('scope') || '').split(' ');
  const lacking = scopes.find((scope) => !SCOPES.includes(scope) || !record.scopes.includes(scope));
  return lacking === undefined ? null : ['invalid_scope', `the integration does not have the scope "${lacking}"`];
}

function withState(sent, pairs) {
  const sentState = sent.get('state');
  return sentState === null ? pairs : pairs.concat([['state', sentState]]);
}

// What a visit asks for, or the page or redirect that ends it.
function visit(state, call) {
  const sent = parameters(call);
  const record = state.integrations.get(sent.get('client_id'));
  const stop = unredirectable(record, sent);
  if (stop) return { page: problem(call, stop) };
  const wrong = mistake(record, sent);
  if (wrong) {
    call.entry.reason = `${wrong[0]}: ${wrong[1]}`;
    return { page: redirect(addressWith(sent.get('redirect_uri'), withState(sent, [['error', wrong[0]]]))) };
  }
  const account = accountOfHost(state.accounts, call.host);
  if (call.host.label && !account) return { page: problem(call, 'There is no such account.') };
  return { sent, record, account, state: sent.get('state') };
}

function show(state, call) {
  const seen = visit(state, call);
  if (seen.page) return seen.page;
  const accounts = offered(state, call, seen, null);
  const fields = PARAMETERS.map((name) => [name, seen.sent.get(name)]);
  return html(200, allowPage({ path: PATH, accounts, role: null, fields, about: `It asks for: ${seen.sent.get('scope')}.` }));
}

function allow(state, seen, choice) {
  const { account, role } = choice;
  const code = state.grants.newCode(seen.record, {
    clientId: seen.record.clientId,
    account: account.id,
    role: role.id,
    user: account.user,
    scope: seen.sent.get('scope').split(' '),
    redirect: seen.sent.get('redirect_uri'),
    challenge: seen.sent.get('code_challenge'),
  });
  return [
    ['code', code],
    ['company', account.id],
    ['role', role.id],
    ['entity', account.user.id],
  ];
}

function decide(state, call) {
  const seen = visit(state, call);
  if (seen.page) return seen.page;
  const allowed = seen.sent.get('action') === 'allow';
  const choice = chosen(state, seen, null);
  if (allowed && !choice) return problem(call, 'Choose an account and one of its roles.');
  let pairs = withState(seen.sent, allowed ? allow(state, seen, choice) : [['error', 'access_denied']]);
  for (const name of state.faults.take('authorize')) pairs = forge(name, pairs);
  const location = addressWith(seen.sent.get('redirect_uri'), pairs);
  return leave(state, call, seen, { allowed, choice: allowed ? choice : null, location });
}

function forge(name, pairs) {
  const error = /^error:(.+)$/.exec(name);
  if (error) return [['error', error[1]]].concat(pairs.filter((pair) => pair[0] === 'state'));
  return CODE_FORGERIES[name](pairs);
}

function isForgery(kind) {
  return Object.prototype.hasOwnProperty.call(CODE_FORGERIES, kind) || /^error:[a-z_]{1,64}$/.test(kind);
}

module.exports = {
  PATH,
  CODE_FORGERIES: Object.keys(CODE_FORGERIES),
  isForgery,
  endpoints: [endpoint('authorizepage', PATH, show, decide)],
};
