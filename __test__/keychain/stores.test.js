// Every store supports every operation of the vault, across processes. `npm test` prints the table.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { note, without } = require('../parts');
const { ROOT, run, scene } = require('../scene');
const { withKeyring } = require('./secret-service');

const BIN = path.join(ROOT, 'bin', 'netsuite-tba.js');
const quoted = (text) => `'${text.replace(/'/g, "'\\''")}'`;

/** The files in which a secret of this store would be visible as plain text. */
const PLAIN = { file: (it) => path.join(it.vault, 'secrets.json'), nstba: (it) => path.join(it.home, '.nstba') };

/** Runs command lines of the tool in one session, because the keychain ends with its session. */
async function session(it, store, lines) {
  const env = { NETSUITE_TBA_STORE: store, NETSUITE_TBA_PASSPHRASE: 'correct horse' };
  const script = lines.map((words) => `${quoted(process.execPath)} ${quoted(BIN)} ${words} --json 2>/dev/null; echo "exit $?"`).join('\n');
  const done =
    store === 'keychain'
      ? await withKeyring(it, script, { env })
      : await run('/bin/sh', ['-c', script], { cwd: it.project, env: it.env(env) });
  const parts = done.stdout.split(/^exit (\d+)$/m);
  assert.strictEqual(parts.length, 2 * lines.length + 1, done.stdout + done.stderr);
  return lines.map((words, at) => ({ words, code: Number(parts[2 * at + 1]), json: JSON.parse(parts[2 * at]) }));
}

const COLUMNS = ['save', 'read', 'list', 'rename', 'replace', 'remove'];

for (const store of ['keychain', 'encrypted-file', 'file', 'nstba']) {
  const skip = without('posix', ...(store === 'keychain' ? ['secret-service'] : []));

  test(`the store ${store} saves, reads, lists, renames, replaces and removes`, { skip }, async (t) => {
    const it = await scene(t);
    const at = `--vm ${it.simulator.url}`;
    const login = (name) => `login ${name} ${at} --port ${it.port} --account 1234567_SB1`;
    const told = await session(it, store, [
      login('one'),
      `status one`,
      'list',
      'rename one two',
      `status two`,
      'list',
      login('two'),
      `status two`,
      'remove two --yes',
      'list',
    ]);
    const [saved, read, listed, renamed, readAgain, listedAgain, replaced, readNew, removed, none] = told;
    const names = ({ json }) => json.tokens.map((token) => `${token.authId} in ${token.store}`).join();
    const works = ({ code, json }) => code === 0 && json.tokens.length === 1 && json.tokens[0].status === 'works';
    const secrets = Array.from(it.simulator.tokens.values(), (token) => token.tokenSecret);
    const file = PLAIN[store] && PLAIN[store](it);
    const kept = file && fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    const row = {
      save: saved.code === 0 && saved.json.token.store === store,
      read: works(read),
      list: names(listed) === `one in ${store}`,
      rename: renamed.code === 0 && works(readAgain) && names(listedAgain) === `two in ${store}`,
      replace: replaced.code === 0 && replaced.json.replaced === true && works(readNew) && secrets.length === 2,
      remove: removed.code === 0 && names(none) === '' && !secrets.some((secret) => kept.includes(secret)),
    };
    note('stores', { store, ...row });
    assert.deepStrictEqual(Object.keys(row), COLUMNS);
    assert.deepStrictEqual(row, Object.fromEntries(COLUMNS.map((column) => [column, true])), JSON.stringify(told));
  });
}
