// The example project under gulp 4 and gulp 5: fetch and deploy with a saved token.
'use strict';

const fs = require('fs');
const path = require('path');
const { check, skip, that } = require('../harness');

/** The example project with that gulp installed, or null. */
function projectOf(examples, major) {
  const folder = path.join(examples || '', `gulp${major}`);
  const gulp = path.join(folder, 'node_modules', 'gulp', 'bin', 'gulp.js');
  return examples && fs.existsSync(gulp) ? { folder, gulp } : null;
}

module.exports = async ({ examples, programs, simulator }) => {
  for (const major of [4, 5]) {
    const what = `gulp ${major}: extension:fetch and extension:deploy of the example project`;
    const found = projectOf(examples, major);
    const [node] = process.versions.node.split('.').map(Number);
    if (!found) skip(what, 'gulp was not brought along');
    else if (major === 5 && node < 14) skip(what, `gulp 5 does not run on Node ${node}`);
    else
      await check(what, async () => {
        const token = simulator.issueToken({ account: '1234567_SB1', role: '1000' });
        const env = { ...process.env, NETSUITE_TBA_TOKEN_ID: token.tokenId, NETSUITE_TBA_TOKEN_SECRET: token.tokenSecret };
        Object.assign(env, { NETSUITE_TBA_ACCOUNT: '1234567_SB1' });
        for (const task of ['extension:fetch', 'extension:deploy']) {
          const done = await programs.run([found.gulp, task, '--vm', simulator.url], { cwd: found.folder, env, ms: 180000 });
          that(done.code === 0, `${task}: ${done.code} ${done.stdout} ${done.stderr}`);
        }
        const files = fs.readdirSync(path.join(found.folder, 'Workspace')).filter((name) => name !== 'README.md');
        that(files.length > 0, 'nothing was fetched');
      });
  }
};
