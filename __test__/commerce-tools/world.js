// The environment of one test: simulator, project, home folder. Runs gulp in it and returns the results.
'use strict';

const { spawn } = require('child_process');
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');
const { startSimulator } = require('../../simulator');
const { freePort } = require('../scene');
const { makeProject } = require('./project');
const { startTwoWayPort } = require('./two-way-port');

const BROWSER = path.join(__dirname, 'recording-browser.js');
const LIMIT_MS = 60000;
const CONSENT = /https?:\/\/\S+\/authorizetoken\.nl\?\S+/;

// Resolves to { status, text } of a GET, for any status.
function visit(url, headers) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: headers || {}, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text, location: response.headers.location }));
    });
    request.on('error', reject);
  });
}

function running(child, limit, onText) {
  const run = { stdout: '', stderr: '', late: false };
  const began = Date.now();
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      run[name] += chunk;
      if (onText) onText(run);
    });
  }
  const timer = setTimeout(() => {
    run.late = true;
    child.kill('SIGKILL');
  }, limit);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(Object.assign(run, { code, text: run.stdout + run.stderr, ms: Date.now() - began }));
    });
  });
}

class World {
  constructor(parts) {
    Object.assign(this, parts);
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'commerce-home-'));
    this.log = path.join(path.dirname(this.trusted), 'opened');
  }

  // The environment of gulp, without the settings of this machine.
  environment(options) {
    const { simulator } = this;
    const consumer = options.key === false ? {} : { CONSUMER_KEY: simulator.consumer.key, CONSUMER_SECRET: simulator.consumer.secret };
    return Object.assign(
      {
        PATH: process.env.PATH,
        HOME: this.home,
        USERPROFILE: this.home,
        NO_COLOR: '1',
        NETSUITE_TBA_STORE: 'file',
        NODE_EXTRA_CA_CERTS: this.trusted,
        HTTPS_PROXY: simulator.proxy.url,
        COMMERCE_TOOLS_NETWORK: simulator.proxy.url,
        COMMERCE_TOOLS_ANSWERS: JSON.stringify(
          Object.assign({ website: 'Acme Outdoor', domain: 'shop.acme.example', extension: 'Sample' }, options.answers),
        ),
        COMMERCE_TOOLS_OPENED: this.log,
        SIMULATOR_CONSENT: options.consent || 'allow',
        SIMULATOR_ACCOUNT: options.account || '1234567_SB1',
        BROWSER: options.browser === undefined ? `${process.execPath} ${BROWSER}` : options.browser,
      },
      consumer,
      options.env,
    );
  }

  // Resolves to { code, late, stdout, stderr, text, ms } of `gulp task …flags`. Options: answers, consent, account, env, key
  // and browser as above, project, node, limit, onText, and port (null for the one the package chooses).
  async run(task, flags, options) {
    const wanted = options || {};
    const project = wanted.project || this.project;
    const port = wanted.port === null ? [] : ['--port', String(wanted.port || (await freePort()))];
    const words = [project.gulp, task].concat(flags || [], port);
    return this.start(words, project, wanted);
  }

  // Runs a script in the project, where the package has the name that the release uses.
  script(code, options) {
    const wanted = options || {};
    const project = wanted.project || this.project;
    return this.start(['-e', `const { OAuth1 } = require('${project.package}');\n${code}`].concat(wanted.flags || []), project, wanted);
  }

  start(words, project, wanted) {
    const child = spawn(wanted.node || this.node, words, {
      cwd: project.root,
      env: this.environment(wanted),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return running(child, wanted.limit || LIMIT_MS, wanted.onText);
  }

  // Runs a task whose consent page stays open. `meanwhile({ url, callback, press })` runs before Allow is pressed.
  async runWaiting(task, flags, options, meanwhile) {
    const port = await freePort();
    let work = null;
    const onText = ({ stderr }) => {
      const shown = CONSENT.exec(stderr);
      if (shown && !work) work = this.whileWaiting(shown[0], port, options, meanwhile);
    };
    const run = await this.run(task, flags, Object.assign({}, options, { consent: 'close', port, onText }));
    await work;
    return run;
  }

  async whileWaiting(url, port, options, meanwhile) {
    const press = async (action) => (await this.simulator.consent(url, { action, account: options.account || '1234567_SB1' })).location;
    await meanwhile({ url, callback: `http://localhost:${port}/tba`, port, press });
  }

  opened() {
    if (!fs.existsSync(this.log)) return [];
    return fs
      .readFileSync(this.log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  // The number of requests of each kind, such as { requesttoken: 1, restlet: 7 }.
  steps() {
    const counts = { requesttoken: 0, accesstoken: 0, restlet: 0, soap: 0, tokeninfo: 0 };
    for (const { step } of this.simulator.requests) counts[step] = (counts[step] || 0) + 1;
    return counts;
  }

  refused() {
    return this.simulator.requests.filter((request) => request.reason).map((request) => `${request.step}: ${request.reason}`);
  }

  // A token that Oracle's package saved in ~/.nstba. `written` is the spelling of its account there.
  save(name, options) {
    const wanted = Object.assign({ account: '1234567_SB1' }, options);
    const token = this.simulator.issueToken(wanted);
    const entry = { token: token.tokenId, secret: token.tokenSecret, account: wanted.written || wanted.account.replace(/_/g, '-') };
    const all = this.nstba() || {};
    Object.defineProperty(all, name, { value: entry, enumerable: true, configurable: true, writable: true });
    this.writeNstba(all);
    return token;
  }

  nstba() {
    const file = path.join(this.home, '.nstba');
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
  }

  writeNstba(content) {
    fs.writeFileSync(path.join(this.home, '.nstba'), typeof content === 'string' ? content : JSON.stringify(content, null, 2), {
      mode: 0o700,
    });
  }

  otherProject(options) {
    const project = makeProject(Object.assign({ shape: this.shape }, options));
    this.projects.push(project);
    return project;
  }

  async close() {
    await this.twoWay.close();
    await this.simulator.close();
    for (const folder of this.projects.map((project) => project.root).concat(this.home, path.dirname(this.trusted))) {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

// options: shape, node (a binary), nsdeploy, config, dotenv, simulator (its options). Closed when the test `t` ends.
async function openWorld(t, options) {
  const wanted = Object.assign({ shape: '24.1' }, options);
  const simulator = await startSimulator(Object.assign({ proxy: true }, wanted.simulator));
  const project = makeProject(wanted);
  const twoWay = await startTwoWayPort(simulator);
  const trusted = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'commerce-world-')), 'trusted.pem');
  fs.writeFileSync(trusted, simulator.proxy.ca + twoWay.ca);
  const world = new World({
    shape: wanted.shape,
    node: wanted.node || process.execPath,
    simulator,
    project,
    projects: [project],
    twoWay,
    trusted,
  });
  t.after(() => world.close());
  return world;
}

module.exports = { freePort, openWorld, visit };
