package org.isoscope.study;

import org.isoscope.corpus.Corpus;
import org.isoscope.training.Seed;

/** Some sentences of a text. */
public final class TextSample {
  private TextSample() {}

  /** At most {@code wanted} sentences, drawn with the seed, in their order; 0: all. */
  public static Corpus of(Corpus corpus, int wanted, Seed seed) {
    if (wanted <= 0 || wanted >= corpus.sentences().size()) {
      return corpus;
    }
    return corpus.part(seed.draw("sentences", corpus.sentences().size(), wanted));
  }
}
