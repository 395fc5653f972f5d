package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.isoscope.geometry.Diagnosis.Figures;
import org.isoscope.geometry.Diagnosis.Severity;
import org.isoscope.geometry.Diagnosis.Symptom;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  /** The chance of a false finding, at most, that every threshold is derived from. */
  private static final double ALPHA = 0.001;

  /** Normal vectors of unit length, each changed. */
  private static List<float[]> vectors(int seed, int n, int d, UnaryOperator<double[]> change) {
    Random random = new Random(seed);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] x = new double[d];
      for (int j = 0; j < d; j++) {
        x[j] = random.nextGaussian();
      }
      x = change.apply(unit(x));
      float[] y = new float[d];
      for (int j = 0; j < d; j++) {
        y[j] = (float) x[j];
      }
      vectors.add(y);
    }
    return vectors;
  }

  private static double[] unit(double[] x) {
    double norm = Math.sqrt(Definitions.dot(x, x));
    for (int j = 0; j < x.length; j++) {
      x[j] /= norm;
    }
    return x;
  }

  private static UnaryOperator<double[]> shifted(double[] by) {
    return x -> {
      for (int j = 0; j < x.length; j++) {
        x[j] += by[j];
      }
      return unit(x);
    };
  }

  private static double[] even(int d, double value) {
    double[] x = new double[d];
    Arrays.fill(x, value);
    return x;
  }

  private static List<Symptom> of(List<float[]> vectors) {
    return Diagnosis.of(SpaceGeometry.of(vectors));
  }

  private static List<String> figures(List<Symptom> findings) {
    return findings.stream().map(Symptom::figure).toList();
  }

  @Test
  void saysNothingOfIsotropicVectors() {
    for (int d : new int[] {2, 5, 64}) {
      for (int seed = 0; seed < 100; seed++) {
        assertThat(of(vectors(seed, 200, d, x -> x))).as("d = %d, seed %d", d, seed).isEmpty();
      }
    }
  }

  @Test
  void aRandomConeIsNoRogueDimension() {
    int d = 64;
    Random random = new Random(1);
    for (int seed = 0; seed < 100; seed++) {
      double[] axis = new double[d];
      for (int j = 0; j < d; j++) {
        axis[j] = random.nextGaussian();
      }
      double[] unit = unit(axis);
      for (int j = 0; j < d; j++) {
        unit[j] *= 2;
      }
      assertThat(figures(of(vectors(seed, 200, d, shifted(unit))))).containsExactly("mean cosine");
    }
  }

  @Test
  void namesRogueDimensions() {
    double[] by = even(384, 0);
    by[308] = -3;
    by[381] = 1;

    List<Symptom> findings = of(vectors(2, 1000, 384, shifted(by)));

    assertThat(figures(findings))
        .containsExactly("mean cosine", "largest share of the mean cosine");
    Symptom rogue = findings.get(1);
    assertThat(rogue.severity()).isEqualTo(Severity.WARNING);
    assertThat(rogue.value()).isCloseTo(0.9, within(0.01));
    assertThat(rogue.threshold()).isCloseTo(0.065, within(0.0005));
    assertThat(rogue)
        .hasToString(
            "Two dimensions, 308 and 381, make 100 % of the mean cosine, where the largest of 384"
                + " dimensions without a role of its own makes at most 6.5 %. Remove or z-score"
                + " them.");
  }

  @Test
  void oneRogueDimensionThatHoldsLessThanHalfIsNoted() {
    double[] by = even(384, 0.1);
    by[7] = 1;

    Symptom rogue = of(vectors(3, 1000, 384, shifted(by))).get(1);

    assertThat(rogue.figure()).isEqualTo("largest share of the mean cosine");
    assertThat(rogue.severity()).isEqualTo(Severity.NOTE);
    assertThat(rogue.what()).startsWith("Dimension 7 makes 2");
    assertThat(rogue.advice()).isEqualTo("Remove or z-score it");
  }

  @Test
  void aConeIsNotedThenWarnedOf() {
    assertThat(of(vectors(4, 500, 100, shifted(even(100, 0.02))))).as("cosine .04").isEmpty();
    List<Symptom> wide = of(vectors(4, 500, 100, shifted(even(100, 0.06))));
    assertThat(figures(wide)).containsExactly("mean cosine");
    assertThat(wide.get(0).severity()).isEqualTo(Severity.NOTE);
    assertThat(wide.get(0).what())
        .isEqualTo(
            "The vectors share a direction: unrelated ones have a mean cosine of 0.26, more"
                + " than the 0.09 that cosines scatter by");
    List<Symptom> narrow = of(vectors(4, 500, 100, shifted(even(100, 0.2))));
    assertThat(figures(narrow)).as("one advice once").containsExactly("mean cosine");
    assertThat(narrow.get(0).severity()).isEqualTo(Severity.WARNING);
    assertThat(narrow.get(0).what())
        .startsWith("The vectors lie in a narrow cone: unrelated ones have a mean cosine of 0.80");
    assertThat(narrow.get(0).remedy()).isEqualTo(Diagnosis.Remedy.CENTRING);
  }

  /** Mean cosine .9978: two decimals would say 1, of which nothing can be told. */
  @Test
  void figuresNearOneAreToldFromOne() {
    double narrow = Math.sqrt(0.9978 / (1 - 0.9978) / 100); // of norm 1 beside it

    List<Symptom> findings = of(vectors(4, 500, 100, shifted(even(100, narrow))));

    assertThat(findings.get(0).what()).contains("have a mean cosine of 0.9978, where");
  }

  /** A figure and the threshold that it passed are not told alike. */
  @Test
  void aFigureIsToldFromItsThreshold() {
    Diagnosis.Figures close =
        new Diagnosis.Figures(
            1000,
            1000,
            384,
            0,
            1 / (1 + Math.sqrt(384)) + 2e-4,
            null,
            List.of(),
            null,
            null,
            List.of());

    assertThat(Diagnosis.of(close).get(0).what())
        .contains("have a mean cosine of 0.0488, more than the 0.0486 that cosines scatter by");
  }

  /**
   * A well-trained model's sentence embeddings: a mean cosine of .06, of which cosines scatter by
   * more. Negative control: the same mean where they scatter by less.
   */
  @Test
  void aMeanCosineThatIsLessThanTheScatterIsNotScolded() {
    UnaryOperator<double[]> fewDirections =
        x -> {
          for (int j = 0; j < x.length; j++) {
            x[j] *= j < 60 ? 1 : 0.1;
          }
          return unit(x);
        };
    double[] by = even(384, 0);
    by[383] = Math.sqrt(0.06 / 0.94);
    UnaryOperator<double[]> shift = shifted(by);

    assertThat(of(vectors(12, 1000, 384, x -> shift.apply(fewDirections.apply(x))))).isEmpty();
    assertThat(figures(of(vectors(12, 1000, 384, shift))))
        .containsExactlyInAnyOrder("mean cosine", "largest share of the mean cosine");
  }

  @Test
  void saysNothingOfTheDirectionsOfAHandfulOfVectors() {
    for (int d : new int[] {4, 64}) {
      for (int n = 2; n < 30; n++) {
        for (int seed = 0; seed < 100; seed++) {
          assertThat(figures(of(vectors(seed, n, d, x -> x))))
              .as("%d vectors, d = %d, seed %d", n, d, seed)
              .doesNotContain("participation ratio");
        }
      }
    }
  }

  @Test
  void fewDirectionsAreWarnedOf() {
    UnaryOperator<double[]> flat =
        x -> {
          for (int j = 5; j < x.length; j++) {
            x[j] *= 0.01;
          }
          return unit(x);
        };

    List<Symptom> findings = of(vectors(5, 1000, 64, flat));

    assertThat(figures(findings)).containsExactly("participation ratio");
    assertThat(findings.get(0).value()).isCloseTo(5, within(0.1));
    assertThat(findings.get(0).threshold())
        .isCloseTo(2 * Math.log(1000) / (1 + 2 * Math.sqrt(1 / ALPHA - 1) / 1000), within(1e-9));
    assertThat(findings.get(0).what())
        .startsWith("The variance lies in about 5.0 of 64 directions (IsoScore 0.06");
  }

  @Test
  void zeroVectorsAndConstantDimensionsAreToldAndNormsAreNot() {
    UnaryOperator<double[]> without =
        x -> {
          x[9] = 0;
          return unit(x);
        };
    List<float[]> vectors = vectors(6, 300, 16, without);
    vectors.set(7, new float[16]);
    for (int j = 0; j < 16; j++) {
      vectors.get(8)[j] *= 3;
    }

    List<Symptom> findings = of(vectors);

    assertThat(findings)
        .extracting(Symptom::what)
        .containsExactly(
            "1 of 300 vectors is zero: without a direction, at cosine 0 from everything",
            "Dimension 9 has the same value in all vectors and tells none of them apart");
  }

  @Test
  void fewVectorsAreTold() {
    List<Symptom> findings = of(vectors(8, 50, 64, x -> x));

    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).what())
        .isEqualTo(
            "There are 50 vectors for 64 dimensions: IsoScore cannot pass 0.762, however they are"
                + " spread");
    assertThat(SpaceGeometry.of(vectors(8, 50, 64, x -> x)).isoScore()).isLessThan(48 / 63.0);
  }

  @Test
  void anyFewVectorsAreJudgedWithoutFailing() {
    for (int n = 1; n < 4; n++) {
      for (int d = 1; d < 4; d++) {
        for (Symptom finding : of(vectors(n, n, d, x -> x))) {
          assertThat(finding.toString()).doesNotContain("NaN", "Infinity");
          assertThat(finding.value()).isFinite();
          assertThat(finding.threshold()).isFinite();
        }
      }
    }
    assertThat(figures(Diagnosis.of(SpaceGeometry.of(3).result()))).containsExactly("vectors");
    assertThat(of(List.of(new float[3], new float[3]))).hasSize(2);
  }

  /** The bound is held against the largest of d squared elements of a random unit vector. */
  @Test
  void theLargestShareKeepsToItsThreshold() {
    Random random = new Random(9);
    for (int d : new int[] {2, 3, 16, 100}) {
      int rounds = 20_000;
      double[] largest = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        double[] x = new double[d];
        for (int j = 0; j < d; j++) {
          x[j] = random.nextGaussian();
        }
        for (double element : unit(x)) {
          largest[round] = Math.max(largest[round], element * element);
        }
      }
      double threshold = Diagnosis.chanceShare(d);
      long above = Arrays.stream(largest).filter(x -> x > threshold).count();
      // alpha and five deviations of a count.
      assertThat(above).isLessThan((long) (rounds * ALPHA + 5 * Math.sqrt(rounds * ALPHA)));
      assertThat(threshold).as("no empty bound").isLessThan(1);
    }
    assertThat(Diagnosis.chanceShare(1)).isEqualTo(1);
    assertThat(Diagnosis.chanceShare(384)).isCloseTo(0.065, within(0.0005));
    assertThat(Diagnosis.chanceShare(768)).isCloseTo(0.035, within(0.0005));
  }

  /** Means and deviations that the thresholds are made of, by simulation. */
  @Test
  void meanCosineAndCentroidShareHaveTheDerivedDeviations() {
    int n = 20;
    int d = 10;
    int rounds = 4000;
    double cosines = 0;
    double shares = 0;
    double share = 0;
    for (int round = 0; round < rounds; round++) {
      SpaceGeometry.Result result = SpaceGeometry.of(vectors(round, n, d, x -> x));
      cosines += result.meanCosine() * result.meanCosine() / rounds;
      share += result.centroidShare() / rounds;
      shares += Math.pow(result.centroidShare() - 1.0 / n, 2) / rounds;
    }
    double deviations = Math.sqrt(1 / ALPHA - 1);
    // Relative to the figure; a variance from 4000 rounds is good to a few hundredths.
    assertThat(Math.sqrt(cosines) * deviations / Diagnosis.chanceMeanCosine(n, d))
        .isCloseTo(1, within(0.1));
    assertThat(share * n).isCloseTo(1, within(0.05));
    assertThat(1.0 / n + deviations * Math.sqrt(shares))
        .isLessThan(Diagnosis.chanceCentroidShare(n));
  }

  @Test
  void aLayerIsJudgedByItsSentences() {
    Sentences corpus = Sentences.random(10, 300, 24);
    LayerGeometry layer = new LayerGeometry(24, true);
    for (Sentences.Sentence s : corpus.list()) {
      layer.addSentence(s.types(), 0, s.flat(0), 0, s.types().length);
    }
    LayerGeometry.Result result = layer.result();

    Figures figures = Figures.of(result, 24);

    assertThat(figures.n()).isEqualTo(result.tokens());
    assertThat(figures.independent()).isEqualTo(300);
    assertThat(figures.centroidShare())
        .isCloseTo(ContextDefinitions.meanEnergyShare(corpus.vectors(), 24), within(1e-12));
    assertThat(figures(Diagnosis.of(figures)))
        .contains("mean cosine", "largest share of the mean cosine");
  }
}
