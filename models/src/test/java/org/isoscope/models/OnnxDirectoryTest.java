package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.encoder.checkpoint.TinyBert;
import org.isoscope.io.UserError;
import org.isoscope.sentence.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories with an ONNX graph and a tokenizer, as other programs ship them. */
class OnnxDirectoryTest {
  private static final int MUTATIONS = 400;

  private static final String MODULES =
      "[{\"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"},"
          + "{\"path\": \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"},"
          + "{\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"},"
          + "{\"path\": \"3_Normalize\", \"type\": \"sentence_transformers.models.Normalize\"}]";

  @TempDir Path work;
  private Path model;

  @BeforeEach
  void tiny() throws IOException {
    model = Files.createDirectory(work.resolve("tiny"));
    Files.writeString(model.resolve("tokenizer.json"), "{\"version\": \"1.0\"}");
  }

  @Test
  void graphAndTokenizerAreAModel() throws IOException {
    graph("model.onnx", folded());
    Path converted = resolve();
    try (Checkpoint checkpoint = Checkpoint.open(converted)) {
      assertThat(checkpoint.config()).isEqualTo(TinyBert.CONFIG);
      TinyBert.assertSameValues(checkpoint);
    }
    assertThat(SentenceModules.read(converted)).isEqualTo(SentenceModules.NONE);
    assertThat(Json.readObject(converted.resolve("source.json")).path("source").asText())
        .isEqualTo(model.resolve("model.onnx").toString());
  }

  @Test
  void whatStandsBesideIsObeyed() throws IOException {
    graph("onnx/model.onnx", folded());
    graph("onnx/model_quantized.onnx", folded());
    int hidden = TinyBert.CONFIG.hiddenSize();
    Files.writeString(model.resolve("config.json"), TinyBert.CONFIG.toJson());
    Files.writeString(model.resolve("tokenizer_config.json"), "{\"model_max_length\": 7}");
    Files.writeString(model.resolve("modules.json"), MODULES);
    Files.createDirectory(model.resolve("1_Pooling"));
    Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
    Path dense = Files.createDirectory(model.resolve("2_Dense"));
    Files.writeString(
        dense.resolve("config.json"),
        "{\"in_features\": " + hidden + ", \"out_features\": 2, \"bias\": false}");
    float[] weights = new float[2 * hidden];
    Arrays.setAll(new double[weights.length], i -> weights[i] = i);
    Safetensors.write(
        dense.resolve("model.safetensors"),
        Map.of(),
        List.of(
            new Safetensors.Entry(
                "linear.weight", List.of(2L, (long) hidden), () -> FloatBuffer.wrap(weights))));
    Path converted = resolve();
    SentenceModules modules = SentenceModules.read(converted);
    assertThat(modules).isEqualTo(SentenceModules.read(model));
    assertThat(modules.pooling()).isEqualTo("cls");
    assertThat(modules.normalizes()).isTrue();
    assertThat(modules.maxLength()).isEqualTo(7);
    assertThat(modules.values(converted)).hasSize(1);
    try (Checkpoint checkpoint = Checkpoint.open(converted)) {
      TinyBert.assertSameValues(checkpoint);
    }
  }

  @Test
  void weightsBesideTheGraphAreTakenAsTheyAre() throws IOException {
    graph("model.onnx", folded());
    Files.writeString(model.resolve("config.json"), TinyBert.CONFIG.toJson());
    Safetensors.write(model.resolve("model.safetensors"), Map.of(), TinyBert.entries());
    assertThat(resolve()).isEqualTo(model);
  }

  @Test
  void convertsOnceUntilAFileIsAnother() throws IOException {
    graph("model.onnx", folded());
    List<String> told = new ArrayList<>();
    Path first = ModelSource.resolve(model.toString(), work.resolve("cache"), told::add);
    assertThat(ModelSource.resolve(model.toString(), work.resolve("cache"), told::add))
        .isEqualTo(first);
    assertThat(told).containsExactly("Converting " + model.resolve("model.onnx"));
    Files.setLastModifiedTime(model.resolve("tokenizer.json"), FileTime.fromMillis(1000));
    assertThat(resolve()).isNotEqualTo(first);
  }

  @Test
  void refusesWhatHasNoSuchWeights() throws IOException {
    graph("model.onnx", folded().addNode(OnnxFiles.node("MatMulInteger", "y", "x", "w")));
    assertRefused("model.onnx", "is quantized: it has the operator MatMulInteger");
    graph("model.onnx", folded().addNode(OnnxFiles.node("SkipLayerNormalization", "y", "x")));
    assertRefused("is optimized for ONNX Runtime", "SkipLayerNormalization");
    graph(
        "model.onnx",
        folded().addOutput(ValueInfoProto.newBuilder().setName("sentence_embedding_by_token")));
    assertRefused("was written by `export`");
    GraphProto.Builder half = folded();
    half.getInitializerBuilder(0)
        .setDataType(TensorProto.DataType.FLOAT16.getNumber())
        .clearFloatData()
        .setRawData(ByteString.copyFrom(new byte[2]));
    graph("model.onnx", half);
    assertRefused("has 16-bit floats");
    Files.delete(model.resolve("model.onnx"));
    graph("model_quantized.onnx", folded());
    assertRefused("has no weights but model_quantized.onnx");
  }

  @Test
  void refusesOtherArchitectures() throws IOException {
    GraphProto.Builder roberta = folded().addNode(OnnxFiles.node("CumSum", "positions", "mask"));
    for (TensorProto.Builder tensor : roberta.getInitializerBuilderList()) {
      if (tensor.getName().equals("embeddings.token_type_embeddings.weight")) {
        tensor.setDims(0, 1);
      }
    }
    graph("model.onnx", roberta);
    assertRefused("is no BERT but of RoBERTa's kind");
    graph("model.onnx", GraphProto.newBuilder().addNode(OnnxFiles.node("Erf", "y", "x")));
    assertRefused("embeddings.word_embeddings.weight", "is missing");
    graph("model.onnx", folded());
    Files.writeString(
        model.resolve("config.json"),
        TinyBert.CONFIG.toJson().replace("\"bert\"", "\"xlm-roberta\""));
    assertRefused("config.json: model_type", "is xlm-roberta");
  }

  @Test
  void refusesFilesOfDifferentModels() throws IOException {
    graph("model.onnx", folded());
    Path config = model.resolve("config.json");
    int heads = TinyBert.CONFIG.heads();
    String json = TinyBert.CONFIG.toJson();
    Files.writeString(config, json.replaceFirst("(num_attention_heads\\D*)" + heads, "$11"));
    assertRefused("num_attention_heads", "is 1");
    Files.writeString(config, json.replaceFirst("(intermediate_size\\D*)\\d+", "$11"));
    assertRefused("has the shape");
    Files.delete(config);
    Files.delete(model.resolve("tokenizer.json"));
    assertRefused("has no tokenizer.json");
  }

  @Test
  void headsThatNothingTellsAreAskedFor() throws IOException {
    GraphProto.Builder graph = folded();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      if (graph.getNode(i).getOpType().equals("Reshape")) {
        graph.removeNode(i);
      }
    }
    graph("model.onnx", graph);
    assertRefused("does not tell its number of attention heads", "config.json");
    Files.writeString(model.resolve("config.json"), TinyBert.CONFIG.toJson());
    try (Checkpoint checkpoint = Checkpoint.open(resolve())) {
      assertThat(checkpoint.config()).isEqualTo(TinyBert.CONFIG);
    }
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    Map<String, byte[]> files =
        Map.of(
            "model.onnx", OnnxFiles.bytes(folded()),
            "tokenizer.json", bytes("{\"version\": \"1.0\"}"),
            "config.json", bytes(TinyBert.CONFIG.toJson()),
            "1_Pooling/config.json", bytes("{\"pooling_mode_cls_token\": true}"),
            "sentence_bert_config.json", bytes("{\"max_seq_length\": 7}"));
    Files.createDirectory(model.resolve("1_Pooling"));
    List<String> names = files.keySet().stream().sorted().toList();
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      for (String name : names) {
        Files.write(model.resolve(name), files.get(name));
      }
      String name = names.get(i % names.size());
      byte[] whole = files.get(name);
      byte[] mutated =
          Arrays.copyOf(
              whole, random.nextInt(3) == 0 ? random.nextInt(whole.length) : whole.length);
      for (int n = random.nextInt(6); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      Files.write(model.resolve(name), mutated);
      try {
        assertThat(resolve()).startsWith(work.resolve("cache"));
      } catch (UserError e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - 1);
  }

  @Test
  void unpackedJarIsTheModelOfTheAlias() throws IOException {
    ModelSource.Alias alias = ModelSource.aliases().get(1);
    Path jar = ModelSource.jar(alias.coordinate(), line -> {});
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().<ZipEntry>map(each -> each).toList()) {
        for (String end : List.of(".onnx", "tokenizer.json")) {
          if (entry.getName().endsWith(end)) {
            try (InputStream in = zip.getInputStream(entry)) {
              Path target = model.resolve(end.equals(".onnx") ? "model.onnx" : end);
              Files.deleteIfExists(target);
              Files.copy(in, target);
            }
          }
        }
      }
    }
    Path unpacked = resolve();
    Path named = ModelSource.resolve(alias.name(), work.resolve("cache"), line -> {});
    for (String file : List.of("model.safetensors", "config.json", "tokenizer.json")) {
      assertThat(unpacked.resolve(file)).hasSameBinaryContentAs(named.resolve(file));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static GraphProto.Builder folded() {
    return OnnxFiles.graph(OnnxFiles.Linear.FOLDED, "");
  }

  private void graph(String name, GraphProto.Builder graph) throws IOException {
    Path file = model.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, OnnxFiles.bytes(graph));
  }

  private Path resolve() {
    return ModelSource.resolve(model.toString(), work.resolve("cache"), line -> {});
  }

  private void assertRefused(String... says) {
    assertThatThrownBy(this::resolve).isInstanceOf(UserError.class).hasMessageContainingAll(says);
  }
}
