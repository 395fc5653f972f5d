package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;

/** Small examples worked out by hand, and what is peculiar to one measure. */
class MeasuresByHandTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  @Test
  void meanCosineOfThreeVectors() {
    MeanCosine measure = new MeanCosine(2);
    float[] vectors = {3, 0, 0, 5, -2, 0};
    for (int i = 0; i < 3; i++) {
      measure.add(vectors, 2 * i);
    }
    // Cosines 0, -1 and 0.
    assertThat(measure.result().meanCosine()).isCloseTo(-1.0 / 3, ROUNDING);
    assertThat(measure.result().n()).isEqualTo(3);
  }

  @Test
  void identicalVectorsHaveCosineOneAndNeverMore() {
    MeanCosine measure = new MeanCosine(3);
    for (int i = 0; i < 1001; i++) {
      measure.add(new float[] {0.1f, 0.7f, -0.3f}, 0);
    }
    assertThat(measure.result().meanCosine()).isCloseTo(1, ROUNDING).isLessThanOrEqualTo(1);
  }

  @Test
  void anisotropyWeighsSentencesAlikeWhateverTheirLength() {
    Anisotropy measure = new Anisotropy(2);
    measure.addSentence(new float[] {1, 0, 0, 1, 0, 2, 0, 3}, 0, 4); // mean unit (1/4, 3/4)
    measure.addSentence(new float[] {7, 0}, 0, 1);
    assertThat(measure.result().anisotropy()).isCloseTo(0.25, ROUNDING);
    assertThat(measure.result().tokens()).isEqualTo(5);
  }

  @Test
  void whatWasSeenIsCountedThroughMerges() {
    float[] tokens = {1, 0, 0, 1, 2, 2};
    Anisotropy anisotropy = new Anisotropy(2);
    Anisotropy moreAnisotropy = new Anisotropy(2);
    IntraSentenceSimilarity intra = new IntraSentenceSimilarity(2);
    IntraSentenceSimilarity moreIntra = new IntraSentenceSimilarity(2);
    SelfSimilarity self = new SelfSimilarity(2);
    SelfSimilarity moreSelf = new SelfSimilarity(2);
    for (int count : new int[] {3, 1}) {
      anisotropy.addSentence(tokens, 0, count);
      moreAnisotropy.addSentence(tokens, 0, count);
      intra.addSentence(tokens, 0, count);
      moreIntra.addSentence(tokens, 0, count);
      self.addSentence(new int[] {1, 2, 3}, 0, tokens, 0, count);
      moreSelf.addSentence(new int[] {1, 2, 3}, 0, tokens, 0, count);
    }
    anisotropy.addSentence(tokens, 0, 2);
    intra.addSentence(tokens, 0, 2);
    self.addSentence(new int[] {1, 2, 3}, 0, tokens, 0, 2);

    anisotropy.merge(moreAnisotropy);
    intra.merge(moreIntra);
    self.merge(moreSelf);

    assertThat(anisotropy.result().sentences()).isEqualTo(5);
    assertThat(anisotropy.result().tokens()).isEqualTo(10);
    assertThat(intra.result().sentences()).isEqualTo(5);
    assertThat(intra.result().tokens()).isEqualTo(10);
    assertThat(self.result().sentences()).isEqualTo(5);
  }

  /** The farthest from the mean over the dimensions first, 1/4 here: not the farthest from 0. */
  @Test
  void outlierDimensionsAreInOrderOfTheirDistanceFromTheCentre() {
    OutlierDimensions measure = new OutlierDimensions(4);
    measure.add(new float[] {0, 0, -0.25f, 1.25f}, 0);
    measure.add(new float[] {0, 0, -0.25f, 1.25f}, 0);
    assertThat(measure.result().dimensions())
        .extracting(dimension -> dimension.dimension())
        .containsExactly(3, 2, 0, 1);
  }

  @Test
  void oneSentenceHasNoAnisotropy() {
    Anisotropy measure = new Anisotropy(2);
    measure.addSentence(new float[] {1, 0, 0, 1}, 0, 2);
    assertThat(measure.result().anisotropy()).isNull();
  }

  @Test
  void refusesASentenceWithoutTokens() {
    assertThatThrownBy(() -> new Anisotropy(2).addSentence(new float[4], 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 tokens");
  }

  @Test
  void intraSentenceSimilarityUsesTheRawMean() {
    IntraSentenceSimilarity measure = new IntraSentenceSimilarity(2);
    measure.addSentence(new float[] {3, 0, 0, 4}, 0, 2); // mean (1.5, 2): cosines .6 and .8
    measure.addSentence(new float[] {0, 9}, 0, 1); // a lone token is its sentence's mean
    assertThat(measure.result().intraSentenceSimilarity()).isCloseTo(0.85, ROUNDING);
  }

  @Test
  void intraSentenceSimilarityIsZeroWhereTokensCancel() {
    IntraSentenceSimilarity measure = new IntraSentenceSimilarity(2);
    measure.addSentence(new float[] {1, 2, -1, -2}, 0, 2);
    assertThat(measure.result().intraSentenceSimilarity()).isZero();
  }

  @Test
  void normsOfACloud() {
    TokenNorm norm = new TokenNorm(2);
    CentroidNorm centroid = new CentroidNorm(2);
    float[] vectors = {3, 4, 3, -4};
    for (int i = 0; i < 2; i++) {
      norm.add(vectors, 2 * i);
      centroid.add(vectors, 2 * i);
    }
    assertThat(norm.result().meanNorm()).isEqualTo(5);
    assertThat(centroid.result().centroidNorm()).isEqualTo(3);
  }

  @Test
  void shareOfARogueDimension() {
    RogueDimensions measure = new RogueDimensions(3);
    measure.add(new float[] {0, 4, 3}, 0); // unit (0, .8, .6)
    measure.add(new float[] {0, 8, -6}, 0); // unit (0, .8, -.6)
    // Sum (0, 1.6, 0): all with self pairs. Without: the one cosine is .64 - .36 = .28.
    RogueDimensions.Result result = measure.result();
    RogueDimensions.Share top = result.top(1).get(0);
    assertThat(top.dimension()).isEqualTo(1);
    assertThat(top.share()).isCloseTo(1, ROUNDING);
    assertThat(top.shareWithoutSelfPairs()).isCloseTo(.64 / .28, within(1e-6));
    assertThat(result.shares().get(2).shareWithoutSelfPairs()).isCloseTo(-.36 / .28, within(1e-6));
    assertThat(result.top(99)).hasSize(3);
  }

  @Test
  void sharesUndefinedWhereTheMeanCosineIsZero() {
    RogueDimensions opposite = new RogueDimensions(2);
    opposite.add(new float[] {0.3f, 0.7f}, 0);
    opposite.add(new float[] {-0.3f, -0.7f}, 0);
    assertThat(opposite.result()).isEqualTo(new RogueDimensions.Result(2, List.of()));
    RogueDimensions rightAngle = new RogueDimensions(2);
    rightAngle.add(new float[] {0.3f, 0.7f}, 0);
    rightAngle.add(new float[] {0.7f, -0.3f}, 0);
    assertThat(rightAngle.result().shares())
        .hasSize(2)
        .allSatisfy(share -> assertThat(share.shareWithoutSelfPairs()).isNull());
  }

  @Test
  void selfSimilarityTakesTheFirstOccurrenceAndCountsTheRest() {
    SelfSimilarity measure = new SelfSimilarity(2);
    // Type 4: three times here, the first (1, 0); type 9 once.
    measure.addSentence(new int[] {4, 9, 4, 4}, 0, new float[] {1, 0, 1, 1, 0, 1, 5, 5}, 0, 4);
    measure.addSentence(new int[] {4}, 0, new float[] {3, 4}, 0, 1);
    assertThat(measure.result().selfSimilarity()).as("4 occurrences").isNull();
    measure.addSentence(new int[] {4}, 0, new float[] {6, -8}, 0, 1);
    // Cosines .6, .6 and .36 - .64.
    SelfSimilarity.Result result = measure.result();
    assertThat(result.types()).hasSize(1);
    SelfSimilarity.Type type = result.types().get(0);
    assertThat(type.type()).isEqualTo(4);
    assertThat(type.occurrences()).isEqualTo(5);
    assertThat(type.sentences()).isEqualTo(3);
    assertThat(type.selfSimilarity()).isCloseTo(0.92 / 3, ROUNDING);
    assertThat(result.selfSimilarity()).isEqualTo(type.selfSimilarity());
    assertThat(result.sentences()).isEqualTo(3);
  }

  @Test
  void selfSimilarityNeedsTwoSentences() {
    SelfSimilarity measure = new SelfSimilarity(1);
    measure.addSentence(new int[] {1, 1, 1, 1, 1}, 0, new float[] {1, 1, 1, 1, 1}, 0, 5);
    assertThat(measure.result()).isEqualTo(new SelfSimilarity.Result(1, null, List.of()));
  }

  @Test
  void selfSimilarityOfEachTypeWithOtherLimitsAndFewerTypes() {
    Sentences corpus = Sentences.random(31, 60, 6);
    SelfSimilarity measure = new SelfSimilarity(6, type -> type % 2 == 0, 20, 12);
    for (Sentence s : corpus.list()) {
      measure.addSentence(s.types(), 0, s.flat(0), 0, s.types().length);
    }
    Map<Integer, Double> expected = new TreeMap<>(Definitions.selfSimilarities(corpus, 20, 12));
    assertThat(expected).as("limits that exclude some").hasSizeBetween(2, 11);
    expected.keySet().removeIf(type -> type % 2 != 0);
    Map<Integer, Double> actual = new TreeMap<>();
    long last = Long.MAX_VALUE;
    for (SelfSimilarity.Type type : measure.result().types()) {
      actual.put(type.type(), type.selfSimilarity());
      assertThat(type.occurrences()).as("most frequent first").isLessThanOrEqualTo(last);
      last = type.occurrences();
    }
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((type, value) -> assertThat(actual.get(type)).isCloseTo(value, ROUNDING));
  }

  @Test
  void selfSimilarityRefusesLimitsThatDifferOrMakeNoPair() {
    assertThatThrownBy(() -> new SelfSimilarity(2, type -> true, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    SelfSimilarity strict = new SelfSimilarity(2, type -> true, 9, 2);
    assertThatThrownBy(() -> strict.merge(new SelfSimilarity(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limits");
  }

  @Test
  void layerGivesTheFiguresOfTheMeasuresFedOneByOne() {
    Sentences corpus = Sentences.random(32, 60, 11);
    LayerGeometry layer = new LayerGeometry(11, true, type -> type < 5);
    LayerGeometry withoutIsoScore = new LayerGeometry(11, false);
    SelfSimilarity selfSimilarity = new SelfSimilarity(11, type -> type < 5);
    Anisotropy anisotropy = new Anisotropy(11);
    for (Sentence s : corpus.list()) {
      float[] tokens = s.flat(0);
      int count = s.types().length;
      layer.addSentence(s.types(), 0, tokens, 0, count);
      withoutIsoScore.addSentence(s.types(), 0, tokens, 0, count);
      selfSimilarity.addSentence(s.types(), 0, tokens, 0, count);
      anisotropy.addSentence(tokens, 0, count);
    }
    LayerGeometry.Result result = layer.result();
    assertThat(result.types()).isEqualTo(selfSimilarity.result().types());
    assertThat(result.anisotropy()).isCloseTo(anisotropy.result().anisotropy(), ROUNDING);
    assertThat(result.sentences()).isEqualTo(60);
    assertThat(result.tokens()).isEqualTo(corpus.vectors().size());
    assertThat(result.adjustedSelfSimilarity())
        .isEqualTo(result.selfSimilarity() - result.anisotropy());
    SelfSimilarity.Type type = result.types().get(0);
    assertThat(result.adjusted(type)).isEqualTo(type.selfSimilarity() - result.anisotropy());
    assertThat(withoutIsoScore.result().isoScore()).isNull();
    assertThat(withoutIsoScore.result().debiasedIsoScore()).isNull();
    assertThatThrownBy(() -> layer.merge(withoutIsoScore))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IsoScore");
  }

  @Test
  void layerRefusesTypesThatAreTooFewAndStaysAsItWas() {
    LayerGeometry layer = new LayerGeometry(2, true);
    assertThatThrownBy(() -> layer.addSentence(new int[1], 0, new float[4], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(layer.result()).isEqualTo(new LayerGeometry(2, true).result());
  }

  @Test
  void alignmentOfPairs() {
    Alignment measure = new Alignment(2);
    measure.add(new float[] {2, 0}, 0, new float[] {9, 0, 5}, 1); // right angle: 2
    measure.add(new float[] {2, 0}, 0, new float[] {-1, 0}, 0); // opposite: 4
    measure.add(new float[] {2, 2}, 0, new float[] {1, 1}, 0); // alike: 0
    assertThat(measure.result().alignment()).isCloseTo(2, ROUNDING);
    assertThat(measure.result().pairs()).isEqualTo(3);
  }

  @Test
  void uniformityAgreesWithItsDefinition() {
    Random random = new Random(33);
    for (int n : new int[] {2, 255, 256, 257, 600}) {
      int d = 7;
      float[] vectors = new float[n * d];
      for (int i = d; i < vectors.length; i++) { // the first is the zero vector
        vectors[i] = (float) (random.nextGaussian() + 0.3);
      }
      double expected = uniformity(vectors, n, d);
      assertThat(Uniformity.of(vectors, d)).isCloseTo(expected, ROUNDING);
      vectors[vectors.length - 1] += 10;
      double changed = uniformity(vectors, n, d);
      if (n > 2) { // a pair with the zero vector stays at distance 1
        assertThat(Math.abs(changed - expected))
            .as("the comparison sees a change")
            .isGreaterThan(1e-9);
      }
    }
  }

  private static double uniformity(float[] vectors, int n, int d) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        double squared = 0;
        double[] x = unit(vectors, i * d, d);
        double[] y = unit(vectors, k * d, d);
        for (int j = 0; j < d; j++) {
          squared += (x[j] - y[j]) * (x[j] - y[j]);
        }
        sum += Math.exp(-2 * squared);
      }
    }
    return Math.log(sum / (n * (n - 1) / 2));
  }

  private static double[] unit(float[] vectors, int offset, int d) {
    double[] x = Definitions.doubles(Arrays.copyOfRange(vectors, offset, offset + d));
    double length = Math.sqrt(Definitions.dot(x, x));
    for (int j = 0; j < d; j++) {
      x[j] = length == 0 ? 0 : x[j] / length;
    }
    return x;
  }

  @Test
  void uniformityOfFewVectorsOrPartsOfOne() {
    assertThat(Uniformity.of(new float[3], 3)).isNull();
    assertThat(Uniformity.of(new float[0], 3)).isNull();
    assertThat(Uniformity.of(new float[] {1, 2, 2, 4}, 2)).isCloseTo(0, ROUNDING);
    assertThatThrownBy(() -> Uniformity.of(new float[4], 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Uniformity.of(new float[] {1, Float.NaN}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void aCosineTakesVectorsOfOneDimension() {
    assertThat(Cosine.of(new float[] {3, 4}, new float[] {4, 3})).isCloseTo(0.96, within(1e-12));
    for (int length : new int[] {1, 3}) {
      assertThatThrownBy(() -> Cosine.of(new float[2], new float[length]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("vectors of 2 and " + length + " elements have no cosine");
    }
  }
}
