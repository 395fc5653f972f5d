package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report --parquet}: where tokens lie, as a table. */
class TokenTableTest {
  private static final List<String> COLUMNS =
      List.of("x", "y", "text", "sentence", "sentence_index", "class", "step", "label", "layer");

  @TempDir static Path work;

  private static Path trained;
  private static Path analyzed;

  @BeforeAll
  static void results() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);
    trained = work.resolve("trained");
    analyzed = work.resolve("analyzed");
    succeeds(
        "train --model @model --text @text.txt --steps 3 --batch-size 8 --threads 2"
            + " --probe-sentences 20 --out @trained");
    succeeds("analyze --model @model --text @text.txt --threads 2 --out @analyzed");
  }

  /** Runs a command, with the directory for an @. */
  private static Program.Outcome run(String command) {
    return Program.run(command.replace("@", work + "/").split(" "));
  }

  private static Program.Outcome succeeds(String command) {
    Program.Outcome outcome = run(command);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return outcome;
  }

  /** The rows as another program reads them, each by the names of its columns. */
  private static List<Map<String, @Nullable Object>> rows(Path file) throws IOException {
    Hydrator<Map<String, @Nullable Object>, Map<String, @Nullable Object>, String> hydrator =
        new Hydrator<>() {
          @Override
          public Map<String, @Nullable Object> start() {
            return new LinkedHashMap<>();
          }

          @Override
          public Map<String, @Nullable Object> add(
              Map<String, @Nullable Object> row, String heading, @Nullable Object value) {
            row.put(heading, value);
            return row;
          }

          @Override
          public Map<String, @Nullable Object> finish(Map<String, @Nullable Object> row) {
            return row;
          }
        };
    try (Stream<Map<String, @Nullable Object>> rows =
        ParquetReader.streamContent(file.toFile(), hydrator, column -> column[0])) {
      return rows.toList();
    }
  }

  /** The same rows from tokens.json. */
  private static List<Map<String, @Nullable Object>> expected(Path directory, boolean several) {
    TokenView tokens = new ResultDirectory(directory).tokens().orElseThrow();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int s = 0; s < tokens.sentences().size(); s++) {
      TokenView.Sentence sentence = tokens.sentences().get(s);
      for (TokenView.View view : sentence.views()) {
        for (int t = 0; t < sentence.tokens().size(); t++) {
          Map<String, @Nullable Object> row = new LinkedHashMap<>();
          row.put("x", view.positions().get(t).get(0));
          row.put("y", view.positions().get(t).get(1));
          row.put("text", sentence.tokens().get(t));
          row.put("sentence", sentence.text());
          row.put("sentence_index", s);
          row.put("class", sentence.wordClasses().get(t));
          row.put("step", view.step());
          row.put("label", view.label());
          row.put("layer", SmallModel.CONFIG.layers());
          if (several) {
            row.put("run", directory.toString());
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  @Test
  void everyTokenOfEverySentenceAtEveryStepIsARow() throws IOException {
    Path table = work.resolve("tokens.parquet");
    Files.writeString(table, "an earlier one");

    Program.Outcome outcome = succeeds("report @trained --parquet @tokens.parquet");

    assertThat(outcome.out().lines())
        .containsExactly("Report: " + trained.resolve("report.html"), "Tokens: " + table);
    assertThat(outcome.err()).isEmpty();
    List<Map<String, @Nullable Object>> rows = rows(table);
    assertThat(rows.get(0).keySet()).containsExactlyElementsOf(COLUMNS);
    assertThat(rows).isEqualTo(expected(trained, false));
    assertThat(rows).extracting(row -> row.get("step")).contains(0, 1, 2, 3).doesNotContainNull();
    assertThat(rows)
        .filteredOn(row -> "[CLS]".equals(row.get("text")))
        .isNotEmpty()
        .allMatch(row -> "special".equals(row.get("class")));
  }

  @Test
  void ofSeveralResultsARowNamesItsDirectory() throws IOException {
    Path table = work.resolve("several.parquet");
    Path untagged = work.resolve("untagged");
    TokenView tokens = new ResultDirectory(analyzed).tokens().orElseThrow();
    TokenView.Sentence first = tokens.sentences().get(0);
    copy(analyzed, untagged)
        .write(
            new TokenView(
                TokenView.SCHEMA,
                tokens.projection(),
                List.of(new TokenView.Sentence(first.text(), first.tokens(), first.views()))));
    Path older = work.resolve("older");
    copy(analyzed, older)
        .write(
            new TokenView(
                TokenView.SCHEMA,
                List.of(
                    new TokenView.Sentence(
                        first.text(),
                        first.tokens(),
                        List.of(first.views().get(0).withPositions(null))))));

    Program.Outcome outcome =
        succeeds(
            "report @trained @analyzed @untagged @older --parquet @several.parquet"
                + " --out @several.html");

    assertThat(outcome.err().strip())
        .isEqualTo("note: " + older + " has no positions of tokens and is left out");
    List<Map<String, @Nullable Object>> rows = rows(table);
    List<Map<String, @Nullable Object>> both = expected(trained, true);
    both.addAll(expected(analyzed, true));
    assertThat(rows.subList(0, both.size())).isEqualTo(both);
    assertThat(rows.subList(both.size(), rows.size()))
        .hasSameSizeAs(first.tokens())
        .allSatisfy(
            row -> {
              assertThat(row.get("run")).isEqualTo("" + untagged);
              assertThat(row.get("class")).isNull();
              assertThat(row.get("step")).as("of no training").isNull();
            });
  }

  private static ResultDirectory copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String name : List.of("run.json", "geometry.json")) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    return new ResultDirectory(to);
  }

  @Test
  void whatHasNoPositionsIsTold() throws IOException {
    Path without = work.resolve("without");
    copy(analyzed, without);
    Path table = work.resolve("none.parquet");

    Program.Outcome outcome = run("report @without --parquet @none.parquet");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().strip())
        .startsWith("isoscope: " + without + ": has no positions of tokens; expected a tokens.json")
        .endsWith("Run the command that made it again, or of a sweep name the directory of a run.");
    assertThat(table).doesNotExist();
    assertThat(without.resolve("report.html")).doesNotExist();
  }

  @Test
  void aPlaceThatIsNoneForATableIsTold() throws IOException {
    Path directory = Files.createDirectories(work.resolve("d.parquet"));
    assertThat(run("report @trained --parquet @d.parquet").err())
        .startsWith("isoscope: --parquet " + directory + ": is a directory;");
    Path run = trained.resolve("run.json");
    byte[] before = Files.readAllBytes(run);
    assertThat(run("report @trained --parquet @trained/run.json").err())
        .startsWith("isoscope: --parquet " + run + ": does not end in .parquet;");
    assertThat(run).hasBinaryContent(before);
  }

  /** Two models of one shape move in one picture; others have none. */
  @Test
  void comparedModelsOfOneShapeShareAPicture() {
    succeeds("compare @model @trained/model --text @text.txt --threads 2 --out @alike");
    TokenView tokens = new ResultDirectory(work.resolve("alike")).tokens().orElseThrow();
    assertThat(tokens.projection()).isNotNull();
    assertThat(tokens.sentences())
        .allSatisfy(
            sentence ->
                assertThat(sentence.views())
                    .hasSize(2)
                    .allSatisfy(
                        view -> assertThat(view.positions()).hasSameSizeAs(sentence.tokens()))
                    .extracting(TokenView.View::positions)
                    .doesNotHaveDuplicates());

    TinyModel.write(work.resolve("narrow"), 1); // of the same vocabulary
    succeeds("compare @model @narrow --text @text.txt --threads 2 --out @apart");
    TokenView cosines = new ResultDirectory(work.resolve("apart")).tokens().orElseThrow();
    assertThat(cosines.projection()).isNull();
    assertThat(cosines.sentences()).isNotEmpty();
    assertThat(cosines.sentences().get(0).wordClasses()).startsWith("special");
  }
}
