// Handles one HTTP request of any listener: finds the endpoint, checks the request, applies faults, responds and logs.
'use strict';

const zlib = require('zlib');
const { hostLabel, parseHost } = require('./accounts');
const { failure, html } = require('./answers');
const { problemPage } = require('./consent-page');
const { homePage } = require('./home-page');
const { busy, takePlace } = require('./limits');
const { spoil } = require('./fault-answers');
const { TOKEN_FAULTS } = require('./oauth2/token-faults');

const BODY_LIMIT = 64 * 1024 * 1024;
const HUGE = 256 * 1024 * 1024;

const ENDPOINTS = [].concat(
  require('./token-endpoints').endpoints,
  require('./consent').endpoints,
  require('./restlets').endpoints,
  require('./records').endpoints,
  require('./suitetalk').endpoints,
  require('./oauth2').endpoints,
);

function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => {
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
    ran: false,
    headers: Object.keys(request.headers),
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
    body: Buffer.alloc(0),
    leave: () => {},
  };
}

function answer(state, call) {
  // A page in a browser must not reach the simulator under its own host name (DNS rebinding).
  if (call.host.kind === 'unknown') return failure(call, 403, 'INVALID_DOMAIN', 'Not a host of this simulator.');
  if (call.path === '/' && call.method === 'GET') return html(200, homePage(state));
  const endpoint = ENDPOINTS.find((known) => known.path === call.path || (known.prefix && call.path.startsWith(known.prefix)));
  if (!endpoint) return html(404, problemPage('There is nothing at this address.'));
  if (call.host.kind !== 'loopback' && !endpoint.hosts.includes(call.host.kind)) return failure(call, 400, 'INVALID_URL', 'Invalid URL.');
  if (!endpoint.methods.includes(call.method))
    return failure(call, 405, 'METHOD_NOT_ALLOWED', 'Method not allowed.', { allow: endpoint.methods.join(', ') });
  call.step = endpoint.step;
  call.entry.step = endpoint.step;
  const refusal = endpoint.check ? endpoint.check(state, call) : null;
  const place = refusal ? () => {} : takePlace(state, call);
  if (!place) {
    call.entry.reason = `more than ${state.concurrency} requests at once`;
    return busy(state, call);
  }
  call.leave = place;
  const struck = state.faults.take(endpoint.step);
  // If a fault replaces the response, the request must have no effect. Otherwise a retry would find the result of the first attempt.
  const runs = !refusal && !struck.some(replacesAnswer);
  const honest = refusal || (runs ? endpoint.answer(state, call) : { status: 200, headers: {}, body: '' });
  call.entry.ran = runs;
  if (runs) countDown(state, call.token);
  return struck.reduce((spoiled, kind) => {
    call.entry.reason = [call.entry.reason, `fault ${kind}`].filter(Boolean).join('; ');
    return spoil(kind, spoiled, call, state);
  }, honest);
}

const ALTERS_ANSWER = new Set([
  'bom',
  'whitespace',
  'truncate',
  'hang',
  'reset',
  'unconfirmed',
  'missing-secret',
  'evil-token',
  'gzip',
  'brotli',
]);

function replacesAnswer(kind) {
  return !TOKEN_FAULTS.includes(kind) && !ALTERS_ANSWER.has(kind) && !kind.startsWith('slow:');
}

// Revokes a token after the number of requests that was passed to revokeAfter().
function countDown(state, token) {
  if (!token || !state.usesLeft.has(token.tokenId)) return;
  const left = state.usesLeft.get(token.tokenId) - 1;
  state.usesLeft.set(token.tokenId, left);
  if (left <= 0) state.tokens.delete(token.tokenId);
}

// Sends data until the client stops reading, to test limits on the size of a response.
function sendHuge(target, response) {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  let left = HUGE;
  const pump = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!target.write(chunk)) {
        target.once('drain', pump);
        return;
      }
    }
    target.end();
  };
  pump();
}

function gzipInto(response) {
  const gzip = zlib.createGzip();
  gzip.pipe(response);
  return gzip;
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
  const endless = result.ending === 'huge' || result.ending === 'bomb';
  if (!endless && result.status !== 204) headers['content-length'] = body.length;
  response.writeHead(result.status, headers);
  if (result.ending === 'huge') sendHuge(response, response);
  else if (result.ending === 'bomb') sendHuge(gzipInto(response), response);
  else if (result.ending === 'truncate') response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket.destroy());
  else response.end(body);
}

// Returns the listener for http.createServer. `scheme` is the one in the client's URL, because the signature covers it.
function listener(state, scheme) {
  return async (request, response) => {
    const call = callOf(state, request, scheme);
    response.once('close', () => call.leave());
    try {
      call.body = await readBody(request);
      const result = answer(state, call);
      call.entry.status = result.status;
      const delay = result.delayMs === undefined ? state.delayMs : result.delayMs;
      if (delay && call.token) await new Promise((resolve) => setTimeout(resolve, delay));
      if (!response.destroyed && !(response.socket && response.socket.destroyed)) send(state, response, result);
    } catch (error) {
      call.entry.status = 500;
      call.entry.reason = `simulator: ${error.message}`;
      if (!response.headersSent) send(state, response, failure(call, 500, 'UNEXPECTED_ERROR', 'An unexpected error has occurred.'));
    }
    state.onRequest(call.entry);
  };
}

// The hosts of an account, or the simulator's own address if it is used without the proxy.
function domains(account, call) {
  if (call.host.kind === 'loopback') {
    const here = `${call.scheme}://${call.headers.host}`;
    return { webservicesDomain: here, restDomain: here, systemDomain: here };
  }
  const label = hostLabel(account);
  return {
    webservicesDomain: `https://${label}.suitetalk.api.netsuite.com`,
    restDomain: `https://${label}.restlets.api.netsuite.com`,
    systemDomain: `https://${label}.app.netsuite.com`,
  };
}

module.exports = { domains, listener };
