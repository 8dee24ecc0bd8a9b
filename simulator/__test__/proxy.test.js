// The HTTPS proxy: real host names, checked certificates, and what the proxy can see.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const { test } = require('node:test');
const tls = require('node:tls');
const { execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');
const { X509Certificate } = require('node:crypto');
const { startSimulator } = require('..');
const { RESTLET, sign } = require('./client');

const HOST = '1234567-sb1.restlets.api.netsuite.com';

async function withSimulator(proxy, body) {
  const simulator = await startSimulator({ proxy });
  try {
    await body(simulator);
  } finally {
    await simulator.close();
  }
}

function connect(simulator, host, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1',
      port: simulator.proxy.port,
      method: 'CONNECT',
      path: `${host}:443`,
      headers: { host: `${host}:443`, ...headers },
    });
    request.on('connect', (response, socket) => resolve({ status: response.statusCode, socket }));
    request.on('response', (response) => resolve({ status: response.statusCode }));
    request.on('error', reject);
    request.end();
  });
}

async function secure(simulator, host, headers) {
  const { status, socket } = await connect(simulator, host, headers);
  assert.strictEqual(status, 200);
  return new Promise((resolve, reject) => {
    const wrapped = tls.connect({ socket, servername: host, ca: fs.readFileSync(simulator.proxy.caFile) }, () => resolve(wrapped));
    wrapped.on('error', reject);
  });
}

async function get(simulator, host, url, headers, connectHeaders) {
  const socket = await secure(simulator, host, connectHeaders);
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    http
      .get(
        {
          createConnection: () => socket,
          path: target.pathname + target.search,
          headers: { host: target.host, 'content-type': 'application/json', connection: 'close', ...headers },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode, text }));
        },
      )
      .on('error', reject);
  });
}

const websites = (simulator, token, host = HOST) => {
  const url = `https://${host}${RESTLET}&service_name=WEBSITE_SERVICE`;
  return get(simulator, host, url, { authorization: sign('GET', url, { consumer: simulator.consumer, token, realm: token.account }) });
};

test('a signed request to a real host name works with a checked certificate', () =>
  withSimulator(true, async (simulator) => {
    const token = simulator.issueToken({ account: '1234567_SB1' });
    assert.strictEqual((await websites(simulator, token)).status, 200);
    const entry = simulator.requests[0];
    assert.strictEqual(entry.host, HOST);
    assert.deepStrictEqual(
      simulator.proxy.connects.map((head) => head.target),
      [`${HOST}:443`],
    );
    assert.ok(!simulator.proxy.connects[0].headers.includes('authorization'));
  }));

test('the host must belong to the account', () =>
  withSimulator(true, async (simulator) => {
    const token = simulator.issueToken({ account: '1234567_SB1' });
    assert.strictEqual((await websites(simulator, token, '1234567.restlets.api.netsuite.com')).status, 401);
    assert.match(simulator.requests[0].reason, /not to the account's host/);
    assert.strictEqual((await websites(simulator, token, '1234567-sb1.suitetalk.api.netsuite.com')).status, 400);
  }));

test('every NetSuite host name works, and other hosts are refused', () =>
  withSimulator(true, async (simulator) => {
    for (const host of [
      HOST,
      '1234567.app.netsuite.com',
      'system.netsuite.com',
      'webservices.netsuite.com',
      'rest.netsuite.com',
      '1.suitetalk.api.netsuite.com',
    ]) {
      (await secure(simulator, host)).destroy();
    }
    for (const host of ['example.com', 'netsuite.com.evil.example', 'evilnetsuite.com'])
      assert.strictEqual((await connect(simulator, host)).status, 403, host);
  }));

test('certificates are well-formed', () =>
  withSimulator(true, async (simulator) => {
    const authority = new X509Certificate(simulator.proxy.ca);
    assert.ok(authority.ca);
    assert.ok(authority.verify(authority.publicKey));
    const socket = await secure(simulator, HOST);
    const server = new X509Certificate(socket.getPeerCertificate(true).raw);
    socket.destroy();
    assert.ok(server.checkIssued(authority));
    assert.ok(server.verify(authority.publicKey));
    assert.ok(Date.parse(server.validTo) - Date.now() < 8 * 86400000);
  }));

for (const [certificate, code] of [
  ['expired', 'CERT_HAS_EXPIRED'],
  ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]) {
  test(`a certificate that is ${certificate}`, () =>
    withSimulator({ certificate }, (simulator) => assert.rejects(secure(simulator, HOST), { code })));
}

test('credentials', () =>
  withSimulator({ credentials: 'user:p@ss' }, async (simulator) => {
    assert.strictEqual((await connect(simulator, HOST)).status, 407);
    const right = { 'proxy-authorization': `Basic ${Buffer.from('user:p@ss').toString('base64')}` };
    (await secure(simulator, HOST, right)).destroy();
    assert.match(simulator.proxy.url, /^http:\/\/user:p%40ss@127\.0\.0\.1:\d+$/);
    assert.deepStrictEqual(
      simulator.proxy.connects.map((head) => head.status),
      [407, 200],
    );
  }));

test('the file of the authority contains no key and is removed by close', async () => {
  let file;
  await withSimulator(true, (simulator) => {
    file = simulator.proxy.caFile;
    assert.doesNotMatch(fs.readFileSync(file, 'utf8'), /PRIVATE/);
  });
  assert.strictEqual(fs.existsSync(file), false);
  assert.strictEqual(fs.existsSync(path.dirname(file)), false);
});

test('the scripted browser goes through the proxy and back to the application', () =>
  withSimulator(true, async (simulator) => {
    const url = `https://${HOST}/rest/requesttoken`;
    const socket = await secure(simulator, HOST);
    const seen = [];
    const callback = http.createServer((request, response) => {
      seen.push(request.url);
      response.writeHead(request.url === '/tba/done' ? 200 : 303, { location: '/tba/done' }).end();
    });
    await new Promise((resolve) => callback.listen(0, '127.0.0.1', resolve));
    const oauth_callback = `http://localhost:${callback.address().port}/tba`;
    const token = await new Promise((resolve) => {
      http
        .request(
          {
            createConnection: () => socket,
            method: 'POST',
            path: '/rest/requesttoken',
            headers: { host: HOST, authorization: sign('POST', url, { consumer: simulator.consumer, extra: { oauth_callback } }) },
          },
          (response) => {
            response.on('data', (chunk) => resolve(new URLSearchParams(chunk.toString()).get('oauth_token')));
          },
        )
        .end();
    });
    const consent = `https://1234567-sb1.app.netsuite.com/app/login/secure/authorizetoken.nl?oauth_token=${token}&state=abc`;
    await promisify(execFile)(process.execPath, [path.join(__dirname, '..', 'browser.js'), consent], {
      env: { ...process.env, HTTPS_PROXY: simulator.proxy.url, NODE_EXTRA_CA_CERTS: simulator.proxy.caFile, SIMULATOR_ROLE: '1000' },
    });
    callback.close();
    assert.match(seen[0], /^\/tba\?oauth_token=.*&company=1234567_SB1&role=1000&entity=38&state=abc$/);
    assert.strictEqual(seen[1], '/tba/done');
  }));
