// Faults of the token endpoint: the documented errors, and answers that a client must not trust.
'use strict';

const { json } = require('../answers');
const { fromBase64Url } = require('./jwt');

const ERRORS = ['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope'];

function changed(honest, change) {
  return Object.assign({}, honest, { body: JSON.stringify(change(JSON.parse(honest.body))) });
}

function reissued(honest, state, change) {
  return changed(honest, (answer) => {
    const claims = JSON.parse(fromBase64Url(answer.access_token.split('.')[1]).toString('utf8'));
    return Object.assign({}, answer, { access_token: state.grants.issuer.sign(change(claims)) });
  });
}

// Each one takes (correct response, state). The work of the request is done: a refresh token is used up.
const TOKEN_FAULTS = {
  'no-refresh-token': (honest) => changed(honest, (answer) => Object.assign({}, answer, { refresh_token: undefined })),
  'no-access-token': (honest) => changed(honest, (answer) => Object.assign({}, answer, { access_token: undefined })),
  'huge-token': (honest) => changed(honest, (answer) => Object.assign({}, answer, { access_token: 'a'.repeat(64 * 1024) })),
  'evil-access-token': (honest) => changed(honest, (answer) => Object.assign({}, answer, { access_token: 'x\r\nX-Injected: 1' })),
  'evil-expires': (honest) => changed(honest, (answer) => Object.assign({}, answer, { expires_in: '-1e999' })),
  'token-type': (honest) => changed(honest, (answer) => Object.assign({}, answer, { token_type: 'mac' })),
  'aud-other': (honest, state) =>
    reissued(honest, state, (claims) => Object.assign({}, claims, { aud: ['app;7654321'].concat(claims.aud.slice(1)) })),
  'sub-other': (honest, state) => reissued(honest, state, (claims) => Object.assign({}, claims, { sub: '99999;1' })),
};

const isTokenFault = (kind) => ERRORS.includes(kind) || Object.prototype.hasOwnProperty.call(TOKEN_FAULTS, kind);

function spoilToken(kind, honest, state) {
  if (ERRORS.includes(kind)) {
    const status = kind === 'invalid_client' ? 401 : 400;
    return json(status, { error: kind }, status === 401 ? { 'www-authenticate': 'Basic realm="NetSuite"' } : {});
  }
  return honest.status === 200 ? TOKEN_FAULTS[kind](honest, state) : honest;
}

module.exports = { ERRORS, TOKEN_FAULTS: Object.keys(TOKEN_FAULTS), isTokenFault, spoilToken };
