package org.isoscope.study;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A named setting of a training, as the command line has it as an option, a sweep as a key and
 * {@code run.json} as a field.
 *
 * @param name in lower case with hyphens, without the option's dashes: {@code batch-size}
 * @param kind of its values
 * @param choices the values there are, of a {@link Kind#CHOICE}; else empty
 * @param description one line for people
 */
public record Setting(String name, Kind kind, List<String> choices, String description) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** What values a setting takes, and as what they are kept. */
  public enum Kind {
    /** A whole number: a {@link Long}. */
    WHOLE,
    /** A finite number: a {@link Double}. */
    NUMBER,
    /** A text: a {@link String}. */
    TEXT,
    /** One of a few words: a {@link String}. */
    CHOICE,
    /** On or off: a {@link Boolean}. */
    SWITCH,
    /** Texts: a {@link List} of {@link String}. */
    LIST
  }

  /**
   * Keeps its own copy of the choices.
   *
   * @throws IllegalArgumentException for a name of another form, and for choices that the kind has
   *     not, or lacks
   */
  public Setting {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(description, "description");
    choices = List.copyOf(choices);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name " + name);
    }
    if (choices.isEmpty() == (kind == Kind.CHOICE)) {
      throw new IllegalArgumentException(name + ", " + kind + ", has choices " + choices);
    }
  }

  /**
   * A setting without choices.
   *
   * @throws IllegalArgumentException for a {@link Kind#CHOICE}
   */
  public static Setting of(String name, Kind kind, String description) {
    return new Setting(name, kind, List.of(), description);
  }

  /** A setting whose values are a few words. */
  public static Setting choice(String name, List<String> choices, String description) {
    return new Setting(name, Kind.CHOICE, choices, description);
  }
}
