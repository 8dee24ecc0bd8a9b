// A session for a token of a simulator in this process, and programs of their own for what concerns a whole process.
'use strict';

const { authenticate } = require('../..');
const { startSimulator } = require('../../simulator');
const { ROOT, run } = require('../scene');

const ECHO = '/app/site/hosting/restlet.nl?script=customscript_simulator_echo&deploy=customdeploy_simulator_echo';

function optionsFor(simulator, token) {
  const { key, secret } = simulator.consumer;
  return {
    argv: [],
    token: `${token.tokenId}:${token.tokenSecret}`,
    account: token.account,
    consumerKey: key,
    consumerSecret: secret,
    vm: simulator.url,
  };
}

/** A simulator with a token, and a session that holds it. */
async function signedIn(t, { simulator: settings, account = '1234567_SB1', ...options } = {}) {
  const simulator = await startSimulator(settings);
  t.after(() => simulator.close());
  const token = simulator.issueToken({ account, role: '1000' });
  const session = await authenticate({ ...optionsFor(simulator, token), ...options });
  return { simulator, token, session };
}

/**
 * Runs `body({ authenticate, tell, ECHO }, given)` in a process of its own; what it tells comes back, and the
 * output of the process. The function is sent as text: it sees nothing of this file.
 */
async function inProcess(it, body, given, { env, node = process.execPath, ...more } = {}) {
  const program = `
    const { authenticate, TbaError } = require(${JSON.stringify(ROOT)});
    const told = [];
    const tell = (value) => told.push(value);
    const codeOf = (error) => (error instanceof TbaError ? error.code : String(error.stack));
    const ECHO = ${JSON.stringify(ECHO)};
    process.on('exit', () => require('fs').writeSync(1, '\\n' + JSON.stringify({ told, endedAt: Date.now() }) + '\\n'));
    (${body})({ authenticate, tell, codeOf, ECHO }, JSON.parse(process.argv[1]))
      .catch((error) => { console.error(error); process.exitCode = 70; });`;
  const done = await run(node, ['-e', program, JSON.stringify(given || {})], { cwd: it.project, env: it.env(env), ...more });
  const line = done.stdout.split('\n').find((text) => text.startsWith('{"told"'));
  const { told, endedAt } = line ? JSON.parse(line) : { told: null };
  return Object.assign(done, { told, toldAt: endedAt });
}

/** The error of a promise that must be rejected. */
async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}

module.exports = { ECHO, failure, inProcess, optionsFor, signedIn };
