'use strict';

// The command line tool. Everything it does is native.

const binding = require('./binding');
const { fromNative } = require('./error');
const { abortable } = require('./abort');
const { processSnapshot, trustRoots } = require('./process-snapshot');

/** Runs one command line. Resolves to the exit code after all output has been written. */
async function runCommand(argv, abort = new binding.Abort()) {
  try {
    return await abortable(abort, () => binding.runCommand(argv, processSnapshot(), abort, trustRoots));
  } catch (error) {
    throw fromNative(error);
  }
}

module.exports = { runCommand, Abort: binding.Abort };
