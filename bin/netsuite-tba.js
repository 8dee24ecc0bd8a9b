#!/usr/bin/env node
'use strict';

// npx netsuite-tba. The native part does the work; this file sets up the process around it.

const GRACE_MS = 2000;

const CANCELLED = 130;
// 128 and the number of the signal, as shells report it.
const EXIT_CODES = { SIGINT: CANCELLED, SIGTERM: 143 };

/** A signal stops the command, which cleans up. If it does not stop in time, the process exits anyway. */
function stopOn(abort) {
  const stopped = { by: null };
  for (const signal of Object.keys(EXIT_CODES)) {
    process.once(signal, () => {
      stopped.by = stopped.by || signal;
      abort.abort();
      setTimeout(() => process.exit(EXIT_CODES[stopped.by]), GRACE_MS).unref();
    });
  }
  return stopped;
}

/** The simulator is plain JavaScript. A reader that closes its end (`| head`) is not an error. */
function simulator(argv) {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return require('../simulator/cli').run(argv);
}

async function main(argv) {
  if (argv[0] === 'simulator') return simulator(argv.slice(1));
  const { runCommand, Abort } = require('../lib/terminal');
  const abort = new Abort();
  const stopped = stopOn(abort);
  const code = await runCommand(argv, abort);
  // A command that was done before it could stop keeps its exit code.
  return code === CANCELLED && stopped.by ? EXIT_CODES[stopped.by] : code;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode || 1;
  },
);
