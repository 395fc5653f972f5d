package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFileTest {
  @TempDir Path work;

  @Test
  void isReadUpToItsLimit() throws IOException {
    Path file = Files.writeString(work.resolve("file"), "héllo");
    assertThat(RegularFile.readText(file, 6)).isEqualTo("héllo");
    assertThat(RegularFile.read(file, 1 << 30)).hasSize(6);
    assertThatThrownBy(() -> RegularFile.read(file, 5))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": has more than 0 MiB; expected a smaller file");
    assertThatThrownBy(() -> RegularFile.read(work.resolve("none"), 5))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("does not exist");
    Files.write(file, new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> RegularFile.readText(file, 6))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is not UTF-8");
  }

  @Test
  void aDeviceIsNone() throws IOException {
    Path zero = Path.of("/dev/zero");
    assumeTrue(Files.exists(zero), "skipped: no /dev/zero");
    Path link = Files.createSymbolicLink(work.resolve("link"), zero);
    for (Path device : new Path[] {zero, link}) {
      assertThatThrownBy(() -> RegularFile.read(device, 1 << 30))
          .isInstanceOf(UserError.class)
          .hasMessage(device + ": is no regular file; expected a file. Put a file in its place.");
    }
    assertThatThrownBy(() -> RegularFile.require(work))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is a directory");
    RegularFile.require(work.resolve("none")); // who reads it tells that
  }
}
