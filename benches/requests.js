'use strict';

// Compares `session.fetch` with the clients that are commonly used beside `session.authorize`: the same signed POSTs to a
// server on loopback that checks signatures.

const { fork } = require('child_process');
const fs = require('fs');
const path = require('path');
const { remove, temporary } = require('./folders');
const { median, ratio } = require('./measure');

const LIMIT_MS = 10 * 60 * 1000;
const credentials = { consumerKey: 'k'.repeat(64), consumerSecret: 's'.repeat(64), tokenId: 't'.repeat(64), tokenSecret: 'u'.repeat(64) };

const message = (child) =>
  new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${path.basename(child.spawnargs[1])} ended with ${code}`)));
  });

async function client(server, home, settings) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    USERPROFILE: home,
    NETSUITE_TBA_HOME: path.join(home, 'vault'),
    NODE_EXTRA_CA_CERTS: server.caFile,
    NODE_NO_WARNINGS: '1',
    CI: '1',
  };
  const given = JSON.stringify({ url: server.url, credentials, ...settings });
  const child = fork(path.join(__dirname, 'request-client.js'), [given], { cwd: home, env, timeout: LIMIT_MS, silent: true });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  return message(child).catch((error) => Promise.reject(new Error(`${error.message}\n${said}`)));
}

const ms = (value) => `${value.toFixed(0)} ms`;

function compared(results) {
  const of = (name, field) => results[name].map((round) => round[field]);
  return Object.keys(results).map((name) => {
    const cells = ['wall', 'cpu'].map((field) => {
      const times = ratio(of(name, field), of('session.fetch', field));
      return `${ms(median(of(name, field)))}${name === 'session.fetch' ? '' : ` (${times.toFixed(2)})`}`;
    });
    return [name === 'session.fetch' ? '`session.fetch`' : `\`${name}\` with \`session.authorize\``].concat(cells);
  });
}

/** `{ loopback, distant, memory }`: rows of tables. */
async function requests(quick) {
  const home = temporary();
  const server = fork(path.join(__dirname, 'request-server.js'), [home, credentials.consumerSecret, credentials.tokenSecret]);
  try {
    const address = await message(server);
    const load = { requests: quick ? 50 : 200, bytes: 200000, atOnce: 3 };
    const loopback = compared(await client(address, home, { ...load, rounds: quick ? 4 : 12 }));
    server.send({ delayMs: 40 });
    await message(server);
    const distant = compared(await client(address, home, { ...load, requests: quick ? 20 : 100, rounds: 4 }));
    server.send({ delayMs: 0 });
    await message(server);
    const part = quick ? 10 : 1;
    const large = await client(address, home, { ...load, memory: { before: 20, after: 1000 / part, atOnce: 3 } });
    const small = await client(address, home, { ...load, bytes: 200, memory: { before: 1000 / part, after: 9000 / part, atOnce: 5 } });
    const memory = [
      [`${1000 / part} requests of 200 kB, after 20`, `${large.growth.toFixed(1)} MiB`, '20 MiB'],
      [`${9000 / part} small requests, five at once, after ${1000 / part}`, `${small.growth.toFixed(1)} MiB`, '-'],
    ];
    return { loopback, distant, memory };
  } finally {
    server.disconnect();
    if (fs.existsSync(home)) remove(home);
  }
}

module.exports = { requests };
