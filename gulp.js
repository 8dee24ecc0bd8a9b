'use strict';

// gulp.registry(require('netsuite-tba/gulp')()): gulp tasks for the saved tokens. The registry implements the four
// methods that undertaker calls, so it works with gulp 4 and 5 and depends on neither.

const { runCommand } = require('./lib/terminal');

const TASKS = {
  list: 'Lists the saved NetSuite tokens',
  login: 'Signs in to NetSuite and saves the token (--authID NAME)',
  use: 'Makes this project use a saved token (--authID NAME)',
  status: 'Checks with NetSuite whether the saved tokens work',
  remove: 'Deletes a saved token from this computer (--authID NAME, --yes)',
};

const WITH_VALUE = ['--account', '--role', '--port', '--timeout', '--key', '--secret', '--proxy', '--vm', '-m'];
const ALONE = ['--browser', '--no-browser', '--offline', '--yes', '--json'];

/** Takes the name from `--authID NAME` or `--to NAME`, and leaves out the flags of gulp and of other tasks. */
function commandLine(command, typed) {
  const names = [];
  const flags = [];
  for (let at = 0; at < typed.length; at += 1) {
    const equals = typed[at].indexOf('=');
    const flag = equals < 0 ? typed[at] : typed[at].slice(0, equals);
    const isName = /^--(auth-?id|to)$/i.test(flag);
    if (ALONE.includes(flag)) flags.push(flag);
    if (!isName && !WITH_VALUE.includes(flag)) continue;
    if (equals < 0) at += 1;
    const value = equals < 0 ? typed[at] : typed[at].slice(equals + 1);
    if (value === undefined) flags.push(flag);
    else if (isName) names.push(value);
    else flags.push(`${flag}=${value}`);
  }
  return [command].concat(flags, names.length ? ['--'].concat(names) : []);
}

/** The command has already printed the reason. gulp prints this one line instead of a stack. */
function failure(command, exitCode) {
  const error = new Error(`token:${command} did not succeed; see the message above.`);
  return Object.assign(error, { showStack: false, exitCode });
}

function taskOf(command) {
  const run = async () => {
    const exitCode = await runCommand(commandLine(command, process.argv.slice(2)));
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
