#!/bin/sh
# with-bun.sh ARGUMENT…   run Bun, of the version this project pins, on ARGUMENT…
#
# A fresh machine has Node and npm, or only some Bun. This script makes the pinned Bun and the locked
# dependencies present (from npm, once) and then hands over. When nothing is missing it costs a few
# milliseconds: two file comparisons.
set -eu
pinned=1.4.5
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
tools=$top/.cache/bun-$pinned

# The Bun on the PATH when it is the pinned one, else the one under .cache.
find_bun() {
  bun=$(command -v bun || true)
  [ -n "$bun" ] && [ "$("$bun" --version 2>/dev/null)" = "$pinned" ] && return 0
  for bun in "$tools"/node_modules/bun/bin/bun.exe "$tools"/node_modules/@oven/*/bin/bun; do
    [ -x "$bun" ] && [ "$("$bun" --version 2>/dev/null)" = "$pinned" ] && return 0
  done
  return 1
}

fetch_bun() {
  echo "stampede: fetching Bun $pinned from npm (once)" >&2
  mkdir -p "$tools"
  printf '{"private":true}\n' > "$tools/package.json"
  if command -v npm >/dev/null 2>&1; then
    (cd "$tools" && npm install --silent --no-audit --no-fund --no-package-lock "bun@$pinned") >&2
  elif command -v bun >/dev/null 2>&1; then
    (cd "$tools" && bun add --silent "bun@$pinned") >&2
  else
    echo "stampede: needs npm (Node 20 or newer) or Bun on the PATH; neither was found" >&2
    return 1
  fi
}

if ! find_bun; then
  fetch_bun || exit 1
  find_bun || { echo "stampede: Bun $pinned was fetched to $tools but does not run on this machine" >&2; exit 1; }
fi

stamp=$top/node_modules/.stampede-bun.lock
if ! cmp -s "$top/bun.lock" "$stamp"; then
  echo "stampede: installing dependencies (once)" >&2
  (cd "$top" && "$bun" install --frozen-lockfile --silent) >&2 || {
    echo "stampede: installing the dependencies failed; is the npm registry reachable?" >&2; exit 1; }
  cp "$top/bun.lock" "$stamp"
fi

PATH=$(dirname -- "$bun"):$PATH
export PATH
# msgpackr's native helper can corrupt strings (msgpackr-extract#18); the JavaScript decoder is used.
MSGPACKR_NATIVE_ACCELERATION_DISABLED=true exec "$bun" "$@"
