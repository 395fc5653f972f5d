package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;

class JackknifeTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static final int DIMENSION = 6;

  private static final int TYPES = 15;

  /** Sentences of one simulated sample: three or four a group. */
  private static final int SENTENCES = 200;

  private static final int SIMULATIONS = 1000;

  /** Sentences that give the true figures: their own error is a twentieth of that of one sample. */
  private static final int POPULATION = 80_000;

  /**
   * Of 1000 intervals that hold the truth with probability .95, 932 to 967 do for all but 1 of 100
   * seeds; under a point more on both sides for the interval's own approximation.
   */
  private static final double LOWEST_COVERAGE = 0.925;

  private static final double HIGHEST_COVERAGE = 0.975;

  /** What the tokens of a sentence share; without it they would be independent. */
  private static double[] gaussian(Random random, double scale) {
    double[] x = new double[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      x[j] = scale * random.nextGaussian();
    }
    return x;
  }

  /** A sentence of correlated tokens: a common vector, one of each type, the sentence's, noise. */
  private static Sentence sentence(Random random, double[][] ofType) {
    int count = 3 + random.nextInt(8);
    double[] ofSentence = gaussian(random, 0.8);
    int[] types = new int[count];
    float[][] tokens = new float[count][DIMENSION];
    for (int t = 0; t < count; t++) {
      types[t] = random.nextInt(TYPES);
      double[] noise = gaussian(random, 0.5);
      for (int j = 0; j < DIMENSION; j++) {
        double common = j == 1 ? 1.5 : 0;
        tokens[t][j] = (float) (common + ofType[types[t]][j] + ofSentence[j] + noise[j]);
      }
    }
    return new Sentence(types, tokens);
  }

  private static double[][] typeVectors() {
    Random random = new Random(99);
    double[][] ofType = new double[TYPES][];
    for (int type = 0; type < TYPES; type++) {
      ofType[type] = gaussian(random, 0.7);
    }
    return ofType;
  }

  @Test
  void intervalsHoldTheTruthAsOftenAsTheySay() {
    double[][] ofType = typeVectors();
    Random random = new Random(77);
    Anisotropy anisotropy = new Anisotropy(DIMENSION);
    IntraSentenceSimilarity intra = new IntraSentenceSimilarity(DIMENSION);
    TokenNorm norm = new TokenNorm(DIMENSION);
    CentroidNorm centroid = new CentroidNorm(DIMENSION);
    SelfSimilarity self = new SelfSimilarity(DIMENSION);
    for (int s = 0; s < POPULATION; s++) {
      Sentence sentence = sentence(random, ofType);
      float[] tokens = sentence.flat(0);
      int count = sentence.types().length;
      anisotropy.addSentence(tokens, 0, count);
      intra.addSentence(tokens, 0, count);
      self.addSentence(sentence.types(), 0, tokens, 0, count);
      for (int t = 0; t < count; t++) {
        norm.add(tokens, t * DIMENSION);
        centroid.add(tokens, t * DIMENSION);
      }
    }
    double trueAnisotropy = anisotropy.result().anisotropy();
    double trueIntra = intra.result().intraSentenceSimilarity();
    double[] truth = {
      trueAnisotropy,
      trueIntra,
      trueIntra - trueAnisotropy,
      norm.result().meanNorm(),
      centroid.result().centroidNorm(),
      self.result().selfSimilarity()
    };
    double[] coverage = new double[truth.length];
    double tokensAlone = 0;
    for (int round = 0; round < SIMULATIONS; round++) {
      SentenceJackknife jackknife = new SentenceJackknife(DIMENSION);
      SentenceJackknife asIfIndependent = new SentenceJackknife(DIMENSION);
      SelfSimilarityJackknife selfJackknife =
          new SelfSimilarityJackknife(DIMENSION, type -> true, 32);
      long token = 0;
      for (int s = 0; s < SENTENCES; s++) {
        Sentence sentence = sentence(random, ofType);
        float[] tokens = sentence.flat(0);
        int count = sentence.types().length;
        jackknife.addSentence(s, tokens, 0, count);
        selfJackknife.addSentence(s, sentence.types(), 0, tokens, 0, count);
        for (int t = 0; t < count; t++) {
          asIfIndependent.addSentence(token++, tokens, t * DIMENSION, 1);
        }
      }
      SentenceJackknife.Result result = jackknife.result();
      JackknifeInterval[] intervals = {
        result.anisotropy(),
        result.intraSentenceSimilarity(),
        result.adjustedIntraSentenceSimilarity(),
        result.meanNorm(),
        result.centroidNorm(),
        selfJackknife.result().interval()
      };
      for (int k = 0; k < truth.length; k++) {
        coverage[k] += holds(intervals[k], truth[k]) / SIMULATIONS;
      }
      tokensAlone += holds(asIfIndependent.result().meanNorm(), truth[3]) / SIMULATIONS;
    }
    for (double rate : coverage) {
      assertThat(rate)
          .as("of %s", Arrays.toString(coverage))
          .isBetween(LOWEST_COVERAGE, HIGHEST_COVERAGE);
    }
    assertThat(tokensAlone).as("were each token a sentence").isLessThan(LOWEST_COVERAGE - 0.05);
  }

  /** Types in 2 sentences each have no similarity without one of them; more is too wide. */
  @Test
  void intervalsHoldTheTruthForRareTypesToo() {
    Random random = new Random(78);
    int types = 60;
    double[][] ofType = new double[types][];
    for (int type = 0; type < types; type++) {
      ofType[type] = gaussian(random, 0.7);
    }
    for (int sentences : new int[] {2, 3, 10}) {
      double truth = 0;
      for (double[] x : ofType) {
        truth += similarity(random, x, 400) / types;
      }
      int held = 0;
      int rounds = 200;
      for (int round = 0; round < rounds; round++) {
        SelfSimilarityJackknife jackknife =
            new SelfSimilarityJackknife(DIMENSION, type -> true, 32);
        int number = 0;
        for (int s = 0; s < sentences; s++) {
          for (int type = 0; type < types; type++) {
            // Five occurrences in all, so that it counts: further ones of a sentence do not.
            int count = s == 0 ? 5 : 1;
            float[] tokens = new float[count * DIMENSION];
            float[] x = occurrence(random, ofType[type]);
            for (int t = 0; t < count; t++) {
              System.arraycopy(x, 0, tokens, t * DIMENSION, DIMENSION);
            }
            int[] same = new int[count];
            Arrays.fill(same, type);
            jackknife.addSentence(number++, same, 0, tokens, 0, count);
          }
          number += 7; // so that a type's sentences are in different groups
        }
        held += (int) holds(jackknife.result().interval(), truth);
      }
      assertThat(held / (double) rounds).as("%d sentences", sentences).isBetween(0.92, 1.0);
    }
  }

  private static float[] occurrence(Random random, double[] ofType) {
    float[] x = new float[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      x[j] = (float) (ofType[j] + 0.8 * random.nextGaussian());
    }
    return x;
  }

  /** Mean cosine of pairs of different occurrences. */
  private static double similarity(Random random, double[] ofType, int pairs) {
    double sum = 0;
    for (int i = 0; i < pairs; i++) {
      sum += Cosine.of(occurrence(random, ofType), occurrence(random, ofType)) / pairs;
    }
    return sum;
  }

  private static double holds(JackknifeInterval interval, double truth) {
    return interval.low() <= truth && truth <= interval.high() ? 1 : 0;
  }

  @Test
  void errorOfAMeanIsTheTextbooks() {
    // One sentence of one token a group: the mean norm's error is sd / sqrt(n).
    SentenceJackknife jackknife = new SentenceJackknife(1);
    Random random = new Random(2);
    double[] norms = new double[SentenceJackknife.GROUPS];
    for (int s = 0; s < norms.length; s++) {
      norms[s] = random.nextFloat();
      jackknife.addSentence(1000 + s, new float[] {(float) norms[s]}, 0, 1);
    }
    double mean = Arrays.stream(norms).average().orElseThrow();
    double squares = Arrays.stream(norms).map(x -> (x - mean) * (x - mean)).sum();
    JackknifeInterval interval = jackknife.result().meanNorm();
    double error = Math.sqrt(squares / 63 / 64);
    assertThat(interval.figure()).isCloseTo(mean, ROUNDING);
    assertThat(interval.standardError()).isCloseTo(error, ROUNDING);
    assertThat(interval.high() - interval.figure()).isCloseTo(1.9983405 * error, within(1e-8));
    assertThat(interval.figure() - interval.low())
        .isCloseTo(interval.high() - interval.figure(), ROUNDING);
  }

  @Test
  void theErrorOfAMeanOfGroupsIsThatOfTheGroupsMeans() {
    // Groups of one size: their means are independent values.
    double[] means = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
    double[] values = new double[24];
    int[] groups = new int[24];
    for (int i = 0; i < 24; i++) {
      values[i] = means[i / 2] + (i % 2 == 0 ? 7 : -7);
      groups[i] = 1000 - i / 2;
    }
    double mean = Arrays.stream(means).average().orElseThrow();
    double variance = Arrays.stream(means).map(x -> (x - mean) * (x - mean)).sum() / 11;

    JackknifeInterval interval = JackknifeInterval.ofMean(values, groups);

    assertThat(interval.figure()).isCloseTo(mean, ROUNDING);
    assertThat(interval.standardError()).isCloseTo(Math.sqrt(variance / 12), ROUNDING);
    assertThat(JackknifeInterval.ofMean(means, new int[12])).as("one group").isNull();
    assertThat(JackknifeInterval.ofMean(new double[0], new int[0])).isNull();
    assertThatThrownBy(() -> JackknifeInterval.ofMean(means, new int[11]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void studentsQuantiles() {
    // scipy.stats.t.ppf(.975, nu)
    double[][] known = {
      {9, 2.2621571628}, {15, 2.1314495456}, {31, 2.0395134464}, {63, 1.9983405417}
    };
    for (double[] pair : known) {
      assertThat(JackknifeInterval.studentQuantile(pair[0])).isCloseTo(pair[1], within(1e-4));
    }
  }

  @Test
  void noErrorWhereAllSentencesAreAlike() {
    SentenceJackknife jackknife = new SentenceJackknife(2);
    SelfSimilarityJackknife self = new SelfSimilarityJackknife(2, type -> true, 10);
    for (int s = 0; s < 100; s++) {
      jackknife.addSentence(s, new float[] {3, 4}, 0, 1);
      self.addSentence(s, new int[] {1}, 0, new float[] {3, 4}, 0, 1);
    }
    assertThat(jackknife.result().meanNorm()).isEqualTo(new JackknifeInterval(5, 0, 5, 5));
    assertThat(jackknife.result().anisotropy().standardError()).isCloseTo(0, ROUNDING);
    assertThat(self.result().interval().standardError()).isCloseTo(0, ROUNDING);
  }

  @Test
  void undefinedForFewGroups() {
    SentenceJackknife jackknife = new SentenceJackknife(1);
    SelfSimilarityJackknife self = new SelfSimilarityJackknife(1, type -> true, 12);
    for (int s = 0; s < 9; s++) {
      jackknife.addSentence(s, new float[] {s}, 0, 1);
      jackknife.addSentence(s + 64, new float[] {s}, 0, 1); // the same group
      self.addSentence(s, new int[] {3}, 0, new float[] {1}, 0, 1);
    }
    assertThat(jackknife.result())
        .isEqualTo(new SentenceJackknife.Result(18, 9, null, null, null, null, null));
    assertThat(self.result()).isEqualTo(new SelfSimilarityJackknife.Result(9, 1, 1.0, null));
    jackknife.addSentence(63, new float[] {1}, 0, 1);
    assertThat(jackknife.result().meanNorm()).isNotNull();
  }

  @Test
  void figuresAreThoseOfTheMeasures() {
    Sentences corpus = Sentences.random(41, 200, 7);
    SentenceJackknife jackknife = new SentenceJackknife(7);
    SelfSimilarityJackknife self = new SelfSimilarityJackknife(7, type -> type < 6, 20);
    LayerGeometry layer = new LayerGeometry(7, false, type -> type < 6);
    for (int s = 0; s < corpus.list().size(); s++) {
      Sentence sentence = corpus.list().get(s);
      float[] tokens = sentence.flat(0);
      int count = sentence.types().length;
      jackknife.addSentence(s, tokens, 0, count);
      self.addSentence(s, sentence.types(), 0, tokens, 0, count);
      layer.addSentence(sentence.types(), 0, tokens, 0, count);
    }
    LayerGeometry.Result expected = layer.result();
    SentenceJackknife.Result result = jackknife.result();
    assertThat(result.sentences()).isEqualTo(200);
    assertThat(result.groups()).isEqualTo(64);
    assertThat(result.anisotropy().figure()).isCloseTo(expected.anisotropy(), ROUNDING);
    assertThat(result.adjustedIntraSentenceSimilarity().figure())
        .isCloseTo(expected.adjustedIntraSentenceSimilarity(), ROUNDING);
    assertThat(result.meanNorm().figure()).isCloseTo(expected.meanNorm(), ROUNDING);
    assertThat(result.centroidNorm().figure()).isCloseTo(expected.centroidNorm(), ROUNDING);
    assertThat(self.result().selfSimilarity()).isCloseTo(expected.selfSimilarity(), ROUNDING);
    assertThat(self.result().types()).isEqualTo(expected.types().size());
  }

  @Test
  void refusesNegativeNumbersAndFewOrOtherGroups() {
    assertThatThrownBy(() -> new SentenceJackknife(1).addSentence(-1, new float[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    SelfSimilarityJackknife self = new SelfSimilarityJackknife(1, type -> true, 10);
    assertThatThrownBy(() -> self.addSentence(-1, new int[1], 0, new float[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> self.merge(new SelfSimilarityJackknife(1, type -> true, 11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 and 11");
    assertThatThrownBy(() -> new SelfSimilarityJackknife(1, type -> true, 9))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
