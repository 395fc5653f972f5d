package org.isoscope.models;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.isoscope.sentence.Prompts;

/**
 * Prompts that models were trained with and whose directories say none: their authors name them in
 * the model cards alone.
 *
 * <ul>
 *   <li>E5 (Wang et al. 2022, arXiv:2212.03533) and multilingual E5, but for the instruction-tuned
 *       ones, which take a task in words: {@code query: } and {@code passage: }. The authors advise
 *       {@code query: } before both texts of symmetric tasks, such as similarity, and before texts
 *       that are clustered or classified.
 *   <li>BGE v1.5, English: {@code Represent this sentence for searching relevant passages: } before
 *       queries that are short and search long passages; nothing before passages, and nothing in
 *       symmetric tasks.
 * </ul>
 *
 * None is a default prompt: a text that is encoded as neither query nor document has none.
 */
public final class PublishedPrompts {
  /**
   * Models that have some prompts.
   *
   * @param hub their names on the Hugging Face hub, in lower case
   */
  private record Published(Pattern hub, Prompts prompts) {}

  private static final List<Published> PUBLISHED =
      List.of(
          new Published(
              Pattern.compile(
                  "intfloat/(e5-(small|base|large)(-v2|-unsupervised)?"
                      + "|multilingual-e5-(small|base|large))"),
              new Prompts(Map.of(Prompts.QUERY, "query: ", "passage", "passage: "), null)),
          new Published(
              Pattern.compile("baai/bge-(small|base|large)-en-v1\\.5"),
              new Prompts(
                  Map.of(
                      Prompts.QUERY, "Represent this sentence for searching relevant passages: "),
                  null)));

  private PublishedPrompts() {}

  /**
   * The prompts of a model.
   *
   * @param name as {@link ModelSource#resolve} takes it
   * @return {@link Prompts#NONE} where none are known
   */
  public static Prompts of(String name) {
    String hub = hub(name).toLowerCase(Locale.ROOT);
    return PUBLISHED.stream()
        .filter(published -> published.hub().matcher(hub).matches())
        .findFirst()
        .map(Published::prompts)
        .orElse(Prompts.NONE);
  }

  /** What the model is called on the hub; empty where that is not known, as of a directory. */
  private static String hub(String name) {
    if (ModelSource.directory(name) != null) {
      return "";
    }
    for (ModelSource.Alias alias : ModelSource.aliases()) {
      if (name.equals(alias.name()) || name.equals(ModelSource.MAVEN + alias.coordinate())) {
        return alias.hub();
      }
    }
    return HubModel.of(name).map(HubModel::name).orElse("");
  }
}
