#!/bin/sh
# with-bun.sh ARGUMENT…   run Bun, of the version this project pins, on ARGUMENT…
#
# A fresh machine has Node and npm, or only some Bun. This script makes the pinned Bun and the locked
# dependencies present (from the npm registry, once) and then becomes Bun. When nothing is missing it
# costs a few milliseconds. First runs at the same time wait for one another; one that was interrupted
# is started again from nothing.
set -eu
pinned=1.4.5
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
top=$(CDPATH='' cd -- "$here/.." && pwd)
tools=$top/.cache/bun-$pinned
lock=$top/.cache/first-run
stamp=$top/node_modules/.stampede-bun.lock

say() { echo "stampede: $*" >&2; }
fail() { say "$*"; exit 1; }

# Sets `bun`: the fetched one (tools/bin/bun is made last, so it is whole), or the one on the PATH when it is the pinned one.
find_bun() {
  bun=$tools/bin/bun
  [ -x "$bun" ] && return 0
  bun=$(command -v bun) && [ "$("$bun" --version 2>/dev/null)" = "$pinned" ]
}

is_complete() { find_bun && cmp -s "$top/bun.lock" "$stamp"; }

# Another user's process cannot be signalled, so a refused signal alone does not mean that it is gone.
is_running() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ] || ps -p "$1" >/dev/null 2>&1; }

# The lock is a symbolic link to the holder's process id: made in one step, and telling who holds it.
take_lock() {
  mkdir -p "$top/.cache" 2>/dev/null && [ -w "$top/.cache" ] ||
    fail "the first run needs to write to $top; run it once as the user who owns that folder"
  waits=0
  until ln -s "$$" "$lock" 2>/dev/null; do
    holder=$(readlink "$lock" 2>/dev/null) || continue
    if ! is_running "$holder"; then
      # Renaming lets one of several waiters remove it; whoever took a living one by mistake gives it back.
      mv "$lock" "$lock.$$" 2>/dev/null || continue
      [ "$(readlink "$lock.$$")" = "$holder" ] || ln -s "$(readlink "$lock.$$")" "$lock" 2>/dev/null || true
      rm -f "$lock.$$"
      continue
    fi
    [ "$waits" -gt 0 ] || say "waiting for another first run (process $holder)"
    waits=$((waits + 1))
    [ "$waits" -le 600 ] || fail "process $holder has held $lock for ten minutes; remove it if that is no first run"
    sleep 1
  done
  trap 'rm -f "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

fetch_bun() {
  command -v npm >/dev/null 2>&1 || command -v bun >/dev/null 2>&1 ||
    fail "needs npm (Node 20 or newer) or Bun on the PATH; neither was found"
  say "fetching Bun $pinned from the npm registry (once)"
  rm -rf "$tools"
  mkdir -p "$tools/bin"
  printf '{"private":true}\n' > "$tools/package.json"
  if command -v npm >/dev/null 2>&1; then
    (cd "$tools" && npm install --silent --no-audit --no-fund --no-package-lock "bun@$pinned") >&2
  else
    (cd "$tools" && bun add --silent "bun@$pinned") >&2
  fi || fail "fetching Bun $pinned failed; is the npm registry reachable?"
  # Where install scripts are forbidden, bun.exe is only a placeholder and the program is in a package of its own.
  for program in "$tools"/node_modules/bun/bin/bun.exe "$tools"/node_modules/@oven/*/bin/bun; do
    if [ "$("$program" --version 2>/dev/null)" = "$pinned" ]; then
      ln -s "../${program#"$tools"/}" "$tools/bin/bun"
      return 0
    fi
  done
  fail "Bun $pinned was fetched to $tools but does not run on this machine"
}

install_dependencies() {
  say "installing dependencies (once)"
  # Without its stamp a tree may be half written, and Bun would take what is there for whole.
  [ -e "$stamp" ] || rm -rf "$top/node_modules"
  rm -f "$stamp"
  (cd "$top" && "$bun" install --frozen-lockfile --no-progress --no-summary) >&2 ||
    fail "installing the dependencies failed; is the npm registry reachable?"
  cp "$top/bun.lock" "$stamp.$$"
  mv "$stamp.$$" "$stamp"
}

if ! is_complete; then
  take_lock
  find_bun || fetch_bun
  find_bun
  cmp -s "$top/bun.lock" "$stamp" || install_dependencies
  rm -f "$lock"
  trap - EXIT INT TERM HUP
fi

# Child processes find the same Bun.
PATH=${bun%/*}:$PATH
export PATH
# msgpackr's native helper can corrupt strings (msgpackr-extract#18); the JavaScript decoder is used.
MSGPACKR_NATIVE_ACCELERATION_DISABLED=true
# Memory that was freed stays with the process for some seconds: giving it back at once and asking for it again takes 5 to
# 8 % of a rush, and what a rush needed shall be free again afterwards. The same goes for free pieces within memory that is
# still in use, which would be looked for, given back and faulted in again ten times a second.
MIMALLOC_PURGE_DELAY=${MIMALLOC_PURGE_DELAY:-5000}
MIMALLOC_PURGE_HOLES_MIN_INTERVAL=${MIMALLOC_PURGE_HOLES_MIN_INTERVAL:-5000}
export MSGPACKR_NATIVE_ACCELERATION_DISABLED MIMALLOC_PURGE_DELAY MIMALLOC_PURGE_HOLES_MIN_INTERVAL
exec "$bun" "$@"
