// Compresses responses with gzip, or with brotli if this Node has it, for clients that accept that.
'use strict';

const zlib = require('zlib');

function accepts(call, encoding) {
  return new RegExp(`(^|,)\\s*${encoding}\\s*(;|,|$)`, 'i').test(call.headers['accept-encoding'] || '');
}

function compressed(answer, encoding, body) {
  return Object.assign({}, answer, {
    headers: Object.assign({}, answer.headers, { 'content-encoding': encoding, vary: 'Accept-Encoding' }),
    body,
  });
}

// A client that does not accept the encoding gets the plain response, as the standard requires.
const ENCODING_FAULTS = {
  gzip: (honest, call) => (accepts(call, 'gzip') ? compressed(honest, 'gzip', zlib.gzipSync(honest.body)) : honest),
  brotli: (honest, call) =>
    accepts(call, 'br') && zlib.brotliCompressSync ? compressed(honest, 'br', zlib.brotliCompressSync(Buffer.from(honest.body))) : honest,
  // Small when it is sent, far too large when it is decoded.
  bomb: (honest, call) => (accepts(call, 'gzip') ? Object.assign(compressed(honest, 'gzip', ''), { ending: 'bomb' }) : honest),
};

module.exports = { ENCODING_FAULTS };
