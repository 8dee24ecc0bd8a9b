// Signs in for a task and calls the deployer RESTlet, with one OAuth1 for the whole process.
'use strict';

const { args } = require('./arguments');
const { configs } = require('./configs');
const hosts = require('./hosts');
const { OAuth1 } = require('./oauth');
const shape = require('./shape').current();
const tokenFlag = require('./token-flag');
const { send } = require('./wire');

const PLACE = 'script=customscript_ext_mech_deployer_rest&deploy=customdeploy_ext_mech_deployer_rest';

function create() {
  const { credentials } = configs;
  return new OAuth1({
    molecule: args.m || credentials.molecule,
    vm: credentials.vm,
    key: credentials.key,
    secret: credentials.secret,
    account: credentials.account,
  });
}

// Up to 22.x this runs when any task of the project starts, and nothing catches its errors.
let instance = shape.lazy ? null : create();

function oauth() {
  if (!instance) instance = create();
  return instance;
}

function signedIn(deploy, account) {
  deploy.info.account = account;
  configs.credentials.account = account;
  configs.credentials.hostname = new URL(hosts.restlets(configs.credentials, account)).host;
  return deploy;
}

async function authorizeNow(deploy, done) {
  if (tokenFlag.given(configs.credentials)) {
    done(null, signedIn(deploy, configs.credentials.account));
    return;
  }
  const account = (await oauth().issueToken(deploy.info.authID)).account;
  done(null, signedIn(deploy, account));
}

// No catch, as in the oldest releases.
function authorizeChained(deploy, done) {
  oauth()
    .issueToken(deploy.info.authID)
    .then(({ account }) => {
      done(null, signedIn(deploy, account));
    });
}

async function deployer(deploy, method, query, body) {
  const url = `${hosts.restlets(configs.credentials, deploy.info.account)}/app/site/hosting/restlet.nl?${PLACE}${query}`;
  const header = await oauth().restAuthorize(deploy.info.authID, { method, url });
  const headers = { Authorization: header, 'Content-Type': 'application/json' };
  // Certificates are not checked here. This is a defect of the tools (S7) that no package can fix.
  const answer = await send({ method, url, headers, body: body && JSON.stringify(body), proxy: args.proxy, insecure: true });
  return JSON.parse(answer.text);
}

function deployedFiles(deploy, folder) {
  return deployer(deploy, 'GET', `&fileName=__ns-uploader-manifest__.json&targetFolder=${folder}&t=${Date.now()}&get=getFile`);
}

function sendFiles(deploy, folder, files) {
  return deployer(deploy, 'POST', '', { target_folder: folder, files });
}

module.exports = { authorize: shape.lazy ? authorizeNow : authorizeChained, deployedFiles, sendFiles };
