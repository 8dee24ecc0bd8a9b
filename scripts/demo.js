'use strict';

// npm run demo: shows what the package does. A gulp project signs in to the simulator, fetches an extension,
// deploys it, and deploys it again with another token. Each step is checked. --auto answers the questions.

const fs = require('fs');
const path = require('path');
const { setUp } = require('./set-up');

const EXTENSION = '/Acme/HelloWorld@1.0.0';
const CHANGED = 'Modules/Hello/JavaScript/Acme.HelloWorld.Hello.js';

/** The checks of one step. Each result is printed, and one failure fails the demo. */
class Checks {
  constructor() {
    this.failed = 0;
  }

  that(what, holds) {
    if (!holds) this.failed += 1;
    console.log(`  ${holds ? 'yes' : 'NO '}  ${what}`);
  }
}

function same(left, right) {
  return (
    left.size > 0 && left.size === right.size && Array.from(left).every(([name, bytes]) => right.has(name) && right.get(name).equals(bytes))
  );
}

class Demo {
  constructor(scene, player, example) {
    Object.assign(this, { scene, player, example, checks: new Checks(), step: 0 });
    this.flags = ['--vm', scene.simulator.url, '--port', String(scene.port)];
  }

  title(text) {
    this.step += 1;
    console.log(`\n${this.step}. ${text}\n`);
  }

  async task(words, more) {
    console.log(`  $ gulp ${words.concat(this.flags).join(' ')}\n`);
    const code = await this.player.task(words.concat(this.flags), more);
    this.checks.that('the task ended without an error', code === 0);
    return code;
  }

  get local() {
    return this.example.workspaceFiles(this.scene.project, 'HelloWorld');
  }

  remote(account) {
    return this.example.deployedFiles(this.scene.simulator, account, EXTENSION);
  }

  /** The name in .nsdeploy, and the saved token of that name. */
  get current() {
    let authId = null;
    try {
      authId = JSON.parse(this.scene.nsdeploy).credentials.authID;
    } catch {
      // No run has created it yet.
    }
    return this.saved().find((token) => token.authId === authId) || { authId, account: null };
  }

  saved() {
    const { TokenVault } = require('..');
    return new TokenVault({ home: this.scene.vault, store: 'file' }).list().filter((token) => token.store !== 'nstba');
  }

  /** The account whose token signed the latest request of a task. */
  signedFor() {
    const { requests, tokens } = this.scene.simulator;
    const last = requests.filter((request) => request.step === 'restlet').pop();
    const token = last && tokens.get(last.oauth.oauth_token);
    return token ? token.account : null;
  }

  signIns() {
    return this.scene.requested('accesstoken').filter((request) => request.status === 200).length;
  }

  noSecrets() {
    const { consumer, tokens } = this.scene.simulator;
    const secrets = [consumer.secret, consumer.key].concat(...Array.from(tokens.values(), (token) => [token.tokenId, token.tokenSecret]));
    this.checks.that(
      '.nsdeploy holds a name and no secret',
      Boolean(this.scene.nsdeploy) && !secrets.some((secret) => this.scene.nsdeploy.includes(secret)),
    );
  }

  async first() {
    this.title('The first run. Nothing is saved yet, so it asks for a name for the new token and opens the consent page.');
    const code = await this.task(['extension:fetch'], {
      hint: 'Type a name such as sb1-dev, then choose a role and press Allow in your browser.',
      answers: [{ at: /Enter an authentication ID/, type: 'sb1-dev\r', say: 'typed: sb1-dev, Enter. A scripted browser presses Allow.' }],
      flags: ['--authID', 'sb1-dev'],
    });
    const { authId, account } = this.current;
    this.checks.that(
      `a token was made and saved${authId ? `: ${authId} - Account ${account}` : ''}`,
      Boolean(account) && this.signIns() === 1,
    );
    this.checks.that(
      `the extension's ${this.local.size} files are in Workspace, equal to those in NetSuite byte for byte`,
      Boolean(account) && same(this.local, this.remote(account)),
    );
    this.noSecrets();
    return code === 0 && Boolean(account);
  }

  async second() {
    this.title('The second run. A file has changed; deploying it asks nothing, because .nsdeploy names the token.');
    fs.appendFileSync(path.join(this.scene.project, 'Workspace', 'HelloWorld', CHANGED), '// changed by the demo\n');
    const { account } = this.current;
    this.checks.that('before: the changed file differs from the one in NetSuite', !same(this.local, this.remote(account)));
    const code = await this.task(['extension:deploy'], { answers: [], flags: [] });
    this.checks.that('no second sign-in: the saved token signed every request', this.signIns() === 1 && this.signedFor() === account);
    this.checks.that('every file in NetSuite equals the one in Workspace byte for byte', same(this.local, this.remote(account)));
    return code === 0;
  }

  /** Saves a second token, so that there is a choice. */
  async another() {
    const first = this.current;
    const account = first.account === '1234567' ? 'TSTDRV1234567' : '1234567';
    const authId = first.authId === 'live' ? 'live-2' : 'live';
    const before = this.scene.nsdeploy;
    const { session } = await this.scene.call({ authId, account });
    this.scene.nsdeploy = before;
    this.checks.that(`before: a second token is saved: ${authId} - Account ${account}`, Boolean(session));
    return authId;
  }

  async third() {
    this.title('The third run, with --to. It lists the saved tokens and starts on the one in use; another can be chosen.');
    const other = await this.another();
    const before = this.signIns();
    await this.task(['extension:deploy', '--to'], {
      hint: 'Choose a token with the arrow keys and Enter.',
      answers: [
        { at: /^> sb1-dev - Account/m, type: other, say: `typed: ${other}, to search` },
        { at: new RegExp(`^> ${other} - Account`, 'm'), type: '\r', say: 'pressed: Enter' },
      ],
      flags: ['--to', other],
    });
    const { authId, account } = this.current;
    const chosen = this.player.constructor.name === 'Person' || authId === other;
    this.checks.that(
      `the choice was honoured: ${authId} - Account ${account} signed the requests`,
      chosen && Boolean(account) && this.signedFor() === account,
    );
    this.checks.that('that account has every file now, equal byte for byte', Boolean(account) && same(this.local, this.remote(account)));
    if (chosen && authId === other) this.checks.that('choosing a saved token needed no sign-in', this.signIns() === before);
    this.noSecrets();
  }

  honest() {
    const refused = this.scene.simulator.requests.filter((request) => request.signatureOk === false);
    this.checks.that(
      `all ${this.scene.simulator.requests.length} requests had a right signature where one is needed`,
      refused.length === 0,
    );
  }
}

/** `choosePlayer` returns the player that answers the questions. The recording of the demo passes its own. */
async function play(auto, choosePlayer) {
  const { scene: makeScene } = require('../__test__/scene');
  const example = require('../__test__/example');
  const { leftovers, playerFor } = require('./demo-players');
  const cleaning = [];
  // Ctrl-C reaches the task too. The demo itself stays alive to clean up.
  const stay = () => {};
  process.on('SIGINT', stay);
  let demo;
  try {
    const scene = await makeScene({ after: (work) => cleaning.push(work) });
    fs.rmSync(scene.project, { recursive: true });
    example.copyExample(scene.project, 'gulp5');
    console.log('\nA fresh copy of examples/commerce-project, the NetSuite simulator on this machine, and a vault of its own:');
    console.log('nothing leaves this computer, and your own tokens and home folder are not touched. The vault is a file here');
    console.log('(NETSUITE_TBA_STORE=file); by default secrets go to the keychain of the operating system.');
    demo = new Demo(scene, (choosePlayer || playerFor)(scene, auto), example);
    // The next steps depend on the ones before them.
    if ((await demo.first()) && (await demo.second())) await demo.third();
    demo.honest();
  } finally {
    for (const work of cleaning.reverse()) await work();
    process.removeListener('SIGINT', stay);
  }
  demo.checks.that('nothing is left behind', leftovers(demo.scene.root).length === 0);
  console.log(
    demo.checks.failed ? `\nThe demo FAILED: ${demo.checks.failed} of the points above did not hold.` : '\nThe demo went as it should.',
  );
  return demo.checks.failed ? 1 : 0;
}

async function main() {
  const ready = setUp({ debug: process.argv.includes('--debug') });
  if (ready !== 0) return ready;
  const { somebodyIsThere } = require('./demo-players');
  return play(process.argv.includes('--auto') || !somebodyIsThere());
}

module.exports = { play };

if (require.main === module) {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(`The demo stopped: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
