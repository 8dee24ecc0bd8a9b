// Sends one HTTPS request, directly or through --proxy, and reads the whole response. The caller checks the status.
'use strict';

const http = require('http');
const https = require('https');
const tls = require('tls');

// Replaces the network between the tools and NetSuite by the simulator's proxy, which accepts NetSuite's host names.
const NETWORK = process.env.COMMERCE_TOOLS_NETWORK;
const isNetSuite = (host) => /(^|\.)netsuite\.com$/i.test(host);

function connect(proxy, target, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: target, headers, agent: false });
    request.on('error', reject);
    request.on('connect', (response, socket) => resolve(socket));
    request.end();
  });
}

function secure(socket, host, insecure) {
  return new Promise((resolve, reject) => {
    const channel = tls.connect({ socket, servername: host, rejectUnauthorized: !insecure }, () => resolve(channel));
    channel.on('error', reject);
  });
}

// As in the tools, with --proxy the target is the full URL, and the proxy sees the headers of the request.
async function channelOf(url, request) {
  if (request.proxy) return secure(await connect(new URL(request.proxy), url.href, request.headers), url.hostname, request.insecure);
  if (NETWORK && isNetSuite(url.hostname))
    return secure(await connect(new URL(NETWORK), `${url.hostname}:443`, {}), url.hostname, request.insecure);
  return null;
}

// request: { method, url, headers, body, proxy, insecure }. Resolves to { status, text }.
async function send(request) {
  const url = new URL(request.url);
  const channel = await channelOf(url, request);
  const headers = Object.assign(
    { Host: url.host, 'Content-Length': Buffer.byteLength(request.body || ''), Connection: 'close' },
    request.headers,
  );
  const options = { method: request.method, path: url.pathname + url.search, headers, rejectUnauthorized: !request.insecure };
  // No agent if there is a channel: every agent, even `false`, would open a connection of its own.
  const way = channel ? { createConnection: () => channel } : { host: url.hostname, port: url.port, agent: false };
  return new Promise((resolve, reject) => {
    const library = channel ? http : https;
    const sent = library.request(Object.assign(options, way), (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('aborted')));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('error', reject);
    sent.end(request.body);
  });
}

module.exports = { send };
