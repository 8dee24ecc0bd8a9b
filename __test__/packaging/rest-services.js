// SuiteQL and REST records as far as the guide uses them: a server that accepts a request only with a right signature.
'use strict';

const http = require('http');
const { baseString, hmac, parseHeader, same } = require('../../simulator/signature');

const read = (request) => new Promise((resolve) => {
  let text = '';
  request.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
});

/** Answers on loopback until the test ends; `seen` holds the requests with a right signature. */
async function restServices(t, { consumerSecret, tokenSecret }) {
  const seen = [];
  const server = http.createServer(async (request, response) => {
    const body = await read(request);
    const url = `http://${request.headers.host}${request.url}`;
    const form = (request.headers['content-type'] || '').startsWith('application/x-www-form-urlencoded') ? body : '';
    const pairs = parseHeader(request.headers.authorization);
    const signature = pairs && pairs.find(([name]) => name === 'oauth_signature');
    if (!signature || !same(hmac(baseString(request.method, url, pairs, form), consumerSecret, tokenSecret), signature[1])) {
      response.writeHead(401, { 'content-type': 'application/json' });
      return response.end('{"title":"Unauthorized"}');
    }
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    if (request.url.startsWith('/services/rest/record/')) {
      response.writeHead(204, { location: `${url}/42` });
      return response.end();
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end('{"items":[{"id":"7"}],"hasMore":false}');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, seen };
}

module.exports = { restServices };
