package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isoscope.encoder.TorchSentenceEncoder.Settings;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.io.UserError;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TorchSentenceEncoderTest {
  /** Sums of some tens of floats in another order. */
  private static final float ROUNDING = 2e-5f;

  /** What bf16, 8 bits of significand, may turn a vector by. */
  private static final double BF16_COSINE = 0.999;

  private static final List<String> TEXTS = TinyModel.sentences(120, 3);

  private static final Settings TWO_CORES = Settings.DEFAULT.withThreads(2);

  @TempDir Path directory;
  private Path model;

  @BeforeEach
  void model() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  private TorchSentenceEncoder open() {
    return TorchSentenceEncoder.open(model, TWO_CORES);
  }

  @ParameterizedTest
  @MethodSource("org.isoscope.encoder.Pooling#single")
  void givesThePooledVectorsOfTheEncoder(Pooling pooling) {
    try (Encoder plain = TinyModel.open(model, 2);
        TorchSentenceEncoder encoder =
            TorchSentenceEncoder.open(model, TWO_CORES.withPooling(pooling))) {
      TokenizedText text = plain.tokenizer().tokenize(TEXTS);

      assertThat(encoder.encode(TEXTS)).isDeepEqualTo(plain.embed(text, List.of(pooling)).get(0));
      assertThat(encoder.pooling()).isEqualTo(pooling);
      assertThat(encoder.dimension()).isEqualTo(32);
      assertThat(encoder.maxLength()).isEqualTo(64);
    }
  }

  @Test
  void aTextAloneDiffersByRoundingOnly() {
    try (TorchSentenceEncoder encoder = open()) {
      float[][] together = encoder.encode(TEXTS);
      for (int i = 0; i < 20; i++) {
        assertThat(encoder.encode(TEXTS.get(i))).containsExactly(together[i], within(ROUNDING));
      }
      assertThat(encoder.encode(List.of())).isEmpty();
    }
  }

  @Test
  void equalTextsHaveEqualBitsAndArraysOfTheirOwn() {
    List<String> twice = new ArrayList<>(TEXTS);
    twice.addAll(TEXTS);
    Collections.reverse(twice);
    try (TorchSentenceEncoder encoder = open()) {
      float[][] vectors = encoder.encode(twice);
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat(vectors[i]).isEqualTo(vectors[TEXTS.size() + i]);
      }
      vectors[0][0] = 7;
      assertThat(vectors[TEXTS.size()][0]).isNotEqualTo(7);
      assertThat(encoder.encode(twice)[0][0]).isNotEqualTo(7);
    }
  }

  @Test
  void manyThreadsAtOnceGetTheBitsOfOne() throws Exception {
    int callers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try (TorchSentenceEncoder encoder = open()) {
      float[][] alone = TEXTS.stream().map(encoder::encode).toArray(float[][]::new);
      float[][] together = encoder.encode(TEXTS);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Boolean>> results = new ArrayList<>();
      for (int c = 0; c < callers; c++) {
        int caller = c;
        results.add(
            pool.submit(
                () -> {
                  start.await();
                  boolean same = true;
                  for (int i = caller; i < TEXTS.size(); i += 3) {
                    same &= Arrays.equals(encoder.encode(TEXTS.get(i)), alone[i]);
                    if (i % 5 == 0) {
                      same &= Arrays.deepEquals(encoder.encode(TEXTS), together);
                    }
                  }
                  return same;
                }));
      }
      start.countDown();
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void normalizesWhereTheModelOrTheCallerSaysSo() {
    try (TorchSentenceEncoder encoder = open()) {
      assertThat(encoder.normalizes()).isFalse();
      assertThat(norm(encoder.encode("the cat"))).isNotCloseTo(1, within(0.01));
    }
    SentenceModules.of("cls", true).write(model, 32);
    float[] unit;
    try (TorchSentenceEncoder encoder = open()) {
      assertThat(encoder.normalizes()).isTrue();
      assertThat(encoder.pooling()).isEqualTo(Pooling.CLS);
      unit = encoder.encode("the cat");
      assertThat(norm(unit)).isCloseTo(1, within(1e-6));
    }
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(model, TWO_CORES.withNormalize(false))) {
      float[] raw = encoder.encode("the cat");
      double norm = norm(raw);
      assertThat(norm).isNotCloseTo(1, within(0.01));
      for (int j = 0; j < raw.length; j++) {
        assertThat((double) unit[j]).isCloseTo(raw[j] / norm, within(1e-7));
      }
    }
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += x * x;
    }
    return Math.sqrt(squares);
  }

  @Test
  void similarityIsTheCosine() {
    try (TorchSentenceEncoder encoder = open()) {
      String a = TEXTS.get(0);
      String b = TEXTS.get(1);
      float[] x = encoder.encode(a);
      float[] y = encoder.encode(b);
      double product = 0;
      for (int j = 0; j < x.length; j++) {
        product += x[j] * y[j];
      }

      assertThat(encoder.similarity(a, b))
          .isCloseTo(product / norm(x) / norm(y), within(1e-5))
          .isEqualTo(encoder.similarity(b, a))
          .isNotCloseTo(1, within(1e-3));
      assertThat(encoder.similarity(a, a)).isEqualTo(1);
    }
  }

  @Test
  void blankTextsAndLongOnesAreEncoded() {
    try (TorchSentenceEncoder encoder = open()) {
      assertThat(encoder.encode("")).isEqualTo(encoder.encode(" \n\t")).hasSize(32);
      String words = "cat ".repeat(200_000);
      assertThat(encoder.encode(words)).isEqualTo(encoder.encode("cat ".repeat(62)));
      assertThat(encoder.encode(words)).isNotEqualTo(encoder.encode("cat ".repeat(61)));
      assertThat(encoder.encode("\uD83D\uDE42 größer")).hasSize(32);
    }
    try (TorchSentenceEncoder encoder =
        TorchSentenceEncoder.open(model, TWO_CORES.withMaxLength(4))) {
      assertThat(encoder.encode("the cat sees")).isEqualTo(encoder.encode("the cat"));
    }
  }

  @Test
  void refusesNull() {
    try (TorchSentenceEncoder encoder = open()) {
      assertThatThrownBy(() -> encoder.encode((String) null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> encoder.encode(Arrays.asList("a", null)))
          .isInstanceOf(NullPointerException.class);
      assertThat(encoder.encode("works still")).hasSize(32);
    }
  }

  @Test
  void refusesUseAfterClose() {
    TorchSentenceEncoder encoder = open();
    encoder.close();
    encoder.close();

    assertThatThrownBy(() -> encoder.encode("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the encoder is closed");
    assertThatThrownBy(() -> encoder.encode(TEXTS)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> encoder.similarity("a", "b"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closeWaitsForTheCallsAtWork() throws Exception {
    TorchSentenceEncoder encoder = open();
    float[][] expected = encoder.encode(TEXTS);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      CountDownLatch working = new CountDownLatch(4);
      List<Future<Integer>> results = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        results.add(
            pool.submit(
                () -> {
                  int done = 0;
                  try {
                    while (true) {
                      assertThat(encoder.encode(TEXTS)).isDeepEqualTo(expected);
                      done++;
                      working.countDown();
                    }
                  } catch (IllegalStateException e) {
                    return done;
                  }
                }));
      }
      working.await();
      encoder.close();
      for (Future<Integer> result : results) {
        assertThat(result.get()).isPositive();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void bf16TurnsVectorsLittle() {
    Settings bf16 = TWO_CORES.withPrecision(Precision.BF16);
    try (TorchSentenceEncoder exact = open();
        TorchSentenceEncoder rounded = TorchSentenceEncoder.open(model, bf16)) {
      float[][] x = exact.encode(TEXTS);
      float[][] y = rounded.encode(TEXTS);
      assertThat(y).as("is bf16 at all").isNotEqualTo(x);
      for (int i = 0; i < x.length; i++) {
        double product = 0;
        for (int j = 0; j < x[i].length; j++) {
          product += x[i][j] * y[i][j];
        }
        assertThat(product / norm(x[i]) / norm(y[i])).isGreaterThan(BF16_COSINE);
      }
    }
  }

  @Test
  void measuresStayInFp32() {
    try (Encoder exact = TinyModel.open(model, 1);
        Encoder rounded = Encoder.open(model, new Encoder.Settings(0, 0, 1, Precision.BF16))) {
      TokenizedText text = exact.tokenizer().tokenize(TEXTS);
      List<Pooling> mean = List.of(Pooling.MEAN);
      assertThat(rounded.embed(text, mean).get(0)).isDeepEqualTo(exact.embed(text, mean).get(0));
      assertThat(rounded.encode(text, Pooling.MEAN, false))
          .isNotEqualTo(exact.encode(text, Pooling.MEAN, false));
    }
  }

  @Test
  void refusesWhatCannotBeOpened() {
    assertThatThrownBy(() -> TorchSentenceEncoder.open("no-such-model"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "model no-such-model: is no directory, and nothing on the class path")
        .hasMessageContaining("isoscope-models");
    assertThatThrownBy(() -> TorchSentenceEncoder.open(model, TWO_CORES.withMaxLength(65)))
        .isInstanceOf(UserError.class);
    assertThatThrownBy(() -> TWO_CORES.withThreads(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TWO_CORES.withMaxLength(-1))
        .isInstanceOf(IllegalArgumentException.class);
    try (TorchSentenceEncoder byName = TorchSentenceEncoder.open(model.toString())) {
      assertThat(byName.dimension()).isEqualTo(32);
    }
  }
}
