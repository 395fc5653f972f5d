package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThresholdTest {
  /** A bin, and the rounding of its edges. */
  private static final double BIN = 0.0005 + 1e-12;

  private static final int SIMULATIONS = 200;

  private static final double COVERAGE = 0.95;

  /** Three and a half deviations of a share of {@link #SIMULATIONS}: one run in 2000 is outside. */
  private static final double CHANCE = 3.5 * Math.sqrt(COVERAGE * (1 - COVERAGE) / SIMULATIONS);

  /**
   * Vectors that differ in how common they are, as sentences do: their part along a shared
   * direction varies.
   */
  private static float[] cone(Random random, int n, int d) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      vectors[i * d] = (float) (1.5 + random.nextGaussian());
      for (int j = 1; j < d; j++) {
        vectors[i * d + j] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static float[] isotropic(Random random, int n, int d) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < n * d; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  @Test
  void isTheLeastEdgeThatKeepsToTheRate() {
    Random random = new Random(1);
    for (int round = 0; round < 30; round++) {
      int n = 2 + random.nextInt(150);
      float[] vectors = cone(random, n, 5);
      double[] cosines = CosineDistributionTest.cosines(vectors, 5);
      PairwiseCosines pairs = PairwiseCosines.of(vectors, 5, 2);
      for (double rate : new double[] {0.001, 0.01, 0.05, 0.5, 0.99}) {
        Threshold threshold = Threshold.of(pairs, rate, 1);
        assertThat(threshold.wantedRate()).isEqualTo(rate);
        assertThat(threshold.falsePositiveRate())
            .isLessThanOrEqualTo(rate)
            .isCloseTo(shareAbove(cosines, threshold.cosine()), within(1e-12));
        assertThat(shareAbove(cosines, threshold.cosine() - BIN)).isGreaterThan(rate);
        assertThat(threshold.truePositiveRate()).isNull();
        if (threshold.low() != null) {
          assertThat(threshold.cosine()).isBetween(threshold.low(), threshold.high());
        }
      }
    }
  }

  private static double shareAbove(double[] cosines, double cosine) {
    return Arrays.stream(cosines).filter(c -> c > cosine).count() / (double) cosines.length;
  }

  @Test
  void givesTheShareOfRelatedPairsThatPass() {
    Random random = new Random(2);
    float[] vectors = isotropic(random, 400, 16);
    float[] near = vectors.clone();
    for (int i = 0; i < near.length; i++) {
      near[i] += (float) random.nextGaussian();
    }
    CosineDistribution.Result related = CosineDistribution.ofPairs(vectors, near, 16).result();
    PairwiseCosines unrelated = PairwiseCosines.of(vectors, 16, 2);
    Threshold threshold = Threshold.of(unrelated, 0.01, 1, related);
    int above = 0;
    for (int i = 0; i < 400; i++) {
      float[] x = Arrays.copyOfRange(vectors, i * 16, (i + 1) * 16);
      float[] y = Arrays.copyOfRange(near, i * 16, (i + 1) * 16);
      above += Definitions.cosine(x, y) > threshold.cosine() ? 1 : 0;
    }
    assertThat(above).isBetween(1, 399);
    assertThat(threshold.truePositiveRate()).isCloseTo(above / 400.0, within(1e-12));
    double wrong = threshold.falsePositiveRate() * unrelated.distribution().pairs();
    assertThat(threshold.precision()).isCloseTo(above / (above + wrong), within(1e-12));
    CosineDistribution.Result none = new CosineDistribution().result();
    assertThat(Threshold.of(PairwiseCosines.of(vectors, 16, 2), 0.01, 1, none).truePositiveRate())
        .isNull();
  }

  /** The counts by blocks stand for the copied vectors themselves. */
  @Test
  void quantileOverDrawnBlocksEqualsThatOverTheirVectors() {
    Random random = new Random(3);
    int d = 4;
    for (int round = 0; round < 20; round++) {
      int n = 64 + random.nextInt(40);
      float[] vectors = cone(random, n, d);
      PairwiseCosines pairs = PairwiseCosines.of(vectors, d, 1);
      int[] copies = new int[pairs.blocks()];
      for (int k = 0; k < copies.length; k++) {
        copies[random.nextInt(copies.length)]++;
      }
      double[] cosines = drawn(vectors, d, copies);
      for (double share : new double[] {0.01, 0.1, 0.5, 0.9}) {
        int rank = cosines.length - (int) Math.floor(share * cosines.length);
        assertThat(pairs.exceededBy(share, pairs.weights(copies)))
            .isCloseTo(cosines[rank - 1], within(BIN));
      }
    }
  }

  /** The cosines of all pairs of copies of different vectors, ascending. */
  private static double[] drawn(float[] vectors, int d, int[] copies) {
    int n = vectors.length / d;
    int[] block = new int[n];
    for (int b = 0; b < copies.length; b++) {
      for (int i = b * n / copies.length; i < (b + 1) * n / copies.length; i++) {
        block[i] = b;
      }
    }
    double[] cosines = new double[0];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        double cosine =
            Definitions.cosine(
                Arrays.copyOfRange(vectors, i * d, (i + 1) * d),
                Arrays.copyOfRange(vectors, k * d, (k + 1) * d));
        int times = copies[block[i]] * copies[block[k]];
        int length = cosines.length;
        cosines = Arrays.copyOf(cosines, length + times);
        Arrays.fill(cosines, length, length + times, cosine);
      }
    }
    Arrays.sort(cosines);
    return cosines;
  }

  /** What many samples of one population gave. */
  private record Simulated(double coverage, double coverageByPairs, double relativeWidth) {}

  private interface Population {
    float[] sample(Random random, int n, int d);
  }

  /**
   * Intervals of samples of 200 against the quantile of 8000: how many hold it; how many of those
   * that take the pairs for independent do; and their width, less a bin of rounding, relative to
   * that of 95 % of the samples' quantiles.
   */
  private static Simulated simulate(Population population, int seed) {
    double rate = 0.05;
    int d = 6;
    double quantile =
        CosineDistribution.ofAllPairs(population.sample(new Random(seed), 8000, d), d, 2)
            .result()
            .quantile(1 - rate);
    Random random = new Random(seed + 1);
    double covered = 0;
    double coveredByPairs = 0;
    double width = 0;
    double squares = 0;
    for (int s = 0; s < SIMULATIONS; s++) {
      PairwiseCosines pairs = PairwiseCosines.of(population.sample(random, 200, d), d, 2);
      Threshold threshold = Threshold.of(pairs, rate, s);
      covered += threshold.low() <= quantile && quantile <= threshold.high() ? 1 : 0;
      width += (threshold.high() - threshold.low() - 0.0005) / SIMULATIONS;
      CosineDistribution.Result sample = pairs.distribution();
      double error = 1.96 * Math.sqrt(rate * (1 - rate) / sample.pairs());
      double low = sample.quantile(1 - rate - error);
      double high = sample.quantile(1 - rate + error);
      coveredByPairs += low <= quantile && quantile <= high ? 1 : 0;
      squares += Math.pow(sample.quantile(1 - rate) - quantile, 2) / SIMULATIONS;
    }
    return new Simulated(
        covered / SIMULATIONS,
        coveredByPairs / SIMULATIONS,
        width / (2 * 1.96 * Math.sqrt(squares)));
  }

  /**
   * The interval holds the population's quantile about as often as it says. Negative control: one
   * that takes the pairs for independent does not.
   */
  @Test
  void intervalCoversAtAboutTheStatedRate() {
    Simulated simulated = simulate(ThresholdTest::cone, 4);
    assertThat(simulated.coverage()).isCloseTo(COVERAGE, within(CHANCE));
    assertThat(simulated.coverageByPairs()).isLessThan(0.8);
    assertThat(simulated.relativeWidth()).isBetween(0.85, 1.25);
  }

  /** The Javadoc's limit: a tight cluster of a small part of the vectors. */
  @Test
  void intervalCoversLessOftenWhereASmallPartIsAlike() {
    Simulated simulated = simulate(ThresholdTest::withBoilerplate, 8);
    assertThat(simulated.coverage()).isBetween(0.80, 0.96);
  }

  /** A tenth of isotropic vectors lie within a few degrees of one direction. */
  private static float[] withBoilerplate(Random random, int n, int d) {
    float[] vectors = isotropic(random, n, d);
    for (int i = 0; i < n; i++) {
      if (random.nextInt(10) == 0) {
        for (int j = 0; j < d; j++) {
          vectors[i * d + j] = (j == 0 ? 1 : 0) + 0.05f * (float) random.nextGaussian();
        }
      }
    }
    return vectors;
  }

  /** Without the correction it would be 1.7 times as wide as need be. */
  @Test
  void intervalIsNotTooWideInAnIsotropicSpace() {
    Simulated simulated = simulate(ThresholdTest::isotropic, 6);
    assertThat(simulated.coverage()).isGreaterThan(COVERAGE - CHANCE);
    assertThat(simulated.relativeWidth()).isBetween(0.85, 1.35);
  }

  @Test
  void intervalNarrowsAsVectorsAreAdded() {
    Random random = new Random(8);
    double few = 0;
    double many = 0;
    for (int round = 0; round < 10; round++) {
      Threshold small = Threshold.of(PairwiseCosines.of(cone(random, 100, 6), 6, 2), 0.05, round);
      Threshold large = Threshold.of(PairwiseCosines.of(cone(random, 1600, 6), 6, 2), 0.05, round);
      few += small.high() - small.low();
      many += large.high() - large.low();
    }
    // The root of 16, less bins of rounding.
    assertThat(few / many).isBetween(2.5, 5.5);
  }

  @Test
  void dependsOnTheSeedAloneForItsDraws() {
    float[] vectors = cone(new Random(9), 300, 6);
    PairwiseCosines pairs = PairwiseCosines.of(vectors, 6, 1);
    Threshold threshold = Threshold.of(pairs, 0.01, 42);
    assertThat(Threshold.of(pairs, 0.01, 42)).isEqualTo(threshold);
    assertThat(Threshold.of(PairwiseCosines.of(vectors, 6, 5), 0.01, 42)).isEqualTo(threshold);
    Threshold other = Threshold.of(pairs, 0.01, 43);
    assertThat(other.cosine()).isEqualTo(threshold.cosine());
    assertThat(other.low()).isCloseTo(threshold.low(), within(0.01));
  }

  @Test
  void hasNoIntervalWhereTooLittleIsKnown() {
    Random random = new Random(10);
    Threshold fewVectors = Threshold.of(PairwiseCosines.of(cone(random, 63, 6), 6, 1), 0.1, 1);
    assertThat(fewVectors.low()).isNull();
    assertThat(fewVectors.high()).isNull();
    PairwiseCosines pairs = PairwiseCosines.of(cone(random, 64, 6), 6, 1); // 2016 pairs
    assertThat(Threshold.of(pairs, 0.005, 1).low()).isNotNull();
    Threshold fewPairs = Threshold.of(pairs, 0.0049, 1);
    assertThat(fewPairs.low()).isNull();
    assertThat(fewPairs.high()).isNull();
    assertThat(Threshold.of(PairwiseCosines.of(new float[6], 6, 1), 0.1, 1)).isNull();
    assertThat(Threshold.of(PairwiseCosines.of(new float[0], 6, 1), 0.1, 1)).isNull();
  }

  @Test
  void isOneWhereAllAreAlikeAndZeroForZeroVectors() {
    float[] alike = new float[200];
    Arrays.fill(alike, 3);
    assertThat(Threshold.of(PairwiseCosines.of(alike, 2, 1), 0.05, 1))
        .isEqualTo(new Threshold(0.05, 1, 1 - 1e-10, 1.0, 0, null, null));
    Threshold zero = Threshold.of(PairwiseCosines.of(new float[200], 2, 1), 0.05, 1);
    assertThat(zero.cosine()).isEqualTo(0.0005);
    assertThat(zero.falsePositiveRate()).isZero();
  }

  @Test
  void refusesWhatIsNoThreshold() {
    PairwiseCosines pairs = PairwiseCosines.of(new float[4], 2, 1);
    for (double rate : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> Threshold.of(pairs, rate, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Threshold(0.1, 0.5, 0.6, 0.7, 0, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Threshold(0.1, 0.5, 0.4, null, 0, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Threshold(0.1, Double.NaN, null, null, 0, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Threshold(0.1, 0.5, null, null, 0.2, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Threshold(0.1, 0.5, null, null, 0.1, 1.5, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
