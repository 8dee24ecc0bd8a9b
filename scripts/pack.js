'use strict';

// Prepares what is published.
//
// `ready` is npm's prepack: it builds the native part of this machine for release, and removes from package.json
// what only a clone needs. `done`, npm's postpack, restores package.json.
// `platforms` writes one package for each platform under npm/.
// `release` also adds them to package.json. Only the release workflow may do that: until the packages are published,
// `npm ci` would fail, or install whatever somebody else published under these names.

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

// Ignored by git and not packed by npm. If a pack was killed, the next one restores the file.
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

/** The manifest without scripts, which npm would warn about, and without development tools. */
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
      // The same as in the root, because npm silently skips an optional dependency whose engines do not fit.
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

/** Writes every platform package and prints which of them have no build yet. */
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

/** Whether this is a release build. A debug build is ten times as large and must not be published. */
function isRelease(file) {
  if (!fs.existsSync(file)) return false;
  const asks = elf.read(file);
  return !asks || asks.stripped;
}

/** The manifest of the root as it is published: with the platform packages in exactly its own version. */
function published(parts) {
  const optionalDependencies = {};
  for (const target of TARGETS) optionalDependencies[`${SCOPE}/${target.name}`] = parts.version;
  return Object.assign(packed(parts), { optionalDependencies });
}

function release() {
  const empty = platforms();
  if (empty.length) return 1;
  fs.writeFileSync(manifestFile, text(published(manifest())));
  console.error('package.json now names the platform packages. Publish npm/* first, then the root.');
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
