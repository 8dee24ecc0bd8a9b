// The browser of a test: records what it was asked to open, then acts like the simulator's browser.
'use strict';

const fs = require('fs');
const { browse } = require('../../simulator/browser');

const { COMMERCE_TOOLS_OPENED: log, SIMULATOR_CONSENT: action, SIMULATOR_ACCOUNT: account, SIMULATOR_ROLE: role } = process.env;

// The test sets the route to NetSuite, whatever proxy the task uses.
process.env.HTTPS_PROXY = process.env.COMMERCE_TOOLS_NETWORK;
fs.appendFileSync(log, `${JSON.stringify(process.argv.slice(2))}\n`);
browse(process.argv[2], { action, account, role }).catch((error) => {
  fs.appendFileSync(`${log}.problems`, `${error.message}\n`);
  process.exitCode = 1;
});
