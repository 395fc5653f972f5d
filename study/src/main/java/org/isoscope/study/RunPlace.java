package org.isoscope.study;

import java.nio.file.Path;
import org.isoscope.io.DirectoryLock;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;

/**
 * Where a command's results go: a directory that it has for itself while it is at work, and in
 * which no other command's results lie.
 */
public final class RunPlace implements AutoCloseable {
  private final DirectoryLock lock;
  private final ResultDirectory results;

  private RunPlace(DirectoryLock lock) {
    this.lock = lock;
    results = new ResultDirectory(lock.directory());
  }

  /**
   * Takes a directory until {@link #close}.
   *
   * @param command whose results go there
   * @param directory made if missing
   * @throws UserError of the parameter {@code out}, where another is at work there, no file can be
   *     made there, or the results of another command lie there
   */
  public static RunPlace take(String command, Path directory) {
    RunPlace place = new RunPlace(DirectoryLock.take(directory));
    try {
      place.requireOwn(command);
      return place;
    } catch (RuntimeException | Error e) {
      place.close();
      throw e;
    }
  }

  private void requireOwn(String command) {
    results
        .run()
        .filter(run -> !run.command().equals(command))
        .ifPresent(
            run -> {
              throw UserError.parameter(
                  "out",
                  results.path(),
                  "holds the results of " + run.command() + ", whose place these would take",
                  "a new directory, or one that " + command + " wrote",
                  "Name another place, or delete them");
            });
  }

  /** The directory. */
  public ResultDirectory results() {
    return results;
  }

  @Override
  public void close() {
    lock.close();
  }
}
