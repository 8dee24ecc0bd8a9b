// Runs a few lines of JavaScript in a new process, with the package as `tba` and the function `tell` to report results.
'use strict';

const path = require('path');
const { run } = require('./scene');

const HEAD = `
const tba = require(${JSON.stringify(path.join(__dirname, '..'))});
const tell = (told) => process.stdout.write(JSON.stringify(told) + '\\n');
const outcome = (promise) => promise.then(
  (session) => Object.assign({}, session),
  (error) => ({ code: error.code, message: error.message }),
);
`;

/** Returns the reported objects in order, with stderr and the duration of the process. */
async function script(scene, lines, { env, args = [], ...more } = {}) {
  const code = `${HEAD}(async () => {${lines}\n})().catch((error) => { console.error(error); process.exitCode = 99; });`;
  const done = await run(process.execPath, ['-e', code, '--'].concat(args), { cwd: scene.project, env: scene.env(env), ...more });
  if (done.code === 99) throw new Error(done.stderr);
  return Object.assign(done, {
    told: done.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  });
}

module.exports = { script };
