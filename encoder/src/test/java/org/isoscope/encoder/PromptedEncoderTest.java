package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.isoscope.encoder.TorchSentenceEncoder.Settings;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.sentence.Prompts;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries and documents behind prompts of their own, and vectors cut short. */
class PromptedEncoderTest {
  /** A linear layer and norm in another batch. */
  private static final float ROUNDING = 1e-5f;

  private static final int D = 32;

  private static final List<String> TEXTS = TinyModel.sentences(30, 3);

  /** Of two tokens and of one, both of the vocabulary. */
  private static final Prompts PROMPTS =
      new Prompts(Map.of("query", "the cat ", "passage", "dog ", "other", "a red "), null);

  @TempDir Path directory;
  private Path model;

  @BeforeEach
  void model() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  private void write(boolean includesPrompt) {
    SentenceModules modules = SentenceModules.of("mean", true);
    new SentenceModules(
            "", modules.pooling(), includesPrompt, List.of(), true, 0, false, PROMPTS, "cosine")
        .write(model, D);
  }

  private static List<String> behind(String prompt) {
    return TEXTS.stream().map(prompt::concat).toList();
  }

  private static float[][] vectors(Encoder encoder, List<String> texts) {
    return encoder.encode(encoder.tokenizer().tokenize(texts), encoder.pooling());
  }

  @Test
  void queriesAndDocumentsHaveTheirPrompts() {
    float[][] bare;
    float[][] queries;
    float[][] documents;
    SentenceModules.of("mean", true).write(model, D);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      bare = encoder.encode(TEXTS);
      queries = encoder.encode(behind("the cat "));
      documents = encoder.encode(behind("dog "));
      assertThat(encoder.encodeQuery(TEXTS)).as("no prompts").isDeepEqualTo(bare);
      assertThat(encoder.encodeDocument(TEXTS)).as("no prompts").isDeepEqualTo(bare);
    }
    write(true);

    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      assertThat(encoder.encode(TEXTS)).isDeepEqualTo(bare);
      assertThat(encoder.encodeQuery(TEXTS)).isDeepEqualTo(queries);
      assertThat(encoder.encodeDocument(TEXTS)).isDeepEqualTo(documents);
      assertThat(encoder.encodeQuery(TEXTS.get(0))).containsExactly(queries[0], within(ROUNDING));
      assertThat(encoder.encodeDocument(TEXTS.get(0)))
          .containsExactly(documents[0], within(ROUNDING));
      assertThat(encoder.prompts().query()).isEqualTo("the cat ");
    }
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(
            model, Settings.DEFAULT.withPrompts(new PromptChoice(null, "passage", "")))) {
      assertThat(encoder.encodeQuery(TEXTS)).isDeepEqualTo(documents);
      assertThat(encoder.encodeDocument(TEXTS)).isDeepEqualTo(bare);
    }
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(model, Settings.DEFAULT.withPrompt("query"))) {
      assertThat(encoder.encode(TEXTS)).isDeepEqualTo(queries);
      assertThat(encoder.encodeDocument(TEXTS)).as("one for all").isDeepEqualTo(queries);
    }
  }

  @Test
  void anotherPromptSharesTheModel() {
    write(true);
    try (Encoder encoder = TinyModel.open(model, 2)) {
      float[][] expected = vectors(encoder, behind("a red "));
      Encoder other = encoder.withPrompt("other");
      assertThat(other.parameters()).isSameAs(encoder.parameters());
      assertThat(vectors(other, TEXTS)).isDeepEqualTo(expected);
      assertThat(vectors(encoder.withPrompt("a red "), TEXTS)).isDeepEqualTo(expected);
      assertThat(vectors(encoder.withPrompt("other").withPrompt(""), TEXTS))
          .isDeepEqualTo(vectors(encoder, TEXTS));

      other.close();
      FloatBuffer weights = encoder.parameters().buffer("encoder.layer.0.output.dense.weight");
      weights.put(0, weights.get(0) + 1); // as if trained
      assertThat(vectors(encoder.withPrompt("other"), TEXTS))
          .isDeepEqualTo(vectors(encoder, behind("a red ")))
          .isNotEqualTo(expected);
    }
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefusedWhereItIsUsed() {
    write(true);
    try (Encoder encoder = Encoder.open(model, new Encoder.Settings(0, 4, 1, Precision.FP32))) {
      float[][] before = vectors(encoder, TEXTS);
      assertThatThrownBy(encoder::forQueries)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("prompt the cat: leaves no room");
      assertThat(vectors(encoder, TEXTS)).as("still open").isDeepEqualTo(before);
      assertThat(encoder.forDocuments().tokenizer().prompt()).isEqualTo("dog ");
    }
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(model, Settings.DEFAULT.withMaxLength(4))) {
      assertThat(encoder.encode("a cat")).hasSize(D);
      assertThatThrownBy(() -> encoder.encodeQuery("a cat")).isInstanceOf(UserError.class);
    }
  }

  /** Each leaves out its own tokens: [CLS] and two, or one. */
  @ParameterizedTest
  @CsvSource({"query, 3", "passage, 2", "'', 0"})
  void whatIsLeftOutOfThePoolingIsOwnToEachPrompt(String name, int left) {
    write(false);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      Encoder prompted = encoder.withPrompt(name);
      float[][] actual = vectors(prompted, TEXTS);
      TokenizedText text = prompted.tokenizer().tokenize(TEXTS);
      float[][] expected = new float[TEXTS.size()][];
      encoder.forEachBatch(
          text,
          () -> expected,
          (all, batch) -> {
            float[] last = batch.layers()[batch.layers().length - 1];
            for (int i = 0; i < batch.sentences().length; i++) {
              float[] sum = new float[D];
              for (int t = batch.offsets()[i] + left; t < batch.offsets()[i + 1]; t++) {
                for (int j = 0; j < D; j++) {
                  sum[j] += last[t * D + j];
                }
              }
              all[batch.sentences()[i]] = Encoder.normalized(sum);
            }
          });
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).containsExactly(expected[i], within(ROUNDING));
      }
    }
  }

  @Test
  void promptsThatAreUsedAreSaved() {
    write(true);
    Path saved = directory.resolve("saved");
    PromptChoice chosen = new PromptChoice(null, "ask: ", null);
    try (Encoder encoder =
        Encoder.open(model, new Encoder.Settings(0, 0, 1, Precision.FP32, chosen, 0))) {
      encoder.save(saved, Pooling.MEAN);
    }
    Prompts read = SentenceModules.read(saved).prompts();
    assertThat(read.query()).isEqualTo("ask: ");
    assertThat(read.document()).isEqualTo("dog ");
    assertThat(read.texts()).containsEntry("other", "a red ");
    assertThat(read.defaultName()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"mean, true, 5", "cls+mean, false, 40", "max, true, 32"})
  void theFirstDimensionsAreKept(String pooling, boolean normalizes, int kept) {
    SentenceModules.of(pooling, normalizes).write(model, D);
    float[][] whole;
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(model, Settings.DEFAULT.withNormalize(false))) {
      whole = encoder.encode(TEXTS);
    }
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(model, Settings.DEFAULT.withDimensions(kept))) {
      assertThat(encoder.dimension()).isEqualTo(kept);
      float[][] cut = encoder.encode(TEXTS);
      for (int i = 0; i < cut.length; i++) {
        float[] first = Arrays.copyOf(whole[i], kept);
        assertThat(cut[i]).isEqualTo(normalizes ? Encoder.normalized(first) : first);
      }
    }
  }

  /** Layers behind the pooling have their own width; hidden states as arrays give the same. */
  @Test
  void theFirstDimensionsAreKeptOfTheLastLayer() {
    TinyModel.write(model, TinyModel.modules(), 2);
    Encoder.Settings settings =
        new Encoder.Settings(0, 0, 1, Precision.FP32, PromptChoice.OF_THE_MODEL, 7);
    try (Encoder whole = TinyModel.open(model, 1);
        Encoder encoder = Encoder.open(model, settings)) {
      SentenceHead head = encoder.head(encoder.pooling());
      assertThat(head.dimension()).isEqualTo(7);
      TokenizedText text = encoder.tokenizer().tokenize(TEXTS);
      float[][] expected = whole.encode(text, whole.pooling(), false);
      float[][] actual = encoder.encode(text, encoder.pooling(), false);
      float[][] byHead = new float[TEXTS.size()][7];
      encoder.forEachBatch(
          text,
          () -> byHead,
          (all, batch) -> {
            for (int i = 0; i < batch.sentences().length; i++) {
              int from = batch.offsets()[i];
              int count = batch.offsets()[i + 1] - from;
              head.apply(batch.layers(), from * D, count, D, all[batch.sentences()[i]], 0);
            }
          });
      for (int i = 0; i < expected.length; i++) {
        float[] first = Arrays.copyOf(expected[i], 7);
        assertThat(actual[i]).isEqualTo(first);
        assertThat(byHead[i]).containsExactly(first, within(ROUNDING));
      }
    }
  }

  @Test
  void moreDimensionsThanThereAreAreRefused() {
    assertThatThrownBy(
            () -> TorchSentenceEncoder.open(model, Settings.DEFAULT.withDimensions(D + 1)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "dimensions 33: is more than a vector has; expected at most 32. Choose a smaller"
                + " number.");
    assertThatThrownBy(() -> Settings.DEFAULT.withDimensions(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
