'use strict';

// Loads the native part: a build in this folder if there is one, otherwise the package for this platform.

const { TbaError } = require('./error');

// The same as in package.json, which a test compares. A constant, because reading a file would slow every start.
const VERSION = '0.1.0';

const { platform, arch } = process;
const abis = { linux: ['-gnu', '-musl'], win32: ['-msvc'] }[platform] || [''];
const BUILT_FOR = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];

const OTHER_VERSION = 'OTHER_VERSION';

// Jest hands this to every module it loads.
const UNDER_JEST = typeof jest !== 'undefined';

function load() {
  const failures = [];
  for (const abi of abis) {
    const triple = `${platform}-${arch}${abi}`;
    for (const id of [`../netsuite-tba.${triple}.node`, `@netsuite-tba/${triple}`]) {
      try {
        if (id[0] === '@') assertSameVersion(id);
        if (platform === 'linux') assertWhole(id[0] === '.' ? `${__dirname}/${id}` : require.resolve(id));
        return UNDER_JEST ? belowJest(require.resolve(id)) : require(id);
      } catch (error) {
        const { name, code, permission } = error;
        failures.push({ id, name, code, permission, missing: code === 'MODULE_NOT_FOUND', reason: String(error.message).split('\n')[0] });
      }
    }
  }
  throw notLoaded(failures);
}

/**
 * Loads a native file so that Jest's --detectOpenHandles does not list it. The file makes a handle that keeps no process
 * running, but Jest lists every handle with a require() of its own among the first 100 calls of the stack.
 */
function belowJest(file) {
  const loaded = { exports: {} };
  const descend = (left) => (left === 0 ? process.dlopen(loaded, file) : descend(left - 1));
  descend(110);
  return loaded.exports;
}

/**
 * Throws if the platform's package has another version than this one. The two talk over an interface that changes between
 * versions, and a lock file or an override can mix them.
 */
function assertSameVersion(id) {
  const { version } = require(`${id}/package.json`);
  if (version === VERSION) return;
  throw Object.assign(new Error(`its version is ${version}, but netsuite-tba is ${VERSION}`), { code: OTHER_VERSION, id });
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
function isBundled() {
  // A program that Bun compiled has the folders of the machine it was compiled on in its code.
  if (typeof Bun !== 'undefined' && /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/i.test(Bun.main)) return true;
  return !require('fs').existsSync(require('path').join(__dirname, 'binding.js'));
}

/** The flag that lets this process load the native part, if its permissions are what is missing. */
function permissionAdvice(failures) {
  const find = (test) => failures.find(test);
  const deno = find(({ name }) => name === 'NotCapable');
  if (deno) {
    const [flag] = /--allow-[a-z]+/.exec(deno.reason) || ['--allow-ffi'];
    return `Add ${flag} to the flags of deno: netsuite-tba loads a native library, for which Deno needs --allow-ffi, and reads its own files.`;
  }
  if (find(({ code }) => code === 'ERR_DLOPEN_DISABLED')) {
    return process.permission
      ? "Add --allow-addons to node's flags: with --permission, Node loads no native code without it."
      : "Remove --no-addons from node's flags and from NODE_OPTIONS: netsuite-tba needs its native part.";
  }
  const denied = find(({ code }) => code === 'ERR_ACCESS_DENIED');
  if (!denied) return undefined;
  if (denied.permission && denied.permission !== 'FileSystemRead') return "Add --allow-addons to node's flags.";
  return `Add --allow-fs-read=${require('path').dirname(__dirname)} to node's flags: with --permission, Node reads no file without it.`;
}

/** What the loader did not find: a system library or, with musl, a function of glibc. Both loaders have their own words. */
function missingLibrary(failures) {
  const words = [/^([\w.+-]+): cannot open shared object file/, /^Error loading shared library ([\w.+-]+):/];
  for (const { reason } of failures) {
    const found = words.map((each) => each.exec(reason)).find(Boolean);
    if (found) return found[1];
    if (/^Error relocating .*: symbol not found/.test(reason)) return 'libc.so.6';
  }
  return undefined;
}

/** Whether a build for musl was found where the C library is glibc: glibc's loader has no libc.so or cannot use the one it finds. */
function isMuslOnGlibc(failures) {
  return failures.some(({ reason }) => /(^|\/)libc\.(so|musl-[\w.-]+): (cannot open shared object file|invalid ELF header)/.test(reason));
}

function libraryAdvice(name) {
  if (/^(ld-linux|ld64|libc\.so\.6|libgcc_s|lib(m|dl|pthread|rt)\.so)/.test(name)) {
    return `This build needs the library ${name} of glibc, which this system lacks. On Alpine and other musl systems, remove node_modules and install there, so that @netsuite-tba/${platform}-${arch}-musl is chosen.`;
  }
  return `The system library ${name} is missing: install the package of the system that contains it.`;
}

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
  const permission = permissionAdvice(failures);
  if (permission) return permission;
  const rebuild = 'in a clone, or installed from git, run npm run build in it (needs Rust)';
  if (isBundled())
    return 'netsuite-tba was put into a bundle, which cannot hold its native part: mark it as external (esbuild --external:netsuite-tba, externals of webpack and rollup) and install it beside the bundle.';
  if (!BUILT_FOR.includes(`${platform}-${arch}`)) return `There are builds for ${BUILT_FOR.join(', ')}. For another platform: ${rebuild}.`;
  const strangers = foreign();
  if (failures.every(({ missing }) => missing) && strangers.length) {
    return `It was installed for another platform (${strangers.join(', ')} is there): remove node_modules and install on this machine.`;
  }
  const other = failures.find(({ code }) => code === OTHER_VERSION);
  if (other) {
    return `Install netsuite-tba ${VERSION} again, so that ${other.id} gets the same version. If it does not, an override or a lock file asks for another one: npm ls ${other.id} shows it.`;
  }
  if (isMuslOnGlibc(failures)) {
    return `The installed build is for musl systems such as Alpine, and this system's C library is glibc. Remove node_modules and install on this machine, so that @netsuite-tba/${platform}-${arch}-gnu is chosen.`;
  }
  if (failures.some(({ reason }) => /GLIBC_[\d.]+' not found/.test(reason))) {
    return `This system's C library is older than the build needs (published builds need glibc 2.17): install the published package, or ${rebuild}.`;
  }
  const library = missingLibrary(failures);
  if (library) return libraryAdvice(library);
  return `Remove node_modules and install netsuite-tba again on this machine, without --omit=optional or --no-optional; ${rebuild}.`;
}

function notLoaded(failures) {
  const tried = failures.map(({ id, reason }) => `  ${id}: ${reason}`).join('\n');
  const nextStep = remedy(failures);
  const message = `The native part of netsuite-tba could not be loaded on ${platform}-${arch} (Node ${process.versions.node}). Tried:\n${tried}\n${nextStep}`;
  return new TbaError({ code: 'BINDING_MISSING', message, nextStep, exitCode: 1 });
}

module.exports = load();
