// Closes a server at once, open connections included.
'use strict';

// Returns the function that closes; server.close() alone waits for clients that keep their connection.
function trackSockets(server) {
  const open = new Set();
  const remember = (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A client that goes away mid-request is everyday work here, not a reason to stop.
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
