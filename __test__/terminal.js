// Plays a person at a terminal: runs a program in a pseudo terminal, reads its screen as text, types keys.
'use strict';

const fs = require('fs');
const path = require('path');

const PATIENCE_MS = 15000;
const KEYS = { enter: '\r', up: '\u001b[A', down: '\u001b[B', ctrlC: '\u0003', escape: '\u001b', backspace: '\u007f' };

// Runs the program and records its exit code and the terminal's settings before and after.
const SHELL = 'trap : INT; stty -g > "$0/before"; "$@"; echo "$?" > "$0/code"; stty -g > "$0/after"';

/** The rows of a screen as lines, with wrapped lines joined. */
function linesOf(screen) {
  const buffer = screen.buffer.active;
  const lines = [];
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    const text = line.translateToString(false);
    if (line.isWrapped && lines.length) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  const trimmed = lines.map((line) => line.trimEnd());
  while (trimmed.length && trimmed[trimmed.length - 1] === '') trimmed.pop();
  return trimmed;
}

class Terminal {
  constructor(folder, words, { cwd, env, columns = 100, rows = 40 }) {
    // Loaded here, so that a machine without pseudo terminals can load this file.
    const pty = require('@lydell/node-pty');
    const { Terminal: Screen } = require('@xterm/headless');
    fs.mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.raw = '';
    this.seen = new Set();
    this.waiting = 0;
    this.screen = new Screen({ cols: columns, rows, scrollback: 500, allowProposedApi: true });
    this.process = pty.spawn('/bin/sh', ['-c', SHELL, folder].concat(words), {
      cols: columns,
      rows,
      cwd,
      env: Object.assign({ TERM: 'xterm-256color' }, env),
    });
    // A real terminal answers when a program asks for the position of the cursor.
    this.screen.onData((answer) => this.process.write(answer));
    this.process.onData((text) => {
      this.raw += text;
      this.waiting += 1;
      this.screen.write(text, () => {
        this.waiting -= 1;
      });
    });
    this.ended = new Promise((resolve) =>
      this.process.onExit(() => {
        this.over = true;
        resolve();
      }),
    );
  }

  get lines() {
    return linesOf(this.screen);
  }

  get text() {
    return this.lines.join('\n');
  }

  /** Whether the program has left the terminal in bracketed paste mode. */
  get marksPastes() {
    // eslint-disable-next-line no-control-regex
    const modes = this.raw.match(/\u001b\[\?2004[hl]/g) || [];
    return modes.length > 0 && modes[modes.length - 1].endsWith('h');
  }

  type(text) {
    this.process.write(text);
  }

  press(...names) {
    for (const name of names) this.type(KEYS[name]);
  }

  /** Waits until the screen matches a pattern or a function. The error contains the screen. */
  async until(expected, patienceMs = PATIENCE_MS) {
    const end = Date.now() + patienceMs;
    const matches = () => (typeof expected === 'function' ? expected(this.text) : expected.test(this.text));
    for (;;) {
      if (!this.waiting && matches()) return this.text;
      if (Date.now() > end || (this.over && !this.waiting)) throw new Error(`The screen does not show ${expected}:\n${this.text}`);
      await new Promise((wait) => setTimeout(wait, 15));
    }
  }

  /** Waits for the end. Returns the exit code and whether the terminal's settings were restored. */
  async end(patienceMs = PATIENCE_MS) {
    const late = new Promise((resolve) => setTimeout(resolve, patienceMs, 'late').unref());
    if ((await Promise.race([this.ended, late])) === 'late') {
      this.process.kill('SIGKILL');
      throw new Error(`Did not end within ${patienceMs} ms:\n${this.text}`);
    }
    while (this.waiting) await new Promise((wait) => setTimeout(wait, 5));
    const read = (name) => fs.readFileSync(path.join(this.folder, name), 'utf8').trim();
    const restored = read('before') === read('after') && !this.marksPastes;
    return { code: Number(read('code')), restored, text: this.text };
  }

  /** Kills the program if it still runs because a test has failed. */
  close() {
    if (!this.over) this.process.kill('SIGKILL');
    this.screen.dispose();
  }
}

let opened = 0;

/** Opens a terminal that is closed at the end of the test. */
function terminal(t, scene, words, { env, ...more } = {}) {
  opened += 1;
  const opening = new Terminal(path.join(scene.root, `terminal-${opened}`), words, { cwd: scene.project, env: scene.env(env), ...more });
  t.after(() => opening.close());
  return opening;
}

module.exports = { Terminal, terminal };
