package org.isoscope.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * The tensors of a BERT encoder as found in another format, under canonical names and in canonical
 * orientation, but not yet known to be complete.
 *
 * @param where the file they come from, for errors
 * @param byName every tensor; more than the encoder's are allowed
 */
record FoundTensors(String where, Map<String, Safetensors.Entry> byName) {
  private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.([0-9]{1,4})\\..*");

  // Every published BERT was trained with this, and no tensor tells it.
  private static final double DROPOUT = 0.1;

  /**
   * The configuration, its sizes as the tensors' shapes tell them.
   *
   * @param heads attention heads, which no shape tells
   * @throws UserError when a tensor that tells a size is missing, or {@code heads} does not fit
   */
  EncoderConfig config(int heads, String activation, double layerNormEpsilon) {
    int vocabulary = size("embeddings.word_embeddings.weight", 0, 2);
    int hidden = hiddenSize();
    if (heads < 1 || hidden % heads != 0) {
      throw new UserError(
          where,
          "has a hidden size of " + hidden,
          "a multiple of its " + heads + " attention heads",
          "Use a BERT model");
    }
    int layers = 0;
    for (String name : byName.keySet()) {
      Matcher layer = LAYER.matcher(name);
      if (layer.matches()) {
        layers = Math.max(layers, Integer.parseInt(layer.group(1)) + 1);
      }
    }
    return new EncoderConfig(
        vocabulary,
        hidden,
        Math.max(layers, 1),
        heads,
        size("encoder.layer.0.intermediate.dense.bias", 0, 1),
        activation,
        layerNormEpsilon,
        size("embeddings.position_embeddings.weight", 0, 2),
        size("embeddings.token_type_embeddings.weight", 0, 2),
        DROPOUT,
        DROPOUT);
  }

  /**
   * The width of a hidden state, as the word embeddings tell it.
   *
   * @throws UserError when they are missing
   */
  int hiddenSize() {
    return size("embeddings.word_embeddings.weight", 1, 2);
  }

  /**
   * Writes {@code config.json} and {@code model.safetensors}: every parameter of the encoder, and
   * the pooler's where there is one.
   *
   * @throws UserError when a parameter is missing or has another shape than the configuration says
   */
  void write(Path directory, EncoderConfig config) {
    List<Safetensors.Entry> entries = new ArrayList<>();
    config.shapes().forEach((name, shape) -> entries.add(entry(name, shape)));
    Bert.poolerShapes(config)
        .forEach(
            (name, shape) -> {
              if (byName.containsKey(name)) {
                entries.add(entry(name, shape));
              }
            });
    // transformers wants to be told that the names are PyTorch's.
    Safetensors.write(directory.resolve("model.safetensors"), Map.of("format", "pt"), entries);
    WholeFile.writeText(directory.resolve("config.json"), config.toJson());
  }

  private Safetensors.Entry entry(String name, long[] shape) {
    Safetensors.Entry entry = byName.get(name);
    if (entry == null) {
      throw missing(name);
    }
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!entry.shape().equals(expected)) {
      throw new UserError(
          where + ": tensor " + name,
          "has the shape " + entry.shape(),
          expected.toString(),
          "Use a BERT model");
    }
    return entry;
  }

  private int size(String name, int axis, int rank) {
    Safetensors.Entry entry = byName.get(name);
    if (entry == null) {
      throw missing(name);
    }
    List<Long> shape = entry.shape();
    if (shape.size() != rank || shape.get(axis) < 1 || shape.get(axis) > Integer.MAX_VALUE) {
      throw new UserError(
          where + ": tensor " + name,
          "has the shape " + shape,
          rank == 1 ? "a vector" : "a matrix",
          "Use a BERT model");
    }
    return shape.get(axis).intValue();
  }

  private UserError missing(String name) {
    return new UserError(
        where + ": tensor " + name,
        "is missing",
        "every parameter of a BERT encoder, as 32-bit floats",
        "Use a BERT model that is neither quantized nor of another architecture");
  }
}
