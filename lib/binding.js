'use strict';

// Loads the native part: a build in this folder if there is one, otherwise the package for this platform.

const { TbaError } = require('./error');

const { platform, arch } = process;
const abis = { linux: ['-gnu', '-musl'], win32: ['-msvc'] }[platform] || [''];
const BUILT_FOR = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];

function load() {
  const failures = [];
  for (const abi of abis) {
    const triple = `${platform}-${arch}${abi}`;
    for (const id of [`../netsuite-tba.${triple}.node`, `@netsuite-tba/${triple}`]) {
      try {
        if (platform === 'linux') assertWhole(id[0] === '.' ? `${__dirname}/${id}` : require.resolve(id));
        return require(id);
      } catch (error) {
        failures.push({ id, missing: error.code === 'MODULE_NOT_FOUND', reason: String(error.message).split('\n')[0] });
      }
    }
  }
  throw notLoaded(failures);
}

/** Throws if an ELF file is truncated: loading it would kill the process without a message. */
function assertWhole(file) {
  const { closeSync, openSync, readSync } = require('fs');
  let open;
  try {
    open = openSync(file, 'r');
  } catch {
    // Missing or unreadable: require() reports it.
    return;
  }
  try {
    const head = Buffer.alloc(64);
    if (readSync(open, head, 0, 64, 0) < 64 || head.latin1Slice(0, 4) !== '\u007fELF') return;
    // The section headers come last in the file: offset + size * count is its length.
    const end = head.readUInt32LE(40) + head.readUInt16LE(58) * head.readUInt16LE(60);
    // Reading the last byte is cheaper than asking for the size.
    if (readSync(open, head, 0, 1, end - 1) < 1) throw new Error(`it is truncated: it should have ${end} bytes`);
  } finally {
    closeSync(open);
  }
}

/** Whether this code runs inside a bundle, which cannot contain the native part. */
const isBundled = () => !require('fs').existsSync(require('path').join(__dirname, 'binding.js'));

/** Native builds for other platforms: a sign that node_modules was copied from another machine. */
function foreign() {
  const path = require('path');
  const root = path.join(__dirname, '..');
  const list = (folder) => {
    try {
      return require('fs').readdirSync(folder);
    } catch {
      return [];
    }
  };
  const here = abis.map((abi) => `${platform}-${arch}${abi}`);
  const beside = list(root).filter((name) => name.endsWith('.node') && !here.some((triple) => name.includes(`.${triple}.`)));
  const scope = [path.join(root, 'node_modules', '@netsuite-tba'), path.join(root, '..', '@netsuite-tba')];
  const packages = [].concat(...scope.map(list)).filter((name) => BUILT_FOR.some((each) => name.startsWith(each)) && !here.includes(name));
  return beside.concat(packages.map((name) => `@netsuite-tba/${name}`));
}

function remedy(failures) {
  const rebuild = 'in a clone, or installed from git, run npm run build in it (needs Rust)';
  if (isBundled())
    return 'netsuite-tba was put into a bundle, which cannot hold its native part: mark it as external (esbuild --external:netsuite-tba, externals of webpack and rollup) and install it beside the bundle.';
  if (!BUILT_FOR.includes(`${platform}-${arch}`)) return `There are builds for ${BUILT_FOR.join(', ')}. For another platform: ${rebuild}.`;
  const strangers = foreign();
  if (failures.every(({ missing }) => missing) && strangers.length) {
    return `It was installed for another platform (${strangers.join(', ')} is there): remove node_modules and install on this machine.`;
  }
  if (failures.some(({ reason }) => /GLIBC_[\d.]+' not found/.test(reason))) {
    return `This system's C library is older than the build needs (published builds need glibc 2.17): install the published package, or ${rebuild}.`;
  }
  return `Remove node_modules and install netsuite-tba again on this machine, without --omit=optional or --no-optional; ${rebuild}.`;
}

function notLoaded(failures) {
  const tried = failures.map(({ id, reason }) => `  ${id}: ${reason}`).join('\n');
  const nextStep = remedy(failures);
  const message = `The native part of netsuite-tba could not be loaded on ${platform}-${arch} (Node ${process.versions.node}). Tried:\n${tried}\n${nextStep}`;
  return new TbaError({ code: 'BINDING_MISSING', message, nextStep, exitCode: 1 });
}

module.exports = load();
