// How each fault changes a correct response.
'use strict';

const { failure, flowFailure, json, redirect } = require('./answers');
const { ENCODING_FAULTS } = require('./encoding');
const { BUSY_FAULTS } = require('./limits');
const { isTokenFault, spoilToken } = require('./oauth2/token-faults');

const FLOW_CODES = [
  'UnknownIntegration',
  'IntegrationBlocked',
  'AuthorizationFlowRequired',
  'InvalidTimestamp',
  'InvalidSignature',
  'InvalidCallback',
  'MissingRequiredParameter',
  'NonceRejected',
  'NonceUsed',
  'FeatureDisabled',
];

const MAINTENANCE =
  '<!doctype html><html><head><title>Scheduled maintenance</title></head><body><h1>The system is temporarily unavailable</h1></body></html>';
const LOCALISED = 'Échec de la connexion : vérifiez vos paramètres d’accès.';

function raw(status, type, body) {
  return { status, headers: { 'content-type': type }, body };
}

function isToken(call) {
  return call.step === 'requesttoken' || call.step === 'accesstoken';
}

function withoutField(honest, name) {
  const pairs = new URLSearchParams(honest.body);
  pairs.delete(name);
  return Object.assign({}, honest, { body: pairs.toString() });
}

// The same address again, with a parameter that shows that the redirect was followed.
function movedTo(call) {
  return `${call.url}${call.url.includes('?') ? '&' : '?'}moved=1`;
}

// Each one takes (correct response, call, state) and returns the response that is sent instead.
const SPOILERS = Object.assign(
  {
    html: () => raw(200, 'text/html;charset=UTF-8', MAINTENANCE),
    'html-500': () => raw(500, 'text/html;charset=UTF-8', MAINTENANCE),
    empty: () => raw(200, 'text/plain;charset=UTF-8', ''),
    hang: (honest) => Object.assign({}, honest, { ending: 'hang' }),
    reset: (honest) => Object.assign({}, honest, { ending: 'reset' }),
    'reset-before': () => Object.assign(raw(200, 'text/plain', ''), { ending: 'reset' }),
    truncate: (honest) => Object.assign({}, honest, { ending: 'truncate' }),
    huge: () => Object.assign(raw(200, 'text/plain;charset=UTF-8', ''), { ending: 'huge' }),
    // Accounts without TBA have been observed to send JSON with stray backslashes.
    garbage: (honest, call) =>
      raw(
        isToken(call) ? 400 : 200,
        'application/json;charset=UTF-8',
        '{"error" : {"code" : "USER_ERROR","message" : "The \\feature is \\not enabled',
      ),
    backslash: () =>
      raw(
        400,
        'application/json;charset=UTF-8',
        '{"error" : {"code" : "USER_ERROR","message" : "The feature \\\'Token-based Authentication\\\' is not enabled."}}',
      ),
    'string-error': () => json(400, { error: 'The request could not be completed.' }),
    'nested-error': () => json(400, { error: JSON.stringify({ code: 'USER_ERROR', details: 'The request could not be completed.' }) }),
    'plain-error': () =>
      raw(400, 'text/plain;charset=UTF-8', 'error code: UNEXPECTED_ERROR\nerror message: An unexpected error has occurred\n'),
    localised: (honest, call) => failure(call, 401, 'INVALID_LOGIN_ATTEMPT', LOCALISED),
    latin1: () =>
      raw(
        401,
        'application/json;charset=ISO-8859-1',
        Buffer.from(JSON.stringify({ error: { code: 'INVALID_LOGIN_ATTEMPT', message: LOCALISED.replace('’', "'") } }), 'latin1'),
      ),
    control: (honest, call) => failure(call, 401, 'INVALID_LOGIN_ATTEMPT', 'Invalid \u001b[31mlogin\u001b[0m attempt.\u0007'),
    bom: (honest) => Object.assign({}, honest, { body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(honest.body)]) }),
    whitespace: (honest) => Object.assign({}, honest, { body: `\r\n ${honest.body} \r\n` }),
    redirect: (honest, call) => redirect(`${call.scheme}://${call.headers.host}/moved`),
    'redirect-foreign': () => redirect('https://netsuite.example/app/site/hosting/restlet.nl'),
    unconfirmed: (honest, call) =>
      call.step === 'requesttoken' ? Object.assign({}, honest, { body: honest.body.replace('confirmed=true', 'confirmed=false') }) : honest,
    'missing-secret': (honest, call) => (isToken(call) ? withoutField(honest, 'oauth_token_secret') : honest),
    'evil-token': (honest, call) =>
      isToken(call)
        ? Object.assign({}, honest, { body: honest.body.replace(/oauth_token=[^&]*/, 'oauth_token=x%3Btouch%20pwned%26%0A%22%27') })
        : honest,
  },
  ENCODING_FAULTS,
);

for (const name of Object.keys(BUSY_FAULTS)) SPOILERS[name] = (honest, call) => BUSY_FAULTS[name](call);

function spoil(kind, honest, call, state) {
  if (isTokenFault(kind)) return spoilToken(kind, honest, state);
  if (FLOW_CODES.includes(kind))
    return flowFailure(call, kind, kind === 'InvalidCallback' ? call.entry.oauth.oauth_callback : 'switched on by hand');
  const status = /^status:(\d+)$/.exec(kind);
  if (status) return failure(call, Number(status[1]), 'UNEXPECTED_ERROR', 'An unexpected error has occurred.');
  const moved = /^redirect:(30[12378])$/.exec(kind);
  if (moved) return Object.assign(redirect(movedTo(call)), { status: Number(moved[1]) });
  const slow = /^slow:(\d+)$/.exec(kind);
  if (slow) return Object.assign({}, honest, { delayMs: Number(slow[1]) });
  return SPOILERS[kind](honest, call, state);
}

module.exports = { FLOW_CODES, SPOILERS, spoil };
