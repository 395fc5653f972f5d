package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Space;

/**
 * What the charts draw of a space.
 *
 * @param name what the vectors are
 * @param from the lower edge of the first bar
 * @param width of a bar
 * @param bars share of the pairs with cosines in each; empty where there are no pairs
 * @param explained share of the variance in the first 1, 2 ... principal components
 * @param thresholds marked in the histogram
 */
record SpaceChart(
    String name,
    double from,
    double width,
    List<Double> bars,
    List<Double> explained,
    List<Mark> thresholds) {

  /**
   * A threshold.
   *
   * @param label the wanted share of unrelated pairs
   */
  record Mark(String label, double cosine) {}

  /** Those of a result: its thresholds are of the last space. */
  static List<SpaceChart> of(Result result) {
    List<Mark> marks =
        result.calibration().map(CalibrationFile::thresholds).orElse(List.of()).stream()
            .map(t -> new Mark(NumberText.rate(t.wantedRate()), NumberText.embedded(t.cosine())))
            .toList();
    List<SpaceChart> charts = new ArrayList<>();
    for (Space space : result.spaces()) {
      boolean last = charts.size() == result.spaces().size() - 1;
      charts.add(of(space, last ? marks : List.of()));
    }
    return charts;
  }

  private static SpaceChart of(Space space, List<Mark> thresholds) {
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
    double width = 2.0 / Math.max(1, histogram.size());
    List<Double> explained = new ArrayList<>();
    double sum = 0;
    for (double share : space.spectrum().varianceShares()) {
      sum += share;
      explained.add(NumberText.embedded(sum));
    }
    return new SpaceChart(
        space.name(),
        NumberText.embedded(-1 + first * width),
        width,
        histogram.subList(first, end).stream()
            .map(count -> NumberText.embedded(count / (double) pairs))
            .toList(),
        explained,
        thresholds);
  }
}
