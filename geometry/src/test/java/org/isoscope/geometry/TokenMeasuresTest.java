package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;

/** What the measures of a layer's tokens beyond {@link LayerGeometry} give where it is known. */
class TokenMeasuresTest {
  /** Some roundings of doubles. */
  private static final double ROUNDING = 1e-12;

  private static final int D = 200;

  /** The mean of 400 sentences strays by less: five standard errors of its simulation. */
  private static final double CHANCE = 0.02;

  private static SentenceCorrelation.Result correlation(double common, double shared, int length) {
    Random random = new Random(1);
    SentenceCorrelation measure = new SentenceCorrelation(D);
    double[] mean = random.doubles(D).map(x -> common * (2 * x - 1)).toArray();
    for (int s = 0; s < 400; s++) {
      float[] tokens = new float[length * D];
      for (int j = 0; j < D; j++) {
        double own = shared * random.nextGaussian();
        for (int t = 0; t < length; t++) {
          tokens[t * D + j] = (float) (mean[j] + own + random.nextGaussian());
        }
      }
      measure.addSentence(tokens, 0, length);
    }
    return measure.result();
  }

  @Test
  void independentTokensHaveNoSentenceCorrelationHoweverLongTheSentence() {
    assertThat(correlation(2, 0, 3).sentenceCorrelation()).isCloseTo(0, within(CHANCE));
    assertThat(correlation(2, 0, 14).sentenceCorrelation()).isCloseTo(0, within(CHANCE));
  }

  @Test
  void aMovedCloudKeepsItsSentenceCorrelation() {
    // Of the variance about the mean half is the sentence's.
    SentenceCorrelation.Result centred = correlation(0, 1, 8);
    SentenceCorrelation.Result moved = correlation(3, 1, 8);

    assertThat(centred.sentenceCorrelation()).isCloseTo(0.5, within(CHANCE));
    assertThat(moved.sentenceCorrelation()).isCloseTo(0.5, within(CHANCE));
    assertThat(moved.withinSentenceCosine())
        .as("this one does not")
        .isGreaterThan(centred.withinSentenceCosine() + 0.2);
  }

  @Test
  void sentencesOfOneTokenHaveNoneAndOneDirectionHasNoCorrelation() {
    SentenceCorrelation single = new SentenceCorrelation(2);
    single.addSentence(new float[] {1, 2}, 0, 1);
    single.addSentence(new float[] {2, 1}, 0, 1);
    assertThat(single.result()).isEqualTo(new SentenceCorrelation.Result(0, null, null));

    SentenceCorrelation line = new SentenceCorrelation(2);
    line.addSentence(new float[] {1, 2, 2, 4}, 0, 2);
    line.addSentence(new float[] {3, 6, 1, 2}, 0, 2);
    assertThat(line.result().withinSentenceCosine()).isCloseTo(1, within(ROUNDING));
    assertThat(line.result().sentenceCorrelation()).isNull();
  }

  @Test
  void theMedianActivationIsWithinItsError() {
    Random random = new Random(2);
    for (double spread : new double[] {1e-30, 1e-3, 1, 1e30}) {
      float[] vectors = new float[300 * 7];
      LargestActivation measure = new LargestActivation(7);
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = (float) (spread * Math.exp(2 * random.nextGaussian()));
      }
      for (int i = 0; i < vectors.length; i += 7) {
        measure.add(vectors, i);
      }
      double[] sorted = toDoubles(vectors).sorted().toArray();
      double median = sorted[(sorted.length + 1) / 2 - 1];

      LargestActivation.Result result = measure.result();

      assertThat(result.largest()).isEqualTo(sorted[sorted.length - 1]);
      assertThat(result.median() / median).isCloseTo(1, within(LargestActivation.RELATIVE_ERROR));
      assertThat(result.largestOverMedian()).isEqualTo(result.largest() / result.median());
    }
  }

  private static DoubleStream toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return Arrays.stream(doubles);
  }

  @Test
  void whereMostElementsAreZeroTheLargestActivationHasNoMeasure() {
    LargestActivation measure = new LargestActivation(3);
    measure.add(new float[] {0, 0, -5}, 0);
    assertThat(measure.result().median()).isZero();
    assertThat(measure.result().largest()).isEqualTo(5);
    assertThat(measure.result().largestOverMedian()).isNull();
  }

  @Test
  void matrixEntropyCountsDirections() {
    MatrixEntropy orthogonal = new MatrixEntropy(3);
    orthogonal.addSentence(new float[] {2, 0, 0, 0, 0, -2, 0, 2, 0}, 0, 3);
    assertThat(orthogonal.result().matrixEntropy()).isCloseTo(Math.log(3), within(ROUNDING));

    MatrixEntropy line = new MatrixEntropy(3);
    line.addSentence(new float[] {1, 2, 3, -2, -4, -6}, 0, 2);
    assertThat(line.result().matrixEntropy()).isCloseTo(0, within(ROUNDING));
    line.addSentence(new float[3], 0, 1);
    assertThat(line.result().sentences()).as("zeros have no directions").isEqualTo(1);
  }

  @Test
  void ofALongSentenceMatrixEntropyTakesTheFirstTokens() {
    Random random = new Random(3);
    float[] tokens = new float[2 * MatrixEntropy.LONGEST * 5];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (float) random.nextGaussian();
    }
    MatrixEntropy whole = new MatrixEntropy(5);
    MatrixEntropy first = new MatrixEntropy(5);
    whole.addSentence(tokens, 0, 2 * MatrixEntropy.LONGEST);
    first.addSentence(tokens, 0, MatrixEntropy.LONGEST);
    assertThat(whole.result()).isEqualTo(first.result());
  }

  @Test
  void normVariationIsThatOfASpace() {
    Sentences corpus = Sentences.random(4, 30, 13);
    NormVariation measure = new NormVariation(13);
    SpaceGeometry space = SpaceGeometry.of(13);
    for (Sentence sentence : corpus.list()) {
      for (float[] token : List.of(sentence.tokens())) {
        measure.add(token, 0);
        space.add(token);
      }
    }
    assertThat(measure.result().normVariation())
        .isCloseTo(space.result().normVariation(), within(ROUNDING));
  }
}
