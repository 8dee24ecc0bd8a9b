'use strict';

// The command line tool. Everything it does is native.

const binding = require('./binding');
const { fromNative } = require('./error');
const { abortable } = require('./abort');
const { processSnapshot, trustRoots } = require('./process-snapshot');

/** Runs one command line. Resolves to the exit code after all output has been written. */
const runCommand = (argv, abort = new binding.Abort()) => run(abort, () => binding.runCommand(argv, processSnapshot(), abort, trustRoots));

/** Runs a ready-made gulp task with what was typed for gulp. Resolves to the exit code as well. */
function runGulpTask(command, typed) {
  const abort = new binding.Abort();
  return run(abort, () => binding.runGulpTask(command, typed, processSnapshot(), abort, trustRoots));
}

async function run(abort, call) {
  try {
    return await abortable(abort, call);
  } catch (error) {
    throw fromNative(error);
  }
}

module.exports = { runCommand, runGulpTask, Abort: binding.Abort };
