'use strict';

// npm test: prepares the clone, runs the Rust and JavaScript tests, and lists what was skipped.
// npm test -- api pty: runs only the test files whose path contains one of these words ("rust" selects the Rust
// tests). --debug builds the native part without optimisation, which is faster during development.

const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { root, setUp } = require('./set-up');

// The tests mostly wait for other programs, so a few files at once do not slow each other down.
const AT_ONCE = Math.max(2, Math.min(4, os.cpus().length));
const ONE_TEST_MS = 180000;
// They take about two minutes, more on a busy machine. cargo has no time limit of its own.
const RUST_MS = 15 * 60 * 1000;

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const debug = process.argv.includes('--debug');
const all = Boolean(process.env.NETSUITE_TBA_TEST_ALL) && process.env.NETSUITE_TBA_TEST_ALL !== '0';

function testFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? testFiles(path.join(folder, entry.name)) : [path.join(folder, entry.name)]))
    .filter((file) => file.endsWith('.test.js'))
    .sort();
}

/** Kills a program, and its children if it leads a process group. */
function stop(child) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

/** Runs a program, shows its output, and returns the lines that match. */
function show(program, args, { keep, env, limitMs }) {
  return new Promise((resolve) => {
    const group = Boolean(limitMs) && process.platform !== 'win32';
    const child = spawn(program, args, {
      cwd: root,
      env: Object.assign({}, process.env, env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: group,
    });
    const kept = [];
    // A process group of its own does not get this terminal's Ctrl-C.
    const interrupted = () => {
      stop(child);
      process.exit(130);
    };
    if (group) process.once('SIGINT', interrupted);
    const timer =
      limitMs &&
      setTimeout(() => {
        kept.push(`stopped: it did not end within ${limitMs / 60000} minutes`);
        stop(child);
      }, limitMs);
    const watch = (stream, to) => {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        to.write(text);
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        kept.push(...lines.filter((line) => keep.test(line)));
      });
    };
    watch(child.stdout, process.stdout);
    watch(child.stderr, process.stderr);
    child.on('error', (error) => resolve({ status: 1, kept: [`${program}: ${error.message}`] }));
    child.on('close', (status) => {
      clearTimeout(timer);
      process.removeListener('SIGINT', interrupted);
      resolve({ status: status === null ? 1 : status, kept });
    });
  });
}

async function rust() {
  if (words.length && !words.includes('rust')) return null;
  console.log('\nRust tests …');
  const cargo = ['test', '--workspace', '--locked', '--features', 'failpoints'];
  const built = await show('cargo', cargo.concat('--no-run'), { keep: /^error/ });
  if (built.status !== 0) return Object.assign(built, { name: 'cargo test' });
  // Shows the output of passing tests too, because a test that skips prints so.
  const keep = /^(test result:|stopped:|\s+(Running|Doc-tests) |skipped: )/;
  const { status, kept } = await show('cargo', cargo.concat('--', '--show-output'), { keep, limitMs: RUST_MS });
  const said = /^skipped: /;
  return {
    name: 'cargo test',
    status,
    kept: kept.filter((line) => !said.test(line)),
    skipped: Array.from(new Set(kept.filter((line) => said.test(line)).map((line) => `${line.replace(said, '')} (Rust)`))),
  };
}

async function javascript(skips, notes) {
  const files = testFiles(path.join(root, '__test__'))
    .concat(testFiles(path.join(root, 'simulator', '__test__')))
    .filter((file) => !words.length || words.some((word) => path.relative(root, file).includes(word)));
  if (!files.length) return null;
  console.log(`\nJavaScript tests (${files.length} files) …`);
  // Node 20.0 to 20.10 have neither flag. There, only the limits inside the tests apply.
  const known = (flag) => process.allowedNodeEnvironmentFlags.has(flag) || newer(20, 11);
  const limits = [`--test-concurrency=${AT_ONCE}`, `--test-timeout=${ONE_TEST_MS}`].filter((flag) => known(flag.split('=')[0]));
  const args = ['--test', '--test-reporter=spec'].concat(limits, files);
  return Object.assign(
    await show(process.execPath, args, {
      keep: /^ℹ (tests|pass|fail|cancelled|skipped|duration_ms) /,
      env: { NETSUITE_TBA_TEST_SKIPS: skips, NETSUITE_TBA_TEST_NOTES: notes },
    }),
    { name: 'node --test' },
  );
}

function newer(major, minor) {
  const [here, sub] = process.versions.node.split('.').map(Number);
  return here > major || (here === major && sub >= minor);
}

function readSkips(file) {
  const lines = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const byReason = new Map();
  for (const { test, reason } of lines) byReason.set(reason, (byReason.get(reason) || new Set()).add(test));
  return Array.from(byReason, ([reason, tests]) => `${reason} (${Array.from(tests).join(', ')})`);
}

/** Formats the tables that tests have recorded, with a column for each member. */
function tables(file) {
  const found = new Map();
  for (const { table, row } of fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))) {
    const cells = Object.values(row).map((value) => ({ true: 'yes', false: 'NO' })[value] || String(value));
    found.set(table, (found.get(table) || [Object.keys(row)]).concat([cells]));
  }
  return Array.from(found, ([name, rows]) => {
    const width = (column) => Math.max(...rows.map((row) => row[column].length));
    return `The ${name}\n${rows
      .map(
        (row) =>
          `  ${row
            .map((cell, column) => cell.padEnd(width(column)))
            .join('  ')
            .trimEnd()}`,
      )
      .join('\n')}`;
  });
}

function report(runs, skipped, counts) {
  console.log('\nResults');
  for (const { name, status, kept } of runs) {
    console.log(`  ${name}: ${status === 0 ? 'passed' : `FAILED (exit ${status})`}`);
    for (const line of kept) console.log(`    ${line.trim()}`);
  }
  if (skipped.length) console.log(`Skipped here${counts ? ', which NETSUITE_TBA_TEST_ALL counts as a failure' : ''}:`);
  else console.log('No test was skipped because something is missing.');
  for (const line of skipped) console.log(`  ${line}`);
}

async function main() {
  const ready = setUp({ debug });
  if (ready !== 0) return ready;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-skips-'));
  const skips = path.join(folder, 'skips');
  fs.writeFileSync(skips, '');
  const notes = path.join(folder, 'notes');
  fs.writeFileSync(notes, '');
  try {
    const runs = [await rust(), await javascript(skips, notes)].filter(Boolean);
    if (!runs.length) {
      console.error(`No test file has ${words.join(' or ')} in its path.`);
      return 2;
    }
    const skipped = readSkips(skips);
    // With NETSUITE_TBA_TEST_ALL, Rust tests fail themselves if a program is missing. They skip only for other reasons.
    const listed = runs.flatMap((each) => each.skipped || []).concat(skipped);
    for (const table of tables(notes)) console.log(`\n${table}`);
    report(runs, listed, all && skipped.length > 0);
    return runs.every((each) => each.status === 0) && !(all && skipped.length) ? 0 : 1;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().then((code) => {
  process.exitCode = code;
});
