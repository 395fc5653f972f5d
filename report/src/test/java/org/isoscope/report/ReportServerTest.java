package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they go over the wire: no client may choose their headers. */
class ReportServerTest {
  private static final int PATIENCE_MS = 20_000;

  @TempDir Path work;
  private ResultDirectory results;
  private ReportServer server;

  @BeforeEach
  void start() {
    results = new ResultDirectory(work.resolve("run"));
    server = ReportServer.start(results, 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** An answer's status, headers and body. */
  private record Answer(int status, String head, String body) {}

  private Answer send(String requestLine, String... headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(PATIENCE_MS);
      String request =
          requestLine + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers);
      socket
          .getOutputStream()
          .write(
              (request + (headers.length > 0 ? "\r\n\r\n" : "\r\n"))
                  .getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      assertThat(end).as(answer).isPositive();
      return new Answer(
          Integer.parseInt(answer.split(" ", 3)[1]),
          answer.substring(0, end),
          answer.substring(end + 4));
    }
  }

  private Answer get(String path) throws IOException {
    return send("GET " + path, "Host: localhost");
  }

  private static String version(String page) {
    Matcher matcher = Pattern.compile("data-version=\"([^\"]*)\"").matcher(page);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  /** More than the server has threads. */
  private static final int STALLING = 40;

  private static final Duration SHORT = Duration.ofMillis(300);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: local", // half a request
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", // whose answer is not read
      })
  void noClientStallsIt(String sent) throws IOException {
    Fixture.training(results.path(), 0.05, false);
    server.close();
    server = ReportServer.start(results, 0, SHORT);
    List<Socket> stalling = new ArrayList<>();
    try {
      for (int i = 0; i < STALLING; i++) {
        Socket socket = new Socket();
        stalling.add(socket);
        socket.setReceiveBufferSize(1024);
        socket.connect(new InetSocketAddress("127.0.0.1", server.address().getPort()));
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
      }
      Answer version = get("/version");
      assertThat(version.status()).isEqualTo(200);
      assertThat(version.body()).contains("run.json");
    } finally {
      for (Socket socket : stalling) {
        socket.close();
      }
    }
  }

  @Test
  void saysWhereThereIsNothingYet() throws IOException {
    Answer page = get("/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.head()).contains("text/html; charset=utf-8").contains("no-store");
    assertThat(page.body()).contains("<h1>No report yet</h1>", "holds no results", "looks again");
    assertThat(version(page.body())).isEmpty();
    assertThat(results.path()).as("nothing is made").doesNotExist();
  }

  @Test
  void aChangedResultIsAnotherVersionAndAnotherPage() throws IOException {
    String empty = get("/version").body();
    Fixture.training(results.path(), 0.05, false);
    Answer first = get("/");
    String now = get("/version").body();

    assertThat(now).isNotEqualTo(empty).isEqualTo(version(first.body()));
    assertThat(first.body()).contains("id=\"headline\"").doesNotContain("No report yet");
    assertThat(get("/").body()).as("unchanged").isEqualTo(first.body());

    results.writeMetrics(results.metrics().subList(0, 3));
    assertThat(get("/version").body()).isNotEqualTo(now);
    assertThat(version(get("/").body())).isEqualTo(get("/version").body());
  }

  @Test
  void theReportItselfIsNoChange() throws IOException {
    Fixture.training(results.path(), 0.05, false);
    String before = get("/version").body();

    Report.write(results);

    assertThat(get("/version").body()).isEqualTo(before);
    assertThat(results.report())
        .content()
        .as("what is kept asks nobody")
        .doesNotContain("data-version", "connect-src");
  }

  @Test
  void aDamagedFileIsToldAndHarmless() throws IOException {
    Files.createDirectories(results.path());
    Files.writeString(results.path().resolve("run.json"), "<script>alert(1)</script>");

    Answer page = get("/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("run.json: is not a result file").doesNotContain("alert(1)<");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "localhost:8642", "127.0.0.1:1"})
  void thisMachineIsServed(String host) throws IOException {
    assertThat(send("GET /version", "Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8642",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example#localhost",
        "localhost@evil.example",
        "0.0.0.0",
        "localhost:",
        ""
      })
  void anotherNameIsRefused(String host) throws IOException {
    Fixture.training(results.path(), 0.05, false);

    Answer answer = send("GET /", "Host: " + host);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).doesNotContain("<html");
  }

  @Test
  void aRequestWithoutAHostIsRefused() throws IOException {
    assertThat(send("GET /").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/run.json",
        "/report.html",
        "/../run.json",
        "/%2e%2e/run/run.json",
        "//",
        "/version/",
        "/etc/passwd",
        "/?/../run.json/x"
      })
  void noPathLeadsToAFile(String path) throws IOException {
    Fixture.training(results.path(), 0.05, false);
    Report.write(results);

    Answer answer = get(path);

    if (path.startsWith("/?")) {
      assertThat(answer.body()).as("a query changes nothing").isEqualTo(get("/").body());
    } else {
      assertThat(answer.status()).as("\"//\" is no URI, which the JDK tells").isIn(404, 400);
      assertThat(answer.body()).doesNotContain("<html", "settings");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"})
  void onlyGetIsAnswered(String method) throws IOException {
    Answer answer = send(method + " /", "Host: localhost", "Content-Length: 0");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.head()).contains("Allow: GET");
  }

  @Test
  void aTakenPortIsTold() {
    int taken = server.address().getPort();

    assertThatThrownBy(() -> ReportServer.start(results, taken))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("port " + taken)
        .hasMessageContaining("0 takes one that is free");
  }
}
