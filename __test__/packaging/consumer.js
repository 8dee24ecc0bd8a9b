// Uses the installed package in every way and prints the results as JSON. Runs on Node 12.21 and later.
'use strict';

const assert = require('assert');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');
const { Worker } = require('worker_threads');

const [kind, port] = process.argv.slice(2);
const CREDENTIALS = { consumerKey: 'ck', consumerSecret: 'cs', tokenId: 'tk', tokenSecret: 'ts', realm: '1234567_SB1' };
const URL_TO_SIGN = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1&name=a%20b';

/** Signs once and checks the signature with Node's own HMAC. */
function sign(tba) {
  const { header, signature, baseString } = tba.signRequest({ method: 'GET', url: URL_TO_SIGN }, CREDENTIALS);
  const expected = crypto.createHmac('sha256', 'cs&ts').update(baseString).digest('base64');
  assert.strictEqual(signature, expected);
  assert.ok(header.startsWith('OAuth realm="1234567_SB1"'));
  return true;
}

function options(simulator, more) {
  const { key: consumerKey, secret: consumerSecret } = simulator.consumer;
  const place = { cwd: __dirname, home: path.join(__dirname, 'vault'), store: 'file', port };
  return Object.assign(
    place,
    { argv: [], authId: 'dev', account: '1234567_SB1', vm: simulator.url, consumerKey, consumerSecret, browser: true },
    more,
  );
}

/** Sends a signed RESTlet request and returns the status. */
function request(session) {
  const url = `${session.baseUrl}/app/site/hosting/restlet.nl?script=customscript_ns_sc_ext_mech_restlets&deploy=customdeploy_ns_sc_ext_mech_restlets&service_name=WEBSITE_SERVICE&method=GET`;
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: { Authorization: session.authorize('GET', url), 'Content-Type': 'application/json' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
      .on('error', reject);
  });
}

function inWorker(source, workerData) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData });
    let told;
    worker.on('message', (message) => {
      told = message;
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve(told) : reject(new Error(`worker ended with ${code}`))));
  });
}

const WORKER = `
const { parentPort, workerData } = require('worker_threads');
const { authenticate } = require(workerData.id);
authenticate(workerData.options).then((session) => parentPort.postMessage([session.source, session.authorize('GET', 'https://h/').slice(0, 12)]));
`;

function copyFolder(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else fs.copyFileSync(source, target);
  }
}

async function everything() {
  const tba = require('netsuite-tba');
  const { startSimulator } = require('netsuite-tba/simulator');
  const told = { node: process.versions.node, signed: sign(tba) };
  const simulator = await startSimulator();
  const first = await tba.authenticate(options(simulator));
  told.first = [first.source, first.account, await request(first)];
  const again = await tba.authenticate(options(simulator, { interactive: false, browser: false }));
  told.again = [again.source, await request(again)];

  const workerData = { id: require.resolve('netsuite-tba'), options: options(simulator, { browser: false }) };
  told.workers = await Promise.all([1, 2, 3, 4].map(() => inWorker(WORKER, workerData)));

  const copy = path.join(__dirname, 'copy');
  copyFolder(path.dirname(require.resolve('netsuite-tba/package.json')), copy);
  const other = require(copy);
  assert.notStrictEqual(other, tba);
  const both = await Promise.all([tba, other].map((each) => each.authenticate(options(simulator, { browser: false }))));
  told.copies = both.map((session) => session.source);
  sign(other);
  told.list = new other.TokenVault({ store: 'file', home: path.join(__dirname, 'vault') })
    .list()
    .map(({ authId, store }) => `${authId} ${store}`);
  await simulator.close();
  return told;
}

const KINDS = { everything, require: async () => Object.keys(require('netsuite-tba')).sort() };

KINDS[kind]().then(
  (told) => console.log(JSON.stringify(told)),
  (error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
