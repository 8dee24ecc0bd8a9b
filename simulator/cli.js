#!/usr/bin/env node
// Runs the simulator in a terminal until it is stopped, and prints how to use it.
'use strict';

const path = require('path');
const { Faults } = require('./faults');
const { startSimulator } = require('./index');
const { PATH: AUTHORIZE_PATH } = require('./oauth2/authorize');
const { isPublic } = require('./oauth2/integrations');
const { TOKEN_PATH } = require('./oauth2/token');

class UsageError extends Error {}

function parseFault(text) {
  const at = text.indexOf('=');
  if (at < 0) return [text, true];
  const value = text.slice(at + 1);
  return [text.slice(0, at), /^\d+$/.test(value) ? Number(value) : value === 'true' ? true : value];
}

function parseArguments(argv) {
  const options = { port: 0, faults: [], token: null, concurrency: 0, proxy: false, json: false };
  const list = argv.reduce(
    (all, word) => all.concat(/^--[a-z]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word]),
    [],
  );
  while (list.length) {
    const flag = list.shift();
    if (flag === '--proxy') options.proxy = true;
    else if (flag === '--json') options.json = true;
    else if (flag === '--help' || flag === '-h') options.help = true;
    else if (flag === '--port' && /^\d{1,5}$/.test(list[0] || '') && Number(list[0]) < 65536) options.port = Number(list.shift());
    else if (flag === '--concurrency' && /^[1-9]\d{0,3}$/.test(list[0] || '')) options.concurrency = Number(list.shift());
    else if (flag === '--token' && list[0]) options.token = list.shift();
    else if (flag === '--fault' && list[0]) options.faults.push(parseFault(list.shift()));
    else throw new UsageError(`Cannot read ${flag}${flag === '--port' ? ' (a number up to 65535 is needed)' : ''}.`);
  }
  return options;
}

function introduction(simulator, token) {
  const lines = [
    `NetSuite simulator on ${simulator.url} (Ctrl-C stops it)`,
    `Audit trail, with the reason of each refusal: ${simulator.url}/`,
    '',
    `Consumer key: ${simulator.consumer.key}`,
    'Lines for .env:',
    `  CONSUMER_KEY=${simulator.consumer.key}`,
    `  CONSUMER_SECRET=${simulator.consumer.secret}`,
    '',
    'Use it in a project:',
    `  gulp extension:fetch --vm ${simulator.url}`,
    '',
    'Without a browser this presses Allow (SIMULATOR_CONSENT=deny presses Deny):',
    `  BROWSER=${path.join(__dirname, 'browser.js')}`,
    '',
    'OAuth 2.0, for programs that sign in with an authorization code and PKCE:',
    `  ${simulator.url}${AUTHORIZE_PATH}`,
    `  ${simulator.url}${TOKEN_PATH}`,
    ...Array.from(simulator.integrations.values(), clientLine),
  ];
  if (token) lines.push('', 'A token, for pipelines:', ...variablesOf(token).map(([name, value]) => `  ${name}=${value}`));
  if (simulator.proxy)
    lines.push(
      '',
      'Or with the real host names:',
      `  HTTPS_PROXY=${simulator.proxy.url}`,
      `  NODE_EXTRA_CA_CERTS=${simulator.proxy.caFile}`,
    );
  return `${lines.join('\n')}\n\n`;
}

const clientLine = (record) =>
  `  client ID ${record.clientId}, ${isPublic(record) ? 'a public client' : 'with the consumer secret as its client secret'}`;

const variablesOf = (token) => [
  ['NETSUITE_TBA_TOKEN_ID', token.tokenId],
  ['NETSUITE_TBA_TOKEN_SECRET', token.tokenSecret],
  ['NETSUITE_TBA_ACCOUNT', token.account],
];

// For scripts: one line of JSON with the address and keys, then one for each request.
function introductionAsJson({ url, port, consumer, proxy }, token) {
  const through = proxy ? { url: proxy.url, caFile: proxy.caFile } : null;
  return `${JSON.stringify({ url, port, consumerKey: consumer.key, consumerSecret: consumer.secret, proxy: through, token })}\n`;
}

function lineAsJson({ method, path, step, status, signatureOk, reason }) {
  return `${JSON.stringify({ method, path, step, status, signatureOk, reason })}\n`;
}

function line(entry) {
  const signature = entry.signatureOk === null ? '' : entry.signatureOk ? ', signature right' : ', signature wrong';
  return `${entry.method} ${entry.path} ${entry.status || '-'}${signature}${entry.reason ? ` (${entry.reason})` : ''}\n`;
}

/** The help of the command, then the faults it knows. */
async function help() {
  const { runCommand } = require('../lib/terminal');
  const code = await runCommand(['help', 'simulator']);
  process.stdout.write(`\n${Faults.help()}\n`);
  return code;
}

async function serve(argv) {
  const options = parseArguments(argv);
  if (options.help) return help();
  // Control characters would let a request write to the terminal.
  const shown = options.json ? lineAsJson : line;
  const onRequest = (entry) => process.stdout.write(shown(entry).replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '?'));
  const simulator = await startSimulator({ port: options.port, proxy: options.proxy, concurrency: options.concurrency, onRequest });
  let token = null;
  try {
    for (const [name, value] of options.faults) simulator.fault(name, value);
    if (options.token !== null) {
      const { tokenId, tokenSecret, account } = simulator.issueToken({ account: options.token });
      token = { tokenId, tokenSecret, account };
    }
  } catch (error) {
    await simulator.close();
    throw new UsageError(`${error.message}\n`);
  }
  process.stdout.write((options.json ? introductionAsJson : introduction)(simulator, token));
  const code = await new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130));
    process.once('SIGTERM', () => resolve(0));
  });
  await simulator.close();
  return code;
}

// The message goes to stderr. With --json it also goes to stdout, as in every command.
function report(error, asJson) {
  const usage = error instanceof UsageError;
  const busy = error.code === 'EADDRINUSE';
  const message = (busy ? `Port ${error.port} is in use.` : error.message).trim();
  const exitCode = usage ? 2 : 1;
  const nextStep = busy ? 'Choose another with --port.' : usage ? 'To see its flags and faults: npx netsuite-tba simulator --help' : '';
  const code = busy ? 'PORT_BUSY' : usage ? 'FLAG_INVALID' : 'INTERNAL';
  if (asJson) process.stdout.write(`${JSON.stringify({ error: { code, message: message.split('\n')[0], nextStep, exitCode } })}\n`);
  process.stderr.write(`${message}\n${nextStep ? `${nextStep}\n` : ''}`);
  return exitCode;
}

// Resolves to the exit code when a signal has stopped it, or immediately if it cannot start.
function run(argv) {
  return serve(argv).catch((error) => report(error, argv.includes('--json')));
}

if (require.main === module) {
  run(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}

module.exports = { run };
