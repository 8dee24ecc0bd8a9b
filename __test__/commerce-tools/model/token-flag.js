// --token: parses the flag and checks it before anything else.
'use strict';

const { args } = require('./arguments');
const shape = require('./shape').current();

function problem() {
  if (!shape.tokenFlag || args.token === undefined) return null;
  if (!args.account) return '--account is required when --token is used';
  return /^[^:]+:[^:]+$/.test(args.token) ? null : 'Invalid token format. It has to be <key>:<secret>';
}

// Returns { token, secret } of --token, or null.
function given(credentials) {
  if (!shape.tokenFlag || !credentials.token || !credentials.account) return null;
  const [token, secret] = credentials.token.split(':');
  return { token, secret };
}

module.exports = { given, problem };
