'use strict';

// The players that answer the demo's questions: the person at this terminal, or a script in a pseudo terminal.

const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');
const { gulpArguments } = require('../__test__/example');
const { without } = require('../__test__/parts');
const { run } = require('../__test__/scene');
const { Terminal } = require('../__test__/terminal');

// The variables that a browser needs to appear on the person's screen.
const DESKTOP = [
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_DATA_DIRS',
  'XDG_CURRENT_DESKTOP',
  'DBUS_SESSION_BUS_ADDRESS',
  'SSH_CONNECTION',
  'SSH_CLIENT',
  'SSH_TTY',
  'WSL_DISTRO_NAME',
  'WSL_INTEROP',
  'CODESPACES',
  'REMOTE_CONTAINERS',
  'container',
];

function taken(names) {
  const kept = {};
  for (const name of names) if (process.env[name] !== undefined) kept[name] = process.env[name];
  return kept;
}

/** The person's own browser. It is started with their real home folder, which the demo does not use for anything else. */
function ownBrowser(scene) {
  const { HOME, TMPDIR, BROWSER, DISPLAY, WAYLAND_DISPLAY } = process.env;
  const opens = process.platform === 'darwin' || BROWSER || ((DISPLAY || WAYLAND_DISPLAY) && !process.env.SSH_CONNECTION);
  if (process.platform === 'win32' || !HOME || !opens) return BROWSER === undefined ? {} : { BROWSER };
  const restore = Object.entries({ HOME, TMPDIR, BROWSER }).map(([name, value]) =>
    value === undefined ? `delete process.env.${name};` : `process.env.${name} = ${JSON.stringify(value)};`,
  );
  return { BROWSER: scene.browser(`${restore.join('\n')}\nrequire(${JSON.stringify(path.join(__dirname, '..'))}).openBrowser(url);`) };
}

/** The person types the answers and presses Allow. */
class Person {
  constructor(scene) {
    this.scene = scene;
    const env = scene.env(Object.assign(taken(DESKTOP), { BROWSER: undefined }, ownBrowser(scene)));
    if (env.BROWSER === undefined) delete env.BROWSER;
    this.env = env;
  }

  task(words, { hint }) {
    if (hint) console.log(`  ${hint}\n`);
    return new Promise((resolve) => {
      const child = spawn(process.execPath, gulpArguments(this.scene.project, ...words), {
        cwd: this.scene.project,
        env: this.env,
        stdio: 'inherit',
      });
      child.once('error', () => resolve(1));
      child.once('close', (code, signal) => {
        console.log('');
        resolve(signal ? 130 : code);
      });
    });
  }
}

/** Types the answers into a hidden pseudo terminal and prints its screen. */
class Script {
  constructor(scene) {
    this.scene = scene;
    this.env = scene.env({ SIMULATOR_ACCOUNT: '1234567_SB1', SIMULATOR_ROLE: '1000' });
    this.played = 0;
  }

  async task(words, { answers }) {
    this.played += 1;
    const folder = path.join(this.scene.root, `terminal-${this.played}`);
    const terminal = new Terminal(folder, [process.execPath].concat(gulpArguments(this.scene.project, ...words)), {
      cwd: this.scene.project,
      env: this.env,
    });
    try {
      for (const { at, type, say } of answers) {
        this.print(await terminal.until(at));
        console.log(`  (${say})\n`);
        terminal.type(type);
      }
      const { code, restored, text } = await terminal.end(60000);
      this.print(text);
      if (!restored) console.log('  The terminal settings were not restored.');
      return restored ? code : 1;
    } catch (error) {
      console.log(`  ${error.message}`);
      return 1;
    } finally {
      terminal.close();
    }
  }

  print(text) {
    for (const line of text.split('\n')) console.log(`  | ${line.split(this.scene.project).join('…/commerce-project')}`);
    console.log('');
  }
}

/** For machines without pseudo terminals: passes flags, so that no question is asked. */
class Flags {
  constructor(scene) {
    this.scene = scene;
    this.env = scene.env({ SIMULATOR_ACCOUNT: '1234567_SB1', SIMULATOR_ROLE: '1000' });
  }

  async task(words, { flags }) {
    console.log(`  (No pseudo terminal here, so without the questions: ${flags.join(' ') || 'no flag needed'})\n`);
    const bare = words.filter((word) => word !== '--to');
    const done = await run(process.execPath, gulpArguments(this.scene.project, ...bare, ...flags), {
      cwd: this.scene.project,
      env: this.env,
    });
    console.log((done.stdout + done.stderr).replace(/^/gm, '  | '));
    return done.code;
  }
}

function playerFor(scene, auto) {
  if (!auto) return new Person(scene);
  return without('pty', 'posix', 'stty') ? new Flags(scene) : new Script(scene);
}

/** Whether a person can answer. */
function somebodyIsThere() {
  const { CI } = process.env;
  const automated = CI !== undefined && CI !== '' && CI !== '0' && CI !== 'false';
  return Boolean(process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY) && !automated;
}

/** What is left in the temporary folder at the end. */
function leftovers(root) {
  return fs.existsSync(root) ? [root] : [];
}

module.exports = { leftovers, playerFor, somebodyIsThere };
