// The guides: every error has a heading, every command exists, links work in the installed package, and the code runs as printed.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { ROOT, freePort, run } = require('../scene');
const { startSimulator } = require('../../simulator');
const { linking, linksOf } = require('../../scripts/docs');
const { pathWith } = require('../nodes');
const { emptyProject, install, packed } = require('./tarball');

const DOCS = path.join(ROOT, 'docs');
const read = (name) => fs.readFileSync(path.join(DOCS, name), 'utf8');
/** The fenced code blocks of a page in one language; '' selects commands. */
const blocks = (name, language) =>
  Array.from(read(name).matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm))
    .filter(([, each]) => each === language)
    .map(([, , text]) => text);

test('the generated pages are current, and every link works', () => {
  const done = spawnSync(process.execPath, [path.join(ROOT, 'scripts', 'docs.js'), '--check'], { encoding: 'utf8' });
  assert.strictEqual(done.status, 0, done.stderr);
});

test('every error code of the types has a heading', () => {
  const types = fs.readFileSync(path.join(ROOT, 'index.d.ts'), 'utf8');
  const union = types.slice(types.indexOf('export type TbaErrorCode'));
  const codes = Array.from(union.matchAll(/^ {2}\| '([A-Z_]+)'/gm), ([, code]) => code);
  const headings = Array.from(read('troubleshooting.md').matchAll(/^### (.*)$/gm), ([, title]) => title);
  assert.ok(codes.length > 50);
  assert.deepStrictEqual(headings.sort(), codes.sort());
});

test('the targets of all links in the tarball are in the tarball', (t) => {
  const { names } = packed(t);
  const dead = linking().flatMap((page) =>
    linksOf(page)
      .filter(({ file }) => !names.includes(file))
      .map(({ link }) => `${page}: ${link}`),
  );
  assert.ok(linking().every((page) => names.includes(page)));
  assert.deepStrictEqual(dead, []);
});

test('every command and flag of npx netsuite-tba in the guides is in its help', () => {
  const cli = path.join(ROOT, 'bin', 'netsuite-tba.js');
  const help = new Map();
  const helpOf = (command) => {
    if (!help.has(command)) help.set(command, spawnSync(process.execPath, [cli, command, '--help'], { encoding: 'utf8' }));
    return help.get(command);
  };
  for (const page of linking()) {
    for (const [, command, rest] of fs.readFileSync(path.join(ROOT, page), 'utf8').matchAll(/npx netsuite-tba ([a-z]+)([^`"\n#]*)/g)) {
      const { status, stdout } = helpOf(command);
      assert.strictEqual(status, 0, `${page}: ${command}`);
      for (const flag of rest.match(/--[a-z-]+/g) || [])
        assert.ok(stdout.includes(flag) || flag === '--help', `${page}: ${command} ${flag}`);
    }
  }
});

test('every flag in the README belongs to an option of the types and is read', async (t) => {
  const { scene } = require('../scene');
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const rows = Array.from(readme.matchAll(/^\| `(-[^|]*)` \| (`[^|]*`) \|/gm), ([, flags, options]) => [
    flags.match(/--?[A-Za-z-]+/g),
    options.match(/[a-zA-Z]+/g).filter((word) => word !== 'true'),
  ]);
  assert.ok(rows.length >= 12);
  const types = fs.readFileSync(path.join(ROOT, 'index.d.ts'), 'utf8');
  const options = types.slice(types.indexOf('export interface AuthenticateOptions'), types.indexOf('export interface AbortSignalLike'));
  for (const [, names] of rows) for (const name of names) assert.match(options, new RegExp(`^ {2}${name}\\?:`, 'm'));
  const it = await scene(t);
  for (const flag of rows.flatMap(([flags]) => flags).filter((name) => !/^--(no-)?browser$|^--to$/.test(name))) {
    const { error } = await it.call({ argv: [flag], vm: undefined, port: undefined });
    assert.match(error.message, /needs a value/, flag);
  }
});

test('a token is chosen in the order that the README gives', async (t) => {
  const { scene } = require('../scene');
  const it = await scene(t);
  for (const name of ['named', 'variable', 'deployed']) await it.save(name);
  const given = { NETSUITE_TBA_TOKEN_ID: 'id', NETSUITE_TBA_TOKEN_SECRET: 'secret', NETSUITE_TBA_ACCOUNT: '1234567' };
  const variable = { NETSUITE_TBA_AUTH_ID: 'variable' };
  const chosen = async (argv, env, authID) => {
    it.nsdeploy = authID ? { credentials: { authID } } : '{}';
    const { session, error } = await it.call({ argv, interactive: false }, { env });
    return error ? error.code : session.authId || session.source;
  };
  const order = [
    await chosen(['--token', 'a:b', '--account', '1234567'], { ...given, ...variable }, 'deployed'),
    await chosen([], { ...given, ...variable }, 'deployed'),
    await chosen(['--authID', 'named'], variable, 'deployed'),
    await chosen(['--to', 'named'], variable, 'deployed'),
    await chosen(['--to'], variable, 'deployed'),
    await chosen([], variable, 'deployed'),
    await chosen([], {}, 'deployed'),
    await chosen([], {}),
  ];
  assert.deepStrictEqual(order, ['option', 'environment', 'named', 'named', 'CHOICE_NEEDED', 'variable', 'deployed', 'CHOICE_NEEDED']);
});

test('the page of variables has every variable in the help', () => {
  const listed = read('variables.md')
    .match(/`[A-Z][A-Z_]+`/g)
    .map((name) => name.slice(1, -1));
  const { stdout } = spawnSync(process.execPath, [path.join(ROOT, 'bin', 'netsuite-tba.js'), 'help'], { encoding: 'utf8' });
  const named = stdout.slice(stdout.indexOf('\nEnvironment:'), stdout.indexOf('\nExit codes:')).match(/\b[A-Z]+(_[A-Z]+)+\b/g);
  assert.ok(named.length >= 7);
  assert.deepStrictEqual(
    named.filter((name) => !listed.includes(name)),
    [],
  );
});

test('the windows page has the PowerShell and cmd form of every variable that the guides set', () => {
  const windows = read('windows.md');
  const rows = new Map(
    Array.from(
      windows.matchAll(/^\| `([A-Z_]+)=(\S+?)(?: [^`]*)?` \| `\$env:([A-Z_]+) = '[^']*'[^`]*` \| `set "([A-Z_]+)=[^"]*"[^`]*` \|$/gm),
      ([, name, , powershell, cmd]) => [name, [powershell, cmd]],
    ),
  );
  for (const [name, forms] of rows) assert.deepStrictEqual(forms, [name, name]);
  const set = linking()
    .filter((page) => page !== 'docs/windows.md' && page !== 'docs/api.md')
    .flatMap((page) =>
      Array.from(fs.readFileSync(path.join(ROOT, page), 'utf8').matchAll(/(?:^|`)(?!NAME=)([A-Z][A-Z_]+)=[^\s`…]/gm), ([, name]) => name),
    );
  assert.ok(set.length > 5);
  for (const name of new Set(set)) assert.ok(rows.has(name), name);
});

test('every pipeline of the CI guide deploys and uses only existing variables', () => {
  const names = ['CONSUMER_KEY', 'CONSUMER_SECRET', 'NETSUITE_TBA_TOKEN_ID', 'NETSUITE_TBA_TOKEN_SECRET', 'NETSUITE_TBA_ACCOUNT'];
  const pipelines = blocks('ci.md', 'yaml').concat(blocks('ci.md', 'groovy'));
  assert.strictEqual(pipelines.length, 5);
  for (const pipeline of pipelines) {
    assert.match(pipeline, /npm ci[\s\S]*npx gulp extension:deploy/);
    assert.doesNotMatch(pipeline, /\t/);
    for (const [name] of pipeline.matchAll(/\b(?:CONSUMER|NETSUITE_TBA)_[A-Z_]+\b/g)) assert.ok(names.includes(name), name);
  }
});

test('the VS Code tasks are valid JSON, and every input they use is defined', () => {
  const { tasks, inputs } = JSON.parse(blocks('vscode.md', 'json')[0]);
  const asked = new Set(inputs.map(({ id }) => id));
  for (const { command } of tasks) {
    assert.match(command, /^npx (gulp|netsuite-tba) /);
    for (const [, id] of command.matchAll(/\$\{input:(\w+)\}/g)) assert.ok(asked.has(id), id);
  }
});

/** A simulator with a token, and a project with that token in its environment, as in the CI guide. */
async function withToken(t) {
  const { scene } = require('../scene');
  const it = await scene(t);
  const token = it.simulator.issueToken({ account: '1234567_SB1', role: '1000' });
  const env = it.env({
    NETSUITE_TBA_TOKEN_ID: token.tokenId,
    NETSUITE_TBA_TOKEN_SECRET: token.tokenSecret,
    NETSUITE_TBA_ACCOUNT: token.account,
  });
  const modules = path.join(it.project, 'node_modules');
  fs.mkdirSync(modules);
  fs.symlinkSync(ROOT, path.join(modules, 'netsuite-tba'), 'junction');
  return { it, token, env };
}

test('the RESTlet script of the signing guide runs', async (t) => {
  const { it, env } = await withToken(t);
  fs.writeFileSync(path.join(it.project, 'script.js'), blocks('signing.md', 'js')[0]);
  const done = await run(process.execPath, ['script.js', '--vm', it.simulator.url], { cwd: it.project, env });
  assert.deepStrictEqual([done.code, done.stdout], [0, '0\n'], done.stderr);
  it.simulator.fault('restlet:status:503', 1);
  const refused = await run(process.execPath, ['script.js', '--vm', it.simulator.url], { cwd: it.project, env });
  assert.strictEqual(refused.code, 1);
  assert.match(refused.stderr, /NetSuite answered 503/);
});

test('SuiteQL, a record, a form and SOAP of the signing guide are signed correctly', async (t) => {
  const { authenticate } = require('../..');
  const { it, token } = await withToken(t);
  const { url: vm, consumer, requests } = it.simulator;
  const code = blocks('signing.md', 'js')
    .slice(1)
    .filter((block) => !/axios|got/.test(block));
  const guide = path.join(it.project, 'guide.js');
  fs.writeFileSync(guide, `${code.join('\n')}\nmodule.exports = { suiteql, createCustomer, sendForm, soap };\n`);
  const { suiteql, createCustomer, sendForm, soap } = require(guide);
  const given = {
    token: `${token.tokenId}:${token.tokenSecret}`,
    account: token.account,
    consumerKey: consumer.key,
    consumerSecret: consumer.secret,
  };
  const session = await authenticate({ ...given, vm });

  const location = await createCustomer(session, { companyName: 'Acme & Söhne' });
  assert.match(location, /\/services\/rest\/record\/v1\/customer\/\d+$/);
  const customers = await suiteql(session, 'SELECT id FROM customer', 1000);
  assert.ok(
    customers.some(({ id }) => location.endsWith(`/${id}`)),
    JSON.stringify(customers),
  );
  const unsigned = { baseUrl: vm, authorize: () => session.authorize('GET', `${vm}/other`) };
  await assert.rejects(suiteql(unsigned, 'SELECT id FROM customer', 1), /NetSuite answered 401/);

  // A RESTlet accepts no form, but the simulator checks the signature first.
  const restlet = `${vm}/app/site/hosting/restlet.nl?script=customscript_ns_sc_ext_mech_restlets&deploy=customdeploy_ns_sc_ext_mech_restlets`;
  const pairs = [
    ['a b', 'c&d'],
    ['a b', '+'],
  ];
  assert.strictEqual((await sendForm(session, restlet, pairs)).status, 415);
  assert.strictEqual(requests[requests.length - 1].signatureOk, true);

  const [, example] = /`soap\(session, 'get', '([^`]*)'\)`/.exec(read('signing.md'));
  assert.match(await soap(session, 'get', example), /<getResponse>/);
  assert.strictEqual(requests[requests.length - 1].signatureOk, true);
});

test('the TypeScript of the guide compiles and runs', async (t) => {
  const { it, env } = await withToken(t);
  fs.writeFileSync(path.join(it.project, 'script.ts'), blocks('typescript.md', 'ts')[0]);
  // Replaces @types/node for the two names that the example uses.
  fs.writeFileSync(path.join(it.project, 'node.d.ts'), 'declare const process: { argv: string[]; exitCode?: number };\n');
  const compilerOptions = {
    module: 'node16',
    moduleResolution: 'node16',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    strict: true,
    types: [],
  };
  fs.writeFileSync(path.join(it.project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['script.ts', 'node.d.ts'] }));
  const tsc = path.join(path.dirname(require.resolve('typescript5/package.json')), 'lib', 'tsc.js');
  const compiled = spawnSync(process.execPath, [tsc, '-p', it.project], { encoding: 'utf8' });
  assert.strictEqual(compiled.status, 0, compiled.stdout);
  const done = await run(process.execPath, ['script.js', '--vm', it.simulator.url], { cwd: it.project, env });
  assert.strictEqual(done.code, 0, done.stderr);
  assert.match(done.stdout, /Acme Outdoor/);
});

test('the task and the script of the README and the gulpfile guide fail if NetSuite refuses', async (t) => {
  const { it, env } = await withToken(t);
  fs.symlinkSync(path.join(ROOT, 'node_modules', 'gulp5'), path.join(it.project, 'node_modules', 'gulp'), 'junction');
  const [example] = Array.from(
    fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/^```js\n([\s\S]*?)^```/gm),
    ([, text]) => text,
  );
  fs.writeFileSync(path.join(it.project, 'gulpfile.js'), example);
  const gulp = () =>
    run(process.execPath, ['node_modules/gulp/bin/gulp.js', 'websites', '--vm', it.simulator.url], { cwd: it.project, env });
  const good = await gulp();
  assert.strictEqual(good.code, 0, good.stderr);
  assert.match(good.stdout, /Acme Outdoor/);
  const script = () => run(process.execPath, ['script.js', '--vm', it.simulator.url], { cwd: it.project, env });
  fs.writeFileSync(path.join(it.project, 'script.js'), blocks('gulpfile.md', 'js')[1]);
  assert.strictEqual((await script()).stdout, '1234567_SB1\n');
  it.simulator.revoke(env.NETSUITE_TBA_TOKEN_ID);
  const refused = await gulp();
  assert.strictEqual(refused.code, 1);
  assert.match(refused.stdout + refused.stderr, /NetSuite answered 401/);
});

test('the gulpfile of the guide and the ready-made tasks run', async (t) => {
  const { folder, file } = packed(t);
  const project = emptyProject(folder, 'guide');
  install(project, file);
  fs.symlinkSync(path.join(ROOT, 'node_modules', 'gulp5'), path.join(project, 'node_modules', 'gulp'), 'junction');
  const [gulpfile, , several, tasks] = blocks('gulpfile.md', 'js');
  // Both tasks stand in one file here, so what the first one declares is not declared again.
  const second = several.slice(several.indexOf("task('websites:all'"));
  fs.writeFileSync(
    path.join(project, 'gulpfile.js'),
    `${gulpfile.replace('{ authenticate }', '{ authenticate, authenticateAll }')}\n${second}\n${tasks}`,
  );
  const simulator = await startSimulator();
  t.after(() => simulator.close());
  fs.writeFileSync(path.join(project, '.env'), `CONSUMER_KEY=${simulator.consumer.key}\nCONSUMER_SECRET=${simulator.consumer.secret}\n`);
  const env = {
    PATH: pathWith(process.execPath),
    HOME: path.join(project, 'home'),
    BROWSER: 'node_modules/netsuite-tba/simulator/browser.js',
    NETSUITE_TBA_STORE: 'file',
  };
  const gulp = (...args) => run(process.execPath, ['node_modules/gulp/bin/gulp.js', ...args], { cwd: project, env });
  const first = await gulp('websites', '--authID', 'demo', '--vm', simulator.url, '--browser', '--port', String(await freePort()));
  assert.strictEqual(first.code, 0, first.stdout + first.stderr);
  assert.match(first.stdout, /2 Acme Outdoor/);
  const later = await gulp('websites', '--vm', simulator.url);
  assert.match(later.stdout, /2 Acme Outdoor/);
  const all = await gulp('websites:all', '--to', 'demo', '--vm', simulator.url);
  assert.match(all.stdout, /1234567\S* Acme Outdoor/, all.stderr);
  const list = await gulp('token:list');
  assert.match(list.stdout, /demo +1234567/);
});
