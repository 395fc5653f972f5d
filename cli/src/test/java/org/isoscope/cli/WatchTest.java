package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WatchTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path work;

  @Test
  void servesUntilItIsInterrupted() throws Exception {
    try (PipedReader in = new PipedReader();
        BufferedReader lines = new BufferedReader(in)) {
      CommandLine commandLine =
          Isoscope.commandLine().setOut(new PrintWriter(new PipedWriter(in), true));
      FutureTask<Integer> watching =
          new FutureTask<>(
              () -> Isoscope.run(commandLine, "watch", "" + work.resolve("new"), "--port", "0"));
      Thread thread = new Thread(watching, "watch");
      thread.start();
      Matcher said =
          Pattern.compile("Watching .*new at (http://127\\.0\\.0\\.1:\\d+/) \\(Ctrl-C ends\\)")
              .matcher(lines.readLine());
      assertThat(said.matches()).isTrue();

      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(said.group(1))).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("No report yet");

      thread.interrupt();
      assertThat(watching.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void whatCannotBeWatchedIsTold() throws IOException {
    Path file = Files.createFile(work.resolve("file"));

    Program.Outcome notADirectory = Program.run("watch", file.toString());
    Program.Outcome noPort = Program.run("watch", work.toString(), "--port", "65536");

    assertThat(notADirectory.code()).isEqualTo(1);
    assertThat(notADirectory.err()).contains(file + ": is a file");
    assertThat(noPort.code()).isEqualTo(1);
    assertThat(noPort.err()).contains("--port 65536: is out of range");
  }
}
