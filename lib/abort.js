'use strict';

// Keeps the abort handle of every call that is running.

const running = new Set();

/**
 * Runs a call that `abort` can stop. The handle is kept until the call has settled. If it is dropped earlier, this thread
 * has ended: the native part then stops the call, so that a terminated worker does not keep the port.
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
