#!/usr/bin/env bash
# Resident memory (MiB) over a training of a thousand steps, read every 5 seconds: step, memory. Linux.
#   bench/memory.sh TEXT_CSV
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$here/../isoscope" models >/dev/null # builds, where needed
"$here/../isoscope" train --model all-minilm-l6-v2 --keep-layers 3 --text "$1" --column 1 --column 2 \
  --steps 1000 --batch-size 16 --out "$out" 2>"$out/progress" &
pid=$!
while kill -0 "$pid" 2>/dev/null; do
  step=$(grep -o '[0-9]*/1000' "$out/progress" | tail -n 1 || true)
  awk -v step="${step:-0/1000}" '/VmRSS/ { printf "%s %d\n", step, $2 / 1024 }' "/proc/$pid/status" || true
  sleep 5
done
