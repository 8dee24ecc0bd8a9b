// The project's tasks: sign in, then fetch or deploy an extension.
'use strict';

const { task } = require('gulp');
const { authenticate, authenticateAll } = require('netsuite-tba');
const { deploy } = require('./gulp/deploy');
const { fetch } = require('./gulp/fetch');
const { flag } = require('./gulp/flags');

function choice() {
  return { website: flag('website'), domain: flag('domain'), vendor: flag('vendor'), extension: flag('extension') };
}

// Fetching writes into Workspace, so it is for one account.
async function fetchExtensions() {
  const session = await authenticate();
  return fetch(session, choice());
}

// --to sb1,sb2 deploys to several accounts. Nothing is sent before NetSuite has accepted every token.
function deployExtension() {
  return authenticateAll({}, (session) => deploy(session, choice()));
}

task('extension:fetch', fetchExtensions);
task('extension:fetch').description = 'Brings the extensions of a domain into Workspace';
task('extension:fetch').flags = {
  '--website': 'Website id',
  '--domain': 'Domain name',
  '--extension': 'Only this one',
  '--vendor': 'Only of this vendor',
};

task('extension:deploy', deployExtension);
task('extension:deploy').description = 'Sends what changed in Workspace to NetSuite';
task('extension:deploy').flags = { '--extension': 'The folder in Workspace (needed when there are several)' };
