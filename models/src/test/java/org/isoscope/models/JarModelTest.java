package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.encoder.checkpoint.TinyBert;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarModelTest {
  private static final MavenArtifact ARTIFACT = new MavenArtifact("g", "tiny-uncased_A-3", "1");

  @TempDir Path directory;
  private Path jar;
  private Path model;
  private Path scratch;

  @BeforeEach
  void makeDirectories() throws IOException {
    jar = directory.resolve("tiny.jar");
    model = Files.createDirectory(directory.resolve("model"));
    scratch = Files.createDirectory(directory.resolve("scratch"));
  }

  @Test
  void convertsOnnx() throws IOException {
    convert(JarFiles.onnx(jar), ARTIFACT);
    assertModel();
    assertThat(model.resolve("tokenizer.json")).hasContent("{\"version\": \"1.0\"}");
  }

  @Test
  void convertsSavedModelInAZip() throws IOException {
    convert(JarFiles.savedModel(jar, directory), ARTIFACT);
    assertModel();
    assertThat(Json.readObject(model.resolve("tokenizer.json")).at("/normalizer/lowercase"))
        .hasToString("true");
    assertThat(Json.readObject(model.resolve("tokenizer.json")).at("/model/vocab/cat"))
        .hasToString("6");
  }

  @Test
  void takesOnlyTheLayoutsFiles() throws IOException {
    convert(JarFiles.layout(jar, directory), ARTIFACT);
    assertModel();
    assertThat(SentenceModules.read(model))
        .isEqualTo(SentenceModules.of("cls", false).withMaxLength(7));
    assertThat(model.resolve("pytorch_model.bin")).doesNotExist();
  }

  @Test
  void brokenModelInAJarNamesTheJar() throws IOException {
    byte[] lie = new byte[16];
    Arrays.fill(lie, (byte) 0x7f);
    Map<String, byte[]> entries =
        Map.of(
            "config.json",
            JarFiles.text(TinyBert.CONFIG.toJson()),
            "tokenizer.json",
            JarFiles.text("{}"),
            "model.safetensors",
            lie);
    assertRefused(JarFiles.jar(jar, entries), jar + "!/", "its header has");
  }

  @Test
  void headsMustBeToldByTheNameWhereTheModelDoesNot() throws IOException {
    JarFiles.savedModel(jar, directory);
    assertThatThrownBy(() -> convert(jar, new MavenArtifact("g", "tiny", "1")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("attention heads");
  }

  @Test
  void jarWithoutAModelSaysWhatItFound() throws IOException {
    Map<String, byte[]> entries =
        Map.of("a.onnx", new byte[5], "b.onnx", new byte[5], "README", new byte[5000]);
    assertRefused(JarFiles.jar(jar, entries), jar.toString(), "2 .onnx", "0 tokenizer.json");
  }

  @Test
  void zipWithoutASavedModelIsRefused() throws IOException {
    Path inner = JarFiles.jar(directory.resolve("inner"), Map.of("x", new byte[1]));
    byte[] padded = Arrays.copyOf(Files.readAllBytes(inner), 2000);
    assertRefused(JarFiles.jar(jar, Map.of("inner", padded)), "inner", "SavedModel");
  }

  @Test
  void tokenizerThatIsNoJsonIsRefused() throws IOException {
    Map<String, byte[]> entries =
        Map.of("a.onnx", new byte[5], "tokenizer.json", JarFiles.text("{\"a\":"));
    assertRefused(JarFiles.jar(jar, entries), "tokenizer.json", "not JSON");
  }

  @Test
  void everyTruncationNamesTheJar() throws IOException {
    byte[] whole = Files.readAllBytes(JarFiles.onnx(jar));
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(jar, Arrays.copyOf(whole, length));
      assertRefused(jar, jar.toString(), "damaged or truncated", "Delete it");
    }
  }

  @Test
  void changedByteNamesTheJar() throws IOException {
    JarFiles.onnx(jar);
    byte[] bytes = Files.readAllBytes(jar);
    // In the middle of the compressed model, by far the largest entry.
    for (int i = bytes.length / 2; i < bytes.length / 2 + 8; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(jar, bytes);
    assertRefused(jar, jar.toString(), "damaged or truncated");
  }

  private void convert(Path from, MavenArtifact artifact) {
    JarModel.convert(from, artifact, model, scratch);
  }

  private void assertModel() {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      assertThat(checkpoint.config()).isEqualTo(TinyBert.CONFIG);
      TinyBert.assertSameValues(checkpoint);
    }
  }

  private void assertRefused(Path from, String... says) {
    assertThatThrownBy(() -> convert(from, ARTIFACT))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(says);
  }
}
