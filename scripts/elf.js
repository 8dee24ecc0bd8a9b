'use strict';

// Reads from a Linux shared library which libraries and glibc version it needs, and which names it exports.

const fs = require('fs');

const DYNAMIC = 6;
const SYMTAB = 2;
const DYNSYM = 11;
const VERNEED = 0x6ffffffe;
const NEEDED = 1;
const MACHINES = { 62: 'x64', 183: 'arm64' };

function text(bytes, at) {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}

function sections(bytes) {
  const start = Number(bytes.readBigUInt64LE(40));
  const size = bytes.readUInt16LE(58);
  return Array.from({ length: bytes.readUInt16LE(60) }, (_, index) => {
    const at = start + index * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
      link: bytes.readUInt32LE(at + 40),
      info: bytes.readUInt32LE(at + 44),
    };
  });
}

/** The names of the libraries it is linked with. */
function neededLibraries(bytes, all) {
  const names = [];
  for (const { offset, size, link } of all.filter(({ type }) => type === DYNAMIC)) {
    for (let at = offset; at < offset + size; at += 16) {
      if (bytes.readBigUInt64LE(at) === BigInt(NEEDED)) names.push(text(bytes, all[link].offset + Number(bytes.readBigUInt64LE(at + 8))));
    }
  }
  return names;
}

/** Every symbol version it needs, such as GLIBC_2.17. */
function neededVersions(bytes, all) {
  const versions = [];
  for (const { offset, link, info } of all.filter(({ type }) => type === VERNEED)) {
    for (let entry = offset, left = info; left > 0; left -= 1) {
      let part = entry + bytes.readUInt32LE(entry + 8);
      for (let parts = bytes.readUInt16LE(entry + 2); parts > 0; parts -= 1) {
        versions.push(text(bytes, all[link].offset + bytes.readUInt32LE(part + 8)));
        part += bytes.readUInt32LE(part + 12);
      }
      entry += bytes.readUInt32LE(entry + 12);
    }
  }
  return versions;
}

/** The names it exports. */
function exportedNames(bytes, all) {
  const names = [];
  for (const { offset, size, link } of all.filter(({ type }) => type === DYNSYM)) {
    for (let at = offset; at < offset + size; at += 24) {
      const undefinedSection = bytes.readUInt16LE(at + 6) === 0;
      if (!undefinedSection) names.push(text(bytes, all[link].offset + bytes.readUInt32LE(at)));
    }
  }
  return names;
}

/** Compares versions by number: 2.4 comes before 2.17. */
function byVersion(a, b) {
  const [one, other] = [a, b].map((version) => version.split('.').map(Number));
  return one[0] - other[0] || (one[1] || 0) - (other[1] || 0);
}

/** What the library needs and exports, or null if the file is not a 64-bit ELF file. */
function read(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2) return null;
  const all = sections(bytes);
  const glibc = neededVersions(bytes, all)
    .filter((name) => /^GLIBC_\d/.test(name))
    .map((name) => name.slice(6));
  return {
    size: bytes.length,
    cpu: MACHINES[bytes.readUInt16LE(18)] || 'other',
    needed: neededLibraries(bytes, all),
    glibc: glibc.sort(byVersion).pop() || null,
    exported: exportedNames(bytes, all),
    stripped: !all.some(({ type }) => type === SYMTAB),
  };
}

module.exports = { byVersion, read };
