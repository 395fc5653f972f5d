#!/usr/bin/env bash
# Unpacks the archives into a fresh directory and runs them by Java alone: neither Maven nor a compiler nor
# this tree is on the way. It takes a minute or two and wants the model in the cache, or fetches it.
#
#     mvn -Pdist -pl dist -am -DskipTests package && dist/check.sh [MODEL]
set -euo pipefail

model=${1:-all-minilm-l6-v2}
[ ! -e "$model" ] || model=$(cd "$model" && pwd)
built=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)/target
tar=("$built"/isoscope-*.tar.gz)
zip=("$built"/isoscope-*.zip)
java=$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java")
work=$(mktemp -d "${TMPDIR:-/tmp}/isoscope check XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
  echo "check: $*" >&2
  exit 1
}

mkdir "$work/tools" "$work/from zip" "$work/run"
for tool in bash cat cksum dirname env find ls mkdir mv nice readlink rm sort; do
  ln -s "$(type -P "$tool")" "$work/tools/"
done
ln -s "$java" "$work/tools/java"

tar -xzf "${tar[0]}" -C "$work"
unzip -q "${zip[0]}" -d "$work/from zip"
name=$(basename "${tar[0]}" .tar.gz)
app=$work/$name
diff -r "$app" "$work/from zip/$name" || fail "the archives differ"

# The jars are those that the program's jar names.
unzip -p "$app"/lib/isoscope-cli-*.jar META-INF/MANIFEST.MF | tr -d '\r' | sed -e ':a' -e 'N;$!ba' -e 's/\n //g' |
  sed -n 's/^Class-Path: //p' | tr ' ' '\n' | sort >"$work/named"
(cd "$app/lib" && ls | grep -v '^isoscope-cli-') | sort | diff "$work/named" - || fail "lib has other jars"

# With the user's home and caches, and nothing else of this environment.
cd "$work/run"
isoscope() {
  env -i PATH="$work/tools" HOME="$HOME" ${ISOSCOPE_CACHE:+ISOSCOPE_CACHE="$ISOSCOPE_CACHE"} "$app/bin/isoscope" "$@"
}
expect() {
  [ -s "$1" ] || fail "no $1"
}

for command in 'mvn' 'javac'; do
  ! env -i PATH="$work/tools" "$work/tools/bash" -c "command -v $command" || fail "$command is on the path"
done
version=$(isoscope --version)
case $name in
  "isoscope-${version#isoscope }-"*) ;;
  *) fail "$version is in $name" ;;
esac
[ "$(app="$work/from zip/$name" isoscope --version)" = "$version" ] || fail "what came from the .zip does not run"

# Sentences enough for every measure.
for n in $(seq 40); do
  echo "The printer in room $n is out of paper."
  echo "Nobody knew why train number $n stopped before the bridge."
done >text.txt
isoscope encode --model "$model" --text text.txt --out vectors.npy
expect vectors.npy
isoscope analyze --model "$model" --text text.txt --out analysis
expect analysis/geometry.json
isoscope report analysis
expect analysis/report.html

# As the image is made and run: native libraries, class data and the model come into a cache, which another
# user then reads who may write nothing there and has no home.
export ISOSCOPE_CACHE=$work/cache
mkdir "$work/cache" "$work/run by another"
java -Xmx256m -cp "$(echo "$app"/lib/isoscope-cli-*.jar)" org.isoscope.cli.NativeLibraries
isoscope encode --model "$model" --text text.txt --out filling.npy
timeout 300 bash -c 'until ls "$ISOSCOPE_CACHE"/class-data/*.jsa; do sleep 1; done' >/dev/null 2>&1 ||
  fail "no class data"
listed() {
  find "$work/cache" ! -type d -exec ls -l --time-style=full-iso {} + | sort
}
chmod -R a+rX,a-w "$work/cache" # what DJL unpacked only its user may read
listed >"$work/filled"
chmod a+rx "$work" "$work/run"
chmod a+rwx "$work/run by another"
other=()
[ "$(id -u)" != 0 ] || other=("$(type -P setpriv)" --reuid=65534 --regid=65534 --clear-groups)
(cd "$work/run by another" && env -i PATH="$work/tools" ISOSCOPE_CACHE="$work/cache" \
  ${other[@]+"${other[@]}"} "$app/bin/isoscope" encode --model "$model" --text "$work/run/text.txt" --out read-only.npy)
cmp filling.npy "$work/run by another/read-only.npy" || fail "the vectors differ"
listed | diff "$work/filled" - || fail "something was written into the read-only cache"
chmod -R u+w "$work/cache"
unset ISOSCOPE_CACHE

# Moved, and called by a link.
mv "$app" "$work/elsewhere"
ln -s "$work/elsewhere/bin/isoscope" "$work/tools/isoscope"
[ "$(env -i PATH="$work/tools" HOME="$HOME" isoscope --version)" = "$version" ] || fail "it does not run where it was moved to"

bash -n "$work/elsewhere/share/completion/isoscope.bash"
echo "$name: encode, analyze and report ran by $java alone"
