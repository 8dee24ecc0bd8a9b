'use strict';

// Abort handles of the calls that run.

const running = new Set();

/**
 * Runs a call that `abort` stops. The handle is held until the call has settled: when it goes before that,
 * this thread has ended, and the native part stops the call, so that a terminated worker holds no port.
 */
async function abortable(abort, call) {
  running.add(abort);
  try {
    return await call();
  } finally {
    running.delete(abort);
  }
}

module.exports = { abortable };
