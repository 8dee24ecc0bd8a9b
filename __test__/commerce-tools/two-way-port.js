// A port on localhost for --vm that accepts http and https, because the tools use https whatever scheme is typed.
'use strict';

const http = require('http');
const https = require('https');
const net = require('net');
const { createAuthority, createServerCertificate } = require('../../simulator/certificates');
const { listener } = require('../../simulator/server');
const { trackSockets } = require('../../simulator/sockets');

const TLS_HANDSHAKE = 0x16;

// Resolves to { port, ca, close }. Both schemes reach the same simulator.
async function startTwoWayPort(simulator) {
  const authority = createAuthority();
  const certificate = createServerCertificate(authority, { hosts: ['localhost'] });
  const plain = http.createServer(listener(simulator.state, 'http'));
  const secure = https.createServer(certificate, listener(simulator.state, 'https'));
  secure.on('tlsClientError', () => {});
  const front = net.createServer((socket) => {
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  const close = trackSockets(front);
  await new Promise((resolve, reject) => {
    front.once('error', reject);
    front.listen(0, '127.0.0.1', resolve);
  });
  return { port: front.address().port, ca: authority.pem, close };
}

module.exports = { startTwoWayPort };
