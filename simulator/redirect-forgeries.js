// Faults of a redirect that both sign-ins have. Each one takes the correct parameters and returns those that are sent instead.
'use strict';

const FORGED_STATE = 'forged0000000000000000000000000000';

function replace(pairs, name, value) {
  return pairs.map((pair) => (pair[0] === name ? [name, value] : pair));
}

function without(pairs, name) {
  return pairs.filter((pair) => pair[0] !== name);
}

const SHARED_FORGERIES = {
  'wrong-state': (pairs) => replace(pairs, 'state', FORGED_STATE),
  'no-state': (pairs) => without(pairs, 'state'),
  'duplicate-state': (pairs) => pairs.concat([['state', FORGED_STATE]]),
  'wrong-company': (pairs) => replace(pairs, 'company', '7654321'),
  'evil-company': (pairs) => replace(pairs, 'company', 'evil.example/p?'),
  'wrong-role': (pairs) => replace(pairs, 'role', '99999'),
};

module.exports = { SHARED_FORGERIES, replace, without };
