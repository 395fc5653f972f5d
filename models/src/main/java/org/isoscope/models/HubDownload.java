package org.isoscope.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.io.DirectoryLock;
import org.isoscope.io.RegularFile;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a model through the HTTP interface of the Hugging Face hub into the cache that Hugging
 * Face's own programs keep, so that they and this one share a copy.
 *
 * <p>The hub tells the commit that a revision stands for and the files of that commit; of each file
 * its size and its hash, by which it is named among the blobs: a SHA-256, or git's SHA-1 of a small
 * file. A file is written beside its place, {@code .incomplete}, taken up where an earlier download
 * ended, checked, and renamed. The snapshot appears when all files are there, the reference last.
 *
 * <p>Only what a model is read from is fetched: configurations, tokenizer and weights in
 * safetensors, of the directory and of the modules in {@code modules.json}.
 *
 * <p>The token goes to the endpoint alone, and along no redirect to elsewhere; it is never told.
 */
final class HubDownload {
  private static final String MODULES = "modules.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = WEIGHTS + ".index.json";
  private static final String PICKLE = "pytorch_model.bin";

  private static final String PLAIN = "[A-Za-z0-9_][A-Za-z0-9._+-]*";
  private static final Pattern PLAIN_PATH = Pattern.compile(PLAIN + "(/" + PLAIN + ")*");
  private static final Pattern ETAG = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1000}");
  private static final int SHA256_DIGITS = 64;

  /** Times that a request is made which fails, or brings no byte more, before that is an error. */
  private static final int TRIES = 5;

  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_LISTED_BYTES = 1 << 25;
  private static final long MOST_WAIT_SECONDS = 60;
  private static final Duration TO_CONNECT = Duration.ofSeconds(20);
  private static final Duration TO_ANSWER = Duration.ofSeconds(60);
  private static final Duration BEFORE_ANOTHER_LOOK = Duration.ofSeconds(1);

  private static final long MEGABYTE = 1_000_000;

  /** Downloads of at least this size tell how far they are. */
  private static final long LARGE = 100 * MEGABYTE;

  private final HubCache cache;
  private final URI endpoint;
  private final @Nullable String token;
  private final Consumer<Duration> waiting;
  private final HttpClient client;

  /**
   * A way to a hub.
   *
   * @param endpoint of the hub, without a slash at its end
   * @param token of the user; null: none
   * @param waiting waits so long
   */
  HubDownload(HubCache cache, URI endpoint, @Nullable String token, Consumer<Duration> waiting) {
    this.cache = cache;
    this.endpoint = endpoint;
    this.token = token;
    this.waiting = waiting;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER) // here, without the token
            .connectTimeout(TO_CONNECT)
            .build();
  }

  /**
   * As the environment says: {@code HF_ENDPOINT}; {@code HF_TOKEN}, or the file {@code
   * HF_TOKEN_PATH} or {@code token} in {@code HF_HOME}.
   *
   * @throws UserError where one of them is malformed; it does not tell a token
   */
  static HubDownload of(HubCache cache, Function<String, @Nullable String> environment, Path home) {
    return new HubDownload(
        cache, endpoint(environment), token(environment, home), HubDownload::sleep);
  }

  static URI endpoint(Function<String, @Nullable String> environment) {
    String named = environment.apply("HF_ENDPOINT");
    String url = named == null || named.isBlank() ? "https://huggingface.co" : named.strip();
    try {
      URI uri = URI.create(url.replaceFirst("/+$", ""));
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below, as any other that is none
    }
    throw new UserError(
        "HF_ENDPOINT " + url, "is no address of a hub", "https://host", "Correct the variable");
  }

  static @Nullable String token(Function<String, @Nullable String> environment, Path home) {
    String given = environment.apply("HF_TOKEN");
    String from = "HF_TOKEN";
    if (given == null || given.isBlank()) {
      Path named = HubCache.path(environment, "HF_TOKEN_PATH", home);
      Path file = named == null ? HubCache.hubHome(environment, home).resolve("token") : named;
      if (!Files.isRegularFile(file)) {
        return null;
      }
      from = file.toString();
      given = RegularFile.readText(file, MOST_LISTED_BYTES);
    }
    String stripped = given.strip();
    if (stripped.isEmpty()) {
      return null;
    }
    if (!TOKEN.matcher(stripped).matches()) {
      throw new UserError(
          from, "holds no token", "a token of the Hugging Face hub, on one line", "Correct it");
    }
    return stripped;
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while a model was fetched", e);
  }

  /** The commit that a revision stands for, and the paths of its files, with slashes. */
  private record Listing(String commit, Set<String> files) {}

  /**
   * Fetches what the cache lacks of a model.
   *
   * @param progress gets a line for each download, and of a large one every tenth
   * @return its directory in the cache
   * @throws UserError when it cannot be had, or is not what the hub says it is
   */
  Path fetch(HubModel model, Consumer<String> progress) {
    Path locks = cache.locks(model);
    try {
      Files.createDirectories(locks); // stays, as for Hugging Face's programs
    } catch (IOException e) {
      throw UserError.writing(locks, e);
    }
    boolean[] told = {false};
    try (DirectoryLock lock =
        DirectoryLock.await(
            locks,
            inUse -> {
              if (!told[0]) {
                progress.accept("Waiting: " + model.name() + " " + inUse);
                told[0] = true;
              }
              waiting.accept(BEFORE_ANOTHER_LOOK);
            })) {
      Listing listing = listing(model);
      return new Fetching(model, listing, progress).run();
    }
  }

  private Listing listing(HubModel model) {
    URI uri = uri("/api/models/" + model.name() + "/revision/" + encoded(model.revision()));
    for (int tried = 1; ; tried++) {
      try (InputStream body = get(uri, model, 0).body()) {
        byte[] bytes = body.readNBytes(MOST_LISTED_BYTES);
        return listing(model, Json.parse(bytes));
      } catch (IOException e) {
        again(tried, model, uri, e);
      }
    }
  }

  private Listing listing(HubModel model, JsonNode json) {
    String commit = json.path("sha").asText();
    if (!HubModel.isCommit(commit)) {
      throw broken(model, "tells no commit");
    }
    Set<String> files = new TreeSet<>();
    for (JsonNode sibling : json.path("siblings")) {
      String name = sibling.path("rfilename").asText();
      if (name.isEmpty()
          || name.contains("\\")
          || name.chars().anyMatch(Character::isISOControl)
          || List.of(name.split("/", -1)).stream()
              .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
        throw broken(model, "lists the file \"" + name + "\", which would lie elsewhere");
      }
      files.add(name);
    }
    return new Listing(commit, files);
  }

  private UserError broken(HubModel model, String what) {
    return new UserError(
        "model " + model.name() + " at " + endpoint,
        what,
        "the Hugging Face hub's interface",
        "Check HF_ENDPOINT, then try again");
  }

  /** One model's download. */
  private final class Fetching {
    private final HubModel model;
    private final Listing listing;
    private final Consumer<String> progress;
    private final Path folder;
    private final Map<String, Path> blobs = new LinkedHashMap<>();

    Fetching(HubModel model, Listing listing, Consumer<String> progress) {
      this.model = model;
      this.listing = listing;
      this.progress = progress;
      this.folder = cache.folder(model);
    }

    Path run() {
      Path snapshot = folder.resolve(HubCache.SNAPSHOTS).resolve(listing.commit());
      try {
        requireWeights();
        Files.createDirectories(folder.resolve(HubCache.BLOBS));
        fetchAll();
        link(snapshot);
        if (!listing.files().contains(MODULES)) {
          // As Hugging Face's programs note it: then nobody needs to ask again.
          Path none = cache.knownMissing(model, listing.commit()).resolve(MODULES);
          if (!Files.exists(none)) {
            WholeFile.writeText(none, "");
          }
        }
        if (!listing.commit().equals(model.revision())) {
          WholeFile.writeText(
              folder.resolve(HubCache.REFS).resolve(model.revision()), listing.commit());
        }
      } catch (IOException e) {
        throw UserError.writing(snapshot, e);
      }
      return snapshot;
    }

    /** Before anything is fetched. */
    private void requireWeights() {
      if (listing.files().stream()
          .map(HubDownload::fileName)
          .noneMatch(name -> name.equals(WEIGHTS) || name.equals(INDEX))) {
        if (listing.files().stream().anyMatch(name -> fileName(name).equals(PICKLE))) {
          throw Checkpoint.pickle("model " + model.name() + ": " + PICKLE);
        }
        throw new UserError(
            "model " + model.name(),
            "has no " + WEIGHTS + " on the hub",
            "config.json, " + WEIGHTS + ", tokenizer.json",
            "Choose another model, or one that was converted to safetensors");
      }
    }

    private void fetchAll() throws IOException {
      Set<String> folders = new LinkedHashSet<>();
      folders.add("");
      if (listing.files().contains(MODULES)) {
        for (JsonNode module : Json.readArray(blob(MODULES))) {
          String path = module.path("path").asText();
          if (!path.isEmpty()) {
            folders.add(path + "/");
          }
        }
      }
      for (String name : listing.files()) {
        String in = name.substring(0, name.length() - fileName(name).length());
        if (folders.contains(in) && name.matches(".*\\.(json|txt|model)")) {
          blob(name);
        }
      }
      for (String in : folders) {
        for (String weights : weights(in)) {
          blob(weights);
        }
      }
    }

    private List<String> weights(String in) throws IOException {
      if (listing.files().contains(in + WEIGHTS)) {
        return List.of(in + WEIGHTS);
      }
      List<String> shards = new ArrayList<>();
      if (listing.files().contains(in + INDEX)) {
        Set<String> names = new TreeSet<>();
        Json.readObject(blob(in + INDEX)).path("weight_map").forEach(n -> names.add(n.asText()));
        for (String name : names) {
          if (!name.matches(PLAIN) || !listing.files().contains(in + name)) {
            throw broken(model, "has no file \"" + name + "\", which " + in + INDEX + " names");
          }
          shards.add(in + name);
        }
      }
      return shards;
    }

    /** The file among the blobs, fetched where it is not there. */
    private Path blob(String name) throws IOException {
      Path known = blobs.get(name);
      if (known != null) {
        return known;
      }
      if (!PLAIN_PATH.matcher(name).matches()) {
        throw broken(model, "lists the file \"" + name + "\", which is no plain name");
      }
      URI uri =
          uri("/" + model.name() + "/resolve/" + listing.commit() + "/" + name.replace("+", "%2B"));
      HttpHeaders headers = head(uri, model);
      String commit = headers.firstValue("X-Repo-Commit").orElse(listing.commit());
      String etag =
          headers
              .firstValue("X-Linked-Etag")
              .or(() -> headers.firstValue("ETag"))
              .orElse("")
              .replaceFirst("^W/", "")
              .replace("\"", "");
      long size =
          headers
              .firstValue("X-Linked-Size")
              .or(() -> headers.firstValue("Content-Length"))
              .filter(digits -> digits.matches("[0-9]{1,15}"))
              .map(Long::parseLong)
              .orElse(-1L);
      if (!commit.equals(listing.commit()) || !ETAG.matcher(etag).matches() || size < 0) {
        throw broken(model, "does not tell commit, hash and size of " + name);
      }
      Path blob = folder.resolve(HubCache.BLOBS).resolve(etag);
      if (!Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS) || Files.size(blob) != size) {
        progress.accept("Fetching " + name + " of " + model.name() + " (" + megabytes(size) + ")");
        download(uri, name, blob, etag, size);
      }
      blobs.put(name, blob);
      return blob;
    }

    private void download(URI uri, String name, Path blob, String etag, long size)
        throws IOException {
      Path incomplete = blob.resolveSibling(etag + ".incomplete");
      if (Files.isSymbolicLink(incomplete)) {
        Files.delete(incomplete);
      }
      boolean takenUp = Files.exists(incomplete) && Files.size(incomplete) > 0;
      receive(uri, name, incomplete, size);
      if (!hash(incomplete, etag.length()).equals(etag) && takenUp) {
        Files.delete(incomplete); // what was there may have been of something else
        receive(uri, name, incomplete, size);
      }
      if (!hash(incomplete, etag.length()).equals(etag)) {
        Files.delete(incomplete);
        throw new UserError(
            name + " of " + model.name(),
            "has other content than the hub says, by its hash",
            "the hash " + etag,
            "Try again; where a proxy or a mirror is between, check that");
      }
      rename(incomplete, blob);
    }

    /** Receives all bytes, from where the file ends on. */
    private void receive(URI uri, String name, Path incomplete, long size) throws IOException {
      if (Files.exists(incomplete) && Files.size(incomplete) > size) {
        Files.delete(incomplete);
      }
      int tried = 0;
      while (true) {
        long before = Files.exists(incomplete) ? Files.size(incomplete) : 0;
        if (Files.exists(incomplete) && before == size) {
          return;
        }
        tried++;
        IOException cut = null;
        HttpResponse<InputStream> response = get(uri, model, before);
        try (InputStream body = response.body()) {
          boolean goesOn =
              before > 0
                  && response.statusCode() == 206
                  && response
                      .headers()
                      .firstValue("Content-Range")
                      .orElse("")
                      .startsWith("bytes " + before + "-");
          if (response.statusCode() == 206 && !goesOn) {
            throw broken(model, "answers with other bytes of " + name + " than were asked for");
          }
          cut = copy(body, name, incomplete, goesOn ? before : 0, size);
        }
        long after = Files.size(incomplete);
        if (after > before) {
          tried = 0;
        } else {
          again(tried, model, uri, cut == null ? new IOException("the answer ends early") : cut);
        }
      }
    }

    /**
     * Writes what is received.
     *
     * @return how the connection broke; null where it did not
     * @throws IOException where the file cannot be written
     */
    private @Nullable IOException copy(InputStream body, String name, Path file, long at, long size)
        throws IOException {
      long written = at;
      int tenths = (int) (at * 10 / Math.max(1, size));
      byte[] buffer = new byte[1 << 16];
      try (OutputStream out =
          at > 0
              ? Files.newOutputStream(file, StandardOpenOption.APPEND)
              : Files.newOutputStream(file)) {
        while (true) {
          int n;
          try {
            n = body.read(buffer);
          } catch (IOException e) {
            return e;
          }
          if (n < 0) {
            return null;
          }
          if (written + n > size) {
            throw broken(model, "sends more bytes of " + name + " than it says there are");
          }
          out.write(buffer, 0, n);
          written += n;
          int done = (int) (written * 10 / Math.max(1, size));
          if (size >= LARGE && done > tenths) {
            tenths = done;
            progress.accept("Fetching " + name + ": " + done * 10 + " % of " + megabytes(size));
          }
        }
      }
    }

    private void link(Path snapshot) throws IOException {
      if (Files.isDirectory(snapshot)) {
        HubCache.requireInside(folder, snapshot);
        for (Map.Entry<String, Path> file : blobs.entrySet()) {
          link(snapshot.resolve(file.getKey()), file.getValue());
        }
        return;
      }
      // A snapshot appears whole. It is made in its parent, as its links are relative.
      WholeFile.makeDirectory(
          snapshot,
          aside -> {
            for (Map.Entry<String, Path> file : blobs.entrySet()) {
              link(aside.resolve(file.getKey()), file.getValue());
            }
          });
    }

    private void link(Path place, Path blob) throws IOException {
      if (Files.exists(place)) {
        return;
      }
      Path in = place.getParent();
      if (in == null) {
        throw new IllegalStateException(place.toString());
      }
      Files.createDirectories(in);
      Files.deleteIfExists(place); // a link to nothing
      try {
        Files.createSymbolicLink(place, in.toAbsolutePath().relativize(blob.toAbsolutePath()));
      } catch (UnsupportedOperationException | IOException e) { // a system without, or no right to
        Files.copy(blob, place);
      }
    }
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String hash(Path file, int digits) throws IOException {
    if (digits == SHA256_DIGITS) {
      return Sha256.of(file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-1"); // git's, of "blob SIZE\0CONTENT"
      digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static String megabytes(long bytes) {
    return bytes < MEGABYTE
        ? Math.max(1, bytes / 1000) + " kB"
        : Math.round((double) bytes / MEGABYTE) + " MB";
  }

  // ---- HTTP

  private URI uri(String path) {
    return URI.create(endpoint + path);
  }

  private static String encoded(String revision) {
    return URLEncoder.encode(revision, StandardCharsets.UTF_8);
  }

  /** The headers of a file: those of the hub itself, not of the store that it points to. */
  private HttpHeaders head(URI uri, HubModel model) {
    return request(uri, model, "HEAD", 0).headers();
  }

  private HttpResponse<InputStream> get(URI uri, HubModel model, long from) {
    return request(uri, model, "GET", from);
  }

  /** Asks, again where that helps; the answer is one of success. */
  private HttpResponse<InputStream> request(URI uri, HubModel model, String method, long from) {
    for (int tried = 1; ; tried++) {
      try {
        HttpResponse<InputStream> response = follow(uri, model, method, from);
        int status = response.statusCode();
        if (status < 400) {
          return response;
        }
        response.body().close();
        if (tried >= TRIES || (status != 429 && status < 500)) {
          throw refused(model, status, response.headers());
        }
        waiting.accept(pause(tried, response.headers()));
      } catch (IOException e) {
        again(tried, model, uri, e);
      }
    }
  }

  /** What the hub asks for, or twice as long as before. */
  private static Duration pause(int tried, HttpHeaders headers) {
    long seconds =
        headers
            .firstValue("Retry-After")
            .filter(text -> text.matches("[0-9]{1,9}"))
            .map(Long::parseLong)
            .orElse(1L << (tried - 1));
    return Duration.ofSeconds(Math.min(MOST_WAIT_SECONDS, seconds));
  }

  private HttpResponse<InputStream> follow(URI uri, HubModel model, String method, long from)
      throws IOException {
    URI at = uri;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(at)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .timeout(TO_ANSWER)
              .header("User-Agent", "isoscope");
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-");
      }
      if (token != null && isOfTheEndpoint(at)) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<InputStream> response;
      try {
        response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      String location = response.headers().firstValue("Location").orElse(null);
      int status = response.statusCode();
      if (status < 300 || status >= 400 || location == null) {
        return response;
      }
      URI next = target(at, location, model);
      if (method.equals("HEAD") && !isOfTheEndpoint(next)) {
        return response;
      }
      response.body().close();
      at = next;
    }
    throw broken(model, "redirects more than " + MOST_REDIRECTS + " times");
  }

  private URI target(URI at, String location, HubModel model) {
    try {
      URI next = at.resolve(location);
      boolean stays = "https".equals(next.getScheme()) || "http".equals(at.getScheme());
      if (next.getHost() != null && stays && List.of("http", "https").contains(next.getScheme())) {
        return next;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw broken(model, "redirects to what is no safe address");
  }

  private boolean isOfTheEndpoint(URI uri) {
    return String.valueOf(endpoint.getScheme()).equals(uri.getScheme())
        && String.valueOf(endpoint.getHost()).equalsIgnoreCase(uri.getHost())
        && endpoint.getPort() == uri.getPort();
  }

  /** Waits before another try; after the last the failure is the user's to mend. */
  private void again(int tried, HubModel model, URI uri, IOException cause) {
    boolean unreachable = cause instanceof ConnectException; // so it stays
    if (tried >= TRIES || unreachable) {
      String reason = cause.getMessage() == null ? "" : ": " + cause.getMessage();
      throw new UserError(
          "model " + model.name(),
          "cannot be fetched from "
              + uri.getHost()
              + ": "
              + cause.getClass().getSimpleName()
              + reason,
          "access to the Hugging Face hub, or to the mirror in HF_ENDPOINT",
          "Check the network and Java's proxy settings, then try again: what is fetched is kept",
          cause);
    }
    waiting.accept(Duration.ofSeconds(1L << (tried - 1)));
  }

  private UserError refused(HubModel model, int status, HttpHeaders headers) {
    String code = headers.firstValue("X-Error-Code").orElse("");
    String where = "model " + model.name();
    String answer = " (" + endpoint.getHost() + " answers " + status + ")";
    if (status == 404 && code.equals("RevisionNotFound")) {
      return new UserError(
          where,
          "has no revision " + model.revision() + answer,
          "a branch, a tag or a commit of the model",
          "Check what is behind the @");
    }
    if (status == 404) {
      return new UserError(
          where, "is not on the hub" + answer, "org/name as on the model's page", "Check the name");
    }
    if (status == 401 || status == 403) {
      return new UserError(
          where,
          (token == null
                  ? "is not on the hub, or for some alone"
                  : "is not on the hub, or not for whom the token is of")
              + answer,
          "a public model, or a token that may read it",
          "Check the name; accept the model's terms on its page, and set HF_TOKEN to a token of"
              + " yours");
    }
    return new UserError(
        where,
        status == 429
            ? "is not given now: too many requests" + answer
            : "cannot be fetched" + answer,
        "a hub that answers",
        "Try again later: what is fetched is kept");
  }
}
