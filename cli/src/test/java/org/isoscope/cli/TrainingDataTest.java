package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.SmallModel;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.study.TextSample;
import org.isoscope.study.TrainingData;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training on data that is read row by row is the one on the same data in memory. */
final class TrainingDataTest {
  private static final int PROBES = 9;
  private static final Seed SEED = new Seed(5);

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    List<String> sentences = SmallModel.sentences(60);
    Files.write(work.resolve("once.txt"), sentences);
    List<String> repeated = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      repeated.add(i % 4 == 0 ? "" : "  ");
      repeated.add(sentences.get(i));
      repeated.add(sentences.get(i / 2));
    }
    byte[] bytes = String.join("\n", repeated).getBytes(StandardCharsets.UTF_8);
    try (var out = new GZIPOutputStream(Files.newOutputStream(work.resolve("often.txt.gz")))) {
      out.write(bytes);
    }
    Files.write(work.resolve("few.txt"), SmallModel.sentences(90).subList(70, 86));
    SmallModel.scoredPairs(work.resolve("pairs.csv"), 30);
    SmallModel.scoredPairs(work.resolve("more.csv"), 12);
  }

  private static ResultDirectory train(String options) {
    Path out = work.resolve("out" + options.hashCode());
    String arguments =
        "train --model @model --quiet --steps 4 --batch-size 6 --seed 5 --probe-sentences "
            + (PROBES + " --out " + out + " " + options);
    Program.Outcome outcome = Program.run(arguments.replace("@", work + "/").split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return new ResultDirectory(out);
  }

  private static Run run(ResultDirectory results) {
    return results.run().orElseThrow();
  }

  private static List<Double> losses(ResultDirectory results) {
    return results.metrics().stream().map(StepMetrics::loss).toList();
  }

  private static Run.Source source(Corpus corpus) {
    return Run.Source.data(
        corpus.name(), corpus.sha256(), corpus.sentences().size(), words(corpus.columns()));
  }

  private static @Nullable String words(@Nullable ColumnChoice choice) {
    return choice == null ? null : choice.words();
  }

  @Test
  void duplicatesAndBlanksAreLeftOut() {
    ResultDirectory often = train("--text @often.txt.gz");
    String name = work.resolve("often.txt.gz").toString();
    Corpus inMemory = Corpus.read(name, Columns.DEFAULT).distinct();

    assertThat(inMemory.sentences()).hasSize(60);
    assertThat(run(often).data())
        .containsExactly(source(inMemory), source(TextSample.of(inMemory, PROBES, SEED)));
    assertThat(run(often).settings()).containsEntry("text", name);
    assertThat(run(often).notes()).containsExactly(name + ": 60 blank lines or cells were skipped");
    assertThat(losses(often)).isEqualTo(losses(train("--text @once.txt")));
  }

  @Test
  void aSampleIsThatOfTheTextInMemory() {
    Run run = run(train("--text @often.txt.gz --sentences 50"));
    Corpus all = Corpus.read(work.resolve("often.txt.gz").toString(), Columns.DEFAULT);
    Corpus sample = TextSample.of(all, 50, SEED).distinct();

    assertThat(run.data())
        .containsExactly(source(sample), source(TextSample.of(sample, PROBES, SEED)));
  }

  @Test
  void setsAreMixed() {
    ResultDirectory equal = train("--text @once.txt --text @few.txt --mix equal");
    String once = work.resolve("once.txt").toString();
    String few = work.resolve("few.txt").toString();

    Run run = run(equal);
    assertThat(run.settings())
        .containsEntry("text", List.of(once, few))
        .containsEntry("mix", "equal");
    assertThat(run.data().subList(0, 2))
        .containsExactly(
            source(Corpus.read(once, Columns.DEFAULT)), source(Corpus.read(few, Columns.DEFAULT)));
    List<String> both = new ArrayList<>(Corpus.read(once, Columns.DEFAULT).sentences());
    both.addAll(Corpus.read(few, Columns.DEFAULT).sentences());
    assertThat(run.data().get(2))
        .isEqualTo(source(TextSample.of(Corpus.of(once + ", " + few, both, 0), PROBES, SEED)));
    assertThat(losses(equal))
        .isNotEqualTo(losses(train("--text @once.txt --text @few.txt --mix 1,9")));
  }

  @Test
  void pairsAreMixed() {
    Run run = run(train("--pairs @pairs.csv --pairs @more.csv --no-duplicates no"));
    PairCorpus pairs = PairCorpus.read(work.resolve("pairs.csv").toString(), Columns.DEFAULT);

    assertThat(run.data().get(0))
        .isEqualTo(
            Run.Source.data(
                pairs.name(), pairs.sha256(), pairs.pairs().size(), words(pairs.columns())));
    assertThat(run.data().get(1).size()).isEqualTo(12);
  }

  @Test
  void scoredPairsHaveTheFingerprintOfTheirScores() {
    Run run = run(train("--pairs @pairs.csv --loss cosent"));
    ScoredPairCorpus pairs =
        ScoredPairCorpus.read(work.resolve("pairs.csv").toString(), Columns.DEFAULT);
    assertThat(run.data().get(0))
        .isEqualTo(Run.Source.data(pairs.name(), pairs.sha256(), 30, words(pairs.columns())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"half", "1", "1,2,3", "1,0", "1,-2", "1,", "1;2", "1,NaN", ""})
  void refusesWhatIsNoMix(String mix) {
    assertThatThrownBy(() -> TrainingData.weights(mix, 2))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(("mix " + mix).strip() + ": ");
  }

  @Test
  void readsMixes() {
    assertThat(TrainingData.weights("size", 2)).isEmpty();
    assertThat(TrainingData.weights("Equal", 2)).containsExactly(1.0, 1.0);
    assertThat(TrainingData.weights("2, .5", 2)).containsExactly(2.0, 0.5);
  }
}
