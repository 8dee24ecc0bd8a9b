#!/usr/bin/env node
'use strict';

// npx netsuite-tba. The native part does the work; this file sets up the process around it.

const GRACE_MS = 2000;

/** Ctrl-C stops the command, which cleans up. If it does not stop in time, the process exits anyway. */
function stopOn(abort) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      abort.abort();
      setTimeout(() => process.exit(130), GRACE_MS).unref();
    });
  }
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
  stopOn(abort);
  return runCommand(argv, abort);
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
