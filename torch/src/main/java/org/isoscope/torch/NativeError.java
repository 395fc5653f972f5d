package org.isoscope.torch;

import java.util.Locale;
import java.util.function.Supplier;
import org.isoscope.io.UserError;

/**
 * The boundary at which an error of the C++ side, a bare {@link RuntimeException} with a dozen
 * lines of C++ frames, becomes one line that says what was being done.
 */
public final class NativeError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private NativeError(String message, RuntimeException cause) {
    super(message, cause);
  }

  /**
   * Runs native work.
   *
   * @param what is being done, with the shapes that matter: "step 12 on 128 sentences of 1,530
   *     tokens"
   * @throws UserError when native memory is exhausted
   * @throws NativeError for any other error of the C++ side
   */
  public static <T> T translate(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (e.getClass() != RuntimeException.class) {
        throw e; // Not from the C++ side.
      }
      String message = e.getMessage() == null ? "no message" : e.getMessage();
      String first = message.lines().findFirst().orElse("no message");
      String lower = first.toLowerCase(Locale.ROOT);
      if (lower.contains("alloc") || lower.contains("out of memory")) {
        throw new UserError(
            what,
            "memory ran out: " + first,
            "enough free memory",
            "Use a smaller "
                + UserError.name("batchSize")
                + " or "
                + UserError.name("maxLength")
                + ", or fewer "
                + UserError.name("keepLayers"),
            e);
      }
      throw new NativeError(what + ": " + first, e);
    }
  }
}
