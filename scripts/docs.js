'use strict';

// Writes docs/troubleshooting.md from the table of errors and docs/api.md from the type definitions.
// --check fails if either is stale, or if a link in a guide, README.md, SECURITY.md or simulator/README.md leads nowhere.

const fs = require('fs');
const path = require('path');
const causes = require('./docs-causes');
const { reference } = require('./docs-reference');

const root = path.join(__dirname, '..');
const folder = path.join(root, 'docs');
const GENERATED = (source) => `<!-- Made by npm run docs from ${source}; edit that instead. -->`;

const PARTS = [
  { exitCode: 2, title: 'Usage and configuration' },
  { exitCode: 3, title: 'Refused by NetSuite, or denied on the consent page' },
  { exitCode: 4, title: 'The network' },
  { exitCode: 5, title: 'Token storage' },
  { exitCode: 6, title: 'Account lock and production guard' },
  { exitCode: 1, title: 'Everything else' },
  { exitCode: 130, title: 'Cancelled' },
];

const INTRODUCTION = `# Troubleshooting by error code

${GENERATED('the table of errors and scripts/docs-causes.js')}

Every failure is a \`TbaError\` with a \`code\` that does not change between releases. Its message says what happened in your case and what to do next; this page says more. If there is no code, start with [Troubleshooting by symptom](symptoms.md).

Three things help with all of them:

* Each run prints on stderr which token it uses and why.
* \`NETSUITE_TBA_DEBUG=1\` before the command prints what was read, from where and in what order, with every secret masked. PowerShell and cmd set variables [in another way](windows.md).
* [Try the task with the simulator](gulpfile.md#try-it-without-an-account). If it works there, look at the account; if not, at the machine.

The exit code is that of \`npx netsuite-tba\`; gulp always exits with 1.
`;

/** The page on errors, with one heading for each code. */
function troubleshooting() {
  const table = require('../lib/binding').errorTable();
  const unknown = Object.keys(causes).filter((code) => !table.some((row) => row.code === code));
  if (unknown.length) throw new Error(`scripts/docs-causes.js contains codes that do not exist: ${unknown.join(', ')}`);
  const entry = ({ code, summary, nextStep, nextCommand }) =>
    `### ${code}\n\n${plain(summary)}\n\n${next(nextStep, nextCommand)}\n${causes[code] ? `\n${causes[code].trim()}\n` : ''}`;
  const part = ({ exitCode, title }) =>
    `## ${title} (exit code ${exitCode})\n\n${table
      .filter((row) => row.exitCode === exitCode)
      .map(entry)
      .join('\n')}`;
  const left = table.filter(({ exitCode }) => !PARTS.some((each) => each.exitCode === exitCode));
  if (left.length) throw new Error(`No part of the page is for exit code ${left[0].exitCode}`);
  return `${INTRODUCTION}\n${PARTS.map(part).join('\n')}`;
}

/** The next steps: two where gulp and the command line need different words. */
function next(nextStep, nextCommand) {
  if (nextStep === nextCommand) return `**Next:** ${plain(nextStep)}`;
  return `**Next, in a task:** ${plain(nextStep)}\n\n**Next, at the command line:** ${plain(nextCommand)}`;
}

/** Converts a text of the table to Markdown. */
const plain = (text) => text.replace(/[<*]/g, '\\$&');

const PAGES = [
  { file: 'troubleshooting.md', make: troubleshooting },
  { file: 'api.md', make: () => reference(GENERATED('index.d.ts, gulp.d.ts and simulator/index.d.ts')) },
];

const anchorOf = (title) =>
  title
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[^\w\- ]/g, '')
    .replace(/ /g, '-');

/** The pages whose links are checked, relative to the root. */
const linking = () =>
  ['README.md', 'SECURITY.md', 'simulator/README.md'].concat(
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  );

/** The relative links and images of a page: `{ link, file, anchor }`, with the file relative to the root. */
function linksOf(page) {
  const text = fs.readFileSync(path.join(root, page), 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '');
  return Array.from(text.matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g), ([link, file, anchor]) => ({
    link,
    file: file ? path.posix.join(path.posix.dirname(page), file) : page,
    anchor: anchor && anchor.slice(1),
  }));
}

/** The links of a page to files or headings that do not exist. */
function deadLinks(page) {
  const dead = linksOf(page).filter(({ file, anchor }) => {
    const target = path.join(root, file);
    if (!fs.existsSync(target)) return true;
    if (!anchor) return false;
    const headings = Array.from(fs.readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm), ([, title]) => anchorOf(title));
    return !headings.includes(anchor);
  });
  return dead.map(({ link }) => `${page}: ${link} leads nowhere`);
}

function main(check) {
  const problems = [];
  for (const { file, make } of PAGES) {
    const [target, text] = [path.join(folder, file), make()];
    if (!check) fs.writeFileSync(target, text);
    else if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== text)
      problems.push(`docs/${file} is stale: run npm run docs and commit it.`);
  }
  for (const page of linking()) problems.push(...deadLinks(page));
  for (const problem of problems) console.error(problem);
  return problems.length ? 1 : 0;
}

module.exports = { linking, linksOf };

if (require.main === module) process.exitCode = main(process.argv.includes('--check'));
