package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.NearestNeighbours;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.geometry.TwoNn;
import org.isoscope.geometry.Uniformity;
import org.isoscope.results.Finding;
import org.isoscope.results.Space;
import org.junit.jupiter.api.Test;

class EmbeddingSpaceTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  /**
   * Relative to 1 or the figure: roundings of doubles in sums of a few hundred, and eigenvalues.
   */
  private static final double SUMS = 1e-9;

  private static final int D = 12;

  private static float[] normal(int n, int d, double shift, long seed) {
    Random random = new Random(seed);
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) (random.nextGaussian() + shift);
    }
    return vectors;
  }

  private static EmbeddingSpace of(float[] vectors, int d, int most, long seed) {
    EmbeddingSpace space = new EmbeddingSpace(d, most, seed);
    for (int i = 0; i < vectors.length; i += d) {
      space.add(i / d, Arrays.copyOfRange(vectors, i, i + d));
    }
    return space;
  }

  @Test
  void theFiguresAreThoseOfTheMeasures() {
    float[] vectors = normal(200, D, 0.8, 1);
    EmbeddingSpace.Measured measured = of(vectors, D, EmbeddingSpace.SAMPLE, 1).measure("v", 2);
    Space space = measured.space();
    SpaceGeometry plain = SpaceGeometry.of(D);
    for (int i = 0; i < vectors.length; i += D) {
      plain.add(vectors, i);
    }
    SpaceGeometry.Result expected = plain.result();
    assertThat(space)
        .usingRecursiveComparison()
        .comparingOnlyFields(
            "n",
            "dimension",
            "zeroVectors",
            "constantDimensions",
            "meanCosine",
            "meanNorm",
            "normVariation",
            "centroidNorm",
            "centroidShare",
            "isoScore",
            "debiasedIsoScore")
        .isEqualTo(expected);
    assertThat(space.rogueDimensions())
        .hasSize(ModelGeometry.ROGUE_DIMENSIONS)
        .usingRecursiveComparison()
        .comparingOnlyFields("dimension", "share")
        .isEqualTo(expected.rogueDimensions().subList(0, ModelGeometry.ROGUE_DIMENSIONS));
    assertThat(space.meanCosine()).isEqualTo(plain.result().meanCosine());
    assertThat((space.spectrum().participationRatio() - 1) / (D - 1))
        .isCloseTo(space.isoScore(), ROUNDING);
    assertThat(space.sampled()).isEqualTo(200);
    assertThat(space.uniformity()).isEqualTo(Uniformity.of(vectors, D));
    PairwiseCosines cosines = PairwiseCosines.of(vectors, D, 1);
    assertThat(space.cosines().pairs()).isEqualTo(200 * 199 / 2);
    assertThat(space.cosines().mean()).isCloseTo(space.meanCosine(), within(1e-9));
    assertThat(space.cosines().p99()).isEqualTo(cosines.distribution().quantile(0.99));
    assertThat(space.cosines().histogram()).hasSize(Space.Cosines.BINS);
    assertThat(space.cosines().histogram().stream().mapToLong(x -> x).sum())
        .isEqualTo(space.cosines().pairs());
    NearestNeighbours nearest =
        NearestNeighbours.of(vectors, D, 10, NearestNeighbours.Metric.COSINE, 1);
    assertThat(space.neighbours().twoNn()).isEqualTo(TwoNn.of(nearest).dimension());
    assertThat(space.neighbours().k()).isEqualTo(10);
    assertThat(space.coverage().meanAngle()).isGreaterThan(space.coverage().isotropicMeanAngle());
    assertThat(space.findings())
        .extracting(Finding::severity, Finding::what)
        .anySatisfy(found -> assertThat(found.toList().get(1).toString()).contains("direction"));
  }

  @Test
  void aSampleIsDrawnWhereThereAreMoreAndSaid() {
    float[] vectors = normal(500, D, 0, 2);
    Space first = of(vectors, D, 50, 3).measure("v", 1).space();
    Space again = of(vectors, D, 50, 3).measure("v", 2).space();
    Space other = of(vectors, D, 50, 4).measure("v", 1).space();
    assertThat(first.n()).isEqualTo(500);
    assertThat(first.sampled()).isEqualTo(50);
    assertThat(first.cosines().pairs()).isEqualTo(50 * 49 / 2);
    assertThat(again).isEqualTo(first);
    assertThat(other.uniformity()).isNotEqualTo(first.uniformity());
    assertThat(other.meanCosine()).as("of all vectors").isEqualTo(first.meanCosine());
  }

  @Test
  void withoutABoundAllAreCompared() {
    Space space = of(normal(50, D, 0, 2), D, Integer.MAX_VALUE, 3).measure("v", 1).space();
    assertThat(space.sampled()).isEqualTo(50);
    assertThat(space).isEqualTo(of(normal(50, D, 0, 2), D, 50, 3).measure("v", 1).space());
  }

  @Test
  void everyVectorHasTheSameChanceToBeDrawn() {
    // Of n vectors one is opposite to all others; a sample of 2 has a pair of cosine -1 where it is
    // drawn: with a chance of 2/n, wherever it stands.
    int n = 10;
    int draws = 2000;
    for (int odd = 0; odd < n; odd += 3) {
      int drawn = 0;
      for (int seed = 0; seed < draws; seed++) {
        EmbeddingSpace space = new EmbeddingSpace(1, 2, seed * 31L + odd);
        for (int i = 0; i < n; i++) {
          space.add(i, new float[] {i == odd ? -1 : 1 + i}); // of different lengths: no copies
        }
        drawn += space.measure("v", 1).space().cosines().mean() < 0 ? 1 : 0;
      }
      // Binomial: five standard deviations on either side.
      assertThat((double) drawn)
          .as("vector %d", odd)
          .isCloseTo(draws * 0.2, within(5 * Math.sqrt(draws * 0.2 * 0.8)));
    }
  }

  private static EmbeddingSpace copy(EmbeddingSpace space) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      space.write(new DataOutputStream(bytes));
      EmbeddingSpace read =
          EmbeddingSpace.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      read.write(new DataOutputStream(again));
      assertThat(again.toByteArray()).isEqualTo(bytes.toByteArray());
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In any order, on any number of machines, merged in any tree. */
  @Test
  void theSampleIsTheSameToTheBitAndSumsUpToRounding() {
    int n = 300;
    float[] vectors = normal(n, D, 0.4, 12);
    System.arraycopy(vectors, 0, vectors, 150 * D, D); // a copy
    Space expected = of(vectors, D, 120, 9).measure("v", 1).space();
    for (int draw = 0; draw < 6; draw++) {
      Random random = new Random(draw);
      List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
      Collections.shuffle(order, random);
      List<EmbeddingSpace> parts = new ArrayList<>(List.of(new EmbeddingSpace(D, 120, 9)));
      for (int i : order) {
        if (random.nextInt(40) == 0) {
          parts.add(copy(new EmbeddingSpace(D, 120, 9)));
        }
        parts
            .get(random.nextInt(parts.size()))
            .add(i, Arrays.copyOfRange(vectors, i * D, (i + 1) * D));
      }
      while (parts.size() > 1) {
        EmbeddingSpace taken = copy(parts.remove(random.nextInt(parts.size())));
        parts.get(random.nextInt(parts.size())).merge(taken);
      }
      Space space = copy(parts.get(0)).measure("v", 2).space();
      assertThat(space)
          .usingRecursiveComparison()
          .comparingOnlyFields(
              "n",
              "dimension",
              "zeroVectors",
              "constantDimensions",
              "sampled",
              "copies",
              "uniformity",
              "partitionIsotropy",
              "cosines",
              "neighbours",
              "coverage")
          .isEqualTo(expected);
      assertThat(space)
          .usingRecursiveComparison()
          .withComparatorForType(EmbeddingSpaceTest::rounded, Double.class)
          .ignoringFields("findings")
          .isEqualTo(expected);
    }
  }

  /** Sums in another order. */
  private static int rounded(Double a, Double b) {
    return Math.abs(a - b) <= SUMS * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
  }

  @Test
  void aRowThatIsThereTwiceIsRefusedAndCountsOnce() {
    EmbeddingSpace space = of(normal(20, D, 0, 1), D, 50, 1);
    assertThatThrownBy(() -> space.add(3, new float[D]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 3 is there twice");
    EmbeddingSpace part = new EmbeddingSpace(D, 50, 1);
    part.add(19, new float[D]);
    assertThatThrownBy(() -> space.merge(part)).hasMessage("row 19 is there twice");
    assertThatThrownBy(() -> space.add(20, new float[D + 1]))
        .hasMessage("row 20 has 13 elements, expected 12");
    assertThat(space.n()).isEqualTo(20);
    assertThat(space.measure("v", 1).space())
        .isEqualTo(of(normal(20, D, 0, 1), D, 50, 1).measure("v", 1).space());
  }

  @Test
  void fewVectorsLeaveUndefinedWhatNeedsMore() {
    Space none = new EmbeddingSpace(3, 10, 1).measure("none", 1).space();
    assertThat(none.n()).isZero();
    assertThat(none.meanCosine()).isNull();
    assertThat(none.neighbours()).isNull();
    assertThat(none.coverage()).isNull();
    Space two = of(normal(2, 3, 0, 5), 3, 10, 1).measure("two", 1).space();
    assertThat(two.cosines().pairs()).isEqualTo(1);
    assertThat(two.neighbours()).isNull();
    Space three = of(normal(3, 3, 0, 5), 3, 10, 1).measure("three", 1).space();
    assertThat(three.neighbours().k()).isEqualTo(2);
  }

  /** Unit vectors in float: their hash mixes all bits, so that hardly any are compared in vain. */
  @Test
  void equalVectorsAreFoundWithoutComparingOthers() {
    int n = 20_000;
    float[] vectors = normal(n, D, 0, 6);
    for (int i = 0; i < n; i++) {
      double norm = 0;
      for (int j = 0; j < D; j++) {
        norm += vectors[i * D + j] * vectors[i * D + j];
      }
      for (int j = 0; j < D; j++) {
        vectors[i * D + j] /= (float) Math.sqrt(norm);
      }
    }
    for (int copy = 0; copy < 100; copy++) {
      System.arraycopy(vectors, copy * D, vectors, (n - 1 - copy) * D, D);
    }
    vectors[0] = 0.0f;
    System.arraycopy(vectors, 0, vectors, 5000 * D, D);
    vectors[5000 * D] = -0.0f; // equal all the same
    DistinctVectors distinct = new DistinctVectors(vectors, D);
    int[] kept = distinct.of(n);
    assertThat(kept).hasSize(n - 100).isSorted().startsWith(0, 1, 2).doesNotContain(5000);
    // A comparison for each copy; by chance n^2 / 2^33 = .05 more.
    assertThat(distinct.comparisons()).isBetween(100L, 105L);
  }

  @Test
  void vectorsOfAGroupAreNoUnrelatedPair() {
    float[] vectors = normal(60, D, 0.5, 7);
    EmbeddingSpace space = new EmbeddingSpace(D, 100, 1);
    int[] groups = new int[60];
    for (int i = 0; i < 60; i++) {
      groups[i] = i / 3;
      space.add(i, Arrays.copyOfRange(vectors, i * D, (i + 1) * D), groups[i]);
    }
    PairwiseCosines cosines = space.measure("v", 2).cosines();
    assertThat(cosines.distribution().pairs()).isEqualTo(60 * 59 / 2 - 60);
    assertThat(cosines.distribution())
        .isEqualTo(PairwiseCosines.of(vectors, D, groups, 1).distribution());
  }

  /** A curve with near copies along it: the fit sees other ratios than the likelihood. */
  @Test
  void estimatesOfDimensionThatDisagreeAreBothTold() {
    Random random = new Random(8);
    float[] vectors = normal(600, D, 0, 8);
    for (int i = 300; i < 600; i++) { // close to another, at very different distances
      float scale = (float) Math.pow(10, -4 * random.nextDouble());
      for (int j = 0; j < D; j++) {
        vectors[i * D + j] = vectors[(i - 300) * D + j] + scale * (float) random.nextGaussian();
      }
    }
    Space space = of(vectors, D, 1000, 1).measure("v", 2).space();
    assertThat(space.findings())
        .filteredOn(finding -> finding.figure().equals("intrinsic dimension (TwoNN)"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.what()).contains("the fit gives ", "the likelihood ", " disagree");
              assertThat(finding.transform()).isNull();
            });
    assertThat(of(normal(600, D, 0, 9), D, 1000, 1).measure("v", 2).space().findings())
        .as("where the law holds")
        .noneMatch(finding -> finding.figure().contains("TwoNN"));
  }

  @Test
  void namesTheVectorThatIsNotFinite() {
    EmbeddingSpace space = new EmbeddingSpace(2, 10, 1);
    space.add(0, new float[] {1, 2});
    assertThatThrownBy(() -> space.add(7, new float[] {1, Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 7 has a NaN at element 1");
  }

  @Test
  void sentencesAreComparedWithThemselvesAndOthers() {
    int[] chosen = IntStream.range(0, 40).toArray();
    List<SentenceVectors> models = new ArrayList<>();
    for (int d : new int[] {D, D, 7}) {
      SentenceVectors vectors = SentenceVectors.meanOfEachLayer(chosen, d, 2);
      for (int sentence : chosen) {
        float[][] layers = new float[3][];
        for (int layer = 0; layer < 3; layer++) {
          layers[layer] = normal(2, d, 0.3, models.size() * 1000 + sentence * 10 + layer);
        }
        vectors.accept(sentence, layers, 0, 2);
      }
      models.add(vectors);
    }
    var same = SpaceComparison.of(models.get(0), models.get(0), 1, 2);
    assertThat(same.sentences()).isEqualTo(40);
    assertThat(same.layers()).hasSize(3);
    for (int layer = 0; layer < 3; layer++) {
      var pair = same.layers().get(layer);
      assertThat(pair.cka()).isCloseTo(1, ROUNDING);
      assertThat(pair.procrustes()).isCloseTo(0, within(1e-9));
      assertThat(pair.neighbourOverlap()).isEqualTo(1);
      assertThat(pair.meanCosine()).isCloseTo(1, ROUNDING);
      assertThat(pair.relativeShift()).isZero();
      assertThat(pair.centroidShift()).isZero();
      assertThat(pair.meanAngleAfter()).isEqualTo(pair.meanAngleBefore());
      assertThat(same.cka().get(layer).get(layer)).isCloseTo(1, ROUNDING);
    }
    var other = SpaceComparison.of(models.get(0), models.get(1), 1, 2);
    assertThat(other.layers().get(0).debiasedCka()).isLessThan(0.5);
    assertThat(other.layers().get(0).relativeShift()).isPositive();
    var smaller = SpaceComparison.of(models.get(0), models.get(2), 1, 2);
    assertThat(smaller.layers().get(2).procrustes()).isNull();
    assertThat(smaller.layers().get(2).meanCosine()).isNull();
    assertThat(smaller.layers().get(2).cka()).isNotNull();
  }
}
