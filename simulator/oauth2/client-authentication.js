// Who is asking: a confidential client by HTTP Basic, a public one by client_id in the body. Never both.
'use strict';

const { same } = require('../signature');
const { isPublic } = require('./integrations');
const { OauthRefusal } = require('./refusal');

const IN_BODY = ['client_id', 'client_secret', 'client_assertion'];

function unauthorized(detail) {
  return new OauthRefusal('invalid_client', detail, 401, { 'www-authenticate': 'Basic realm="NetSuite"' });
}

// RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
function decoded(text) {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

function basic(header) {
  const match = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header);
  const text = match ? Buffer.from(match[1], 'base64').toString('utf8') : '';
  const at = text.indexOf(':');
  if (at < 1) throw unauthorized('the Authorization header is not Basic');
  return { id: decoded(text.slice(0, at)), secret: decoded(text.slice(at + 1)) };
}

function byHeader(state, call, sent) {
  const also = IN_BODY.find((name) => sent.has(name));
  if (also) throw new OauthRefusal('invalid_request', `Authorization header and ${also}: only one way to authenticate is allowed`);
  const { id, secret } = basic(call.headers.authorization);
  const record = state.integrations.get(id);
  if (!record) throw unauthorized('unknown client');
  if (isPublic(record)) throw new OauthRefusal('invalid_client', 'a secret was sent for a public client');
  if (!same(record.clientSecret, secret)) throw unauthorized('wrong client secret');
  return record;
}

function byBody(state, sent) {
  const record = state.integrations.get(sent.get('client_id'));
  if (!record) throw unauthorized('no client authentication, or unknown client');
  if (sent.has('client_secret')) throw new OauthRefusal('invalid_client', 'client_secret belongs in the Authorization header');
  if (!isPublic(record)) throw unauthorized('a confidential client has to send its secret');
  return record;
}

// The integration record of the client that sent the request.
function authenticate(state, call, sent) {
  const record = call.headers.authorization ? byHeader(state, call, sent) : byBody(state, sent);
  call.entry.oauth.client_id = record.clientId;
  return record;
}

module.exports = { authenticate };
