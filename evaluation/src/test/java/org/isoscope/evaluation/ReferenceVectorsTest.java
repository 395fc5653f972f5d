package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.io.UserError;
import org.isoscope.results.Evidence;
import org.isoscope.results.Geometry;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence of a tiny model, and of its space moved without training. */
class ReferenceVectorsTest {
  /** The same sums in double, in another order. */
  private static final double ROUNDING = 1e-9;

  /** Moved vectors are rounded to floats; bisection stops at a millionth. */
  private static final double NEAR = 1e-5;

  /** Cosines of some hundred random vectors in 32 dimensions, in the mean over their pairs. */
  private static final double SAMPLING = 0.02;

  @TempDir static Path directory;
  private static Encoder encoder;
  private static ReferenceText text;
  private static ReferenceVectors before;
  private static Evidence.State state;

  @BeforeAll
  static void measure() {
    encoder = TinyModel.open(TinyModel.write(directory, 1), 1);
    // As many blocks as sentences: pairs of different blocks are those of different sentences.
    List<String> sentences = sentences();
    GroupedCorpus corpus = new GroupedCorpus(Corpus.of("tiny", sentences, 0), sentences.size(), 0);
    text =
        ReferenceText.of(
            encoder, corpus, PartOfSpeech.english(), ReferenceText.Settings.of(500, 1));
    before = ReferenceVectors.of(encoder, Pooling.MEAN, text);
    state = before.measure(Evidence.BEFORE, 0);
  }

  /** Of few words, each in many sentences. */
  private static List<String> sentences() {
    Random random = new Random(4);
    String[] content = "man woman cat dog house river book old sees likes".split(" ");
    String[] function = "the a of and in on with for".split(" ");
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<String> words = new ArrayList<>();
      for (int pairs = 3 + random.nextInt(4); pairs > 0; pairs--) {
        words.add(function[random.nextInt(function.length)]);
        words.add(content[random.nextInt(content.length)]);
      }
      sentences.add(String.join(" ", words) + " .");
    }
    return sentences;
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static Evidence.Estimate estimate(Evidence.State state, String key) {
    return state.estimates().stream()
        .filter(each -> each.key().equals(key))
        .findAny()
        .orElseThrow();
  }

  private static @Nullable Double value(Evidence.State state, Estimand estimand) {
    return estimate(state, estimand.key()).value();
  }

  @Test
  void valuesAreThoseOfTheStateWithoutTheirErrors() {
    Map<String, @Nullable Double> values = before.values();
    assertThat(values).hasSize(Estimand.values().length);
    for (Estimand estimand : Estimand.values()) {
      assertThat(values).containsEntry(estimand.key(), value(state, estimand));
    }
  }

  @Test
  void agreesWithTheGeometryOfTheLastLayer() {
    assertThat(text.description().blocks()).isEqualTo(text.sentences().size());
    List<Geometry.Layer> layers =
        ModelGeometry.full().measure(encoder, "tiny", text.text(), null).layers();
    Geometry.Layer last = layers.get(layers.size() - 1);

    assertThat(value(state, Estimand.ANISOTROPY))
        .isCloseTo(last.anisotropy(), within(ROUNDING))
        .isEqualTo(before.anisotropy());
    assertThat(value(state, Estimand.ADJUSTED_INTRA_SENTENCE_SIMILARITY))
        .isCloseTo(last.adjustedIntraSentenceSimilarity(), within(ROUNDING));
    assertThat(value(state, Estimand.CENTROID_NORM))
        .isCloseTo(last.centroidNorm(), within(ROUNDING));
    assertThat(value(state, Estimand.LOG_CENTROID_SHARE))
        .isCloseTo(Math.log(last.centroidNorm() / last.meanNorm()), within(ROUNDING));
    assertThat(estimate(state, ReferenceVectors.DEBIASED_ISO_SCORE).value())
        .as("all tokens are in the sample")
        .isCloseTo(last.debiasedIsoScore(), within(ROUNDING));
  }

  @Test
  void everyEstimandHasItsLeaveOutsOverTheFrozenList() {
    Evidence evidence = text.evidence("tiny", List.of(state));
    int content = text.contentTypes();
    int function = text.types().size() - content;
    assertThat(content).isGreaterThan(2);
    assertThat(function).isGreaterThan(2);
    for (Estimand estimand : Estimand.values()) {
      Evidence.Estimate estimate = estimate(evidence.states().get(0), estimand.key());
      int types =
          switch (estimand) {
            case CONTENT_ADJUSTED_SELF_SIMILARITY, CONTENT_TYPE_CORRELATION -> content;
            case FUNCTION_ADJUSTED_SELF_SIMILARITY, FUNCTION_TYPE_CORRELATION -> function;
            case TYPE_CORRELATION_CONTRAST -> content + function;
            default -> 0;
          };
      assertThat(estimate.value()).as(estimand.key()).isNotNull();
      assertThat(estimate.withoutBlock()).hasSize(text.description().blocks());
      if (types == 0) {
        assertThat(estimate.withoutType()).as(estimand.key()).isNull();
        assertThat(estimate.interaction()).as(estimand.key()).isNull();
      } else {
        assertThat(estimate.withoutType()).as(estimand.key()).hasSize(types);
        assertThat(estimate.interaction()).as(estimand.key()).hasSizeGreaterThanOrEqualTo(types);
        assertThat(Objects.requireNonNull(estimate.interaction()).size() % types).isZero();
      }
    }
    assertThat(state.permutedContrasts()).hasSize(ReferenceText.PERMUTATIONS);
  }

  /** The control without training: exactly 0. */
  @Test
  void theSameModelHasTheSameEvidenceToTheBit() {
    assertThat(ReferenceVectors.of(encoder, Pooling.MEAN, text).measure(Evidence.BEFORE, 0))
        .isEqualTo(state);
  }

  @Test
  void aTranslationBringsTheWantedAnisotropy() {
    double anisotropy = Objects.requireNonNull(before.anisotropy());
    for (double wanted : new double[] {anisotropy / 2, (anisotropy + 1) / 2}) {
      Evidence.State moved = before.translated(wanted).measure(Evidence.TRANSLATED, null);
      assertThat(value(moved, Estimand.ANISOTROPY)).isCloseTo(wanted, within(NEAR));
      assertThat(estimate(moved, ReferenceVectors.DEBIASED_ISO_SCORE).value())
          .as("a shift leaves IsoScore alone")
          .isCloseTo(estimate(state, ReferenceVectors.DEBIASED_ISO_SCORE).value(), within(NEAR));
    }
    // Less than the mean at the origin gives is not to be had.
    Evidence.State lowest = before.translated(-1).measure(Evidence.TRANSLATED, null);
    assertThat(value(lowest, Estimand.CENTROID_NORM)).isCloseTo(0, within(NEAR));
    assertThat(value(lowest, Estimand.LOG_CENTROID_SHARE)).isNull();
    assertThat(value(lowest, Estimand.SENTENCE_ANISOTROPY)).isNotNull();
  }

  @Test
  void whiteningAndAllButTheTopTakeTheCommonDirectionsAway() {
    Evidence.State whitened = before.whitened().measure(Evidence.WHITENED, null);
    Evidence.State top = before.allButTheTop().measure(Evidence.ALL_BUT_THE_TOP, null);
    assertThat(estimate(whitened, ReferenceVectors.DEBIASED_ISO_SCORE).value())
        .as("all directions have one variance")
        .isGreaterThan(0.9);
    for (Evidence.State moved : List.of(whitened, top)) {
      assertThat(value(moved, Estimand.CENTROID_NORM)).isCloseTo(0, within(NEAR));
      assertThat(value(moved, Estimand.ANISOTROPY))
          .isLessThan(value(state, Estimand.ANISOTROPY) / 2);
    }
  }

  @Test
  void noiseHasNothingInCommon() {
    ReferenceVectors noise = before.noise(5);
    Evidence.State moved = noise.measure(Evidence.NOISE, null);
    for (Estimand estimand : List.of(Estimand.ANISOTROPY, Estimand.SENTENCE_CORRELATION)) {
      assertThat(value(moved, estimand)).isCloseTo(0, within(SAMPLING));
    }
    assertThat(before.noise(5).measure(Evidence.NOISE, null)).isEqualTo(moved);
    assertThat(before.noise(6).measure(Evidence.NOISE, null)).isNotEqualTo(moved);
  }

  @Test
  void poolingsThatReadOtherLayersAreMeasuredButNotMoved() {
    ReferenceVectors vectors = ReferenceVectors.of(encoder, Pooling.FIRST_LAST, text);
    Evidence.State plain = vectors.measure(Evidence.BEFORE, 0);
    Evidence.State moved = vectors.translated(0).measure(Evidence.TRANSLATED, null);
    assertThat(value(plain, Estimand.SENTENCE_ANISOTROPY))
        .isNotNull()
        .isNotEqualTo(value(state, Estimand.SENTENCE_ANISOTROPY));
    assertThat(value(moved, Estimand.SENTENCE_ANISOTROPY)).isNull();
    assertThat(value(moved, Estimand.ANISOTROPY)).isNotNull();
  }

  @Test
  void refusesAModelThatReadsOtherTokens() {
    try (Encoder cut = Encoder.open(directory, new Encoder.Settings(0, 4, 1, Precision.FP32))) {
      assertThatThrownBy(() -> ReferenceVectors.of(cut, Pooling.MEAN, text))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("tokens");
    }
  }
}
