// A lenient proxy of the kind that the tools need: it also accepts CONNECT to a full URL, and forwards everything to the simulator's proxy.
'use strict';

const http = require('http');
const { trackSockets } = require('../../simulator/sockets');

function targetOf(text) {
  return /^https:\/\//.test(text) ? `${new URL(text).hostname}:443` : text;
}

// Resolves to { url, connects, close }. `connects` contains the target and header names of each CONNECT.
async function startFullUrlProxy(next) {
  const connects = [];
  const server = http.createServer((request, response) => response.writeHead(403).end());
  server.on('connect', (request, socket) => {
    connects.push({ target: request.url, headers: Object.keys(request.headers) });
    const { hostname, port } = new URL(next);
    const onward = http.request({ host: hostname, port, method: 'CONNECT', path: targetOf(request.url), agent: false });
    onward.on('error', () => socket.destroy());
    onward.on('connect', (response, far) => {
      far.on('error', () => socket.destroy());
      socket.on('close', () => far.destroy());
      far.on('close', () => socket.destroy());
      socket.write(`HTTP/1.1 ${response.statusCode} \r\n\r\n`);
      far.pipe(socket);
      socket.pipe(far);
    });
    onward.end();
  });
  const close = trackSockets(server);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${server.address().port}`, connects, close };
}

module.exports = { startFullUrlProxy };
