// reactivate: makes NetSuite activate the deployed extensions, and waits for the job.
'use strict';

const { configs } = require('./configs');
const { say } = require('./prompts');
const restlets = require('./restlet-client');
const { caught, chooseDomain, signIn } = require('./steps');

// The tools wait fifteen seconds, which is too long for a test.
const POLL_MS = 50;

async function activate() {
  const { website, domain } = configs.credentials;
  const body = { operation: 're_activate', website, domain, subsidiary: null, location: null, update: true };
  const { job_id: job } = await restlets.call('PUT', 'EXTENSION_SERVICE', {}, body);
  for (;;) {
    const { state } = await restlets.call('GET', 'EXTENSION_SERVICE', { operation: 'get_activation_job', activation_job_id: job });
    if (state === 'DONE') break;
    if (state === 'ERROR') throw new Error('The activation failed');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  say('Reactivated');
}

module.exports = { steps: signIn.concat(chooseDomain, caught(activate)) };
