// What the platform checks share: one PASS, FAIL or SKIP line per check, and child processes whose output goes to files.
'use strict';

const { spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const path = require('path');

const counts = { passed: 0, failed: 0, skipped: 0 };

function line(word, what, more) {
  fs.writeSync(1, `${word} ${what}${more ? ` (${String(more).split(/\r?\n/).slice(0, 12).join(' | ').slice(0, 1500)})` : ''}\n`);
}

/** Runs one check. What it returns is shown beside its name. */
async function check(what, body) {
  try {
    const said = await body();
    counts.passed += 1;
    line('PASS', what, typeof said === 'string' ? said : '');
  } catch (error) {
    counts.failed += 1;
    line('FAIL', what, error && error.stack ? error.stack : error);
  }
}

/** A check that this platform cannot run, with the reason in words. */
function skip(what, reason) {
  counts.skipped += 1;
  line('SKIP', what, reason);
}

function that(holds, why) {
  if (!holds) throw new Error(typeof why === 'string' ? why : JSON.stringify(why));
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** True when something listens there, else why not. */
function connects(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const done = (value) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(3000, () => done('timeout'));
    socket.on('connect', () => done(true));
    socket.on('error', (error) => done(error.code));
  });
}

/** Waits until `look` returns something true, for 20 seconds at most. */
async function until(look, what) {
  const began = Date.now();
  for (;;) {
    const found = await look();
    if (found) return found;
    that(Date.now() - began < 20000, `waited 20 s for ${what}`);
    await wait(50);
  }
}

/** Node 12 has no AbortController. */
class Abort {
  constructor() {
    this.listeners = [];
    this.signal = { aborted: false, addEventListener: (_, each) => this.listeners.push(each), removeEventListener() {} };
  }

  abort() {
    this.signal.aborted = true;
    for (const each of this.listeners) each();
  }
}

/** How programs are started on this platform. */
class Programs {
  constructor({ work, node }) {
    this.work = work;
    this.node = node;
  }

  /** Starts Node with these arguments. Output goes to files: pipes of a foreign system (Wine) may not work. */
  start(args, { env, cwd, input } = {}) {
    const base = path.join(this.work, `out-${crypto.randomBytes(4).toString('hex')}`);
    const files = [`${base}.1`, `${base}.2`];
    const [out, err] = files.map((each) => fs.openSync(each, 'w'));
    const [program, ...first] = this.node;
    const child = spawn(program, first.concat(args), { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', out, err] });
    if (input !== undefined) child.stdin.end(input);
    const read = (index) => fs.readFileSync(files[index], 'utf8');
    const close = () => {
      fs.closeSync(out);
      fs.closeSync(err);
    };
    return { child, stdout: () => read(0), stderr: () => read(1), close };
  }

  /** The same, waited for. */
  run(args, { ms = 90000, ...options } = {}) {
    return new Promise((resolve) => {
      const started = this.start(args, options);
      const timer = setTimeout(() => started.child.kill('SIGKILL'), ms);
      const end = (code) => {
        clearTimeout(timer);
        started.close();
        resolve({ code, stdout: started.stdout(), stderr: started.stderr() });
      };
      started.child.on('error', (error) => end(String(error)));
      // Wine's files are complete a moment after the process has ended.
      started.child.on('exit', (code, signal) => setTimeout(() => end(signal || code), 200));
    });
  }
}

function removed(file) {
  try {
    fs.unlinkSync(file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

module.exports = { Abort, Programs, check, connects, counts, freePort, removed, skip, that, until, wait };
