'use strict';

// gulp.registry(require('netsuite-tba/gulp')()): gulp tasks for the saved tokens. The registry implements the four
// methods that undertaker calls, so it works with gulp 4 and 5 and depends on neither.

const { runGulpTask } = require('./lib/terminal');

const TASKS = {
  list: 'Lists the saved NetSuite tokens',
  login: 'Signs in to NetSuite and saves the token (--authID NAME)',
  use: 'Makes this project use a saved token (--authID NAME)',
  status: 'Checks with NetSuite whether the saved tokens work',
  remove: 'Deletes a saved token from this computer (--authID NAME, --yes)',
};

/** The command has already printed the reason. gulp prints this one line instead of a stack. */
function failure(command, exitCode) {
  const error = new Error(`token:${command} did not succeed; see the message above.`);
  return Object.assign(error, { showStack: false, exitCode });
}

function taskOf(command) {
  const run = async () => {
    const exitCode = await runGulpTask(command, process.argv.slice(2));
    if (exitCode !== 0) throw failure(command, exitCode);
  };
  const task = () => run();
  task.displayName = `token:${command}`;
  task.description = TASKS[command];
  return task;
}

class TokenRegistry {
  constructor() {
    this.known = new Map();
  }

  /** gulp calls this when it gets the registry. Tasks that already exist are kept. */
  init(taker) {
    for (const command of Object.keys(TASKS)) {
      const name = `token:${command}`;
      if (!this.get(name)) taker.task(name, taskOf(command));
    }
  }

  get(name) {
    return this.known.get(name);
  }

  set(name, task) {
    this.known.set(name, task);
    return task;
  }

  tasks() {
    const all = {};
    this.known.forEach((task, name) => {
      all[name] = task;
    });
    return all;
  }
}

module.exports = () => new TokenRegistry();
