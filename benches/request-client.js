'use strict';

// Sends the same signed requests with four clients in turn, and prints the wall time, the CPU time and the memory of
// each. Runs in a process of its own, because Node reads NODE_EXTRA_CA_CERTS when it starts.

const https = require('https');
const { authenticate } = require('..');

const { url: vm, credentials, rounds, requests, bytes, atOnce, memory } = JSON.parse(process.argv[2]);
const RESTLET = '/app/site/hosting/restlet.nl?script=1&deploy=1';
const body = JSON.stringify({ content: 'x'.repeat(bytes - 14) });
const TYPE = { 'Content-Type': 'application/json' };

function failed(status, text) {
  throw new Error(`The server answered ${status}: ${text}`);
}

/** `{ name: async () => the text of the answer }`, each signing its request. */
function clients(session) {
  const url = `${session.baseUrl}${RESTLET}`;
  const signed = () => ({ ...TYPE, Authorization: session.authorize('POST', url) });
  const fetched = async (response) => (response.status === 200 ? response.text() : failed(response.status, await response.text()));
  const undici = require('undici');
  const agent = new https.Agent({ keepAlive: true, maxSockets: atOnce });
  const pool = new undici.Pool(session.baseUrl, {
    connections: atOnce,
    connect: { ca: require('fs').readFileSync(process.env.NODE_EXTRA_CA_CERTS) },
  });
  const byHttps = () =>
    new Promise((resolve, reject) => {
      const headers = { ...signed(), 'Content-Length': Buffer.byteLength(body) };
      const request = https.request(url, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}: ${text}`))));
      });
      request.on('error', reject);
      request.end(body);
    });
  const all = {
    'session.fetch': async () => fetched(await session.fetch(RESTLET, { method: 'POST', body, headers: TYPE })),
    https: byHttps,
    fetch: async () => fetched(await fetch(url, { method: 'POST', body, headers: signed() })),
    undici: async () => {
      const { statusCode, body: answer } = await pool.request({ path: RESTLET, method: 'POST', body, headers: signed() });
      const text = await answer.text();
      return statusCode === 200 ? text : failed(statusCode, text);
    },
  };
  const close = () => {
    agent.destroy();
    return pool.close();
  };
  return { all, close };
}

/** Sends `count` requests, `atOnce` at a time, and checks that each body arrived whole. */
async function send(client, count, limit = atOnce) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const { bytes: arrived } = JSON.parse(await client());
      if (arrived !== body.length) throw new Error(`${arrived} of ${body.length} bytes arrived`);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

async function measured(client, count) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await send(client, count);
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1e3 };
}

/** How much more memory the process has after more of the same requests, in MiB. */
async function growth(client, before, after, limit) {
  const rss = () => process.memoryUsage().rss / 2 ** 20;
  await send(client, before, limit);
  const start = rss();
  await send(client, after, limit);
  return rss() - start;
}

async function main() {
  const [token, secret] = [credentials.tokenId, credentials.tokenSecret];
  const session = await authenticate({
    argv: [],
    account: '1234567_SB1',
    token: `${token}:${secret}`,
    consumerKey: credentials.consumerKey,
    consumerSecret: credentials.consumerSecret,
    vm,
  });
  const { all, close } = clients(session);
  if (memory) return { growth: await growth(all['session.fetch'], memory.before, memory.after, memory.atOnce), stop: await close() };
  const names = Object.keys(all);
  const results = {};
  for (const name of names) {
    results[name] = [];
    await send(all[name], Math.min(requests, 20)); // connections and compiled code
  }
  for (let round = 0; round < rounds; round += 1) {
    // Rotates, so that each client comes first, second and so on equally often.
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      results[name].push(await measured(all[name], requests));
    }
  }
  await close();
  return results;
}

main().then(
  (results) => process.send(results, () => process.disconnect()),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
