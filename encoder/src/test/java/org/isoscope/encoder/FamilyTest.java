package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.DistilBert;
import org.isoscope.encoder.checkpoint.Electra;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.encoder.checkpoint.ModernBert;
import org.isoscope.encoder.checkpoint.Mpnet;
import org.isoscope.encoder.checkpoint.Roberta;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every family; that it computes what Hugging Face's does, {@link ParityTest}. */
final class FamilyTest {
  /** Relative to the norm of a layer's states: a few roundings (1e-7) in each of three layers. */
  private static final double ROUNDING = 1e-5;

  /** Relative to the norm of a layer's states: bf16 has 8 bits of significand. */
  private static final double BF16 = 0x1p-8;

  private static final int LONGEST = 24;

  @TempDir Path directory;

  /** Sizes that differ from each other; a new family is named here. */
  static Stream<EncoderConfig> families() {
    return Stream.of(
        config(new Bert(), 2),
        config(new Mpnet(), 0),
        config(new Roberta("roberta", 1), 1),
        config(new Roberta("xlm-roberta", 3), 1),
        config(new DistilBert(), 0),
        config(new Electra(20), 2),
        config(new Electra(32), 2),
        config(new ModernBert(false, false, false, 3, 2, 160_000, 10_000, 0, 0), 0),
        config(new ModernBert(true, true, true, 64, 3, 10_000, 100, 0, 0), 0));
  }

  private static EncoderConfig config(Family family, int types) {
    return config(family, types, 0.1, 0.2);
  }

  private static EncoderConfig config(Family family, int types, double hidden, double attention) {
    return new EncoderConfig(
        family,
        TinyModel.VOCABULARY.size(),
        32,
        3,
        4,
        48,
        "gelu",
        family.defaultEpsilon(),
        LONGEST,
        types,
        hidden,
        attention);
  }

  @ParameterizedTest
  @MethodSource("families")
  void whatIsSavedIsRead(EncoderConfig config) throws IOException {
    Path saved = directory.resolve("saved");
    List<float[][]> before;
    try (Encoder encoder = open(write(config), 0)) {
      assertThat(encoder.config()).isEqualTo(config);
      before = encoder.embed(text(encoder), Pooling.single());
      encoder.save(saved, Pooling.CLS);
    }
    assertThat(Files.readString(saved.resolve("config.json")))
        .contains("\"model_type\" : \"" + config.family().modelType() + "\"")
        .contains(config.family().architecture());
    try (Encoder encoder = open(saved, 0)) {
      assertThat(encoder.config()).isEqualTo(config);
      assertSame(encoder.embed(text(encoder), Pooling.single()), before);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void theFirstLayersAreThoseOfTheWholeModel(EncoderConfig config) {
    Path model = write(config);
    Path saved = directory.resolve("saved");
    try (Encoder whole = open(model, 0);
        Encoder cut = open(model, 2)) {
      cut.save(saved, Pooling.MEAN);
      try (Encoder reopened = open(saved, 0);
          Scope scope = Scope.withoutGradients()) {
        List<float[]> all = states(whole, Dropout.off(), Precision.FP32);
        List<float[]> kept = states(cut, Dropout.off(), Precision.FP32);
        assertThat(kept).hasSize(3);
        assertThat(kept.get(0)).containsExactly(all.get(0));
        assertThat(kept.get(1)).containsExactly(all.get(1));
        assertThat(kept.get(2)).isNotEqualTo(kept.get(1));
        assertThat(reopened.config()).isEqualTo(config.keepLayers(2));
        List<float[]> again = states(reopened, Dropout.off(), Precision.FP32);
        for (int layer = 0; layer < 3; layer++) {
          assertThat(again.get(layer)).containsExactly(kept.get(layer));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void readsNamesWithTheFamilysPrefix(EncoderConfig config) {
    Path model = write(config);
    List<float[][]> plain = embed(model);
    List<Safetensors.Entry> entries = new ArrayList<>();
    for (Safetensors.Entry entry : TinyModel.entries(1, config)) {
      String name = config.family().prefix() + entry.name();
      entries.add(new Safetensors.Entry(name, entry.shape(), entry.values()));
    }
    entries.add(
        new Safetensors.Entry("head.dense.bias", List.of(2L), () -> FloatBuffer.allocate(2)));
    Safetensors.write(model.resolve("model.safetensors"), Map.of(), entries);
    assertSame(embed(model), plain);
  }

  @ParameterizedTest
  @MethodSource("families")
  void namesTheParameterThatIsMissing(EncoderConfig config) {
    Path model = write(config);
    for (String missing : config.shapes().keySet()) {
      List<Safetensors.Entry> entries = new ArrayList<>(TinyModel.entries(1, config));
      entries.removeIf(entry -> entry.name().equals(missing));
      Safetensors.write(model.resolve("model.safetensors"), Map.of(), entries);
      assertThatThrownBy(() -> open(model, 0))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll(missing, "is missing", config.family().architecture());
    }
  }

  /** A table of positions that is too short, or begins elsewhere, would be read beyond its end. */
  @ParameterizedTest
  @MethodSource("families")
  void theLongestSentenceHasPositions(EncoderConfig config) {
    Path model = write(config);
    try (Encoder encoder = open(model, 0)) {
      TokenizedText text =
          encoder.tokenizer().tokenize(List.of(String.join(" ", Collections.nCopies(40, "cat"))));
      assertThat(text.sentences().get(0)).hasSize(LONGEST);
      float[] embedding = encoder.embed(text, List.of(Pooling.MEAN)).get(0)[0];
      assertThat(embedding).hasSize(32);
    }
    assertThatThrownBy(
            () -> Encoder.open(model, new Encoder.Settings(0, LONGEST + 1, 1, Precision.FP32)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("at most " + LONGEST);
  }

  /** With dropout, attention takes another path; at a probability of next to 0 it is the same. */
  @ParameterizedTest
  @MethodSource("families")
  void attentionIsTheSameOnBothPaths(EncoderConfig given) {
    EncoderConfig config = config(given.family(), given.typeVocabularySize(), 0, 1e-9);
    try (Encoder encoder = open(write(config), 0);
        Scope scope = Scope.withoutGradients()) {
      List<float[]> off = states(encoder, Dropout.off(), Precision.FP32);
      List<float[]> on = states(encoder, Dropout.seeded(1), Precision.FP32);
      for (int layer = 0; layer < off.size(); layer++) {
        assertThat(relativeError(on.get(layer), off.get(layer))).isLessThan(ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void dropoutIsSeen(EncoderConfig config) {
    try (Encoder encoder = open(write(config), 0);
        Scope scope = Scope.withoutGradients()) {
      List<float[]> off = states(encoder, Dropout.off(), Precision.FP32);
      List<float[]> on = states(encoder, Dropout.seeded(1), Precision.FP32);
      List<float[]> again = states(encoder, Dropout.seeded(1), Precision.FP32);
      for (int layer = 1; layer < off.size(); layer++) {
        assertThat(relativeError(on.get(layer), off.get(layer))).isGreaterThan(0.05);
        assertThat(again.get(layer)).containsExactly(on.get(layer));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void bf16IsCloseToFp32(EncoderConfig config) {
    try (Encoder encoder = open(write(config), 0);
        Scope scope = Scope.withoutGradients()) {
      List<float[]> exact = states(encoder, Dropout.off(), Precision.FP32);
      List<float[]> rounded = states(encoder, Dropout.off(), Precision.BF16);
      for (int layer = 1; layer < exact.size(); layer++) {
        double error = relativeError(rounded.get(layer), exact.get(layer));
        assertThat(error).as("layer " + layer).isBetween(BF16 / 16, 4 * BF16 * Math.sqrt(layer));
      }
    }
  }

  private Path write(EncoderConfig config) {
    return TinyModel.write(directory.resolve("model"), 1, config);
  }

  private static Encoder open(Path model, int keepLayers) {
    return Encoder.open(model, new Encoder.Settings(keepLayers, 0, 1, Precision.FP32));
  }

  private static TokenizedText text(Encoder encoder) {
    return encoder.tokenizer().tokenize(TinyModel.sentences(30, 4));
  }

  private static List<float[][]> embed(Path model) {
    try (Encoder encoder = open(model, 0)) {
      return encoder.embed(text(encoder), List.of(Pooling.MEAN));
    }
  }

  private static void assertSame(List<float[][]> embeddings, List<float[][]> others) {
    assertThat(embeddings).hasSameSizeAs(others);
    for (int p = 0; p < embeddings.size(); p++) {
      assertThat(embeddings.get(p)).isDeepEqualTo(others.get(p));
    }
  }

  private static List<float[]> states(Encoder encoder, Dropout dropout, Precision precision) {
    Compute.load();
    PackedBatch batch = PackedBatch.of(text(encoder).sentences());
    Transformer transformer = new Transformer(encoder.config(), encoder.parameters());
    List<Tensor> hidden = transformer.forward(batch, dropout, precision);
    return hidden.stream().map(Tensors::toArray).toList();
  }

  private static double relativeError(float[] x, float[] exact) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < x.length; i++) {
      error += Math.pow(x[i] - exact[i], 2);
      norm += Math.pow(exact[i], 2);
    }
    return Math.sqrt(error / norm);
  }
}
