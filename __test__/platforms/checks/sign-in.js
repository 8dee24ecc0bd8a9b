// The browser sign-in: the whole way, Deny, forged callbacks, stopping, a taken port, how the browser is started.
'use strict';

const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');
const { Abort, check, connects, freePort, that, until } = require('../harness');

const RESTLET =
  '/app/site/hosting/restlet.nl?script=customscript_ns_sc_ext_mech_restlets&deploy=customdeploy_ns_sc_ext_mech_restlets&service_name=WEBSITE_SERVICE&method=GET';

/** The status NetSuite answers a signed request with. */
function statusOf(session) {
  const url = `${session.baseUrl}${RESTLET}`;
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: { Authorization: session.authorize('GET', url) } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
}

const get = (port, target) =>
  new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path: target, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });

/** Every sign-in NetSuite finished. */
const signIns = (simulator) => simulator.requests.filter((each) => each.step === 'accesstoken' && each.status === 200).length;

/** A script in the place of the browser, and the value of BROWSER that starts it. */
function standIn({ browser, work }, name, source) {
  const file = path.join(work, name);
  fs.writeFileSync(file, source);
  return `${browser.split(' ')[0]} ${file}`;
}

async function wholeWay(context) {
  const { folder, project, simulator, tba } = context;
  const vm = simulator.url;
  await check('file store: the whole sign-in, and NetSuite accepts the token', async () => {
    process.env.NETSUITE_TBA_STORE = 'file';
    const options = { authId: 'dev', account: '1234567_SB1', vm, port: await freePort(), timeoutMs: 60000 };
    const session = await tba.authenticate(options);
    that(session.source === 'generated' && signIns(simulator) === 1, `${session.source}, ${signIns(simulator)} sign-ins`);
    that((await statusOf(session)) === 200, 'NetSuite refuses the token');
  });
  await check('the second run uses the saved token and signs in no more', async () => {
    const session = await tba.authenticate({ vm, timeoutMs: 60000 });
    that(session.source === 'saved' && session.authId === 'dev' && signIns(simulator) === 1, `${session.source} ${session.authId}`);
    that((await statusOf(session)) === 200, 'NetSuite refuses the token');
  });
  await check("the vault is in this platform's folder, .nsdeploy in the project", () => {
    that(fs.existsSync(path.join(folder, 'tokens.json')), `${folder} has no tokens.json`);
    const { credentials } = JSON.parse(fs.readFileSync(path.join(project, '.nsdeploy'), 'utf8'));
    that(credentials.authID === 'dev', credentials);
    return fs.readdirSync(folder).sort().join(', ');
  });
}

async function denied(context) {
  const { simulator, tba } = context;
  await check('Deny ends the sign-in with its own code, and nothing is saved', async () => {
    process.env.SIMULATOR_CONSENT = 'deny';
    const options = { authId: 'no', account: '1234567_SB1', vm: simulator.url, port: await freePort(), timeoutMs: 30000 };
    const error = await tba.authenticate(options).catch((reason) => reason);
    delete process.env.SIMULATOR_CONSENT;
    that(error.code === 'SIGN_IN_DENIED', `${error.code} ${error.message}`);
    that(!new tba.TokenVault().list().some((each) => each.authId === 'no'), 'something was saved');
    return error.code;
  });
}

/** A sign-in that waits for a browser that does nothing; `during` gets its port and consent address. */
async function waiting(context, authId, during) {
  const { browser, simulator, tba, work } = context;
  const note = path.join(work, `${authId}.url`);
  const script = `require('fs').writeFileSync(${JSON.stringify(note)}, process.argv[process.argv.length - 1]);`;
  process.env.BROWSER = standIn(context, `${authId}.js`, script);
  const port = await freePort();
  const abort = new Abort();
  const options = { authId, account: '1234567_SB1', vm: simulator.url, port, timeoutMs: 40000, signal: abort.signal };
  const call = tba.authenticate(options).catch((error) => error);
  try {
    const consent = await until(() => fs.existsSync(note) && fs.readFileSync(note, 'utf8'), 'the browser to be started');
    await during({ port, consent, abort });
  } finally {
    abort.abort();
    process.env.BROWSER = browser;
  }
  return call;
}

async function hostile(context) {
  await check('100 forged callbacks are refused and the sign-in waits on', async () => {
    const result = await waiting(context, 'forged', async ({ port, consent }) => {
      const real = new URL(consent).searchParams;
      for (let n = 0; n < 100; n += 1) {
        const state = n % 2 ? 'x'.repeat(32) : '';
        const token = n % 3 ? real.get('oauth_token') : 'another';
        const status = await get(port, `/tba?oauth_token=${token}&oauth_verifier=v${n}&company=1234567_SB1&role=3&state=${state}`);
        that(status >= 400, `forged callback ${n} was answered with ${status}`);
      }
      that((await connects('127.0.0.1', port)) === true, 'the listener has gone');
    });
    that(result.code === 'CANCELLED', result.code || 'it signed in');
  });
}

async function lifecycle(context) {
  const { simulator, tba } = context;
  await check('the browser gets the consent address as one whole argument, and no secret in its environment', async () => {
    const seen = path.join(context.work, 'seen.json');
    const write = `require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ argv: process.argv.slice(2), env: process.env }));`;
    process.env.NETSUITE_TBA_PASSPHRASE = 'only for the test';
    process.env.BROWSER = standIn(context, 'seen.js', write);
    const abort = new Abort();
    const options = {
      authId: 'seen',
      account: '1234567_SB1',
      vm: simulator.url,
      port: await freePort(),
      timeoutMs: 30000,
      signal: abort.signal,
    };
    const call = tba.authenticate(options).catch((error) => error);
    const { argv, env } = JSON.parse(await until(() => fs.existsSync(seen) && fs.readFileSync(seen, 'utf8'), 'the browser'));
    abort.abort();
    await call;
    delete process.env.NETSUITE_TBA_PASSPHRASE;
    process.env.BROWSER = context.browser;
    that(argv.length === 1 && new URL(argv[0]).searchParams.get('state').length === 32, argv);
    for (const name of ['CONSUMER_SECRET', 'NETSUITE_TBA_PASSPHRASE']) that(!(name in env), `${name} reached the browser`);
  });
  await check('it listens on loopback only, an abort ends it within 3 s, and the port is free', async () => {
    let v6;
    let used;
    let began;
    const error = await waiting(context, 'idle', async ({ port, abort }) => {
      that((await connects('127.0.0.1', port)) === true, 'nothing listens on 127.0.0.1');
      v6 = await connects('::1', port);
      [used, began] = [port, Date.now()];
      abort.abort();
    });
    that(error.code === 'CANCELLED' && Date.now() - began < 3000, `${error.code} after ${Date.now() - began} ms`);
    that((await connects('127.0.0.1', used)) !== true, 'the port stays open');
    return `::1 ${v6 === true ? 'answers' : v6}`;
  });
  await check('a taken port is PORT_BUSY before NetSuite is asked', async () => {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const before = simulator.requests.length;
    const options = { authId: 'busy', account: '1234567_SB1', vm: simulator.url, port: server.address().port, timeoutMs: 10000 };
    const error = await tba.authenticate(options).catch((reason) => reason);
    server.close();
    that(error.code === 'PORT_BUSY', `${error.code} ${error.message}`);
    that(simulator.requests.length === before, 'a request token was spent');
    return error.message.split('\n')[0];
  });
}

module.exports = async (context) => {
  await wholeWay(context);
  await denied(context);
  await hostile(context);
  await lifecycle(context);
};
module.exports.statusOf = statusOf;
