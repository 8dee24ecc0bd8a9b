// A RESTlet for tests: returns what it received, for every method that a RESTlet supports.
'use strict';

const { json } = require('./answers');

const ECHO = { script: 'customscript_simulator_echo', deploy: /^customdeploy_simulator_echo$/ };

function bodyOf(call) {
  const text = call.body.toString('utf8');
  if (!/^application\/json\b/i.test(call.headers['content-type'] || '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The ID that a test gave the request, to count how often it ran.
function idOf(call, body) {
  const id = call.query.get('id') || (body && typeof body === 'object' ? body.id : undefined);
  return id === undefined || id === null ? null : String(id);
}

function echo(state, call) {
  const body = call.body.length ? bodyOf(call) : null;
  // A large body is only counted: sending it back would measure an upload twice.
  const sent = call.body.length > 65536 ? { bytes: call.body.length } : body;
  const id = idOf(call, body);
  const query = Array.from(call.query).filter(([name]) => name !== 'script' && name !== 'deploy');
  state.executed.push({ method: call.method, path: call.path, id, tokenId: call.token.tokenId });
  return json(200, { method: call.method, id, query, bytes: call.body.length, body: sent, account: call.token.account });
}

module.exports = { ECHO, echo };
