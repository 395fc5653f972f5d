package org.isoscope.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.isoscope.torch.Precision;
import org.isoscope.training.CoSent;
import org.isoscope.training.InLoopEvaluation;
import org.isoscope.training.InfoNce;
import org.isoscope.training.LayerRates;
import org.isoscope.training.Matryoshka;
import org.isoscope.training.Objective;
import org.isoscope.training.Probe;
import org.isoscope.training.Schedule;
import org.isoscope.training.Seed;
import org.isoscope.training.TrainingSettings;
import org.isoscope.training.Triplet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How to train and what to measure meanwhile; the defaults are the demo's. */
final class TrainingOptions {
  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "64",
      description = "Steps of the optimizer. Default: ${DEFAULT-VALUE}.")
  int steps;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "0",
      description =
          "Passes over the data, instead of --steps; 0: as --steps says. Default:"
              + " ${DEFAULT-VALUE}.")
  int epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      defaultValue = "64",
      description =
          "Sentences or pairs in a batch; each is a negative of the others. Default:"
              + " ${DEFAULT-VALUE}.")
  int batchSize;

  @Option(
      names = "--micro-batch-size",
      paramLabel = "M",
      defaultValue = "0",
      description =
          "Sentences in a forward pass: a batch of more is computed in parts, twice, in the memory"
              + " of one part, with the gradient of the whole (GradCache); 0: a batch goes through"
              + " at once. Default: ${DEFAULT-VALUE}.")
  int microBatchSize;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Batches a step, whose gradients are averaged; items of different batches are no negatives"
              + " of each other. Default: ${DEFAULT-VALUE}.")
  int accumulate;

  @Option(
      names = "--no-duplicates",
      paramLabel = "yes|no",
      description =
          "Whether an item that has a text in common with another of its batch waits for a later"
              + " batch. Default: yes for infonce on pairs, else no.")
  @Nullable String noDuplicates;

  @Option(
      names = "--loss",
      paramLabel = "L",
      defaultValue = "infonce",
      description =
          "infonce (each anchor is to find its positive in the batch), cosent (cosines in the order"
              + " of the pairs' scores), triplet (the negative farther than the positive). Default:"
              + " ${DEFAULT-VALUE}.")
  String loss;

  @Option(
      names = "--symmetric",
      description = "With infonce: each positive is to find its anchor too.")
  boolean symmetric;

  @Option(
      names = "--similarity",
      paramLabel = "S",
      description =
          "Of embeddings: cosine or dot with infonce, euclidean or cosine (as distances) with"
              + " triplet. Default: the first of these.")
  @Nullable String similarity;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.05",
      description = "Divides the similarities in infonce and cosent. Default: ${DEFAULT-VALUE}.")
  double temperature;

  @Option(
      names = "--learn-temperature",
      description =
          "With infonce: the temperature is learned with the rest, from --temperature on.")
  boolean learnTemperature;

  @Option(
      names = "--hard-negative-weight",
      paramLabel = "W",
      defaultValue = "1",
      description =
          "With infonce: weight of an anchor's own hard negatives among all candidates. Default:"
              + " ${DEFAULT-VALUE}.")
  double hardNegativeWeight;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description =
          "With triplet: by how much the negative is to be farther. Default: 5, or .5 for cosine.")
  @Nullable Double margin;

  @Option(
      names = "--matryoshka",
      split = ",",
      paramLabel = "D",
      description =
          "Trains the first dimensions of the embeddings alone too, for each number of them given,"
              + " such as 384,256,128; D:W gives one a weight other than 1.")
  List<String> matryoshka = List.of();

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
          "Of the learning rate after the warm-up: linear or cosine (both fall to 0) or constant."
              + " Default: ${DEFAULT-VALUE}.")
  String schedule;

  @Option(
      names = "--warm-up",
      paramLabel = "W",
      defaultValue = "0.1",
      description =
          "Share of the steps in which the learning rate rises. Default: ${DEFAULT-VALUE}.")
  double warmUp;

  @Option(
      names = "--layer-decay",
      paramLabel = "D",
      defaultValue = "1",
      description =
          "Each layer's learning rate as a share of that of the layer above it. Default:"
              + " ${DEFAULT-VALUE}.")
  double layerDecay;

  @Option(names = "--freeze-embeddings", description = "The embeddings stay as they are.")
  boolean freezeEmbeddings;

  @Option(
      names = "--freeze-layers",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first N layers stay as they are. Default: ${DEFAULT-VALUE}.")
  int freezeLayers;

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
      names = "--ema",
      paramLabel = "D",
      defaultValue = "0",
      description =
          "Keeps an exponential moving average of the weights, of this decay, such as .999 (at step t"
              + " at most (1 + t) / (10 + t)): it is what is measured and saved; 0: none. Default:"
              + " ${DEFAULT-VALUE}.")
  double averageDecay;

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

  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Steps from one evaluation of all of --sts to the next; 0: before and after only. Default:"
              + " ${DEFAULT-VALUE}.")
  int evaluateEvery;

  @Option(
      names = "--best-by",
      paramLabel = "M",
      defaultValue = "spearman",
      description =
          "With --evaluate-every, by what a step is the best: spearman or pearson of the first --sts,"
              + " or loss, the mean training loss since the last evaluation. Default:"
              + " ${DEFAULT-VALUE}.")
  String bestBy;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "With --evaluate-every: N evaluations in a row without a better one end the training; 0:"
              + " never. Default: ${DEFAULT-VALUE}.")
  int patience;

  @Option(
      names = "--save",
      paramLabel = "S",
      defaultValue = "last",
      description =
          "The model that is saved: that of the last step, or with --evaluate-every the best. Default:"
              + " ${DEFAULT-VALUE}.")
  String save;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Steps from one checkpoint to the next, under checkpoints/; 0: ten minutes. Each is three"
              + " times as large as the model. Default: ${DEFAULT-VALUE}.")
  int checkpointEvery;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "K",
      defaultValue = "2",
      description = "The last K checkpoints are kept. Default: ${DEFAULT-VALUE}.")
  int keepCheckpoints;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Goes on with a training that died or was ended early, from its last whole checkpoint in"
              + " DIR, with the options it was begun with: the result is the same.")
  @Nullable Path resume;

  @Option(
      names = "--tensorboard",
      description =
          "Write events for TensorBoard too: `tensorboard --logdir DIR/tensorboard` shows them, also"
              + " meanwhile.")
  boolean tensorboard;

  /** Options that go with some losses only. */
  private static final Map<String, List<String>> LOSSES =
      Map.of(
          "--symmetric", List.of("infonce"),
          "--similarity", List.of("infonce", "triplet"),
          "--temperature", List.of("infonce", "cosent"),
          "--learn-temperature", List.of("infonce"),
          "--hard-negative-weight", List.of("infonce"),
          "--margin", List.of("triplet"));

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  /** Whether the loss takes scored pairs. */
  boolean scored() {
    return loss.equalsIgnoreCase("cosent");
  }

  /**
   * The settings, checked.
   *
   * @param pairs whether the items are pairs
   * @param negatives hard negatives of each pair
   */
  TrainingSettings settings(Seed seed, boolean pairs, int negatives) {
    require("--epochs", epochs, epochs >= 0, "at least 0");
    if (epochs > 0 && command.commandLine().getParseResult().hasMatchedOption("--steps")) {
      throw new UserError(
          "--steps and --epochs", "exclude each other", "one of the two", "Leave one out");
    }
    require("--probe-sentences", probeSentences, probeSentences >= 0, "at least 0");
    require("--checkpoint-every", checkpointEvery, checkpointEvery >= 0, "at least 0");
    require("--keep-checkpoints", keepCheckpoints, keepCheckpoints >= 1, "at least 1");
    require("--probe-pairs", probePairs, probePairs >= 2, "at least 2");
    return TrainingSettings.defaults()
        .withSteps(steps)
        .withBatchSize(batchSize)
        .withMicroBatchSize(microBatchSize)
        .withAccumulate(accumulate)
        .withNoDuplicates(
            noDuplicates == null
                ? pairs && loss.equalsIgnoreCase("infonce")
                : ColumnOptions.yes("--no-duplicates", noDuplicates))
        .withObjective(objective(pairs, negatives))
        .withPooling(Pooling.parse(pooling))
        .withLearningRate(learningRate)
        .withSchedule(Schedule.parse(schedule))
        .withWarmUp(warmUp)
        .withLayerRates(new LayerRates(layerDecay, freezeEmbeddings, freezeLayers))
        .withWeightDecay(weightDecay)
        .withMaxGradientNorm(maxGradientNorm)
        .withAverageDecay(averageDecay)
        .withSeed(seed);
  }

  /**
   * The evaluation in the loop, checked.
   *
   * @param sts the sets of --sts
   */
  InLoopEvaluation evaluation(List<ScoredPairCorpus> sts) {
    require("--evaluate-every", evaluateEvery, evaluateEvery >= 0, "at least 0");
    require("--patience", patience, patience >= 0, "at least 0");
    InLoopEvaluation.Criterion by =
        switch (bestBy.toLowerCase(Locale.ROOT)) {
          case "spearman" -> InLoopEvaluation.Criterion.SPEARMAN;
          case "pearson" -> InLoopEvaluation.Criterion.PEARSON;
          case "loss" -> InLoopEvaluation.Criterion.LOSS;
          default ->
              throw new UserError(
                  "--best-by " + bestBy,
                  "is no figure to choose by",
                  "spearman, pearson or loss",
                  "Choose one");
        };
    boolean best =
        switch (save.toLowerCase(Locale.ROOT)) {
          case "last" -> false;
          case "best" -> true;
          default ->
              throw new UserError("--save " + save, "is neither", "last or best", "Choose one");
        };
    if (evaluateEvery == 0 && (patience > 0 || best)) {
      throw new UserError(
          best ? "--save best" : "--patience " + patience,
          "needs evaluations to choose by",
          "--evaluate-every",
          "Give it, or leave this out");
    }
    if (evaluateEvery > 0 && sts.isEmpty() && by != InLoopEvaluation.Criterion.LOSS) {
      throw new UserError(
          "--evaluate-every " + evaluateEvery,
          "has nothing to evaluate",
          "scored pairs in --sts, or --best-by loss",
          "Give one of these, or leave it out");
    }
    return new InLoopEvaluation(evaluateEvery, sts, by, patience, best);
  }

  private Objective objective(boolean pairs, int negatives) {
    String chosen = loss.toLowerCase(Locale.ROOT);
    Objective objective =
        switch (chosen) {
          case "infonce" -> infoNce(negatives);
          case "cosent" -> new CoSent(temperature);
          case "triplet" -> triplet();
          default ->
              throw new UserError(
                  "--loss " + loss, "is not a loss", "infonce, cosent or triplet", "Choose one");
        };
    for (Map.Entry<String, List<String>> option : new TreeMap<>(LOSSES).entrySet()) {
      if (!option.getValue().contains(chosen)
          && command.commandLine().getParseResult().hasMatchedOption(option.getKey())) {
        throw new UserError(
            option.getKey(),
            "says nothing of --loss " + chosen,
            "--loss " + String.join(" or ", option.getValue()),
            "Leave it out, or choose that loss");
      }
    }
    if (!chosen.equals("infonce") && !pairs) {
      throw new UserError(
          "--loss " + chosen,
          "cannot learn from sentences alone",
          scored() ? "scored pairs" : "triplets",
          "Use train with --pairs");
    }
    if (chosen.equals("triplet") && negatives != 1) {
      throw new UserError(
          "--loss triplet",
          "is to learn from pairs with " + negatives + " negatives each",
          "an anchor, a positive and a negative",
          "Name three columns with --column");
    }
    return matryoshka.isEmpty() ? objective : matryoshka(objective);
  }

  private InfoNce infoNce(int negatives) {
    require("--hard-negative-weight", hardNegativeWeight, hardNegativeWeight > 0, "above 0");
    if (hardNegativeWeight != 1 && negatives == 0) {
      throw new UserError(
          "--hard-negative-weight " + hardNegativeWeight,
          "weights nothing: the items have no hard negatives",
          "pairs with negatives",
          "Name more than two columns of --pairs with --column, or leave it out");
    }
    InfoNce.Similarity chosen =
        switch (similarity == null ? "cosine" : similarity.toLowerCase(Locale.ROOT)) {
          case "cosine" -> InfoNce.Similarity.COSINE;
          case "dot" -> InfoNce.Similarity.DOT;
          default -> throw noSimilarity("cosine or dot");
        };
    return new InfoNce(chosen, temperature, learnTemperature, symmetric, hardNegativeWeight);
  }

  private Triplet triplet() {
    Triplet.Distance distance =
        switch (similarity == null ? "euclidean" : similarity.toLowerCase(Locale.ROOT)) {
          case "euclidean" -> Triplet.Distance.EUCLIDEAN;
          case "cosine" -> Triplet.Distance.COSINE;
          default -> throw noSimilarity("euclidean or cosine");
        };
    double usual = distance == Triplet.Distance.EUCLIDEAN ? 5 : 0.5;
    double chosen = margin == null ? usual : margin;
    return new Triplet(distance, chosen);
  }

  private UserError noSimilarity(String expected) {
    return new UserError(
        "--similarity " + similarity,
        "is not one that --loss " + loss + " has",
        expected,
        "Choose one");
  }

  private Matryoshka matryoshka(Objective objective) {
    List<Integer> dimensions = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (String each : matryoshka) {
      Matcher matcher = DIMENSION.matcher(each.strip());
      if (!matcher.matches()) {
        throw new UserError(
            "--matryoshka " + each,
            "is no number of dimensions",
            "numbers such as 384,256,128 or, with a weight, 64:0.5",
            "Choose other values");
      }
      int dimension = Integer.parseInt(matcher.group(1));
      double weight = matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
      require("--matryoshka", dimension, dimension >= 1, "at least 1");
      require("--matryoshka " + dimension + ":", weight, weight > 0, "a weight above 0");
      dimensions.add(dimension);
      weights.add(weight);
    }
    return new Matryoshka(objective, dimensions, weights);
  }

  private static final Pattern DIMENSION =
      Pattern.compile("(\\d{1,6})(?::(\\d{1,9}(?:\\.\\d{1,9})?|\\.\\d{1,9}))?");

  Precision precision() {
    return Precision.parse(precision);
  }

  /**
   * How many sentences to probe: as many as keep all probes at about {@link #PROBE_SHARE} of the
   * training time. A training step costs three forward passes of two views of each item; a probe
   * costs {@link #PROBE_COST} forward passes of each sentence, in fp32, which is twice as slow as
   * bf16 where training has that.
   *
   * @param steps of the training
   * @param evaluated sentences that each probe encodes besides
   */
  int probeSentences(int steps, int evaluated) {
    if (probeSentences > 0) {
      return probeSentences;
    }
    double training =
        6.0 * steps * accumulate * batchSize / (precision() == Precision.BF16 ? 2 : 1);
    double affordable = (PROBE_SHARE * training / Probe.count(steps) - evaluated) / PROBE_COST;
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
