// The table of options: index.d.ts, the README, the help and what JavaScript accepts say the same as the table.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { authenticate } = require('../..');
const { OWN } = require('../../lib/authenticate');
const binding = require('../../lib/binding');
const { ROOT } = require('../scene');

const TABLE = binding.optionTable();
const options = TABLE.map((row) => row.option).filter(Boolean);
const read = (...parts) => fs.readFileSync(path.join(ROOT, ...parts), 'utf8');

/** What `authenticate` refuses before anything else happens. */
const refused = (given) => authenticate(given).then(assert.fail, ({ code, message }) => `${code} ${message.split('\n')[0]}`);

test('index.d.ts declares the options of the table and those that are of Node', () => {
  const types = read('index.d.ts');
  const source = types.slice(types.indexOf('export interface AuthenticateOptions'));
  const declared = Array.from(source.slice(0, source.indexOf('\n}')).matchAll(/^ {2}(\w+)\?:/gm), (match) => match[1]);
  assert.deepStrictEqual(declared.sort(), options.concat(OWN).sort());
});

test('index.d.ts names the flag of each option', () => {
  const types = read('index.d.ts');
  for (const { option, flags } of TABLE.filter((row) => row.option && row.flags.length)) {
    if (option === 'timeoutMs') continue; // The flag counts in seconds.
    const described = new RegExp(`/\\*\\*(?:(?!\\*/)[^])*${flags[0]}\\b(?:(?!\\*/)[^])*\\*/\\s*${option}\\?:`);
    assert.match(types, described, `${option}: ${flags[0]}`);
  }
});

test("the README's table of flags holds the flags of the table, and no other", () => {
  const readme = read('README.md');
  const start = readme.indexOf('| flag |');
  const table = readme.slice(start, readme.indexOf('\n\n', start));
  const named = new Set(table.match(/(?<![\w-])--?[A-Za-z][\w-]*/g));
  const known = new Set(TABLE.flatMap((row) => row.flags));
  for (const { flags } of TABLE.filter((row) => row.flags.length))
    assert.ok(
      flags.some((flag) => named.has(flag)),
      flags[0],
    );
  for (const flag of named) assert.ok(known.has(flag), flag);
});

test('each variable of the table is in the documentation', () => {
  const docs = fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const text = [read('README.md')].concat(docs.map((name) => read('docs', name))).join('\n');
  for (const name of TABLE.flatMap((row) => row.variables)) assert.ok(text.includes(name), name);
});

test('login takes every flag of the table but those that choose among saved tokens or let a task deploy, with values where the table has them', () => {
  const help = spawnSync(process.execPath, [path.join(ROOT, 'bin', 'netsuite-tba.js'), 'login', '--help'], { encoding: 'utf8' }).stdout;
  for (const { option, flags, takesValue } of TABLE) {
    if (!flags.length || ['to', 'authId', 'token', 'allowProduction'].includes(option)) continue;
    const line = help.split('\n').find((text) => flags.some((flag) => text.trim().split(' ')[0] === flag));
    assert.ok(line, `login --help lacks ${flags[0]}`);
    assert.strictEqual(/^ +\S+ [A-Z]/.test(line), takesValue, line);
  }
});

test('JavaScript accepts the options of the table and no others', async () => {
  for (const option of options)
    assert.strictEqual(
      await refused({ [option]: {} }),
      `OPTION_INVALID The option ${option} must be ${TABLE.find((row) => row.option === option).kind}.`,
    );
  for (const wrong of ['wrong', 'authID', 'constructor', '1']) {
    assert.strictEqual(await refused({ [wrong]: 1 }), `OPTION_INVALID authenticate() has no option ${wrong}.`);
  }
});

test("what others put on Object.prototype is not taken for a call's option", async (t) => {
  t.after(() => {
    for (const name of ['token', 'account', 'wrong', 'timeoutMs']) delete Object.prototype[name];
  });
  Object.assign(Object.prototype, { token: 'a:b', account: '1234567', wrong: 1, timeoutMs: 'x' });
  assert.match(await refused({ store: 'nowhere', consumerKey: 'k', consumerSecret: 's' }), /^STORE_INVALID/);
});

test('null and undefined say nothing', async () => {
  assert.match(await refused({ account: null, role: undefined, token: 'a:b', consumerKey: 'k', consumerSecret: 's' }), /^ACCOUNT_MISSING/);
});
