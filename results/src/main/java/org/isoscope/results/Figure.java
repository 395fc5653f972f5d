package org.isoscope.results;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A figure of something measured, as data: all that tables, charts, event files and definitions
 * need to know of it. {@link LayerFigures} and {@link SpaceFigures} list those that there are.
 *
 * @param <T> what it is a figure of
 * @param key that names it for programs, in lower case with hyphens; stable
 * @param names for people
 * @param meaning what it tells, a phrase for the title of a chart
 * @param definition in a sentence, with its formula
 * @param source papers that define it; empty where it is this program's own, or textbook
 * @param undefinedBecause why it may be undefined, to be read after "Undefined: "
 * @param scale its unit, its range, and how many decimals are worth reading
 * @param claim where the paper claims that contrastive training moves it
 * @param reading what a change of it means
 * @param value of it; null where it is undefined
 * @param interval its 95 % interval; null where there is none
 */
public record Figure<T>(
    String key,
    Names names,
    String meaning,
    String definition,
    String source,
    String undefinedBecause,
    Scale scale,
    Direction claim,
    Reading reading,
    Function<T, @Nullable Double> value,
    Function<T, @Nullable Interval> interval) {

  /** Refuses a key that is not one, and what is missing. */
  public Figure {
    if (!key.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException("\"" + key + "\" is not lower case with hyphens");
    }
    Objects.requireNonNull(names, "names");
    Objects.requireNonNull(meaning, "meaning");
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(undefinedBecause, "undefinedBecause");
    Objects.requireNonNull(scale, "scale");
    Objects.requireNonNull(claim, "claim");
    Objects.requireNonNull(reading, "reading");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(interval, "interval");
  }

  /** The figure of {@code measured}; null where it is undefined. */
  public @Nullable Double of(T measured) {
    return value.apply(measured);
  }

  /** The figure's 95 % interval; null where there is none. */
  public @Nullable Interval intervalOf(T measured) {
    return interval.apply(measured);
  }

  /** {@link Names#title}. */
  public String title() {
    return names.title();
  }

  /** {@link Names#name}. */
  public String name() {
    return names.name();
  }

  /** The key as a tag of an event file, with underscores. */
  public String tag() {
    return key.replace('-', '_');
  }

  /** What the change from {@code before} to {@code after} means, as a sentence. */
  public String reading(double before, double after) {
    double change = after - before;
    return Math.abs(change) < scale.unit().steady(before)
        ? reading.stayed()
        : change > 0 ? reading.rose() : reading.fell();
  }

  /**
   * What people read for a figure.
   *
   * @param title where it stands alone
   * @param name within a line, plain ASCII
   * @param heading of a narrow column beside the columns of other figures, plain ASCII
   */
  public record Names(String title, String name, String heading) {
    /** Refuses what is missing. */
    public Names {
      Objects.requireNonNull(title, "title");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(heading, "heading");
    }

    /** One name for a line and a column. */
    static Names of(String title, String name) {
      return new Names(title, name, name);
    }
  }

  /**
   * Where a figure's values lie.
   *
   * @param unit of the values
   * @param least that it can be; may be infinite
   * @param greatest that it can be; may be infinite
   * @param decimals worth reading, after the point
   */
  public record Scale(Unit unit, double least, double greatest, int decimals) {
    static final Scale COSINE = new Scale(Unit.COSINE, -1, 1, 4);
    static final Scale SHARE = new Scale(Unit.SHARE, 0, 1, 4);
    static final Scale LENGTH = new Scale(Unit.LENGTH, 0, Double.POSITIVE_INFINITY, 3);
    static final Scale RATIO = new Scale(Unit.RATIO, 0, Double.POSITIVE_INFINITY, 4);
    static final Scale DIRECTIONS = new Scale(Unit.DIRECTIONS, 0, Double.POSITIVE_INFINITY, 1);

    /**
     * Digits of 1 - value that are told at least: with fewer, cosines of a narrow cone are alike.
     */
    private static final int DIGITS_BELOW_ONE = 3;

    /** Beyond these a double near 1 has rounding only. */
    private static final int MOST_DECIMALS = 12;

    /** What is smaller is rounding, of vectors that are floats. */
    private static final double LEAST_SHOWN = 1e-6;

    /** Refuses an empty range. */
    public Scale {
      Objects.requireNonNull(unit, "unit");
      if (!(least < greatest)) {
        throw new IllegalArgumentException(least + " is not below " + greatest);
      }
    }

    /**
     * Decimals worth reading of a value: where the greatest is 1, as many as tell it from 1.
     *
     * @param decimals at least so many
     */
    public int decimalsOf(double value, int decimals) {
      return greatest == 1 ? decimalsBelowOne(value, decimals) : decimals;
    }

    /**
     * Decimals of a cosine or a share, which tell it from 1: at least three digits of 1 - value, as
     * in .912, .9978 (.99780) and .99999 (.9999900).
     *
     * @param decimals at least so many
     */
    public static int decimalsBelowOne(double value, int decimals) {
      double distance = 1 - value;
      if (!(distance > 0)) {
        return decimals;
      }
      int zeros = Math.max(0, -1 - (int) Math.floor(Math.log10(distance)));
      return Math.max(decimals, Math.min(MOST_DECIMALS, DIGITS_BELOW_ONE + zeros));
    }

    /**
     * A value as people read it, which is neither told as 1 nor as 0 unless it is: with as many
     * decimals as tell it from 1, and with an exponent where they would show nothing.
     *
     * @param value null: undefined, "-"
     * @param decimals at least so many
     */
    public String text(@Nullable Double value, int decimals) {
      if (value == null) {
        return "-";
      }
      double size = Math.abs(value);
      if (size >= LEAST_SHOWN && size < 0.5 * Math.pow(10, -decimals)) {
        return String.format(Locale.ROOT, "%.1e", value).replaceFirst("e([+-])0*", "e$1");
      }
      return String.format(
          Locale.ROOT, "%." + decimalsOf(value, decimals) + "f", size < LEAST_SHOWN ? 0.0 : value);
    }

    /** The same within other bounds. */
    Scale within(double least, double greatest) {
      return new Scale(unit, least, greatest, decimals);
    }

    /** The same with another number of decimals. */
    Scale decimals(int decimals) {
      return new Scale(unit, least, greatest, decimals);
    }
  }

  /** Units of figures. */
  public enum Unit {
    /** A cosine, or a difference of cosines. */
    COSINE,
    /** Part of a whole. */
    SHARE,
    /** The vectors' own unit of length. */
    LENGTH,
    /** A quotient of two lengths, or of other figures of one unit. */
    RATIO,
    /** A number of directions or dimensions, not always whole. */
    DIRECTIONS,
    /** The logarithm of a quotient, or an entropy, to base e. */
    NATS;

    /** Changes that are smaller than this are told as none. */
    private static final double STEADY = 0.005;

    /** Changes of a length by a smaller share than this are told as none. */
    private static final double STEADY_LENGTH = 0.01;

    private double steady(double before) {
      return this == LENGTH ? STEADY_LENGTH * Math.abs(before) : STEADY;
    }
  }

  /** Where a claim moves a figure. */
  public enum Direction {
    /** It is claimed to rise. */
    RISES,
    /** It is claimed to fall. */
    FALLS,
    /** Nothing is claimed of it, or another direction for each class of tokens. */
    NONE
  }

  /**
   * What a change means, a sentence each.
   *
   * @param rose where the figure rose
   * @param fell where it fell
   * @param stayed where it changed too little to be told
   */
  public record Reading(String rose, String fell, String stayed) {
    /** Says no more than what is seen. */
    static final Reading PLAIN = new Reading("It rose.", "It fell.", "It stayed.");

    /** Refuses what is missing. */
    public Reading {
      Objects.requireNonNull(rose, "rose");
      Objects.requireNonNull(fell, "fell");
      Objects.requireNonNull(stayed, "stayed");
    }
  }
}
