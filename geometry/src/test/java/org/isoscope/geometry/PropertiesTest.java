package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.isoscope.geometry.AccumulatorContractTest.Measure;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Properties of every accumulator, over corpora drawn at random: of any size and dimension, with
 * zero vectors, vectors that occur twice, and lengths that differ a thousandfold.
 */
class PropertiesTest {
  /** Relative to 1 or the figure: some thousand roundings of doubles in sums of a few hundred. */
  private static final double ROUNDING = 1e-11;

  /** Moved vectors are rounded to float (6e-8 an element); figures are means over hundreds. */
  private static final double FLOAT_ROUNDING = 1e-5;

  /** One changed vector must be seen: far above what rounding may do. */
  private static final double CHANGE = 1e-6;

  /** What is not invariant changes by more, at least at one of the draws. */
  private static final double NOT_INVARIANT = 1e-3;

  /** Near 1e18 and 1e-18, exact in float; then one that rounds. */
  private static final float[] FACTORS = {0x1p60f, 0x1p-60f, 3f};

  /** Corpora a property is held against. */
  private static final int DRAWS = 8;

  /** The measures look at dimensions up to 12; several blocks of 4, and every remainder. */
  private static int dimension(Random random) {
    return 13 + random.nextInt(12);
  }

  private static Stream<Measure<?, ?>> measures() {
    return AccumulatorContractTest.measures();
  }

  private static Sentences drawn(int seed) {
    Random random = new Random(1000 + seed);
    int sentences = 30 + random.nextInt(40);
    List<float[]> seen = new ArrayList<>();
    return Sentences.random(random.nextLong(), sentences, dimension(random))
        .map(
            x -> {
              int kind = random.nextInt(20);
              if (kind == 0) {
                return new float[x.length];
              }
              if (kind == 1 && !seen.isEmpty()) {
                return seen.get(random.nextInt(seen.size())).clone();
              }
              if (kind == 2) {
                scaled(x, (float) Math.pow(10, 3 * random.nextDouble() - 2));
              }
              seen.add(x.clone());
              return x;
            });
  }

  private static float[] scaled(float[] x, float factor) {
    for (int j = 0; j < x.length; j++) {
      x[j] *= factor;
    }
    return x;
  }

  /** Relative to 1 or the figure; 0 where both are undefined, infinite where one is. */
  private static double difference(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double[] a = actual.clone();
    double[] b = expected.clone();
    for (int i = 0; i < a.length; i++) {
      if (Double.isNaN(a[i]) && Double.isNaN(b[i])) {
        a[i] = 0;
        b[i] = 0;
      }
    }
    return AccumulatorContractTest.difference(a, b);
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void closedFormEqualsDefinition(Measure<A, R> measure) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Sentences corpus = drawn(draw);
      assertThat(difference(measure.figures(corpus), measure.definition().apply(corpus)))
          .as("draw %d", draw)
          .isLessThan(ROUNDING);
    }
  }

  /** Negative control: the comparison above fails where one vector of hundreds differs. */
  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void comparisonSeesOneChangedVector(Measure<A, R> measure) {
    Sentences corpus = drawn(1);
    List<Sentence> changed = new ArrayList<>(corpus.list());
    Sentence first = changed.get(0);
    float[][] tokens = first.tokens().clone();
    tokens[0] = new float[corpus.dimension()];
    tokens[0][7] = -2;
    changed.set(0, new Sentence(first.types(), tokens));
    double[] expected = measure.definition().apply(new Sentences(corpus.dimension(), changed));
    assertThat(difference(measure.figures(corpus), expected)).isGreaterThan(CHANGE);
  }

  /** Parts of any size, none among them, merged into each other in any order. */
  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void anySplitAndOrderOfMergesEqualsOnePass(
      Measure<A, R> measure) {
    for (int draw = 0; draw < 2 * DRAWS; draw++) {
      Random random = new Random(draw);
      Sentences corpus = drawn(draw);
      int n = 1 + random.nextInt(corpus.list().size());
      Sentences shuffled = corpus.part(0, n).shuffled(draw);
      List<A> parts = new ArrayList<>();
      for (int from = 0; from < n; ) {
        int to = Math.min(n, from + random.nextInt(2 + n / 2));
        parts.add(measure.of(shuffled.part(from, to)));
        from = to;
      }
      while (parts.size() > 1) {
        A taken = parts.remove(random.nextInt(parts.size()));
        A into = parts.get(random.nextInt(parts.size()));
        double[] before = measure.figures(taken);
        into.merge(taken);
        assertThat(measure.figures(taken)).as("the other stays as it is").isEqualTo(before);
      }
      assertThat(difference(measure.figures(parts.get(0)), measure.figures(corpus.part(0, n))))
          .as("draw %d", draw)
          .isLessThan(ROUNDING);
    }
  }

  /**
   * What leaves all figures of a measure as they are; each is held both ways, so that the table is
   * no weaker than the truth.
   *
   * <ul>
   *   <li>rotation: every vector turned alike;
   *   <li>scale: all times one positive factor; "length" where the figures are multiplied by it;
   *   <li>each scale: every vector times a positive factor of its own;
   *   <li>shift: one vector added to all;
   *   <li>order: of all vectors, whatever sentence they stand in; of the tokens within their
   *       sentences; of the sentences alone. A pair stands for a sentence here.
   * </ul>
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          measure                    | rotation | scale  | each scale | shift | order
          MeanCosine                 | yes      | yes    | yes        | no    | vectors
          Anisotropy                 | yes      | yes    | yes        | no    | tokens
          SelfSimilarity             | yes      | yes    | yes        | no    | sentences
          IntraSentenceSimilarity    | yes      | yes    | no         | no    | tokens
          TokenNorm                  | yes      | length | no         | no    | vectors
          CentroidNorm               | yes      | length | no         | no    | vectors
          RogueDimensions            | no       | yes    | yes        | no    | vectors
          IsoScore                   | yes      | yes    | no         | yes   | vectors
          Covariance                 | yes      | no     | no         | yes   | vectors
          PartitionIsotropy          | no       | no     | no         | no    | vectors
          SecondOrderUniformity      | yes      | yes    | yes        | no    | vectors
          Alignment                  | yes      | yes    | yes        | no    | sentences
          LinearCka                  | yes      | yes    | no         | yes   | sentences
          Procrustes                 | yes      | yes    | no         | yes   | sentences
          SpaceGeometry              | no       | no     | no         | no    | vectors
          MeanEnergyShare            | yes      | yes    | no         | no    | vectors
          RadiusOfGyration           | yes      | length | no         | yes   | vectors
          NormQuantiles              | yes      | length | no         | no    | vectors
          SpaceShift                 | yes      | no     | no         | no    | sentences
          OutlierDimensions          | no       | yes    | no         | no    | vectors
          RogueInformativity         | no       | yes    | yes        | no    | vectors
          MaximumExplainableVariance | yes      | yes    | no         | no    | sentences
          FrequencyCorrelation       | yes      | no     | no         | no    | sentences
          SentenceJackknife          | yes      | no     | no         | no    | tokens
          SelfSimilarityJackknife    | yes      | yes    | yes        | no    | sentences
          BlockJackknife             | yes      | no     | no         | no    | sentences
          SentenceCorrelation        | yes      | yes    | yes        | no    | tokens
          NormVariation              | yes      | yes    | no         | no    | vectors
          LargestActivation          | no       | length | no         | no    | vectors
          MatrixEntropy              | yes      | yes    | no         | no    | tokens
          Centred                    | no       | no     | no         | no    | sentences
          LayerGeometry              | no       | no     | no         | no    | sentences
          """)
  void isInvariantUnder(
      String name, String rotation, String scale, String eachScale, String shift, String order) {
    Measure<?, ?> measure = measures().filter(m -> m.name().equals(name)).findAny().orElseThrow();
    holds("rotation", rotation.equals("yes"), change(measure, 1, Sentences::rotated));
    for (float factor : FACTORS) {
      double unit = scale.equals("length") ? factor : 1;
      double change = change(measure, unit, (corpus, seed) -> corpus.scaled(factor));
      holds("scale", !scale.equals("no"), change);
    }
    holds("each scale", eachScale.equals("yes"), change(measure, 1, PropertiesTest::eachScaled));
    holds("shift", shift.equals("yes"), change(measure, 1, PropertiesTest::shifted));
    boolean anyOrder = order.equals("vectors");
    holds("order of vectors", anyOrder, change(measure, 1, PropertiesTest::vectorsShuffled));
    holds(
        "order of tokens",
        anyOrder || order.equals("tokens"),
        change(measure, 1, PropertiesTest::tokensShuffled));
    holds("order of sentences", true, change(measure, 1, Sentences::shuffled));
  }

  @Test
  void theTableHasEveryMeasure() throws NoSuchMethodException {
    CsvSource table =
        PropertiesTest.class
            .getDeclaredMethod(
                "isInvariantUnder",
                String.class,
                String.class,
                String.class,
                String.class,
                String.class,
                String.class)
            .getAnnotation(CsvSource.class);
    List<String> names =
        table.textBlock().lines().skip(1).map(line -> line.split("\\|")[0].strip()).toList();
    assertThat(names).containsExactlyElementsOf(measures().map(Measure::name).toList());
  }

  private static void holds(String property, boolean claimed, double change) {
    if (claimed) {
      assertThat(change).as(property).isLessThan(FLOAT_ROUNDING);
    } else {
      assertThat(change).as(property).isGreaterThan(NOT_INVARIANT);
    }
  }

  /** A corpus changed at random. */
  private interface Change {
    Sentences of(Sentences corpus, long seed);
  }

  /** The most that the figures, in a unit, change at any of the draws. */
  private static double change(Measure<?, ?> measure, double unit, Change change) {
    double largest = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      Sentences corpus = drawn(draw);
      double[] changed = measure.figures(change.of(corpus, draw));
      double[] inUnit = Arrays.stream(changed).map(figure -> figure / unit).toArray();
      largest = Math.max(largest, difference(inUnit, measure.figures(corpus)));
    }
    return largest;
  }

  private static Sentences eachScaled(Sentences corpus, long seed) {
    Random random = new Random(seed);
    return corpus.map(x -> scaled(x, 0.1f + random.nextFloat()));
  }

  private static Sentences shifted(Sentences corpus, long seed) {
    Random random = new Random(seed);
    double[] by = random.doubles(corpus.dimension(), -1, 1).toArray();
    return corpus.map(
        x -> {
          for (int j = 0; j < x.length; j++) {
            x[j] += (float) by[j];
          }
          return x;
        });
  }

  private static Sentences vectorsShuffled(Sentences corpus, long seed) {
    List<float[]> vectors = new ArrayList<>(corpus.vectors());
    Collections.shuffle(vectors, new Random(seed));
    Iterator<float[]> next = vectors.iterator();
    return corpus.map(x -> next.next());
  }

  private static Sentences tokensShuffled(Sentences corpus, long seed) {
    Random random = new Random(seed);
    List<Sentence> shuffled = new ArrayList<>();
    for (Sentence sentence : corpus.list()) {
      List<float[]> tokens = Arrays.asList(sentence.tokens().clone());
      Collections.shuffle(tokens, random);
      shuffled.add(new Sentence(sentence.types(), tokens.toArray(float[][]::new)));
    }
    return new Sentences(corpus.dimension(), shuffled);
  }
}
