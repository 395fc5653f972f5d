package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.isoscope.io.DirectoryLock;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
  private static final long NO_PROCESS = 999_999_999L;

  @TempDir Path work;
  private Caches caches;

  @BeforeEach
  void places() throws IOException {
    caches = new Caches(place -> work.resolve(place.label()));
    write("models/a@b@1-v3/source.json", "{\"source\": \"maven:a:b:1\"}");
    write("models/a@b@1-v3/model.safetensors", "x".repeat(1000));
    write("models/other-v2/model.safetensors", "yy");
    write("models/.DS_Store", "z");
    write("javacpp/pytorch.jar/lib.so", "lib");
    write("hub/models--org--name/blobs/1", "blob");
    write("hub/datasets--org--name/blobs/1", "data");
  }

  private Path write(String name, String text) throws IOException {
    Path file = work.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void whatIsKeptIsListedWithItsSizeAndOrigin() {
    List<Caches.Entry> entries = caches.entries();

    assertThat(entries)
        .extracting(Caches.Entry::label, Caches.Entry::bytes, Caches.Entry::origin)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("models/a@b@1-v3", 1025L, "maven:a:b:1"),
            org.assertj.core.groups.Tuple.tuple("models/other-v2", 2L, "unknown"),
            org.assertj.core.groups.Tuple.tuple("javacpp/pytorch.jar", 3L, "pytorch.jar"),
            org.assertj.core.groups.Tuple.tuple("hub/org/name", 4L, "hf:org/name"));
    assertThat(entries).allMatch(entry -> entry.used().isAfter(Instant.now().minusSeconds(600)));
    assertThat(caches.entries(Caches.Place.TOKENIZERS)).as("no such directory").isEmpty();
  }

  @Test
  void otherPlacesAmongTheModelsAreNoModels() throws IOException {
    write("models/class-data/isoscope.jsa", "classes");
    write("models/javacpp/pytorch.jar/lib.so", "lib");
    write("models/djl/tokenizers/lib.so", "lib");
    write("class-data/isoscope.jsa", "classes");

    assertThat(caches.entries(Caches.Place.MODELS))
        .extracting(Caches.Entry::name)
        .containsExactly("a@b@1-v3", "other-v2");
    assertThat(caches.entries(Caches.Place.CLASS_DATA))
        .extracting(Caches.Entry::label)
        .containsExactly("class-data/isoscope.jsa");
  }

  @Test
  void clearedIsWhatIsNamedAndNothingElse() {
    caches.clear(caches.named(List.of("models/other-v2", "javacpp", "hub/org/name")));

    assertThat(caches.entries()).extracting(Caches.Entry::label).containsExactly("models/a@b@1-v3");
    assertThat(work.resolve("models"))
        .isDirectoryNotContaining(path -> path.getFileName().toString().endsWith(".part"));
    assertThat(work.resolve("models/.DS_Store")).exists();
    assertThat(work.resolve("hub/datasets--org--name/blobs/1")).exists();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkIsDeletedAndWhatItLeadsToIsNot() throws IOException {
    Path outside = write("outside/precious", "p".repeat(500)).getParent();
    Files.createSymbolicLink(work.resolve("models/linked"), outside);
    Files.createSymbolicLink(work.resolve("models/other-v2/within"), outside);

    List<Caches.Entry> both = caches.named(List.of("models/linked", "models/other-v2"));
    assertThat(both).extracting(Caches.Entry::bytes).containsExactly(0L, 2L);
    caches.clear(both);

    assertThat(work.resolve("models/linked")).doesNotExist();
    assertThat(work.resolve("models/other-v2")).doesNotExist();
    assertThat(outside.resolve("precious")).hasSize(500);
  }

  @Test
  void aNameThatIsNoEntryIsRefused() {
    for (String name :
        List.of("models/none", "models/../outside", "models/", "nowhere", "", "..")) {
      assertThatThrownBy(() -> caches.named(List.of(name)))
          .as(name)
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is not in a cache");
    }
    assertThat(caches.named(List.of("tokenizers"))).as("an empty place").isEmpty();
    assertThat(caches.named(List.of("models", "models/other-v2"))).as("once each").hasSize(2);
  }

  @Test
  void aPlaceThatIsInUseIsLeftAlone() throws IOException {
    List<Caches.Entry> models = caches.named(List.of("models"));
    Path staging =
        work.resolve(
            "models/.m." + ProcessHandle.current().pid() + "." + UUID.randomUUID() + ".part");
    Files.createDirectories(staging);
    assertThatThrownBy(() -> caches.clear(models))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    Files.delete(staging);

    try (DirectoryLock lock = DirectoryLock.take(work.resolve("models"))) {
      assertThat(lock.directory()).isDirectory();
      assertThatThrownBy(() -> caches.clear(models)).hasMessageContaining("is in use by");
    }
    assertThat(caches.entries(Caches.Place.MODELS)).isEqualTo(models);

    Files.createDirectories(
        work.resolve("models/.m." + NO_PROCESS + "." + UUID.randomUUID() + ".part"));
    List<Caches.Entry> all = caches.named(List.of("models"));
    assertThat(all).extracting(Caches.Entry::origin).contains("an unfinished conversion");
    caches.clear(all);
    assertThat(caches.entries(Caches.Place.MODELS)).isEmpty();
  }

  @Test
  void placesFollowWhatTheirProgramsFollow() {
    Path home = Path.of("home");
    assertThat(Caches.javaCpp(Map.<String, String>of()::get, home))
        .isEqualTo(Path.of("home/.javacpp/cache"));
    assertThat(Caches.javaCpp(Map.of("org.bytedeco.javacpp.cachedir", "c")::get, home))
        .isEqualTo(Path.of("c"));
    assertThat(Caches.tokenizers(Map.<String, String>of()::get, home))
        .isEqualTo(Path.of("home/.djl.ai/tokenizers"));
    assertThat(Caches.tokenizers(Map.of("DJL_CACHE_DIR", "d")::get, home))
        .isEqualTo(Path.of("d/tokenizers"));
    assertThat(Caches.tokenizers(Map.of("DJL_CACHE_DIR", "d", "ENGINE_CACHE_DIR", "e")::get, home))
        .isEqualTo(Path.of("e/tokenizers"));
  }
}
