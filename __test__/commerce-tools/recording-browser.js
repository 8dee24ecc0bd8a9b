// The browser of a test: writes down what it was asked to open, then does what the simulator's browser does.
'use strict';

const fs = require('fs');
const { browse } = require('../../simulator/browser');

const { COMMERCE_TOOLS_OPENED: log, SIMULATOR_CONSENT: action, SIMULATOR_ACCOUNT: account, SIMULATOR_ROLE: role } = process.env;

// The way to NetSuite is the test's, whatever proxy the task was given.
process.env.HTTPS_PROXY = process.env.COMMERCE_TOOLS_NETWORK;
fs.appendFileSync(log, `${JSON.stringify(process.argv.slice(2))}\n`);
browse(process.argv[2], { action, account, role }).catch((error) => {
  fs.appendFileSync(`${log}.problems`, `${error.message}\n`);
  process.exitCode = 1;
});
