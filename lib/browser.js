'use strict';

// openBrowser: opens the system's browser without a shell.

const binding = require('./binding');
const { native, optionInvalid } = require('./error');
const { processSnapshot } = require('./process-snapshot');

function openBrowser(url) {
  if (typeof url !== 'string') throw optionInvalid('openBrowser() takes the address as a string.');
  native(() => binding.openBrowser(url, processSnapshot()));
}

module.exports = { openBrowser };
