// The environment of one test: home folder, vault, project, simulator and callback port. It is removed afterwards.
'use strict';

const { spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { startSimulator } = require('../simulator');

const ROOT = path.join(__dirname, '..');
const BROWSER = path.join(ROOT, 'simulator', 'browser.js');
const CALL = path.join(__dirname, 'call.js');
const DEADLINE_MS = 60000;
const AFTER_EXIT_MS = 3000;
// The variables that programs need to run at all. Tests pass everything else themselves.
const KEPT = ['PATH', 'SystemRoot', 'PATHEXT', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH'];

const taken = new Set();
const children = new Set();

function listening(host, port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(null));
    server.listen(port, host, () => resolve(server));
  });
}

/** Whether nothing listens on a port of either loopback address. */
async function isFree(port) {
  for (const host of ['127.0.0.1', '::1']) {
    const server = await listening(host, port);
    if (server) await new Promise((closed) => server.close(closed));
    else if (host === '127.0.0.1' || hasIpv6()) return false;
  }
  return true;
}

const hasIpv6 = () => Object.values(os.networkInterfaces()).some((all) => all.some(({ address }) => address === '::1'));

/**
 * A free port that no other test has got. It lies below the ports that systems give to connections, because
 * a connection of another process could take one of those before the test uses it.
 */
async function freePort() {
  for (;;) {
    const port = crypto.randomInt(10000, 32000);
    if (!taken.has(port) && (await isFree(port))) {
      taken.add(port);
      return port;
    }
  }
}

/** Every file below a folder with its bytes and mode. If it is equal before and after a run, nothing was half-saved. */
function snapshot(folder) {
  const found = {};
  const walk = (at) => {
    for (const entry of fs.existsSync(at) ? fs.readdirSync(at, { withFileTypes: true }) : []) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (!entry.isFile()) found[path.relative(folder, file)] = 'not a file';
      else
        found[path.relative(folder, file)] = `${(fs.statSync(file).mode & 0o777).toString(8)} ${fs.readFileSync(file).toString('latin1')}`;
    }
  };
  walk(folder);
  return found;
}

/** Runs a program until it ends. If it does not end in time, it is killed and the promise rejects. */
function run(file, args, { cwd, env, deadlineMs = DEADLINE_MS, onStderr, input } = {}) {
  return new Promise((resolve, reject) => {
    const start = Date.now();
    const child = spawn(file, args, { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const result = { stdout: '', stderr: '', child, cwd };
    children.add(result);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`Did not end within ${deadlineMs} ms: ${args.join(' ')}\n${result.stdout}\n${result.stderr}`));
    }, deadlineMs);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      result.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      result.stderr += text;
      if (onStderr) onStderr(result.stderr, child);
    });
    if (input !== undefined) child.stdin.end(input);
    child.once('error', reject);
    let grace = null;
    const over = () => {
      clearTimeout(timer);
      clearTimeout(grace);
      children.delete(result);
      resolve(result);
    };
    child.once('exit', (code, signal) => {
      Object.assign(result, { code, signal, ms: Date.now() - start, endedAt: Date.now() });
      // A daemon that outlives the program may keep its output open. What it prints does not matter.
      grace = setTimeout(over, AFTER_EXIT_MS);
    });
    child.once('close', over);
  });
}

class Scene {
  constructor(root, simulator, port) {
    Object.assign(this, { root, simulator, port });
    for (const name of ['home', 'vault', 'project', 'temp']) this[name] = path.join(root, name);
    for (const folder of [this.home, this.project, this.temp]) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(this.project, 'package.json'), '{}\n');
  }

  /** The environment of a child process, without the settings, tokens and CI variables of this machine. */
  env(more) {
    const kept = {};
    for (const name of KEPT) if (process.env[name] !== undefined) kept[name] = process.env[name];
    const { simulator } = this;
    return Object.assign(
      kept,
      {
        HOME: this.home,
        USERPROFILE: this.home,
        // gulp keeps a cache in the temporary folder.
        TMPDIR: this.temp,
        TEMP: this.temp,
        TMP: this.temp,
        NETSUITE_TBA_HOME: this.vault,
        NETSUITE_TBA_STORE: 'file',
        NETSUITE_TBA_KEYCHAIN_SERVICE: `netsuite-tba-test-${path.basename(this.root)}`,
        BROWSER,
      },
      simulator && { CONSUMER_KEY: simulator.consumer.key, CONSUMER_SECRET: simulator.consumer.secret },
      more,
    );
  }

  /** Calls authenticate() in a child process and returns { session | error, stderr, exitMs, … }. */
  async call(options = {}, { env, ...more } = {}) {
    const given = Object.assign({ port: this.port }, this.simulator && { vm: this.simulator.url }, options);
    // `undefined` removes a default of this function.
    for (const name of Object.keys(given)) if (given[name] === undefined) delete given[name];
    const done = await run(process.execPath, [CALL, JSON.stringify(given)], { cwd: this.project, env: this.env(env), ...more });
    const line = done.stdout.split('\n').find((text) => text.startsWith('{'));
    const told = line ? JSON.parse(line) : {};
    const settled = told.settledAt !== undefined;
    const ms = settled ? told.settledAt - told.startedAt : done.ms;
    return Object.assign(done, told, { ms, exitMs: settled ? done.endedAt - told.settledAt : null });
  }

  /** Saves a token with a sign-in, and removes the .nsdeploy that the sign-in wrote. */
  async save(authId, account = '1234567_SB1', role = '1000') {
    const answer = await this.call({ authId, account, role });
    if (!answer.session) throw new Error(`${authId} was not saved: ${answer.stderr}`);
    fs.rmSync(path.join(this.project, '.nsdeploy'), { force: true });
    return answer;
  }

  /** Makes a program for BROWSER. `body` may use `browse(url, choice)` and `url`. */
  browser(body) {
    const file = path.join(this.root, `browser-${taken.size}-${Object.keys(snapshot(this.root)).length}`);
    fs.writeFileSync(
      file,
      `#!${process.execPath}\nconst { browse } = require(${JSON.stringify(BROWSER)});\nconst url = process.argv[2];\n${body}\n`,
      { mode: 0o755 },
    );
    return file;
  }

  get nsdeploy() {
    const file = path.join(this.project, '.nsdeploy');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
  }

  set nsdeploy(value) {
    fs.writeFileSync(path.join(this.project, '.nsdeploy'), typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`);
  }

  /** All files that a failed run must not change. */
  kept() {
    const files = snapshot(this.root);
    // Lock files may stay, they contain nothing. The other files belong to the test or to gulp.
    for (const name of Object.keys(files)) if (/\.lock$|^terminal-|^browser-|^temp\b/.test(name)) delete files[name];
    return files;
  }

  requested(step) {
    return this.simulator.requests.filter((request) => request.step === step);
  }
}

/** Makes a scene that ends with the test. `simulator: false` starts no simulator. */
async function scene(t, { simulator = {} } = {}) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tba-test-')));
  const running = simulator === false ? null : await startSimulator(simulator);
  t.after(async () => {
    // Processes that a failed test has left running.
    for (const { child, cwd } of children) if (cwd && cwd.startsWith(root)) child.kill('SIGKILL');
    if (running) await running.close();
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return new Scene(root, running, await freePort());
}

module.exports = { BROWSER, ROOT, freePort, run, scene, snapshot };
