'use strict';

// Errors that reach the user once: some releases of Oracle's tools print the error they get, others swallow it, and
// some try three times. An error that nobody reads is printed on stderr after a moment, or when the process ends.

const MOMENT_MS = 250;

// Texts the user has seen, and those that are yet to be seen.
const seen = new Set();
const unread = new Set();

function tell(text) {
  if (seen.has(text)) return;
  seen.add(text);
  process.stderr.write(`${text}\n`);
}

/** Prints what nobody has read so far. */
function tellUnread() {
  for (const text of unread) tell(text);
  unread.clear();
}

/** Makes reading the error count as showing it. */
function shownOnce(error) {
  const { message: text } = error;
  // Without the stack, which Node 12 and 14 print for an unhandled rejection.
  const parts = { message: text, stack: `${error.name}: ${text}` };
  // Has V8 put its own stack together now, for which it reads the message.
  error.stack = parts.stack;
  for (const name of Object.keys(parts)) {
    const get = () => {
      seen.add(text);
      unread.delete(text);
      return parts[name];
    };
    const set = (value) => Object.defineProperty(error, name, { value, configurable: true, writable: true });
    Object.defineProperty(error, name, { get, set, configurable: true });
  }
  if (!seen.has(text)) unread.add(text);
  setTimeout(tellUnread, MOMENT_MS).unref();
  return error;
}

module.exports = { shownOnce, tellUnread };
