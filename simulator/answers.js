// The formats of NetSuite's responses: JSON, form text, HTML, and errors.
'use strict';

function json(status, value, headers) {
  return { status, headers: Object.assign({ 'content-type': 'application/json;charset=UTF-8' }, headers), body: JSON.stringify(value) };
}

// The token endpoints send a success as form text instead of JSON.
function form(pairs) {
  return { status: 200, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: new URLSearchParams(pairs).toString() };
}

function html(status, body) {
  return {
    status,
    headers: {
      'content-type': 'text/html;charset=UTF-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    },
    body,
  };
}

function redirect(location) {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

// NetSuite writes errors as plain text unless Accept or Content-Type asks for JSON.
function failure(call, status, code, message, headers) {
  const asked = `${call.headers.accept || ''} ${call.headers['content-type'] || ''}`;
  if (/json/i.test(asked) || call.path.startsWith('/rest/')) return json(status, { error: { code, message } }, headers);
  return {
    status,
    headers: Object.assign({ 'content-type': 'text/plain;charset=UTF-8' }, headers),
    body: `error code: ${code}\nerror message: ${message}\n`,
  };
}

// What a client gets for every failed sign-in to a RESTlet. The actual reason is only in the audit trail, here the request log.
function invalidLogin(call, realm) {
  return failure(call, 401, 'INVALID_LOGIN_ATTEMPT', 'Invalid login attempt.', {
    'www-authenticate': `OAuth${realm ? ` realm="${realm.replace(/[^A-Za-z0-9_]/g, '')}",` : ''} error="token_rejected", error_description="Invalid login attempt."`,
  });
}

const FLOW_STATUS = {
  MissingRequiredParameter: 400,
  InvalidCallback: 400,
  INVALID_REQUEST: 400,
  InvalidTimestamp: 401,
  InvalidSignature: 401,
};

// An error of the token endpoints, which name the reason.
function flowFailure(call, code, detail) {
  const message = code === 'InvalidCallback' ? `InvalidCallback <<${detail}>>` : `${code}: ${detail}`;
  return failure(call, FLOW_STATUS[code] || 401, code, message);
}

module.exports = { failure, flowFailure, form, html, invalidLogin, json, redirect };
