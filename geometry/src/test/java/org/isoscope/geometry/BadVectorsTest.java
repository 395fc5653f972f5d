package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isoscope.geometry.AccumulatorContractTest.Measure;
import org.isoscope.geometry.NearestNeighbours.Metric;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Vectors that are no cloud, given to every measure that takes vectors: it answers with a figure,
 * or with none, or refuses them in words; never with a NaN.
 */
class BadVectorsTest {
  /** Enough for {@link RogueInformativity}, which removes dimensions up to 12 here. */
  private static final int D = 13;

  /** What a measure says of vectors, {@code [n, d]}: a record, a number, numbers, or null. */
  private interface Answer {
    Object of(float[] vectors, int d);
  }

  /**
   * A measure.
   *
   * @param refuses the clouds that it refuses by its documentation, of {@link #clouds}
   */
  record Asked(String name, Answer answer, Set<String> refuses) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Asked> measures() {
    return Stream.concat(AccumulatorContractTest.measures().map(BadVectorsTest::asked), others());
  }

  /** Every vector is a sentence of one token, all of one type. */
  private static <A extends Accumulator<A, R>, R> Asked asked(Measure<A, R> measure) {
    return new Asked(
        measure.name(),
        (vectors, d) -> {
          A accumulator = measure.make().apply(d);
          for (int i = 0; i < vectors.length; i += d) {
            float[] x = Arrays.copyOfRange(vectors, i, Math.min(i + d, vectors.length));
            measure.add(
                accumulator,
                new Sentences(d, List.of(new Sentence(new int[] {1}, new float[][] {x}))));
          }
          return accumulator.result();
        },
        measure.name().equals("RogueInformativity") ? Set.of("one dimension") : Set.of());
  }

  private static Stream<Asked> others() {
    return Stream.of(
        new Asked("Uniformity", Uniformity::of, Set.of()),
        new Asked("PartitionIsotropy.of", PartitionIsotropy::of, Set.of()),
        new Asked("PartitionIsotropy.ofMeanNormOne", PartitionIsotropy::ofMeanNormOne, Set.of()),
        new Asked("SphereCoverage", (x, d) -> SphereCoverage.of(x, d, 20, 1), Set.of()),
        new Asked(
            "CosineDistribution.ofAllPairs",
            (x, d) -> CosineDistribution.ofAllPairs(x, d, 1).result(),
            Set.of()),
        new Asked(
            "CosineDistribution.ofPairs",
            (x, d) -> CosineDistribution.ofPairs(x, x, d).result(),
            Set.of()),
        new Asked(
            "Threshold", (x, d) -> Threshold.of(PairwiseCosines.of(x, d, 1), 0.1, 1), Set.of()),
        new Asked(
            "Calibration",
            (x, d) ->
                Calibration.of(CosineDistribution.ofAllPairs(x, d, 1).result(), List.of())
                    .percentile(0.5),
            Set.of("none", "one")),
        new Asked("Spectrum", (x, d) -> figures(Spectrum.of(covariance(x, d))), Set.of()),
        new Asked(
            "Spectrum.uncentred",
            (x, d) -> figures(Spectrum.uncentred(covariance(x, d))),
            Set.of()),
        new Asked(
            "CkaMatrix",
            (x, d) -> {
              CkaMatrix.Result result =
                  CkaMatrix.of(List.of(x), List.of(x), Vectors.count(x, d), 1);
              return Stream.of(result.cka(), result.debiasedCka())
                  .map(matrix -> matrix.get(0).get(0))
                  .filter(Objects::nonNull)
                  .toList();
            },
            Set.of("none")),
        new Asked(
            "IsoScoreStar",
            (x, d) -> IsoScoreStar.of(covariance(x, d), covariance(x, d), 0.3),
            Set.of()),
        new Asked(
            "Diagnosis",
            (x, d) -> {
              SpaceGeometry geometry = SpaceGeometry.of(d);
              for (int i = 0; i < x.length; i += d) {
                geometry.add(x, i);
              }
              return Diagnosis.of(geometry.result());
            },
            Set.of()),
        neighbours("TwoNn", found -> TwoNn.of(found)),
        neighbours("LevinaBickel", found -> LevinaBickel.of(found, 2)),
        neighbours("Hubness", found -> Hubness.of(found, 2, 1)),
        neighbours("NeighbourOverlap", found -> NeighbourOverlap.of(found, found, 2)),
        neighbours(
            "NearestNeighbours",
            found ->
                IntStream.range(0, 2 * found.n())
                    .mapToObj(i -> found.distance(i / 2, i % 2))
                    .toList()),
        transform("Centring", (mean, covariance) -> Centring.of(mean), Set.of("greatest floats")),
        transform("ZScore", ZScore::fit, Set.of()),
        transform("AllButTheTop", AllButTheTop::fit, Set.of("greatest floats")),
        transform("Whitening", Whitening::fit, Set.of("alike", "zeros")),
        new Asked(
            "RogueRemoval",
            (x, d) -> {
              RogueDimensions shares = new RogueDimensions(d);
              for (int i = 0; i < x.length; i += d) {
                shares.add(x, i);
              }
              return RogueRemoval.fit(shares.result(), 1).apply(x);
            },
            Set.of("none", "zeros", "opposite")));
  }

  private interface OfNeighbours {
    Object of(NearestNeighbours neighbours);
  }

  private static Asked neighbours(String name, OfNeighbours measure) {
    return new Asked(
        name,
        (x, d) ->
            List.of(
                measure.of(NearestNeighbours.of(x, d, 2, Metric.EUCLIDEAN, 1)),
                measure.of(NearestNeighbours.of(x, d, 2, Metric.COSINE, 1))),
        Set.of("none", "one", "opposite"));
  }

  private interface Fit {
    Transform of(double[] mean, double[][] covariance);
  }

  /** Nothing where there is no covariance to fit on. */
  private static Asked transform(String name, Fit fit, Set<String> refuses) {
    return new Asked(
        name,
        (x, d) -> {
          Covariance covariance = covariance(x, d);
          return covariance.n() < 2
              ? null
              : fit.of(covariance.mean(), covariance.covariance()).apply(x);
        },
        refuses);
  }

  private static Covariance covariance(float[] vectors, int d) {
    Covariance covariance = new Covariance(d);
    for (int i = 0; i < vectors.length; i += d) {
      covariance.add(vectors, i);
    }
    return covariance;
  }

  /** A null stands for no spectrum. */
  private static List<Object> figures(Spectrum spectrum) {
    return spectrum == null
        ? List.of()
        : Arrays.asList(
            spectrum.eigenvalues(),
            spectrum.participationRatio(),
            spectrum.effectiveRank(),
            spectrum.rankMe(),
            spectrum.stableRank(),
            spectrum.explainedVariance(),
            spectrum.componentsFor(0.9));
  }

  /** Vectors and their dimension. */
  private record Cloud(float[] vectors, int d) {}

  private static Map<String, Cloud> clouds() {
    Random random = new Random(1);
    Map<String, Cloud> clouds = new TreeMap<>();
    clouds.put("none", new Cloud(new float[0], D));
    clouds.put("one", new Cloud(normal(random, 1, D), D));
    float[] alike = normal(random, 12, D);
    float[] twice = alike.clone();
    for (int i = D; i < alike.length; i++) {
      alike[i] = alike[i - D];
      twice[i] = i < 6 * D ? twice[i] : twice[i - 6 * D];
    }
    clouds.put("alike", new Cloud(alike, D));
    clouds.put("each twice", new Cloud(twice, D));
    clouds.put("zeros", new Cloud(new float[12 * D], D));
    float[] oneZero = normal(random, 12, D);
    Arrays.fill(oneZero, 0, D, 0);
    clouds.put("one zero among others", new Cloud(oneZero, D));
    float[] allButOneZero = new float[12 * D];
    allButOneZero[3] = 1;
    clouds.put("all but one zero", new Cloud(allButOneZero, D));
    float[] opposite = normal(random, 2, D);
    for (int j = 0; j < D; j++) {
      opposite[D + j] = -opposite[j];
    }
    clouds.put("opposite", new Cloud(opposite, D));
    float[] line = normal(random, 12, D);
    for (int i = D; i < line.length; i++) {
      line[i] = (i / D - 5) * line[i % D];
    }
    clouds.put("on a line", new Cloud(line, D));
    clouds.put("one dimension", new Cloud(normal(random, 12, 1), 1));
    clouds.put("fewer than dimensions", new Cloud(normal(random, 12, 40), 40));
    clouds.put("greatest floats", new Cloud(sized(random, Float.MAX_VALUE), D));
    clouds.put("denormal", new Cloud(sized(random, 8 * Float.MIN_VALUE), D));
    clouds.put("far away", new Cloud(farAway(random), D));
    return clouds;
  }

  private static float[] normal(Random random, int n, int d) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  private static float[] sized(Random random, float largest) {
    float[] vectors = new float[12 * D];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = largest * random.nextFloat() * (random.nextBoolean() ? 1 : -1);
    }
    return vectors;
  }

  private static float[] farAway(Random random) {
    float[] vectors = normal(random, 12, D);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += 1e6f;
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("measures")
  void answersWithAFigureOrNoneOrRefusesInWords(Asked measure) {
    clouds()
        .forEach(
            (name, cloud) -> {
              if (measure.refuses().contains(name)) {
                assertThatThrownBy(() -> measure.answer().of(cloud.vectors(), cloud.d()))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .isNotBlank();
              } else {
                assertFinite(measure.answer().of(cloud.vectors(), cloud.d()), name);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("measures")
  void namesTheElementThatIsNotFinite(Asked measure) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] vectors = normal(new Random(2), 12, D);
      vectors[5 * D + 4] = bad;
      assertThatThrownBy(() -> measure.answer().of(vectors, D))
          .as("%s", bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("element 4");
    }
  }

  /** The last vector has an element too few, or the number of elements is none. */
  @ParameterizedTest
  @MethodSource("measures")
  void refusesPartsOfAVector(Asked measure) {
    float[] vectors = Arrays.copyOf(normal(new Random(3), 12, D), 12 * D - 1);
    assertThatThrownBy(() -> measure.answer().of(vectors, D))
        .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class)
        .message()
        .isNotBlank();
    assertThatThrownBy(() -> measure.answer().of(new float[0], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** No number in it, however deep, is NaN or infinite. */
  private static void assertFinite(Object answer, String where) {
    if (answer instanceof Double || answer instanceof Float) {
      assertThat(((Number) answer).doubleValue()).as(where).isFinite();
    } else if (answer instanceof double[] numbers) {
      Arrays.stream(numbers).forEach(x -> assertThat(x).as(where).isFinite());
    } else if (answer instanceof float[] numbers) {
      for (float x : numbers) {
        assertThat(x).as(where).isFinite();
      }
    } else if (answer instanceof Collection<?> list) {
      list.forEach(x -> assertFinite(x, where));
    } else if (answer instanceof Record record) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        assertFinite(component(record, component), where + ": " + component.getName());
      }
    }
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(component + " cannot be read", e);
    }
  }

  /** Negative control: a NaN deep in a record is found. */
  @Test
  void findsANaN() {
    SelfSimilarity.Type type = new SelfSimilarity.Type(1, 5, 5, Double.NaN);
    assertThatThrownBy(
            () -> assertFinite(new SelfSimilarity.Result(5, 1.0, List.of(type)), "result"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("selfSimilarity");
  }
}
