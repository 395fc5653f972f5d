package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sum of a file and of a text, against the example of FIPS 180-4. */
final class Sha256Test {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void sumsAFileAndATextAlike(@TempDir Path directory) throws IOException {
    assertThat(Sha256.of(Files.writeString(directory.resolve("abc"), "abc"))).isEqualTo(OF_ABC);
    assertThat(Sha256.ofText("abc")).isEqualTo(OF_ABC);
    assertThat(Sha256.ofText("\u00e9"))
        .as("in UTF-8")
        .isEqualTo(Sha256.of(Files.writeString(directory.resolve("e"), "\u00e9")));
  }
}
