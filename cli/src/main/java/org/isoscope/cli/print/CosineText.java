package org.isoscope.cli.print;

import org.isoscope.results.Figure.Scale;
import org.jspecify.annotations.Nullable;

/** A cosine as people read it, with as many decimals as tell it from 1. */
public final class CosineText {
  private static final int DECIMALS = 3;

  private CosineText() {}

  /** With three decimals or more. */
  public static String of(double cosine) {
    return of(cosine, DECIMALS);
  }

  /**
   * With so many decimals or more; "-" where it is undefined.
   *
   * @param decimals far from 1
   */
  public static String of(@Nullable Double cosine, int decimals) {
    return Table.number(
        cosine, cosine == null ? decimals : Scale.decimalsBelowOne(cosine, decimals));
  }
}
