// Takes one HTTP request from any listener: finds its endpoint, checks it, spoils it where a fault is on, answers, logs.
'use strict';

const { hostLabel, parseHost } = require('./accounts');
const { failure, html } = require('./answers');
const { problemPage } = require('./consent-page');
const { homePage } = require('./home-page');
const { spoil } = require('./fault-answers');

const BODY_LIMIT = 64 * 1024 * 1024;
const HUGE = 256 * 1024 * 1024;

const ENDPOINTS = [].concat(
  require('./token-endpoints').endpoints,
  require('./consent').endpoints,
  require('./restlets').endpoints,
  require('./suitetalk').endpoints
);

function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    request.on('data', chunk => {
      size += chunk.length;
      if (size > BODY_LIMIT) reject(new Error('body too large'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('aborted')));
  });
}

function logEntry(state, request, scheme, path) {
  const host = request.headers.host || '';
  const entry = {
    at: new Date(state.now()).toISOString(),
    method: request.method,
    url: `${scheme}://${host}${request.url}`,
    host,
    path,
    step: null,
    status: 0,
    oauth: Object.create(null),
    signatureOk: null,
    reason: null,
    headers: Object.keys(request.headers)
  };
  state.requests.push(entry);
  return entry;
}

function callOf(state, request, scheme) {
  const at = request.url.indexOf('?');
  const path = at < 0 ? request.url : request.url.slice(0, at);
  const entry = logEntry(state, request, scheme, path);
  return {
    entry,
    scheme,
    method: request.method,
    url: entry.url,
    path,
    query: new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1)),
    host: parseHost(request.headers.host),
    headers: request.headers,
    body: Buffer.alloc(0)
  };
}

function answer(state, call) {
  // A page in a browser must not reach the simulator under a name of its own (DNS rebinding).
  if (call.host.kind === 'unknown') return failure(call, 403, 'INVALID_DOMAIN', 'Not a host of this simulator.');
  if (call.path === '/' && call.method === 'GET') return html(200, homePage(state));
  const endpoint = ENDPOINTS.find(known => known.path === call.path || (known.prefix && call.path.startsWith(known.prefix)));
  if (!endpoint) return html(404, problemPage('There is nothing at this address.'));
  if (call.host.kind !== 'loopback' && !endpoint.hosts.includes(call.host.kind)) return failure(call, 400, 'INVALID_URL', 'Invalid URL.');
  if (!endpoint.methods.includes(call.method)) return failure(call, 405, 'METHOD_NOT_ALLOWED', 'Method not allowed.', { allow: endpoint.methods.join(', ') });
  call.step = endpoint.step;
  call.entry.step = endpoint.step;
  const refusal = endpoint.check ? endpoint.check(state, call) : null;
  const struck = state.faults.take(endpoint.step);
  // A fault that hides the answer anyway must not leave work behind, or a retry would meet its own first try.
  const honest = refusal || (struck.some(replacesAnswer) ? { status: 200, headers: {}, body: '' } : endpoint.answer(state, call));
  return struck.reduce((spoiled, kind) => {
    call.entry.reason = [call.entry.reason, `fault ${kind}`].filter(Boolean).join('; ');
    return spoil(kind, spoiled, call, state);
  }, honest);
}

const ALTERS_ANSWER = new Set(['bom', 'whitespace', 'truncate', 'hang', 'reset', 'unconfirmed', 'missing-secret', 'evil-token']);

function replacesAnswer(kind) {
  return !ALTERS_ANSWER.has(kind);
}

// Streams until the client has had enough: nobody should read this much of an answer.
function sendHuge(response) {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  let left = HUGE;
  const pump = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', pump);
        return;
      }
    }
    response.end();
  };
  pump();
}

function send(state, response, result) {
  const body = Buffer.isBuffer(result.body) ? result.body : Buffer.from(result.body, 'utf8');
  if (result.ending === 'hang') return;
  if (result.ending === 'reset') {
    response.socket.destroy();
    return;
  }
  response.sendDate = false;
  const headers = Object.assign({ date: new Date(state.now()).toUTCString() }, result.headers);
  if (result.ending !== 'huge') headers['content-length'] = body.length;
  response.writeHead(result.status, headers);
  if (result.ending === 'huge') sendHuge(response);
  else if (result.ending === 'truncate') response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket.destroy());
  else response.end(body);
}

// Returns the listener for http.createServer; scheme is what the client typed, as signatures cover it.
function listener(state, scheme) {
  return async (request, response) => {
    const call = callOf(state, request, scheme);
    try {
      call.body = await readBody(request);
      const result = answer(state, call);
      call.entry.status = result.status;
      send(state, response, result);
    } catch (error) {
      call.entry.status = 500;
      call.entry.reason = `simulator: ${error.message}`;
      if (!response.headersSent) send(state, response, failure(call, 500, 'UNEXPECTED_ERROR', 'An unexpected error has occurred.'));
    }
    state.onRequest(call.entry);
  };
}

// The hosts of an account, or this very address when the simulator is used without the proxy.
function domains(account, call) {
  if (call.host.kind === 'loopback') {
    const here = `${call.scheme}://${call.headers.host}`;
    return { webservicesDomain: here, restDomain: here, systemDomain: here };
  }
  const label = hostLabel(account);
  return {
    webservicesDomain: `https://${label}.suitetalk.api.netsuite.com`,
    restDomain: `https://${label}.restlets.api.netsuite.com`,
    systemDomain: `https://${label}.app.netsuite.com`
  };
}

module.exports = { domains, listener };
