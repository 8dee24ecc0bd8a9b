// A question in a terminal that is ended from outside: by signals of other processes, by the host's exit, by an exception. The
// terminal is as it was, pasting included, and the exit code is that of the ending.
'use strict';

const assert = require('node:assert');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');
const { terminal } = require('../terminal');

const skip = without('pty', 'posix', 'stty');
const BIN = path.join(__dirname, '..', '..', 'bin', 'netsuite-tba.js');
const ended = (signal) => 128 + os.constants.signals[signal];

/** The questions there are, as the environment that leads to each and what its screen shows. */
const QUESTIONS = {
  'a line': { options: {}, shows: /Enter an authentication ID/ },
  'a list': { options: { to: true }, saved: true, shows: /Choose a saved token[\s\S]*Enter to choose/ },
  'a line that is not shown': { options: { authId: 'dev' }, env: { NETSUITE_TBA_STORE: 'encrypted-file' }, shows: /New passphrase/ },
  'the wait for Allow': { options: { authId: 'dev' }, shows: /authorizetoken[\s\S]*paste the address/ },
};

async function ask(t, { options, env, saved, shows }, before = '') {
  const it = await project(t);
  if (saved) await it.save('one');
  const call = { vm: it.simulator.url, port: it.port, ...options };
  const code = `
    const { authenticate } = require('netsuite-tba');
    ${before}
    console.log('pid ' + process.pid);
    authenticate(${JSON.stringify(call)}).catch((error) => console.log('failed: ' + error.code));`;
  const seen = terminal(t, it, [process.execPath, '-e', code], { env: { BROWSER: '/bin/true', ...env } });
  const screen = await seen.until(shows);
  const pid = Number(/^pid (\d+)$/m.exec(screen)[1]);
  return { it, seen, signal: (name) => process.kill(pid, name) };
}

for (const [what, question] of Object.entries(QUESTIONS)) {
  for (const name of ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM']) {
    test(`${name} at ${what} restores the terminal and takes its course`, { skip }, async (t) => {
      const { seen, signal } = await ask(t, question);
      signal(name);
      const { code, restored } = await seen.end(5000);
      assert.deepStrictEqual({ code, restored }, { code: ended(name), restored: true }, seen.text);
    });
  }

  for (const [how, before, code] of [
    ['process.exit()', "process.once('SIGUSR2', () => process.exit(3));", 3],
    ['an uncaught exception', "process.once('SIGUSR2', () => { throw new Error('of the host'); });", 1],
    ['process.exit() in a handler of SIGTERM', "process.once('SIGTERM', () => setTimeout(() => process.exit(7), 50));", 7],
    ['process.abort()', "process.once('SIGUSR2', () => process.abort());", ended('SIGABRT')],
    ['a handler that raises the signal again', "process.once('SIGTERM', () => process.kill(process.pid, 'SIGTERM'));", ended('SIGTERM')],
  ]) {
    test(`${how} at ${what} restores the terminal`, { skip }, async (t) => {
      const { seen, signal } = await ask(t, question, before);
      signal(/SIGTERM/.test(before) ? 'SIGTERM' : 'SIGUSR2');
      const end = await seen.end(5000);
      assert.deepStrictEqual({ code: end.code, restored: end.restored }, { code, restored: true }, seen.text);
    });
  }
}

test('a host that handles SIGTERM and goes on still has its question', { skip }, async (t) => {
  const { seen, signal } = await ask(t, QUESTIONS['a line'], "process.on('SIGTERM', () => console.log('not now'));");
  for (let n = 0; n < 2; n += 1) {
    signal('SIGTERM');
    await seen.until(new RegExp(`(not now[\\s\\S]*){${n + 1}}`));
    await new Promise((wait) => setTimeout(wait, 600));
  }
  seen.type('later');
  await seen.until(/later/);
  seen.press('enter');
  await seen.until(/authorizetoken/);
  assert.strictEqual(seen.text.split('later').length > 1, true);
  seen.press('ctrlC');
  assert.strictEqual((await seen.end(5000)).restored, true, seen.text);
});

for (const [words, shows] of [
  [['login', 'dev'], /authorizetoken[\s\S]*left/],
  [['remove', 'one'], /y\/N/],
]) {
  test(`netsuite-tba ${words[0]} ends with 143 on SIGTERM and with 130 on SIGINT`, { skip }, async (t) => {
    const it = await project(t);
    await it.save('one');
    for (const name of ['SIGTERM', 'SIGINT']) {
      const flags = words[0] === 'login' ? ['--vm', it.simulator.url, '--port', String(it.port)] : [];
      // The shell tells the process that it becomes.
      const seen = terminal(t, it, ['/bin/sh', '-c', 'echo "pid $$"; exec "$@"', 'sh', process.execPath, BIN, ...words, ...flags], {
        env: { BROWSER: '/bin/true' },
      });
      const screen = await seen.until(shows);
      process.kill(Number(/^pid (\d+)$/m.exec(screen)[1]), name);
      const { code, restored } = await seen.end(5000);
      assert.deepStrictEqual({ code, restored }, { code: ended(name), restored: true }, seen.text);
    }
  });
}
