// Calls authenticate() once with the options of its argument and prints the result as one line of JSON.
'use strict';

const { authenticate, TbaError } = require('..');

const { abortAfterMs, sign, ...options } = JSON.parse(process.argv[2]);

if (abortAfterMs !== undefined) {
  const controller = new AbortController();
  options.signal = controller.signal;
  setTimeout(() => controller.abort(), abortAfterMs);
}

// Measured from the call itself, because the start of a process depends on the machine.
const startedAt = Date.now();
const tell = (told) => process.stdout.write(`${JSON.stringify(Object.assign(told, { startedAt, settledAt: Date.now() }))}\n`);

authenticate(options).then(
  (session) =>
    tell({
      session: Object.assign({}, session),
      headers: (sign || []).map(([method, url]) => session.authorize(method, url)),
    }),
  (error) =>
    tell({
      error: {
        tba: error instanceof TbaError,
        name: error.name,
        code: error.code,
        message: error.message,
        nextStep: error.nextStep,
        exitCode: error.exitCode,
        showStack: error.showStack,
      },
    }),
);
