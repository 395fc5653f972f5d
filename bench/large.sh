#!/usr/bin/env bash
# A training on more text than fits the Java heap: SENTENCES made-up sentences, compressed, under
# -Xmx256m. Prints what the training printed, seconds, and peak resident memory (MiB). Linux.
#   bench/large.sh [SENTENCES] [HEAP]
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
sentences=${1:-5000000} heap=${2:-256m}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
awk -v n="$sentences" 'BEGIN {
  split("cat dog bird child river house boat garden letter winter", noun, " ")
  split("sees hears likes finds paints follows", verb, " ")
  for (i = 0; i < n; i++) {
    print "the " noun[i % 10 + 1] " number " i " " verb[i % 6 + 1] " the " noun[i * 7 % 10 + 1] " again."
  }
}' | gzip -1 >"$out/text.txt.gz"
ls -l "$out/text.txt.gz" >&2
"$here/../isoscope" models >/dev/null # builds, where needed
start=$SECONDS
JAVA_OPTS="-Xmx$heap ${JAVA_OPTS:-}" "$here/../isoscope" train --model all-minilm-l6-v2 --keep-layers 1 \
  --text "$out/text.txt.gz" --steps 4 --batch-size 16 --probe-sentences 64 --out "$out/run" &
pid=$!
while kill -0 "$pid" 2>/dev/null; do
  awk '/VmHWM|RssAnon/ { print $1, $2 }' "/proc/$pid/status" >"$out/now" 2>/dev/null && mv "$out/now" "$out/peak" || true
  sleep 1
done
wait "$pid"
awk -v s=$((SECONDS - start)) '{ printf "%s %d MiB\n", $1, $2 / 1024 } END { print s " s" }' "$out/peak"
