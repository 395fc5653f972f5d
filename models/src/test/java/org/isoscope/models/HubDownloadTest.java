package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isoscope.models.HubFiles.COMMIT;
import static org.isoscope.models.HubFiles.MINILM;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.DirectoryLock;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubDownloadTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path directory;

  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
  private Path model;
  private HubFiles cached;
  private Hub hub;

  @BeforeEach
  void start() throws IOException {
    model = HubFiles.model(directory.resolve("model"), 1);
    Files.writeString(model.resolve("README.md"), "# A model");
    Files.writeString(model.resolve("pytorch_model.bin"), "a pickle");
    Files.writeString(Files.createDirectory(model.resolve("onnx")).resolve("config.json"), "{}");
    cached = new HubFiles(directory.resolve("hub"));
    hub = new Hub(model);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path resolve(String name) {
    return resolve(name, Hub.TOKEN);
  }

  private Path resolve(String name, @Nullable String token) {
    HubCache cache = new HubCache(cached.cache());
    return ModelSource.resolve(
        name,
        directory.resolve("cache"),
        cache,
        () -> new HubDownload(cache, hub.endpoint(), token, waits::add),
        progress::add);
  }

  private void assertRefused(String... says) {
    assertThatThrownBy(() -> resolve(MINILM))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(says)
        .hasMessageNotContaining(Hub.TOKEN)
        .extracting(Throwable::getMessage)
        .satisfies(message -> assertThat(message.lines()).hasSize(1));
  }

  private void assertFetched(Path found) throws IOException {
    assertThat(found).isEqualTo(cached.snapshot(COMMIT));
    Map<String, Path> files = HubFiles.files(found);
    assertThat(files.keySet())
        .containsExactlyInAnyOrder(
            HubFiles.files(model).keySet().stream()
                .filter(name -> !name.matches("README.md|.*\\.bin|onnx/.*"))
                .toArray(String[]::new));
    for (Map.Entry<String, Path> file : files.entrySet()) {
      assertThat(file.getValue()).hasBinaryContent(hub.content(file.getKey())).isSymbolicLink();
      assertThat(Files.readSymbolicLink(file.getValue()).isAbsolute()).isFalse();
      assertThat(file.getValue().toRealPath())
          .isEqualTo(
              cached.folder().toRealPath().resolve("blobs").resolve(hub.etag(file.getKey())));
    }
    assertThat(cached.folder().resolve("refs/main")).content().isEqualTo(COMMIT);
    try (Stream<Path> all = Files.walk(cached.cache())) {
      assertThat(all.map(Path::toString))
          .noneMatch(name -> name.matches(".*\\.(incomplete|part|lock)"));
    }
  }

  @Test
  void whatIsNeededIsFetchedIntoTheCacheOnce() throws IOException {
    assertFetched(resolve(MINILM));
    assertThat(progress)
        .anyMatch(line -> line.startsWith("Fetching " + WEIGHTS + " of " + MINILM + " ("));
    int asked = hub.ofTheHub.size();

    assertThat(resolve(MINILM)).isEqualTo(cached.snapshot(COMMIT));
    assertThat(resolve("hf:" + MINILM + "@" + COMMIT)).isEqualTo(cached.snapshot(COMMIT));
    assertThat(hub.ofTheHub).as("not asked again").hasSize(asked);
    assertThat(waits).isEmpty();
  }

  @Test
  void theTokenGoesToTheEndpointAlone() throws IOException {
    hub.gated = true;
    assertFetched(resolve(MINILM));

    assertThat(hub.ofTheHub)
        .allSatisfy(r -> assertThat(r.authorization()).isEqualTo("Bearer " + Hub.TOKEN));
    assertThat(hub.ofTheStore)
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.authorization()).isNull());
    assertThat(progress).noneMatch(line -> line.contains(Hub.TOKEN));
  }

  @Test
  void aDownloadCutOffAtEveryTenthEndsWithTheSameBytes() throws IOException {
    int length = hub.content(WEIGHTS).length;
    hub.cutAfter = length / 10;

    assertFetched(resolve(MINILM));

    List<Hub.Request> asked = List.copyOf(hub.ofTheStore);
    assertThat(asked).hasSizeGreaterThanOrEqualTo(10);
    assertThat(asked.get(0).range()).isNull();
    assertThat(asked.get(asked.size() - 1).range()).matches("bytes=[1-9][0-9]*-");
  }

  @Test
  void whatAnEarlierDownloadLeftIsTakenUp() throws IOException {
    byte[] weights = hub.content(WEIGHTS);
    Path blobs = Files.createDirectories(cached.folder().resolve("blobs"));
    Path left = blobs.resolve(hub.etag(WEIGHTS) + ".incomplete");
    Files.write(left, Arrays.copyOf(weights, 1000));

    assertFetched(resolve(MINILM));
    assertThat(hub.ofTheStore).extracting(Hub.Request::range).containsExactly("bytes=1000-");
  }

  @Test
  void whatWasLeftOfSomethingElseIsFetchedAnew() throws IOException {
    Path blobs = Files.createDirectories(cached.folder().resolve("blobs"));
    Files.write(blobs.resolve(hub.etag(WEIGHTS) + ".incomplete"), new byte[1000]);

    assertFetched(resolve(MINILM));
    assertThat(hub.ofTheStore).extracting(Hub.Request::range).containsExactly("bytes=1000-", null);
  }

  @Test
  void aStoreWithoutRangesBeginsAnew() throws IOException {
    hub.ranges = false;
    Path blobs = Files.createDirectories(cached.folder().resolve("blobs"));
    Files.write(blobs.resolve(hub.etag(WEIGHTS) + ".incomplete"), new byte[1000]);

    assertFetched(resolve(MINILM));
  }

  @Test
  void otherContentThanTheHubSaysIsRefusedAndLeavesNoModel() {
    hub.spoils = true;

    assertRefused(WEIGHTS, "by its hash", hub.etag(WEIGHTS));
    assertThat(cached.snapshot(COMMIT)).doesNotExist();
    assertThat(cached.folder().resolve("blobs").resolve(hub.etag(WEIGHTS))).doesNotExist();
    assertThat(cached.folder().resolve("refs")).doesNotExist();
  }

  @Test
  void whoMayNotReadIsToldWhatToDo() {
    hub.gated = true;
    assertThatThrownBy(() -> resolve(MINILM, null))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("model " + MINILM, "answers 401", "HF_TOKEN");
    hub.failures.add(new Hub.Failure(403, Map.of()));
    assertRefused("answers 403", "accept the model's terms");
    assertThat(waits).isEmpty();
  }

  @Test
  void whatTheHubDoesNotHaveIsTold() {
    hub.failures.add(new Hub.Failure(404, Map.of("X-Error-Code", "RepoNotFound")));
    assertRefused("is not on the hub", "Check the name", "no directory " + MINILM);
    hub.failures.add(new Hub.Failure(404, Map.of("X-Error-Code", "RevisionNotFound")));
    assertRefused("has no revision main");
  }

  @Test
  void whoAsksTooOftenWaitsAsLongAsTheHubSays() throws IOException {
    hub.failures.add(new Hub.Failure(429, Map.of("Retry-After", "7")));
    hub.failures.add(new Hub.Failure(503, Map.of()));
    hub.failures.add(new Hub.Failure(429, Map.of("Retry-After", "86400")));

    assertFetched(resolve(MINILM));
    assertThat(waits)
        .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2), Duration.ofSeconds(60));

    WholeFile.deleteDirectory(cached.cache());
    for (int i = 0; i < 5; i++) {
      hub.failures.add(new Hub.Failure(429, Map.of("Retry-After", "1")));
    }
    assertRefused("too many requests", "Try again later");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.json",
        "/etc/evil.json",
        "a/../../evil.json",
        "a//evil.json",
        "a\\evil.json",
        "./e.json",
        ""
      })
  void aPathThatWouldLieElsewhereIsRefused(String hostile) {
    hub.listedBesides.add(hostile);

    assertRefused("lists the file", "would lie elsewhere");
    assertThat(cached.folder()).doesNotExist();
  }

  @Test
  void modulesNameOnlyFoldersOfTheModel() {
    hub.put(
        "modules.json", "[{\"path\":\"../..\",\"type\":\"x\"}]".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> resolve(MINILM))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("modules.json");
    assertThat(cached.cache().resolve("evil")).doesNotExist();
  }

  @Test
  void shardsNameOnlyFilesOfTheModel() throws IOException {
    hub.close();
    Files.delete(model.resolve(WEIGHTS));
    hub = new Hub(model);
    hub.put(
        "model.safetensors.index.json",
        "{\"weight_map\":{\"a\":\"../x\"}}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> resolve(MINILM))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("model.safetensors.index.json");
  }

  @Test
  void aPickleAloneIsRefusedBeforeAnythingIsFetched() throws IOException {
    hub.close();
    Files.delete(model.resolve(WEIGHTS));
    hub = new Hub(model);

    assertRefused("pytorch_model.bin", "is a pickle", "save_pretrained");
    assertThat(hub.ofTheHub).hasSize(1);
  }

  @Test
  void whatPythonCachedInPartIsMadeWhole() throws IOException {
    cached.link(model, COMMIT);
    cached.reference("main", COMMIT);
    Files.delete(cached.snapshot(COMMIT).resolve("modules.json")); // as transformers leaves it

    Path found = resolve(MINILM);

    assertThat(found.resolve("modules.json")).exists();
    assertThat(SentenceModules.read(found).pooling()).isEqualTo("mean");
    assertThat(hub.ofTheStore).isEmpty();
  }

  @Test
  void aSnapshotThatLinksElsewhereIsNotMadeWhole() throws IOException {
    cached.link(model, COMMIT); // no reference: it is not looked at before the hub is asked
    Path link = cached.snapshot(COMMIT).resolve("config.json");
    Files.delete(link);
    Files.createSymbolicLink(link, model.resolve("config.json"));

    assertRefused(link.toString(), "outside of its model's folder");
  }

  @Test
  void aModelWithoutModulesIsAskedForOnce() throws IOException {
    hub.close();
    Files.delete(model.resolve("modules.json"));
    hub = new Hub(model);

    resolve(MINILM);
    int asked = hub.ofTheHub.size();
    resolve(MINILM);

    assertThat(hub.ofTheHub).hasSize(asked);
    assertThat(cached.folder().resolve(".no_exist").resolve(COMMIT).resolve("modules.json"))
        .exists();
  }

  @Test
  void noNetworkIsToldAtOnce() {
    hub.close();

    assertRefused(
        "cannot be fetched from 127.0.0.1", "Check the network", "no directory " + MINILM);
    assertThat(waits).isEmpty();
  }

  @Test
  void oneWaitsForAnother() throws Exception {
    Path locks = new HubCache(cached.cache()).locks(HubModel.of(MINILM).orElseThrow());
    Files.createDirectories(locks);
    CompletableFuture<Path> waiting;
    try (DirectoryLock other = DirectoryLock.take(locks)) {
      waiting = CompletableFuture.supplyAsync(() -> resolve(MINILM));
      while (waits.size() < 2) {
        assertThat(waiting).isNotDone();
        Thread.onSpinWait();
      }
      assertThat(hub.ofTheHub).isEmpty();
    }
    assertFetched(waiting.get());
    assertThat(progress).filteredOn(line -> line.startsWith("Waiting: ")).hasSize(1);
  }

  @Test
  void theEnvironmentNamesHubAndToken() throws IOException {
    Path home = Files.createDirectories(directory.resolve("home"));
    assertThat(HubDownload.endpoint(name -> null)).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(HubDownload.endpoint(Map.of("HF_ENDPOINT", "http://mirror:81/hf/")::get))
        .isEqualTo(URI.create("http://mirror:81/hf"));
    for (String bad : List.of("ftp://x", "mirror", "http://u:p@x", "http://[", "https://x?y")) {
      assertThatThrownBy(() -> HubDownload.endpoint(Map.of("HF_ENDPOINT", bad)::get))
          .as(bad)
          .isInstanceOf(UserError.class);
    }
    assertThat(HubDownload.token(name -> null, home)).isNull();
    Path standard = Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.writeString(standard.resolve("token"), "hf_file\n");
    assertThat(HubDownload.token(name -> null, home)).isEqualTo("hf_file");
    Path named = Files.writeString(home.resolve("named"), "hf_named");
    Map<String, String> both = Map.of("HF_TOKEN_PATH", named.toString(), "HF_TOKEN", " ");
    assertThat(HubDownload.token(both::get, home)).isEqualTo("hf_named");
    assertThat(HubDownload.token(Map.of("HF_TOKEN", "hf_own")::get, home)).isEqualTo("hf_own");
    assertThatThrownBy(() -> HubDownload.token(Map.of("HF_TOKEN", "hf_a\nb")::get, home))
        .isInstanceOf(UserError.class)
        .hasMessageNotContaining("hf_a");
  }
}
