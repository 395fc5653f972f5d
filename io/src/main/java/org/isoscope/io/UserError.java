package org.isoscope.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something a person can mend: bad input, a bad setting, a missing file, no network, a full disk.
 * Its message is one line that names where it happened, what is wrong, what was expected and what
 * to do. Anything else that is thrown is a bug and keeps its stack trace.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 2L;

  // Around a parameter's name: noncharacters of Unicode, which no text has.
  private static final char BEGIN = '\uFDD0';
  private static final char END = '\uFDD1';
  private static final Pattern NAME = Pattern.compile(BEGIN + "([A-Za-z]+)" + END);

  private final @Nullable String parameter;
  private final String where;
  private final String what;
  private final String expected;
  private final String remedy;
  private final String more; // sentences of what is not lost, each after a space

  /**
   * Makes the one line: where, what, what was expected, what to do.
   *
   * @param where the file, with its line or tensor where one is known
   * @param what what is wrong with it
   * @param expected what was expected instead, as a noun phrase
   * @param remedy what to do, as an imperative sentence without its full stop
   */
  public UserError(String where, String what, String expected, String remedy) {
    this(where, what, expected, remedy, null);
  }

  /** As the other constructor, with the exception that revealed the error. */
  public UserError(
      String where, String what, String expected, String remedy, @Nullable Throwable cause) {
    this(null, where, what, expected, remedy, "", cause);
  }

  private UserError(
      @Nullable String parameter,
      String where,
      String what,
      String expected,
      String remedy,
      String more,
      @Nullable Throwable cause) {
    super(line(where, what, expected, remedy, more, UnaryOperator.identity()), cause);
    this.parameter = parameter;
    this.where = where;
    this.what = what;
    this.expected = expected;
    this.remedy = remedy;
    this.more = more;
  }

  /**
   * A parameter with a value that will not do. {@link #where} is its name and its value.
   *
   * @param name of the parameter as Java spells it, {@code batchSize}: a program may know it under
   *     another name, see {@link #message(UnaryOperator)}
   * @param value it has; an empty string: none worth telling
   * @param what what is wrong with it
   * @param expected what was expected instead, as a noun phrase
   * @param remedy what to do, as an imperative sentence without its full stop
   */
  public static UserError parameter(
      String name, Object value, String what, String expected, String remedy) {
    String where = (name(name) + " " + value).stripTrailing();
    return new UserError(name, where, what, expected, remedy, "", null);
  }

  /**
   * The name of a parameter for the text of an error, in which it is told as Java spells it, or as
   * a program's users know it: see {@link #message(UnaryOperator)}.
   *
   * @param parameter its name as Java spells it, letters alone
   */
  public static String name(String parameter) {
    return BEGIN + parameter + END;
  }

  /**
   * Checks that a number is in its range.
   *
   * @param name of the parameter as Java spells it
   * @param value it has
   * @param holds whether the value is in the range
   * @param expected the range, in words
   * @throws UserError where it is not, or is not finite
   */
  public static void requireRange(String name, Number value, boolean holds, String expected) {
    if (!holds || !Double.isFinite(value.doubleValue())) {
      throw parameter(name, value, "is out of range", expected, "Choose another value");
    }
  }

  /**
   * The name of the parameter that is wrong, as Java spells it; null where it is something else.
   */
  public @Nullable String parameter() {
    return parameter;
  }

  /** The file, with its line or tensor where one is known, or the parameter and its value. */
  public String where() {
    return plain(where);
  }

  /** What is wrong. */
  public String what() {
    return plain(what);
  }

  /** What was expected instead, a noun phrase. */
  public String expected() {
    return plain(expected);
  }

  /** What to do, an imperative sentence without its full stop. */
  public String remedy() {
    return plain(remedy);
  }

  /**
   * The message with every parameter under the name by which a program's users know it: {@code
   * --batch-size 1: is out of range; ...}.
   *
   * @param naming gives the name, of the name as Java spells it
   */
  public String message(UnaryOperator<String> naming) {
    return line(where, what, expected, remedy, more, naming);
  }

  private static String plain(String text) {
    return named(text, UnaryOperator.identity());
  }

  private static String named(String text, UnaryOperator<String> naming) {
    return NAME.matcher(text)
        .replaceAll(name -> Matcher.quoteReplacement(naming.apply(name.group(1))));
  }

  /**
   * The same error with a sentence more, of what is not lost.
   *
   * @param sentence without its full stop
   */
  public UserError and(String sentence) {
    return new UserError(
        parameter, where, what, expected, remedy, more + " " + sentence + ".", this);
  }

  /** What went wrong while {@code path} was read, in the words of the operating system. */
  public static UserError reading(Path path, IOException cause) {
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return new UserError(
          path.toString(), "does not exist", "a readable file", "Check the path", cause);
    }
    if (cause instanceof AccessDeniedException) {
      return new UserError(
          path.toString(),
          "may not be read",
          "a file with read permission",
          "Change its permissions",
          cause);
    }
    if (cause instanceof CharacterCodingException) {
      return new UserError(
          path.toString(),
          "is not UTF-8",
          "UTF-8 text",
          "Convert it, for example with iconv",
          cause);
    }
    return new UserError(
        path.toString(), "cannot be read: " + reason(cause), "a readable file", "Check it", cause);
  }

  /** What went wrong while {@code path} was written, in the words of the operating system. */
  public static UserError writing(Path path, IOException cause) {
    boolean full = reason(cause).toLowerCase(Locale.ROOT).contains("space");
    return new UserError(
        path.toString(),
        "cannot be written: " + reason(cause),
        full ? "a writable place with free space" : "a writable place",
        full ? "Free some space or name another place" : "Name another place",
        cause);
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    if (e instanceof FileAlreadyExistsException f) {
      return f.getFile() + " is a file, not a directory"; // where a directory was to be made
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException f) {
      return f.getFile() + " cannot be made";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static String line(
      String where,
      String what,
      String expected,
      String remedy,
      String more,
      UnaryOperator<String> naming) {
    String line = where + ": " + what + "; expected " + expected + ". " + remedy + "." + more;
    return Wording.visible(named(line, naming).replaceAll("\\s*\\R\\s*", " "));
  }
}
