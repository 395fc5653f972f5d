package org.isoscope.encoder.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import org.isoscope.io.UserError;

/**
 * A layer between a sentence's pooled vector and its embedding, as sentence-transformers has it: a
 * module in a directory of its own, its settings in {@code config.json}, its parameters in {@code
 * model.safetensors}.
 */
public sealed interface SentenceLayer {
  /** What the parameters of all such layers begin with, beside those of the transformer. */
  String PREFIX = "modules.";

  /** The directory's name in the model's. */
  String path();

  /**
   * The width of what comes out.
   *
   * @param in the width of what goes in
   * @throws UserError where it takes another
   */
  int outputDimension(int in);

  /** Its parameters' shapes, by {@link #parameter} of their names. */
  default Map<String, long[]> shapes() {
    return Map.of();
  }

  /** What a parameter of its file is called among all of the model's. */
  default String parameter(String name) {
    return PREFIX + path() + "." + name;
  }

  /**
   * A linear layer, y = f(W x + b).
   *
   * @param path the directory's name
   * @param in width of x
   * @param out width of y
   * @param bias whether there is b
   * @param activation f
   */
  record Dense(String path, int in, int out, boolean bias, Activation activation)
      implements SentenceLayer {
    /** The name of W in its file, {@code [out, in]}. */
    public static final String WEIGHT = "linear.weight";

    /** The name of b in its file, {@code [out]}. */
    public static final String BIAS = "linear.bias";

    @Override
    public int outputDimension(int given) {
      return fitting(this, given, in, out);
    }

    @Override
    public Map<String, long[]> shapes() {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      shapes.put(parameter(WEIGHT), new long[] {out, in});
      if (bias) {
        shapes.put(parameter(BIAS), new long[] {out});
      }
      return shapes;
    }
  }

  /**
   * Layer normalisation (Ba et al. 2016) with epsilon {@value #EPSILON}, PyTorch's.
   *
   * @param path the directory's name
   * @param dimension width of what goes in and comes out
   */
  record LayerNorm(String path, int dimension) implements SentenceLayer {
    /** Added to the variance. */
    public static final double EPSILON = 1e-5;

    /** The name of the gain in its file. */
    public static final String WEIGHT = "norm.weight";

    /** The name of the bias in its file. */
    public static final String BIAS = "norm.bias";

    @Override
    public int outputDimension(int given) {
      return fitting(this, given, dimension, dimension);
    }

    @Override
    public Map<String, long[]> shapes() {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      shapes.put(parameter(WEIGHT), new long[] {dimension});
      shapes.put(parameter(BIAS), new long[] {dimension});
      return shapes;
    }
  }

  /**
   * Division by the Euclidean norm, or 1e-12 where that is less.
   *
   * @param path the directory's name
   */
  record Normalize(String path) implements SentenceLayer {
    @Override
    public int outputDimension(int in) {
      return in;
    }
  }

  /** The activations of a {@link Dense}, and PyTorch's classes of them. */
  enum Activation {
    /** None. */
    IDENTITY("torch.nn.modules.linear.Identity"),
    /** The hyperbolic tangent. */
    TANH("torch.nn.modules.activation.Tanh"),
    /** max(x, 0). */
    RELU("torch.nn.modules.activation.ReLU"),
    /** By the error function. */
    GELU("torch.nn.modules.activation.GELU"),
    /** 1 / (1 + exp(-x)). */
    SIGMOID("torch.nn.modules.activation.Sigmoid");

    private final String className;

    Activation(String className) {
      this.className = className;
    }

    /** PyTorch's class. */
    String className() {
      return className;
    }
  }

  private static int fitting(SentenceLayer layer, int given, int in, int out) {
    if (given != in) {
      throw UserError.parameter(
          "pooling",
          given + " wide",
          "does not fit the model's layer " + layer.path(),
          "vectors of " + in,
          "Choose the pooling that the model was made with");
    }
    return out;
  }
}
