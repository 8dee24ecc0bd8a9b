// Calls the Commerce RESTlets and unwraps their results.
'use strict';

const { TaskError } = require('./task-error');

const PATH = '/app/site/hosting/restlet.nl';
const COMMERCE = { script: 'customscript_ns_sc_ext_mech_restlets', deploy: 'customdeploy_ns_sc_ext_mech_restlets' };
const DEPLOYER = { script: 'customscript_ext_mech_deployer_rest', deploy: 'customdeploy_ext_mech_deployer_rest' };

// session.fetch signs the request, waits while the account is busy, and says why a token is refused.
async function request(session, method, place, query, body) {
  const response = await session.fetch(PATH, {
    method,
    query: Object.assign({}, place, query),
    json: body,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'User-Agent': 'commerce-project' },
  });
  let value;
  try {
    value = await response.json();
  } catch {
    throw new TaskError(`NetSuite answered ${response.status} with something that is not JSON. Try again in a minute.`);
  }
  if (value.error) throw new TaskError(value.error.message || String(value.error));
  return value;
}

// Calls a Commerce service. A body must contain the name of the service as well.
async function call(session, method, service, query, body) {
  const named = body && Object.assign({ service_name: service }, body);
  const value = await request(session, method, COMMERCE, Object.assign({ service_name: service, method, t: Date.now() }, query), named);
  const status = (value.header && value.header.status) || {};
  if (status.code !== 'SUCCESS') throw new TaskError(status.message || 'NetSuite answered with an unexpected error.');
  return value.result;
}

function deployedFiles(session, targetFolder) {
  return request(session, 'GET', DEPLOYER, { fileName: '__ns-uploader-manifest__.json', targetFolder, t: Date.now(), get: 'getFile' });
}

async function sendFiles(session, targetFolder, files) {
  const value = await request(session, 'POST', DEPLOYER, {}, { target_folder: targetFolder, files });
  if (!value.files)
    throw new TaskError((value.header && value.header.status && value.header.status.message) || 'NetSuite did not store the files.');
  return value.files;
}

module.exports = { call, deployedFiles, sendFiles };
