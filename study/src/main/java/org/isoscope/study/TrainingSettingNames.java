package org.isoscope.study;

import static org.isoscope.study.Setting.Kind.LIST;
import static org.isoscope.study.Setting.Kind.NUMBER;
import static org.isoscope.study.Setting.Kind.SWITCH;
import static org.isoscope.study.Setting.Kind.TEXT;
import static org.isoscope.study.Setting.Kind.WHOLE;

import java.util.List;

/** All settings that a training has by name, as {@link NamedTraining} reads them. */
final class TrainingSettingNames {
  private static final List<String> YES_OR_NO = List.of("yes", "no");

  private TrainingSettingNames() {}

  /** In the order of the command line's help. */
  static final List<Setting> ALL =
      List.of(
          Setting.of(
              "model",
              TEXT,
              "a directory, org/name of the Hugging Face hub, maven:group:artifact:version, or a"
                  + " short name"),
          Setting.of("keep-layers", WHOLE, "keep the first N transformer layers; 0: all"),
          Setting.of("max-length", WHOLE, "cut sentences at N tokens; 0: the model's own limit"),
          Setting.of("prompt", TEXT, "put before each text; default: the model's own"),
          Setting.of(
              "query-prompt",
              TEXT,
              "put before the first texts of pairs; default: the model's own"),
          Setting.of(
              "document-prompt",
              TEXT,
              "put before the other texts of pairs; default: the model's own"),
          Setting.of("text", LIST, "sentences to train on"),
          Setting.of("pairs", LIST, "pairs to train on instead"),
          Setting.of("column", LIST, "columns of these files, by name or by number from 1"),
          Setting.choice("header", YES_OR_NO, "whether the files have a header"),
          Setting.of("format", TEXT, "extension that tells the files' format, if theirs does not"),
          Setting.of("group", TEXT, "column that says which rows belong together; default: each"),
          Setting.of(
              "hold-out",
              TEXT,
              "rows of the pairs that are not learned from: auto, none, a number or a share"),
          Setting.of("mix", TEXT, "how several data sets are mixed: size, equal, or weights"),
          Setting.of(
              "sentences", WHOLE, "take N rows of each data set, drawn with the seed; 0: all"),
          Setting.of("language", TEXT, "of the text, by its ISO 639 code"),
          Setting.of("probe-text", TEXT, "sentences whose geometry is followed"),
          Setting.of("probe-column", LIST, "columns of that text"),
          Setting.of("sts", LIST, "scored pairs to evaluate"),
          Setting.of("sts-column", LIST, "the three columns of these pairs"),
          Setting.of("steps", WHOLE, "steps of the optimizer"),
          Setting.of("epochs", WHOLE, "passes over the data, instead of steps"),
          Setting.of("batch-size", WHOLE, "sentences or pairs in a batch"),
          Setting.of("micro-batch-size", WHOLE, "sentences in a forward pass (GradCache); 0: all"),
          Setting.of("accumulate", WHOLE, "batches a step, whose gradients are averaged"),
          Setting.choice("no-duplicates", YES_OR_NO, "no text twice in a batch"),
          Setting.choice("loss", List.of("infonce", "cosent", "triplet", "gor"), "the objective"),
          Setting.of("symmetric", SWITCH, "infonce: each positive is to find its anchor too"),
          Setting.choice(
              "similarity", List.of("cosine", "dot", "euclidean"), "of embeddings in the loss"),
          Setting.of("temperature", NUMBER, "divides the similarities in infonce and cosent"),
          Setting.of("learn-temperature", SWITCH, "infonce: the temperature is learned"),
          Setting.of(
              "hard-negative-weight", NUMBER, "infonce: weight of an anchor's own negatives"),
          Setting.of("margin", NUMBER, "triplet: by how much the negative is to be farther"),
          Setting.of("matryoshka", LIST, "train the first D dimensions alone too: D or D:WEIGHT"),
          Setting.of(
              "pooling", TEXT, "how tokens become a sentence embedding; default: the model's own"),
          Setting.of("learning-rate", NUMBER, "at its peak"),
          Setting.choice(
              "schedule", List.of("linear", "cosine", "constant"), "of the learning rate"),
          Setting.of("warm-up", NUMBER, "share of the steps in which the learning rate rises"),
          Setting.of("layer-decay", NUMBER, "each layer's rate as a share of that above"),
          Setting.of("freeze-embeddings", SWITCH, "the embeddings stay as they are"),
          Setting.of("freeze-layers", WHOLE, "the first N layers stay as they are"),
          Setting.of("weight-decay", NUMBER, "decoupled, on matrices only"),
          Setting.of("max-gradient-norm", NUMBER, "gradients are clipped to this norm"),
          Setting.of("ema", NUMBER, "decay of an average of the weights; 0: none"),
          Setting.of("dropout", NUMBER, "probability of dropout; default: the model's own"),
          Setting.of("same-mask", SWITCH, "both views of a sentence under the same dropout masks"),
          Setting.choice("head", List.of("none", "mlp"), "on the embeddings, in training only"),
          Setting.of("augmentation", TEXT, "of the positive: none, crop:SHARE or delete:SHARE"),
          Setting.of("shuffle-positives", SWITCH, "control: each positive is of another item"),
          Setting.of(
              "random-initialization", SWITCH, "control: the training starts from random weights"),
          Setting.choice(
              "precision", List.of("auto", "fp32", "bf16"), "of the products while training"),
          Setting.of("device", TEXT, "that computes: cpu, cuda, cuda:1, mps or auto"),
          Setting.of(
              "probe-sentences", WHOLE, "sentences that the probes measure; 0: as affordable"),
          Setting.of("probe-pairs", WHOLE, "scored pairs of each set that the probes evaluate"),
          Setting.of(
              "reference-sentences",
              WHOLE,
              "sentences that carry the evidence for claims, before and after; 0: as affordable"),
          Setting.of(
              "evaluate-every", WHOLE, "steps from one whole evaluation to the next; 0: none"),
          Setting.choice(
              "best-by",
              List.of("spearman", "pearson", "mrr", "loss"),
              "by what a step is the best"),
          Setting.of("patience", WHOLE, "evaluations without a better one that end it; 0: never"),
          Setting.choice("save", List.of("last", "best"), "the model that is saved"),
          Setting.of("checkpoint-every", WHOLE, "steps between checkpoints; 0: ten minutes"),
          Setting.of("keep-checkpoints", WHOLE, "the last K checkpoints are kept"),
          Setting.of("tensorboard", SWITCH, "write events for TensorBoard too"));
}
