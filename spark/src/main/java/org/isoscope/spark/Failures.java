package org.isoscope.spark;

import java.util.concurrent.Callable;
import org.isoscope.io.UserError;

/** What a job of Spark failed of, for the person who can mend it. */
final class Failures {
  private Failures() {}

  /**
   * Runs a job.
   *
   * @throws UserError where one was thrown by a task
   * @throws RuntimeException what else was thrown
   */
  static <T> T told(Callable<T> job) {
    try {
      return job.call();
    } catch (Exception e) { // Scala declares none
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UserError error) {
          throw error;
        }
      }
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(e.getMessage(), e);
    }
  }
}
