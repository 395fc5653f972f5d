package org.isoscope.results;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many directions a cloud fills, as {@code org.isoscope.geometry.Spectrum} defines it; all but
 * RankMe of the covariance.
 *
 * @param participationRatio 1 to d
 * @param effectiveRank 1 to d
 * @param rankMe about 1 to d, of the vectors as they are
 * @param stableRank 1 to d
 * @param varianceShares of the principal components, the largest first, the first {@value #SHARES}
 */
public record SpectrumFigures(
    @Nullable Double participationRatio,
    @Nullable Double effectiveRank,
    @Nullable Double rankMe,
    @Nullable Double stableRank,
    List<Double> varianceShares) {

  /** Components told. */
  public static final int SHARES = 50;

  /** Keeps its own copy of the list. */
  public SpectrumFigures {
    varianceShares = List.copyOf(varianceShares);
  }
}
