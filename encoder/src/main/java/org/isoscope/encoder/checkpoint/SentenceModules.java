package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.isoscope.encoder.checkpoint.SentenceLayer.Activation;
import org.isoscope.encoder.checkpoint.SentenceLayer.Dense;
import org.isoscope.encoder.checkpoint.SentenceLayer.LayerNorm;
import org.isoscope.encoder.checkpoint.SentenceLayer.Normalize;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.Json;
import org.isoscope.sentence.Prompts;
import org.jspecify.annotations.Nullable;

/**
 * How a model directory makes a sentence's vector of its text, as sentence-transformers keeps it:
 * {@code modules.json} names the transformer, the pooling and the layers behind it, in their order,
 * with a directory each; {@code sentence_bert_config.json} (in old models {@code
 * sentence_roberta_config.json} and the like) has the length; {@code
 * config_sentence_transformers.json} has the prompts. What changes a vector is read, or refused by
 * its name: nothing is passed over in silence.
 *
 * <p>A directory without {@code modules.json} is a transformer alone.
 *
 * @param transformer the directory of the transformer in the model's; empty: the model's itself
 * @param pooling label of the pooling; null where the model says none
 * @param includesPrompt whether the prompt's tokens are pooled like the others
 * @param layers between the pooling and the embedding, but a last normalization
 * @param normalizes whether embeddings are scaled to length 1 at last
 * @param maxLength tokens that a text is cut at, special tokens included; 0: the model says nothing
 * @param lowerCase whether texts are put in lower case before they are tokenized
 * @param prompts texts to put before a sentence
 * @param similarity how vectors are to be compared: cosine, dot, euclidean or manhattan
 */
public record SentenceModules(
    String transformer,
    @Nullable String pooling,
    boolean includesPrompt,
    List<SentenceLayer> layers,
    boolean normalizes,
    int maxLength,
    boolean lowerCase,
    Prompts prompts,
    String similarity) {

  /** A transformer alone. */
  public static final SentenceModules NONE =
      new SentenceModules("", null, true, List.of(), false, 0, false, Prompts.NONE, "cosine");

  private static final String MODULES = "modules.json";
  private static final String POOLING = "1_Pooling";
  private static final String CONFIG = "config.json";
  private static final String LENGTH = "sentence_bert_config.json";
  private static final String TOKENIZER = "tokenizer_config.json";

  /** Where the length may stand; the first that is there counts. */
  private static final List<String> LENGTHS =
      List.of(
          LENGTH,
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  /** Labels of poolings, and sentence-transformers' names and fields, in the order it has them. */
  private record Mode(String label, String name, String field) {}

  private static final List<Mode> MODES =
      List.of(
          new Mode("cls", "cls", "pooling_mode_cls_token"),
          new Mode("max", "max", "pooling_mode_max_tokens"),
          new Mode("mean", "mean", "pooling_mode_mean_tokens"),
          new Mode("mean-sqrt-len", "mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens"),
          new Mode("weighted-mean", "weightedmean", "pooling_mode_weightedmean_tokens"),
          new Mode("last-token", "lasttoken", "pooling_mode_lasttoken"));

  /** The modes that it had from its beginning: their fields are always written. */
  private static final int OLD_MODES = 4;

  /** Poolings that only this program has: it writes their labels, and others refuse them. */
  private static final List<String> OWN = List.of("first-last", "last-two");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private static final int MOST_TOKENS = 1_000_000;

  private static final int WIDEST = 1_000_000;

  /** The modules that are obeyed; the last changes no vector but while it is trained. */
  private static final List<String> TYPES =
      List.of("Transformer", "Pooling", "Dense", "LayerNorm", "Normalize", "Dropout");

  private static final String WITHOUT = "Where the model can do without it, take it out of a copy";

  /** Keeps a copy of the layers. */
  public SentenceModules {
    layers = List.copyOf(layers);
  }

  /** A transformer with a pooling, and with vectors of length 1 or as they are. */
  public static SentenceModules of(String pooling, boolean normalizes) {
    return NONE.withPooling(pooling).withNormalizes(normalizes);
  }

  /** With another pooling. */
  public SentenceModules withPooling(@Nullable String pooling) {
    Draft draft = new Draft(this);
    draft.pooling = pooling;
    return draft.whole();
  }

  /** With vectors of length 1, or as they are. */
  public SentenceModules withNormalizes(boolean normalizes) {
    Draft draft = new Draft(this);
    draft.normalizes = normalizes;
    return draft.whole();
  }

  /** With texts cut at so many tokens. */
  public SentenceModules withMaxLength(int maxLength) {
    Draft draft = new Draft(this);
    draft.maxLength = maxLength;
    return draft.whole();
  }

  /** With other prompts. */
  public SentenceModules withPrompts(Prompts prompts) {
    Draft draft = new Draft(this);
    draft.prompts = prompts;
    return draft.whole();
  }

  /** What is read bit by bit. */
  private static final class Draft {
    String transformer;
    @Nullable String pooling;
    boolean includesPrompt;
    final List<SentenceLayer> layers;
    boolean normalizes;
    int maxLength;
    boolean lowerCase;
    Prompts prompts;
    String similarity;

    Draft(SentenceModules from) {
      transformer = from.transformer;
      pooling = from.pooling;
      includesPrompt = from.includesPrompt;
      layers = new ArrayList<>(from.layers);
      normalizes = from.normalizes;
      maxLength = from.maxLength;
      lowerCase = from.lowerCase;
      prompts = from.prompts;
      similarity = from.similarity;
    }

    SentenceModules whole() {
      return new SentenceModules(
          transformer,
          pooling,
          includesPrompt,
          layers,
          normalizes,
          maxLength,
          lowerCase,
          prompts,
          similarity);
    }
  }

  /**
   * Width of an embedding.
   *
   * @param pooled width of a pooled vector
   * @throws UserError where a layer takes another
   */
  public int dimension(int pooled) {
    int dimension = pooled;
    for (SentenceLayer layer : layers) {
      dimension = layer.outputDimension(dimension);
    }
    return dimension;
  }

  /** The shapes of the layers' parameters, by their names. */
  public Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    layers.forEach(layer -> shapes.putAll(layer.shapes()));
    return shapes;
  }

  /**
   * Whether sentence-transformers knows a pooling.
   *
   * @param pooling its label
   */
  public static boolean isKnown(String pooling) {
    return List.of(pooling.split("\\+", -1)).stream()
        .allMatch(part -> MODES.stream().anyMatch(mode -> mode.label().equals(part)));
  }

  /**
   * Reads a model directory.
   *
   * @throws UserError where a file cannot be read, or says something that cannot be obeyed; it
   *     names the file and the module or field
   */
  public static SentenceModules read(Path model) {
    Draft draft = new Draft(NONE);
    Path file = model.resolve(MODULES);
    Path pooling = model.resolve(POOLING).resolve(CONFIG);
    if (Files.exists(file)) {
      readModules(draft, model, file);
    } else if (Files.exists(pooling)) {
      readPooling(draft, pooling);
    }
    readPrompts(draft, model.resolve(Prompts.FILE));
    readLength(draft, model.resolve(draft.transformer));
    return draft.whole();
  }

  private static void readModules(Draft draft, Path model, Path file) {
    Set<String> paths = new HashSet<>();
    int number = 0;
    for (JsonNode module : Json.readArray(file)) {
      String type = type(file, number, module);
      String path = module.path("path").asText("");
      boolean isTransformer = type.equals("Transformer");
      boolean named = NAME.matcher(path).matches() || (isTransformer && path.isEmpty());
      if (!named || !paths.add(path)) {
        throw refused(file, number, "has the path \"" + path + "\"", "a directory of its own");
      }
      Path config = model.resolve(path).resolve(CONFIG);
      switch (type) {
        case "Transformer" -> draft.transformer = path;
        case "Pooling" -> readPooling(draft, config);
        case "Dense" -> draft.layers.add(dense(path, config));
        case "LayerNorm" -> draft.layers.add(layerNorm(path, config));
        case "Normalize" -> draft.layers.add(normalize(path, config));
        case "Dropout" -> {}
        default -> throw new IllegalStateException(type);
      }
      if (isTransformer != (number == 0) || type.equals("Pooling") != (number == 1)) {
        throw refused(
            file, number, "is " + type, "Transformer first, then Pooling, then other modules");
      }
      number++;
    }
    if (number < 2) {
      throw refused(file, number, "is missing", "at least a Transformer and a Pooling");
    }
    while (!draft.layers.isEmpty()
        && draft.layers.get(draft.layers.size() - 1) instanceof Normalize) {
      draft.normalizes = true;
      draft.layers.remove(draft.layers.size() - 1);
    }
  }

  /**
   * The last part of a module's type.
   *
   * @throws UserError where it is none of {@link #TYPES}
   */
  private static String type(Path file, int number, JsonNode module) {
    String type = module.path("type").asText("");
    String last = type.substring(type.lastIndexOf('.') + 1);
    if (!type.startsWith("sentence_transformers.") || !TYPES.contains(last)) {
      throw refused(
          file,
          number,
          "is of the type " + Fields.shown(module.path("type")),
          String.join(", ", TYPES) + " of sentence-transformers");
    }
    return last;
  }

  private static void readPooling(Draft draft, Path file) {
    JsonNode json = Json.readObject(file);
    Fields fields = new Fields(file, json);
    List<String> labels = new ArrayList<>();
    JsonNode named = json.path("pooling_mode"); // since version 6
    if (named.isArray()) {
      named.forEach(name -> labels.add(label(fields, name)));
    } else if (!named.isMissingNode()) {
      labels.add(label(fields, named));
    }
    for (Mode mode : MODES) {
      if (named.isMissingNode() && fields.flag(mode.field())) {
        labels.add(mode.label());
      }
    }
    Set<String> known =
        new HashSet<>(
            Set.of(
                "pooling_mode",
                "word_embedding_dimension",
                "embedding_dimension",
                "include_prompt"));
    MODES.forEach(mode -> known.add(mode.field()));
    refuseOthers(fields, known);
    if (labels.isEmpty() || new HashSet<>(labels).size() < labels.size()) {
      throw fields.error("pooling_mode", String.valueOf(labels), "at least one pooling, each once");
    }
    draft.pooling = String.join("+", labels);
    draft.includesPrompt = !json.has("include_prompt") || fields.flag("include_prompt");
  }

  private static String label(Fields fields, JsonNode name) {
    for (Mode mode : MODES) {
      if (mode.name().equals(name.asText())) {
        return mode.label();
      }
    }
    if (OWN.contains(name.asText())) {
      return name.asText();
    }
    throw fields.error(
        "pooling_mode",
        Fields.shown(name),
        "one or several of " + String.join(", ", MODES.stream().map(Mode::name).toList()));
  }

  private static Dense dense(String path, Path file) {
    Fields fields = new Fields(file, Json.readObject(file));
    checkNames(fields);
    refuseOthers(
        fields,
        Set.of(
            "in_features",
            "out_features",
            "bias",
            "activation_function",
            "module_input_name",
            "module_output_name"));
    return new Dense(
        path,
        fields.integer("in_features", 1, WIDEST),
        fields.integer("out_features", 1, WIDEST),
        !fields.json().has("bias") || fields.flag("bias"),
        activation(fields));
  }

  private static Activation activation(Fields fields) {
    String name = "activation_function";
    JsonNode given = fields.json().path(name);
    if (given.isMissingNode()) {
      return Activation.TANH; // sentence-transformers' default
    }
    List<String> known = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      if (activation.className().equals(given.asText())) {
        return activation;
      }
      known.add(activation.className());
    }
    throw fields.error(name, Fields.shown(given), "one of " + String.join(", ", known));
  }

  private static LayerNorm layerNorm(String path, Path file) {
    Fields fields = new Fields(file, Json.readObject(file));
    refuseOthers(fields, Set.of("dimension"));
    return new LayerNorm(path, fields.integer("dimension", 1, WIDEST));
  }

  private static Normalize normalize(String path, Path file) {
    if (Files.exists(file)) { // before version 6 it had no settings
      Fields fields = new Fields(file, Json.readObject(file));
      checkNames(fields);
      refuseOthers(fields, Set.of("module_input_name", "module_output_name"));
    }
    return new Normalize(path);
  }

  /** Fails where a module reads or writes something else than sentences' vectors. */
  private static void checkNames(Fields fields) {
    fields.check("module_input_name", "sentence_embedding");
    fields.check("module_output_name", "sentence_embedding");
  }

  private static void readPrompts(Draft draft, Path file) {
    if (!Files.exists(file)) {
      return;
    }
    Fields fields = new Fields(file, Json.readObject(file));
    fields.check("model_type", "SentenceTransformer");
    refuseOthers(
        fields,
        Set.of(
            "__version__", "model_type", "prompts", "default_prompt_name", "similarity_fn_name"));
    draft.prompts = Prompts.read(file);
    draft.similarity = fields.json().path("similarity_fn_name").asText(draft.similarity);
  }

  /** The length and the letter case, which the transformer's directory tells. */
  private static void readLength(Draft draft, Path transformer) {
    for (String name : LENGTHS) {
      Path file = transformer.resolve(name);
      if (Files.exists(file)) {
        Fields fields = new Fields(file, Json.readObject(file));
        checkTransformer(fields);
        draft.maxLength = length(fields, "max_seq_length");
        draft.lowerCase = fields.flag("do_lower_case");
        break;
      }
    }
    Path file = transformer.resolve(TOKENIZER);
    if (Files.exists(file)) {
      Fields fields = new Fields(file, Json.readObject(file));
      fields.check("truncation_side", "right");
      draft.maxLength = draft.maxLength == 0 ? length(fields, "model_max_length") : draft.maxLength;
    }
  }

  private static void checkTransformer(Fields fields) {
    fields.check("transformer_task", "feature-extraction");
    fields.check("module_output_name", "token_embeddings");
    JsonNode modality = fields.json().path("modality_config");
    JsonNode text = modality.path("text");
    if (modality.isObject()
        && !(text.path("method").asText().equals("forward")
            && text.path("method_output_name").asText().equals("last_hidden_state"))) {
      throw fields.error(
          "modality_config",
          Fields.shown(modality),
          "the last_hidden_state that the method forward gives for text");
    }
    refuseOthers(
        fields,
        Set.of(
            "max_seq_length",
            "do_lower_case",
            "transformer_task",
            "module_output_name",
            "modality_config",
            "unpad_inputs"));
  }

  /** A length in tokens; 0 where there is none, or one beyond all models. */
  private static int length(Fields fields, String name) {
    JsonNode length = fields.json().path(name);
    // Some writers put a number of 31 digits for none.
    return length.isMissingNode()
            || length.isNull()
            || (length.isNumber() && length.doubleValue() > MOST_TOKENS)
        ? 0
        : fields.integer(name, 1, MOST_TOKENS);
  }

  /** Fails for a field whose effect would otherwise be left out in silence. */
  private static void refuseOthers(Fields fields, Set<String> known) {
    fields
        .json()
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              boolean empty =
                  value.isNull()
                      || (value.isContainerNode() && value.isEmpty())
                      || (value.isBoolean() && !value.booleanValue());
              if (!known.contains(entry.getKey()) && !empty) {
                throw new UserError(
                    fields.file() + ": " + entry.getKey(),
                    "is not known here, and may change vectors: " + Fields.shown(value),
                    "settings that can be obeyed",
                    WITHOUT);
              }
            });
  }

  private static UserError refused(Path file, int number, String what, String expected) {
    return new UserError(file + ": module " + number, what, expected, WITHOUT);
  }

  /**
   * The values of the layers' parameters, by their names.
   *
   * @param model the directory
   * @throws UserError where one is missing or has another shape
   */
  public Map<String, FloatBuffer> values(Path model) {
    Map<String, FloatBuffer> values = new LinkedHashMap<>();
    for (SentenceLayer layer : layers) {
      Map<String, long[]> shapes = layer.shapes();
      if (shapes.isEmpty()) {
        continue;
      }
      try (Safetensors file =
          Safetensors.open(Checkpoint.weightFiles(model.resolve(layer.path())).get(0))) {
        shapes.forEach(
            (name, shape) -> {
              String own = name.substring(layer.parameter("").length());
              if (!file.tensors().containsKey(own)) {
                throw new UserError(
                    file.file() + ": tensor " + own,
                    "is missing",
                    "every parameter that " + CONFIG + " beside it tells of",
                    "Fetch the model again");
              }
              values.put(name, file.floats(own, shape));
            });
      }
    }
    return values;
  }

  /**
   * Removes the files; what layers leave is read no more.
   *
   * @param model the directory
   */
  public static void delete(Path model) throws IOException {
    Files.deleteIfExists(model.resolve(MODULES));
    Files.deleteIfExists(model.resolve(POOLING).resolve(CONFIG));
    Files.deleteIfExists(model.resolve(Prompts.FILE));
    for (String name : LENGTHS) {
      Files.deleteIfExists(model.resolve(name));
    }
  }

  /**
   * Writes the files, but where the model says no pooling, and the transformer's and the layers'
   * weights. {@code modules.json} is the last.
   *
   * @param model the directory
   * @param hiddenSize width of a hidden state
   */
  public void write(Path model, int hiddenSize) {
    if (maxLength > 0 || lowerCase) {
      ObjectNode length = Json.object();
      length.put("max_seq_length", maxLength == 0 ? null : Integer.valueOf(maxLength));
      length.put("do_lower_case", lowerCase);
      WholeFile.writeText(model.resolve(LENGTH), Json.pretty(length));
    }
    if (pooling == null) {
      return;
    }
    ArrayNode modules = Json.array();
    module(modules, "Transformer", "");
    module(modules, "Pooling", POOLING);
    WholeFile.writeText(
        model.resolve(POOLING).resolve(CONFIG), Json.pretty(pooling(pooling, hiddenSize)));
    for (SentenceLayer layer : layers) {
      module(modules, layer.getClass().getSimpleName(), layer.path());
      ObjectNode settings = settings(layer);
      if (!settings.isEmpty()) {
        WholeFile.writeText(model.resolve(layer.path()).resolve(CONFIG), Json.pretty(settings));
      }
    }
    if (normalizes) {
      module(modules, "Normalize", modules.size() + "_Normalize"); // no settings, so no directory
    }
    prompts.write(model.resolve(Prompts.FILE), similarity);
    WholeFile.writeText(model.resolve(MODULES), Json.pretty(modules));
  }

  private ObjectNode pooling(String label, int hiddenSize) {
    List<String> labels = List.of(label.split("\\+", -1));
    List<Mode> modes = MODES.stream().filter(mode -> labels.contains(mode.label())).toList();
    ObjectNode json = Json.object();
    if (modes.stream().map(Mode::label).toList().equals(labels)) {
      json.put("word_embedding_dimension", hiddenSize);
      for (int m = 0; m < MODES.size(); m++) {
        Mode mode = MODES.get(m);
        if (m < OLD_MODES || modes.contains(mode)) {
          json.put(mode.field(), modes.contains(mode));
        }
      }
    } else { // in an order, or of a kind, that only a list of names can tell
      json.put("embedding_dimension", hiddenSize);
      ArrayNode names = json.putArray("pooling_mode");
      for (String part : labels) {
        names.add(
            MODES.stream()
                .filter(mode -> mode.label().equals(part))
                .map(Mode::name)
                .findFirst()
                .orElse(part));
      }
    }
    if (!includesPrompt) {
      json.put("include_prompt", false);
    }
    return json;
  }

  private static ObjectNode settings(SentenceLayer layer) {
    ObjectNode json = Json.object();
    if (layer instanceof Dense dense) {
      json.put("in_features", dense.in());
      json.put("out_features", dense.out());
      json.put("bias", dense.bias());
      json.put("activation_function", dense.activation().className());
    } else if (layer instanceof LayerNorm norm) {
      json.put("dimension", norm.dimension());
    }
    return json;
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
