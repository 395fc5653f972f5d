package org.isoscope.cli.option;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to train and what to measure meanwhile; {@code study} reads and checks them by name. */
public final class TrainingOptions {
  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "64",
      description = "Steps of the optimizer. Default: ${DEFAULT-VALUE}.")
  public int steps;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "0",
      description =
          "Passes over the data, instead of --steps; 0: as --steps says. Default:"
              + " ${DEFAULT-VALUE}.")
  public int epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      defaultValue = "64",
      description =
          "Sentences or pairs in a batch; each is a negative of the others. Default:"
              + " ${DEFAULT-VALUE}.")
  public int batchSize;

  @Option(
      names = "--micro-batch-size",
      paramLabel = "M",
      defaultValue = "0",
      description =
          "Sentences in a forward pass: a batch of more is computed in parts, twice, in the memory"
              + " of one part, with the gradient of the whole (GradCache); 0: a batch goes through"
              + " at once. Default: ${DEFAULT-VALUE}.")
  public int microBatchSize;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Batches a step, whose gradients are averaged; items of different batches are no negatives"
              + " of each other. Default: ${DEFAULT-VALUE}.")
  public int accumulate;

  @Option(
      names = "--no-duplicates",
      paramLabel = "yes|no",
      description =
          "Whether an item that has a text in common with another of its batch waits for a later"
              + " batch. Default: yes for infonce on pairs, else no.")
  public @Nullable String noDuplicates;

  @Option(
      names = "--loss",
      paramLabel = "L",
      defaultValue = "infonce",
      description =
          "infonce (each anchor is to find its positive in the batch), cosent (cosines in the order"
              + " of the pairs' scores), triplet (the negative farther than the positive), gor (no"
              + " contrast: cosines of different items are spread as on a sphere). Default:"
              + " ${DEFAULT-VALUE}.")
  public String loss;

  @Option(
      names = "--symmetric",
      description = "With infonce: each positive is to find its anchor too.")
  public boolean symmetric;

  @Option(
      names = "--similarity",
      paramLabel = "S",
      description =
          "Of embeddings: cosine or dot with infonce, euclidean or cosine (as distances) with"
              + " triplet. Default: the first of these.")
  public @Nullable String similarity;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.05",
      description = "Divides the similarities in infonce and cosent. Default: ${DEFAULT-VALUE}.")
  public double temperature;

  @Option(
      names = "--learn-temperature",
      description =
          "With infonce: the temperature is learned with the rest, from --temperature on.")
  public boolean learnTemperature;

  @Option(
      names = "--hard-negative-weight",
      paramLabel = "W",
      defaultValue = "1",
      description =
          "With infonce: weight of an anchor's own hard negatives among all candidates. Default:"
              + " ${DEFAULT-VALUE}.")
  public double hardNegativeWeight;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description =
          "With triplet: by how much the negative is to be farther. Default: 5, or .5 for cosine.")
  public @Nullable Double margin;

  @Option(
      names = "--matryoshka",
      split = ",",
      paramLabel = "D",
      description =
          "Trains the first dimensions of the embeddings alone too, for each number of them given,"
              + " such as 384,256,128; D:W gives one a weight other than 1.")
  public List<String> matryoshka = List.of();

  @Option(
      names = "--pooling",
      paramLabel = "P",
      description =
          "mean, cls, max, mean-sqrt-len, weighted-mean, last-token, first-last, last-two, or"
              + " several joined by +. Default: the model's own, else mean.")
  public @Nullable String pooling;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      defaultValue = "3e-5",
      description = "At its peak. Default: ${DEFAULT-VALUE}.")
  public double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "S",
      defaultValue = "linear",
      description =
          "Of the learning rate after the warm-up: linear or cosine (both fall to 0) or constant."
              + " Default: ${DEFAULT-VALUE}.")
  public String schedule;

  @Option(
      names = "--warm-up",
      paramLabel = "W",
      defaultValue = "0.1",
      description =
          "Share of the steps in which the learning rate rises. Default: ${DEFAULT-VALUE}.")
  public double warmUp;

  @Option(
      names = "--layer-decay",
      paramLabel = "D",
      defaultValue = "1",
      description =
          "Each layer's learning rate as a share of that of the layer above it. Default:"
              + " ${DEFAULT-VALUE}.")
  public double layerDecay;

  @Option(names = "--freeze-embeddings", description = "The embeddings stay as they are.")
  public boolean freezeEmbeddings;

  @Option(
      names = "--freeze-layers",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first N layers stay as they are. Default: ${DEFAULT-VALUE}.")
  public int freezeLayers;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      defaultValue = "0.01",
      description = "Decoupled, on matrices only. Default: ${DEFAULT-VALUE}.")
  public double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      paramLabel = "N",
      defaultValue = "1",
      description = "Gradients are clipped to this norm. Default: ${DEFAULT-VALUE}.")
  public double maxGradientNorm;

  @Option(
      names = "--ema",
      paramLabel = "D",
      defaultValue = "0",
      description =
          "Keeps an exponential moving average of the weights, of this decay, such as .999 (at step t"
              + " at most (1 + t) / (10 + t)): it is what is measured and saved; 0: none. Default:"
              + " ${DEFAULT-VALUE}.")
  public double averageDecay;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description =
          "Probability of dropout while training, of hidden states and attention weights. Default:"
              + " the model's own.")
  public @Nullable Double dropout;

  @Option(
      names = "--same-mask",
      description =
          "Both views of a sentence have the same dropout masks: without another --augmentation"
              + " there is nothing to learn but to repel (SimCSE's ablation).")
  public boolean sameMask;

  @Option(
      names = "--head",
      paramLabel = "H",
      defaultValue = "none",
      description =
          "Between the embeddings and the loss, in training only: none, or mlp (SimCSE's). Default:"
              + " ${DEFAULT-VALUE}.")
  public String head;

  @Option(
      names = "--augmentation",
      paramLabel = "A",
      defaultValue = "none",
      description =
          "What makes a sentence's positive besides dropout: none, crop:SHARE (a span that leaves out"
              + " so many of the words) or delete:SHARE (each word is left out with that"
              + " probability). Default: ${DEFAULT-VALUE}.")
  public String augmentation;

  @Option(
      names = "--shuffle-positives",
      description =
          "A control: each item's positive is that of another item, so that nothing true is left to"
              + " be found.")
  public boolean shufflePositives;

  @Option(
      names = "--random-initialization",
      description = "A control: the training starts from random weights, not the model's.")
  public boolean randomInitialization;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "auto",
      description =
          "Of the matrix products while training: fp32, bf16, or auto (bf16 where the processor has"
              + " it). Measures are taken in fp32 always. Default: ${DEFAULT-VALUE}.")
  public String precision;

  @Option(
      names = "--probe-sentences",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Sentences that the probes measure, drawn with --seed; 0: as many as keep the probes at"
              + " about a tenth of the training time. Default: ${DEFAULT-VALUE}.")
  public int probeSentences;

  @Option(
      names = "--probe-pairs",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Scored pairs of each --sts that the probes evaluate, drawn with --seed; all are evaluated"
              + " before and after. Default: ${DEFAULT-VALUE}.")
  public int probePairs;

  @Option(
      names = "--reference-sentences",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Sentences that carry the evidence for the paper's claims, measured before and after; 0: as"
              + " many as take about a twentieth of the training time, none where these are too few."
              + " Default: ${DEFAULT-VALUE}.")
  public int referenceSentences;

  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Steps from one evaluation of all of --sts, and of the rows held out, to the next; 0: before"
              + " and after only. Default: ${DEFAULT-VALUE}.")
  public int evaluateEvery;

  @Option(
      names = "--best-by",
      paramLabel = "M",
      defaultValue = "spearman",
      description =
          "With --evaluate-every, by what a step is the best: spearman or pearson of the first --sts,"
              + " mrr (mean reciprocal rank of the answers of the rows held out), or loss, the mean"
              + " training loss since the last evaluation. Default: mrr where rows are held out and"
              + " no --sts is given, else ${DEFAULT-VALUE}.")
  public String bestBy;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "With --evaluate-every: N evaluations in a row without a better one end the training; 0:"
              + " never. Default: ${DEFAULT-VALUE}.")
  public int patience;

  @Option(
      names = "--save",
      paramLabel = "S",
      defaultValue = "last",
      description =
          "The model that is saved: that of the last step, or with --evaluate-every the best. Default:"
              + " ${DEFAULT-VALUE}.")
  public String save;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Steps from one checkpoint to the next, under checkpoints/; 0: ten minutes. Each is three"
              + " times as large as the model. Default: ${DEFAULT-VALUE}.")
  public int checkpointEvery;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "K",
      defaultValue = "2",
      description = "The last K checkpoints are kept. Default: ${DEFAULT-VALUE}.")
  public int keepCheckpoints;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Goes on with a training that died or was ended early, from its last whole checkpoint in"
              + " DIR, with the options it was begun with: the result is the same.")
  public @Nullable Path resume;

  @Option(
      names = "--tensorboard",
      description =
          "Write events for TensorBoard too: `tensorboard --logdir DIR/tensorboard` shows them, also"
              + " meanwhile.")
  public boolean tensorboard;
}
