// Runs steps one after the other, each calling back; what a step's promise rejects with is nobody's business here.
'use strict';

function waterfall(steps, first, done) {
  let at = 0;
  const next = (error, value) => {
    if (error || at === steps.length) {
      done(error || null);
      return;
    }
    at += 1;
    // No catch, on purpose: that is how the tools do it.
    steps[at - 1](value, next);
  };
  next(null, first);
}

module.exports = { waterfall };
