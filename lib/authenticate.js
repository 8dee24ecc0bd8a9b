'use strict';

// authenticate(): passes its options to the native part, which knows their table.

const binding = require('./binding');
const { fromNative, optionInvalid } = require('./error');
const { sessionOf } = require('./session');
const { abortable } = require('./abort');
const { processSnapshot, underGulp, trustRoots } = require('./process-snapshot');

/** The options that belong to Node; all others are in the table of the native part. */
const OWN = ['argv', 'cwd', 'signal'];

/** The command line to read flags from; none for a plain script that does not pass one. */
function argvOf(argv) {
  if (argv === undefined || argv === null) return underGulp() ? process.argv.slice(2) : undefined;
  if (Array.isArray(argv) && argv.every((part) => typeof part === 'string')) return argv;
  throw optionInvalid('The option argv must be a list of strings.');
}

function cwdOf(cwd) {
  if (cwd === undefined || cwd === null || (typeof cwd === 'string' && cwd !== '')) return cwd || undefined;
  throw optionInvalid('The option cwd must be a string that is not empty.');
}

function signalOf(signal) {
  if (!signal || typeof signal.addEventListener === 'function') return signal || undefined;
  throw optionInvalid('The option signal must be an AbortSignal.');
}

async function authenticate(options = {}) {
  if (typeof options !== 'object' || options === null) throw optionInvalid('authenticate() takes an object of options.');
  const { argv, cwd, signal: given, ...asked } = options;
  const [typed, snapshot, signal] = [argvOf(argv), processSnapshot(cwdOf(cwd)), signalOf(given)];
  const abort = new binding.Abort();
  const stop = () => abort.abort();
  if (signal && signal.aborted) stop();
  else if (signal) signal.addEventListener('abort', stop);
  try {
    return sessionOf(await abortable(abort, () => binding.authenticate(asked, typed, snapshot, abort, trustRoots)));
  } catch (error) {
    throw fromNative(error);
  } finally {
    if (signal && signal.removeEventListener) signal.removeEventListener('abort', stop);
  }
}

module.exports = { OWN, argvOf, authenticate };
