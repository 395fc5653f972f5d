package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.tanh;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.isoscope.encoder.Parameters;
import org.isoscope.io.UserError;
import org.isoscope.torch.Device;

/**
 * What lies between a sentence's embedding and the objective while training, and is left away
 * afterwards: the embedding that is measured and saved is that before it (SimCSE, Gao et al. 2021,
 * section 6.3, "MLP only in training"; Chen et al. 2020, SimCLR, section 4.2).
 */
public enum Head {
  /** Nothing: the objective sees the embeddings. */
  NONE,
  /** tanh(W x + b), W of {@code [d, d]}: SimCSE's, which is BERT's pooler anew. */
  MLP;

  private static final String WEIGHT = "dense.weight";
  private static final String BIAS = "dense.bias";

  /** The name in settings, which {@link #parse} reads: {@code mlp}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The head of a name.
   *
   * @throws UserError for another word
   */
  public static Head parse(String label) {
    return Arrays.stream(values())
        .filter(head -> head.label().equals(label.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                UserError.parameter(
                    "head",
                    label,
                    "is not a head",
                    Arrays.stream(values()).map(Head::label).collect(Collectors.joining(" or ")),
                    "Choose one"));
  }

  /**
   * What it learns, at its start: W from a normal distribution as {@link RandomInitialization} has
   * it, b at 0. Native memory, the caller's to close.
   *
   * @param d width of an embedding
   * @param seed of the draws
   * @param device of the embeddings
   */
  Parameters parameters(int d, Seed seed, Device device) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    if (this == MLP) {
      shapes.put(WEIGHT, new long[] {d, d});
      shapes.put(BIAS, new long[] {d});
    }
    return Parameters.load(
        shapes,
        device,
        name -> {
          FloatBuffer values = FloatBuffer.allocate(name.equals(WEIGHT) ? d * d : d);
          if (name.equals(WEIGHT)) {
            SplittableRandom random = seed.stream("head", 0);
            RandomInitialization.normal(values, random);
          }
          return values;
        });
  }

  /**
   * What the objective sees.
   *
   * @param embeddings {@code [sentences, d]}
   * @param learned as {@link #parameters} made them
   * @return {@code [sentences, d]}
   */
  Tensor apply(Tensor embeddings, Parameters learned) {
    return switch (this) {
      case NONE -> embeddings;
      case MLP ->
          tanh(linear(embeddings, learned.get(WEIGHT), new TensorOptional(learned.get(BIAS))));
    };
  }
}
