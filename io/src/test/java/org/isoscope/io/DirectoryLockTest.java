package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  @TempDir Path work;

  @Test
  void isForOneAlone() throws IOException {
    Path directory = work.resolve("a/b");
    try (DirectoryLock first = DirectoryLock.take(directory)) {
      assertThat(first.directory()).isEqualTo(directory);
      for (Path same : new Path[] {directory, work.resolve("a/../a/b")}) {
        assertThatThrownBy(() -> DirectoryLock.take(same))
            .isInstanceOf(UserError.class)
            .hasMessage(
                "out "
                    + same
                    + ": is in use by this process; expected a directory for one command alone."
                    + " Wait for the other to end, or name another place.");
      }
      Files.writeString(directory.resolve("result"), "x");
    }
    assertThat(directory).isDirectoryContaining("glob:**result");
    assertThat(directory.resolve(".isoscope.lock")).doesNotExist();
    DirectoryLock.take(directory).close();
  }

  @Test
  void leavesNoDirectoryThatItMade() {
    DirectoryLock.take(work.resolve("a/b")).close();
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void namesTheProcessThatHasIt() throws IOException, InterruptedException {
    Process holder = holder();
    try {
      assertThatThrownBy(() -> DirectoryLock.take(work))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is in use by process " + holder.pid() + ";");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(work.resolve(".isoscope.lock")).as("left by the killed one").exists();
    DirectoryLock.take(work).close();
    assertThat(work).isEmptyDirectory();
  }

  /** A process that has the directory until it is killed. */
  private Process holder() throws IOException {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                Holding.class.getName(),
                work.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader lines = holder.inputReader(StandardCharsets.UTF_8);
    assertThat(lines.readLine()).isEqualTo("held");
    return holder;
  }

  /** What that process does. */
  static final class Holding {
    private Holding() {}

    public static void main(String[] args) throws InterruptedException {
      try (DirectoryLock lock = DirectoryLock.take(Path.of(args[0]))) {
        System.out.println("held");
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }
}
