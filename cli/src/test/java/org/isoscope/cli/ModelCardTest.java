package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.SmallModel;
import org.isoscope.study.ModelCard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {
  /** A file's name with all that Markdown, its tables and YAML give a meaning. */
  private static final String HOSTILE = "a|b *c* [d](e) `f` <g> \"h\" --- _i_ #j.csv";

  private static final String ESCAPED =
      "a\\|b \\*c\\* \\[d\\](e) \\`f\\` \\<g\\> \"h\" --- \\_i\\_ \\#j.csv";

  @TempDir Path work;

  private String card(String... more) throws IOException {
    Path model = SmallModel.write(work.resolve("tiny"));
    Path text = SmallModel.text(work.resolve("text.txt"), 40);
    Path sts = SmallModel.scoredPairs(work.resolve(HOSTILE), 12);
    Path out = work.resolve("out");
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--model", "" + model, "--text", "" + text, "--sts", "" + sts));
    arguments.addAll(List.of("--steps", "3", "--batch-size", "4", "--out", "" + out));
    arguments.addAll(List.of(more));
    Program.Outcome outcome = Program.run(arguments.toArray(String[]::new));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return Files.readString(out.resolve("model").resolve("README.md"));
  }

  private static String metadata(String card) {
    assertThat(card).startsWith("---\n");
    return card.substring(4, card.indexOf("\n---\n"));
  }

  @Test
  void tellsWhatTheModelIsAndHowItCameAbout() throws IOException {
    String card = card();

    assertThat(metadata(card).lines())
        .contains(
            "library_name: sentence-transformers",
            "pipeline_tag: sentence-similarity",
            "- sentence-transformers",
            "      name: " + ModelCard.yaml(HOSTILE),
            "    - type: spearman_cosine")
        .as("a directory is no model of the hub")
        .noneMatch(line -> line.startsWith("base_model"));
    assertThat(card)
        .contains("vectors of 24 dimensions out (mean pooling, not scaled to length 1)")
        .contains("TorchSentenceEncoder.open(Path.of(\"path/to/model\"))")
        .contains("SentenceTransformer(\"path/to/model\")")
        .contains("isoscope export --onnx");
    assertThat(card.lines())
        .contains("| steps | 3 |", "| batch-size | 4 |", "| temperature | 0.05 |", "| seed | 42 |")
        .contains("| sts | " + ESCAPED + " |")
        .anyMatch(line -> line.matches("\\| text\\.txt \\| 40 \\| [0-9a-f]{64} \\|"))
        .anyMatch(line -> line.startsWith("| " + ESCAPED + ", 12 pairs: Spearman | "))
        .anyMatch(line -> line.matches("\\| anisotropy \\| 0\\.9\\d{3} \\| 0\\.9\\d{3} \\|"));
    assertThat(card).as("no place on this machine").doesNotContain(work.toString());
    assertThat(card.lines().filter(line -> line.startsWith("| ")))
        .as("cells as its table has")
        .allMatch(line -> List.of(3, 4).contains(line.split("(?<!\\\\)\\|", -1).length - 1));
  }

  @Test
  void saysWhatSentenceTransformersDoesNotKnow() throws IOException {
    String card = card("--pooling", "first-last");

    assertThat(metadata(card)).startsWith("library_name: transformers\n");
    assertThat(card)
        .contains("does not know first-last pooling")
        .doesNotContain("import SentenceTransformer");
  }

  @ParameterizedTest
  @CsvSource({
    "bert-base-uncased, bert-base-uncased",
    "relative/data.csv, relative/data.csv",
    "/home/me/data.csv, data.csv",
    "/home/me/model/, model",
    "C:\\data\\a b.csv, a b.csv",
    "\\\\server\\share\\x.csv, x.csv",
    "wordnet:examples, wordnet:examples",
    "/, /",
    "0.5, 0.5"
  })
  void ofAbsolutePathsTheLastNameIsTold(String text, String shortened) {
    assertThat(ModelCard.shortened(text)).isEqualTo(shortened);
  }

  @Test
  void markdownStaysOnItsLine() {
    assertThat(ModelCard.markdown("a\r\n# b\u2028| c\u202e\u0007d")).isEqualTo("a \\# b \\| c d");
  }

  /** JSON's strings are YAML's. */
  @ParameterizedTest
  @ValueSource(strings = {HOSTILE, "a\nb: c\t\\", "\u2028\u0085\ufeff", "Größe \ud83d\ude80", ""})
  void yamlIsReadAsItWas(String text) throws IOException {
    String quoted = ModelCard.yaml(text);

    assertThat(new ObjectMapper().readValue(quoted, String.class)).isEqualTo(text);
    assertThat(quoted).doesNotContainPattern("[\\p{Cntrl}\\u2028\\u2029\\ufeff]");
  }
}
