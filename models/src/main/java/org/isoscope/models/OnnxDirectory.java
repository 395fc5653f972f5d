package org.isoscope.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.io.Wording;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * A directory with a BERT encoder as an ONNX graph ({@code model.onnx} or {@code onnx/model.onnx})
 * and a {@code tokenizer.json}, as fastembed, LangChain4j and npm packages ship them. What there is
 * besides is read as from any directory: {@code config.json}, and the files of {@link
 * SentenceModules}.
 */
final class OnnxDirectory {
  private static final List<String> GRAPHS = List.of("model.onnx", "onnx/model.onnx");
  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "config.json";

  /** The directory itself, and a folder for each module. */
  private static final int DEPTH = 2;

  private OnnxDirectory() {}

  /** The graph in a transformer's directory; null where there is none, or weights beside it. */
  static @Nullable Path graph(Path transformer) {
    return Checkpoint.hasWeights(transformer)
        ? null
        : GRAPHS.stream().map(transformer::resolve).filter(Files::exists).findFirst().orElse(null);
  }

  /**
   * Refuses a directory that has no weights but an ONNX graph of another name, a quantized one
   * usually.
   */
  static void refuseOtherGraphs(Path transformer) {
    if (Checkpoint.hasWeights(transformer)) {
      return;
    }
    List<String> graphs =
        files(transformer, ".*\\.onnx").stream()
            .map(file -> transformer.relativize(file).toString())
            .toList();
    if (!graphs.isEmpty()) {
      throw new UserError(
          transformer.toString(),
          "has no weights but " + Wording.visible(String.join(", ", graphs)),
          "model.safetensors, or model.onnx in 32-bit floats",
          "Fetch one of these, neither quantized nor optimized");
    }
  }

  /** The other files that a conversion depends on, in the order of their names. */
  static List<Path> others(Path directory) {
    return files(directory, ".*\\.(json|safetensors)");
  }

  private static List<Path> files(Path directory, String name) {
    try (Stream<Path> files = Files.walk(directory, DEPTH)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> String.valueOf(file.getFileName()).matches(name))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) { // while it walks
      throw UserError.reading(directory, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw UserError.reading(directory, e);
    }
  }

  /**
   * Converts the model: its sizes are those of {@code config.json}, or where there is none, of the
   * graph.
   *
   * @param model gets the files of the Hugging Face layout
   * @throws UserError where a file is damaged or missing, or the graph is no BERT in 32-bit floats
   */
  static void convert(Path directory, Path graph, Path model) {
    SentenceModules modules = SentenceModules.read(directory);
    Path transformer = directory.resolve(modules.transformer());
    Path tokenizer = transformer.resolve(TOKENIZER);
    if (!Files.exists(tokenizer)) {
      throw new UserError(
          transformer.toString(),
          "has no " + TOKENIZER,
          "a tokenizer beside " + graph.getFileName(),
          "Fetch the file from where the model comes from");
    }
    RegularFile.require(graph);
    Json.readObject(tokenizer);
    OnnxBert bert = OnnxBert.open(graph.toString(), graph);
    FoundTensors tensors = bert.tensors();
    EncoderConfig config = config(transformer.resolve(CONFIG), graph, bert, tensors);
    tensors.write(model, config);
    copy(tokenizer, model.resolve(TOKENIZER));
    modules.write(model, config.hiddenSize());
    for (SentenceLayer layer : modules.layers()) {
      if (!layer.shapes().isEmpty()) {
        Path weights = Checkpoint.weightFiles(directory.resolve(layer.path())).get(0);
        copy(weights, model.resolve(layer.path()).resolve("model.safetensors"));
      }
    }
  }

  private static EncoderConfig config(Path file, Path graph, OnnxBert bert, FoundTensors tensors) {
    OptionalInt heads = bert.heads(tensors.hiddenSize());
    if (!Files.exists(file)) {
      return tensors.config(
          heads.orElseThrow(
              () ->
                  new UserError(
                      graph.toString(),
                      "does not tell its number of attention heads",
                      "a " + CONFIG + " beside it that does",
                      "Fetch the file from where the model comes from")),
          bert.activation(),
          bert.layerNormEpsilon());
    }
    EncoderConfig config = EncoderConfig.read(file);
    if (!config.family().modelType().equals("bert")) {
      throw new UserError(
          file + ": model_type",
          "is " + config.family().modelType(),
          "bert: of ONNX graphs no other model is read",
          "Use the model as config.json, model.safetensors and tokenizer.json");
    }
    if (heads.isPresent() && heads.getAsInt() != config.heads()) {
      throw new UserError(
          file + ": num_attention_heads",
          "is " + config.heads(),
          "the " + heads.getAsInt() + " of " + graph.getFileName(),
          "Use the config.json and the graph of one and the same model");
    }
    return config;
  }

  private static void copy(Path from, Path to) {
    WholeFile.write(to, out -> Files.copy(from, out));
  }
}
