'use strict';

// Loads the native part: a build beside this package, else the platform's own package.

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
        return require(id);
      } catch (error) {
        failures.push({ id, missing: error.code === 'MODULE_NOT_FOUND', reason: String(error.message).split('\n')[0] });
      }
    }
  }
  throw notLoaded(failures);
}

/** Native builds of other platforms that lie beside this package: it was copied from there. */
function foreign() {
  try {
    const names = require('fs').readdirSync(require('path').join(__dirname, '..'));
    return names.filter((name) => name.endsWith('.node') && !abis.some((abi) => name.includes(`.${platform}-${arch}${abi}.`)));
  } catch (error) {
    return [];
  }
}

function remedy(failures) {
  const rebuild = 'in a clone, or installed from git, run npm run build in it (needs Rust)';
  if (!BUILT_FOR.includes(`${platform}-${arch}`)) return `There are builds for ${BUILT_FOR.join(', ')}. For another platform ${rebuild}.`;
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
