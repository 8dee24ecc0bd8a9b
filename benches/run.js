'use strict';

// `npm run bench`: measures signatures and process starts, compared with other signers, in one run. Prints a table
// and writes it to RESULTS.md. Needs a release build, and makes one if there is none.
// `-- --quick` measures for a tenth of the time and writes nothing.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { headers } = require('./headers');
const { processes } = require('./processes');

const root = path.join(__dirname, '..');

/** Builds the native part if it is missing. A file this large is a debug build, which is replaced. */
function prepare() {
  const file = fs.readdirSync(root).find((name) => name.endsWith('.node'));
  const debug = file && fs.statSync(path.join(root, file)).size > 20e6;
  if (file && !debug) return 0;
  return require('../scripts/build').build(false);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule)].concat(rows.map(line)).join('\n');
}

async function run(quick) {
  const cpu = os.cpus()[0].model;
  const parts = [
    '# Figures',
    `Made by \`npm run bench\` on ${cpu} (${os.cpus().length} cores), Node ${process.versions.node}. Times are of this machine; the ratios are what to compare.`,
    '## One `Authorization` header',
    'Microseconds, median. In brackets: how many times as long as `Session.authorize`, the median of the ratios within each round of the run. "wrong" marks a signer whose signature for the case is not the one RFC 5849 asks for.',
  ];
  const { head, rows, legend } = await headers(quick ? 40 : 400);
  parts.push(table(head, rows), legend);
  parts.push('## Processes', 'Medians over fresh processes, in turn with bare Node.');
  parts.push(table(['what', 'figure', 'at most'], await processes(quick ? 5 : 41)));
  const text = `${parts.join('\n\n')}\n`;
  process.stdout.write(text);
  if (!quick) fs.writeFileSync(path.join(__dirname, 'RESULTS.md'), text);
}

const failed = prepare();
if (failed) process.exitCode = failed;
else
  run(process.argv.includes('--quick')).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
