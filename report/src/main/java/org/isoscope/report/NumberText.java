package org.isoscope.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How figures are written for people. {@code report.js} writes its figures by the same rules. */
final class NumberText {
  private static final String MINUS = "\u2212";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** Smaller p-values are told as that they are. */
  private static final double LEAST_P = 0.001;

  private NumberText() {}

  /**
   * Three or four significant digits: three decimals below 10, two below 100, one below 1000, none
   * above; two significant digits with an exponent where three decimals would show nothing.
   */
  static String figure(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < 0.0005) {
      return minus(String.format(Locale.ROOT, "%.1e", value).replaceFirst("e([+-])0*", "e$1"));
    }
    int decimals = size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
    return minus(String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  /**
   * A cosine: as a figure, but near 1 or -1 with as many decimals as tell it from that, two
   * significant digits of what is left.
   */
  static String cosine(double value) {
    double left = 1 - Math.abs(value);
    if (left <= 0 || left >= 0.0095) {
      return figure(value);
    }
    int decimals = Math.min(12, 1 - (int) Math.floor(Math.log10(left)));
    return minus(String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  /** Two cosines as a range; undefined where one is. */
  static String cosines(@Nullable Double low, @Nullable Double high) {
    return low == null || high == null ? "undefined" : cosine(low) + " to " + cosine(high);
  }

  /** A figure, or that it is undefined. */
  static String figureOrUndefined(@Nullable Double value) {
    return value == null ? "undefined" : figure(value);
  }

  /** Two ends of a range; undefined where one is. */
  static String range(@Nullable Double low, @Nullable Double high) {
    return low == null || high == null ? "undefined" : figure(low) + " to " + figure(high);
  }

  /** A measured share in per cent, with three significant digits where it is not tiny. */
  static String percent(double share) {
    double percent = 100 * share;
    double size = Math.abs(percent);
    int decimals = size >= 10 ? 1 : 2;
    return (size < 1
            ? figure(percent)
            : minus(String.format(Locale.ROOT, "%." + decimals + "f", percent)))
        + " %";
  }

  /** A share that someone asked for in per cent, as it was asked: 5 %, 0.1 %. */
  static String rate(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }

  /** A correlation or share, times 100, with two decimals. */
  static String hundredfold(double value) {
    return minus(String.format(Locale.ROOT, "%.2f", 100 * value));
  }

  /**
   * A p-value with what stands before it: to three decimals, beyond which no test's model holds.
   */
  static String probability(double p) {
    return p < LEAST_P ? "< " + LEAST_P : "= " + figure(p);
  }

  /** A difference: with its sign, also where it is a rise. */
  static String signed(String figure) {
    return figure.startsWith(MINUS) || figure.equals("0") ? figure : "+" + figure;
  }

  /** A whole number with its thousands apart. */
  static String count(long value) {
    return minus(String.format(Locale.ENGLISH, "%,d", value));
  }

  /** A span of time, to the second where it is long. */
  static String duration(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** An ISO 8601 instant as a date and time in UTC; anything else as it stands. */
  static String date(String instant) {
    try {
      return DATE.format(Instant.parse(instant));
    } catch (DateTimeParseException e) {
      return instant;
    }
  }

  /** Six significant digits: more than a chart can show, a third of the characters. */
  static double embedded(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(6)).doubleValue()
        : value;
  }

  /** The same of what may be undefined. */
  static @Nullable Double embeddedOrNull(@Nullable Double value) {
    return value == null ? null : Double.valueOf(embedded(value));
  }

  private static String minus(String number) {
    return number.startsWith("-") ? MINUS + number.substring(1) : number;
  }
}
