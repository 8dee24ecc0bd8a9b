// Help, usage, streams, completion: what holds for every command.
'use strict';

const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { program } = require('../parts');
const { ROOT, scene } = require('../scene');
const { BIN, tool, transcript } = require('./tool');

const COMMANDS = ['login', 'list', 'use', 'status', 'rename', 'remove', 'import', 'init', 'prune', 'explain', 'doctor', 'guide', 'simulator', 'completion'];

test('the overview names every command, and each has help with examples and its JSON', async (t) => {
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
    if (command !== 'simulator') assert.strictEqual((await tool(it, [command, '--help'])).stdout, stdout);
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  assert.strictEqual((await tool(it, ['--version'])).stdout, `${version}\n`);
});

test('what is mistyped is refused with a hint, on stderr, and as JSON on stdout when that was asked for', async (t) => {
  const it = await scene(t, { simulator: false });
  assert.strictEqual(await transcript(it, ['lsit']), `$ netsuite-tba lsit
! There is no command lsit.
! Did you mean list? npx netsuite-tba help shows all commands.
exit 2`);
  assert.strictEqual(await transcript(it, ['login', 'a', '--acount', '1']), `$ netsuite-tba login a --acount 1
! login has no flag --acount. Did you mean --account?
! npx netsuite-tba login --help shows its flags.
exit 2`);
  const done = await tool(it, ['rename', 'a', '--json']);
  assert.deepStrictEqual(Object.keys(done.json.error), ['code', 'message', 'nextStep', 'exitCode']);
  assert.deepStrictEqual([done.json.error.code, done.json.error.exitCode, done.code], ['COMMAND_INVALID', 2, 2]);
});

test('a reader that goes away is no error, on stdout or stderr', { skip: process.platform === 'win32' }, async (t) => {
  const it = await scene(t, { simulator: false });
  for (const stream of ['stdout', 'stderr']) {
    const child = spawn(process.execPath, [BIN, stream === 'stdout' ? 'help' : 'nonsense'], { cwd: it.project, env: it.env(), stdio: ['ignore', 'pipe', 'pipe'] });
    child[stream].destroy();
    let said = '';
    for (const other of [child.stdout, child.stderr]) if (other !== child[stream]) other.on('data', (text) => { said += text; });
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepStrictEqual([code, said], [stream === 'stdout' ? 0 : 2, '']);
  }
});

test('foreign names cannot steer the terminal', async (t) => {
  const it = await scene(t, { simulator: false });
  fs.writeFileSync(path.join(it.home, '.nstba'), JSON.stringify({ 'a\u001b[2J\u202eb': { token: 'x', secret: 'y', account: '1234567' } }));
  const done = await tool(it, ['list']);
  assert.match(done.stdout, /^a\?\[2J\?b /m);
  assert.ok(!/[\u001b\u202e]/.test(done.stdout + done.stderr));
});

test('completion scripts are accepted by their shells and offer commands, flags and plain names', async (t) => {
  const it = await scene(t);
  await it.save('sb1-dev');
  fs.writeFileSync(path.join(it.home, '.nstba'), JSON.stringify({ '$(touch x)': { token: 'x', secret: 'y', account: '1234567' }, old: { token: 'x', secret: 'y', account: '1234567' } }));
  assert.strictEqual((await tool(it, ['completion', '--names'])).stdout, 'old\nsb1-dev\n', 'no name a shell would run');
  assert.deepStrictEqual((await tool(it, ['completion', '--names', '--json'])).json, { names: ['old', 'sb1-dev'] });
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { stdout, code } = await tool(it, ['completion', shell]);
    assert.strictEqual(code, 0);
    for (const command of COMMANDS) assert.ok(stdout.includes(command), `${shell}: ${command}`);
    const file = path.join(it.root, `completion.${shell}`);
    fs.writeFileSync(file, stdout);
    if (shell !== 'powershell' && program(shell)) execFileSync(shell, ['-n', file]);
  }
  assert.strictEqual((await tool(it, ['completion', 'tcsh'])).code, 2);
  if (!program('bash')) return;
  fs.mkdirSync(path.join(it.root, 'bin'));
  fs.symlinkSync(BIN, path.join(it.root, 'bin', 'netsuite-tba'));
  const offers = (...words) => execFileSync('bash', ['-c', `source ${path.join(it.root, 'completion.bash')}
COMP_WORDS=(netsuite-tba ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _netsuite_tba; echo "\${COMPREPLY[*]}"`], {
    cwd: it.project, env: it.env({ PATH: `${path.join(it.root, 'bin')}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` }), encoding: 'utf8',
  }).trim();
  assert.strictEqual(offers('st'), 'status');
  assert.strictEqual(offers('use', 'sb'), 'sb1-dev');
  assert.strictEqual(offers('login', '--acc'), '--account');
  assert.strictEqual(offers('completion', 'p'), 'powershell');
  assert.ok(!fs.existsSync(path.join(it.project, 'x')));
});

test('the simulator starts from the command line and speaks JSON', async (t) => {
  const it = await scene(t, { simulator: false });
  const child = spawn(process.execPath, [BIN, 'simulator', '--json'], { cwd: it.project, env: it.env(), stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const first = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(JSON.parse(data))));
  assert.deepStrictEqual(Object.keys(first), ['url', 'port', 'consumerKey', 'consumerSecret', 'proxy']);
  const done = await tool(it, ['login', 'trial', '--vm', first.url, '--account', '1234567', '--port', String(it.port)], { env: { CONSUMER_KEY: first.consumerKey, CONSUMER_SECRET: first.consumerSecret } });
  assert.strictEqual(done.code, 0, done.stderr);
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (process.platform !== 'win32') assert.strictEqual(code, 0);
});
