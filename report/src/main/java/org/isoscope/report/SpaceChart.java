package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Space;
import org.jspecify.annotations.Nullable;

/**
 * What the charts draw of a space.
 *
 * @param name what the vectors are
 * @param edges of the bars, one more than there are bars; finer than the histogram where that has
 *     but a few bars and a calibration tells more
 * @param bars share of the pairs with cosines in each; empty where there are no pairs
 * @param explained share of the variance in the first 1, 2 ... principal components
 * @param thresholds marked in the histogram
 */
record SpaceChart(
    String name,
    List<Double> edges,
    List<Double> bars,
    List<Double> explained,
    List<Mark> thresholds) {

  /**
   * A threshold.
   *
   * @param label the wanted share of unrelated pairs
   */
  record Mark(String label, double cosine) {}

  /** A histogram with fewer bars than these shows no shape. */
  private static final int FEWEST_BARS = 8;

  /** So many bars are made of a calibration, between these shares of the pairs. */
  private static final int FINE_BARS = 48;

  private static final double TAIL = 0.0005;

  /** Those of a result: its thresholds are of the last space. */
  static List<SpaceChart> of(Result result) {
    List<Mark> marks =
        result.calibration().map(CalibrationFile::thresholds).orElse(List.of()).stream()
            .map(t -> new Mark(NumberText.rate(t.wantedRate()), t.cosine()))
            .toList();
    List<SpaceChart> charts = new ArrayList<>();
    for (Space space : result.spaces()) {
      boolean last = charts.size() == result.spaces().size() - 1;
      charts.add(
          of(space, last ? marks : List.of(), last ? result.calibration().orElse(null) : null));
    }
    return charts;
  }

  private static SpaceChart of(
      Space space, List<Mark> thresholds, @Nullable CalibrationFile calibration) {
    List<Long> histogram = space.cosines().histogram();
    long pairs = histogram.stream().mapToLong(Long::longValue).sum();
    int first = 0;
    int end = histogram.size();
    while (first < end && histogram.get(first) == 0) {
      first++;
    }
    while (first < end && histogram.get(end - 1) == 0) {
      end--;
    }
    List<Double> edges = new ArrayList<>();
    List<Double> bars = new ArrayList<>();
    if (end - first < FEWEST_BARS && calibration != null && calibration.cosines().size() > 2) {
      fine(calibration, edges, bars);
    } else {
      double width = 2.0 / Math.max(1, histogram.size());
      for (int i = first; i <= end && pairs > 0; i++) {
        edges.add(NumberText.embedded(-1 + i * width));
      }
      for (int i = first; i < end; i++) {
        bars.add(NumberText.embedded(histogram.get(i) / (double) pairs));
      }
    }
    List<Double> explained = new ArrayList<>();
    double sum = 0;
    for (double share : space.spectrum().varianceShares()) {
      sum += share;
      explained.add(NumberText.embedded(sum));
    }
    return new SpaceChart(space.name(), edges, bars, explained, thresholds);
  }

  /** Bars of one width over what lies between the tails of a calibration's distribution. */
  private static void fine(CalibrationFile calibration, List<Double> edges, List<Double> bars) {
    double low = quantile(calibration, TAIL);
    double high = quantile(calibration, 1 - TAIL);
    if (!(low < high)) {
      return;
    }
    for (int i = 0; i <= FINE_BARS; i++) {
      edges.add(low + (high - low) * i / FINE_BARS);
    }
    for (int i = 0; i < FINE_BARS; i++) {
      bars.add(
          NumberText.embedded(
              share(calibration, edges.get(i + 1)) - share(calibration, edges.get(i))));
    }
  }

  /** The share of pairs up to a cosine, linear between the knots. */
  private static double share(CalibrationFile calibration, double cosine) {
    List<Double> cosines = calibration.cosines();
    List<Double> shares = calibration.shares();
    if (cosine < cosines.get(0)) {
      return 0;
    }
    for (int i = 1; i < cosines.size(); i++) {
      if (cosine < cosines.get(i)) {
        double along = (cosine - cosines.get(i - 1)) / (cosines.get(i) - cosines.get(i - 1));
        return shares.get(i - 1) + along * (shares.get(i) - shares.get(i - 1));
      }
    }
    return 1;
  }

  /** The knot at which the share is reached. */
  private static double quantile(CalibrationFile calibration, double share) {
    for (int i = 0; i < calibration.shares().size(); i++) {
      if (calibration.shares().get(i) >= share) {
        return calibration.cosines().get(i);
      }
    }
    return calibration.cosines().get(calibration.cosines().size() - 1);
  }
}
