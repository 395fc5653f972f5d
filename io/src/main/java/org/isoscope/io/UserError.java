package org.isoscope.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something a person can mend: bad input, a missing file, no network, a full disk. Its message is
 * one line that names where it happened, what is wrong, what was expected and what to do. Anything
 * else that is thrown is a bug and keeps its stack trace.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the one line: where, what, what was expected, what to do.
   *
   * @param where the file, with its line or tensor where one is known, or the option
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
    super(oneLine(where + ": " + what + "; expected " + expected + ". " + remedy + "."), cause);
  }

  private UserError(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The same error with a sentence more, of what is not lost.
   *
   * @param sentence without its full stop
   */
  public UserError and(String sentence) {
    return new UserError(oneLine(getMessage() + " " + sentence + "."), this);
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
    return new UserError(
        path.toString(),
        "cannot be written: " + reason(cause),
        "a writable place with free space",
        "Free some space or name another place",
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

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }
}
