// node check.js PACKAGE-FOLDER WORK-FOLDER [TOPIC…]: what users do, tried on this platform. Prints one PASS, FAIL or SKIP line per
// check and a last line with the counts. The scripts in scripts/platforms/ run it on Nodes that npm test cannot run on.
//
// CHECK_BROWSER   command for BROWSER (default: this Node and simulator/browser.js)
// CHECK_NODE      JSON list: how to start this Node (default: process.execPath)
// CHECK_KEYCHAIN  "present" or "absent" (default: absent on Linux, present elsewhere)
// CHECK_EXPECT    file name of the .node that must have been loaded
// CHECK_EXAMPLES  folder with the example project as gulp4 and gulp5, each with that gulp installed; without it those checks are skipped
'use strict';

const fs = require('fs');
const path = require('path');
const { Programs, check, counts, that } = require('./harness');

const TOPICS = ['signing', 'sign-in', 'stores', 'vault', 'terminal', 'init', 'gulp'];
// What a process needs to start on any of the platforms; everything else of the caller's environment is left out.
const KEPT = [
  'PATH',
  'Path',
  'SystemRoot',
  'SYSTEMROOT',
  'PATHEXT',
  'ComSpec',
  'COMSPEC',
  'windir',
  'SystemDrive',
  'LD_LIBRARY_PATH',
  'QEMU_LD_PREFIX',
  'WINEPREFIX',
  'WINEDEBUG',
];

/** Folders with letters that need more than ASCII, and an environment of their own. */
function place(work) {
  const home = path.join(work, 'Jürgen Müller', 'home');
  const project = path.join(work, 'my projekt äöü');
  for (const folder of [home, project]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(project, 'package.json'), '{}\r\n');
  for (const name of Object.keys(process.env)) if (!KEPT.includes(name)) delete process.env[name];
  Object.assign(process.env, { HOME: home, USERPROFILE: home, TEMP: work, TMP: work, TMPDIR: work });
  Object.assign(process.env, { APPDATA: path.join(home, 'AppData', 'Roaming'), LOCALAPPDATA: path.join(home, 'AppData', 'Local') });
  process.chdir(project);
  return { home, project };
}

function vaultFolder(home) {
  if (process.platform === 'win32') return path.join(home, 'AppData', 'Roaming', 'netsuite-tba');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'netsuite-tba');
  return path.join(home, '.config', 'netsuite-tba');
}

function load(pkg, expected) {
  const tba = require(pkg);
  // Loaded by the first call that needs it.
  tba.signRequest({ method: 'GET', url: 'https://h.example/' }, { consumerKey: 'k', consumerSecret: 's' });
  const loaded = Object.keys(require.cache)
    .filter((each) => each.endsWith('.node'))
    .map((each) => path.basename(each))
    .join();
  that(!expected || loaded === expected, `loaded ${loaded}, expected ${expected}`);
  return { tba, loaded };
}

async function main() {
  const [pkg, work] = process.argv.slice(2, 4).map((each) => path.resolve(each));
  const topics = process.argv.length > 4 ? process.argv.slice(4) : TOPICS;
  const { CHECK_NODE, CHECK_BROWSER, CHECK_KEYCHAIN, CHECK_EXPECT, CHECK_EXAMPLES } = process.env;
  const node = CHECK_NODE ? JSON.parse(CHECK_NODE) : [process.execPath];
  const browser = CHECK_BROWSER || `${process.execPath} ${path.join(pkg, 'simulator', 'browser.js')}`;
  const keychain = CHECK_KEYCHAIN || (process.platform === 'linux' ? 'absent' : 'present');
  fs.mkdirSync(work, { recursive: true });
  const { home, project } = place(work);
  let tba;
  await check('require loads the native part', () => {
    const found = load(pkg, CHECK_EXPECT);
    tba = found.tba;
    return `${found.loaded}, Node ${process.version} ${process.platform}-${process.arch}`;
  });
  if (!tba) return;
  const { startSimulator } = require(path.join(pkg, 'simulator'));
  const simulator = await startSimulator();
  Object.assign(process.env, { BROWSER: browser, SIMULATOR_ACCOUNT: '1234567_SB1', SIMULATOR_ROLE: '1000' });
  Object.assign(process.env, { CONSUMER_KEY: simulator.consumer.key, CONSUMER_SECRET: simulator.consumer.secret });
  const programs = new Programs({ work, node });
  const tool = path.join(pkg, 'bin', 'netsuite-tba.js');
  const context = {
    browser,
    examples: CHECK_EXAMPLES,
    folder: vaultFolder(home),
    home,
    keychain,
    pkg,
    programs,
    project,
    simulator,
    tba,
    work,
  };
  context.cli = (args, options) => programs.run([tool].concat(args), { cwd: project, env: process.env, ...options });
  for (const topic of topics) await require(`./checks/${topic}`)(context);
  await simulator.close();
}

main()
  .catch((error) => check('the checks themselves', () => Promise.reject(error)))
  .then(() => {
    fs.writeSync(1, `CHECKS ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    process.exit(counts.failed ? 1 : 0);
  });
