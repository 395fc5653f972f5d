package org.isoscope.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * A hub on this machine: two servers, the hub itself, and a store for large files to which the hub
 * redirects.
 */
final class Hub implements AutoCloseable {
  /** What is asked of a server. */
  record Request(
      String method, String path, @Nullable String authorization, @Nullable String range) {}

  /** A failure to answer with. */
  record Failure(int status, Map<String, String> headers) {}

  static final String TOKEN = "hf_secretOfTheTest";

  private final HttpServer front = server();
  private final HttpServer store = server();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new TreeMap<>();
  final List<Request> ofTheHub = Collections.synchronizedList(new ArrayList<>());
  final List<Request> ofTheStore = Collections.synchronizedList(new ArrayList<>());

  /** Answers to the next requests to the hub, in the place of its own. */
  final Deque<Failure> failures = new ArrayDeque<>();

  /** Names in the list of files besides those that are there. */
  final List<String> listedBesides = new ArrayList<>();

  /** An answer of the store ends after so many bytes; 0: when it is whole. */
  int cutAfter;

  /** Whether the store knows ranges. */
  boolean ranges = true;

  /** Put before the content of what the store sends, which then is another. */
  boolean spoils;

  /** Whether only who has the token is answered. */
  boolean gated;

  Hub(Path model) throws IOException {
    for (Map.Entry<String, Path> file : HubFiles.files(model).entrySet()) {
      files.put(file.getKey(), Files.readAllBytes(file.getValue()));
    }
    front.createContext("/", exchange -> answer(exchange, this::hub, ofTheHub));
    store.createContext("/", exchange -> answer(exchange, this::stored, ofTheStore));
    for (HttpServer server : List.of(front, store)) {
      server.setExecutor(threads);
      server.start();
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + front.getAddress().getPort());
  }

  void put(String name, byte[] content) {
    files.put(name, content);
  }

  byte[] content(String name) {
    return files.get(name);
  }

  /** The hash by which the hub names a file: large ones by SHA-256, others as git does. */
  String etag(String name) {
    byte[] content = files.get(name);
    return name.endsWith(".safetensors")
        ? hex("SHA-256", content)
        : hex(
            "SHA-1",
            ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII),
            content);
  }

  private static String hex(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      Arrays.stream(parts).forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Something that answers. */
  private interface Answer {
    void to(HttpExchange exchange, String path) throws IOException;
  }

  private static void answer(HttpExchange exchange, Answer answer, List<Request> requests)
      throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            path,
            exchange.getRequestHeaders().getFirst("Authorization"),
            exchange.getRequestHeaders().getFirst("Range")));
    try (exchange) {
      answer.to(exchange, path);
    }
  }

  private void hub(HttpExchange exchange, String path) throws IOException {
    Failure failure;
    synchronized (failures) {
      failure = failures.poll();
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (failure != null) {
      failure.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(failure.status(), -1);
      return;
    }
    if (gated && !("Bearer " + TOKEN).equals(authorization)) {
      exchange.sendResponseHeaders(401, -1);
      return;
    }
    String api = "/api/models/" + HubFiles.MINILM + "/revision/";
    String resolve = "/" + HubFiles.MINILM + "/resolve/" + HubFiles.COMMIT + "/";
    if (path.startsWith(api)) {
      send(exchange, list());
      return;
    }
    String name = path.startsWith(resolve) ? path.substring(resolve.length()) : "";
    byte[] content = files.get(name);
    if (content == null) {
      exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", HubFiles.COMMIT);
    if (name.endsWith(".safetensors")) {
      exchange.getResponseHeaders().set("ETag", "\"of-the-pointer\"");
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + etag(name) + "\"");
      exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
      exchange
          .getResponseHeaders()
          .set("Location", "http://127.0.0.1:" + store.getAddress().getPort() + "/" + name);
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", "W/\"" + etag(name) + "\"");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    send(exchange, content);
  }

  private byte[] list() {
    ObjectNode json = Json.object();
    json.put("sha", HubFiles.COMMIT);
    ArrayNode siblings = json.putArray("siblings");
    files.keySet().forEach(name -> siblings.addObject().put("rfilename", name));
    listedBesides.forEach(name -> siblings.addObject().put("rfilename", name));
    return Json.bytes(json);
  }

  private void stored(HttpExchange exchange, String path) throws IOException {
    byte[] content = files.get(path.substring(1));
    if (spoils) {
      content = content.clone();
      content[content.length / 2] ^= 1;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && ranges) {
      from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    int length = content.length - from;
    exchange.sendResponseHeaders(range != null && ranges ? 206 : 200, length);
    int sent = cutAfter == 0 ? length : Math.min(cutAfter, length);
    exchange.getResponseBody().write(content, from, sent);
    exchange.getResponseBody().flush();
    // Closing the exchange before all is sent breaks the connection.
  }

  private static void send(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(content);
    }
  }

  @Override
  public void close() {
    front.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
