package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.isoscope.io.UserError;

/** How the hidden states of a sentence's tokens become its embedding. */
public enum Pooling {
  /** Mean over the tokens of the last layer. */
  MEAN,
  /** The last layer's hidden state of the first token, [CLS], as it is: no dense layer, no tanh. */
  CLS,
  /** Maximum over the tokens of the last layer, dimension by dimension. */
  MAX,
  /** Mean of the embedding output and the last layer, then mean over the tokens. */
  FIRST_LAST,
  /** Mean of the last two layers, then mean over the tokens. */
  LAST_TWO;

  /** The name used on the command line and in result files: {@code first-last}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The pooling of a name.
   *
   * @throws UserError for another word
   */
  public static Pooling parse(String label) {
    return Arrays.stream(values())
        .filter(p -> p.label().equals(label.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                UserError.parameter(
                    "pooling",
                    label,
                    "is not a pooling",
                    Arrays.stream(values()).map(Pooling::label).collect(Collectors.joining(", ")),
                    "Choose one"));
  }

  /**
   * Pools a packed batch.
   *
   * @param hidden hidden states of every layer, each {@code [rows, d]}
   * @return {@code [sentences, d]}, in the order in which the sentences were given to the pack
   */
  Tensor pool(List<Tensor> hidden, PackedBatch batch) {
    Tensor first = hidden.get(0);
    Tensor last = hidden.get(hidden.size() - 1);
    Tensor pooled =
        switch (this) {
          case MEAN -> perSentence(last, batch, x -> x.mean(1));
          case CLS -> perSentence(last, batch, x -> x.select(1, 0));
          case MAX -> perSentence(last, batch, x -> x.max(1).get0());
          case FIRST_LAST ->
              perSentence(first, batch, x -> x.mean(1))
                  .lerp(perSentence(last, batch, x -> x.mean(1)), half());
          case LAST_TWO ->
              perSentence(hidden.get(Math.max(0, hidden.size() - 2)), batch, x -> x.mean(1))
                  .lerp(perSentence(last, batch, x -> x.mean(1)), half());
        };
    return pooled.index_select(0, Tensors.of(batch.places()));
  }

  /**
   * Pools the hidden states of one sentence, as plain arrays.
   *
   * @param hidden states of every layer, each holding the tokens {@code [count, d]} from {@code
   *     offset}
   * @param offset of the first token's first element
   * @param count tokens
   * @param dimension d
   * @param out takes the embedding
   * @param outOffset of its first element
   */
  public void pool(
      float[][] hidden, int offset, int count, int dimension, float[] out, int outOffset) {
    float[] last = hidden[hidden.length - 1];
    for (int j = 0; j < dimension; j++) {
      out[outOffset + j] =
          switch (this) {
            case MEAN -> mean(last, offset + j, count, dimension);
            case CLS -> last[offset + j];
            case MAX -> max(last, offset + j, count, dimension);
            case FIRST_LAST ->
                (mean(hidden[0], offset + j, count, dimension)
                        + mean(last, offset + j, count, dimension))
                    / 2;
            case LAST_TWO ->
                (mean(hidden[Math.max(0, hidden.length - 2)], offset + j, count, dimension)
                        + mean(last, offset + j, count, dimension))
                    / 2;
          };
    }
  }

  private static float mean(float[] states, int offset, int count, int dimension) {
    double sum = 0;
    for (int t = 0; t < count; t++) {
      sum += states[offset + t * dimension];
    }
    return (float) (sum / count);
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

  /** Reduces each group's {@code [sentences, length, d]} over its tokens and joins the groups. */
  private static Tensor perSentence(
      Tensor states, PackedBatch batch, Function<Tensor, Tensor> reduction) {
    long dimension = states.size(1);
    TensorVector pooled = new TensorVector();
    for (PackedBatch.Group group : batch.groups()) {
      Tensor dense =
          states
              .narrow(0, group.row(), group.rows())
              .view(group.sentences(), group.length(), dimension); // [sentences, length, d]
      pooled.push_back(reduction.apply(dense));
    }
    return cat(pooled, 0);
  }
}
