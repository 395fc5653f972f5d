package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first load of the native libraries, in processes of their own. */
class ComputeTest {
  private static final int PROCESSES = 5;
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path work;

  private Process start(Path log, String... options) throws IOException {
    return start(Loading.class, log, options);
  }

  private Process start(Class<?> program, Path log, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    return new ProcessBuilder(command)
        .directory(work.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void assertLoaded(Process process, Path log)
      throws IOException, InterruptedException {
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(Files.readString(log)).contains("loaded, memory unlimited: true");
  }

  /**
   * Without the lock this fails: in three rounds of three one to four of the five died of SIGBUS.
   */
  @Test
  void processesAtOnceUnpackIntoOneCache() throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(
          start(
              work.resolve("log" + i), "-Dorg.bytedeco.javacpp.cachedir=" + work.resolve("cache")));
    }
    for (int i = 0; i < PROCESSES; i++) {
      assertLoaded(processes.get(i), work.resolve("log" + i));
    }
  }

  /**
   * As in a container whose files are read-only. Whoever runs this may be allowed to write
   * everywhere: so what is asserted is that nothing is written.
   */
  @Test
  void fromAFilledCacheTheyAreLoadedWithoutWritingThere() throws IOException, InterruptedException {
    Path cache = work.resolve("cache");
    String named = "-Dorg.bytedeco.javacpp.cachedir=" + cache;
    assertThat(Compute.isFilled(cache)).isFalse();
    assertLoaded(start(work.resolve("filling"), named), work.resolve("filling"));
    assertThat(Compute.isFilled(cache)).isTrue();
    Files.delete(cache.resolve(".isoscope.lock"));
    Files.deleteIfExists(cache.resolve(".lock"));
    Map<Path, FileTime> before = times(cache);
    boolean protectedNow = cache.toFile().setWritable(false);
    assertThat(protectedNow).isTrue();

    Path log = work.resolve("reading");
    assertLoaded(start(LoadingFrom.class, log, named), log);

    assertThat(times(cache)).isEqualTo(before);
    assertThat(cache.toFile().setWritable(true)).isTrue();
  }

  private static Map<Path, FileTime> times(Path directory) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  /** What a process does whose cache cannot be written. */
  static final class LoadingFrom {
    private LoadingFrom() {}

    public static void main(String[] args) {
      Path cache = Path.of(System.getProperty("org.bytedeco.javacpp.cachedir"));
      if (Files.isWritable(cache)) {
        Compute.loadFrom(cache);
      } else {
        Compute.load();
      }
      System.out.println("loaded, memory unlimited: " + (Pointer.maxPhysicalBytes() == 0));
    }
  }

  /** What a process does: as a program that uses the library, without any of its options. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) {
      Compute.load();
      System.out.println("loaded, memory unlimited: " + (Pointer.maxPhysicalBytes() == 0));
    }
  }
}
