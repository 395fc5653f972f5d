package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.Evaluation;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every loss trains from the command line, on the items that it takes. */
class ObjectivesTest {
  /** Sums in another order, in single precision. */
  private static final double ROUNDING = 1e-4;

  private static final int ITEMS = 30;

  @TempDir Path work;

  @BeforeEach
  void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.scoredPairs(work.resolve("scored.csv"), ITEMS);
    List<String> sentences = SmallModel.sentences(4 * ITEMS);
    List<String> lines = new ArrayList<>(List.of("anchor,positive,one,two"));
    for (int i = 0; i < ITEMS; i++) {
      List<String> row = new ArrayList<>();
      for (int column = 0; column < 4; column++) {
        row.add(sentences.get(column * ITEMS + i));
      }
      lines.add(String.join(",", row));
    }
    Files.write(work.resolve("rows.csv"), lines);
  }

  private ResultDirectory train(String name, String options) {
    Path out = work.resolve(name);
    String arguments =
        "train --model " + work.resolve("model") + " --quiet --steps 3 --batch-size 6 --out " + out;
    Program.Outcome outcome =
        Program.run((arguments + " " + options.replace("@", work + "/")).split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    ResultDirectory results = new ResultDirectory(out);
    assertThat(results.metrics()).extracting(StepMetrics::step).containsExactly(1, 2, 3);
    return results;
  }

  private static double firstLoss(ResultDirectory results) {
    return results.metrics().get(0).loss();
  }

  @Test
  void hardNegativesAreCandidatesToo() {
    double pairs = firstLoss(train("pairs", "--pairs @rows.csv --column anchor positive"));
    String three = "--pairs @rows.csv --column anchor positive one two ";
    double negatives = firstLoss(train("negatives", three));
    double weighted = firstLoss(train("weighted", three + "--hard-negative-weight 4"));
    assertThat(weighted).isGreaterThan(negatives);
    assertThat(negatives).isNotEqualTo(pairs);
  }

  @Test
  void aLearnedTemperatureIsTold() {
    String options =
        "--pairs @rows.csv --column anchor positive --symmetric --learn-temperature"
            + " --temperature 0.1 --learning-rate 1e-3";
    Run run = train("learned", options).run().orElseThrow();
    assertThat(run.settings())
        .containsEntry("symmetric", true)
        .containsEntry("learn-temperature", true)
        .containsKey("log-temperature");
    assertThat(((Number) run.settings().get("log-temperature")).doubleValue())
        .isNotEqualTo((float) Math.log(0.1))
        .isBetween(Math.log(0.1) - 3e-3, Math.log(0.1) + 3e-3); // 3 steps of at most the rate
  }

  /** CoSENT looks at the order of the scores alone: no other loss passes this. */
  @Test
  void scoredPairsTrainCoSent() throws IOException {
    String options = "--loss cosent --learning-rate 1e-3 --pairs @";
    double loss = firstLoss(train("scores", options + "scored.csv"));
    rescore("order.csv", score -> 2 * score * score + 1);
    assertThat(firstLoss(train("order", options + "order.csv"))).isEqualTo(loss);
    rescore("reversed.csv", score -> 5 - score);
    double reversed = firstLoss(train("reversed", options + "reversed.csv"));
    assertThat(reversed).isNotEqualTo(loss);
    // log(1 + the sum of e^x), x of two pairs becoming -x: one sum is above their number, 1 or
    // more.
    assertThat(Math.max(reversed, loss)).isGreaterThan(Math.log(2));
  }

  /** Writes the scored pairs with other scores. */
  private void rescore(String name, DoubleUnaryOperator change) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(work.resolve("scored.csv"))) {
      int comma = line.lastIndexOf(',');
      double score = Double.parseDouble(line.substring(comma + 1));
      lines.add(line.substring(0, comma + 1) + change.applyAsDouble(score));
    }
    Files.write(work.resolve(name), lines);
  }

  @Test
  void tripletsTrainTheTripletLoss() {
    String triplets = "--pairs @rows.csv --column anchor positive one --loss triplet ";
    double euclidean = firstLoss(train("euclidean", triplets));
    double cosine = firstLoss(train("cosine", triplets + "--similarity cosine --margin 1.5"));
    assertThat(euclidean).isPositive();
    assertThat(cosine).isBetween(0.0, 3.5);
  }

  @Test
  void aMatryoshkaLossIsTheSumOverTheDimensions() {
    String pairs = "--pairs @rows.csv --column anchor positive ";
    double whole = firstLoss(train("whole", pairs));
    double sum = firstLoss(train("sum", pairs + "--matryoshka 24:0.5,24"));
    assertThat(sum / whole).isCloseTo(1.5, within(1e-5));
  }

  @Test
  void largeBatchesGoThroughInParts() {
    String pairs = "--pairs @scored.csv --column 1 2 ";
    StepMetrics whole = train("whole", pairs + "--dropout 0").metrics().get(0);
    StepMetrics parts = train("parts", pairs + "--dropout 0 --micro-batch-size 5").metrics().get(0);
    assertThat(parts.loss()).isCloseTo(whole.loss(), within(ROUNDING * whole.loss()));
    assertThat(parts.gradientNorm())
        .isCloseTo(whole.gradientNorm(), within(ROUNDING * whole.gradientNorm()));

    // A sentence has the same dropout masks in whatever part; gradients are added in other order.
    double masked = firstLoss(train("masked", pairs));
    assertThat(firstLoss(train("masked-again", pairs))).isEqualTo(masked);
    assertThat(firstLoss(train("masked-parts", pairs + "--micro-batch-size 5")))
        .isCloseTo(masked, within(ROUNDING * masked));
    assertThat(parts.gradientNorm()).as("in parts").isNotEqualTo(whole.gradientNorm());
  }

  @Test
  void aStepOfTwoBatchesHasTheTokensOfTwo() {
    String pairs = "--pairs @scored.csv --column 1 2 ";
    long one = train("one", pairs).metrics().get(0).tokens();
    long two = train("two", pairs + "--accumulate 2").metrics().get(0).tokens();
    assertThat(two).isBetween(one * 3 / 2, one * 5 / 2); // sentences differ in length
  }

  @Test
  void theAverageOfTheWeightsIsMeasuredAndSaved() {
    String sentences = "--text @rows.csv --column one --sts @scored.csv --learning-rate 1e-3 ";
    ResultDirectory last = train("last", sentences);
    ResultDirectory average = train("average", sentences + "--ema 0.9");
    assertThat(firstLoss(average)).isEqualTo(firstLoss(last));
    assertThat(average.metrics().get(2).loss()).isEqualTo(last.metrics().get(2).loss());
    assertThat(average.probes().get(3).layers()).isNotEqualTo(last.probes().get(3).layers());

    Path out = work.resolve("evaluated");
    String evaluate = "evaluate --model %s/model --sts %s --quiet --out %s";
    Program.run(
        String.format(evaluate, average.path(), work.resolve("scored.csv"), out).split(" "));
    Evaluation.Set saved = new ResultDirectory(out).evaluation().orElseThrow().sets().get(0);
    List<Evaluation.Set> told = average.evaluation().orElseThrow().sets();
    assertThat(told.get(told.size() - 1).step()).isEqualTo(3);
    assertThat(told.get(told.size() - 1).pearson()).isEqualTo(saved.pearson());
  }

  @Test
  void epochsSetTheSteps() throws IOException {
    Path out = work.resolve("epochs");
    String arguments =
        "train --model %s --pairs %s --column 1 2 --epochs 2 --batch-size 6 --quiet --out %s";
    Program.Outcome outcome =
        Program.run(
            String.format(arguments, work.resolve("model"), work.resolve("scored.csv"), out)
                .split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    int steps = (int) new ResultDirectory(out).run().orElseThrow().settings().get("steps");
    assertThat(steps).isBetween(6, 2 * ITEMS / 6);
    assertThat(new ResultDirectory(out).metrics()).hasSize(steps);
  }
}
