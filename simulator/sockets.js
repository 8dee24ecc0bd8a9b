// Closes a server immediately, including its open connections.
'use strict';

// Returns the function that closes the server. server.close() alone waits for clients that keep their connection.
function trackSockets(server) {
  const open = new Set();
  const remember = (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // Clients that disconnect during a request are normal here.
    socket.on('error', () => {});
  };
  server.on('connection', remember);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

module.exports = { trackSockets };
