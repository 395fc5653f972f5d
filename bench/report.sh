#!/usr/bin/env bash
# Size of reports and how soon they are seen in Chromium: a training, sweeps of 40 and of 1,000 runs, all made
# up, and the result directories that are named.
#   bench/report.sh [DIR ...]
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
classes=$(mktemp)
trap 'rm -f "$classes"' EXIT
directories=()
for directory in "$@"; do directories+=("$(realpath -- "$directory")"); done
cd -- "$root"
# Every module of the build writes its class path there; the report's comes last.
mvn -B -ntp -q -pl report -am -DskipTests package dependency:build-classpath -Dmdep.outputFile="$classes" \
  -Dmdep.includeScope=test -Dmdep.excludeGroupIds=org.isoscope
java -cp "report/target/classes:report/target/test-classes:results/target/classes:io/target/classes:$(cat "$classes")" \
  org.isoscope.report.ReportTiming ${directories[@]+"${directories[@]}"}
