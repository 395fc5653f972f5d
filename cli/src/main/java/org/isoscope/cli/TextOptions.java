package org.isoscope.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isoscope.corpus.Corpus;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;
import picocli.CommandLine.Option;

/** Which columns of a file are text, and how much of it to take. */
final class TextOptions extends ColumnOptions {
  @Option(
      names = "--sentences",
      paramLabel = "N",
      defaultValue = "0",
      description = "Take N sentences, drawn with --seed; 0: all. Default: ${DEFAULT-VALUE}.")
  int sentences;

  Corpus read(String text, Seed seed) {
    return sample(Corpus.read(text, columns()), sentences(), seed);
  }

  /** How many sentences to take; 0: all. */
  int sentences() {
    if (sentences < 0) {
      throw new UserError(
          "--sentences " + sentences, "is out of range", "at least 0", "Choose another value");
    }
    return sentences;
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
