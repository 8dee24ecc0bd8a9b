'use strict';

// Makes what is published. `ready` is npm's prepack: the native part of this machine, built for release, and
// a package.json without what only a clone needs; `done`, its postpack, puts the whole one back.
// `platforms` writes one package per platform under npm/. `release` names them in package.json, for the
// release workflow alone: until they are published, an exact version in a scope that npm cannot resolve
// makes `npm ci` fail, and would run whatever somebody else put there.

const fs = require('fs');
const path = require('path');
const elf = require('./elf');
const { build } = require('./build');
const { TARGETS, fileOf, host } = require('./targets');

const root = path.join(__dirname, '..');
const SCOPE = '@netsuite-tba';
const WORDS = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

const manifestFile = path.join(root, 'package.json');
const manifest = () => JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
const text = (value) => `${JSON.stringify(value, null, 2)}\n`;
const folderOf = (target) => path.join(root, 'npm', target.name);

// Out of the way of git and of npm's file list; a pack that was killed is put right by the next.
const aside = path.join(root, 'target', 'package.json.whole');

function done() {
  if (!fs.existsSync(aside)) return 0;
  if (manifest().scripts === undefined) fs.copyFileSync(aside, manifestFile);
  fs.unlinkSync(aside);
  return 0;
}

function ready() {
  done();
  const wanted = fileOf(host());
  for (const name of fs.readdirSync(root)) {
    if (/^netsuite-tba\..*\.node/.test(name) && name !== wanted) fs.unlinkSync(path.join(root, name));
  }
  const code = build(false);
  if (code !== 0) return code;
  fs.mkdirSync(path.dirname(aside), { recursive: true });
  fs.copyFileSync(manifestFile, aside);
  fs.writeFileSync(manifestFile, text(packed(manifest())));
  return 0;
}

/** The manifest without scripts, which npm would warn of, and tools, which nobody installs. */
function packed(parts) {
  const { scripts, devDependencies, ...rest } = parts;
  return rest;
}

function packageOf(target, { version, license, engines, repository }) {
  const system = `${WORDS[target.os]} ${target.cpu}${target.libc ? ` (${target.libc})` : ''}`;
  return Object.assign(
    {
      name: `${SCOPE}/${target.name}`,
      version,
      description: `The native part of netsuite-tba for ${system}`,
      license,
    },
    repository && { repository },
    {
      main: fileOf(target),
      files: [fileOf(target), 'THIRD_PARTY_LICENSES'],
      // npm leaves out, without a word, an optional dependency whose engines do not fit: the same as the root's.
      engines,
      os: [target.os],
      cpu: [target.cpu],
    },
    target.libc && { libc: [target.libc] },
    { preferUnplugged: true },
  );
}

const readme = (target) => `# ${SCOPE}/${target.name}

The native part of netsuite-tba for this platform. Install \`netsuite-tba\`; it brings this along.
`;

/** Writes every platform package; those without a build yet are named. */
function platforms() {
  const parts = manifest();
  const empty = [];
  for (const target of TARGETS) {
    const folder = folderOf(target);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), text(packageOf(target, parts)));
    fs.writeFileSync(path.join(folder, 'README.md'), readme(target));
    for (const file of ['LICENSE', 'THIRD_PARTY_LICENSES']) fs.copyFileSync(path.join(root, file), path.join(folder, file));
    const binary = path.join(folder, fileOf(target));
    const local = path.join(root, fileOf(target));
    if (!fs.existsSync(binary) && target.name === host().name && isRelease(local)) fs.copyFileSync(local, binary);
    if (!fs.existsSync(binary)) empty.push(target.name);
  }
  console.error(`Wrote ${TARGETS.length} packages to npm/.`);
  if (empty.length) console.error(`Not built yet: ${empty.join(', ')} (npm run build -- --target NAME).`);
  return empty;
}

/** A debug build is ten times the size and must not be published. */
function isRelease(file) {
  if (!fs.existsSync(file)) return false;
  const asks = elf.read(file);
  return !asks || asks.stripped;
}

/** The root's manifest as it is published: with the platform packages, at exactly its own version. */
function published(parts) {
  const optionalDependencies = {};
  for (const target of TARGETS) optionalDependencies[`${SCOPE}/${target.name}`] = parts.version;
  return Object.assign(packed(parts), { optionalDependencies });
}

function release() {
  const empty = platforms();
  if (empty.length) return 1;
  fs.writeFileSync(manifestFile, text(published(manifest())));
  console.error('package.json names the platform packages now. Publish npm/* first, then the root.');
  return 0;
}

const COMMANDS = {
  ready,
  done,
  platforms: () => {
    platforms();
    return 0;
  },
  release,
};

module.exports = { isRelease, packageOf, packed, published };

if (require.main === module) {
  const command = COMMANDS[process.argv[2]];
  if (!command) console.error(`Usage: node scripts/pack.js ${Object.keys(COMMANDS).join(' | ')}`);
  process.exitCode = command ? command() : 2;
}
