package org.isoscope.sentence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.io.Wording;
import org.jspecify.annotations.Nullable;

/**
 * A model's prompts: texts that it was trained to find before its own, by their names, as
 * sentence-transformers keeps them in {@value #FILE}.
 *
 * <p>Which one is used follows sentence-transformers (6.2): {@code encode} takes the default one,
 * {@code encode_query} the one named query, {@code encode_document} the first there is of document,
 * passage and corpus; these two never take the default one. Its code differs from its documentation
 * in one case: it finds passage and corpus only where document is named too. Here they are found,
 * and {@link #write} names document, so that both programs do the same with what was written.
 *
 * @param texts by their names; empty: nothing is put before a text
 * @param defaultName name of the one that is used unless another is asked for; null: none
 */
public record Prompts(Map<String, String> texts, @Nullable String defaultName) {
  /** No prompt at all. */
  public static final Prompts NONE = new Prompts(Map.of(), null);

  /** The file in a model's directory. */
  public static final String FILE = "config_sentence_transformers.json";

  /** The name of the prompt of queries. */
  public static final String QUERY = "query";

  /** The name of the prompt of documents that is looked for first. */
  public static final String DOCUMENT = "document";

  /** The names of the prompt of documents; the first that is there counts. */
  private static final List<String> DOCUMENTS = List.of(DOCUMENT, "passage", "corpus");

  /** The name of a default prompt that was given as a text. */
  private static final String OWN = "text";

  /** The first version that knows all that is written; an older reader than it would be warned. */
  private static final String VERSION = "3.0.0";

  private static final int MOST_BYTES = 1 << 20;

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException where the default one is not among the prompts
   */
  public Prompts {
    texts = Map.copyOf(texts);
    if (defaultName != null && !texts.containsKey(defaultName)) {
      throw new IllegalArgumentException("no prompt is named " + defaultName);
    }
  }

  /** The text of the default prompt; empty where there is none. */
  public String text() {
    return defaultName == null ? "" : texts.getOrDefault(defaultName, "");
  }

  /** What is put before queries; empty: nothing. */
  public String query() {
    return texts.getOrDefault(QUERY, "");
  }

  /** What is put before documents; empty: nothing. */
  public String document() {
    return DOCUMENTS.stream().filter(texts::containsKey).findFirst().map(texts::get).orElse("");
  }

  /** Whether no prompt has a text. */
  public boolean isEmpty() {
    return texts.values().stream().allMatch(String::isEmpty);
  }

  /**
   * The text of a prompt by its name, or, where none has that name, the text itself. Every model
   * has the names query and document; they mean what {@link #query} and {@link #document} are.
   */
  public String textOf(String nameOrText) {
    return switch (nameOrText) {
      case QUERY -> query();
      case DOCUMENT -> document();
      default -> texts.getOrDefault(nameOrText, nameOrText);
    };
  }

  /**
   * With another default prompt: one of these where it has that text, else one more.
   *
   * @param text empty: none
   */
  public Prompts withDefault(String text) {
    if (text.equals(text())) {
      return this;
    }
    if (text.isEmpty()) {
      return new Prompts(texts, null);
    }
    String name =
        texts.entrySet().stream()
            .filter(entry -> entry.getValue().equals(text))
            .map(Map.Entry::getKey)
            .sorted()
            .findFirst()
            .orElse(OWN);
    return new Prompts(with(name, text), name);
  }

  /** With another prompt of queries; empty: none. */
  public Prompts withQuery(String text) {
    return text.equals(query()) ? this : renamed(QUERY, text);
  }

  /** With another prompt of documents; empty: none. */
  public Prompts withDocument(String text) {
    return text.equals(document()) ? this : renamed(DOCUMENT, text);
  }

  /** With another text under a name; a default prompt of that name stays, under another. */
  private Prompts renamed(String name, String text) {
    String before = text();
    Prompts changed = new Prompts(with(name, text), name.equals(defaultName) ? null : defaultName);
    return changed.withDefault(before);
  }

  private Map<String, String> with(String name, String text) {
    Map<String, String> changed = new LinkedHashMap<>(texts);
    changed.put(name, text);
    return changed;
  }

  /**
   * Reads them.
   *
   * @param file {@value #FILE}
   * @return {@link #NONE} where it is not there
   * @throws UserError when it is malformed
   */
  public static Prompts read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    JsonNode json = Json.readObject(file, MOST_BYTES);
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> prompt : json.path("prompts").properties()) {
      if (!prompt.getValue().isTextual() && !prompt.getValue().isNull()) {
        throw refused(file, "prompts", "does not hold texts", "texts by their names");
      }
      texts.put(prompt.getKey(), prompt.getValue().asText(""));
    }
    JsonNode named = json.path("default_prompt_name");
    if (named.isMissingNode() || named.isNull()) {
      return new Prompts(texts, null);
    }
    if (!texts.containsKey(named.asText())) {
      throw refused(
          file,
          "default_prompt_name",
          "names no prompt: " + Wording.plain(named.asText()),
          "null or one of the prompts: " + String.join(", ", texts.keySet()));
    }
    return new Prompts(texts, named.asText());
  }

  private static UserError refused(Path file, String field, String what, String expected) {
    return new UserError(
        file + ": " + field, what, expected, "Use the file as the model's authors published it");
  }

  /**
   * Writes them.
   *
   * @param file {@value #FILE}
   * @param similarity how vectors are to be compared: cosine, dot, euclidean or manhattan
   */
  public void write(Path file, String similarity) {
    ObjectNode json = Json.object();
    json.putObject("__version__").put("sentence_transformers", VERSION);
    ObjectNode named = json.putObject("prompts");
    Map<String, String> written =
        texts.containsKey(DOCUMENT) || document().isEmpty() ? texts : with(DOCUMENT, document());
    written.keySet().stream().sorted().forEach(name -> named.put(name, written.get(name)));
    json.put("default_prompt_name", defaultName);
    json.put("similarity_fn_name", similarity);
    WholeFile.writeText(file, Json.pretty(json));
  }
}
