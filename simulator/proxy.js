// An HTTP proxy that answers CONNECT for NetSuite's hosts itself, so that a client uses the real host names and checks certificates.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const os = require('os');
const path = require('path');
const { createAuthority, createServerCertificate } = require('./certificates');
const { listener } = require('./server');
const { same } = require('./signature');
const { trackSockets } = require('./sockets');

const TARGET = /^((?:[a-z0-9-]+\.)+netsuite\.com):443$/i;
const CERTIFICATES = [undefined, 'expired', 'self-signed', 'wrong-host'];

function hostNames(molecule) {
  const end = `${molecule ? `.${molecule}` : ''}.netsuite.com`;
  const names = ['*', '*.restlets.api', '*.app', '*.suitetalk.api', 'system', 'webservices', 'rest'].map((start) => start + end);
  return molecule ? hostNames('').concat(names) : names;
}

function serverCertificate(authority, options) {
  if (!CERTIFICATES.includes(options.certificate))
    throw new Error(`No certificate "${options.certificate}"; there are expired, self-signed, wrong-host`);
  return createServerCertificate(authority, {
    hosts: options.certificate === 'wrong-host' ? ['elsewhere.example'] : hostNames(options.molecule),
    expired: options.certificate === 'expired',
    selfSigned: options.certificate === 'self-signed',
  });
}

// Only the authority's certificate is written to disk, because NODE_EXTRA_CA_CERTS needs a file.
function writeAuthority(pem) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netsuite-simulator-'));
  const caFile = path.join(folder, 'ca.pem');
  const remove = () => {
    try {
      fs.unlinkSync(caFile);
      fs.rmdirSync(folder);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  };
  fs.writeFileSync(caFile, pem);
  process.once('exit', remove);
  return {
    caFile,
    remove: () => {
      process.removeListener('exit', remove);
      remove();
    },
  };
}

function respond(socket, status, text, header) {
  socket.end(`HTTP/1.1 ${status} ${text}\r\n${header ? `${header}\r\n` : ''}Content-Length: 0\r\nConnection: close\r\n\r\n`);
}

function admitted(request, credentials) {
  if (!credentials) return true;
  const match = /^Basic\s+(\S+)$/i.exec(request.headers['proxy-authorization'] || '');
  return Boolean(match) && same(Buffer.from(match[1], 'base64').toString('utf8'), credentials);
}

// Answers one CONNECT and logs its head. Only header names are logged, because the values are credentials.
function connectHandler(state, secure, options, connects) {
  return (request, socket, head) => {
    const entry = { target: request.url, host: request.headers.host || '', headers: Object.keys(request.headers), status: 200 };
    connects.push(entry);
    const refuse = (status, text, header) => {
      entry.status = status;
      respond(socket, status, text, header);
    };
    if (!admitted(request, options.credentials))
      return refuse(407, 'Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="simulator"');
    if (!TARGET.test(request.url)) return refuse(403, 'Forbidden');
    for (const kind of state.faults.take('connect')) {
      if (kind === 'hang') return undefined;
      if (kind === 'reset') return socket.destroy();
      return refuse(Number(kind.slice('status:'.length)), 'Fault');
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length) socket.unshift(head);
    return secure.emit('connection', socket);
  };
}

async function startProxy(state, options) {
  const authority = createAuthority();
  const secure = https.createServer(serverCertificate(authority, options), listener(state, 'https'));
  // Clients that refuse the certificate end the handshake. Some tests expect that.
  secure.on('tlsClientError', () => {});
  const connects = [];
  const server = http.createServer((request, response) => {
    response.writeHead(403, { 'content-type': 'text/plain;charset=UTF-8' });
    response.end('This proxy only tunnels to NetSuite hosts.\n');
  });
  server.on('connect', connectHandler(state, secure, options, connects));
  const closeServer = trackSockets(server);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const file = writeAuthority(authority.pem);
  const login = options.credentials ? `${options.credentials.split(':').map(encodeURIComponent).join(':')}@` : '';
  return {
    url: `http://${login}127.0.0.1:${server.address().port}`,
    port: server.address().port,
    caFile: file.caFile,
    ca: authority.pem,
    connects,
    close: async () => {
      file.remove();
      await closeServer();
    },
  };
}

module.exports = { startProxy };
