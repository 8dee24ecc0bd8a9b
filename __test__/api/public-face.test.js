// index.d.ts, the module's exports, the native part and the error table agree.
'use strict';

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const tba = require('../..');
const binding = require('../../lib/binding');
const { ROOT } = require('../scene');

const TYPES = fs.readFileSync(path.join(ROOT, 'index.d.ts'), 'utf8');

function declaredValues() {
  return Array.from(TYPES.matchAll(/^export (?:declare )?(?:abstract )?(?:function|class|const) (\w+)/gm), (match) => match[1]);
}

/** Maps each code to the sentence above it. */
function declaredCodes() {
  const union = TYPES.slice(TYPES.indexOf('export type TbaErrorCode ='));
  const rows = union.slice(0, union.indexOf(';')).matchAll(/\/\*\* ([^*]+) \*\/\s*\|\s*'([A-Z_]+)'/g);
  return new Map(Array.from(rows, ([, text, code]) => [code, text]));
}

/** The members of `class NAME { … }` in the types. */
function declaredMembers(name) {
  const start = TYPES.indexOf(`export class ${name} `);
  const body = TYPES.slice(TYPES.indexOf('{', start), TYPES.indexOf('\n}', start));
  return Array.from(body.matchAll(/^ {2}(?:readonly )?(\w+)(?=[(:?])/gm), (match) => match[1]).filter((member) => member !== 'constructor');
}

test('every exported name is declared, and every declared name is exported', () => {
  assert.deepStrictEqual(Object.keys(tba).sort(), Array.from(new Set(declaredValues())).sort());
});

test('the classes have exactly the declared members', () => {
  for (const name of ['authorize', 'fetch', 'tokenPassport']) assert.strictEqual(typeof tba.Session.prototype[name], 'function', name);
  for (const name of ['Session', 'TokenVault']) {
    const declared = declaredMembers(name);
    for (const member of Object.getOwnPropertyNames(tba[name].prototype)) {
      if (member !== 'constructor') assert.ok(declared.includes(member), `${name}.${member} is not declared`);
    }
  }
  const vault = declaredMembers('TokenVault');
  assert.ok(vault.length >= 4);
  for (const member of vault) assert.strictEqual(typeof tba.TokenVault.prototype[member], 'function', member);
});

test('a session has exactly the declared properties', async (t) => {
  const { scene } = require('../scene');
  const it = await scene(t);
  const { session } = await it.call({ token: 'a:b', account: '1234567' });
  const declared = declaredMembers('Session').filter((name) => !['authorize', 'fetch', 'tokenPassport'].includes(name));
  assert.deepStrictEqual(Object.keys(session).sort(), declared.sort());
});

test('index.d.ts has the codes and summaries of the error table', () => {
  const declared = declaredCodes();
  const table = new Map(binding.errorTable().map((row) => [row.code, row.summary]));
  assert.deepStrictEqual(Array.from(declared.keys()).sort(), Array.from(table.keys()).sort());
  for (const [code, summary] of table) assert.strictEqual(declared.get(code), summary, code);
});

test('every row of the error table has a next step and a valid exit code', () => {
  for (const row of binding.errorTable()) {
    assert.ok([1, 2, 3, 4, 5, 6, 130].includes(row.exitCode), row.code);
    for (const next of [row.nextStep, row.nextCommand]) assert.ok(next.length > 10, row.code);
    assert.doesNotMatch(row.nextCommand, /the task|--to |New token/, row.code);
  }
});

test('TypeScript accepts correct uses of the types and rejects wrong ones', () => {
  const typescript = path.dirname(require.resolve('typescript/package.json'));
  const { bin } = require('typescript/package.json');
  const tsc = path.join(typescript, bin.tsc);
  const args = [
    tsc,
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--module',
    'node16',
    '--moduleResolution',
    'node16',
    '--types',
    '',
    path.join(__dirname, 'typed.ts'),
  ];
  try {
    execFileSync(process.execPath, args, { encoding: 'utf8', cwd: ROOT });
  } catch (error) {
    assert.fail(`${error.stdout}${error.stderr}`);
  }
});

test('a Session cannot be constructed directly, and console.log and JSON show no secret of it', async (t) => {
  const { scene } = require('../scene');
  const { script } = require('../script');
  assert.throws(() => new tba.Session(), TypeError);
  const it = await scene(t, { simulator: false });
  const { told } = await script(
    it,
    `
    const session = await tba.authenticate({ token: 'canary-id:canary-secret', account: '1234567', consumerKey: 'key', consumerSecret: 'canary-consumer' });
    tell({ shown: require('util').inspect(session, { depth: 9, showHidden: true }) + JSON.stringify(session) + String(session) });
  `,
  );
  assert.doesNotMatch(told[0].shown, /canary/);
});

test('ES modules can import every name', async () => {
  const module = await import('../../index.js');
  for (const name of Object.keys(tba)) assert.strictEqual(module[name], tba[name], name);
});

test('a native error becomes a TbaError even in a test runner whose realm has another Error class', () => {
  const { fromNative } = require('../../lib/error');
  const parts = { code: 'ACCOUNT_INVALID', message: 'No.', nextStep: 'Do.', exitCode: 2 };
  const foreign = require('node:vm').runInNewContext('new Error(text)', { text: JSON.stringify(parts) });
  const error = fromNative(foreign);
  assert.ok(error instanceof require('../..').TbaError);
  assert.deepStrictEqual([error.code, error.message, error.exitCode], ['ACCOUNT_INVALID', 'No.', 2]);
  for (const none of [undefined, null, 5, 'text']) assert.strictEqual(fromNative(none), none);
});

test('a test runner can mock the functions before their first use', {
  skip: !require('node:test').mock && 'node:test has no mocks here',
}, async (t) => {
  const tba = require('../..');
  for (const name of ['authenticate', 'authenticateAll', 'signRequest', 'openBrowser']) {
    const { value } = Object.getOwnPropertyDescriptor(tba, name);
    assert.strictEqual(typeof value, 'function', `${name} is no getter`);
    const stand = t.mock.method(tba, name, () => 'stood in');
    assert.strictEqual(tba[name](), 'stood in');
    stand.mock.restore();
    assert.strictEqual(tba[name], value);
  }
});
