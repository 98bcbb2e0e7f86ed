#!/usr/bin/env bash
# Installs and builds what the drivers need and is missing: setup.sh [PEER...]. One line a peer, READY or SKIPPED; one
# that fails stops no other. What the installers print is in .build/PEER.log.
set -u

cd "$(dirname -- "$(readlink -f -- "$0")")" || exit 1
readonly BUILD=$PWD/.build
readonly PEERS=(hnswlib faiss usearch lancedb sqlite-vec)
mkdir -p "$BUILD"

# fail REASON: ends the set-up of the peer that runs in this subshell.
fail() {
  echo "$1" >"$BUILD/$peer.reason"
  exit 1
}

# need_packages PACKAGE...: Debian packages, installed unless they all are.
need_packages() {
  dpkg-query -W -f='${db:Status-Status}\n' "$@" 2>/dev/null | grep -cx installed | grep -qx "$#" && return
  command -v apt-get >/dev/null || fail "needs $* and there is no apt-get"
  local root=()
  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || fail "needs $*: run as root, or install them first"
    root=(sudo -n)
  fi
  # A machine's package lists may be older than the archive, so a failure counts only after they are fetched anew.
  install() {
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
  }
  install "$@" || { "${root[@]}" apt-get update && install "$@"; } || fail "apt-get cannot install $*"
}

need_node() {
  command -v node >/dev/null || need_packages nodejs
  command -v npm >/dev/null || need_packages npm
}

# need_modules: the npm packages of ./$peer/package.json, at the versions that it names.
need_modules() {
  need_node
  cmp -s "$peer/package.json" "$peer/node_modules/.installed" && return
  # A module that has to be compiled uses the headers that a system package of Node brings.
  if [[ -z ${npm_config_nodedir:-} && -f /usr/include/node/node.h && $(command -v node) == /usr/bin/node ]]; then
    export npm_config_nodedir=/usr
  fi
  rm -rf "$peer/node_modules"
  (cd "$peer" && npm install --no-package-lock --no-audit --no-fund --omit=dev) ||
    fail "npm cannot install its packages"
  cp "$peer/package.json" "$peer/node_modules/.installed"
}

set_up_hnswlib() {
  command -v g++ >/dev/null || need_packages g++
  need_packages libhnswlib-dev nlohmann-json3-dev
  local version code state=$BUILD/hnswlib/state now
  version=$(dpkg-query -W -f='${Version}' libhnswlib-dev) || fail "libhnswlib-dev has no version"
  code=(hnswlib/*.cpp hnswlib/*.hpp)
  # Compiled for this processor: another one, as another compiler, asks for another binary.
  now=$(g++ --version | head -n 1; echo "$version"; grep -m1 -E "^(flags|Features)" /proc/cpuinfo; cksum "${code[@]}")
  mkdir -p "$BUILD/hnswlib"
  [[ -x $BUILD/hnswlib/driver && -f $state && $(<"$state") == "$now" ]] && return
  rm -f "$state"
  g++ -std=c++17 -O3 -march=native -pthread "-DHNSWLIB_VERSION=\"$version\"" hnswlib/driver.cpp \
    -o "$BUILD/hnswlib/driver" || fail "g++ cannot compile its driver"
  echo "$now" >"$state"
}

set_up_faiss() {
  # A Python of the user's own has its faiss already or not; nothing is installed for it.
  if [[ -z ${FAISS_PYTHON:-} ]]; then
    need_packages python3-faiss python3-numpy libopenblas0-openmp
  fi
}

set_up_usearch() { need_modules; }

set_up_lancedb() {
  command -v taskset >/dev/null || need_packages util-linux
  need_modules
}

set_up_sqlite-vec() { need_modules; }

# A peer is ready when its driver says hello.
set_up() {
  peer=$1
  local log=$BUILD/$peer.log answer version reason
  rm -f "$BUILD/$peer.reason"
  if ! ("set_up_$peer") >"$log" 2>&1 </dev/null; then
    reason=$(cat "$BUILD/$peer.reason" 2>/dev/null || echo "its set-up failed")
    echo "SKIPPED $peer: $reason; see bench/peers/.build/$peer.log"
    return
  fi
  answer=$(printf '{"op":"hello"}\n{"op":"quit"}\n' | "./$peer/run" 2>>"$log")
  version=$(sed -nE 's/.*"version": ?"([^"]*)".*/\1/p' <<<"$answer")
  if [[ -n $version ]]; then
    echo "READY $peer $version"
  else
    echo "SKIPPED $peer: its driver does not start: $(tail -n 1 "$log" | cut -c1-200)"
  fi
}

(($# > 0)) || set -- "${PEERS[@]}"
for wanted in "$@"; do
  if [[ " ${PEERS[*]} " == *" $wanted "* ]]; then
    set_up "$wanted"
  else
    echo "SKIPPED $wanted: there is no such peer"
  fi
done
