// A scene with the example project, whose tasks run with gulp 5 in a terminal.
'use strict';

const fs = require('node:fs');
const { copyExample, gulpArguments } = require('../example');
const { scene } = require('../scene');
const { terminal } = require('../terminal');
const { browse } = require('../../simulator/browser');

/** A scene with the example project. `task(...)` runs a task in a terminal, `allow(screen)` presses Allow on the page in its link. */
async function project(t, options) {
  const it = await scene(t, options);
  fs.rmSync(it.project, { recursive: true });
  copyExample(it.project, 'gulp5');
  it.task = (words, more) =>
    terminal(
      t,
      it,
      [process.execPath].concat(gulpArguments(it.project, ...words, '--vm', it.simulator.url, '--port', String(it.port))),
      // A browser that does nothing, because the test opens the page itself.
      { ...more, env: { BROWSER: process.platform === 'win32' ? 'none' : '/bin/true', ...(more && more.env) } },
    );
  it.allow = (text, choice) => browse(/^ {2}(http\S+authorizetoken\S+)$/m.exec(text)[1], { action: 'allow', ...choice });
  return it;
}

module.exports = { project };
