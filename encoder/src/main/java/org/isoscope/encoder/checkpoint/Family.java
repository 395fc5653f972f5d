package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A family of encoders: what its {@code config.json} calls things, and the names and shapes of its
 * parameters. These are the names of Hugging Face's bare model (its {@code BertModel}, not its
 * {@code BertForMaskedLM}), so that what is written is read there. A family is a value: two
 * configurations are equal only when their families are.
 *
 * <p>One whose layers are built like BERT's is a {@link PostNorm} and needs nothing else; {@link
 * ModernBert} has a forward pass of its own.
 */
public sealed interface Family permits ModernBert, PostNorm {

  /** The {@code model_type} in {@code config.json}. */
  String modelType();

  /** The name of Hugging Face's class of the bare model. */
  String architecture();

  /** What a name may begin with in the file of a model that has more than the encoder. */
  String prefix();

  /**
   * Every parameter's name and shape: embeddings first, then layer by layer, always in the same
   * order. A linear layer's weight has shape [out, in]. The map and the arrays are fresh: they are
   * the caller's to keep.
   */
  Map<String, long[]> shapes(EncoderConfig config);

  /**
   * This family's name for a field of BERT's {@code config.json}; null where it has no such field.
   */
  default @Nullable String field(String bertsName) {
    return bertsName;
  }

  /** Epsilon of layer normalisation where {@code config.json} is silent. */
  default double defaultEpsilon() {
    return 1e-12;
  }

  /** Probability of dropout where {@code config.json} is silent. */
  default double defaultDropout() {
    return 0.1;
  }

  /** The first token's row of the position embeddings; those before it stand for padding. */
  default int firstPosition() {
    return 0;
  }

  /** Adds to a {@code config.json} the fields that other families lack. */
  void write(ObjectNode json);

  /**
   * The canonical name for a name found in a file: without a known prefix, and with {@code
   * LayerNorm.gamma} and {@code .beta}, as old files have them, called weight and bias. A name that
   * means nothing here comes back as it is.
   */
  default String canonical(String found) {
    String name = found;
    for (String prefix : List.of(prefix(), "model.", "0.auto_model.")) {
      if (name.startsWith(prefix)) {
        name = name.substring(prefix.length());
        break;
      }
    }
    if (name.endsWith("LayerNorm.gamma")) {
      return name.substring(0, name.length() - "gamma".length()) + "weight";
    }
    if (name.endsWith("LayerNorm.beta")) {
      return name.substring(0, name.length() - "beta".length()) + "bias";
    }
    return name;
  }

  /** Names and shapes, as they are put together. */
  final class Shapes {
    private final Map<String, long[]> byName = new LinkedHashMap<>();

    Shapes matrix(String name, long rows, long columns) {
      byName.put(name, new long[] {rows, columns});
      return this;
    }

    Shapes linear(String name, long out, long in) {
      return linear(name, out, in, true);
    }

    Shapes linear(String name, long out, long in, boolean bias) {
      matrix(name + ".weight", out, in);
      return bias ? vector(name + ".bias", out) : this;
    }

    Shapes norm(String name, long size) {
      return norm(name, size, true);
    }

    Shapes norm(String name, long size, boolean bias) {
      vector(name + ".weight", size);
      return bias ? vector(name + ".bias", size) : this;
    }

    Map<String, long[]> byName() {
      return byName;
    }

    private Shapes vector(String name, long size) {
      byName.put(name, new long[] {size});
      return this;
    }
  }
}
