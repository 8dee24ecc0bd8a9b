// /services/rest/auth/oauth2/v1/token and /revoke: codes and refresh tokens against access tokens, by strict rules.
'use strict';

const crypto = require('crypto');
const { accountOfHost } = require('../accounts');
const { json } = require('../answers');
const { authenticate } = require('./client-authentication');
const { ACCESS_SECONDS } = require('./grants');
const { isPublic } = require('./integrations');
const { toBase64Url } = require('./jwt');
const { OauthRefusal } = require('./refusal');

const BASE = '/services/rest/auth/oauth2/v1/';
const TOKEN_PATH = `${BASE}token`;
const FRESH = { 'cache-control': 'no-store', pragma: 'no-cache' };

function formOf(call) {
  if (!/^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] || ''))
    throw new OauthRefusal('invalid_request', 'the Content-Type has to be application/x-www-form-urlencoded');
  const sent = new URLSearchParams(call.body.toString('utf8'));
  for (const name of sent.keys()) if (sent.getAll(name).length > 1) throw new OauthRefusal('invalid_request', `${name} was sent twice`);
  call.entry.oauth.grant_type = sent.get('grant_type');
  return sent;
}

function needed(sent, name) {
  const value = sent.get(name);
  if (!value) throw new OauthRefusal('invalid_request', `${name} is missing`);
  return value;
}

function checkPlace(state, call, allowed) {
  if (call.host.kind === 'loopback') return;
  const account = accountOfHost(state.accounts, call.host);
  if (!account || account.id !== allowed.account)
    throw new OauthRefusal('invalid_grant', `sent to ${call.host.name}, not to the account's host`);
}

function checkVerifier(challenge, verifier) {
  if (challenge === null) {
    if (verifier !== null) throw new OauthRefusal('invalid_grant', 'code_verifier without a code_challenge');
    return;
  }
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier || ''))
    throw new OauthRefusal('invalid_request', 'code_verifier is missing or malformed');
  const digest = toBase64Url(crypto.createHash('sha256').update(verifier).digest());
  if (digest !== challenge) throw new OauthRefusal('invalid_grant', 'code_verifier does not belong to code_challenge');
}

function tokens(state, chain) {
  return {
    access_token: state.grants.accessToken(chain),
    refresh_token: state.grants.refreshToken(chain),
    expires_in: String(ACCESS_SECONDS),
    token_type: 'bearer',
  };
}

// A code works once. A second use ends what the first one gave, because one of the two was not the owner.
function byCode(state, call, sent) {
  const record = authenticate(state, call, sent);
  const code = state.grants.codes.get(needed(sent, 'code'));
  if (!code || code.clientId !== record.clientId) throw new OauthRefusal('invalid_grant', 'unknown code');
  if (code.used) {
    if (code.chain) state.grants.end(code.chain, 'its code was used twice');
    throw new OauthRefusal('invalid_grant', 'the code was used before');
  }
  code.used = true;
  if (state.grants.now() >= code.expires) throw new OauthRefusal('invalid_grant', 'the code expired');
  if (sent.get('redirect_uri') !== code.redirect) throw new OauthRefusal('invalid_grant', 'another redirect_uri than on the consent page');
  checkPlace(state, call, code);
  checkVerifier(code.challenge, sent.get('code_verifier'));
  code.chain = state.grants.newChain(record, code);
  return tokens(state, code.chain);
}

// The chain that a refresh token may continue.
function liveChain(state, call, record, refreshToken) {
  const found = state.grants.chainOf(refreshToken);
  if (!found || found.chain.clientId !== record.clientId) throw new OauthRefusal('invalid_grant', 'InvalidSignature');
  const { chain, claims } = found;
  checkPlace(state, call, chain);
  if (chain.ended) throw new OauthRefusal('invalid_grant', `the grant ended: ${chain.ended}`);
  if (claims.jti !== chain.current.jti) {
    if (record.endsChainOnReuse) state.grants.end(chain, 'a refresh token was used twice');
    throw new OauthRefusal('invalid_grant', 'RefreshTokenUsed: this refresh token was used before');
  }
  if (state.grants.now() >= claims.exp) throw new OauthRefusal('invalid_grant', 'RefreshTokenExpired');
  const account = state.accounts.get(chain.account);
  if (!account.roles.some((role) => role.id === chain.role)) throw new OauthRefusal('invalid_grant', 'EntityOrRoleDisabled');
  if (!chain.scope.every((scope) => record.scopes.includes(scope))) throw new OauthRefusal('invalid_grant', 'ScopeMismatched');
  return chain;
}

function byRefreshToken(state, call, sent) {
  const record = authenticate(state, call, sent);
  const chain = liveChain(state, call, record, needed(sent, 'refresh_token'));
  state.grants.rotate(record, chain);
  const answer = tokens(state, chain);
  if (!isPublic(record)) delete answer.refresh_token;
  return answer;
}

const BY_GRANT_TYPE = { authorization_code: byCode, refresh_token: byRefreshToken };

function refused(call, error) {
  if (!(error instanceof OauthRefusal)) throw error;
  call.entry.reason = `${error.code}: ${error.detail}`;
  return json(error.status, { error: error.code }, Object.assign({}, FRESH, error.headers));
}

function issue(state, call) {
  try {
    const sent = formOf(call);
    const type = needed(sent, 'grant_type');
    if (!Object.prototype.hasOwnProperty.call(BY_GRANT_TYPE, type)) throw new OauthRefusal('unsupported_grant_type', type);
    return json(200, BY_GRANT_TYPE[type](state, call, sent), FRESH);
  } catch (error) {
    return refused(call, error);
  }
}

// RFC 7009: a token that is unknown or was revoked before is not an error.
function revoke(state, call) {
  try {
    const sent = formOf(call);
    const record = authenticate(state, call, sent);
    const found = state.grants.chainOf(needed(sent, 'token'));
    if (found && found.chain.clientId === record.clientId) state.grants.end(found.chain, 'revoked');
    return { status: 200, headers: FRESH, body: '' };
  } catch (error) {
    return refused(call, error);
  }
}

module.exports = {
  TOKEN_PATH,
  endpoints: [
    { step: 'token', path: TOKEN_PATH, methods: ['POST'], hosts: ['suitetalk'], answer: issue },
    { step: 'revoke', path: `${BASE}revoke`, methods: ['POST'], hosts: ['suitetalk'], answer: revoke },
  ],
};
