'use strict';

// A RESTlet host for the benchmarks: HTTPS on loopback, in a process of its own, so that its work is not counted as the
// client's. It checks the signature and the nonce of every request. Prints its address and the file of its root.

const fs = require('fs');
const https = require('https');
const path = require('path');
const { createAuthority, createServerCertificate } = require('../simulator/certificates');
const { baseString, hmac, parseHeader, same } = require('../simulator/signature');

const [, , folder, consumerSecret, tokenSecret] = process.argv;
const nonces = new Set();
let delayMs = 0;

const authority = createAuthority();
const { key, cert } = createServerCertificate(authority, { hosts: ['localhost'] });
const caFile = path.join(folder, 'root.pem');
fs.writeFileSync(caFile, authority.pem);

function refusal(request, url) {
  const pairs = parseHeader(request.headers.authorization);
  if (!pairs) return 'no OAuth header';
  const sent = new Map(pairs);
  const right = hmac(baseString(request.method, url, pairs), consumerSecret, tokenSecret);
  if (!same(sent.get('oauth_signature') || '', right)) return 'wrong signature';
  if (nonces.has(sent.get('oauth_nonce'))) return 'nonce used twice';
  nonces.add(sent.get('oauth_nonce'));
  return null;
}

const server = https.createServer({ key, cert }, (request, response) => {
  const reason = refusal(request, `https://${request.headers.host}${request.url}`);
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    const body = JSON.stringify(reason ? { error: reason } : { bytes });
    const answer = () => {
      response.writeHead(reason ? 401 : 200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
      response.end(body);
    };
    if (delayMs) setTimeout(answer, delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => process.send({ url: `https://localhost:${server.address().port}`, caFile }));

process.on('message', (message) => {
  delayMs = message.delayMs;
  process.send({ delayMs });
});
process.on('disconnect', () => process.exit());
