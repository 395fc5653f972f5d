package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.SmallModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code export}: that the files compute what the model does is tested beside the exporter. */
class ExportTest {
  @TempDir Path work;

  private Program.Outcome export(String... options) {
    Path model = work.resolve("model");
    if (!Files.exists(model)) {
      SmallModel.write(model);
    }
    List<String> args =
        new ArrayList<>(
            List.of("export", "--model", "" + model, "--out", "" + work.resolve("out")));
    args.addAll(List.of(options));
    return Program.run(args.toArray(String[]::new));
  }

  @Test
  void writesTheModelAndItsTokenizer() throws IOException {
    Program.Outcome outcome = export("--onnx");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).containsPattern("out.model\\.onnx +0\\.\\d +\\d\\.\\de-0\\d +1\\.0+");
    try (var files = Files.list(work.resolve("out"))) {
      assertThat(files)
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder("model.onnx", "tokenizer.json", "loading.md");
    }
    assertThat(outcome.out()).endsWith(Files.readString(work.resolve("out/loading.md")));
  }

  @Test
  void tellsWhatInt8Loses() throws IOException {
    Path pairs = SmallModel.scoredPairs(work.resolve("sts.csv"), 20);

    Program.Outcome outcome = export("--onnx", "--int8", "--pooling", "cls", "--sts", "" + pairs);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .contains("model_int8.onnx")
        .containsPattern("sentences +40 +40\\n")
        .containsPattern("Spearman x 100 +-?\\d+\\.\\d\\d +-?\\d+\\.\\d\\d\\n")
        .containsPattern("IsoScore +0\\.\\d{4} +0\\.\\d{4}\\n")
        .containsPattern("least cosine with fp32 +- +0\\.9\\d{5}\\n");
    assertThat(work.resolve("out/model_int8.onnx")).isNotEmptyFile();
  }

  @Test
  void printsJsonOrNothing() throws IOException {
    Path pairs = SmallModel.scoredPairs(work.resolve("sts.csv"), 20);

    Program.Outcome outcome = export("--onnx", "--int8", "--sts", "" + pairs, "--json", "--quiet");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.get("directory").textValue()).isEqualTo("" + work.resolve("out"));
    assertThat(json.get("guide").textValue()).isEqualTo("" + work.resolve("out/loading.md"));
    assertThat(json.get("pooling").textValue()).isEqualTo("mean");
    assertThat(json.get("files")).hasSize(2);
    JsonNode file = json.get("files").get(1);
    assertThat(Path.of(file.get("path").textValue())).hasSize(file.get("bytes").longValue());
    assertThat(file.at("/agreement/leastCosine").doubleValue()).isBetween(0.9, 1.0);
    assertThat(json.at("/loss/int8/sentences").intValue()).isEqualTo(40);
    assertThat(json.at("/loss/fp32/meanCosine").isDouble()).isTrue();

    Program.Outcome quiet = export("--onnx", "--overwrite", "--quiet");
    assertThat(quiet.code()).as("%s", quiet).isZero();
    assertThat(quiet.out() + quiet.err()).isEmpty();
  }

  /** So that no program that reads the files cuts elsewhere. */
  @Test
  void aMaximumLengthLeavesItsTrace() {
    Program.Outcome outcome = export("--onnx", "--max-length", "11");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("cut at 11 tokens");
    assertThat(work.resolve("out/tokenizer.json")).content().contains("\"max_length\" : 11");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--int8", "--onnx --sts sts.csv"})
  void refusesOptionsThatSayNothingTogether(String options) {
    Program.Outcome outcome = export(options.split(" "));

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.err()).contains("isoscope export --help");
    assertThat(work.resolve("out")).doesNotExist();
  }

  @Test
  void refusesAnUnknownPooling() {
    Program.Outcome outcome = export("--onnx", "--pooling", "median");

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).contains("--pooling median").hasLineCount(1);
  }
}
