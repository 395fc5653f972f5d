package org.isoscope.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.isoscope.corpus.TableWriter;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The file that a table is written to. */
public final class TableOutput {
  @Option(
      names = "--out",
      paramLabel = "F",
      description = "File to write the rows to: .csv or .jsonl.")
  public @Nullable Path out;

  /**
   * Refuses, before the work begins, what cannot be written to.
   *
   * @param inputs what is read; null: nothing
   * @throws UserError for another extension, a directory that no file can be made in, and one of
   *     the files that are read
   */
  public void check(@Nullable String... inputs) {
    if (out != null) {
      TableWriter.check(out);
      Path absolute = out.toAbsolutePath();
      ResultOptions.writable(absolute.getParent() == null ? absolute : absolute.getParent());
      for (String input : inputs) {
        requireOtherFile(out, input);
      }
    }
  }

  /**
   * What is read is not written over.
   *
   * @throws UserError where it would be
   */
  public static void requireOtherFile(Path out, @Nullable String input) {
    try {
      if (input != null && Files.exists(out) && Files.isSameFile(Path.of(input), out)) {
        throw new UserError(
            "--out " + out, "is the file that is read", "another file", "Name another place");
      }
    } catch (InvalidPathException | IOException e) {
      return; // what is wrong with the input is told where it is read
    }
  }

  /**
   * Writes the table, where a file is named.
   *
   * @return whether one is
   */
  public boolean write(List<String> columns, Consumer<TableWriter> content) {
    if (out == null) {
      return false;
    }
    TableWriter.write(out, columns, content);
    return true;
  }
}
