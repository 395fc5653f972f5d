package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unrelated pairs: of different groups, within one set of vectors and across two. */
class PairwiseCosinesTest {
  private static final int D = 6;

  /** What rounding moves a cosine by. */
  private static final double ROUNDING = 1e-12;

  private static float[] normal(Random random, int n, int d) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  private static float[] row(float[] vectors, int i) {
    return Arrays.copyOfRange(vectors, i * D, (i + 1) * D);
  }

  private static int[] groups(Random random, int n, int most) {
    return random.ints(n, 0, most).map(g -> 7 * g - 20).toArray();
  }

  @Test
  void pairsOfAGroupAreLeftOut() {
    Random random = new Random(1);
    for (int n : new int[] {2, 31, 100, 700}) {
      float[] vectors = normal(random, n, D);
      int[] groups = groups(random, n, 1 + n / 3);
      CosineDistribution expected = new CosineDistribution();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          if (groups[i] != groups[j]) {
            expected.add(Definitions.cosine(row(vectors, i), row(vectors, j)));
          }
        }
      }
      PairwiseCosines pairs = PairwiseCosines.of(vectors, D, groups, 2);
      assertSame(pairs.distribution(), expected.result());
      assertThat(pairs.vectors()).isEqualTo(n);
      assertThat(pairs.groups()).isEqualTo((int) Arrays.stream(groups).distinct().count());
    }
  }

  @Test
  void eachLeftOneMeetsTheRightOnesOfOtherGroups() {
    Random random = new Random(2);
    for (int n : new int[] {2, 31, 100, 600}) {
      float[] left = normal(random, n, D);
      float[] right = normal(random, n, D);
      int[] groups = groups(random, n, 1 + n / 2);
      CosineDistribution expected = new CosineDistribution();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (groups[i] != groups[j]) {
            expected.add(Definitions.cosine(row(left, i), row(right, j)));
          }
        }
      }
      assertSame(
          PairwiseCosines.across(left, right, D, groups, 2).distribution(), expected.result());
    }
  }

  private static void assertSame(
      CosineDistribution.Result actual, CosineDistribution.Result expected) {
    assertThat(actual.pairs()).isEqualTo(expected.pairs());
    assertThat(actual.counts()).isEqualTo(expected.counts());
    if (expected.mean() != null) {
      assertThat(actual.mean()).isCloseTo(expected.mean(), within(ROUNDING));
    }
  }

  @Test
  void oneGroupLeavesNoPair() {
    float[] vectors = normal(new Random(3), 80, D);
    int[] one = new int[80];
    assertThat(PairwiseCosines.of(vectors, D, one, 2).distribution().pairs()).isZero();
    PairwiseCosines across = PairwiseCosines.across(vectors, vectors, D, one, 2);
    assertThat(across.distribution().pairs()).isZero();
    assertThat(Threshold.of(across, 0.1, 1)).isNull();
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    float[] vectors = new float[4 * D];
    assertThatThrownBy(() -> PairwiseCosines.of(vectors, D, new int[3], 1))
        .hasMessage("3 groups for 4 vectors");
    assertThatThrownBy(() -> PairwiseCosines.across(vectors, new float[D], D, new int[4], 1))
        .hasMessage("lengths differ: 24, 6");
    assertThatThrownBy(() -> PairwiseCosines.across(vectors, vectors, D, new int[4], 0))
        .hasMessage("0 threads");
  }

  /** In the narrowest of cones a threshold lets through what was asked for, within a tenth. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 20, 500, 10_000})
  void aThresholdLetsThroughWhatWasAskedFor(double shift) {
    int d = 64;
    float[] vectors = normal(new Random(4), 2000, d);
    for (int i = 0; i < vectors.length; i += d) {
      vectors[i] += (float) (shift * Math.sqrt(d));
    }
    PairwiseCosines pairs = PairwiseCosines.of(vectors, d, 2);
    double mean = pairs.distribution().mean();
    if (shift == 10_000) {
      assertThat(1 - mean).isBetween(5e-9, 2e-8);
    }
    for (double rate : new double[] {0.05, 0.01, 0.001}) {
      Threshold threshold = Threshold.of(pairs, rate, 5);
      assertThat(threshold.falsePositiveRate()).isBetween(0.9 * rate, rate);
      assertThat(threshold.low()).isLessThan(threshold.cosine());
      assertThat(threshold.high()).isBetween(threshold.cosine(), 1 - (1 - mean) / 10);
    }
  }

  private static final int DOCUMENTS = 60;
  private static final int SENTENCES = 5;
  private static final int SIMULATIONS = 120;

  /** Three and a half deviations of a share of {@link #SIMULATIONS}: one run in 2000 is outside. */
  private static final double CHANCE = 3.5 * Math.sqrt(0.95 * 0.05 / SIMULATIONS);

  /** Sentences of a document are alike; documents differ in how common they are. */
  private static float[] documents(Random random, int documents) {
    float[] vectors = new float[documents * SENTENCES * D];
    for (int i = 0; i < documents; i++) {
      float[] of = normal(random, 1, D);
      of[0] += 1.5f;
      for (int s = 0; s < SENTENCES; s++) {
        for (int j = 0; j < D; j++) {
          vectors[(i * SENTENCES + s) * D + j] = of[j] + 0.4f * (float) random.nextGaussian();
        }
      }
    }
    return vectors;
  }

  private static int[] documentOf(int documents) {
    int[] groups = new int[documents * SENTENCES];
    Arrays.setAll(groups, i -> i / SENTENCES);
    return groups;
  }

  /**
   * What unrelated pairs of documents are like, held by the interval that knows the groups.
   * Negative control: one that takes sentences of one document for unrelated does not hold it.
   */
  @Test
  void intervalsOfDocumentsCoverWhereTheirGroupsAreKnown() {
    int many = 1200;
    double rate = 0.02;
    double quantile =
        PairwiseCosines.of(documents(new Random(5), many), D, documentOf(many), 2)
            .distribution()
            .quantile(1 - rate);
    Random random = new Random(6);
    int[] groups = documentOf(DOCUMENTS + 10);
    double covered = 0;
    double coveredBlindly = 0;
    for (int s = 0; s < SIMULATIONS; s++) {
      float[] vectors = documents(random, DOCUMENTS + 10);
      Threshold known = Threshold.of(PairwiseCosines.of(vectors, D, groups, 2), rate, s);
      Threshold blind = Threshold.of(PairwiseCosines.of(vectors, D, 2), rate, s);
      covered += known.low() <= quantile && quantile <= known.high() ? 1.0 / SIMULATIONS : 0;
      coveredBlindly += blind.low() <= quantile && quantile <= blind.high() ? 1.0 / SIMULATIONS : 0;
    }
    assertThat(covered).isBetween(0.95 - CHANCE, 1.0);
    assertThat(coveredBlindly).isLessThan(0.75);
  }

  /** Questions and answers: the quantile of their unrelated pairs. */
  @Test
  void intervalsAcrossCover() {
    int many = 5000;
    double rate = 0.02;
    Random large = new Random(7);
    float[] everyLeft = questions(large, many);
    int[] all = new int[many];
    Arrays.setAll(all, i -> i);
    double quantile =
        PairwiseCosines.across(everyLeft, answers(large, everyLeft), D, all, 2)
            .distribution()
            .quantile(1 - rate);
    Random random = new Random(8);
    double covered = 0;
    for (int s = 0; s < SIMULATIONS; s++) {
      float[] left = questions(random, 150);
      float[] right = answers(random, left);
      Threshold threshold =
          Threshold.of(PairwiseCosines.across(left, right, D, Arrays.copyOf(all, 150), 2), rate, s);
      covered += threshold.low() <= quantile && quantile <= threshold.high() ? 1 : 0;
    }
    assertThat(covered / SIMULATIONS).isBetween(0.95 - CHANCE, 1.0);
  }

  private static float[] questions(Random random, int n) {
    float[] vectors = normal(random, n, D);
    for (int i = 0; i < n; i++) {
      vectors[i * D] += 1.5f;
    }
    return vectors;
  }

  private static float[] answers(Random random, float[] questions) {
    float[] vectors = questions.clone();
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += (float) random.nextGaussian() + (i % D == 1 ? 2 : 0);
    }
    return vectors;
  }

  @Test
  void theRecommendedThresholdHasTheGreatestF1() {
    Random random = new Random(9);
    float[] left = questions(random, 300);
    float[] right = answers(random, left);
    int[] groups = new int[300];
    Arrays.setAll(groups, i -> i);
    CosineDistribution.Result unrelated =
        PairwiseCosines.across(left, right, D, groups, 2).distribution();
    CosineDistribution.Result related = CosineDistribution.ofPairs(left, right, D).result();
    RecommendedThreshold best = RecommendedThreshold.of(unrelated, related);
    double greatest = 0;
    for (int k = 0; k < CosineBins.COUNT; k++) {
      double together = related.from(k);
      double precision = together / Math.max(1, together + unrelated.from(k));
      double recall = together / 300;
      greatest = Math.max(greatest, 2 * precision * recall / Math.max(1e-9, precision + recall));
    }
    assertThat(best.f1()).isCloseTo(greatest, within(ROUNDING));
    assertThat(related.survival(best.cosine())).isCloseTo(best.recall(), within(ROUNDING));
    assertThat(2 * best.precision() * best.recall() / (best.precision() + best.recall()))
        .isCloseTo(best.f1(), within(ROUNDING));
    assertThat(RecommendedThreshold.of(unrelated, new CosineDistribution().result())).isNull();
    assertThat(RecommendedThreshold.of(new CosineDistribution().result(), related)).isNull();
  }

  @Test
  void betweenKindsThatLieApartTheMiddleIsRecommended() {
    CosineDistribution unrelated = new CosineDistribution();
    CosineDistribution related = new CosineDistribution();
    for (int i = 0; i <= 10; i++) {
      unrelated.add(0.01 * i);
      related.add(0.8 + 0.01 * i);
    }
    RecommendedThreshold best = RecommendedThreshold.of(unrelated.result(), related.result());
    assertThat(best.f1()).isEqualTo(1);
    assertThat(best.cosine()).isCloseTo(0.45, within(0.0005));
  }
}
