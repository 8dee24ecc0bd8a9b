// Passes known secrets through every command, public call and error. None may be printed or reach a program that is started.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { copyExample, gulpArguments } = require('../example');
const { program, without } = require('../parts');
const { run, scene } = require('../scene');
const { script } = require('../script');
const { CANARY, TOKENS, commerce } = require('./commerce');
const { secretsOf, tool } = require('./tool');
const { browse } = require('../../simulator/browser');

const CONSUMER = CANARY;
const PASSPHRASE = 'canary-passphrase';
const FOREIGN = ['canary-foreign-token', 'canary-foreign-secret'];
// Environment variables that a started program may see, and those it may not see.
const PRIVATE = ['CONSUMER_KEY', 'CONSUMER_SECRET', 'NETSUITE_TBA_PASSPHRASE', 'NETSUITE_TBA_TOKEN_SECRET'];

/** The programs that the package may start, each replaced by one that records its input and then runs the original. */
function recorders(it) {
  const folder = path.join(it.root, 'bin');
  const log = path.join(it.root, 'started');
  fs.mkdirSync(folder);
  fs.writeFileSync(log, '');
  for (const name of ['git', 'ss', 'lsof', 'netstat', 'npm', 'xdg-open', 'sh']) {
    const real = program(name);
    const goOn = real && name !== 'xdg-open' ? `exec ${real} "$@"` : 'exit 0';
    fs.writeFileSync(
      path.join(folder, name),
      `#!/bin/sh\n{ echo "== ${name}"; printf '%s\\n' "$@"; env; } >> ${log}\n${goOn}\n`.replace(/^#!.*/, `#!${program('sh')}`),
      { mode: 0o755 },
    );
  }
  return { PATH: `${folder}${path.delimiter}${process.env.PATH}`, started: () => fs.readFileSync(log, 'utf8') };
}

/** A project of Oracle's tools with its secrets in git, and a token in ~/.nstba. */
function project(it) {
  commerce(it);
  const git = (...words) =>
    assert.strictEqual(spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: it.project }).status, 0);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'leak');
}

test('no command leaks a secret: plain, as JSON and with the debug trace on', { skip: without('posix', 'git') }, async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  project(it);
  const { PATH, started } = recorders(it);
  const env = { PATH, NETSUITE_TBA_DEBUG: '1', NETSUITE_TBA_PASSPHRASE: PASSPHRASE };
  const vm = ['--vm', it.simulator.url];
  const url = `${it.simulator.url}/app/site/hosting/restlet.nl?script=1&deploy=1`;
  await it.save('dev');
  await it.call({ authId: 'sealed', store: 'encrypted-file' }, { env });
  const secrets = () => secretsOf(it).concat(PASSPHRASE, FOREIGN, TOKENS.dev.token, TOKENS.dev.secret);
  const { told } = await script(
    it,
    `tell((await tba.authenticate({ authId: 'dev', vm: ${JSON.stringify(it.simulator.url)} })).authorize('GET', ${JSON.stringify(url)}));`,
  );
  const begun = await tool(it, ['login', 'halves', '--start', '--json', ...vm], { env });
  const allowed = (await browse(begun.json.url, { action: 'allow', account: '1234567_SB1', follow: false })).location;
  const admin = it.simulator.issueToken({ account: '1234567_SB1', role: '1000' });
  const tokenFile = path.join(it.root, 'token');
  fs.writeFileSync(tokenFile, `${admin.tokenId}\n${admin.tokenSecret}\n`);
  const commands = [
    [['--help']],
    [['nonsense', ...FOREIGN]],
    [['list']],
    [['list', '--json']],
    [['status', ...vm]],
    [['status', '--json']],
    [['status', '--offline']],
    // Before the sign-in below replaces the token of the header.
    [['explain', '--header', told[0], 'GET', url, '--authID', 'dev']],
    [['use', 'dev']],
    [['use', 'nobody']],
    [['login', '--finish', '--json'], allowed],
    [['login', '--finish'], `${FOREIGN[1]}\n`],
    [['login', 'dev', '--port', String(it.port), ...vm]],
    [['login', 'dev', '--secret', FOREIGN[1], '--key', FOREIGN[0], '--port', 'x']],
    [['login', 'given', '--with-token', '--account', '1234567_SB1', ...vm], `${admin.tokenId}:${admin.tokenSecret}`],
    [['login', 'given', '--with-token', '--account', '1234567_SB1', '--token-file', tokenFile, '--json', ...vm]],
    [['login', 'given', '--with-token', '--account', '1234567_SB1', '--offline'], FOREIGN.join('\n')],
    [['login', 'given', '--with-token', '--account', '1234567_SB1', ...vm], FOREIGN.join(':')],
    [['login', 'given', '--with-token', '--account', '1234567_SB1', ...vm], `${FOREIGN.join(':')}:`],
    [['status', '--secret', CONSUMER.secret, '--key', CONSUMER.key, ...vm]],
    [['rename', 'dev', 'dev2']],
    [['rename', 'dev2', 'dev']],
    [['rename', 'dev', `${FOREIGN[1]}!`]],
    [['explain', 'GET', url, '--authID', 'dev']],
    [['explain', 'GET', url, '--authID', 'dev', '--full', '--json']],
    [['explain', '--header', told[0].replace('HMAC-SHA256', 'HMAC-SHA1'), 'POST', url]],
    [['doctor', ...vm]],
    [['doctor', '--json', ...vm]],
    [['guide', 'integration-record', ...vm]],
    [['import', '--json']],
    [['import', '--remove-plaintext']],
    [['init', '--dry-run']],
    [['init', '--yes']],
    [['init', '--undo', '--yes']],
    [['completion', 'bash']],
    [['prune', '--dry-run']],
    [['prune', '--yes']],
    [['remove', 'sealed', '--yes']],
    [['remove', 'dev', '--yes', '--json']],
  ];
  let worked = 0;
  for (const [words, input] of commands) {
    const done = await tool(it, words, { env, input });
    const said = done.stdout + done.stderr;
    if (done.code === 0) worked += 1;
    // A command line is already public, so a refused name may be shown.
    for (const secret of secrets().filter((each) => !words.join(' ').includes(each))) {
      assert.ok(!said.includes(secret), `${words.join(' ')} shows ${secret}\n${said}`);
    }
    assert.doesNotMatch(said, /panicked|\n\s+at .*:\d+:\d+/, words.join(' '));
  }
  assert.ok(worked >= 24, `${worked} commands did their work`);
  const seen = started();
  assert.match(seen, /== git/, 'the recorders are used');
  for (const secret of secrets().concat(CONSUMER.key)) assert.ok(!seen.includes(secret), `a program was given ${secret}`);
  for (const name of PRIVATE) assert.doesNotMatch(seen, new RegExp(`^${name}=`, 'm'));
});

test('the tasks of the gulp registry leak no secret', { skip: without('posix') }, async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  fs.rmSync(it.project, { recursive: true });
  copyExample(it.project, 'gulp5');
  fs.appendFileSync(path.join(it.project, 'gulpfile.js'), "\nrequire('gulp').registry(require('netsuite-tba/gulp')());\n");
  const task = (...words) =>
    run(process.execPath, gulpArguments(it.project, ...words), { cwd: it.project, env: it.env({ NETSUITE_TBA_DEBUG: '1' }) });
  const vm = ['--vm', it.simulator.url];
  for (const words of [
    ['token:login', '--authID', 'dev', '--port', String(it.port), ...vm],
    ['token:list'],
    ['token:status'],
    ['token:use', '--authID', 'dev'],
    ['extension:fetch', ...vm],
    ['token:remove', '--authID', 'dev', '--yes'],
  ]) {
    const { stdout, stderr, code } = await task(...words);
    assert.strictEqual(code, 0, stderr);
    for (const secret of secretsOf(it)) assert.ok(!(stdout + stderr).includes(secret), words.join(' '));
  }
});

test('results and errors of the public calls show no secret, however Node prints them', async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  await it.save('dev');
  const { stdout, stderr, told } = await script(
    it,
    `
    const util = require('util');
    const show = (value) => tell([
      util.inspect(value, { depth: 9, showHidden: true, getters: false }),
      String(value), value instanceof Error ? value.stack + JSON.stringify(Object.getOwnPropertyDescriptors(value)) : JSON.stringify(value),
    ]);
    const failing = async (call) => { try { show(await call()); } catch (error) { show(error); } };
    const bad = [${JSON.stringify(FOREIGN[1])}, { secret: ${JSON.stringify(FOREIGN[1])} }, 5, '', 'a b ' + ${JSON.stringify(FOREIGN[1])}];
    const session = await tba.authenticate({ authId: 'dev', vm: ${JSON.stringify(it.simulator.url)} });
    show(session); console.error(session); new console.Console(process.stderr).table([session]);
    show(new tba.TokenVault()); show(new tba.TokenVault().list());
    const oauth1 = new tba.OAuth1({ key: ${JSON.stringify(CONSUMER.key)}, vm: ${JSON.stringify(it.simulator.url)} });
    // Oracle's tools read secrets from this object. Printing it must not read them.
    tell(util.inspect(tba.OAuth1.getAllTokens(), { depth: 9, showHidden: true })); console.error(tba.OAuth1.getAllTokens());
    await failing(() => oauth1.restAuthorize('dev', { method: 5, url: 'https://x.example/' + ${JSON.stringify(FOREIGN[1])} + ' ' }));
    await failing(() => session.authorize('G ET', 'not a URL'));
    await failing(() => session.tokenPassport().signature.length);
    for (const wrong of bad) {
      for (const name of ['token', 'consumerSecret', 'consumerKey']) await failing(() => tba.authenticate({ account: '1234567', [name]: wrong, interactive: false, browser: false }));
      for (const name of ['tokenSecret', 'consumerSecret', 'tokenId']) {
        const credentials = { account: '1234567', consumerKey: 'k', consumerSecret: 's', tokenId: 't', tokenSecret: 'u', [name]: wrong };
        await failing(() => (tba.signRequest({ method: 'GET', url: 'https://x.example/' }, credentials), 'signed'));
        await failing(() => (tba.signRequest({ method: 'GET', url: 'relative' }, credentials), 'signed'));
      }
    }
  `,
    { env: { NETSUITE_TBA_DEBUG: '1' } },
  );
  assert.ok(told.length > 40, `${told.length} were shown`);
  for (const secret of secretsOf(it).concat(FOREIGN[1])) assert.ok(!(stdout + stderr).includes(secret), secret);
});

test('the check finds secrets that are really there', async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  await it.save('dev');
  const plain = fs.readFileSync(path.join(it.vault, 'secrets.json'), 'utf8');
  assert.ok(secretsOf(it).some((secret) => plain.includes(secret)));
  assert.ok(secretsOf(it).includes(CONSUMER.secret));
});
