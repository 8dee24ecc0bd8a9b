'use strict';

// node scripts/rooms.js: checks the plan of ARCHITECTURE.md. A room of src/ uses only the rooms above
// it, and no two files use each other, directly or through others. Prints the figures of the tree.

const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..');
const ROOMS = [
  'base',
  'fs',
  'tty',
  'prompt',
  'netsuite',
  'requests',
  'consent',
  'vault',
  'project',
  'selection',
  'session',
  'init',
  'cli',
  'node',
];
// These are test code under their own names; their uses do not count.
const IS_TEST = /(^|\/)(tests|\w*_tests|fixture|fake_server|fuzz_entry)(\/|\.rs$)/;

function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

/** The module path of a file, `vault::stores::file`. */
const moduleOf = (file) =>
  path
    .relative(path.join(root, 'src'), file)
    .replace(/(\/|\\)?mod\.rs$|\.rs$/, '')
    .split(path.sep)
    .join('::');

/** A file's code without its inline tests and comments. */
const code = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .replace(/#\[cfg\((?:all\()?test[^\n]*\]\nmod \w*tests \{[\s\S]*?\n\}\n?/g, '')
    .replace(/\/\/.*$/gm, '');

/** Every `crate::a::b` path of a text, those of grouped uses included. */
function usesOf(text) {
  const found = [];
  for (const [, head, group] of text.matchAll(/crate::([\w:]+?)(?:::\{([^}]*)\}|(?![\w:]))/g)) {
    if (group === undefined) found.push(head);
    else
      for (const name of group
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean))
        found.push(`${head}::${name.split(' ')[0]}`);
  }
  return found;
}

/** The longest module that starts the path. */
function target(used, modules) {
  const parts = used.split('::');
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join('::');
    if (modules.has(name)) return name;
  }
  return null;
}

function graph() {
  const files = filesBelow(path.join(root, 'src')).filter((file) => file.endsWith('.rs') && !IS_TEST.test(path.relative(root, file)));
  const modules = new Map(files.map((file) => [moduleOf(file), file]));
  const edges = new Map();
  for (const [name, file] of modules) {
    if (name === 'lib') continue;
    const parent = name.split('::').slice(0, -1).concat('').join('::');
    const text = code(file).replace(/\bsuper::/g, `crate::${parent}`);
    const children = Array.from(text.matchAll(/(?<![\w:])(\w+)::/g), ([, child]) => `${name}::${child}`);
    const used = new Set(
      usesOf(text)
        .concat(children.filter((child) => modules.has(child)))
        .map((each) => target(each, modules)),
    );
    used.delete(null);
    used.delete(name);
    edges.set(name, used);
  }
  return edges;
}

function upward(edges) {
  const problems = [];
  for (const [from, used] of edges) {
    const at = ROOMS.indexOf(from.split('::')[0]);
    if (at < 0) problems.push(`${from} is in no room that scripts/rooms.js knows`);
    for (const to of used) if (ROOMS.indexOf(to.split('::')[0]) > at) problems.push(`${from} uses ${to}, a room below its own`);
  }
  return problems;
}

/** Groups of files that use each other (Tarjan's strongly connected components of more than one file). */
function circles(edges) {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (name) => {
    index.set(name, index.size);
    low.set(name, index.get(name));
    stack.push(name);
    for (const next of edges.get(name) || []) {
      if (!index.has(next)) {
        visit(next);
        low.set(name, Math.min(low.get(name), low.get(next)));
      } else if (stack.includes(next)) low.set(name, Math.min(low.get(name), index.get(next)));
    }
    if (low.get(name) !== index.get(name)) return;
    const group = stack.splice(stack.indexOf(name));
    if (group.length > 1) found.push(group.sort());
  };
  for (const name of edges.keys()) if (!index.has(name)) visit(name);
  return found;
}

function main() {
  const edges = graph();
  const problems = upward(edges).concat(circles(edges).map((group) => `these files use each other: ${group.join(', ')}`));
  for (const problem of problems) console.error(problem);
  console.log(`${edges.size} files in ${ROOMS.length} rooms, ${circles(edges).length} circles.`);
  return problems.length ? 1 : 0;
}

process.exitCode = main();
