#!/usr/bin/env bash
# Seconds from a start to its end, the median of several: bench/start.sh [STARTS] [LAUNCHER]
# The first start, which makes the class data, does not count.
set -euo pipefail

starts=${1:-11}
launcher=${2:-$(dirname -- "${BASH_SOURCE[0]}")/../isoscope}
TIMEFORMAT=%R
for command in --help models; do
  "$launcher" "$command" >/dev/null
  sleep 10
  for _ in $(seq "$starts"); do
    { time "$launcher" "$command" >/dev/null; } 2>&1
  done | sort -n | awk -v command="$command" '
    { x[NR] = $1 }
    END { printf "%s: %.2f s, %.2f to %.2f\n", command, x[int((NR + 1) / 2)], x[1], x[NR] }'
done
