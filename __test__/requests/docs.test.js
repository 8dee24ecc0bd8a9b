// The examples of docs/requests.md, and those of docs/signing.md for other HTTP clients, run as they stand there.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { ROOT, run, scene } = require('../scene');

const PAGE = fs.readFileSync(path.join(ROOT, 'docs', 'requests.md'), 'utf8');
const EXAMPLES = Array.from(PAGE.matchAll(/^```js\n([\s\S]*?)^```/gm), ([, text]) => text);
const example = (word) => EXAMPLES.find((text) => text.includes(word));

/** Runs an example in a project that has this package, against the simulator under the real host names. */
async function runExample(t, text) {
  const it = await scene(t, { simulator: { proxy: true, accounts: ['1234567_SB1'] } });
  const modules = path.join(it.project, 'node_modules');
  fs.mkdirSync(modules, { recursive: true });
  fs.symlinkSync(ROOT, path.join(modules, 'netsuite-tba'), 'junction');
  fs.writeFileSync(path.join(it.project, 'example.js'), text);
  const { tokenId, tokenSecret, account } = it.simulator.issueToken();
  const { url, caFile } = it.simulator.proxy;
  const token = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: account };
  const way = { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: caFile };
  const done = await run(process.execPath, ['example.js'], { cwd: it.project, env: it.env({ ...token, ...way }) });
  assert.strictEqual(done.code, 0, done.stderr);
  return done;
}

for (const [name, word, expected] of [
  ['a RESTlet', 'customscript', /^200 \{[\s\S]*id: '7'[\s\S]*^Robin$/m],
  ['SuiteQL', 'suiteql', /^23 customers$/m],
  [
    'a new record',
    '/services/rest/record',
    /^Created: https:\/\/1234567-sb1\.suitetalk\.api\.netsuite\.com\/services\/rest\/record\/v1\/customer\/\d+$/m,
  ],
  ['SOAP', 'tokenPassport', /^200 true$/m],
]) {
  test(`the example for ${name} runs`, { skip: without('openssl') }, async (t) => {
    const { stdout } = await runExample(t, example(word));
    assert.match(stdout, expected);
  });
}

const SIGNING = fs.readFileSync(path.join(ROOT, 'docs', 'signing.md'), 'utf8');
const section = (title) => new RegExp(`^## ${title}\\n[\\s\\S]*?^\`\`\`js\\n([\\s\\S]*?)^\`\`\``, 'm').exec(SIGNING)[1];

/** Runs an example of the signing guide against the simulator. Returns what its function returned. */
async function runWithClient(t, text, call, fault) {
  const it = await scene(t);
  if (fault) it.simulator.fault(fault, 1);
  const modules = path.join(it.project, 'node_modules');
  fs.mkdirSync(modules, { recursive: true });
  for (const [name, to] of [
    ['netsuite-tba', ROOT],
    ['axios', path.join(ROOT, 'node_modules', 'axios')],
    ['got', path.join(ROOT, 'node_modules', 'got')],
  ]) {
    fs.symlinkSync(to, path.join(modules, name), 'junction');
  }
  const { tokenId, tokenSecret, account } = it.simulator.issueToken();
  const main = `
const query = { script: 'customscript_simulator_echo', deploy: 'customdeploy_simulator_echo', 'a b': 'ü&=', list: '1,2' };
require('netsuite-tba')
  .authenticate({ vm: ${JSON.stringify(it.simulator.url)} })
  .then(async (session) => ${call})
  .then((data) => console.log(JSON.stringify(data)));`;
  fs.writeFileSync(path.join(it.project, 'example.js'), text + main);
  const token = { NETSUITE_TBA_TOKEN_ID: tokenId, NETSUITE_TBA_TOKEN_SECRET: tokenSecret, NETSUITE_TBA_ACCOUNT: account };
  const done = await run(process.execPath, ['example.js'], { cwd: it.project, env: it.env(token) });
  assert.strictEqual(done.code, 0, done.stderr);
  assert.strictEqual(it.simulator.requests.length, fault ? 2 : 1);
  assert.ok(it.simulator.requests.every(({ signatureOk }) => signatureOk));
  return JSON.parse(done.stdout);
}

const SENT = [
  ['a b', 'ü&='],
  ['list', '1,2'],
];
const ownQuery = ({ query }) => query.filter(([name]) => !['script', 'deploy'].includes(name));

test('the example for axios signs what axios sends', async (t) => {
  assert.deepStrictEqual(ownQuery(await runWithClient(t, section('axios'), 'withAxios(session, query)')), SENT);
});

test('the example for got signs what got sends, in every attempt', async (t) => {
  const call = "withGot((await import('got')).default, session, query)";
  assert.deepStrictEqual(ownQuery(await runWithClient(t, section('got'), call, 'restlet:unavailable')), SENT);
});
