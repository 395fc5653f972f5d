package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.isoscope.io.UserError;

/**
 * How the hidden states of a sentence's tokens become one vector: by one {@link Mode}, or by
 * several, whose vectors are put one behind another. Positions count from 1 at the sentence's first
 * token, [CLS] and the like included. Where a model leaves its prompt's tokens out, all modes are
 * taken over the tokens behind them, whose positions stay.
 *
 * @param modes at least one, each once, in the order of their vectors
 */
public record Pooling(List<Mode> modes) {
  /** {@link Mode#MEAN} alone. */
  public static final Pooling MEAN = new Pooling(List.of(Mode.MEAN));

  /** {@link Mode#CLS} alone. */
  public static final Pooling CLS = new Pooling(List.of(Mode.CLS));

  /** {@link Mode#MAX} alone. */
  public static final Pooling MAX = new Pooling(List.of(Mode.MAX));

  /** {@link Mode#FIRST_LAST} alone. */
  public static final Pooling FIRST_LAST = new Pooling(List.of(Mode.FIRST_LAST));

  /** {@link Mode#LAST_TWO} alone. */
  public static final Pooling LAST_TWO = new Pooling(List.of(Mode.LAST_TWO));

  /** From hidden states {@code [tokens, d]} to a vector {@code [d]}. */
  public enum Mode {
    /** Mean over the tokens of the last layer. */
    MEAN,
    /** The last layer's hidden state of the first token, [CLS], as it is: no dense layer. */
    CLS,
    /** Maximum over the tokens of the last layer, dimension by dimension. */
    MAX,
    /** Sum over the tokens of the last layer, divided by the square root of their number. */
    MEAN_SQRT_LEN,
    /** Mean over the tokens of the last layer, each weighted by its position (Muennighoff 2022). */
    WEIGHTED_MEAN,
    /** The last layer's hidden state of the last token. */
    LAST_TOKEN,
    /** Mean of the embedding output and the last layer, then mean over the tokens. */
    FIRST_LAST,
    /** Mean of the last two layers, then mean over the tokens. */
    LAST_TWO;

    /** The name used on the command line and in result files: {@code first-last}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it reads the last layer alone. */
    public boolean isOfLastLayer() {
      return this != FIRST_LAST && this != LAST_TWO;
    }
  }

  /**
   * Checks that there is a mode.
   *
   * @throws IllegalArgumentException where there is none, or one is there twice
   */
  public Pooling {
    modes = List.copyOf(modes);
    if (modes.isEmpty()) {
      throw new IllegalArgumentException("no mode");
    }
    if (modes.stream().distinct().count() < modes.size()) {
      throw new IllegalArgumentException("a mode twice: " + modes);
    }
  }

  /** A pooling by one mode for each that there is. */
  public static List<Pooling> single() {
    return Arrays.stream(Mode.values()).map(mode -> new Pooling(List.of(mode))).toList();
  }

  /**
   * The name used on the command line and in result files: {@code first-last}, {@code cls+mean}.
   */
  public String label() {
    return modes.stream().map(Mode::label).collect(Collectors.joining("+"));
  }

  /**
   * The pooling of a name.
   *
   * @throws UserError for another word
   */
  public static Pooling parse(String label) {
    List<Mode> modes = new ArrayList<>();
    for (String part : label.toLowerCase(Locale.ROOT).split("\\+", -1)) {
      modes.add(
          Arrays.stream(Mode.values())
              .filter(mode -> mode.label().equals(part) && !modes.contains(mode))
              .findFirst()
              .orElseThrow(() -> unknown(label)));
    }
    return new Pooling(modes);
  }

  private static UserError unknown(String label) {
    return UserError.parameter(
        "pooling",
        label,
        "is not a pooling",
        Arrays.stream(Mode.values()).map(Mode::label).collect(Collectors.joining(", "))
            + ", or several joined by +",
        "Choose one");
  }

  /** Width of the vectors, where hidden states are {@code hiddenSize} wide. */
  public int dimension(int hiddenSize) {
    return Math.multiplyExact(modes.size(), hiddenSize);
  }

  /** Whether all its modes read the last layer alone. */
  public boolean isOfLastLayer() {
    return modes.stream().allMatch(Mode::isOfLastLayer);
  }

  /**
   * Pools a packed batch.
   *
   * @param hidden hidden states of every layer, each {@code [rows, d]}
   * @param skipped tokens at the beginning of each sentence that are left out; its last never is
   * @return {@code [sentences, dimension]}, in the order in which the sentences were given to the
   *     pack
   */
  Tensor pool(List<Tensor> hidden, PackedBatch batch, int skipped) {
    TensorVector pooled = new TensorVector();
    for (Mode mode : modes) {
      pooled.push_back(pool(mode, hidden, batch, skipped));
    }
    Tensor joined = modes.size() == 1 ? pooled.get(0) : cat(pooled, 1);
    return joined.index_select(0, Tensors.of(batch.places(), joined));
  }

  private static Tensor pool(Mode mode, List<Tensor> hidden, PackedBatch batch, int skipped) {
    Tensor first = hidden.get(0);
    Tensor last = hidden.get(hidden.size() - 1);
    return switch (mode) {
      case MEAN -> perSentence(last, batch, skipped, x -> x.mean(1));
      case CLS -> perSentence(last, batch, skipped, x -> x.select(1, 0));
      case MAX -> perSentence(last, batch, skipped, x -> x.max(1).get0());
      case MEAN_SQRT_LEN ->
          perSentence(
              last, batch, skipped, x -> x.mean(1).mul(new Scalar(Math.sqrt((double) x.size(1)))));
      case WEIGHTED_MEAN -> weighted(last, batch, skipped);
      case LAST_TOKEN -> perSentence(last, batch, skipped, x -> x.select(1, -1));
      case FIRST_LAST ->
          perSentence(first, batch, skipped, x -> x.mean(1))
              .lerp(perSentence(last, batch, skipped, x -> x.mean(1)), half());
      case LAST_TWO ->
          perSentence(hidden.get(Math.max(0, hidden.size() - 2)), batch, skipped, x -> x.mean(1))
              .lerp(perSentence(last, batch, skipped, x -> x.mean(1)), half());
    };
  }

  /**
   * Pools the hidden states of one sentence, as plain arrays.
   *
   * @param hidden states of every layer, each holding the tokens {@code [count, d]} from {@code
   *     offset}
   * @param offset of the first token's first element
   * @param count tokens
   * @param dimension d
   * @param skipped tokens at the beginning that are left out; the last never is
   * @param out takes the embedding, {@link #dimension} elements
   * @param outOffset of its first element
   */
  void pool(
      float[][] hidden,
      int offset,
      int count,
      int dimension,
      int skipped,
      float[] out,
      int outOffset) {
    int from = Math.min(skipped, count - 1);
    int first = offset + from * dimension;
    int tokens = count - from;
    float[] last = hidden[hidden.length - 1];
    for (int m = 0; m < modes.size(); m++) {
      for (int j = 0; j < dimension; j++) {
        int at = first + j;
        out[outOffset + m * dimension + j] =
            switch (modes.get(m)) {
              case MEAN -> mean(last, at, tokens, dimension);
              case CLS -> last[at];
              case MAX -> max(last, at, tokens, dimension);
              case MEAN_SQRT_LEN -> (float) (mean(last, at, tokens, dimension) * Math.sqrt(tokens));
              case WEIGHTED_MEAN -> weightedMean(last, at, tokens, dimension, from + 1);
              case LAST_TOKEN -> last[at + (tokens - 1) * dimension];
              case FIRST_LAST ->
                  (mean(hidden[0], at, tokens, dimension) + mean(last, at, tokens, dimension)) / 2;
              case LAST_TWO ->
                  (mean(hidden[Math.max(0, hidden.length - 2)], at, tokens, dimension)
                          + mean(last, at, tokens, dimension))
                      / 2;
            };
      }
    }
  }

  private static float mean(float[] states, int offset, int count, int dimension) {
    double sum = 0;
    for (int t = 0; t < count; t++) {
      sum += states[offset + t * dimension];
    }
    return (float) (sum / count);
  }

  private static float weightedMean(
      float[] states, int offset, int count, int dimension, int position) {
    double sum = 0;
    double weights = 0;
    for (int t = 0; t < count; t++) {
      sum += (double) (position + t) * states[offset + t * dimension];
      weights += position + t;
    }
    return (float) (sum / weights);
  }

  private static float max(float[] states, int offset, int count, int dimension) {
    float max = Float.NEGATIVE_INFINITY;
    for (int t = 0; t < count; t++) {
      max = Math.max(max, states[offset + t * dimension]);
    }
    return max;
  }

  private static Scalar half() {
    return new Scalar(0.5);
  }

  private static Tensor weighted(Tensor states, PackedBatch batch, int skipped) {
    return perSentence(
        states,
        batch,
        skipped,
        x -> {
          float[] weights = new float[Math.toIntExact(x.size(1))];
          int position = 1 + skipped; // in the sentence
          double sum = 0;
          for (int t = 0; t < weights.length; t++) {
            weights[t] = position + t;
            sum += weights[t];
          }
          for (int t = 0; t < weights.length; t++) {
            weights[t] = (float) (weights[t] / sum);
          }
          return x.mul(Tensors.of(weights, x).view(1, -1, 1)).sum(1); // [sentences, d]
        });
  }

  /** Reduces each group's {@code [sentences, tokens, d]} over its tokens and joins the groups. */
  private static Tensor perSentence(
      Tensor states, PackedBatch batch, int skipped, Function<Tensor, Tensor> reduction) {
    long dimension = states.size(1);
    TensorVector pooled = new TensorVector();
    for (PackedBatch.Group group : batch.groups()) {
      Tensor dense =
          states
              .narrow(0, group.row(), group.rows())
              .view(group.sentences(), group.length(), dimension); // [sentences, length, d]
      int from = Math.min(skipped, group.length() - 1);
      pooled.push_back(
          reduction.apply(from == 0 ? dense : dense.narrow(1, from, group.length() - from)));
    }
    return cat(pooled, 0);
  }
}
