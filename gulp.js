'use strict';

// gulp.registry(require('netsuite-tba/gulp')()): the saved tokens as gulp tasks. A registry of
// undertaker's four methods, made by hand so that it works with gulp 4 and 5 and needs neither.

const { runCommand } = require('./lib/terminal');

const TASKS = {
  list: 'The saved NetSuite tokens',
  login: 'Signs in to NetSuite and saves the token (--authID NAME)',
  use: 'Makes a saved token the one of this project (--authID NAME)',
  status: 'Asks NetSuite whether the saved tokens work',
  remove: 'Forgets a saved token (--authID NAME, --yes)',
};

const WITH_VALUE = ['--account', '--role', '--port', '--timeout', '--key', '--secret', '--proxy', '--vm', '-m'];
const ALONE = ['--browser', '--no-browser', '--offline', '--yes', '--json'];

/** `--authID NAME` or `--to NAME` is the name; flags of gulp and of other tasks stay out. */
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

/** The reason has been said by then; gulp prints this one line instead of a stack. */
function failure(command, exitCode) {
  const error = new Error(`token:${command} did not succeed; the reason is above.`);
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

  /** Called by gulp when the registry is handed over; tasks that are there already win. */
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
