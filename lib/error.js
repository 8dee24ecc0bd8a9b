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

const INTERNAL = 'Run it again with NETSUITE_TBA_DEBUG=1 and report what it prints.';

/** Converts a native error into the TbaError it describes. Any other error is returned unchanged. */
function fromNative(error) {
  // `instanceof Error` would not do: native errors come from another realm than the Error of a test runner.
  if (error instanceof TbaError || !error || typeof error.message !== 'string') return error;
  let parts;
  try {
    parts = JSON.parse(error.message);
  } catch {
    if (error.name === 'TypeError' || error.code === 'InvalidArg') return error;
    parts = { code: 'INTERNAL', message: `${error.message}\n${INTERNAL}`, nextStep: INTERNAL, exitCode: 1 };
  }
  const converted = new TbaError(parts);
  if (Error.captureStackTrace) Error.captureStackTrace(converted, fromNative);
  return converted;
}

/** Calls a synchronous native function. */
function native(call) {
  try {
    return call();
  } catch (error) {
    throw fromNative(error);
  }
}

function optionInvalid(message) {
  const nextStep = 'Correct the option; index.d.ts documents each.';
  return new TbaError({ code: 'OPTION_INVALID', message: `${message}\n${nextStep}`, nextStep, exitCode: 2 });
}

module.exports = { TbaError, fromNative, native, optionInvalid };
