package org.isoscope.encoder.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.isoscope.io.UserError;

/**
 * Reads single fields of a {@code config.json} and says which one is wrong.
 *
 * @param file for errors
 * @param json its content
 */
record Fields(Path file, JsonNode json) {

  /** A whole number that must be there. */
  int integer(String name, int min, int max) {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      throw error(
          name,
          shown(value),
          min == max ? Integer.toString(min) : "a whole number from " + min + " to " + max);
    }
    return value.intValue();
  }

  /** A whole number, or {@code otherwise} where the file is silent. */
  int integer(String name, int min, int max, int otherwise) {
    return json.has(name) ? integer(name, min, max) : otherwise;
  }

  /** A number from 0 to below 1, or {@code otherwise} where the file is silent. */
  double real(String name, double otherwise) {
    if (!json.has(name)) {
      return otherwise;
    }
    JsonNode value = json.path(name);
    // A string such as "1e-12" is what some writers make of a small number.
    double real = value.isNumber() ? value.doubleValue() : parsed(value.asText());
    if (!(real >= 0 && real < 1)) {
      throw error(name, shown(value), "a number from 0 to below 1");
    }
    return real;
  }

  /** A number from 1 up, or {@code otherwise} where the file is silent. */
  double atLeastOne(String name, double otherwise) {
    if (!json.has(name)) {
      return otherwise;
    }
    JsonNode value = json.path(name);
    if (!(value.isNumber() && value.doubleValue() >= 1 && value.doubleValue() < 1e12)) {
      throw error(name, shown(value), "a number from 1 up");
    }
    return value.doubleValue();
  }

  /** Whether a field is true; false where the file is silent. */
  boolean flag(String name) {
    JsonNode value = json.path(name);
    if (!value.isBoolean() && json.has(name)) {
      throw error(name, shown(value), "true or false");
    }
    return value.asBoolean();
  }

  /** Fails where the file names something else. */
  void check(String name, String only) {
    if (json.hasNonNull(name) && !json.path(name).asText().equals(only)) {
      throw error(name, shown(json.path(name)), "\"" + only + "\"");
    }
  }

  /** The error that a field has a value that cannot be used. */
  UserError error(String name, String found, String expected) {
    return new UserError(
        file + ": " + name,
        "is " + found,
        expected,
        "Use the configuration of a model of a known family, as its authors published it");
  }

  private static double parsed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** A value as an error shows it. */
  static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    }
    String text = value.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
