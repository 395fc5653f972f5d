package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.encoder.TinyModel;
import org.isoscope.io.UserError;
import org.isoscope.results.Evaluation;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.RetrievalChange;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training tells of the rows that it does not learn from. */
final class HeldOutTest {
  /** A mean of differences and the difference of means, over some dozen queries in double. */
  private static final double ROUNDING = 1e-12;

  /** No step is asked about so often. */
  private static final int NEVER = -1;

  private static final List<List<String>> SAID =
      List.of(
          List.of("man", "woman", "cat", "dog", "bird", "fish", "horse", "child"),
          List.of("sees", "hears", "likes", "reads", "plays", "runs", "eats"),
          List.of("red", "green", "blue", "old", "young"));

  /** What stands for each word in the answers. */
  private static final List<List<String>> MEANT =
      List.of(
          List.of("house", "river", "tree", "boat", "road", "city", "book", "music"),
          List.of("finds", "makes", "holds", "water", "fire", "food", "day"),
          List.of("small", "large", "fast", "slow", "night"));

  @TempDir static Path work;

  private static Path model;
  private static Path pairs;

  @BeforeAll
  static void write() throws IOException {
    model = TinyModel.write(work.resolve("model"), 5);
    List<String> lines = new ArrayList<>(List.of("question,answer"));
    for (int a = 0; a < 8; a++) {
      for (int b = 0; b < 7; b++) {
        for (int c = 0; c < 5; c++) {
          lines.add(text(SAID, a, b, c) + "," + text(MEANT, a, b, c));
        }
      }
    }
    pairs = Files.write(work.resolve("faq.csv"), lines);
  }

  private static String text(List<List<String>> words, int a, int b, int c) {
    return words.get(0).get(a) + " " + words.get(1).get(b) + " " + words.get(2).get(c);
  }

  private static Map<String, @Nullable Object> settings(Object... more) {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    settings.put("model", model.toString());
    settings.put("pairs", pairs.toString());
    settings.put("steps", 40);
    settings.put("batch-size", 32);
    settings.put("learning-rate", 1e-2);
    settings.put("dropout", 0);
    settings.put("precision", "fp32");
    settings.put("probe-sentences", 20);
    for (int i = 0; i < more.length; i += 2) {
      settings.put((String) more[i], more[i + 1]);
    }
    return settings;
  }

  private static ResultDirectory train(
      String out, int stopAt, boolean resume, Map<String, @Nullable Object> settings) {
    ResultDirectory results = new ResultDirectory(work.resolve(out));
    TrainingJob job =
        NamedTraining.job(settings, JobListener.SILENT).threads(2).resume(resume).overwrite(true);
    RunRecord record =
        new RunRecord(TrainingJob.COMMAND, List.of(), job.named(), 42, 2, JobListener.SILENT);
    int[] asked = {0};
    job.run(results.path(), record, JobListener.SILENT, () -> asked[0]++ == stopAt);
    return results;
  }

  private static RetrievalChange change(ResultDirectory results) {
    return results.comparison().orElseThrow().retrieval();
  }

  private static RetrievalChange.Change mrr(RetrievalChange change) {
    return change.measures().stream()
        .filter(measure -> measure.name().equals("MRR@10"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Evaluation.Retrieval> searches(ResultDirectory results) {
    return results.evaluation().orElseThrow().retrieval();
  }

  private static Run run(ResultDirectory results) {
    return results.run().orElseThrow();
  }

  @Test
  void whatATrainingWonIsToldWithItsInterval() throws IOException {
    ResultDirectory results = train("won", NEVER, false, settings("tensorboard", true));

    RetrievalChange change = change(results);
    assertThat(change.name()).isEqualTo(pairs + " (held out)");
    assertThat(change.queries()).isEqualTo(28);
    assertThat(change.groups()).isEqualTo(28);
    assertThat(change.candidates()).isEqualTo(280);
    assertThat(change.measures().get(0).name()).isEqualTo("recall@1");
    RetrievalChange.Change mrr = mrr(change);
    assertThat(mrr.change())
        .isCloseTo(mrr.after() - mrr.before(), within(ROUNDING))
        .isGreaterThan(0.1);
    assertThat(mrr.interval().low()).isPositive();
    assertThat(mrr.pValue()).isLessThan(0.01);

    List<Evaluation.Retrieval> searches = searches(results);
    assertThat(searches).extracting(Evaluation.Retrieval::step).startsWith(0).endsWith(40);
    assertThat(searches.get(0).meanReciprocalRank()).isEqualTo(mrr.before());
    assertThat(searches.get(searches.size() - 1).meanReciprocalRank()).isEqualTo(mrr.after());

    assertThat(run(results).settings())
        .containsEntry("hold-out", "auto")
        .containsEntry("best-by", "mrr");
    assertThat(run(results).data().get(0).size()).isEqualTo(252);
    assertThat(run(results).data())
        .anySatisfy(
            source -> {
              assertThat(source.name()).isEqualTo(pairs + " (held out)");
              assertThat(source.size()).isEqualTo(28);
              assertThat(source.sha256()).matches("[0-9a-f]{64}");
            });
    assertThat(Files.readString(results.path().resolve("model/README.md")))
        .contains("28 queries in 28 groups, none of which the training saw", "| recall@1 | ");
    assertThat(results.json()).contains("\"retrieval\"", "\"recall@1\"");
    String report = Files.readString(results.report());
    String decision = report.substring(report.indexOf("<section id=\"decision\""));
    assertThat(decision.substring(0, decision.indexOf("</li>")))
        .as("the first line of the report")
        .contains("recall@1", "faq.csv (held out)", "95 % interval", "28 groups of 28 queries");
    try (Stream<Path> events = Files.list(results.events())) {
      assertThat(Files.readString(events.findFirst().orElseThrow(), StandardCharsets.ISO_8859_1))
          .contains("held_out/recall_at_1", "held_out/mrr_at_10");
    }
  }

  @Test
  void aResumedTrainingHoldsTheSameRowsOutAndTellsTheSame() throws IOException {
    Map<String, @Nullable Object> settings =
        settings("steps", 6, "evaluate-every", 2, "save", "best");
    ResultDirectory whole = train("whole", NEVER, false, settings);
    assertThat(searches(whole)).extracting(Evaluation.Retrieval::step).contains(0, 2, 4, 6);
    for (int stop : new int[] {0, 3, 4}) {
      train("stopped", stop, false, settings);
      ResultDirectory resumed = train("stopped", NEVER, true, settings);
      assertThat(resumed.path().resolve("evaluation.json"))
          .as("stopped at %d", stop)
          .hasSameBinaryContentAs(whole.path().resolve("evaluation.json"));
      assertThat(change(resumed)).isEqualTo(change(whole));
      assertThat(run(resumed).data()).isEqualTo(run(whole).data());
    }
  }

  @Test
  void theBestStepByTheRowsHeldOutIsSaved() {
    Map<String, @Nullable Object> settings =
        settings("steps", 12, "learning-rate", 0.05, "evaluate-every", 1, "save", "best");
    ResultDirectory results = train("best", NEVER, false, settings);

    List<Evaluation.Retrieval> searches =
        searches(results).stream().filter(search -> search.step() > 0).toList();
    assertThat(searches).hasSize(12);
    Evaluation.Retrieval best =
        searches.stream()
            .max(
                Comparator.comparing(Evaluation.Retrieval::meanReciprocalRank)
                    .thenComparing(search -> -search.step()))
            .orElseThrow();
    assertThat(best.step()).as("a rate too high to end with the best").isLessThan(12);
    assertThat(mrr(change(results)).after()).isEqualTo(best.meanReciprocalRank());
    assertThat(run(results).notes())
        .contains("the rows held out have chosen the step: their figures flatter it a little")
        .anyMatch(note -> note.startsWith("the model is that of step " + best.step() + ","));
  }

  @Test
  void withoutABetterOneForLongTheTrainingEnds() {
    Map<String, @Nullable Object> settings =
        settings("steps", 12, "learning-rate", 0.05, "evaluate-every", 1, "patience", 2);
    ResultDirectory results = train("patience", NEVER, false, settings);

    assertThat(results.metrics()).hasSizeLessThan(12);
    assertThat(run(results).notes()).anyMatch(note -> note.contains("the last better evaluation"));
  }

  @Test
  void whereNoneIsHeldOutNothingIsOtherwise() throws IOException {
    ResultDirectory none = train("none", NEVER, false, settings("steps", 2, "hold-out", "none"));

    assertThat(change(none)).isNull();
    assertThat(none.evaluation().orElseThrow().retrieval()).isNull();
    assertThat(run(none).data().get(0).size()).isEqualTo(280);
    assertThat(run(none).data()).hasSize(2).noneMatch(source -> source.name().contains("held out"));
    assertThat(run(none).notes()).isEmpty();

    Path few = Files.write(work.resolve("few.csv"), Files.readAllLines(pairs).subList(0, 101));
    Map<String, @Nullable Object> short_ = settings("steps", 2, "pairs", few.toString());
    ResultDirectory short1 = train("short", NEVER, false, short_);
    assertThat(change(short1)).isNull();
    assertThat(run(short1).notes())
        .containsExactly(
            "no rows are held out: 10 of 100 rows would be, and fewer than 20 tell nothing");
    short_.put("hold-out", "none");
    ResultDirectory asked = train("short none", NEVER, false, short_);
    assertThat(losses(asked)).isEqualTo(losses(short1));
    assertThat(run(asked).notes()).isEmpty();
  }

  private static List<Double> losses(ResultDirectory results) {
    return results.metrics().stream().map(StepMetrics::loss).toList();
  }

  @Test
  void theBestStepCannotGoByRowsThatAreNotThere() throws IOException {
    Path few = Files.write(work.resolve("fewer.csv"), Files.readAllLines(pairs).subList(0, 101));

    assertThatThrownBy(
            () ->
                train(
                    "refused",
                    NEVER,
                    false,
                    settings("pairs", few.toString(), "evaluate-every", 1, "save", "best")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("bestBy mrr: has no rows held out to go by");
    assertThatThrownBy(
            () ->
                NamedTraining.job(
                    settings("hold-out", "none", "evaluate-every", 1), JobListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has nothing to evaluate");
  }
}
