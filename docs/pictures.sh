#!/usr/bin/env bash
# Makes the pictures of README.md and docs/reading-the-report.md anew, in Chromium, of the results of a demo, of
# a sweep, and of an analysis with --related.
#   docs/pictures.sh DEMO SWEEP ANALYSIS
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
classes=$(mktemp)
trap 'rm -f "$classes"' EXIT
directories=()
for directory in "$1" "$2" "$3"; do directories+=("$(realpath -- "$directory")"); done
cd -- "$root"
# Every module of the build writes its class path there; the report's comes last.
mvn -B -ntp -q -pl report -am -DskipTests package dependency:build-classpath -Dmdep.outputFile="$classes" \
  -Dmdep.includeScope=test -Dmdep.excludeGroupIds=org.isoscope
java -cp "report/target/classes:report/target/test-classes:results/target/classes:io/target/classes:$(cat "$classes")" \
  org.isoscope.report.DocumentPictures "${directories[@]}" "$root/docs"
