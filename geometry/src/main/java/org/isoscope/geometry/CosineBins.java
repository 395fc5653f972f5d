package org.isoscope.geometry;

import java.util.Arrays;

/**
 * The bins that {@link CosineDistribution} counts cosines in. They narrow towards 1, so that a
 * narrow cone, whose cosines differ only in their last digits, is resolved as well as any space:
 * below .5 they are .0005 wide, above it between a 2500th and a 1000th of 1 - cosine, down to 1 -
 * cosine = 1e-10, below which rounding counts. All edges are decimal numbers of few digits.
 *
 * <p>Vectors about a common direction in d dimensions have cosines whose deviation is about (1 -
 * mean) / sqrt(d) or more: so a bin is narrower than the deviation by a factor of 25 at least for d
 * = 1536, however narrow the cone.
 */
public final class CosineBins {
  /** 1 - cosine in units of a part's bins: a part goes down to this many, which are the next's. */
  private static final int LEAST = 1000;

  /** Down to .5, .2, .1, .05 and so on, to 1e-10. */
  private static final int PARTS = 30;

  /** In widths of a bin: 5e-13 of a cosine below .5, where inner products round to 1e-15. */
  private static final double ON_THE_EDGE = 1e-9;

  /**
   * Of a double below 1, in units of a cosine: what an edge itself is rounded by, and some more.
   */
  private static final double ROUNDING = 4e-16;

  // Of each part: bins in a unit of 1 - cosine, what counts as on an edge in bins, 1 - cosine in
  // bins
  // at its beginning, its first bin.
  private static final double[] SCALE = new double[PARTS];
  private static final double[] NEAR = new double[PARTS];
  private static final int[] TOP = new int[PARTS];
  private static final int[] FIRST = new int[PARTS];

  /** How many bins there are. */
  public static final int COUNT;

  static {
    double[] decade = {2000, 5000, 10_000}; // 1000 / .5, 1000 / .2, 1000 / .1
    double power = 1;
    int bins = 0;
    for (int s = 0; s < PARTS; s++) {
      if (s > 0 && s % decade.length == 0) {
        power *= 10;
      }
      SCALE[s] = decade[s % decade.length] * power;
      NEAR[s] = Math.max(ON_THE_EDGE, ROUNDING * SCALE[s]);
      TOP[s] = s == 0 ? 4 * LEAST : (int) (LEAST * SCALE[s] / SCALE[s - 1]);
      FIRST[s] = bins;
      bins += TOP[s] - LEAST;
    }
    COUNT = bins + 1; // the last holds what is nearer to 1
  }

  private CosineBins() {}

  /**
   * Where a bin begins, as the nearest double.
   *
   * @param bin 0 to {@link #COUNT}, the last being 1
   */
  public static double edge(int bin) {
    if (bin == COUNT) {
      return 1;
    }
    int s = Arrays.binarySearch(FIRST, bin);
    s = s < 0 ? -s - 2 : s;
    return (SCALE[s] - (TOP[s] - (bin - FIRST[s]))) / SCALE[s];
  }

  /**
   * The bin of a cosine: it holds the cosines from its edge up to, but not including, the next
   * bin's, the last one 1 too. A cosine below an edge by a billionth of the bin, or by what doubles
   * round by, counts as on it.
   *
   * @param cosine -1 to 1
   */
  public static int of(double cosine) {
    double distance = 1 - cosine;
    int s = 0;
    double bins = distance * SCALE[0];
    while (bins <= LEAST + NEAR[s]) {
      s++;
      if (s == PARTS) {
        return COUNT - 1;
      }
      bins = distance * SCALE[s];
    }
    return FIRST[s] + TOP[s] - Math.min(TOP[s], (int) Math.ceil(bins - NEAR[s]));
  }

  /** The least bin whose edge is not below a cosine; {@link #COUNT} where only 1 is not. */
  static int from(double cosine) {
    int bin = of(cosine);
    return edge(bin) >= cosine ? bin : bin + 1;
  }
}
