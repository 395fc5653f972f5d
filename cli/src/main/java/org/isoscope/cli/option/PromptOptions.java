package org.isoscope.cli.option;

import org.isoscope.sentence.PromptChoice;
import org.isoscope.study.ModelChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is put before queries and before documents, where these are told apart. */
public final class PromptOptions {
  @Option(
      names = "--query-prompt",
      paramLabel = "P",
      description =
          "Prompt before queries, the first texts of pairs: as --prompt, which it overrides. Default:"
              + " the model's prompt for queries.")
  public @Nullable String queryPrompt;

  @Option(
      names = "--document-prompt",
      paramLabel = "P",
      description =
          "Prompt before documents, the other texts of pairs: as --prompt, which it overrides. Default:"
              + " the model's prompt for documents.")
  public @Nullable String documentPrompt;

  /** The same model with these prompts. */
  public ModelChoice choice(ModelChoice model) {
    return model.withPrompts(new PromptChoice(model.prompts().all(), queryPrompt, documentPrompt));
  }
}
