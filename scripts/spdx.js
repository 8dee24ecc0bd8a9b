'use strict';

// Parses an SPDX licence expression and selects the licences to comply with.

/** The words of an expression. Old crates write "MIT/Apache-2.0" instead of OR. */
function words(expression) {
  return expression.replace(/\//g, ' OR ').replace(/[()]/g, ' $& ').split(/\s+/).filter(Boolean);
}

/** Every way to comply: each one is a list of licences that apply together. */
function alternatives(expression) {
  const rest = words(expression);
  const cross = (left, right) => [].concat(...left.map((one) => right.map((other) => one.concat(other))));
  function primary() {
    const word = rest.shift();
    if (word === '(') {
      const inner = either();
      rest.shift();
      return inner;
    }
    const exception = rest[0] === 'WITH' ? ` ${rest.splice(0, 2).join(' ')}` : '';
    return [[`${word}${exception}`]];
  }
  function both() {
    let found = primary();
    while (rest[0] === 'AND') {
      rest.shift();
      found = cross(found, primary());
    }
    return found;
  }
  function either() {
    let found = both();
    while (rest[0] === 'OR') {
      rest.shift();
      found = found.concat(both());
    }
    return found;
  }
  return either();
}

/** The licences to use for an expression, preferring those that come first in `allowed`; null if none is allowed. */
function choose(expression, allowed) {
  const rank = (list) => Math.max(...list.map((name) => (allowed.includes(name) ? allowed.indexOf(name) : Infinity)));
  const best = alternatives(expression).sort((a, b) => rank(a) - rank(b))[0];
  return rank(best) === Infinity ? null : Array.from(new Set(best));
}

module.exports = { choose };
