package org.isoscope.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.isoscope.results.Claims.LevelInterval;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of effects and their intervals, all on one scale, so that they may stand below each
 * other: nested bars, the narrower the taller, over the line of no effect and the margin.
 *
 * @param margin the smallest effect that counts; 0 where there is none
 * @param low the least value shown
 * @param high the greatest value shown
 */
record EffectBars(double margin, double low, double high) {
  private static final double WIDTH = 260;
  private static final double HEIGHT = 22;
  private static final double EDGE = 6;

  /** A scale that has room for all of these, for no effect and for the margin on both sides. */
  static EffectBars over(double margin, List<LevelInterval> drawn) {
    double[] values =
        DoubleStream.concat(
                DoubleStream.of(0, margin, -margin),
                drawn.stream().flatMapToDouble(one -> DoubleStream.of(one.low(), one.high())))
            .filter(Double::isFinite)
            .toArray();
    double low = DoubleStream.of(values).min().orElse(0);
    double high = DoubleStream.of(values).max().orElse(0);
    return low < high ? new EffectBars(margin, low, high) : new EffectBars(margin, -1, 1);
  }

  /**
   * One picture; its figures are told elsewhere.
   *
   * @param intervals of the effect, the widest first
   */
  String of(@Nullable Double effect, List<LevelInterval> intervals) {
    StringBuilder svg = new StringBuilder();
    if (margin != 0) {
      rectangle(svg, "zone", -Math.abs(margin), Math.abs(margin), HEIGHT);
      line(svg, "margin", margin);
    }
    line(svg, "zero", 0);
    for (LevelInterval interval : intervals) {
      boolean wide = interval.level() > 0.95;
      boolean narrow = interval.level() < 0.95;
      rectangle(
          svg,
          wide ? "wide" : narrow ? "narrow" : "usual",
          interval.low(),
          interval.high(),
          wide ? 3 : narrow ? 11 : 7);
    }
    if (effect != null) {
      svg.append(
          String.format(
              Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", at(effect), HEIGHT / 2));
    }
    return String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" aria-hidden=\"true\">",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT)
        + svg
        + "</svg>";
  }

  private double at(double value) {
    double within = Math.max(low, Math.min(high, value));
    return EDGE + (WIDTH - 2 * EDGE) * (within - low) / (high - low);
  }

  private void rectangle(StringBuilder svg, String style, double from, double to, double height) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
            style,
            at(from),
            (HEIGHT - height) / 2,
            Math.max(0, at(to) - at(from)),
            height));
  }

  private void line(StringBuilder svg, String style, double value) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%.0f\"/>",
            style,
            at(value),
            at(value),
            HEIGHT));
  }
}
