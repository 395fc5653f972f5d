package org.isoscope.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which columns of a file are text, and how much of it to take. */
final class TextOptions {
  @Option(
      names = "--column",
      paramLabel = "C",
      description =
          "Column of a .csv or .tsv, or field of a .jsonl, by name (the file has a header) or by"
              + " number from 1 (it has none). Repeatable. Default: the first.")
  List<String> columns = List.of();

  @Option(
      names = "--header",
      paramLabel = "yes|no",
      description = "Whether the file has a header, where --column does not tell.")
  @Nullable String header;

  @Option(
      names = "--sentences",
      paramLabel = "N",
      defaultValue = "0",
      description = "Take N sentences, drawn with --seed; 0: all. Default: ${DEFAULT-VALUE}.")
  int sentences;

  Columns columns() {
    if (header == null) {
      return Columns.of(columns.toArray(String[]::new));
    }
    return switch (header.toLowerCase(Locale.ROOT)) {
      case "yes" -> new Columns(columns, Columns.Header.YES);
      case "no" -> new Columns(columns, Columns.Header.NO);
      default ->
          throw new UserError(
              "--header " + header, "is neither yes nor no", "yes or no", "Choose one");
    };
  }

  Corpus read(String text, Seed seed) {
    if (sentences < 0) {
      throw new UserError(
          "--sentences " + sentences, "is out of range", "at least 0", "Choose another value");
    }
    return sample(Corpus.read(text, columns()), sentences, seed);
  }

  /** At most {@code wanted} sentences, in their order; 0: all. */
  static Corpus sample(Corpus corpus, int wanted, Seed seed) {
    if (wanted <= 0 || wanted >= corpus.sentences().size()) {
      return corpus;
    }
    List<String> taken = new ArrayList<>();
    for (int index : draw(seed, "sentences", corpus.sentences().size(), wanted)) {
      taken.add(corpus.sentences().get(index));
    }
    return Corpus.of(corpus.name(), taken, corpus.skipped());
  }

  /** {@code wanted} of the numbers 0 to {@code size - 1}, ascending; all of them where fewer. */
  static int[] draw(Seed seed, String name, int size, int wanted) {
    int[] order = seed.permutation(name, 0, size);
    return Arrays.stream(order).limit(wanted).sorted().toArray();
  }
}
