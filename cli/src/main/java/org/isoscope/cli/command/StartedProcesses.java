package org.isoscope.cli.command;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.isoscope.cli.Isoscope;
import org.isoscope.io.UserError;
import org.isoscope.torch.GlooProcesses;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Rendezvous;
import org.jspecify.annotations.Nullable;

/**
 * Processes of this machine that a command starts to have part of its work done: it is the first.
 */
final class StartedProcesses implements AutoCloseable {
  private static final long END_SECONDS = 60;

  private final Path directory; // of the rendezvous and of what the others write to standard error
  private final List<Process> others = new ArrayList<>();
  private @Nullable Processes processes;

  private StartedProcesses(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts the others, and waits until they are there.
   *
   * @param arguments of the same command in each of them
   * @param size how many there are with this one
   * @throws UserError where one cannot be started, or ends again
   */
  static StartedProcesses start(List<String> arguments, int size) {
    StartedProcesses started;
    try {
      started = new StartedProcesses(Files.createTempDirectory("isoscope-processes"));
    } catch (IOException e) {
      throw UserError.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
    try {
      Rendezvous rendezvous = new Rendezvous.OfMachine(started.directory.resolve("rendezvous"));
      for (int rank = 1; rank < size; rank++) {
        started.start(arguments, rank, size, rendezvous);
      }
      started.processes = GlooProcesses.join(rendezvous, 0, size, started::ended);
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private void start(List<String> arguments, int rank, int size, Rendezvous rendezvous) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Isoscope.class.getName()));
    command.addAll(arguments);
    command.addAll(
        List.of("--quiet", "--rank=" + rank, "--world=" + size, "--rendezvous=" + rendezvous));
    try {
      others.add(
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(log(rank).toFile())
              .start());
    } catch (IOException e) {
      throw new UserError(
          "process " + rank + " of " + size,
          "cannot be started: " + e.getMessage(),
          "a Java that can be run",
          "Use fewer processes",
          e);
    }
  }

  private Path log(int rank) {
    return directory.resolve(rank + ".log");
  }

  /** Why one of the others will not come; null where all run. */
  private @Nullable String ended() {
    for (int i = 0; i < others.size(); i++) {
      if (!others.get(i).isAlive()) {
        String last = lastLine(log(i + 1));
        return "has ended with exit code "
            + others.get(i).exitValue()
            + (last == null ? "" : " and wrote: " + last);
      }
    }
    return null;
  }

  private static @Nullable String lastLine(Path log) {
    try {
      List<String> lines =
          Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
      return lines.isEmpty() ? null : lines.get(lines.size() - 1);
    } catch (IOException e) {
      return null;
    }
  }

  /** All of them, of which this is the first. */
  Processes processes() {
    return Objects.requireNonNull(processes);
  }

  /** Waits for the others to end, which they do by themselves; not for ever. */
  @Override
  public void close() {
    if (processes != null) {
      processes.close();
    }
    for (Process other : others) {
      try {
        if (processes == null || !other.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          other.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        other.destroyForcibly();
      }
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      // A place for temporary files is cleared by others.
    }
  }
}
