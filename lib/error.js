'use strict';

// TbaError, and the way native failures become one.

class TbaError extends Error {
  constructor({ code, message, nextStep, exitCode }) {
    super(message);
    this.code = code;
    this.nextStep = nextStep;
    this.exitCode = exitCode;
    // gulp prints the stack of an error unless it says this.
    this.showStack = false;
  }

  // gulp prints this; the message says it all.
  toString() {
    return this.message;
  }
}
Object.defineProperty(TbaError.prototype, 'name', { value: 'TbaError', configurable: true, writable: true });

const INTERNAL = 'Run it again with NETSUITE_TBA_DEBUG=1 and report what it prints.';

/** The TbaError that a native failure stands for; any other error is returned as it is. */
function fromNative(error) {
  // Not asked for its class: a test runner's realm has an Error of its own, and native errors are the other's.
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
