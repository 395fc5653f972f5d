package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.cli.option.TrainingOptions;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.training.Probe;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine;

class TrainingOptionsTest {
  /** A step is a forward and a backward pass (twice the work) of two views of each item. */
  private static final int PASSES_OF_AN_ITEM = 3 * 2;

  /** What probing may cost, as a share of the training. */
  private static final double LIMIT = 0.15;

  /** Fewer probe sentences than this are not worth having, whatever they cost. */
  private static final int FEWEST = 32;

  @Command
  private static final class Holder {
    @Mixin TrainingOptions options;
  }

  private static TrainingOptions parsed(String... args) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(args);
    return holder.options;
  }

  @ParameterizedTest
  @CsvSource({
    "64, 64, 0",
    "64, 64, 128",
    "32, 64, 0",
    "128, 64, 128",
    "300, 64, 128",
    "1000, 32, 128",
    "1000, 256, 0",
    "165, 128, 256",
    "5000, 64, 512",
    "100000, 512, 0",
  })
  void probingStaysBelowItsShareOfTheSentencePasses(int steps, int batchSize, int evaluated) {
    TrainingOptions options =
        parsed("--steps", "" + steps, "--batch-size", "" + batchSize, "--precision", "fp32");
    int probes = Probe.count(steps);

    int sentences = options.probeSentences(steps, evaluated);

    double probing = (double) probes * (sentences + evaluated);
    double training = (double) PASSES_OF_AN_ITEM * steps * batchSize;
    assertThat(sentences).isBetween(FEWEST, 2000);
    assertThat(probing / training).isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void aShortTrainingStillHasAProbeWorthReading() {
    assertThat(parsed("--steps", "2", "--batch-size", "8").probeSentences(2, 0)).isEqualTo(FEWEST);
  }

  @Test
  void whatIsAskedForIsTaken() {
    assertThat(parsed("--probe-sentences", "7").probeSentences(8, 100)).isEqualTo(7);
  }

  @Test
  void probePairsAreAFixedSample() {
    ScoredPairCorpus set =
        ScoredPairCorpus.of(
            "set",
            IntStream.range(0, 200)
                .mapToObj(i -> new ScoredPairCorpus.ScoredPair("a" + i, "b" + i, i))
                .toList());
    TrainingOptions options = parsed("--probe-pairs", "20");

    ScoredPairCorpus sample = options.probePairs(List.of(set), new Seed(1)).get(0);

    assertThat(sample.name()).isEqualTo("set");
    assertThat(sample.pairs()).hasSize(20).isSubsetOf(set.pairs());
    assertThat(sample.pairs()).isSortedAccordingTo((x, y) -> Double.compare(x.score(), y.score()));
    assertThat(options.probePairs(List.of(set), new Seed(1)).get(0)).isEqualTo(sample);
    assertThat(options.probePairs(List.of(set), new Seed(2)).get(0)).isNotEqualTo(sample);
  }
}
