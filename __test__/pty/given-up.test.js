// An abandoned question takes no keys of the next one, and restores the terminal.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { without } = require('../parts');
const { project } = require('./project');
const { terminal } = require('../terminal');

const skip = without('pty', 'posix', 'stty');

const script = (it, body) => `
  const { authenticate } = require('netsuite-tba');
  const call = (more) => authenticate({ vm: ${JSON.stringify(it.simulator.url)}, port: ${it.port}, ...more });
  const giveUp = async (to) => {
    const stop = new AbortController();
    const asking = call({ to, signal: stop.signal }).catch((error) => error.code);
    await new Promise((wait) => process.once('SIGUSR2', wait));
    stop.abort();
    console.log('given up: ' + await asking);
  };
  (async () => { ${body} })();`;

async function run(t, it, body, env) {
  const seen = terminal(t, it, [process.execPath, '-e', script(it, `console.log('pid ' + process.pid);\n${body}`)], {
    env: { BROWSER: '/bin/true', ...env },
  });
  const pid = Number(/^pid (\d+)$/m.exec(await seen.until(/^pid \d+$/m))[1]);
  return { seen, signal: (name) => process.kill(pid, name) };
}

for (const env of [{}, { NETSUITE_TBA_PROMPT: 'plain' }]) {
  const how = env.NETSUITE_TBA_PROMPT || 'drawn';

  test(`after an abandoned question, a readline of the host gets every key (${how})`, { skip }, async (t) => {
    const it = await project(t);
    const { seen, signal } = await run(
      t,
      it,
      `
      await giveUp();
      const lines = require('readline').createInterface({ input: process.stdin });
      for (const word of ['one', 'two', 'three']) {
        console.log('next ' + word);
        console.log('host read: ' + await new Promise((resolve) => lines.once('line', resolve)));
      }
      lines.close();`,
      env,
    );
    await seen.until(/Enter an authentication ID/);
    signal('SIGUSR2');
    await seen.until(/given up: CANCELLED/);
    for (const word of ['one', 'two', 'three']) {
      await seen.until(new RegExp(`next ${word}`));
      seen.type(`${word}\r`);
      await seen.until(new RegExp(`host read: ${word}$`, 'm'));
    }
    const { code, restored } = await seen.end();
    assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, seen.text);
  });

  test(`after an abandoned question, the next one gets every key and none of the typed text (${how})`, { skip }, async (t) => {
    const it = await project(t);
    await it.save('one');
    await it.save('two');
    const { seen, signal } = await run(
      t,
      it,
      `
      await giveUp(true);
      const session = await call({ to: true });
      console.log('chosen: ' + session.authId);`,
      env,
    );
    await seen.until(/Choose a saved token/);
    signal('SIGUSR2');
    await seen.until(/given up: CANCELLED[\s\S]*(Choose a saved token)[\s\S]*(search|Enter a number)/);
    if (env.NETSUITE_TBA_PROMPT) seen.type('3\r');
    else {
      seen.type('two');
      await seen.until(/^> two/m);
      seen.press('enter');
    }
    const { code, restored, text } = await seen.end();
    assert.match(text, /chosen: two/);
    assert.deepStrictEqual({ code, restored }, { code: 0, restored: true }, text);
  });

  test(`SIGTERM at an abandoned question restores the terminal (${how})`, { skip }, async (t) => {
    const it = await project(t);
    const { seen, signal } = await run(t, it, 'await call();', env);
    await seen.until(/Enter an authentication ID/);
    signal('SIGTERM');
    const { code, restored } = await seen.end(5000);
    assert.deepStrictEqual({ code, restored }, { code: 143, restored: true }, seen.text);
  });

  test(`process.exit() at an abandoned question restores the terminal (${how})`, { skip }, async (t) => {
    const it = await project(t);
    const { seen, signal } = await run(t, it, "process.once('SIGUSR2', () => process.exit(3)); await call();", env);
    await seen.until(/Enter an authentication ID/);
    signal('SIGUSR2');
    const { code, restored } = await seen.end(5000);
    assert.deepStrictEqual({ code, restored }, { code: 3, restored: true }, seen.text);
  });
}
