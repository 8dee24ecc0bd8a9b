// The gulp tasks of a project. Each one is a waterfall that ends in gulp's callback.
'use strict';

const { problem } = require('./token-flag');
const { say } = require('./prompts');
const { waterfall } = require('./waterfall');
// As in the tools, everything is loaded for every task.
const { steps: deploy } = require('./deploy');
const { steps: fetch } = require('./fetch');
const { steps: reactivate } = require('./reactivate');

function run(steps) {
  return (done) => {
    const wrong = problem();
    if (wrong) {
      done(Object.assign(new Error(wrong), { showStack: false }));
      return;
    }
    waterfall(steps, { info: {} }, done);
  };
}

function register(gulp) {
  gulp.task('extension:fetch', run(fetch));
  gulp.task('extension:deploy', run(deploy));
  gulp.task('reactivate', run(reactivate));
  gulp.task('extension:create', (done) => {
    say('Created; nothing of this needs NetSuite');
    done();
  });
}

module.exports = { register };
