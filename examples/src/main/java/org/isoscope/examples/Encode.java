package org.isoscope.examples;

import java.util.List;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.sentence.SentenceEncoder;

/** Texts in, vectors out: {@code Encode MODEL}. */
public final class Encode {
  private Encode() {}

  /** Encodes three texts. */
  public static void main(String[] args) {
    String model = args[0];
    // snippet
    try (SentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      float[][] vectors =
          encoder.encode(List.of("The printer is out of paper.", "There is no toner left."));
      System.out.println(vectors.length + " vectors of " + encoder.dimension());
      System.out.println(encoder.similarity("I forgot my password.", "How do I log in again?"));
    }
    // end of snippet
  }
}
