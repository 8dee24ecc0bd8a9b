// The project's tasks: sign in, then fetch or deploy an extension.
'use strict';

const { task } = require('gulp');
const { authenticate } = require('netsuite-tba');
const { deploy } = require('./gulp/deploy');
const { fetch } = require('./gulp/fetch');
const { flag } = require('./gulp/flags');

async function signedIn(work) {
  const session = await authenticate();
  return work(session, { website: flag('website'), domain: flag('domain'), vendor: flag('vendor'), extension: flag('extension') });
}

task('extension:fetch', () => signedIn(fetch));
task('extension:fetch').description = 'Brings the extensions of a domain into Workspace';
task('extension:fetch').flags = {
  '--website': 'Website id',
  '--domain': 'Domain name',
  '--extension': 'Only this one',
  '--vendor': 'Only of this vendor',
};

task('extension:deploy', () => signedIn(deploy));
task('extension:deploy').description = 'Sends what changed in Workspace to NetSuite';
task('extension:deploy').flags = { '--extension': 'The folder in Workspace (needed when there are several)' };
