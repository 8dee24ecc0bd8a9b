// Runs steps one after the other. Each step calls back; a rejection of its promise is ignored.
'use strict';

function waterfall(steps, first, done) {
  let at = 0;
  const next = (error, value) => {
    if (error || at === steps.length) {
      done(error || null);
      return;
    }
    at += 1;
    // No catch, on purpose, because the tools have none.
    steps[at - 1](value, next);
  };
  next(null, first);
}

module.exports = { waterfall };
