// The command line tool: every command once, its exit code, and what it may not print.
'use strict';

const { check, freePort, that } = require('../harness');

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Runs a command and checks what holds for all of them. */
async function command({ cli, simulator }, args, { codes = [0], json = false } = {}) {
  const done = await cli(args);
  const shown = `netsuite-tba ${args.join(' ')}: exit ${done.code}\n${done.stdout}\n${done.stderr}`;
  that(codes.includes(done.code), shown);
  that(!CONTROL.test(done.stdout) && !CONTROL.test(done.stderr), `control characters: ${JSON.stringify(shown)}`);
  for (const token of simulator.tokens.values()) that(!shown.includes(token.tokenSecret), 'a token secret is printed');
  that(!shown.includes(simulator.consumer.secret), 'the consumer secret is printed');
  // Separators of both kinds in one path are not what Windows users expect.
  if (process.platform === 'win32') that(!/[A-Z]:\\[^\s"']*\/[^\s"']/.test(shown), `mixed separators: ${shown}`);
  if (json) JSON.parse(done.stdout);
  return done;
}

module.exports = async (context) => {
  const { project, simulator } = context;
  const vm = simulator.url;
  const url = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';
  process.env.NETSUITE_TBA_STORE = 'file';
  const ran = async (what, args, options) => check(what, async () => void (await command(context, args, options)));

  await ran('login saves a token', ['login', 'cli-dev', '--account', '1234567_SB1', '--vm', vm, '--port', String(await freePort())]);
  await ran('list', ['list']);
  await ran('list --json', ['list', '--json'], { json: true });
  await ran('status --json asks NetSuite', ['status', 'cli-dev', '--json'], { json: true });
  await ran('use', ['use', 'cli-dev', '--vm', vm], { codes: [0, 2] });
  await ran('rename', ['rename', 'cli-dev', 'cli-other']);
  await ran('explain', ['explain', 'GET', url, '--to', 'cli-other'], { codes: [0, 1, 2] });
  await ran('guide integration-record', ['guide', 'integration-record', '--offline'], { codes: [0, 1, 2] });
  await ran('doctor --json', ['doctor', '--json', '--vm', vm], { json: true, codes: [0, 1] });
  await ran('prune --dry-run', ['prune', '--dry-run'], { codes: [0, 2] });
  await ran('remove', ['remove', 'cli-other', '--yes']);
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) await ran(`completion ${shell}`, ['completion', shell]);
  await ran('--help', ['--help']);
  await ran('--version', ['--version']);
  await ran('simulator --help', ['simulator', '--help']);
  await ran('an unknown command is refused with 2', ['nonsense'], { codes: [2] });
  await ran('login without a name and without a person is refused', ['login'], { codes: [2] });
  await check('a deleted token is told as not found', async () => {
    const done = await command(context, ['remove', 'cli-other', '--yes'], { codes: [1, 2, 5] });
    that(/cli-other/.test(done.stdout + done.stderr), `${project}: ${done.stderr}`);
  });
};
