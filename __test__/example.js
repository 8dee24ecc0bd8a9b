// Copies the example project to a temporary folder, with a real gulp and this package as its dependencies.
'use strict';

const fs = require('fs');
const path = require('path');

const ROOT = path.join(__dirname, '..');
const EXAMPLE = path.join(ROOT, 'examples', 'commerce-project');

/** Copies the files that git tracks, without what an earlier run left there. */
function copyExample(project, gulp) {
  const left = new Set(['node_modules', '.nsdeploy', '.env']);
  fs.cpSync(EXAMPLE, project, { recursive: true, filter: (from) => !left.has(path.basename(from)) });
  for (const name of fs.readdirSync(path.join(project, 'Workspace'))) {
    if (name !== 'README.md') fs.rmSync(path.join(project, 'Workspace', name), { recursive: true });
  }
  const modules = path.join(project, 'node_modules');
  fs.mkdirSync(path.join(modules, '.bin'), { recursive: true });
  // On Windows a "junction" needs no special rights. Other systems ignore the word.
  fs.symlinkSync(path.join(ROOT, 'node_modules', gulp), path.join(modules, 'gulp'), 'junction');
  fs.symlinkSync(ROOT, path.join(modules, 'netsuite-tba'), 'junction');
  if (process.platform !== 'win32') fs.symlinkSync('../gulp/bin/gulp.js', path.join(modules, '.bin', 'gulp'));
  return project;
}

/** Adds so many files of `bytes` bytes to the fetched extension and to its manifest. */
function addFiles(project, count, bytes) {
  const folder = path.join(project, 'Workspace', 'HelloWorld');
  const file = path.join(folder, 'manifest.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  const names = Array.from({ length: count }, (_, index) => `assets/added-${index}.txt`);
  fs.mkdirSync(path.join(folder, 'assets'), { recursive: true });
  for (const name of names) fs.writeFileSync(path.join(folder, name), `${name} `.padEnd(bytes, 'x'));
  fs.writeFileSync(file, JSON.stringify(Object.assign(manifest, { added: { files: names } })));
}

/** The arguments of node that run a task of the copied project. */
function gulpArguments(project, ...task) {
  return [path.join(project, 'node_modules', 'gulp', 'bin', 'gulp.js')].concat(task);
}

/** The files of an extension in Workspace, by their names in the manifest. */
function workspaceFiles(project, extension) {
  const root = path.join(project, 'Workspace', extension);
  const files = new Map();
  const walk = (folder) => {
    for (const entry of fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : []) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(file);
      else files.set(path.relative(root, file).split(path.sep).join('/'), fs.readFileSync(file));
    }
  };
  walk(root);
  return files;
}

/** The files of an extension in the simulator's account, by the same names. */
function deployedFiles(simulator, account, root) {
  const files = new Map();
  for (const folder of simulator.files.get(account).values()) {
    for (const [name, file] of folder) if (name.startsWith(`${root}/`)) files.set(name.slice(root.length + 1), file.bytes);
  }
  return files;
}

module.exports = { addFiles, copyExample, deployedFiles, gulpArguments, workspaceFiles };
