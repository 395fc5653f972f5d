package org.isoscope.cli.print;

import org.isoscope.study.search.Cut;

/** Where a cut is, and why there, in words. */
public final class CutText {
  private CutText() {}

  /** As "0.812, above which at most 0.1 % of unrelated pairs lie". */
  public static String of(Cut cut) {
    String cosine = CosineText.of(cut.cosine());
    return switch (cut.kind()) {
      case ASKED -> cosine + ", as asked";
      case RATE ->
          cosine
              + (cut.rate() == null
                  ? ""
                  : ", above which at most "
                      + ShareText.asked(cut.rate())
                      + " of unrelated pairs lie");
      case RECOMMENDED -> cosine + ", which the calibration recommends";
      case SAME -> cosine + ", which a vector has with itself, rounded";
    };
  }
}
