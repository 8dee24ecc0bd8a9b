'use strict';

// npm run record: plays the demo in a pseudo terminal and draws its screens as docs/demo.svg. The picture is the
// same on every run, because times, ports, tokens and folders are replaced by fixed values.
// --check draws it again and fails if the file is stale.

const fs = require('fs');
const path = require('path');
const { draw } = require('./record-svg');
const { linesOf } = require('./record-screen');

const FILE = path.join(__dirname, '..', 'docs', 'demo.svg');
const COLUMNS = 104;
const SIMULATOR = 'http://127.0.0.1:8123';

// How long each picture is shown, in seconds. Reading takes longer than typing.
const PAUSES = { command: 1.2, question: 2, typed: 1, done: 3.5 };

const TITLE = 'A gulp project signs in to NetSuite with netsuite-tba';
const DESCRIPTION =
  'Three runs in a terminal. gulp extension:fetch asks for a name for the new token, prints the address of the consent page, ' +
  'and goes on to fetch 44 files once Allow is pressed. gulp extension:deploy then uses the saved token and asks nothing. ' +
  'gulp extension:deploy --to lists the saved tokens; another one is chosen, and the deployment goes to its account.';

/** Replacements for values that differ between runs and machines. */
function masks(scene) {
  return [
    (text) => text.replace(scene.project, '~/commerce-project'),
    (text) => text.replace(scene.simulator.url, SIMULATOR),
    (text) => text.replace(/^\[\d\d:\d\d:\d\d\]/, '[10:24:31]'),
    (text) => text.replace(/oauth_token=\w+&state=\w+/, 'oauth_token=…&state=…'),
    (text) => text.replace(/ after [\d.]+ m?s$/, ' after … ms'),
  ];
}

/** Answers the demo's questions in a hidden pseudo terminal, and keeps its screens. */
class Recorder {
  constructor(scene) {
    this.scene = scene;
    this.env = scene.env({ SIMULATOR_ACCOUNT: '1234567_SB1', SIMULATOR_ROLE: '1000', FORCE_COLOR: '1' });
    this.before = [];
    this.frames = [];
  }

  async task(words, { answers }) {
    const { Terminal } = require('../__test__/terminal');
    const { gulpArguments } = require('../__test__/example');
    const typed = words
      .filter((word, at) => word !== '--port' && words[at - 1] !== '--port')
      .join(' ')
      .replace(this.scene.simulator.url, SIMULATOR);
    const command = [
      [
        { text: '$ ', style: 'faint' },
        { text: `npx gulp ${typed}`, style: 'strong' },
      ],
    ];
    const folder = path.join(this.scene.root, `terminal-${this.frames.length}`);
    const terminal = new Terminal(folder, [process.execPath].concat(gulpArguments(this.scene.project, ...words)), {
      cwd: this.scene.project,
      env: this.env,
      columns: 240,
    });
    const keep = (pause) => {
      const lines = linesOf(terminal.screen, masks(this.scene));
      this.frames.push({ lines: this.before.concat(command, lines), pause });
    };
    try {
      this.frames.push({ lines: this.before.concat(command), pause: PAUSES.command });
      for (const { at, type } of answers) {
        await terminal.until(at);
        keep(PAUSES.question);
        const name = type.replace('\r', '');
        if (name) {
          terminal.type(name);
          await terminal.until(new RegExp(`(\\(authID\\)|saved token) ${name}`));
          if (name !== type) keep(PAUSES.typed);
        }
        if (name !== type) terminal.type('\r');
      }
      const { code, text } = await terminal.end(60000);
      if (code !== 0) throw new Error(`gulp ${typed} ended with exit code ${code}:\n${text}`);
      keep(PAUSES.done);
      this.before = this.frames[this.frames.length - 1].lines.concat([[]]);
      return code;
    } finally {
      terminal.close();
    }
  }
}

/** Draws the picture of the current demo. */
async function record() {
  const { play } = require('./demo');
  const { log } = console;
  const said = [];
  let recorder;
  console.log = (line) => said.push(line);
  try {
    const code = await play(true, (scene) => {
      recorder = new Recorder(scene);
      return recorder;
    });
    if (code !== 0) throw new Error(said.join('\n'));
  } finally {
    console.log = log;
  }
  return draw(recorder.frames, { columns: COLUMNS, title: TITLE, description: DESCRIPTION });
}

async function main(check) {
  const picture = await record();
  if (!check) fs.writeFileSync(FILE, picture);
  else if (fs.readFileSync(FILE, 'utf8') !== picture) {
    console.error('docs/demo.svg is stale: run npm run record and commit it.');
    return 1;
  }
  return 0;
}

module.exports = { FILE, record };

if (require.main === module) {
  main(process.argv.includes('--check')).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(`The demo was not recorded: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
