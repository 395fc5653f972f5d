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
      description = "Number of optimizer steps, at least 1. Default: ${DEFAULT-VALUE}.")
  public int steps;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "0",
      description =
          "Number of passes over the data, instead of --steps; 0: as --steps says. Default:"
              + " ${DEFAULT-VALUE}.")
  public int epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "B",
      defaultValue = "64",
      description =
          "Number of sentences or pairs in a batch, at least 2; each is a negative of the"
              + " others. Default: ${DEFAULT-VALUE}.")
  public int batchSize;

  @Option(
      names = "--micro-batch-size",
      paramLabel = "M",
      defaultValue = "0",
      description =
          "Number of sentences in a forward pass. A larger batch is computed in parts, twice,"
              + " in the memory of one part, with the gradient of the whole (GradCache); 0: the"
              + " whole batch at once. Default: ${DEFAULT-VALUE}.")
  public int microBatchSize;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of batches a step, whose gradients are averaged; items of different batches"
              + " are no negatives of each other. Default: ${DEFAULT-VALUE}.")
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
          "Training loss: infonce (each anchor is to find its positive in the batch), cosent"
              + " (cosines in the order of the scores of the pairs), triplet (the negative farther"
              + " than the positive), gor (no contrast: cosines of different items spread as on a"
              + " sphere). Default: ${DEFAULT-VALUE}.")
  public String loss;

  @Option(
      names = "--symmetric",
      description = "Symmetric loss, with infonce: each positive is to find its anchor, too.")
  public boolean symmetric;

  @Option(
      names = "--similarity",
      paramLabel = "S",
      description =
          "Similarity of two embeddings in the loss: cosine or dot with infonce, euclidean or"
              + " cosine (as distances) with triplet. Default: the first of these.")
  public @Nullable String similarity;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.05",
      description =
          "Temperature of the softmax in infonce and cosent, above 0: similarities are"
              + " divided by it. Default: ${DEFAULT-VALUE}.")
  public double temperature;

  @Option(
      names = "--learn-temperature",
      description =
          "Learned temperature, with infonce: it is trained with the rest and starts at"
              + " --temperature.")
  public boolean learnTemperature;

  @Option(
      names = "--hard-negative-weight",
      paramLabel = "W",
      defaultValue = "1",
      description =
          "Weight of the hard negatives of an anchor among all its candidates, with infonce,"
              + " above 0. Default: ${DEFAULT-VALUE}.")
  public double hardNegativeWeight;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description =
          "Margin of the triplet loss: the least difference of the distances to the negative"
              + " and to the positive. Default: 5, or .5 for cosine.")
  public @Nullable Double margin;

  @Option(
      names = "--matryoshka",
      split = ",",
      paramLabel = "D",
      description =
          "Matryoshka dimensions: the first dimensions of the embeddings are trained alone,"
              + " too, for each number of them given, such as 384,256,128; D:W gives one a weight"
              + " other than 1.")
  public List<String> matryoshka = List.of();

  @Option(
      names = "--pooling",
      paramLabel = "P",
      description =
          "Pooling, which makes a sentence's embedding of its tokens': mean, cls, max,"
              + " mean-sqrt-len, weighted-mean, last-token, first-last, last-two, or several joined"
              + " by +. Default: the model's own, else mean.")
  public @Nullable String pooling;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      defaultValue = "3e-5",
      description =
          "Peak learning rate of AdamW, reached after the warm-up. Default: ${DEFAULT-VALUE}.")
  public double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "S",
      defaultValue = "linear",
      description =
          "Schedule of the learning rate after the warm-up: linear or cosine (both fall to 0)"
              + " or constant. Default: ${DEFAULT-VALUE}.")
  public String schedule;

  @Option(
      names = "--warm-up",
      paramLabel = "W",
      defaultValue = "0.1",
      description =
          "Warm-up: the share of the steps, 0 up to 1, in which the learning rate rises to its"
              + " peak. Default: ${DEFAULT-VALUE}.")
  public double warmUp;

  @Option(
      names = "--layer-decay",
      paramLabel = "D",
      defaultValue = "1",
      description =
          "Layer-wise decay of the learning rate: each layer's rate as a share, above 0 up to"
              + " 1, of that of the layer above it. Default: ${DEFAULT-VALUE}.")
  public double layerDecay;

  @Option(
      names = "--freeze-embeddings",
      description = "Frozen embeddings: they stay as they are in the model.")
  public boolean freezeEmbeddings;

  @Option(
      names = "--freeze-layers",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of frozen layers: the first N stay as they are in the model. Default:"
              + " ${DEFAULT-VALUE}.")
  public int freezeLayers;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      defaultValue = "0.01",
      description =
          "Weight decay of AdamW, decoupled, at least 0; of matrices only, not of biases and"
              + " norms. Default: ${DEFAULT-VALUE}.")
  public double weightDecay;

  @Option(
      names = "--max-gradient-norm",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Greatest norm of the gradient of a step, above 0; a longer one is scaled down to"
              + " it. Default: ${DEFAULT-VALUE}.")
  public double maxGradientNorm;

  @Option(
      names = "--ema",
      paramLabel = "D",
      defaultValue = "0",
      description =
          "Decay of an exponential moving average of the weights, such as .999 (at step t at"
              + " most (1 + t) / (10 + t)). The average is what is measured and saved; 0: none."
              + " Default: ${DEFAULT-VALUE}.")
  public double averageDecay;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description =
          "Dropout probability while training, 0 up to 1, of hidden states and attention"
              + " weights. Default: the model's own.")
  public @Nullable Double dropout;

  @Option(
      names = "--same-mask",
      description =
          "Same dropout masks for both views of a sentence: without another --augmentation"
              + " there is nothing to learn but to repel (an ablation of SimCSE).")
  public boolean sameMask;

  @Option(
      names = "--head",
      paramLabel = "H",
      defaultValue = "none",
      description =
          "Head between the embeddings and the loss, in training only: none, or mlp (a layer"
              + " with tanh, as in SimCSE). Default: ${DEFAULT-VALUE}.")
  public String head;

  @Option(
      names = "--augmentation",
      paramLabel = "A",
      defaultValue = "none",
      description =
          "Augmentation that makes a sentence's positive, besides dropout: none, crop:SHARE"
              + " (a span that leaves out this share of the words) or delete:SHARE (each word is"
              + " left out with this probability). Default: ${DEFAULT-VALUE}.")
  public String augmentation;

  @Option(
      names = "--shuffle-positives",
      description =
          "Shuffled positives, a control: each item's positive is that of another item, so"
              + " that nothing true is left to be found.")
  public boolean shufflePositives;

  @Option(
      names = "--random-initialization",
      description =
          "Random initialization, a control: the training starts from random weights, not the"
              + " model's.")
  public boolean randomInitialization;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "auto",
      description =
          "Precision of the matrix products while training: fp32, bf16, or auto (bf16 where"
              + " the device has it). Measures are taken in fp32 always. Default:"
              + " ${DEFAULT-VALUE}.")
  public String precision;

  @Option(
      names = "--probe-sentences",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of sentences that the probes measure, drawn with --seed; 0: as many as keep"
              + " the probes at about a tenth of the training time. Default: ${DEFAULT-VALUE}.")
  public int probeSentences;

  @Option(
      names = "--probe-pairs",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Number of scored pairs of each --sts that the probes evaluate, drawn with --seed;"
              + " all are evaluated before and after. Default: ${DEFAULT-VALUE}.")
  public int probePairs;

  @Option(
      names = "--reference-sentences",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of sentences that carry the evidence for the paper's claims, measured"
              + " before and after; 0: as many as take about a twentieth of the training time, none"
              + " where these are too few. Default: ${DEFAULT-VALUE}.")
  public int referenceSentences;

  @Option(
      names = "--evaluate-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of steps from one evaluation of all of --sts, and of the rows held out, to the"
              + " next; 0: before and after only. Default: ${DEFAULT-VALUE}.")
  public int evaluateEvery;

  @Option(
      names = "--best-by",
      paramLabel = "M",
      defaultValue = "spearman",
      description =
          "Criterion of the best step, with --evaluate-every: spearman or pearson of the first --sts,"
              + " mrr (mean reciprocal rank of the answers of the rows held out), or loss, the mean"
              + " training loss since the last evaluation. Default: mrr where rows are held out and"
              + " no --sts is given, else ${DEFAULT-VALUE}.")
  public String bestBy;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of evaluations in a row without a better one that end the training, with"
              + " --evaluate-every; 0: it is never ended early. Default: ${DEFAULT-VALUE}.")
  public int patience;

  @Option(
      names = "--save",
      paramLabel = "S",
      defaultValue = "last",
      description =
          "Step whose model is saved: last or, with --evaluate-every, best. Default:"
              + " ${DEFAULT-VALUE}.")
  public String save;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of steps from one checkpoint to the next, under checkpoints/; 0: one every"
              + " ten minutes. Each is three times as large as the model. Default: ${DEFAULT-VALUE}.")
  public int checkpointEvery;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "K",
      defaultValue = "2",
      description = "Number of checkpoints that are kept, the latest. Default: ${DEFAULT-VALUE}.")
  public int keepCheckpoints;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Directory of a training that died or was ended early: it goes on from its last"
              + " whole checkpoint, with the options it was begun with, and the result is the same.")
  public @Nullable Path resume;

  @Option(
      names = "--tensorboard",
      description =
          "Write events for TensorBoard, too: `tensorboard --logdir DIR/tensorboard` shows"
              + " them, also meanwhile.")
  public boolean tensorboard;
}
