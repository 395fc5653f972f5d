package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;

/** Position, spread, dimensions and token types of a cloud: known spaces and edge cases. */
class ContextMeasuresTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** A quantile may be off by its stated error, and by the rounding of a logarithm. */
  private static final double QUANTILE_ERROR = NormQuantiles.RELATIVE_ERROR * (1 + 1e-9);

  private static float[] gaussian(Random random, int d, double scale) {
    float[] x = new float[d];
    for (int j = 0; j < d; j++) {
      x[j] = (float) (scale * random.nextGaussian());
    }
    return x;
  }

  // Norms.

  @Test
  void quantilesAreWithinTheStatedError() {
    double[] scales = {1e-44, 1e-20, 1e-3, 1, 1e9, 1e37};
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(300);
      NormQuantiles quantiles = new NormQuantiles(3);
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        double spread = Math.exp(random.nextInt(3) * random.nextGaussian());
        double scale = random.nextInt(9) == 0 ? 0 : scales[seed % scales.length] * spread;
        float[] x = gaussian(random, 3, Math.min(scale, 1e37));
        vectors.add(x);
        quantiles.add(x, 0);
      }
      double[] sorted = vectors.stream().mapToDouble(Definitions::norm).sorted().toArray();
      for (double q = 0; q <= 1; q += 1 / 64.0) {
        double exact = sorted[Math.max(0, (int) Math.ceil(q * n) - 1)];
        assertThat(quantiles.quantile(q))
            .as("seed %s, q %s of %s", seed, q, n)
            .isCloseTo(exact, within(QUANTILE_ERROR * exact));
      }
    }
  }

  @Test
  void quantilesOfMergedPartsAreThoseOfOnePassToTheBit() {
    Random random = new Random(7);
    NormQuantiles whole = new NormQuantiles(5);
    NormQuantiles left = new NormQuantiles(5);
    NormQuantiles right = new NormQuantiles(5);
    for (int i = 0; i < 500; i++) {
      float[] x = gaussian(random, 5, 1 + i % 7);
      whole.add(x, 0);
      (random.nextBoolean() ? left : right).add(x, 0);
    }
    right.merge(left);
    for (double q : new double[] {0, 0.01, 0.3, 0.5, 0.9, 1}) {
      assertThat(right.quantile(q)).isEqualTo(whole.quantile(q));
    }
  }

  @Test
  void extremeNormsHaveABin() {
    NormQuantiles norms = new NormQuantiles(2);
    norms.add(new float[] {0, 0}, 0);
    assertThat(norms.quantile(1)).isZero();
    norms.add(new float[] {Float.MIN_VALUE, 0}, 0);
    norms.add(new float[] {Float.MAX_VALUE, Float.MAX_VALUE}, 0);
    assertThat(norms.quantile(0)).isZero();
    assertThat(norms.quantile(0.5) / Float.MIN_VALUE).isCloseTo(1, within(QUANTILE_ERROR));
    assertThat(norms.quantile(1) / Float.MAX_VALUE)
        .isCloseTo(Math.sqrt(2), within(Math.sqrt(2) * QUANTILE_ERROR));
    assertThatThrownBy(() -> norms.quantile(1.01)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> norms.quantile(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new NormQuantiles(2).quantile(0.5)).isNull();
  }

  @Test
  void normsAllAlikeHaveThatQuantileExactly() {
    NormQuantiles norms = new NormQuantiles(2);
    for (int i = 0; i < 10; i++) {
      norms.add(new float[] {3, 4}, 0);
    }
    assertThat(norms.result())
        .isEqualTo(new NormQuantiles.Result(10, 5.0, 0.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0));
  }

  // Position and spread.

  @Test
  void energyIsThatOfTheMeanAndOfTheSpread() {
    for (int seed = 0; seed < 20; seed++) {
      Sentences corpus = Sentences.random(seed, 30, 8);
      MeanEnergyShare share = new MeanEnergyShare(8);
      RadiusOfGyration radius = new RadiusOfGyration(8);
      CentroidNorm centroid = new CentroidNorm(8);
      for (float[] x : corpus.vectors()) {
        share.add(x, 0);
        radius.add(x, 0);
        centroid.add(x, 0);
      }
      double mean = Math.pow(centroid.result().centroidNorm(), 2);
      double spread = Math.pow(radius.result().radiusOfGyration(), 2);
      assertThat(share.result().meanEnergyShare()).isCloseTo(mean / (mean + spread), ROUNDING);
    }
  }

  @Test
  void meanEnergyShareOfKnownSpaces() {
    MeanEnergyShare alike = new MeanEnergyShare(2);
    MeanEnergyShare opposite = new MeanEnergyShare(2);
    for (int i = 0; i < 7; i++) {
      alike.add(new float[] {0.1f, 0.7f}, 0);
      opposite.add(new float[] {i, 2}, 0);
      opposite.add(new float[] {-i, -2}, 0);
    }
    assertThat(alike.result().meanEnergyShare()).isCloseTo(1, ROUNDING).isLessThanOrEqualTo(1);
    assertThat(opposite.result().meanEnergyShare()).isZero();
    MeanEnergyShare zero = new MeanEnergyShare(1);
    zero.add(new float[1], 0);
    assertThat(zero.result()).isEqualTo(new MeanEnergyShare.Result(1, null));
  }

  @Test
  void radiusOfGyrationIsShiftInvariantFarFromTheOrigin() {
    Random random = new Random(8);
    RadiusOfGyration near = new RadiusOfGyration(4);
    RadiusOfGyration far = new RadiusOfGyration(4);
    RadiusOfGyration farther = new RadiusOfGyration(4);
    for (int i = 0; i < 400; i++) {
      float[] x = new float[4];
      float[] y = new float[4];
      for (int j = 0; j < 4; j++) {
        x[j] = random.nextInt(9) - 4; // exact in float after the shift
        y[j] = x[j] + 0x1p23f;
      }
      near.add(x, 0);
      (i % 3 == 0 ? far : farther).add(y, 0);
    }
    far.merge(farther);
    double radius = near.result().radiusOfGyration();
    assertThat(radius).isBetween(4.5, 6.0);
    // Means near 2^23 have roundings of 2e-9; a plain sum of squares would lose all digits.
    assertThat(far.result().radiusOfGyration()).isCloseTo(radius, within(1e-8));
  }

  @Test
  void radiusOfGyrationIsZeroForVectorsAllAlike() {
    RadiusOfGyration radius = new RadiusOfGyration(2);
    for (int i = 0; i < 100; i++) {
      radius.add(new float[] {0.1f, 1e18f}, 0);
    }
    assertThat(radius.result()).isEqualTo(new RadiusOfGyration.Result(100, 0.0));
  }

  // Shift between two states.

  @Test
  void shiftByATranslationAScaleAndNothing() {
    Random random = new Random(9);
    SpaceShift moved = new SpaceShift(3);
    SpaceShift doubled = new SpaceShift(3);
    SpaceShift same = new SpaceShift(3);
    for (int i = 0; i < 50; i++) {
      float[] x = gaussian(random, 3, 1);
      same.add(x, 0, x, 0);
      doubled.add(x, 0, new float[] {2 * x[0], 2 * x[1], 2 * x[2]}, 0);
      float[] whole = {random.nextInt(9), random.nextInt(9), 1};
      moved.add(whole, 0, new float[] {0, whole[0] + 3, whole[1] + 4, whole[2]}, 1);
    }
    SpaceShift.Result none = same.result();
    assertThat(none.meanCosine()).isCloseTo(1, ROUNDING).isLessThanOrEqualTo(1);
    assertThat(none.meanRelativeLength()).isZero();
    assertThat(none.centroidShift()).isZero();
    assertThat(doubled.result().meanCosine()).isCloseTo(1, ROUNDING);
    assertThat(doubled.result().meanRelativeLength()).isCloseTo(1, ROUNDING);
    assertThat(moved.result().centroidShift()).isCloseTo(5, ROUNDING);
  }

  @Test
  void shiftFromZeroVectorsHasNoRelativeLength() {
    SpaceShift shift = new SpaceShift(2);
    shift.add(new float[2], 0, new float[] {3, 4}, 0);
    assertThat(shift.result()).isEqualTo(new SpaceShift.Result(1, 0.0, null, 5.0));
    shift.add(new float[] {3, 4}, 0, new float[2], 0);
    assertThat(shift.result()).isEqualTo(new SpaceShift.Result(2, 0.0, 1.0, 0.0));
  }

  @Test
  void shiftRefusesASecondVectorThatIsNotFinite() {
    SpaceShift shift = new SpaceShift(1);
    assertThatThrownBy(() -> shift.add(new float[] {1}, 0, new float[] {Float.NaN}, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(shift.result().pairs()).isZero();
  }

  // Centred.

  @Test
  void centredTokensHaveNoCentroidAndTheSameIsoScore() {
    Sentences corpus = Sentences.random(51, 60, 9);
    LayerGeometry raw = new LayerGeometry(9, true);
    for (Sentence s : corpus.list()) {
      raw.addSentence(s.types(), 0, s.flat(0), 0, s.types().length);
    }
    Centred centred = new Centred(raw.mean(), true, type -> true);
    for (Sentence s : corpus.list()) {
      centred.addSentence(s.types(), 0, s.flat(0), 0, s.types().length);
    }
    LayerGeometry.Result before = raw.result();
    LayerGeometry.Result after = centred.result();
    // Differences are rounded to float: 6e-8 of their size.
    assertThat(after.centroidNorm()).isLessThan(1e-6 * before.centroidNorm());
    assertThat(after.isoScore()).isCloseTo(before.isoScore(), within(1e-6));
    assertThat(before.anisotropy()).isGreaterThan(0.3);
    assertThat(after.anisotropy()).isBetween(-0.1, 0.1);
    assertThat(after.selfSimilarity()).isLessThan(before.selfSimilarity());
    assertThat(after.intraSentenceSimilarity()).isLessThan(before.intraSentenceSimilarity());
  }

  @Test
  void centredRefusesOtherMeansAndWhatIsNotFinite() {
    Centred centred = new Centred(new double[] {1, 2}, false, type -> true);
    assertThatThrownBy(() -> centred.merge(new Centred(new double[] {1, 3}, false, type -> true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("means");
    assertThatThrownBy(() -> new Centred(new double[] {Double.NaN}, false, type -> true))
        .isInstanceOf(IllegalArgumentException.class);
    Centred far = new Centred(new double[] {-3e38}, false, type -> true);
    assertThatThrownBy(() -> far.addSentence(new int[1], 0, new float[] {3e38f}, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
    assertThat(far.result().tokens()).isZero();
    assertThatThrownBy(() -> new LayerGeometry(2, false).mean())
        .isInstanceOf(IllegalStateException.class);
  }

  // Maximum explainable variance.

  private static MaximumExplainableVariance explainable(List<float[]> vectors, int cap) {
    MaximumExplainableVariance measure =
        new MaximumExplainableVariance(vectors.get(0).length, type -> true, cap, 3);
    for (int i = 0; i < vectors.size(); i++) {
      measure.addSentence(i, new int[] {4}, 0, vectors.get(i), 0, 1);
    }
    return measure;
  }

  @Test
  void explainableVarianceOfKnownSpaces() {
    List<float[]> line = new ArrayList<>();
    List<float[]> axes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      line.add(new float[] {i - 2, 2 * (i - 2), 0, 0, 0, 0});
      float[] axis = new float[6];
      axis[i] = 3;
      axes.add(axis);
    }
    assertThat(explainable(line, 9).result().maximumExplainableVariance())
        .isCloseTo(1, ROUNDING)
        .isLessThanOrEqualTo(1);
    assertThat(explainable(axes, 9).result().maximumExplainableVariance())
        .isCloseTo(1.0 / 6, ROUNDING);
  }

  @Test
  void explainableVarianceAgreesForMoreAndFewerOccurrencesThanDimensions() {
    Random random = new Random(10);
    for (int n : new int[] {5, 6, 7, 8, 40}) {
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        vectors.add(gaussian(random, 7, 1));
      }
      // Singular values of random matrices may lie close together: squaring converges all the same.
      assertThat(explainable(vectors, 100).result().maximumExplainableVariance())
          .isCloseTo(ContextDefinitions.explainableVariance(vectors, 7), within(1e-10));
    }
  }

  @Test
  void explainableVarianceIsNotCentred() {
    // Three of (1, 1) and three of (1, -1): singular values squared 6 and 6; centred 0 and 6.
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      vectors.add(new float[] {1, i % 2 == 0 ? 1 : -1});
    }
    assertThat(explainable(vectors, 9).result().maximumExplainableVariance())
        .isCloseTo(0.5, ROUNDING);
  }

  @Test
  void theSampleOfAFrequentTypeDependsOnNothingButTheSeed() {
    Random random = new Random(11);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      vectors.add(gaussian(random, 8, 1));
    }
    MaximumExplainableVariance.Result whole = explainable(vectors, 20).result();
    assertThat(whole.types().get(0).sentences()).isEqualTo(200);
    assertThat(whole.types().get(0).used()).isEqualTo(20);
    MaximumExplainableVariance left = new MaximumExplainableVariance(8, t -> true, 20, 3);
    MaximumExplainableVariance right = new MaximumExplainableVariance(8, t -> true, 20, 3);
    MaximumExplainableVariance other = new MaximumExplainableVariance(8, t -> true, 20, 4);
    for (int i = 199; i >= 0; i--) {
      MaximumExplainableVariance part = random.nextBoolean() ? left : right;
      part.addSentence(i, new int[] {4}, 0, vectors.get(i), 0, 1);
      other.addSentence(i, new int[] {4}, 0, vectors.get(i), 0, 1);
    }
    right.merge(left);
    assertThat(right.result()).as("to the bit").isEqualTo(whole);
    assertThat(other.result().maximumExplainableVariance())
        .isNotEqualTo(whole.maximumExplainableVariance());
    assertThatThrownBy(() -> right.merge(other)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MaximumExplainableVariance(8, t -> true, 1, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSampleIsUniform() {
    // Sentence i has the vector e_(i mod 10): a sample of 1000 has near 100 of each.
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      float[] x = new float[10];
      x[i % 10] = 1;
      vectors.add(x);
    }
    // The largest count of ten with mean 100 and standard deviation 9: above 145 by no chance.
    assertThat(explainable(vectors, 1000).result().maximumExplainableVariance())
        .isBetween(0.1, 0.145);
  }

  @Test
  void explainableVarianceLeavesOutRareTypesAndZeroVectors() {
    MaximumExplainableVariance measure = new MaximumExplainableVariance(1, t -> t != 3, 9, 0);
    for (int s = 0; s < 5; s++) {
      measure.addSentence(s, new int[] {1, 2, 3}, 0, new float[] {0, 1, 1}, 0, 3);
    }
    measure.addSentence(9, new int[] {5, 5, 5, 5, 5}, 0, new float[] {1, 1, 1, 1, 1}, 0, 5);
    assertThat(measure.result())
        .isEqualTo(
            new MaximumExplainableVariance.Result(
                6, 1.0, List.of(new MaximumExplainableVariance.Type(2, 5, 5, 5, 1.0))));
  }

  // Frequency.

  /** Type k occurs 5 * 3^k times, its vectors of length k + 1 (or 9 - k) with some noise. */
  private static FrequencyCorrelation.Result byFrequency(boolean growing, double noise) {
    Random random = new Random(12);
    FrequencyCorrelation measure = new FrequencyCorrelation(6, type -> true, type -> true);
    for (int k = 0; k < 6; k++) {
      for (int i = 0; i < 5 * Math.pow(3, k); i++) {
        float[] x = gaussian(random, 6, noise);
        x[k] += growing ? k + 1 : 9 - k;
        measure.addSentence(i, new int[] {k}, 0, x, 0, 1);
      }
    }
    return measure.result();
  }

  @Test
  void frequencyGoesWithTheNorm() {
    assertThat(byFrequency(true, 0.01).norm()).isCloseTo(1, ROUNDING);
    assertThat(byFrequency(false, 0.01).norm()).isCloseTo(-1, ROUNDING);
    assertThat(byFrequency(true, 1).selfSimilarity()).as("longer, less noise").isPositive();
  }

  @Test
  void decadesHoldTheMeansOfTheirTypes() {
    FrequencyCorrelation.Result result = byFrequency(true, 0.5); // 5, 15, 45, 135, 405, 1215
    assertThat(result.decades())
        .extracting(FrequencyCorrelation.Decade::from)
        .containsExactly(1L, 10L, 100L, 1000L);
    assertThat(result.decades())
        .extracting(FrequencyCorrelation.Decade::types)
        .containsExactly(1, 2, 2, 1);
    List<FrequencyCorrelation.Type> types = result.types();
    assertThat(types.get(0).occurrences()).isEqualTo(1215);
    assertThat(result.decades().get(1).meanNorm())
        .isCloseTo((types.get(3).meanNorm() + types.get(4).meanNorm()) / 2, ROUNDING);
    assertThat(result.decades().get(3).centroidDistance())
        .isEqualTo(types.get(0).centroidDistance());
    assertThat(result.tokens()).isEqualTo(5 + 15 + 45 + 135 + 405 + 1215);
  }

  @Test
  void correctedDistanceIsFreeOfTheSampleSize() {
    // All types alike: 40 of 6 occurrences, 40 of 60. Plain distances tell rare from frequent.
    Random random = new Random(13);
    FrequencyCorrelation measure = new FrequencyCorrelation(20, type -> true, type -> true);
    for (int type = 0; type < 80; type++) {
      for (int i = 0; i < (type < 40 ? 6 : 60); i++) {
        measure.addSentence(i, new int[] {type}, 0, gaussian(random, 20, 1), 0, 1);
      }
    }
    FrequencyCorrelation.Result result = measure.result();
    assertThat(result.centroidDistance()).isLessThan(-0.8);
    // Spearman's rho of 80 unrelated numbers has a standard deviation of .11.
    assertThat(result.correctedSquaredDistance()).isBetween(-0.35, 0.35);
    FrequencyCorrelation.Decade rare = result.decades().get(0);
    // Squared distance by chance 20 / 6 = 3.3, its mean over 40 types known to .2.
    assertThat(rare.correctedSquaredDistance()).isCloseTo(0, within(0.8));
    assertThat(rare.centroidDistance()).isGreaterThan(1.6);
    assertThat(result.neighbourDistance()).isBetween(-0.35, 0.35);
    assertThat(rare.neighbourDistance())
        .isCloseTo(result.decades().get(1).neighbourDistance(), within(0.1));
  }

  /** Frequent types stand close together, rare ones apart. */
  @Test
  void frequencyGoesWithTheDistanceOfNeighbours() {
    Random random = new Random(15);
    FrequencyCorrelation measure = new FrequencyCorrelation(4, type -> true, type -> type < 40);
    FrequencyCorrelation part = new FrequencyCorrelation(4, type -> true, type -> type < 40);
    Map<Integer, List<float[]>> first = new TreeMap<>();
    for (int type = 0; type < 50; type++) {
      float[] place = gaussian(random, 4, type < 20 ? 1 : 20);
      for (int i = 0; i < (type < 20 ? 30 : 6); i++) {
        float[] x = gaussian(random, 4, 0.1);
        for (int j = 0; j < 4; j++) {
          x[j] += place[j];
        }
        if (i < 5 && type < 40) {
          first.computeIfAbsent(type, unused -> new ArrayList<>()).add(x);
        }
        (i % 2 == 0 ? measure : part).addSentence(i, new int[] {type}, 0, x, 0, 1);
      }
    }
    part.merge(measure);
    FrequencyCorrelation.Result result = part.result();
    assertThat(result.neighbourDistance()).isLessThan(-0.7);
    for (FrequencyCorrelation.Type type : result.types()) {
      if (type.type() >= 40) {
        assertThat(type.neighbourDistance()).isNull();
        continue;
      }
      double[] mean = mean(first.get(type.type()));
      double expected =
          first.entrySet().stream()
              .filter(other -> other.getKey() != type.type())
              .mapToDouble(other -> distance(mean, mean(other.getValue())))
              .sorted()
              .limit(10)
              .average()
              .orElseThrow();
      assertThat(type.neighbourDistance()).isCloseTo(expected, within(1e-5));
    }
  }

  private static double[] mean(List<float[]> vectors) {
    double[] mean = new double[vectors.get(0).length];
    for (float[] x : vectors) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += x[j] / vectors.size();
      }
    }
    return mean;
  }

  private static double distance(double[] x, double[] y) {
    double squares = 0;
    for (int j = 0; j < x.length; j++) {
      squares += (x[j] - y[j]) * (x[j] - y[j]);
    }
    return Math.sqrt(squares);
  }

  @Test
  void oneTypeHasNoCorrelation() {
    FrequencyCorrelation measure = new FrequencyCorrelation(1, type -> type == 1, type -> true);
    for (int s = 0; s < 9; s++) {
      measure.addSentence(s, new int[] {1, 2}, 0, new float[] {1, 5}, 0, 2);
    }
    FrequencyCorrelation.Result result = measure.result();
    assertThat(result.norm()).isNull();
    assertThat(result.types())
        .containsExactly(new FrequencyCorrelation.Type(1, 9, 1, 2, 4, 1, null));
  }

  // Dimensions.

  @Test
  void outlierDimensionsAreFoundAndShareTheVariance() {
    Random random = new Random(14);
    OutlierDimensions measure = new OutlierDimensions(50);
    for (int i = 0; i < 300; i++) {
      float[] x = gaussian(random, 50, 1);
      x[17] += 20;
      x[33] = -25 + 7 * x[33];
      measure.add(x, 0);
    }
    OutlierDimensions.Result result = measure.result();
    assertThat(result.outliers())
        .extracting(OutlierDimensions.Dimension::dimension)
        .containsExactly(33, 17);
    assertThat(result.dimensions()).hasSize(50);
    assertThat(result.dimensions().get(0).deviation()).isNegative();
    // Variances 49 and 48 times 1.
    assertThat(result.dimensions().get(0).varianceShare()).isCloseTo(49 / 98.0, within(0.07));
    double sum =
        result.dimensions().stream().mapToDouble(OutlierDimensions.Dimension::varianceShare).sum();
    assertThat(sum).isCloseTo(1, ROUNDING);
  }

  @Test
  void tenDimensionsCannotHaveAnOutlierElevenCan() {
    for (int d : new int[] {10, 11}) {
      OutlierDimensions measure = new OutlierDimensions(d);
      float[] x = new float[d];
      x[4] = 9;
      measure.add(x, 0);
      OutlierDimensions.Result result = measure.result();
      assertThat(result.dimensions().get(0).deviation()).isCloseTo(Math.sqrt(d - 1), ROUNDING);
      assertThat(result.outliers()).hasSize(d == 10 ? 0 : 1);
      assertThat(result.dimensions().get(0).varianceShare()).as("one vector").isNull();
    }
  }

  @Test
  void meansAllAlikeHaveNoDeviation() {
    OutlierDimensions measure = new OutlierDimensions(4);
    float[] x = new float[4];
    Arrays.fill(x, 0.1f);
    measure.add(x, 0);
    measure.add(x, 0);
    assertThat(measure.result().dimensions())
        .allSatisfy(dimension -> assertThat(dimension.deviation()).isNull());
    assertThat(measure.result().outliers()).isEmpty();
  }

  // Informativity.

  private static List<Double> informativities(List<float[]> vectors, List<Integer> rogue) {
    RogueInformativity measure = new RogueInformativity(vectors.get(0).length, rogue);
    vectors.forEach(x -> measure.add(x, 0));
    List<Double> figures = new ArrayList<>();
    for (RogueInformativity.Informativity i : measure.result().informativities()) {
      assertThat(i.removed()).isEqualTo(rogue.subList(0, i.k()));
      figures.add(i.informativity());
    }
    return figures;
  }

  @Test
  void informativityAgreesForEveryRemainderOfABlock() {
    Random random = new Random(15);
    for (int n : new int[] {3, 4, 5, 63, 64, 65, 127, 130}) {
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        float[] x = gaussian(random, 7, 1);
        x[3] += 6;
        vectors.add(x);
      }
      List<Integer> rogue = List.of(3, 0, 6);
      List<Double> figures = informativities(vectors, rogue);
      assertThat(figures).hasSize(2);
      for (int k = 0; k < 2; k++) {
        assertThat(figures.get(k))
            .as("n = %s", n)
            .isCloseTo(
                ContextDefinitions.informativity(vectors, rogue.subList(0, 2 * k + 1)),
                within(1e-9));
      }
    }
  }

  @Test
  void emptyDimensionsTellNothingAndARogueOneTellsAll() {
    Random random = new Random(16);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      float[] x = gaussian(random, 12, 1);
      x[0] = 0;
      x[1] = random.nextBoolean() ? 100 : -100;
      vectors.add(x);
    }
    assertThat(informativities(vectors, List.of(0)).get(0)).isCloseTo(1, within(1e-10));
    assertThat(informativities(vectors, List.of(1)).get(0)).isLessThan(0.01);
  }

  @Test
  void informativityUndefinedWhereCosinesAreAllAlike() {
    float[] a = {1, 0, 2};
    float[] b = {3, 0, 6};
    assertThat(informativities(List.of(a, b), List.of(0)).get(0)).as("one pair").isNull();
    assertThat(informativities(List.of(a, b, a, b), List.of(0)).get(0)).isNull();
    // Without dimension 0 all lie on one line.
    float[] c = {-5, 0, 1};
    assertThat(informativities(List.of(a, b, c), List.of(0)).get(0)).isNull();
    assertThat(informativities(List.of(a, b, c), List.of(1)).get(0)).isCloseTo(1, ROUNDING);
  }

  @Test
  void informativityRefusesDimensionsThatAreNone() {
    for (List<Integer> rogue :
        List.of(List.<Integer>of(), List.of(0, 0), List.of(3), List.of(-1), List.of(0, 1, 2))) {
      assertThatThrownBy(() -> new RogueInformativity(3, rogue))
          .isInstanceOf(IllegalArgumentException.class);
    }
    RogueInformativity measure = new RogueInformativity(3, List.of(1));
    assertThatThrownBy(() -> measure.merge(new RogueInformativity(3, List.of(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1] and [2]");
  }
}
