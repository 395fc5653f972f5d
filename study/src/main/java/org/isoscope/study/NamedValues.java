package org.isoscope.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Values of settings by their names, as a command line or a file gives them: numbers, truth values,
 * texts and lists of these. Names are in kebab-case; errors tell them as parameters.
 *
 * @param given what was given; the rest has its default
 */
record NamedValues(Map<String, ? extends @Nullable Object> given) {

  /** Whether a setting was given. */
  boolean has(String name) {
    return given.get(name) != null;
  }

  int whole(String name, int otherwise) {
    Object value = given.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      return value instanceof Integer whole ? whole : Integer.parseInt(value.toString().strip());
    } catch (NumberFormatException e) {
      throw bad(name, value, "a whole number");
    }
  }

  long large(String name, long otherwise) {
    Object value = given.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(value.toString().strip());
    } catch (NumberFormatException e) {
      throw bad(name, value, "a whole number");
    }
  }

  double number(String name, double otherwise) {
    Object value = given.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      return value instanceof Number number
          ? number.doubleValue()
          : Double.parseDouble(value.toString().strip());
    } catch (NumberFormatException e) {
      throw bad(name, value, "a number");
    }
  }

  boolean is(String name, boolean otherwise) {
    Object value = given.get(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value.toString().toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default ->
          throw UserError.parameter(
              camel(name), value, "is neither yes nor no", "yes or no", "Choose one");
    };
  }

  String text(String name, String otherwise) {
    Object value = given.get(name);
    return value == null ? otherwise : value.toString();
  }

  @Nullable String text(String name) {
    Object value = given.get(name);
    return value == null ? null : value.toString();
  }

  /** All of a list; one where a single value was given; none where nothing was. */
  List<String> texts(String name) {
    Object value = given.get(name);
    if (value == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Object each : value instanceof Collection<?> many ? many : List.of(value)) {
      texts.add(String.valueOf(each));
    }
    return texts;
  }

  /** The choice of a word, whatever its case. */
  <T> T choice(String name, String otherwise, Map<String, T> choices, String what, String words) {
    String word = text(name, otherwise);
    T chosen = choices.get(word.toLowerCase(Locale.ROOT));
    if (chosen == null) {
      throw UserError.parameter(camel(name), word, what, words, "Choose one");
    }
    return chosen;
  }

  private static UserError bad(String name, Object value, String expected) {
    return UserError.parameter(
        camel(name), value, "is not " + expected, expected, "Choose another value");
  }

  /** The parameter of a setting's name: batchSize of batch-size. */
  static String camel(String kebab) {
    StringBuilder camel = new StringBuilder();
    for (String part : kebab.split("-", -1)) {
      camel.append(
          camel.isEmpty() || part.isEmpty()
              ? part
              : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return camel.toString();
  }
}
