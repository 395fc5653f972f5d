#!/usr/bin/env bash
# The whole `isoscope analyze` of all-MiniLM-L6-v2 over the first column of a CSV: wall seconds and peak
# resident memory of each round.
#   bench/analyze.sh TEXT_CSV [ROUNDS]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
text=$1 rounds=${2:-5}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$here/../isoscope" models >/dev/null # builds, where needed
for round in $(seq "$rounds"); do
  /usr/bin/time -f '%e s, %M KiB' "$here/../isoscope" analyze --model all-minilm-l6-v2 --text "$text" \
    --column 1 --quiet --out "$out" >"$out/table"
done
cat "$out/table"
