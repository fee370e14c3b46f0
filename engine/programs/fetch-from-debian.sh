#!/bin/sh
# fetch-from-debian.sh DIRECTORY PROGRAM PACKAGE...   put a program of Debian's packages into DIRECTORY
#
# The packages are taken apart and not installed: an installed one would start a server of its own on the standard port.
# Libraries of theirs that this machine has not are put beside the program.
# Several at the same time wait for one another.
set -eu
directory=$1
program=$2
shift 2
mkdir -p "$directory"
exec 9> "$directory/lock"
flock -w 120 9
[ ! -x "$directory/$program" ] || exit 0
work=$(mktemp -d "$directory/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

missing_libraries() {
  apt-cache depends "$@" | sed -n 's/^ *Depends: \(lib[^<>]*\)$/\1/p' | sort -u | while read -r library; do
    dpkg-query -W -f '${Status}' "$library" 2> /dev/null | grep -q ' installed$' || echo "$library"
  done
}

download() {
  libraries=$(missing_libraries "$@") && apt-get download -q -o APT::Sandbox::User=root "$@" $libraries
}

# A bare machine has no lists of packages yet; while another program fetches them, apt refuses to.
tries=0
until download "$@" > log 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -le 30 ] || { cat log >&2; exit 1; }
  apt-get update -q > log 2>&1 || sleep 1
done
for package in *.deb; do dpkg-deb -x "$package" tree; done

# A program may be a link to one of another package.
found=$(find tree -path "*bin/$program" | head -n 1)
[ -n "$found" ] || { echo "no $program in $*" >&2; exit 1; }
libraries=$(find tree -name 'lib*.so.*' ! -type d)
if [ -z "$libraries" ]; then
  cp -L "$found" ready
else
  rm -rf "$directory/parts"
  mkdir "$directory/parts"
  cp -L "$found" $libraries "$directory/parts"
  printf '#!/bin/sh\nparts=$(dirname "$0")/parts\nLD_LIBRARY_PATH=$parts exec "$parts/%s" "$@"\n' "$program" > ready
fi
chmod 755 ready
# Last, and at once: whoever sees it may start it.
mv ready "$directory/$program"
