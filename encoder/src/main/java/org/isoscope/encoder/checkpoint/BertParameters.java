package org.isoscope.encoder.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a BERT encoder under their canonical names: those of Hugging Face's {@code
 * BertModel}, without the {@code bert.} prefix and without the pooler, which no sentence encoder
 * here uses. A linear layer's weight has shape [out, in].
 */
public final class BertParameters {
  private static final List<String> PREFIXES = List.of("bert.", "model.", "0.auto_model.");

  private BertParameters() {}

  /**
   * Every parameter's name and shape: embeddings first, then layer by layer, always in the same
   * order. The arrays are fresh: they are the caller's to keep.
   */
  public static Map<String, long[]> shapes(EncoderConfig config) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("embeddings.word_embeddings.weight", shape(config.vocabularySize(), hidden));
    shapes.put("embeddings.position_embeddings.weight", shape(config.maxPositions(), hidden));
    shapes.put(
        "embeddings.token_type_embeddings.weight", shape(config.typeVocabularySize(), hidden));
    norm(shapes, "embeddings.LayerNorm", hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "encoder.layer." + layer + ".";
      linear(shapes, prefix + "attention.self.query", hidden, hidden);
      linear(shapes, prefix + "attention.self.key", hidden, hidden);
      linear(shapes, prefix + "attention.self.value", hidden, hidden);
      linear(shapes, prefix + "attention.output.dense", hidden, hidden);
      norm(shapes, prefix + "attention.output.LayerNorm", hidden);
      linear(shapes, prefix + "intermediate.dense", inner, hidden);
      linear(shapes, prefix + "output.dense", hidden, inner);
      norm(shapes, prefix + "output.LayerNorm", hidden);
    }
    return shapes;
  }

  /**
   * The pooler's parameters (a linear layer on [CLS]), under the names they have beside the
   * canonical ones. Conversion keeps them where a model has them; nothing here reads them.
   */
  static Map<String, long[]> poolerShapes(EncoderConfig config) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    linear(shapes, "pooler.dense", config.hiddenSize(), config.hiddenSize());
    return shapes;
  }

  /**
   * The canonical name for a name found in a file: without a known prefix, and with {@code
   * LayerNorm.gamma} and {@code .beta}, as old files have them, called weight and bias. A name that
   * means nothing here comes back as it is.
   */
  static String canonical(String found) {
    String name = found;
    for (String prefix : PREFIXES) {
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

  private static void linear(Map<String, long[]> shapes, String name, long out, long in) {
    shapes.put(name + ".weight", shape(out, in));
    shapes.put(name + ".bias", shape(out));
  }

  private static void norm(Map<String, long[]> shapes, String name, long size) {
    shapes.put(name + ".weight", shape(size));
    shapes.put(name + ".bias", shape(size));
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }
}
