package org.isoscope.cli.option;

import org.isoscope.corpus.Corpus;
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
      description =
          "Number of sentences to take, drawn with --seed; 0: all. Default: ${DEFAULT-VALUE}.")
  public int sentences;

  /** Reads a text, of which each row is a group. */
  public Corpus read(String text, Seed seed) {
    return read(text, null, seed);
  }

  /**
   * Reads a text with its groups.
   *
   * @param group the column that tells them; null: each row is one
   */
  public Corpus read(String text, @Nullable String group, Seed seed) {
    return TextSample.of(Corpus.read(text, columns().withGroup(group)), sentences(), seed);
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
