// A small OAuth 1.0a client for the tests. It shares no code with the simulator, so that they check each other.
'use strict';

const { createHmac, randomBytes } = require('node:crypto');
const http = require('node:http');

const enc = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function sign(method, url, { consumer, token, realm, extra = {}, oauth = {}, omit = [] }) {
  const target = new URL(url);
  const header = {
    oauth_consumer_key: consumer.key,
    oauth_nonce: randomBytes(10).toString('hex'),
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_version: '1.0',
    ...(token && token.tokenId ? { oauth_token: token.tokenId } : {}),
    ...extra,
    ...oauth,
  };
  for (const name of omit) delete header[name];
  const pairs = [...Object.entries(header), ...target.searchParams].map((pair) => pair.map(enc));
  pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
  const base = [method, target.origin + target.pathname, pairs.map((pair) => pair.join('=')).join('&')].map(enc).join('&');
  const key = `${enc(consumer.secret)}&${enc((token && token.tokenSecret) || '')}`;
  const signed = { ...header, oauth_signature: createHmac('sha256', key).update(base).digest('base64') };
  const list = Object.entries(signed).map(([name, value]) => `${enc(name)}="${enc(value)}"`);
  if (realm !== undefined) list.unshift(`realm="${realm}"`);
  return `OAuth ${list.join(', ')}`;
}

function request(method, url, { headers = {}, body, timeout = 5000, ...more } = {}) {
  return new Promise((resolve, reject) => {
    const req = http.request(url, { method, headers, timeout, agent: false, ...more }, (res) => {
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: res.statusCode, headers: res.headers, bytes, text: bytes.toString(), json: () => JSON.parse(bytes.toString()) });
      });
    });
    req.on('timeout', () => req.destroy(new Error('timeout')));
    req.on('error', reject);
    req.end(body);
  });
}

function signedRequest(method, url, options = {}) {
  const { body, json, headers, ...rest } = options;
  const authorization = sign(method, url, rest);
  const content = json === undefined ? body : JSON.stringify(json);
  const sent = { 'content-type': 'application/json', authorization, ...headers };
  // A header with the value undefined is not sent.
  for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
  return request(method, url, { headers: sent, body: content });
}

const RESTLET = '/app/site/hosting/restlet.nl?script=customscript_ns_sc_ext_mech_restlets&deploy=customdeploy_ns_sc_ext_mech_restlets';
const DEPLOYER = '/app/site/hosting/restlet.nl?script=customscript_ext_mech_deployer_rest&deploy=customdeploy_ext_mech_deployer_rest';

module.exports = { DEPLOYER, RESTLET, request, sign, signedRequest };
