// Calls the Commerce RESTlets: a new OAuth1 for each request, three attempts that are each signed again, up to three requests at a time.
'use strict';

const { args } = require('./arguments');
const { configs } = require('./configs');
const hosts = require('./hosts');
const { OAuth1 } = require('./oauth');
const shape = require('./shape').current();
const tokenFlag = require('./token-flag');
const { send } = require('./wire');

const ATTEMPTS = 3;
const AT_ONCE = 3;
const PLACE = 'script=customscript_ns_sc_ext_mech_restlets&deploy=customdeploy_ns_sc_ext_mech_restlets';

const waiting = [];
let running = 0;

async function authorization(req) {
  const { credentials } = configs;
  const oauth = new OAuth1(credentials);
  const given = tokenFlag.given(credentials);
  if (given) {
    oauth._initializeConfig(req);
    return oauth._getRestAuthHeader(req, { token: given.token, secret: given.secret, account: credentials.account });
  }
  return oauth.restAuthorize(credentials.authID, req);
}

function requestOf(method, query, body) {
  const pairs = Object.assign({ t: Date.now(), method }, query);
  const path = `/app/site/hosting/restlet.nl?${PLACE}&${new URLSearchParams(pairs).toString()}`;
  const url = `${hosts.restlets(configs.credentials, configs.credentials.account)}${path}`;
  // From 23.1 on the whole address is in `path`, and that is what is sent.
  const req = { path: shape.sends === 'path' ? url : path, url, method, body, timeout: undefined, retries: ATTEMPTS, headers: {} };
  return args.proxy ? Object.assign(req, { proxy: args.proxy }) : req;
}

async function once(req) {
  const headers = {
    Authorization: await authorization(req),
    Accept: '*/*',
    'Accept-Language': 'en-us',
    'Content-Type': 'application/json',
    'User-Agent': `sc-extension-devtools/${shape.tool}`,
  };
  const answer = await send({
    method: req.method,
    url: req[shape.sends],
    headers,
    body: req.body && JSON.stringify(req.body),
    proxy: req.proxy,
  });
  const envelope = JSON.parse(answer.text);
  const status = (envelope.header && envelope.header.status) || {};
  if (status.code !== 'SUCCESS') throw new Error(status.message || 'Unexpected Error');
  return shape.pages && envelope.result.redirect_options ? next(req, envelope.result) : envelope.result;
}

// A page of results contains the query for the next one.
async function next(req, result) {
  const url = `${req.url}&${new URLSearchParams(result.redirect_options).toString()}`;
  return Object.assign({}, await once(Object.assign({}, req, { url, path: url })), result);
}

function shown(error) {
  const message = error instanceof SyntaxError ? 'Unexpected Error' : error.message;
  const clean = new Error(`Error in task gulp ${process.argv[2]}\n\nError Message\n${message}`);
  clean.showStack = false;
  clean.toString = () => clean.message;
  return clean;
}

async function attempts(req) {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      return await once(req);
    } catch (error) {
      if (left === 1) throw shown(error);
    }
  }
}

function start() {
  while (running < AT_ONCE && waiting.length) {
    const { req, resolve, reject } = waiting.shift();
    running += 1;
    const ended = () => {
      running -= 1;
      start();
    };
    attempts(req).then(resolve, reject).then(ended);
  }
}

// Resolves to `result` of the response. Both query and body name the service.
function call(method, service, query, body) {
  const req = requestOf(method, Object.assign({ service_name: service }, query), body && Object.assign({ service_name: service }, body));
  return new Promise((resolve, reject) => {
    waiting.push({ req, resolve, reject });
    start();
  });
}

module.exports = { call };
