// The concurrency limit of an account, and the different responses to a request that exceeds it.
'use strict';

const { failure, json } = require('./answers');

const LIMITED = new Set(['restlet', 'record', 'suiteql', 'soap']);
const CODE = 'SSS_REQUEST_LIMIT_EXCEEDED';
const MESSAGE = 'Request Limit Exceeded';
const LOCALISED = 'Limite de requêtes dépassée : réessayez plus tard.';

// NetSuite writes JSON errors with a space before each colon and without one after the comma.
function spaced(message) {
  return {
    status: 400,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: `{"error" : {"code" : "${CODE}","message" : "${message}"}}`,
  };
}

// REST web services have their own code and a matching status.
function ofRestService() {
  return json(429, {
    type: 'https://www.rfc-editor.org/rfc/rfc6585.html#section-4',
    title: 'Too Many Requests',
    status: 429,
    'o:errorDetails': [{ detail: 'Concurrent request limit exceeded. Retry later.', 'o:errorCode': 'CONCURRENCY_LIMIT_EXCEEDED' }],
  });
}

function ofSoap() {
  return {
    status: 500,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    body: '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Server.userException</faultcode><faultstring>Only one request may be made against a session at a time</faultstring><detail><platformFaults:exceededConcurrentRequestLimitFault xmlns:platformFaults="urn:faults_2020_2.platform.webservices.netsuite.com"><platformFaults:code>WS_CONCUR_SESSION_DISALLWD</platformFaults:code></platformFaults:exceededConcurrentRequestLimitFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>',
  };
}

// The response to a request that exceeds the limit. RESTlets alternate between their JSON formats.
function busy(state, call) {
  if (call.step === 'soap') return ofSoap();
  if (call.step !== 'restlet') return ofRestService();
  const plain = failure(call, 400, CODE, MESSAGE);
  if (!/json/.test(plain.headers['content-type'])) return plain;
  state.busyAnswers += 1;
  const shapes = [plain, spaced(MESSAGE), spaced(LOCALISED)];
  return shapes[state.busyAnswers % shapes.length];
}

// Reserves one of the account's concurrent requests. Returns the function that releases it, or null if all are in use.
function takePlace(state, call) {
  if (!LIMITED.has(call.step) || !call.token) return () => {};
  const { account } = call.token;
  const underWay = state.underWay.get(account) || 0;
  if (state.concurrency && underWay >= state.concurrency) return null;
  state.underWay.set(account, underWay + 1);
  state.mostUnderWay = Math.max(state.mostUnderWay, underWay + 1);
  return () => state.underWay.set(account, state.underWay.get(account) - 1);
}

const BUSY_FAULTS = {
  'rate-limit': (call) => failure(call, 429, CODE, 'Request limit exceeded.', { 'retry-after': '1' }),
  unavailable: (call) => failure(call, 503, 'UNEXPECTED_ERROR', 'The service is temporarily unavailable.', { 'retry-after': '1' }),
  concurrency: (call) => failure(call, 400, CODE, 'Only one request may be made against a session at a time.'),
  'concurrency-spaced': () => spaced(MESSAGE),
  'concurrency-localised': () => spaced(LOCALISED),
};

module.exports = { BUSY_FAULTS, busy, takePlace };
