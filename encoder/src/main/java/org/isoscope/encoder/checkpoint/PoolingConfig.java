package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isoscope.io.WholeFile;

/**
 * How a model directory makes sentence vectors, as sentence-transformers keeps it: {@code
 * modules.json}, {@code 1_Pooling/config.json}, and, where vectors are scaled to length 1, a module
 * {@code 2_Normalize}; and {@code config_sentence_transformers.json}, which says that vectors are
 * compared by their cosine and that texts get no prompt. It knows {@code mean}, {@code cls} and
 * {@code max}; a model with another pooling has none of these files.
 */
public final class PoolingConfig {
  private static final List<String> KNOWN = List.of("mean", "cls", "max");

  /** The first version that knows all that is written; an older reader than it would be warned. */
  private static final String VERSION = "3.0.0";

  private PoolingConfig() {}

  /**
   * Whether sentence-transformers knows a pooling.
   *
   * @param pooling its name
   */
  public static boolean isKnown(String pooling) {
    return KNOWN.contains(pooling);
  }

  /**
   * Removes the files.
   *
   * @param model the directory
   */
  public static void delete(Path model) throws IOException {
    Files.deleteIfExists(model.resolve("modules.json"));
    Files.deleteIfExists(model.resolve("1_Pooling").resolve("config.json"));
    Files.deleteIfExists(model.resolve("config_sentence_transformers.json"));
  }

  /**
   * Writes the files, where the pooling is one that sentence-transformers knows.
   *
   * @param model the directory
   * @param pooling its name
   * @param dimension of the embedding
   * @param normalize whether vectors are scaled to length 1
   */
  public static void write(Path model, String pooling, int dimension, boolean normalize) {
    if (!isKnown(pooling)) {
      return;
    }
    ArrayNode modules = Json.array();
    module(modules, "Transformer", "");
    module(modules, "Pooling", "1_Pooling");
    if (normalize) {
      module(modules, "Normalize", "2_Normalize"); // has no settings, so no directory
    }
    WholeFile.writeText(model.resolve("modules.json"), Json.pretty(modules));
    ObjectNode json = Json.object();
    json.put("word_embedding_dimension", dimension);
    json.put("pooling_mode_cls_token", pooling.equals("cls"));
    json.put("pooling_mode_mean_tokens", pooling.equals("mean"));
    json.put("pooling_mode_max_tokens", pooling.equals("max"));
    json.put("pooling_mode_mean_sqrt_len_tokens", false);
    WholeFile.writeText(model.resolve("1_Pooling").resolve("config.json"), Json.pretty(json));
    ObjectNode config = Json.object();
    config.putObject("__version__").put("sentence_transformers", VERSION);
    config.putObject("prompts");
    config.putNull("default_prompt_name");
    config.put("similarity_fn_name", "cosine");
    WholeFile.writeText(model.resolve("config_sentence_transformers.json"), Json.pretty(config));
  }

  /** The name of the pooling of a model directory; empty where it says none that is known here. */
  public static Optional<String> read(Path model) {
    Path file = model.resolve("1_Pooling").resolve("config.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode json = Json.readObject(file);
    List<String> modes = new ArrayList<>();
    // Since version 6 one field with the name; before, one for each pooling.
    if (json.has("pooling_mode")) {
      modes.add(json.get("pooling_mode").asText());
    } else {
      json.properties().stream()
          .filter(e -> e.getKey().startsWith("pooling_mode_") && e.getValue().asBoolean())
          .forEach(e -> modes.add(e.getKey().replaceAll("^pooling_mode_|_tokens?$", "")));
    }
    return modes.size() == 1 && KNOWN.contains(modes.get(0))
        ? Optional.of(modes.get(0))
        : Optional.empty();
  }

  /**
   * Whether a model directory says that vectors are scaled to length 1: a module of the type {@code
   * Normalize}, in whatever package sentence-transformers has it.
   */
  public static boolean normalizes(Path model) {
    Path file = model.resolve("modules.json");
    if (!Files.exists(file)) {
      return false;
    }
    for (JsonNode module : Json.readArray(file)) {
      if (module.path("type").asText().endsWith(".Normalize")) {
        return true;
      }
    }
    return false;
  }

  private static void module(ArrayNode modules, String type, String path) {
    modules
        .addObject()
        .put("idx", modules.size() - 1)
        .put("name", Integer.toString(modules.size() - 1))
        .put("path", path)
        .put("type", "sentence_transformers.models." + type);
  }
}
