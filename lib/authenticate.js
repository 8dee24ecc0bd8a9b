'use strict';

// authenticate(): checks its options and passes them to the native part.

const binding = require('./binding');
const { TbaError, fromNative, optionInvalid } = require('./error');
const { sessionOf } = require('./session');
const { abortable } = require('./abort');
const { processSnapshot, underGulp, program, trustRoots } = require('./process-snapshot');

const TEXTS = ['authId', 'account', 'token', 'consumerKey', 'consumerSecret', 'molecule', 'vm', 'proxy', 'store', 'home', 'cwd'];
const NUMBERS_OR_TEXTS = ['role', 'port'];
const SWITCHES = ['interactive', 'browser'];
const OTHERS = ['argv', 'to', 'timeoutMs', 'signal'];
const OPTIONS = new Set([].concat(TEXTS, NUMBERS_OR_TEXTS, SWITCHES, OTHERS));
const LONGEST = 24 * 60 * 60 * 1000;

/** Converts the options into the form that the native part takes, or throws an error that names the wrong one. */
function read(options) {
  if (typeof options !== 'object' || options === null) throw optionInvalid('authenticate() takes an object of options.');
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined) throw optionInvalid(`authenticate() has no option ${unknown}.`);
  const given = (name) => options[name] !== undefined && options[name] !== null;
  const asked = { argv: argvOf(options), choose: options.to === true, program: program() };
  const take = (names, right, kind) => {
    for (const name of names.filter(given)) {
      if (!right(options[name])) throw optionInvalid(`The option ${name} must be ${kind}.`);
      asked[name] = typeof options[name] === 'number' ? String(options[name]) : options[name];
    }
  };
  take(TEXTS, (value) => typeof value === 'string' && value !== '', 'a string that is not empty');
  take(NUMBERS_OR_TEXTS, (value) => typeof value === 'string' || Number.isInteger(value), 'a number or a string');
  take(SWITCHES, (value) => typeof value === 'boolean', 'true or false');
  if (typeof options.to === 'string') asked.to = options.to;
  else if (given('to') && typeof options.to !== 'boolean') throw optionInvalid('The option to must be true or the name of a token.');
  if (given('timeoutMs')) {
    if (!(Number.isInteger(options.timeoutMs) && options.timeoutMs > 0 && options.timeoutMs <= LONGEST)) {
      throw optionInvalid('The option timeoutMs must be a number of milliseconds above 0.');
    }
    asked.timeoutMs = options.timeoutMs;
  }
  return asked;
}

function argvOf({ argv }) {
  if (argv === undefined || argv === null) return underGulp() ? process.argv.slice(2) : [];
  if (Array.isArray(argv) && argv.every((part) => typeof part === 'string')) return argv;
  throw optionInvalid('The option argv must be a list of strings.');
}

function cancelled() {
  const nextStep = 'Nothing was saved; run the task again when you are ready.';
  return new TbaError({ code: 'CANCELLED', message: `The sign-in was stopped.\n${nextStep}`, nextStep, exitCode: 130 });
}

async function authenticate(options = {}) {
  const asked = read(options);
  const signal = options.signal || undefined;
  if (signal && typeof signal.addEventListener !== 'function') throw optionInvalid('The option signal must be an AbortSignal.');
  if (signal && signal.aborted) throw cancelled();
  const abort = new binding.Abort();
  const stop = () => abort.abort();
  if (signal) signal.addEventListener('abort', stop);
  try {
    return sessionOf(await abortable(abort, () => binding.authenticate(asked, processSnapshot(options.cwd), abort, trustRoots)));
  } catch (error) {
    throw fromNative(error);
  } finally {
    if (signal && signal.removeEventListener) signal.removeEventListener('abort', stop);
  }
}

module.exports = { OPTIONS, authenticate };
