package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cache}, as a process whose environment names other places than this machine's. */
class CacheTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path work;

  @BeforeEach
  void caches() throws IOException {
    write("models/m@1-v3/source.json", "{\"source\": \"maven:g:m:1\"}");
    write("javacpp/torch.jar/lib.so", "lib");
    write("djl/tokenizers/1-cpu/lib.so", "libs");
    write("hub/models--org--name/blobs/1", "blob");
  }

  private void write(String name, String text) throws IOException {
    Path file = work.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Program.Outcome cache(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("cache"));
    all.addAll(List.of(arguments));
    List<String> jvm =
        List.of(
            "-Dorg.bytedeco.javacpp.cachedir=" + work.resolve("javacpp"),
            "-Xlog:class+load:file=" + work.resolve("classes.log"));
    ProcessBuilder builder =
        new ProcessBuilder(Program.command(jvm, all.toArray(String[]::new)))
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectOutput(work.resolve("out").toFile())
            .redirectError(work.resolve("err").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "ISOSCOPE_CACHE", "" + work.resolve("models"),
                "ENGINE_CACHE_DIR", "" + work.resolve("djl"),
                "HF_HUB_CACHE", "" + work.resolve("hub")));
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Program.Outcome(
        process.exitValue(),
        Files.readString(work.resolve("out"), StandardCharsets.UTF_8),
        Files.readString(work.resolve("err"), StandardCharsets.UTF_8));
  }

  @Test
  void isListedClearedAndLoadsNoNativeLibrary() throws IOException, InterruptedException {
    Program.Outcome list = cache("list");
    assertThat(list.code()).as("%s", list).isZero();
    assertThat(list.out())
        .containsPattern("models/m@1-v3 +0\\.0 +\\d{4}-\\d\\d-\\d\\d +maven:g:m:1\n")
        .containsPattern("tokenizers/1-cpu .*ai\\.djl\\.huggingface:tokenizers\n")
        .containsPattern("hub/org/name .*hf:org/name\n")
        .contains(work.resolve("javacpp").toString());
    assertThat(Files.readString(work.resolve("classes.log")))
        .contains("org.isoscope.models.Caches")
        .doesNotContain("org.bytedeco", "ai.djl");

    Program.Outcome cleared = cache("clear", "--all", "--yes");
    assertThat(cleared.code()).as("%s", cleared).isZero();
    assertThat(cleared.out()).contains("Deleted: 3 entries");
    JsonNode sizes = new ObjectMapper().readTree(cache("size", "--json").out());
    assertThat(sizes.findValuesAsText("place"))
        .containsExactly("models", "javacpp", "tokenizers", "class-data", "hub");
    assertThat(sizes.findValuesAsText("entries")).containsExactly("0", "0", "0", "0", "1");
    assertThat(sizes.get(4).get("bytes").asInt()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "2, '', Missing required subcommand",
    "2, clear, Name either entries to delete or --all",
    "2, clear models --all, Name either entries to delete or --all",
    "1, clear models, has no answer on standard input",
    "1, clear none --yes, none: is not in a cache",
    "1, clear hub/org/name --yes, lies in the cache that Python's programs share",
  })
  void deletesNothingThatWasNotMeant(int code, String arguments, String message)
      throws IOException, InterruptedException {
    Program.Outcome outcome = cache(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(code);
    assertThat(outcome.err()).contains(message);
    assertThat(work.resolve("models/m@1-v3/source.json")).exists();
    assertThat(work.resolve("hub/models--org--name/blobs/1")).exists();
  }
}
