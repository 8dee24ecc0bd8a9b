'use strict';

// `npm run bench`: measures signatures, process starts and requests, compared with other packages, in one run. Prints a table
// and writes it to RESULTS.md. Needs a release build, and makes one if there is none.
// `-- --quick` measures for a tenth of the time and writes nothing.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { headers } = require('./headers');
const { processes } = require('./processes');
const { requests } = require('./requests');

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
    `Made by \`npm run bench\` on ${cpu} (${os.cpus().length} cores), Node ${process.versions.node}. The times depend on the machine; compare the ratios.`,
    '## One `Authorization` header',
    'Median in microseconds. In brackets: the time relative to `Session.authorize`, as the median of the ratios in each round. "wrong" marks a signer whose signature for the case does not follow RFC 5849.',
  ];
  const { head, rows, legend } = await headers(quick ? 40 : 400);
  parts.push(table(head, rows), legend);
  parts.push('## Processes', 'Medians over new processes, alternating with Node without the package.');
  parts.push(table(['measurement', 'result', 'limit'], await processes(quick ? 5 : 41)));
  const sent = await requests(quick);
  const columns = ['client', 'wall time', 'CPU time of the client'];
  parts.push(
    '## Requests',
    'Signed POSTs of 200 kB, three at once, to an HTTPS server on loopback that checks signatures. Medians of rounds in turn. In brackets: relative to `session.fetch`.',
  );
  parts.push(table(columns, sent.loopback));
  parts.push('The same when the server takes 40 ms for each answer:', table(columns, sent.distant));
  parts.push('Growth of the memory (RSS) of a process that uses `session.fetch`:', table(['after', 'result', 'limit'], sent.memory));
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
