package org.isoscope.training;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;

/**
 * An encoder that has never read a text: matrices and embeddings from a normal distribution of mean
 * 0 and standard deviation {@value #RANGE}, norms' weights 1, biases 0 (Devlin et al. 2019, BERT's
 * initializer_range, which the other families took over). A control: what a training shows from
 * here too owes nothing to the language that the model knows.
 *
 * <p>A parameter's values are a function of the seed, its name and its size: not of the family, nor
 * of what other parameters there are.
 */
public final class RandomInitialization {
  /** Standard deviation. */
  static final double RANGE = 0.02;

  private RandomInitialization() {}

  /**
   * Replaces all parameters.
   *
   * @param seed of the draws
   */
  public static void apply(Encoder encoder, Seed seed) {
    apply(encoder.parameters(), seed);
  }

  /** A vector is a norm's weight, which is named so, or a bias; all else is drawn. */
  static void apply(Parameters parameters, Seed seed) {
    for (String name : parameters.names()) {
      FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(parameters.get(name).numel()));
      if (parameters.get(name).dim() > 1) {
        normal(values, seed.stream("initialization of " + name, 0));
      } else {
        float value = name.endsWith(".weight") ? 1 : 0;
        for (int i = 0; i < values.limit(); i++) {
          values.put(i, value);
        }
      }
      parameters.set(name, values);
    }
  }

  /** Fills a buffer from the normal distribution. */
  static void normal(FloatBuffer values, SplittableRandom random) {
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, (float) (RANGE * random.nextGaussian()));
    }
  }
}
