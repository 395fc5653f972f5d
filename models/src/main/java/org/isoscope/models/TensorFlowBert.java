package org.isoscope.models;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;

/**
 * Google's BERT in a {@link TensorFlowCheckpoint}: its variables under canonical names. TensorFlow
 * keeps a dense layer's kernel as [in, out]; it is turned to [out, in]. Optimiser state and task
 * heads are left out.
 */
final class TensorFlowBert {
  /** What Google's own code adds to the variance in layer normalisation. */
  static final double EPSILON = 1e-12;

  private static final Pattern PART =
      Pattern.compile("(?:.*/)?bert/((?:embeddings|encoder|pooler)/.*)");
  private static final Pattern LAYER = Pattern.compile("encoder/layer_([0-9]+)/(.*)");

  private TensorFlowBert() {}

  /**
   * The encoder's and the pooler's tensors.
   *
   * @param where the checkpoint's name, for errors
   */
  static FoundTensors find(String where, TensorFlowCheckpoint checkpoint) {
    Map<String, Safetensors.Entry> found = new LinkedHashMap<>();
    checkpoint
        .variables()
        .forEach(
            (variable, info) -> {
              Matcher part = PART.matcher(variable);
              if (part.matches()) {
                String name = canonical(part.group(1));
                Safetensors.Entry entry =
                    new Safetensors.Entry(name, info.shape(), () -> checkpoint.floats(variable));
                found.put(name, variable.endsWith("/kernel") ? Transposed.of(entry) : entry);
              }
            });
    return new FoundTensors(where, found);
  }

  /**
   * Writes the {@code tokenizer.json} that goes with a vocabulary.
   *
   * @param where the vocabulary's name, for errors
   * @param name the model's name, which may tell whether it is uncased
   * @throws UserError when the vocabulary does not fit the model
   */
  static void writeTokenizer(
      String where, Path vocabTxt, String name, EncoderConfig config, Path model) {
    Map<String, Integer> vocabulary = WordPieceTokenizer.readVocabulary(where, vocabTxt);
    if (vocabulary.size() != config.vocabularySize()) {
      throw new UserError(
          where,
          "has " + vocabulary.size() + " tokens",
          config.vocabularySize() + ", as the model's word embeddings have rows",
          "Use the vocabulary that the model was published with");
    }
    boolean uncased = WordPieceTokenizer.isUncased(name, vocabulary);
    WholeFile.writeText(
        model.resolve("tokenizer.json"), WordPieceTokenizer.json(vocabulary, uncased));
  }

  private static String canonical(String variable) {
    Matcher layer = LAYER.matcher(variable);
    String path =
        layer.matches() ? "encoder/layer/" + layer.group(1) + "/" + layer.group(2) : variable;
    int last = path.lastIndexOf('/');
    String leaf = path.substring(last + 1);
    String stem = path.substring(0, last).replace('/', '.');
    return switch (leaf) {
      case "kernel", "gamma" -> stem + ".weight";
      case "bias", "beta" -> stem + ".bias";
      case "word_embeddings", "position_embeddings", "token_type_embeddings" ->
          stem + "." + leaf + ".weight";
      default -> stem + "." + leaf;
    };
  }
}
