// A world for one test: simulator, project, home folder; runs gulp in it and tells what came of it.
'use strict';

const { spawn } = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { startSimulator } = require('../../simulator');
const { makeProject } = require('./project');
const { startTwoWayPort } = require('./two-way-port');

const BROWSER = path.join(__dirname, '..', '..', 'simulator', 'browser.js');
const LIMIT_MS = 60000;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

class World {
  constructor(parts) {
    Object.assign(this, parts);
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'commerce-home-'));
    this.opened = path.join(this.home, 'browser-calls');
  }

  // What gulp's process sees: nothing of the machine's own settings.
  environment(options) {
    const { simulator } = this;
    const browser = options.browser === undefined ? `${process.execPath} ${BROWSER}` : options.browser;
    return Object.assign({
      PATH: process.env.PATH,
      HOME: this.home,
      USERPROFILE: this.home,
      TMPDIR: os.tmpdir(),
      NO_COLOR: '1',
      NETSUITE_TBA_STORE: 'file',
      NODE_EXTRA_CA_CERTS: this.trusted,
      HTTPS_PROXY: simulator.proxy.url,
      COMMERCE_TOOLS_NETWORK: simulator.proxy.url,
      COMMERCE_TOOLS_ANSWERS: JSON.stringify(Object.assign({ website: 'Acme Outdoor', domain: 'shop.acme.example' }, options.answers)),
      SIMULATOR_CONSENT: options.consent || 'allow',
      SIMULATOR_ACCOUNT: options.account || '1234567_SB1',
      BROWSER: browser
    }, options.key === false ? {} : { CONSUMER_KEY: simulator.consumer.key, CONSUMER_SECRET: simulator.consumer.secret }, options.env);
  }

  // Resolves to { code, stdout, stderr, text, ms } of `gulp task …flags`. Options: answers, consent, account, env, key,
  // browser, project, node, flags that replace the free --port.
  async run(task, flags, options) {
    const wanted = options || {};
    const project = wanted.project || this.project;
    const port = wanted.port === undefined ? ['--port', String(await freePort())] : wanted.port;
    const began = Date.now();
    const child = spawn(wanted.node || this.node, [project.gulp, task].concat(flags || [], port), { cwd: project.root, env: this.environment(wanted), stdio: ['ignore', 'pipe', 'pipe'] });
    if (wanted.onChild) wanted.onChild(child);
    const texts = { stdout: '', stderr: '' };
    for (const name of Object.keys(texts)) {
      child[name].setEncoding('utf8');
      child[name].on('data', chunk => {
        texts[name] += chunk;
        if (wanted.onText) wanted.onText(chunk);
      });
    }
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, wanted.limit || LIMIT_MS);
    const code = await new Promise(resolve => child.on('close', resolve));
    clearTimeout(limit);
    return Object.assign(texts, { code, late, text: texts.stdout + texts.stderr, ms: Date.now() - began });
  }

  // How often each kind of request came, such as { requesttoken: 1, restlet: 7 }.
  steps() {
    const counts = {};
    for (const { step } of this.simulator.requests) counts[step] = (counts[step] || 0) + 1;
    return counts;
  }

  // A token that Oracle's package saved, and its entry in ~/.nstba.
  save(name, options) {
    const wanted = Object.assign({ account: '1234567_SB1' }, options);
    const token = this.simulator.issueToken(wanted);
    const entry = { token: token.tokenId, secret: token.tokenSecret, account: wanted.written || wanted.account.toLowerCase().replace(/_/g, '-') };
    this.writeNstba(Object.assign(this.nstba() || {}, { [name]: entry }));
    return token;
  }

  nstba() {
    const file = path.join(this.home, '.nstba');
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
  }

  writeNstba(content) {
    fs.writeFileSync(path.join(this.home, '.nstba'), typeof content === 'string' ? content : JSON.stringify(content, null, 2), { mode: 0o700 });
  }

  otherProject(options) {
    const project = makeProject(Object.assign({ shape: this.shape }, options));
    this.projects.push(project);
    return project;
  }

  async close() {
    await this.twoWay.close();
    await this.simulator.close();
    for (const project of this.projects) project.remove();
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

// options: shape, node (a binary), nsdeploy, config, dotenv, and those of the simulator. Closed when the test `t` ends.
async function openWorld(t, options) {
  const wanted = Object.assign({ shape: '24.1' }, options);
  const simulator = await startSimulator(Object.assign({ proxy: true }, wanted.simulator));
  const project = makeProject(wanted);
  const twoWay = await startTwoWayPort(simulator);
  const trusted = path.join(project.root, 'trusted.pem');
  fs.writeFileSync(trusted, simulator.proxy.ca + twoWay.ca);
  const world = new World({ shape: wanted.shape, node: wanted.node || process.execPath, simulator, project, projects: [project], twoWay, trusted });
  t.after(() => world.close());
  return world;
}

module.exports = { freePort, openWorld };
