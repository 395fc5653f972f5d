#!/usr/bin/env bash
# A training step of all-MiniLM-L6-v2 (LAYERS of it) over batch sizes, in one process of two threads and in two of
# one, in turn: median seconds of the steps after the first, and the peak resident memory of the largest process.
#   [LAYERS=1] [BATCHES="256 1024 4096 16384"] [MICRO=128] bench/processes.sh TEXT [STEPS] [ROUNDS]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
text=$1 steps=${2:-3} rounds=${3:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$here/../isoscope" models >/dev/null # builds, where needed
echo "processes batch s/step MiB"
for batch in ${BATCHES:-256 1024 4096 16384}; do
  for _ in $(seq "$rounds"); do
    for processes in 1 2; do
      /usr/bin/time -f '%M' -o "$out/memory" "$here/../isoscope" train --model all-minilm-l6-v2 \
        --keep-layers "${LAYERS:-1}" --text "$text" --max-length 32 --batch-size "$batch" \
        --micro-batch-size "${MICRO:-128}" --steps "$steps" --precision fp32 --probe-sentences 32 \
        --processes "$processes" --threads $((2 / processes)) --quiet --out "$out/run" --overwrite >"$out/log" 2>&1 ||
        { cat "$out/log" >&2; exit 1; }
      sed 1d "$out/run/metrics.jsonl" | sed 's/.*"seconds":\([0-9.E-]*\).*/\1/' | sort -g |
        awk -v p="$processes" -v b="$batch" -v m="$(tail -n 1 "$out/memory")" \
          '{ x[NR] = $1 } END { printf "%d %d %.3f %d\n", p, b, x[int((NR + 1) / 2)], m / 1024 }'
    done
  done
done
