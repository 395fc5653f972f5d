package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files appear whole or not at all. */
final class WholeFileTest {
  @TempDir Path directory;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = directory.resolve("deep/er/file.txt");
    WholeFile.writeText(file, "first, longer\n");
    WholeFile.writeText(file, "zwölf\n");

    assertThat(file).hasBinaryContent("zwölf\n".getBytes(StandardCharsets.UTF_8));
    assertThat(names(file.getParent())).containsExactly("file.txt");
  }

  @Test
  void nothingIsToBeSeenBeforeTheEnd() {
    Path file = directory.resolve("file.txt");
    WholeFile.write(
        file,
        out -> {
          out.write(new byte[1 << 20]);
          out.flush();
          assertThat(file).doesNotExist();
        });
    assertThat(file).hasSize(1 << 20);
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingBesideIt() throws IOException {
    Path file = directory.resolve("file.txt");
    WholeFile.writeText(file, "old");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": cannot be written: No space left on device; expected a writable place with"
                + " free space. Free some space or name another place.");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IllegalStateException("a bug");
                    }))
        .isExactlyInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new OutOfMemoryError("as meant");
                    }))
        .isInstanceOf(OutOfMemoryError.class);

    assertThat(file).hasContent("old");
    assertThat(names(directory)).containsExactly("file.txt");
  }

  @Test
  void aDirectoryInItsPlaceStays() throws IOException {
    Path target = directory.resolve("target");
    Files.createDirectories(target.resolve("within"));
    assertThatThrownBy(() -> WholeFile.writeText(target, "x"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(target + ": cannot be written: ");
    assertThat(names(directory)).containsExactly("target");
    assertThat(target.resolve("within")).isDirectory();
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    assertThatThrownBy(() -> WholeFile.writeText(file.resolve("within.txt"), "x"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            file.resolve("within.txt") + ": cannot be written: " + file + " is a file");
    assertThat(file).hasContent("old");
  }

  @Test
  void theRootIsNoFile() {
    assertThatThrownBy(() -> WholeFile.writeText(directory.getRoot(), "x"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void aDirectoryWithoutPermissionIsTold() throws IOException {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    assumeFalse(
        !closed.toFile().setWritable(false) || Files.isWritable(closed),
        "this user may write everywhere");
    assertThatThrownBy(() -> WholeFile.writeText(closed.resolve("file"), "x"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cannot be written: permission denied");
    assertThat(closed.toFile().setWritable(true)).isTrue();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aDirectoryAppearsWholeAndReplacesTheOldOne() throws IOException {
    Path target = directory.resolve("deep/target");
    for (String name : List.of("old", "new")) {
      WholeFile.makeDirectory(
          target,
          aside -> {
            assertThat(aside).isEmptyDirectory();
            WholeFile.writeText(aside.resolve("sub/" + name), name);
            assertThat(target.resolve("sub/" + name)).doesNotExist();
          });
      assertThat(names(target.resolve("sub"))).containsExactly(name);
    }
    assertThat(names(target.getParent())).containsExactly("target");
    WholeFile.deleteDirectory(target);
    WholeFile.deleteDirectory(target);
    assertThat(target).doesNotExist();
  }

  @Test
  void aDirectoryThatFailsLeavesTheOldOneAndNothingBesideIt() throws IOException {
    Path target = directory.resolve("target");
    WholeFile.makeDirectory(target, aside -> WholeFile.writeText(aside.resolve("a"), "old"));
    assertThatThrownBy(
            () ->
                WholeFile.makeDirectory(
                    target,
                    aside -> {
                      WholeFile.writeText(aside.resolve("a"), "new");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(target + ": cannot be written: No space left on device");
    assertThatThrownBy(
            () ->
                WholeFile.makeDirectory(
                    target,
                    aside -> {
                      Files.createFile(aside.resolve("b"));
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names(directory)).containsExactly("target");
    assertThat(target.resolve("a")).hasContent("old");
  }

  /** printf 'abc' | sha256sum: the example of FIPS 180-4. */
  @Test
  void aFileHasItsSha256() throws IOException {
    Path file = Files.writeString(directory.resolve("abc"), "abc");
    assertThat(Sha256.of(file))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThatThrownBy(() -> Sha256.of(directory.resolve("none")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("does not exist");
  }
}
