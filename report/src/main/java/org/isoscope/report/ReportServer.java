package org.isoscope.report;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Serves the report of a result directory as it is at the moment, to this machine only. It answers
 * two requests: {@code GET /}, the report, made anew where a result file has changed, and {@code
 * GET /version}, by which the page sees that. No path leads to a file. A request must name this
 * machine as its host: else a page of another site whose name is made to lead here could read the
 * report (DNS rebinding).
 *
 * <p>The directory need not exist yet; a training may be at work in it, as its files appear whole.
 */
public final class ReportServer implements AutoCloseable {
  private static final Pattern HERE = Pattern.compile("(localhost|127\\.0\\.0\\.1)(:\\d{1,5})?");

  /** A page and its version ask at once; browsers open connections besides, for later. */
  private static final int THREADS = 16;

  /** For a request to arrive, and for an answer to be taken; both come from this machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ResultDirectory results;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Watchdog watchdog;
  private @Nullable String version;
  private String page = "";

  private ReportServer(
      ResultDirectory results, HttpServer server, ExecutorService threads, Watchdog watchdog) {
    this.results = results;
    this.server = server;
    this.threads = threads;
    this.watchdog = watchdog;
  }

  /**
   * Ends what takes too long of a connection: a thread that waits for one, and is interrupted,
   * closes it.
   */
  private static final class Watchdog {
    private static final ThreadLocal<@Nullable Future<?>> DUE = new ThreadLocal<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Duration patience;

    Watchdog(Duration patience) {
      this.patience = patience;
    }

    /** From now on this thread waits for a connection. */
    void begin() {
      Thread waiting = Thread.currentThread();
      DUE.set(timer.schedule(waiting::interrupt, patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** It does not wait any more. */
    void end() {
      Future<?> set = DUE.get();
      if (set != null) {
        set.cancel(false);
        DUE.remove();
      }
    }

    void close() {
      timer.shutdownNow();
    }
  }

  /**
   * Begins to serve, on 127.0.0.1.
   *
   * @param port 0: one that is free
   * @throws UserError when the port cannot be had
   */
  public static ReportServer start(ResultDirectory results, int port) {
    return start(results, port, PATIENCE);
  }

  /** The same with other patience. */
  static ReportServer start(ResultDirectory results, int port, Duration patience) {
    HttpServer server;
    try {
      InetAddress here = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
      server = HttpServer.create(new InetSocketAddress(here, port), 0);
    } catch (IOException e) {
      throw new UserError(
          UserError.name("port") + " " + port,
          e instanceof BindException ? "is taken or not allowed" : "cannot be used: " + e,
          "a free port of this machine",
          "Choose another; 0 takes one that is free",
          e);
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    Watchdog watchdog = new Watchdog(patience);
    ReportServer serving = new ReportServer(results, server, threads, watchdog);
    server.setExecutor(
        exchange ->
            threads.execute(
                () -> {
                  watchdog.begin(); // the request is read first
                  try {
                    exchange.run();
                  } finally {
                    watchdog.end();
                    Thread.interrupted(); // not of the next
                  }
                }));
    server.createContext("/", serving::answer);
    server.start();
    return serving;
  }

  /** Where the report is to be seen. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    watchdog.end(); // to make the page may take its time
    try {
      String host = exchange.getRequestHeaders().getFirst("Host");
      String path = exchange.getRequestURI().getRawPath();
      if (host == null || !HERE.matcher(host).matches()) {
        send(exchange, 403, "text/plain", "Only localhost and 127.0.0.1 are served.\n");
      } else if (!"/".equals(path) && !"/version".equals(path)) {
        send(exchange, 404, "text/plain", "There is the report, /, and nothing else.\n");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        send(exchange, 405, "text/plain", "Only GET is answered.\n");
      } else if (path.equals("/")) {
        send(exchange, 200, "text/html", page());
      } else {
        send(exchange, 200, "text/plain", results.version());
      }
    } catch (UserError e) {
      send(exchange, 500, "text/plain", e.getMessage() + "\n");
    }
  }

  /** The page of the results as they are; several callers share one. */
  private synchronized String page() {
    // Taken first: what is written while the page is made gives it another version.
    String now = results.version();
    if (!now.equals(version)) {
      page = Report.live(results, now);
      version = now;
    }
    return page;
  }

  private void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type + "; charset=utf-8");
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", "frame-ancestors 'none'");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    watchdog.begin();
    try (exchange) {
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1); // an answer to it has no body
      } else {
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  /** Ends serving at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    watchdog.close();
  }
}
