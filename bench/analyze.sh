#!/usr/bin/env bash
# The whole `isoscope analyze` of all-MiniLM-L6-v2, or of the model directory MODEL, over the first column
# of a CSV beside the published Python analysis (analyze_peer.py), in turn, in one run: wall seconds and
# peak resident memory of each round. Without a CHECKOUT of the published code, ours alone.
#   [MODEL=DIRECTORY] PYTHON=python3 bench/analyze.sh TEXT_CSV [ROUNDS] [CHECKOUT]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
text=$(realpath "$1") rounds=${2:-5} peer=${3:+$(realpath "$3")}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
isoscope() {
  "$here/../isoscope" analyze --model "${MODEL:-all-minilm-l6-v2}" --text "$text" --column 1 --quiet --out "$out/run" >"$out/table"
}
isoscope # builds and fetches, where needed
model=${ISOSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/isoscope}
model=${MODEL:-$(find "$model" -maxdepth 1 -type d -name '*all-minilm-l6-v2*-v*' | tail -n 1)}
export -f isoscope
export here text out
for round in $(seq "$rounds"); do
  /usr/bin/time -f 'isoscope %e s, %M KiB' bash -c isoscope
  [ -z "$peer" ] || (cd "$out" && HF_HUB_OFFLINE=1 /usr/bin/time -f 'python   %e s, %M KiB' \
    "${PYTHON:-python3}" "$here/analyze_peer.py" "$peer" "$model" "$text" >"$out/peer.log" 2>"$out/peer.err" ||
    { cat "$out/peer.err" >&2; exit 1; }; tail -n 1 "$out/peer.err")
done
cat "$out/table"
