// One HTTP request with a timeout. Each attempt is signed again.
'use strict';

const http = require('http');
const https = require('https');
const { TaskError } = require('./task-error');

const TIMEOUT_MS = 60000;
const ATTEMPTS = 3;
const BUSY = new Set([429, 503]);

function once(method, url, { headers, body }) {
  const target = new URL(url);
  const library = target.protocol === 'https:' ? https : http;
  const sized = body ? Object.assign({ 'Content-Length': Buffer.byteLength(body) }, headers) : headers;
  return new Promise((resolve, reject) => {
    const request = library.request(target, { method, headers: sized, timeout: TIMEOUT_MS }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`)));
    request.on('error', reject);
    request.end(body);
  });
}

function isBusy(answer) {
  return BUSY.has(answer.status) || answer.text.includes('SSS_REQUEST_LIMIT_EXCEEDED');
}

// A nonce works only once, so sign() is called for new { headers, body } before every attempt.
async function send(method, url, sign) {
  for (let attempt = 1; ; attempt += 1) {
    let answer;
    try {
      answer = await once(method, url, sign());
    } catch (error) {
      throw new TaskError(`${new URL(url).host} could not be reached: ${error.message}`);
    }
    if (!isBusy(answer) || attempt === ATTEMPTS) return answer;
    await new Promise((resolve) => setTimeout(resolve, attempt * 1000));
  }
}

module.exports = { send };
