// Help, usage, streams and completion: rules for every command.
'use strict';

const assert = require('node:assert');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { ROOT, scene } = require('../scene');
const { BIN, tool, transcript } = require('./tool');

const COMMANDS = [
  'login',
  'list',
  'use',
  'status',
  'rename',
  'remove',
  'import',
  'init',
  'prune',
  'request',
  'sign',
  'explain',
  'doctor',
  'guide',
  'simulator',
  'completion',
];

test('the overview lists every command, and the help of each has examples and its JSON', async (t) => {
  const it = await scene(t, { simulator: false });
  const overview = (await tool(it, ['help'])).stdout;
  assert.strictEqual((await tool(it, [])).stdout, overview);
  for (const command of COMMANDS) {
    assert.match(overview, new RegExp(`^  ${command} `, 'm'));
    const { stdout, code, stderr } = await tool(it, ['help', command]);
    assert.deepStrictEqual([code, stderr], [0, '']);
    assert.match(stdout, new RegExp(`^Usage: netsuite-tba ${command}`));
    assert.match(stdout, /\nExamples:\n {2}npx netsuite-tba /);
    assert.match(stdout, /\nJSON:\n/);
    const own = (await tool(it, [command, '--help'])).stdout;
    if (command === 'simulator') {
      assert.ok(own.startsWith(stdout), 'the same help');
      assert.match(own.slice(stdout.length), /restlet/, 'and the faults');
    } else assert.strictEqual(own, stdout);
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  for (const asked of ['--version', '-v', 'version']) assert.strictEqual((await tool(it, [asked])).stdout, `${version}\n`);
});

test('a typing mistake is refused with a hint on stderr, and with --json as JSON on stdout', async (t) => {
  const it = await scene(t, { simulator: false });
  assert.strictEqual(
    await transcript(it, ['lsit']),
    `$ netsuite-tba lsit
! There is no command lsit.
! Did you mean list? To see all commands: npx netsuite-tba help
exit 2`,
  );
  assert.strictEqual(
    await transcript(it, ['login', 'a', '--acount', '1']),
    `$ netsuite-tba login a --acount 1
! login has no flag --acount. Did you mean --account?
! To see its flags: npx netsuite-tba login --help
exit 2`,
  );
  for (const [typed, known] of [
    ['logout', 'remove'],
    ['whoami', 'status'],
    ['rm', 'remove'],
    ['delete', 'remove'],
    ['ls', 'list'],
  ])
    assert.match((await tool(it, [typed, '--help'])).stdout, new RegExp(`^Usage: netsuite-tba ${known} `), typed);
  for (const [typed, meant] of [
    ['signin', 'login'],
    ['switch', 'use'],
    ['tokens', 'list'],
    ['move', 'rename'],
    ['demo', 'simulator'],
  ])
    assert.match((await tool(it, [typed])).stderr, new RegExp(`Did you mean ${meant}\\?`), typed);
  for (const unlike of ['token', 'xyzzy', 'banana']) assert.doesNotMatch((await tool(it, [unlike])).stderr, /Did you mean/, unlike);
  const done = await tool(it, ['rename', 'a', '--json']);
  assert.deepStrictEqual(Object.keys(done.json.error), ['code', 'message', 'nextStep', 'exitCode']);
  assert.deepStrictEqual([done.json.error.code, done.json.error.exitCode, done.code], ['COMMAND_INVALID', 2, 2]);
});

test('a closed reader of stdout or stderr is not an error', { skip: process.platform === 'win32' }, async (t) => {
  const it = await scene(t, { simulator: false });
  for (const stream of ['stdout', 'stderr']) {
    const child = spawn(process.execPath, [BIN, stream === 'stdout' ? 'help' : 'nonsense'], {
      cwd: it.project,
      env: it.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child[stream].destroy();
    let said = '';
    for (const other of [child.stdout, child.stderr])
      if (other !== child[stream])
        other.on('data', (text) => {
          said += text;
        });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepStrictEqual([code, said], [stream === 'stdout' ? 0 : 2, '']);
  }
});

test('names from other programs cannot control the terminal', async (t) => {
  const it = await scene(t, { simulator: false });
  fs.writeFileSync(path.join(it.home, '.nstba'), JSON.stringify({ 'a\u001b[2J\u202eb': { token: 'x', secret: 'y', account: '1234567' } }));
  const done = await tool(it, ['list']);
  assert.match(done.stdout, /^a\?\[2J\?b /m);
  assert.ok(!/[\u001b\u202e]/.test(done.stdout + done.stderr));
});

/** A scene with names of every kind, the tool on PATH, and the completion script of a shell. */
async function completing(t, shell) {
  const it = await scene(t);
  await it.save('sb1-dev');
  const saved = { token: 'x', secret: 'y', account: '1234567' };
  const foreign = ['$(touch x)', '`touch x`', "'; touch x; '", '"$(touch x)"', 'a b', '*', '~', 'a\nb', '-rf', 'old', 'dev.1', 'müller'];
  fs.writeFileSync(path.join(it.home, '.nstba'), JSON.stringify(Object.fromEntries(foreign.map((name) => [name, saved]))));
  fs.mkdirSync(path.join(it.root, 'bin'));
  fs.symlinkSync(BIN, path.join(it.root, 'bin', 'netsuite-tba'));
  const { stdout, code } = await tool(it, ['completion', shell]);
  assert.strictEqual(code, 0);
  for (const command of COMMANDS) assert.ok(stdout.includes(command), `${shell}: ${command}`);
  it.script = path.join(it.root, `completion.${shell}`);
  fs.writeFileSync(it.script, stdout);
  const PATH = [path.join(it.root, 'bin'), path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  it.shell = (flags, code) => {
    const said = execFileSync(shell, [...flags, '-c', code], {
      cwd: it.project,
      env: it.env({ PATH, LC_ALL: 'C.UTF-8' }),
      encoding: 'utf8',
    });
    assert.ok(!fs.existsSync(path.join(it.project, 'x')), 'a name was run');
    return said.trim().split(/\s+/).filter(Boolean).sort().join(' ');
  };
  return it;
}

const quoted = (word) => `'${word}'`;
const NAMES = ['dev.1', 'müller', 'old', 'sb1-dev'].sort().join(' ');

/** Asserts what must hold in every shell. */
function offersRightly(offers) {
  assert.strictEqual(offers('st'), 'status');
  assert.strictEqual(offers('use', ''), NAMES);
  assert.strictEqual(offers('use', 'sb'), 'sb1-dev');
  assert.strictEqual(offers('login', '--acc'), '--account');
  assert.strictEqual(offers('login', 'x', '--account', ''), '', 'an account is no name');
  assert.strictEqual(offers('explain', '--authID', 'o'), 'old');
  assert.strictEqual(offers('completion', 'p'), 'powershell');
  assert.strictEqual(offers('guide', ''), 'integration-record');
}

test('only names that no shell would run or split are completed', async (t) => {
  const it = await completing(t, 'powershell');
  assert.deepStrictEqual((await tool(it, ['completion', '--names', '--json'])).json.names.sort().join(' '), NAMES);
  assert.strictEqual((await tool(it, ['completion', 'tcsh'])).code, 2);
});

test('bash completes commands, flags and names', { skip: without('posix') }, async (t) => {
  const it = await completing(t, 'bash');
  offersRightly((...words) =>
    it.shell(
      [],
      `source ${it.script}
COMP_WORDS=(netsuite-tba ${words.map(quoted).join(' ')}); COMP_CWORD=${words.length}; _netsuite_tba; echo "\${COMPREPLY[*]}"`,
    ),
  );
});

test('zsh completes commands, flags and names', { skip: without('zsh') }, async (t) => {
  const it = await completing(t, 'zsh');
  // The completion widgets do nothing outside the line editor, so their arguments are printed.
  offersRightly((...words) =>
    it.shell(
      ['-f'],
      `compdef() { :; }
compadd() { [ "$1" = -- ] && shift; for each in "$@"; do [[ $each == "$words[CURRENT]"* ]] && print -r -- "$each"; done; true; }
_describe() { compadd -- "\${(@)commands%%:*}"; }
words=(netsuite-tba ${words.map(quoted).join(' ')}); CURRENT=${words.length + 1}; source ${it.script}; _netsuite_tba || true`,
    ),
  );
});

test('fish completes commands, flags and names', { skip: without('fish') }, async (t) => {
  const it = await completing(t, 'fish');
  const line = (words) => `netsuite-tba ${words.join(' ')}`;
  offersRightly((...words) =>
    it.shell(['--no-config'], `source ${it.script}; complete -C '${line(words)}' | string replace -r '\\t.*' ''; true`),
  );
});

test('the simulator starts from the command line and prints JSON', async (t) => {
  const it = await scene(t, { simulator: false });
  const child = spawn(process.execPath, [BIN, 'simulator', '--json', '--token', '1234567_SB1'], {
    cwd: it.project,
    env: it.env(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const first = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(JSON.parse(data))));
  assert.deepStrictEqual(Object.keys(first), ['url', 'port', 'consumerKey', 'consumerSecret', 'proxy', 'token']);
  const done = await tool(it, ['login', 'trial', '--vm', first.url, '--account', '1234567', '--port', String(it.port)], {
    env: { CONSUMER_KEY: first.consumerKey, CONSUMER_SECRET: first.consumerSecret },
  });
  assert.strictEqual(done.code, 0, done.stderr);
  const env = {
    NETSUITE_TBA_TOKEN_ID: first.token.tokenId,
    NETSUITE_TBA_TOKEN_SECRET: first.token.tokenSecret,
    NETSUITE_TBA_ACCOUNT: first.token.account,
    CONSUMER_KEY: first.consumerKey,
    CONSUMER_SECRET: first.consumerSecret,
  };
  const status = await tool(it, ['status', '--json', '--vm', first.url], { env });
  assert.deepStrictEqual(
    status.json.tokens.map((token) => [token.authId, token.status]),
    [
      [null, 'works'],
      ['trial', 'works'],
    ],
  );
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(5000) });
  child.kill('SIGINT');
  const [code] = await ended;
  if (process.platform !== 'win32') assert.strictEqual(code, 130);
});

test('the simulator refuses invalid flags, as JSON too', async (t) => {
  const it = await scene(t);
  for (const [args, exit, code, pattern] of [
    [['--port', '99999'], 2, 'FLAG_INVALID', /Cannot read --port/],
    [['--fault', 'clock'], 2, 'FLAG_INVALID', /There is no fault clock\./],
    [['--port', String(it.simulator.port)], 1, 'PORT_BUSY', new RegExp(`Port ${it.simulator.port} is in use`)],
  ]) {
    const done = await tool(it, ['simulator', ...args, '--json']);
    assert.deepStrictEqual([done.code, done.json.error.code, done.json.error.exitCode], [exit, code, exit]);
    assert.match(done.json.error.message, pattern);
    assert.match(done.stderr, pattern);
  }
});

test('output that cannot be written is an error, and a closed reader is not', {
  skip: process.platform !== 'linux' && 'needs /dev/full',
}, async (t) => {
  const it = await scene(t, { simulator: false });
  for (const words of [['list', '--json'], ['--version'], ['help'], ['list', '--help']]) {
    const full = fs.openSync('/dev/full', 'w');
    const done = spawnSync(process.execPath, [BIN, ...words], { env: it.env(), stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    fs.closeSync(full);
    assert.strictEqual(done.status, 1, words.join(' '));
    assert.match(done.stderr, /The output could not be written: .*space/);
  }
});
