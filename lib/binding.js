'use strict';

// Loads the native part: a build beside this package, else the platform's own package.

const { TbaError } = require('./error');

const { platform, arch } = process;
const abis = { linux: ['-gnu', '-musl'], win32: ['-msvc'] }[platform] || [''];

function load() {
  const failures = [];
  for (const abi of abis) {
    const triple = `${platform}-${arch}${abi}`;
    for (const id of [`../netsuite-tba.${triple}.node`, `@netsuite-tba/${triple}`]) {
      try {
        return require(id);
      } catch (error) {
        failures.push(`  ${id}: ${String(error.message).split('\n')[0]}`);
      }
    }
  }
  const message = `The native part of netsuite-tba could not be loaded on ${platform}-${arch} (Node ${process.versions.node}). Tried:\n${failures.join('\n')}`;
  const nextStep = 'Install netsuite-tba again on this machine, without --omit=optional and not from a copied node_modules; in a clone run npm run build (needs Rust).';
  throw new TbaError({ code: 'BINDING_MISSING', message: `${message}\n${nextStep}`, nextStep, exitCode: 1 });
}

module.exports = load();
