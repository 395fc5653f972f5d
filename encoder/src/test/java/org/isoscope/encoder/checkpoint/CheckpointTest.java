package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final String LAST = "encoder.layer.1.output.LayerNorm.bias";

  @TempDir Path directory;

  @BeforeEach
  void writeConfig() throws IOException {
    Files.writeString(directory.resolve("config.json"), TinyBert.CONFIG.toJson());
  }

  @Test
  void readsPlainNames() {
    write("model.safetensors", TinyBert.entries());
    assertReadsEverything();
  }

  @Test
  void readsPrefixedAndOldNamesAndIgnoresWhatIsNoEncoder() {
    List<Safetensors.Entry> entries =
        new ArrayList<>(
            renamed(
                name ->
                    "bert."
                        + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                            .replace("LayerNorm.bias", "LayerNorm.beta")));
    entries.add(entry("bert.pooler.dense.bias", 7));
    entries.add(entry("bert.embeddings.position_ids", 3));
    entries.add(entry("cls.predictions.bias", 5));
    write("model.safetensors", entries);
    assertReadsEverything();
  }

  @Test
  void readsShards() throws IOException {
    List<Safetensors.Entry> entries = TinyBert.entries();
    write("model-00001-of-00002.safetensors", entries.subList(0, 9));
    write("model-00002-of-00002.safetensors", entries.subList(9, entries.size()));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        """
        {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors",
         "b": "model-00002-of-00002.safetensors", "c": "model-00001-of-00002.safetensors"}}
        """);
    assertReadsEverything();
  }

  @Test
  void shardOutsideTheDirectoryIsRefused() throws IOException {
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"../model.safetensors\"}}");
    assertRefused("../model.safetensors", "plain names");
  }

  @Test
  void missingTensorIsNamed() {
    List<Safetensors.Entry> entries = new ArrayList<>(TinyBert.entries());
    entries.removeIf(entry -> entry.name().equals(LAST));
    write("model.safetensors", entries);
    assertRefused("model.safetensors", LAST, "missing");
  }

  @Test
  void tensorThereTwiceIsNamed() {
    List<Safetensors.Entry> entries = new ArrayList<>(TinyBert.entries());
    entries.add(entry("bert." + LAST, TinyBert.CONFIG.hiddenSize()));
    write("model.safetensors", entries);
    assertRefused(LAST, "twice");
  }

  @Test
  void vocabularyOfAnotherModelIsAWrongShape() throws IOException {
    write("model.safetensors", TinyBert.entries());
    Path config = directory.resolve("config.json");
    int words = TinyBert.CONFIG.vocabularySize();
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"vocab_size\" : " + words, "\"vocab_size\" : " + (words + 1)));
    assertRefused("word_embeddings.weight", "[" + words + ", ", "[" + (words + 1) + ", ");
  }

  @Test
  void pickleIsNeverRead() throws IOException {
    Files.write(directory.resolve("pytorch_model.bin"), new byte[] {1, 2, 3});
    assertRefused("pytorch_model.bin", "pickle", "safe_serialization");
  }

  @Test
  void emptyDirectoryIsNamed() {
    assertRefused(directory.toString(), "has no model.safetensors");
  }

  private void assertReadsEverything() {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.config()).isEqualTo(TinyBert.CONFIG);
      TinyBert.assertSameValues(checkpoint);
      assertThatThrownBy(() -> checkpoint.parameter("pooler.dense.bias"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private void assertRefused(String... says) {
    assertThatThrownBy(() -> Checkpoint.open(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(says);
  }

  private static List<Safetensors.Entry> renamed(UnaryOperator<String> rename) {
    return TinyBert.entries().stream()
        .map(e -> new Safetensors.Entry(rename.apply(e.name()), e.shape(), e.values()))
        .toList();
  }

  private static Safetensors.Entry entry(String name, int size) {
    return new Safetensors.Entry(name, List.of((long) size), () -> FloatBuffer.allocate(size));
  }

  private void write(String name, List<Safetensors.Entry> entries) {
    Safetensors.write(directory.resolve(name), Map.of(), entries);
  }
}
