'use strict';

// The platforms that have builds, with their names in npm, cargo and zig.

const LINUX = 'libnetsuite_tba.so';
const MAC = 'libnetsuite_tba.dylib';
const WINDOWS = 'netsuite_tba.dll';

/** The oldest glibc that the Linux builds run on: that of RHEL 7. Debian 8 and Ubuntu 14.04 have a newer one. */
const GLIBC_FLOOR = '2.17';

const TARGETS = [
  { name: 'linux-x64-gnu', rust: 'x86_64-unknown-linux-gnu', os: 'linux', cpu: 'x64', libc: 'glibc', library: LINUX },
  { name: 'linux-arm64-gnu', rust: 'aarch64-unknown-linux-gnu', os: 'linux', cpu: 'arm64', libc: 'glibc', library: LINUX },
  { name: 'linux-x64-musl', rust: 'x86_64-unknown-linux-musl', os: 'linux', cpu: 'x64', libc: 'musl', library: LINUX },
  { name: 'linux-arm64-musl', rust: 'aarch64-unknown-linux-musl', os: 'linux', cpu: 'arm64', libc: 'musl', library: LINUX },
  { name: 'darwin-x64', rust: 'x86_64-apple-darwin', os: 'darwin', cpu: 'x64', library: MAC },
  { name: 'darwin-arm64', rust: 'aarch64-apple-darwin', os: 'darwin', cpu: 'arm64', library: MAC },
  { name: 'win32-x64-msvc', rust: 'x86_64-pc-windows-msvc', os: 'win32', cpu: 'x64', library: WINDOWS },
  { name: 'win32-arm64-msvc', rust: 'aarch64-pc-windows-msvc', os: 'win32', cpu: 'arm64', library: WINDOWS },
];

function isMusl() {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport();
  return !header.glibcVersionRuntime;
}

/** The target of this machine. A platform that is not in the table gets a name and cannot be cross-compiled. */
function host() {
  const { platform, arch } = process;
  const libc = isMusl() ? 'musl' : 'glibc';
  const row = TARGETS.find((target) => target.os === platform && target.cpu === arch && (!target.libc || target.libc === libc));
  return row || { name: `${platform}-${arch}${platform === 'linux' ? `-${isMusl() ? 'musl' : 'gnu'}` : ''}`, library: LINUX };
}

/** The file that the loader looks for. */
const fileOf = ({ name }) => `netsuite-tba.${name}.node`;

module.exports = { GLIBC_FLOOR, TARGETS, fileOf, host };
