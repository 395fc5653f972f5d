package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A script among the test resources, run by the interpreter that {@code PYTHON} names. */
final class PythonPeer {
  private PythonPeer() {}

  /** Skips the test where there is no such interpreter. */
  static String assumed() {
    String python = System.getenv("PYTHON");
    assumeTrue(python != null, "skipped: PYTHON names no interpreter with sentence-transformers");
    return python;
  }

  /**
   * Runs a script.
   *
   * @param directory for the script and what goes wrong
   * @param resource of the script
   * @return the JSON that it printed
   */
  static JsonNode run(String python, Path directory, String resource, String... arguments)
      throws Exception {
    Path script = directory.resolve("peer.py");
    try (InputStream in = PythonPeer.class.getResourceAsStream(resource)) {
      Files.copy(in, script);
    }
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(List.of(arguments));
    Path errors = directory.resolve("errors.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put("HF_HUB_OFFLINE", "1");
    Process process = builder.start();
    byte[] printed = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return new ObjectMapper().readTree(printed);
  }
}
