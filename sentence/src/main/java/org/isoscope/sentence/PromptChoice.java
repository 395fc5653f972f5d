package org.isoscope.sentence;

import org.jspecify.annotations.Nullable;

/**
 * Which prompts are put before texts, where the model is not to decide. Each is the name of one of
 * the model's prompts, or else a text, an empty one for none; null: as the model says.
 *
 * @param all before every text, queries and documents too
 * @param query before queries, whatever stands before all
 * @param document before documents, whatever stands before all
 */
public record PromptChoice(
    @Nullable String all, @Nullable String query, @Nullable String document) {
  /** As the model says. */
  public static final PromptChoice OF_THE_MODEL = new PromptChoice(null, null, null);

  /** One prompt before every text; null: as the model says. */
  public static PromptChoice all(@Nullable String prompt) {
    return new PromptChoice(prompt, null, null);
  }

  /** Whether queries or documents have a prompt that was asked for by itself. */
  public boolean tellsApart() {
    return query != null || document != null;
  }

  /** The model's prompts, those that were chosen in the place of its own. */
  public Prompts in(Prompts model) {
    Prompts chosen = all == null ? model : model.withDefault(model.textOf(all));
    String ofQueries = query == null ? all : query;
    String ofDocuments = document == null ? all : document;
    chosen = ofQueries == null ? chosen : chosen.withQuery(model.textOf(ofQueries));
    return ofDocuments == null ? chosen : chosen.withDocument(model.textOf(ofDocuments));
  }
}
