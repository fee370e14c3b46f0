#!/bin/sh
# fetch-prometheus.sh DIRECTORY   put Debian's prometheus and promtool into DIRECTORY
#
# The package is taken apart and not installed: an installed one would start a server of its own on the standard port.
# Several at the same time wait for one another.
set -eu
directory=$1
mkdir -p "$directory"
exec 9> "$directory/lock"
flock -w 120 9
[ ! -x "$directory/prometheus" ] || exit 0
work=$(mktemp -d "$directory/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

download() { apt-get download -q -o APT::Sandbox::User=root prometheus; }

# A bare machine has no lists of packages yet; while another program fetches them, apt refuses to.
tries=0
until download > log 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -le 30 ] || { cat log >&2; exit 1; }
  apt-get update -q > log 2>&1 || sleep 1
done
dpkg-deb -x prometheus_*.deb .
# The last one says that all are there.
mv usr/bin/promtool "$directory/promtool"
mv usr/bin/prometheus "$directory/prometheus"
