// The first steps of every task: choose the token, sign in, choose the website and the domain.
'use strict';

const { configs, rememberChoice } = require('./configs');
const network = require('./deploy-network');
const prompts = require('./prompts');
const restlets = require('./restlet-client');
const tokenFlag = require('./token-flag');

// Most steps pass errors on. Those of the deploy network do not.
function caught(work) {
  return (deploy, done) => {
    work(deploy).then(() => done(null, deploy), done);
  };
}

async function chooseToken(deploy) {
  const { credentials } = configs;
  deploy.info.authID = tokenFlag.given(credentials) ? credentials.authID : await prompts.authId(credentials);
  if (deploy.info.authID !== undefined) credentials.authID = deploy.info.authID;
}

async function chooseDomain(deploy) {
  const { credentials } = configs;
  const websites = await restlets.call('GET', 'WEBSITE_SERVICE', {});
  const site = await prompts.website(websites, credentials.website);
  const { domains } = await restlets.call('GET', 'WEBSITE_SERVICE', { website_id: site.website_id });
  const domain = await prompts.domain(domains, credentials.domain);
  Object.assign(credentials, {
    website: site.website_id,
    domain: domain.domain,
    webapp_id: domain.app_id,
    ssp_folder: domain.folder_id,
    is_scis: domain.manifest.type === 'SCIS',
    user_agent: 'sc-extension-devtools',
  });
  deploy.info.website = site.website_id;
  rememberChoice();
}

module.exports = { caught, chooseDomain: caught(chooseDomain), signIn: [caught(chooseToken), network.authorize] };
