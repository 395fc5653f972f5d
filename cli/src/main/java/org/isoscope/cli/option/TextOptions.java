package org.isoscope.cli.option;

import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.io.UserError;
import org.isoscope.study.TextSample;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which columns of a file are text, and how much of it to take. */
public final class TextOptions extends ColumnOptions {
  @Option(
      names = "--sentences",
      paramLabel = "N",
      defaultValue = "0",
      description = "Take N sentences, drawn with --seed; 0: all. Default: ${DEFAULT-VALUE}.")
  public int sentences;

  public Corpus read(String text, Seed seed) {
    return TextSample.of(Corpus.read(text, columns()), sentences(), seed);
  }

  /**
   * The same text with its groups, to choose a reference text from; null where some are drawn.
   *
   * @param group the column that tells them; null: each row is one
   */
  public @Nullable GroupedCorpus grouped(String text, @Nullable String group) {
    return sentences() > 0 ? null : GroupedCorpus.read(text, columns().withGroup(group));
  }

  /** How many sentences to take; 0: all. */
  public int sentences() {
    if (sentences < 0) {
      throw new UserError(
          "--sentences " + sentences, "is out of range", "at least 0", "Choose another value");
    }
    return sentences;
  }
}
