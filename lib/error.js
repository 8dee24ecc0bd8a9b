'use strict';

// TbaError, and the conversion of native errors into it.

class TbaError extends Error {
  constructor({ code, message, nextStep, exitCode }) {
    super(message);
    this.code = code;
    this.nextStep = nextStep;
    this.exitCode = exitCode;
    // Tells gulp not to print the stack.
    this.showStack = false;
  }

  // gulp prints this. The message needs no prefix.
  toString() {
    return this.message;
  }
}
Object.defineProperty(TbaError.prototype, 'name', { value: 'TbaError', configurable: true, writable: true });

/** An error of the native part's table, for what JavaScript finds out by itself. */
function errorOf(code, message, nextStep) {
  // Here and not above: the binding itself reports its absence with a TbaError.
  const row = require('./binding')
    .errorTable()
    .find((each) => each.code === code);
  const next = nextStep === undefined ? row.nextStep : nextStep;
  return new TbaError({ code, message: next === message ? message : `${message}\n${next}`, nextStep: next, exitCode: row.exitCode });
}

/** Converts a native error into the TbaError it describes. Any other error is returned unchanged. */
function fromNative(error) {
  // `instanceof Error` would not do: native errors come from another realm than the Error of a test runner.
  if (error instanceof TbaError || !error || typeof error.message !== 'string') return error;
  const parts = partsOf(error);
  if (!parts && (error.name === 'TypeError' || error.code === 'InvalidArg')) return error;
  const converted = parts ? new TbaError(parts) : errorOf('INTERNAL', error.message);
  if (Error.captureStackTrace) Error.captureStackTrace(converted, fromNative);
  return converted;
}

/** The parts of a TbaError that a native error carries in its message. */
function partsOf({ message }) {
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}

/** Calls a synchronous native function. */
function native(call) {
  try {
    return call();
  } catch (error) {
    throw fromNative(error);
  }
}

const optionInvalid = (message) => errorOf('OPTION_INVALID', message);

module.exports = { TbaError, errorOf, fromNative, native, optionInvalid };
