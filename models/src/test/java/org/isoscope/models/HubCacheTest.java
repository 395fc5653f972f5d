package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isoscope.models.HubFiles.COMMIT;
import static org.isoscope.models.HubFiles.MINILM;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.ModelFiles;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubCacheTest {
  private static final String OTHER = "c9745ed0000000000000000000000000000000ab";

  @TempDir Path directory;

  private Path model;
  private HubFiles hub;

  @BeforeEach
  void layOut() {
    model = HubFiles.model(directory.resolve("model"), 1);
    hub = new HubFiles(directory.resolve("hub"));
  }

  private Path resolve(String name) {
    return ModelSource.resolve(
        name, directory.resolve("cache"), new HubCache(hub.cache()), null, line -> {});
  }

  private void assertRefused(String name, Object... says) {
    String[] all = new String[says.length];
    for (int i = 0; i < says.length; i++) {
      all[i] = says[i].toString();
    }
    assertThatThrownBy(() -> resolve(name))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(all);
  }

  /** Every file and link below a directory, and what is in it. */
  private static Map<String, String> state(Path root) throws IOException {
    Map<String, String> state = new TreeMap<>();
    for (Map.Entry<String, Path> file : HubFiles.files(root).entrySet()) {
      state.put(file.getKey(), Sha256.of(file.getValue()));
    }
    return state;
  }

  @Test
  void miniLmAsTheHubCachesItIsFoundByItsName() throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);
    Map<String, String> before = state(hub.cache());

    Path found = resolve(MINILM);

    assertThat(found).isEqualTo(hub.snapshot(COMMIT));
    assertThat(resolve("hf:" + MINILM)).isEqualTo(found);
    assertThat(HubModel.of(MINILM).orElseThrow().commit(found)).contains(COMMIT);
    try (TorchSentenceEncoder byName = TorchSentenceEncoder.open(found);
        TorchSentenceEncoder byPath = TorchSentenceEncoder.open(model)) {
      assertThat(byName.maxLength()).isEqualTo(32);
      assertThat(byName.normalizes()).isTrue();
      assertThat(byName.encode("the cat sees a dog ."))
          .isEqualTo(byPath.encode("the cat sees a dog ."));
    }
    assertThat(ModelFiles.all(found)).isEqualTo(ModelFiles.all(model));
    assertThat(state(hub.cache())).as("nothing is written there").isEqualTo(before);
    assertThat(directory.resolve("cache")).doesNotExist();
  }

  @Test
  void aCacheWithoutLinksHasTheFilesThemselves() throws IOException {
    hub.copy(model, COMMIT);
    hub.reference("main", COMMIT + "\n");

    assertThat(resolve(MINILM)).isEqualTo(hub.snapshot(COMMIT));
  }

  @Test
  void aRevisionIsABranchATagOrACommit() throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);
    hub.link(HubFiles.model(directory.resolve("other"), 2), OTHER);
    hub.reference("v2.0", OTHER);
    hub.reference("refs/pr/7", OTHER);

    assertThat(resolve("hf:" + MINILM + "@main")).isEqualTo(hub.snapshot(COMMIT));
    assertThat(resolve("hf:" + MINILM + "@v2.0")).isEqualTo(hub.snapshot(OTHER));
    assertThat(resolve(MINILM + "@v2.0")).isEqualTo(hub.snapshot(OTHER));
    assertThat(resolve("hf:" + MINILM + "@refs/pr/7")).isEqualTo(hub.snapshot(OTHER));
    assertThat(resolve("hf:" + MINILM + "@" + OTHER)).isEqualTo(hub.snapshot(OTHER));
    assertThat(resolve("hf:" + MINILM + "@" + COMMIT.substring(0, 8)))
        .isEqualTo(hub.snapshot(COMMIT));
    assertRefused("hf:" + MINILM + "@c9745ed", "2 commits that begin with c9745ed", "more digits");
    assertRefused("hf:" + MINILM + "@v3", "revision v3");
    assertRefused("hf:" + MINILM + "@" + "a".repeat(40), "not in the Hugging Face cache");
  }

  @Test
  void aModelThatIsNotThereTellsWhereItWasLookedForAndWhatToDo() {
    assertRefused(
        MINILM,
        "model " + MINILM + ": is no directory, and not in the Hugging Face cache",
        "revision main in " + hub.folder(),
        "without offline and HF_HUB_OFFLINE",
        "HF_HOME or HF_HUB_CACHE");
    assertRefused("hf:gpt2", "model hf:gpt2: is not in the Hugging Face cache", "models--gpt2");
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, config.json",
    "tokenizer.json, tokenizer.json",
    "model.safetensors, model.safetensors",
    "1_Pooling/config.json, 1_Pooling"
  })
  void aFileThatIsMissingIsNamed(String file, String named) throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);
    Files.delete(hub.snapshot(COMMIT).resolve(file).toRealPath()); // a link to nothing is left

    assertRefused(MINILM, named);
  }

  @Test
  void aPickleAloneIsRefusedAsEver() throws IOException {
    Files.move(model.resolve("model.safetensors"), model.resolve("pytorch_model.bin"));
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);

    assertRefused(MINILM, "is a pickle", "save_pretrained");
  }

  @Test
  void aLinkThatLeavesTheModelsFolderIsRefused() throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);
    Path elsewhere = Files.writeString(directory.resolve("secret.json"), "{}");
    Path link = hub.snapshot(COMMIT).resolve("config.json");
    Files.delete(link);
    Files.createSymbolicLink(link, elsewhere);
    assertRefused(MINILM, link, "links to a file outside of its model's folder");

    Files.delete(link);
    Path neighbour = Files.createDirectories(hub.cache().resolve("models--a--b/blobs"));
    Files.createSymbolicLink(
        link,
        Path.of("../../../models--a--b/blobs")
            .resolve(Files.writeString(neighbour.resolve("x"), "{}").getFileName()));
    assertRefused(MINILM, link, "outside of its model's folder");

    Files.delete(link);
    Path chained = Files.createSymbolicLink(hub.folder().resolve("blobs/chained"), elsewhere);
    Files.createSymbolicLink(link, Path.of("../../blobs").resolve(chained.getFileName()));
    assertRefused(MINILM, link, "outside of its model's folder");

    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("../../blobs"));
    assertRefused(MINILM, link, "links to a directory");
  }

  @Test
  void aSnapshotOrReferenceThatIsALinkElsewhereIsRefused() throws IOException {
    Files.createDirectories(hub.folder().resolve("snapshots"));
    Files.createSymbolicLink(hub.snapshot(COMMIT), model);
    hub.reference("main", COMMIT);
    assertRefused(MINILM, hub.snapshot(COMMIT), "outside of its model's folder");

    Path reference = hub.folder().resolve("refs/main");
    Files.delete(reference);
    Files.createSymbolicLink(reference, Files.writeString(directory.resolve("password"), "12345"));
    assertRefused(MINILM, reference, "outside of its model's folder");
  }

  @Test
  void blobsOnAnotherDiskAreFine() throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);
    Path blobs = hub.folder().resolve("blobs");
    Path disk = directory.resolve("disk");
    Files.move(blobs, disk);
    Files.createSymbolicLink(blobs, disk);

    assertThat(resolve(MINILM)).isEqualTo(hub.snapshot(COMMIT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "not a commit", "../../elsewhere", "C9745ED1D9F207416BE6D2E6F8DE32D1F16199BF"})
  void aReferenceThatHoldsNoCommitIsRefused(String content) throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", content);

    assertRefused(MINILM, hub.folder().resolve("refs/main"), "holds no commit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:",
        "hf:/",
        "hf:a/",
        "hf:/b",
        "hf:../b",
        "hf:a/..",
        "hf:a/b/c",
        "hf:a--b/c",
        "hf:a/b.git",
        "hf:a/b-",
        "hf:a/b\u0000",
        "hf:a/b c",
        "hf:a\\b",
        "hf:a/b\n",
        "hf:a/\u202eb"
      })
  void namesThatTheHubDoesNotHaveAreRefused(String name) {
    assertRefused(name, "is no name of the Hugging Face hub");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "../main", "a/../b", "/main", "main/", "a//b", ".x", "a b", "a\n", "a@b", "a..b"
      })
  void revisionsThatCannotBeAreRefused(String revision) {
    assertRefused("hf:a/b@" + revision, "names no revision");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../model", "./model", "/model", "model/", "a/b/c", "gpt2", "a--b/c", "a/..", ""})
  void whatIsNoNameOfTheHubIsNoneWithoutItsPrefix(String name) {
    assertThat(HubModel.of(name)).isEmpty();
  }

  @Test
  void aDirectoryHidesAModelOfTheHub() throws IOException {
    hub.link(model, COMMIT);
    hub.reference("main", COMMIT);
    Path own = Path.of("target/" + getClass().getSimpleName());
    HubFiles.model(own, 3);
    try {
      assertThat(resolve(own.toString())).isEqualTo(own);
      assertThat(HubModel.of(own.toString()).orElseThrow().commit(own)).isEmpty();
      assertRefused("hf:" + own, "is not in the Hugging Face cache");
    } finally {
      WholeFile.deleteDirectory(own);
    }
  }

  @Test
  void theCacheIsWherePythonHasIt() {
    assertThat(place(Map.of())).isEqualTo(Path.of("home/.cache/huggingface/hub"));
    assertThat(place(Map.of("XDG_CACHE_HOME", "x"))).isEqualTo(Path.of("x/huggingface/hub"));
    assertThat(place(Map.of("XDG_CACHE_HOME", "x", "HF_HOME", "h"))).isEqualTo(Path.of("h/hub"));
    assertThat(place(Map.of("HF_HOME", "~/h"))).isEqualTo(Path.of("home/h/hub"));
    assertThat(place(Map.of("HF_HOME", "h", "HF_HUB_CACHE", "c"))).isEqualTo(Path.of("c"));
    assertThat(place(Map.of("HF_HOME", " ", "HF_HUB_CACHE", "")))
        .isEqualTo(Path.of("home/.cache/huggingface/hub"));
  }

  private static Path place(Map<String, String> environment) {
    return HubCache.directory(environment::get, Path.of("home"));
  }
}
