'use strict';

// Writes THIRD_PARTY_LICENSES: every crate of the shipped binaries with its licence. Fails for licences that are
// not on the list, git dependencies and npm runtime dependencies. --check fails if the file is stale.

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { choose } = require('./spdx');
const { TARGETS } = require('./targets');

const root = path.join(__dirname, '..');
const OUTPUT = path.join(root, 'THIRD_PARTY_LICENSES');

// In order of preference, for crates that offer a choice.
const ALLOWED = [
  'MIT',
  'ISC',
  'Zlib',
  '0BSD',
  'CC0-1.0',
  'Unlicense',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'Unicode-3.0',
  'BSL-1.0',
];
// Also allowed for development tools, which are not shipped.
const ALLOWED_TOOLS = ALLOWED.concat(['MIT-0', 'BlueOak-1.0.0', 'Python-2.0', 'CC-BY-4.0', 'CC-BY-3.0', 'MPL-2.0', 'WTFPL']);

const NOTICES = `Rust standard library (MIT OR Apache-2.0, https://github.com/rust-lang/rust)
  Copyright (c) The Rust Project Contributors. Under the MIT license, whose text is at the end.

LLVM libunwind and compiler-rt, in the Linux builds (Apache-2.0 WITH LLVM-exception, https://llvm.org)
  Under the Apache License 2.0, whose text is at the end, with this exception: "As an exception, if, as a
  result of your compiling your source code, portions of this Software are embedded into an Object form
  of such source code, you may redistribute such embedded portions in such Object form without complying
  with the conditions of Sections 4(a), 4(b) and 4(d) of the License."
`;

function cargo(args) {
  const done = spawnSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error || done.status !== 0) throw new Error(`cargo ${args[0]} failed: ${done.error ? done.error.message : done.stderr}`);
  return JSON.parse(done.stdout);
}

const isMacro = ({ targets }) => targets.every(({ kind }) => kind.includes('proc-macro') || kind.includes('custom-build'));

/** The packages linked into the build of one target: normal dependencies without macros, which run only while compiling. */
function linked(target) {
  const { packages, resolve } = cargo(['metadata', '--locked', '--format-version', '1', '--filter-platform', target.rust]);
  const byId = new Map(packages.map((each) => [each.id, each]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const found = new Map();
  const queue = [resolve.root];
  while (queue.length) {
    for (const { pkg, dep_kinds: kinds } of nodes.get(queue.pop()).deps) {
      const each = byId.get(pkg);
      if (found.has(pkg) || isMacro(each) || !kinds.some(({ kind }) => kind === null)) continue;
      found.set(pkg, each);
      queue.push(pkg);
    }
  }
  return { found, packages };
}

/** The crates of all targets, sorted by name and version, and the problems found. */
function crates() {
  const shipped = new Map();
  const problems = new Set();
  for (const target of TARGETS) {
    const { found, packages } = linked(target);
    for (const each of packages) {
      const id = `${each.name} ${each.version}`;
      if (each.source !== null && !each.source.startsWith('registry+'))
        problems.add(`${id} does not come from the registry: ${each.source.split('+')[0]}`);
      // A package without a source belongs to this repository.
      if (found.has(each.id) && each.source !== null) shipped.set(id, each);
    }
  }
  const list = Array.from(shipped.values()).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
  return { list, problems: Array.from(problems) };
}

const tidy = (text) =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/^\n+|\n+$/g, '');

/** The texts in a crate's folder that belong to the chosen licences, and its notices. */
function texts(each, chosen) {
  const folder = path.dirname(each.manifest_path);
  const files = fs
    .readdirSync(folder)
    .filter((name) => /^(licen[sc]e|copying|unlicense|notice|copyright)/i.test(name) && fs.statSync(path.join(folder, name)).isFile())
    .sort();
  const fits = (name) => chosen.some((licence) => name.toLowerCase().includes(licence.toLowerCase().split('-')[0]));
  const general = files.filter((name) => /^(licen[sc]e|copying)(\.\w+)?$/i.test(name));
  const notices = files.filter((name) => /^(notice|copyright)/i.test(name));
  const own = files.filter((name) => fits(name) && !notices.includes(name));
  const more = each.name === 'ring' ? files.filter((name) => /BoringSSL|other-bits/.test(name)) : [];
  const picked = Array.from(new Set((own.length ? own.concat(more) : general.concat(more)).concat(notices)));
  return picked.map((name) => tidy(fs.readFileSync(path.join(folder, name), 'utf8')));
}

/** libdbus, whose C source is part of libdbus-sys. It offers AFL-2.1 or GPL and is used under AFL-2.1. */
function libdbus(list) {
  const carrier = list.find(({ name }) => name === 'libdbus-sys');
  if (!carrier) return [];
  const both = fs.readFileSync(path.join(path.dirname(carrier.manifest_path), 'vendor', 'dbus', 'COPYING'), 'utf8');
  const text = tidy(both.slice(both.indexOf('The Academic Free License'), both.indexOf('END OF ACADEMIC FREE LICENSE')));
  const notice = 'Copyright (C) 2002-2006 Red Hat Inc. and the D-Bus authors.\nLicensed under the Academic Free License version 2.1';
  return [
    {
      title: 'libdbus (C library, in the Linux builds), from libdbus-sys',
      licence: 'AFL-2.1 OR GPL-2.0-or-later; here: AFL-2.1',
      texts: [`${notice}\n\n${text}`],
    },
  ];
}

function entries(list, problems) {
  return list.map((each) => {
    const chosen = each.license ? choose(each.license, ALLOWED) : null;
    if (!chosen) problems.push(`${each.name} ${each.version} has a licence that is not on the list: ${each.license || 'none'}`);
    const found = chosen ? texts(each, chosen) : [];
    const authors = each.authors.map((author) => author.replace(/ *<.*>/, '')).join(', ') || `the ${each.name} authors`;
    const source = each.repository ? `, ${each.repository.replace(/\.git$|\/$/, '')}` : '';
    return {
      title: `${each.name} ${each.version} (${each.license}${source})`,
      licence: chosen && chosen.join(' AND '),
      texts: found.length
        ? found
        : [`Copyright (c) ${authors}. Under the ${chosen && chosen.join(' and ')} license, whose text is at the end.`],
    };
  });
}

const GRANT = /Permission is hereby granted, free of charge,[\s\S]*DEALINGS IN THE\s+SOFTWARE\.?/;
const words = (text) => text.replace(/\s+/g, ' ').replace(/\.$/, '').toLowerCase();
const STANDARD = words(GRANT.exec(fs.readFileSync(path.join(root, 'LICENSE'), 'utf8'))[0]);

/** Replaces the MIT license by a reference if the text is word for word the same, and keeps the copyright lines. */
function shortened(text) {
  const [grant] = GRANT.exec(text) || [''];
  if (words(grant) !== STANDARD) return text;
  const rest = text
    .replace(grant, '')
    .split('\n')
    .filter((line) => !/^\W*(the )?mit licen[sc]e( \(mit\))?\W*$/i.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
  return `${tidy(rest)}\nUnder the MIT license, whose text is at the end.`.trim();
}

function apache(list) {
  for (const each of list) {
    const file = path.join(path.dirname(each.manifest_path), 'LICENSE-APACHE');
    if (fs.existsSync(file)) return tidy(fs.readFileSync(file, 'utf8'));
  }
  throw new Error('No crate contains the text of the Apache License.');
}

/** Formats the file. Entries with equal texts share one copy. */
function render(all, list) {
  const groups = new Map();
  for (const entry of all) {
    const text = entry.texts.map(shortened).join('\n\n');
    if (!groups.has(text)) groups.set(text, []);
    groups.get(text).push(entry);
  }
  const line = '='.repeat(100);
  const blocks = Array.from(
    groups,
    ([text, group]) =>
      `${line}\n${group.map(({ title, licence }) => `${title}${licence ? `\n  used under: ${licence}` : ''}`).join('\n')}\n\n${text}\n`,
  );
  const mit = tidy(GRANT.exec(fs.readFileSync(path.join(root, 'LICENSE'), 'utf8'))[0]);
  blocks.push(`${line}\nThe MIT license\n\n${mit}\n`, `${line}\nThe Apache License 2.0\n\n${apache(list)}\n`);
  return `netsuite-tba is under the MIT license (LICENSE). Its native part holds the following software of others.\n\n${NOTICES}\n${blocks.join('\n')}`;
}

/** Problems of the npm packages: a runtime dependency, or a tool under an unknown licence. */
function npmProblems() {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const problems = Object.keys(manifest.dependencies || {}).map((name) => `npm dependency at run time: ${name}`);
  for (const [place, each] of Object.entries(lock.packages)) {
    if (place === '' || each.link) continue;
    if (/^git|^https?:.*\.git/.test(each.resolved || '')) problems.push(`${place} comes from git`);
    if (each.license && !choose(each.license, ALLOWED_TOOLS))
      problems.push(`${place} has a licence that is not on the list: ${each.license}`);
  }
  return problems;
}

function main(check) {
  const { list, problems } = crates();
  const text = render(entries(list, problems).concat(libdbus(list)), list);
  problems.push(...npmProblems());
  for (const problem of problems) console.error(problem);
  if (problems.length) return 1;
  if (!check) fs.writeFileSync(OUTPUT, text);
  else if (!fs.existsSync(OUTPUT) || fs.readFileSync(OUTPUT, 'utf8') !== text) {
    console.error('THIRD_PARTY_LICENSES is stale: run npm run licences and commit it.');
    return 1;
  }
  console.error(`${list.length} crates, all under allowed licences; no git dependencies, no npm dependencies at run time.`);
  return 0;
}

module.exports = { crates };

if (require.main === module) process.exitCode = main(process.argv.includes('--check'));
