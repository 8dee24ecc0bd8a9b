#!/usr/bin/env node
// A browser for scripts: opens a consent URL, presses Allow or Deny, and follows the redirect back to the waiting application.
'use strict';

const http = require('http');
const https = require('https');
const tls = require('tls');

const TIMEOUT_MS = 30000;

// Opens a socket to a real host name through the proxy. Certificates are checked as usual.
function tunnel(proxy, target) {
  return new Promise((resolve, reject) => {
    const headers = { host: `${target.hostname}:443` };
    if (proxy.username)
      headers['proxy-authorization'] =
        `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}`;
    const request = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${target.hostname}:443`, headers });
    request.on('error', reject);
    request.on('connect', (response, socket) => {
      if (response.statusCode !== 200) reject(new Error(`The proxy answered ${response.statusCode}`));
      else resolve(tls.connect({ socket, servername: target.hostname }));
    });
    request.end();
  });
}

function isNetSuite(target) {
  return /(^|\.)netsuite\.com$/.test(target.hostname);
}

// Requests to real NetSuite host names go to the simulator: directly if `simulator` is given, otherwise through HTTPS_PROXY.
// All other requests go to their own host.
async function transport(target, options) {
  if (isNetSuite(target) && options.simulator) {
    const direct = new URL(options.simulator);
    return { library: http, options: { host: direct.hostname, port: direct.port, agent: false } };
  }
  const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
  if (isNetSuite(target) && proxy) {
    const socket = await tunnel(new URL(proxy), target);
    // No agent: every agent, even `false`, would open a connection of its own.
    return { library: http, options: { createConnection: () => socket } };
  }
  return {
    library: target.protocol === 'https:' ? https : http,
    options: { host: target.hostname.replace(/^\[|\]$/g, ''), port: target.port, agent: false },
  };
}

async function visit(method, url, body, options) {
  const target = new URL(url);
  const way = await transport(target, options);
  const headers = { host: target.host, accept: 'text/html', connection: 'close' };
  if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
  return new Promise((resolve, reject) => {
    const request = way.library.request(
      Object.assign({ method, path: target.pathname + target.search, headers, timeout: TIMEOUT_MS }, way.options),
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            location: response.headers.location || null,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error(`${target.host} did not answer`)));
    request.on('error', reject);
    request.end(body);
  });
}

function unescapeHtml(text) {
  return text.replace(/&#(\d+);/g, (all, code) => String.fromCharCode(Number(code)));
}

// The fields that the page sends whichever button is pressed.
function hiddenFields(page) {
  const fields = [];
  page.replace(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g, (all, name, value) => fields.push([name, unescapeHtml(value)]));
  return fields;
}

function formBody(page, choice) {
  const checked = /name="grant" value="([^":]*):([^"]*)" checked/.exec(page);
  const form = new URLSearchParams(hiddenFields(page));
  form.set('action', choice.action);
  const account = choice.account || (checked ? checked[1] : '');
  form.set('account', account);
  // The preselected role belongs only to the preselected account.
  const role = choice.role || (checked && checked[1] === account ? checked[2] : '');
  if (role) form.set('role', role);
  return form.toString();
}

// choice: { action: 'allow' | 'deny' | 'close', account, role, simulator, follow }. Returns { location, status } of the last page.
async function browse(url, choice) {
  const shown = await visit('GET', url, null, choice);
  if (shown.status !== 200) throw new Error(`The consent page answered ${shown.status}`);
  if (choice.action === 'close') return { location: null, status: shown.status };
  const page = new URL(url);
  const answer = await visit('POST', `${page.origin}${page.pathname}`, formBody(shown.body, choice), choice);
  if (answer.status !== 302) throw new Error(`The consent page answered ${answer.status} to "${choice.action}"`);
  if (choice.follow === false) return { location: answer.location, status: answer.status };
  let back = await visit('GET', answer.location, null, choice);
  let location = answer.location;
  for (let hops = 0; back.location && hops < 5; hops += 1) {
    location = new URL(back.location, location).href;
    back = await visit('GET', location, null, choice);
  }
  return { location, status: back.status };
}

async function main() {
  const url = process.argv[2];
  if (!url) throw new Error('Usage: node simulator/browser.js URL (SIMULATOR_CONSENT=allow|deny|close, SIMULATOR_ACCOUNT, SIMULATOR_ROLE)');
  await browse(url, {
    action: process.env.SIMULATOR_CONSENT || 'allow',
    account: process.env.SIMULATOR_ACCOUNT,
    role: process.env.SIMULATOR_ROLE,
    simulator: process.env.SIMULATOR_URL,
  });
}

if (require.main === module) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}

module.exports = { browse };
