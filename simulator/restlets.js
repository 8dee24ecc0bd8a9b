// The Commerce RESTlets: finds the script of a request and wraps its result.
'use strict';

const { failure, json } = require('./answers');
const { deployerGet, deployerPost } = require('./deployer');
const { ECHO, echo } = require('./echo');
const { SERVICES, operations } = require('./services');
const { checkToken } = require('./token-endpoints');

const COMMERCE = { script: 'customscript_ns_sc_ext_mech_restlets', deploy: /^customdeploy_ns_sc_ext_mech_restlets$/ };
const DEPLOYER = { script: 'customscript_ext_mech_deployer_rest', deploy: /^customdeploy_ext_mech_deployer_rest$/ };

function matches(call, place) {
  return call.query.get('script') === place.script && place.deploy.test(call.query.get('deploy') || '');
}

function success(result) {
  return json(200, { header: { status: { code: 'SUCCESS', message: 'Success' } }, result });
}

function serviceFailure(message) {
  return json(200, { header: { status: { code: 'ERROR', message } }, result: null });
}

// Returns undefined if the body is not JSON. GET and DELETE have no body.
function bodyOf(call) {
  if (!call.body.length) return {};
  try {
    const value = JSON.parse(call.body.toString('utf8'));
    return value && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function commerce(state, call, body) {
  const service = call.query.get('service_name') || body.service_name;
  if (!SERVICES.includes(service)) return serviceFailure(`Unknown service ${service}`);
  const operation = operations.find((known) => known.method === call.method && known.fits(call.query, body, service));
  if (!operation) return serviceFailure(`Unknown operation ${call.query.get('operation') || body.operation || ''}`);
  const result = operation.run(state.cabinets.of(call.token.account), call.query, body);
  return result.refused ? serviceFailure(result.refused) : success(result.value);
}

function deployer(state, call, body) {
  const cabinet = state.cabinets.of(call.token.account);
  if (call.method === 'PUT' || call.method === 'DELETE') return failure(call, 405, 'METHOD_NOT_ALLOWED', 'Method not allowed.');
  if (call.method === 'GET') return json(200, deployerGet(cabinet, call.query));
  // Some clients wrap the payload in a named member, others send it directly.
  const result = deployerPost(cabinet, body['payload.json'] || body);
  if (result.refused) return serviceFailure(result.refused);
  return json(200, Object.assign({ header: { status: { code: 'SUCCESS', message: 'Success' } }, result: result.value }, result.value));
}

function answer(state, call) {
  const forCommerce = matches(call, COMMERCE);
  const forEcho = matches(call, ECHO);
  if (!forCommerce && !forEcho && !matches(call, DEPLOYER)) {
    return failure(call, 404, 'SSS_INVALID_SCRIPTLET_ID', 'That Suitelet is invalid, disabled, or no longer exists.');
  }
  if (call.method === 'GET' && call.body.length) return failure(call, 400, 'USER_ERROR', 'A GET request has no body.');
  const type = call.headers['content-type'] || '';
  if (call.body.length && !/^(application\/json|text\/plain)\b/i.test(type)) {
    return failure(call, 415, 'UNSUPPORTED_MEDIA_TYPE', `RESTlets do not accept ${type || 'a body without Content-Type'}.`);
  }
  if (forEcho && !/json/i.test(type)) return echo(state, call);
  const body = bodyOf(call);
  if (!body) return failure(call, 400, 'SSS_INVALID_JSON', 'The request body is not JSON.');
  if (forEcho) return echo(state, call);
  return forCommerce ? commerce(state, call, body) : deployer(state, call, body);
}

module.exports = {
  endpoints: [
    {
      step: 'restlet',
      path: '/app/site/hosting/restlet.nl',
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      hosts: ['restlets'],
      check: checkToken,
      answer,
    },
  ],
};
