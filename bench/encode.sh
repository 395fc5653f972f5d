#!/usr/bin/env bash
# `isoscope encode` with all-MiniLM-L6-v2 over the first two columns of a CSV, in the file's order, beside
# sentence-transformers (encode_peer.py), in turn, in one run: of each round sentences a second, the model
# being open, and the peak resident memory of the whole process; then the medians.
#   PYTHON=python3 bench/encode.sh TEXT_CSV [ROUNDS]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
text=$(realpath "$1") rounds=${2:-5}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
isoscope() {
  "$here/../isoscope" encode --model all-minilm-l6-v2 --text "$text" --column 1 --column 2 \
    --precision "${PRECISION:-fp32}" --out "$out/vectors.npy"
}
python() {
  HF_HUB_OFFLINE=1 "${PYTHON:-python3}" "$here/encode_peer.py" "$model" "$text" "$out/vectors.npy"
}
isoscope # builds and fetches, where needed
model=${ISOSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/isoscope}
model=$(find "$model" -maxdepth 1 -type d -name '*all-minilm-l6-v2*-v*' | sort -V | tail -n 1)
export -f isoscope python
export here text out model
measure() {
  /usr/bin/time -f '%M' -o "$out/memory" bash -c "$1" >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
  local rate
  rate=$(grep -o '[0-9,]* sentences/s' "$out/log" | tail -n 1 | tr -d ', a-z/')
  echo "$1 $rate $(($(cat "$out/memory") / 1024))" | tee -a "$out/rounds"
}
echo "who sentences/s MiB"
for _ in $(seq "$rounds"); do
  measure isoscope
  measure python
  grep 'largest difference' "$out/log"
done
. "$here/median.sh"
for who in isoscope python; do
  echo "median $who: $(median $who 2) sentences/s, $(median $who 3) MiB"
done
