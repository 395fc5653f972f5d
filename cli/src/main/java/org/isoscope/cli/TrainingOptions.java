package org.isoscope.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.isoscope.torch.Precision;
import org.isoscope.training.Schedule;
import org.isoscope.training.Seed;
import org.isoscope.training.TrainingSettings;
import picocli.CommandLine.Option;

/** How to train and what to measure meanwhile; the defaults are the demo's. */
final class TrainingOptions {
  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "64",
      description = "Steps of the optimizer. Default: ${DEFAULT-VALUE}.")
  int steps;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      defaultValue = "64",
      description = "Sentences or pairs a step. Default: ${DEFAULT-VALUE}.")
  int batchSize;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.05",
      description = "Divides the cosines in the loss. Default: ${DEFAULT-VALUE}.")
  double temperature;

  @Option(
      names = "--pooling",
      paramLabel = "P",
      defaultValue = "mean",
      description = "mean, cls, max, first-last, last-two. Default: ${DEFAULT-VALUE}.")
  String pooling;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      defaultValue = "3e-5",
      description = "At its peak. Default: ${DEFAULT-VALUE}.")
  double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "S",
      defaultValue = "linear",
      description =
          "Of the learning rate after the warm-up: linear (falls to 0) or constant. Default:"
              + " ${DEFAULT-VALUE}.")
  String schedule;

  @Option(
      names = "--warm-up",
      paramLabel = "W",
      defaultValue = "0.1",
      description =
          "Share of the steps in which the learning rate rises. Default: ${DEFAULT-VALUE}.")
  double warmUp;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      defaultValue = "0.01",
      description = "Decoupled, on matrices only. Default: ${DEFAULT-VALUE}.")
  double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      paramLabel = "N",
      defaultValue = "1",
      description = "Gradients are clipped to this norm. Default: ${DEFAULT-VALUE}.")
  double maxGradientNorm;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "auto",
      description =
          "Of the matrix products while training: fp32, bf16, or auto (bf16 where the processor has"
              + " it). Measures are taken in fp32 always. Default: ${DEFAULT-VALUE}.")
  String precision;

  @Option(
      names = "--probe-sentences",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Sentences that the probes measure, drawn with --seed; 0: as many as keep the probes at"
              + " about a tenth of the training time. Default: ${DEFAULT-VALUE}.")
  int probeSentences;

  @Option(
      names = "--probe-pairs",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Scored pairs of each --sts that the probes evaluate, drawn with --seed; all are evaluated"
              + " before and after. Default: ${DEFAULT-VALUE}.")
  int probePairs;

  /** The settings, checked. */
  TrainingSettings settings(Seed seed) {
    require("--steps", steps, steps >= 1, "at least 1");
    require("--batch-size", batchSize, batchSize >= 2, "at least 2: negatives are the others");
    require("--temperature", temperature, temperature > 0, "above 0");
    require("--learning-rate", learningRate, learningRate > 0, "above 0");
    require("--warm-up", warmUp, warmUp >= 0 && warmUp < 1, "a share: at least 0 and below 1");
    require("--weight-decay", weightDecay, weightDecay >= 0, "at least 0");
    require("--max-gradient-norm", maxGradientNorm, maxGradientNorm > 0, "above 0");
    require("--probe-sentences", probeSentences, probeSentences >= 0, "at least 0");
    require("--probe-pairs", probePairs, probePairs >= 2, "at least 2");
    Schedule chosen =
        switch (schedule.toLowerCase(Locale.ROOT)) {
          case "linear" -> Schedule.LINEAR;
          case "constant" -> Schedule.CONSTANT;
          default ->
              throw new UserError(
                  "--schedule " + schedule,
                  "is not a schedule",
                  "linear or constant",
                  "Choose one");
        };
    return new TrainingSettings(
        steps,
        batchSize,
        temperature,
        Pooling.parse(pooling),
        learningRate,
        chosen,
        warmUp,
        weightDecay,
        maxGradientNorm,
        seed);
  }

  Precision precision() {
    return Precision.parse(precision);
  }

  /**
   * How many sentences to probe: as many as keep all probes at about {@link #PROBE_SHARE} of the
   * training time. A training step costs three forward passes of two views of each item; a probe
   * costs {@link #PROBE_COST} forward passes of each sentence, in fp32, which is twice as slow as
   * bf16 where training has that.
   *
   * @param probes how many there will be
   * @param evaluated sentences that each probe encodes besides
   */
  int probeSentences(int probes, int evaluated) {
    if (probeSentences > 0) {
      return probeSentences;
    }
    double training = 6.0 * steps * batchSize / (precision() == Precision.BF16 ? 2 : 1);
    double affordable = (PROBE_SHARE * training / probes - evaluated) / PROBE_COST;
    return (int) Math.min(MOST, Math.max(FEWEST, affordable));
  }

  private static final double PROBE_SHARE = 0.1;

  /** A forward pass, and the measures, IsoScore above all, for half as much again. */
  private static final double PROBE_COST = 1.5;

  private static final int FEWEST = 32;
  private static final int MOST = 2000;

  /** A fixed sample of scored pairs, for the probes. */
  List<ScoredPairCorpus> probePairs(List<ScoredPairCorpus> sets, Seed seed) {
    List<ScoredPairCorpus> samples = new ArrayList<>();
    for (ScoredPairCorpus set : sets) {
      List<ScoredPairCorpus.ScoredPair> taken = new ArrayList<>();
      for (int i : TextOptions.draw(seed, "probe pairs", set.pairs().size(), probePairs)) {
        taken.add(set.pairs().get(i));
      }
      samples.add(ScoredPairCorpus.of(set.name(), taken));
    }
    return samples;
  }

  private static void require(String option, Number value, boolean holds, String expected) {
    if (!holds || !Double.isFinite(value.doubleValue())) {
      throw new UserError(
          option + " " + value, "is out of range", expected, "Choose another value");
    }
  }
}
