package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Cosine;
import org.isoscope.results.Evaluation;
import org.isoscope.results.TokenView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Correlation with human scores and token cosines, on a small random model. */
final class QualityTest {
  /** Rounded to the nearest of these, and a little more for rounding before that. */
  private static final double FOUR_DECIMALS = 0.51e-4;

  /** Both sides take the same floats through a few hundred operations in double. */
  private static final double TOLERANCE = 1e-12;

  @TempDir static Path directory;

  private static Encoder encoder;

  @BeforeAll
  static void open() {
    encoder = TinyModel.open(TinyModel.write(directory, 21), 2);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void sentenceSimilarityIsTheCorrelationOfCosinesWithScores() {
    List<String> first = TinyModel.sentences(60, 1);
    List<String> second = TinyModel.sentences(60, 2);
    Random random = new Random(3);
    List<ScoredPairCorpus.ScoredPair> pairs = new ArrayList<>();
    double[] scores = new double[60];
    for (int i = 0; i < 60; i++) {
      scores[i] = random.nextInt(11) / 2.0; // with many ties, as people's scores have
      pairs.add(new ScoredPairCorpus.ScoredPair(first.get(i), second.get(i), scores[i]));
    }
    List<Pooling> poolings = List.of(Pooling.CLS, Pooling.MEAN);

    List<Evaluation.Set> sets =
        SemanticTextualSimilarity.evaluate(encoder, ScoredPairCorpus.of("set", pairs), poolings, 5);

    assertThat(sets).hasSize(2);
    for (int p = 0; p < 2; p++) {
      // In one pass over both columns, as evaluate does: the batches then give the same floats.
      List<String> both = new ArrayList<>(first);
      both.addAll(second);
      float[][] x =
          encoder.embed(encoder.tokenizer().tokenize(both), List.of(poolings.get(p))).get(0);
      double[] cosines = new double[60];
      for (int i = 0; i < 60; i++) {
        cosines[i] = cosine(x[i], x[60 + i]);
      }
      Evaluation.Set set = sets.get(p);
      assertThat(set.name()).isEqualTo("set");
      assertThat(set.pairs()).isEqualTo(60);
      assertThat(set.pooling()).isEqualTo(poolings.get(p).label());
      assertThat(set.step()).isEqualTo(5);
      assertThat(set.pearson()).isCloseTo(pearson(cosines, scores), within(TOLERANCE));
      assertThat(set.spearman())
          .isCloseTo(pearson(ranks(cosines), ranks(scores)), within(TOLERANCE))
          .isNotCloseTo(set.pearson(), within(1e-6));
    }
  }

  @Test
  void aQuarterOfTheDimensionsIsDrawnAnewAndAveraged() {
    // The score is the cosine of whole embeddings: a quarter of them says most of it, not all.
    List<String> first = TinyModel.sentences(60, 1);
    List<String> second = TinyModel.sentences(60, 2);
    List<String> both = new ArrayList<>(first);
    both.addAll(second);
    float[][] x = encoder.embed(encoder.tokenizer().tokenize(both), List.of(Pooling.MEAN)).get(0);
    List<ScoredPairCorpus.ScoredPair> pairs = new ArrayList<>();
    double[] scores = new double[60];
    for (int i = 0; i < 60; i++) {
      scores[i] = cosine(x[i], x[60 + i]);
      pairs.add(new ScoredPairCorpus.ScoredPair(first.get(i), second.get(i), scores[i]));
    }

    Evaluation.Set set =
        SemanticTextualSimilarity.evaluate(
                encoder, ScoredPairCorpus.of("set", pairs), List.of(Pooling.MEAN), null)
            .get(0);

    // Independent of the draws: mean over many quarters, drawn otherwise.
    Random random = new Random(9);
    int d = x[0].length;
    int draws = 400;
    double[] of = new double[draws];
    for (int k = 0; k < draws; k++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, d).boxed().toList());
      Collections.shuffle(order, random);
      double[] cosines = new double[60];
      for (int i = 0; i < 60; i++) {
        float[] a = new float[d / 4];
        float[] b = new float[d / 4];
        for (int j = 0; j < d / 4; j++) {
          a[j] = x[i][order.get(j)];
          b[j] = x[60 + i][order.get(j)];
        }
        cosines[i] = cosine(a, b);
      }
      of[k] = pearson(ranks(cosines), ranks(scores));
    }
    double mean = Arrays.stream(of).average().orElseThrow();
    double sd = Math.sqrt(Arrays.stream(of).map(v -> (v - mean) * (v - mean)).sum() / (draws - 1));
    assertThat(set.spearman()).isCloseTo(1, within(TOLERANCE));
    assertThat(set.quarterSpearman())
        .isCloseTo(mean, within(4 * sd / Math.sqrt(SemanticTextualSimilarity.DRAWS)))
        .isLessThan(0.99);
  }

  @Test
  void sentenceSimilarityOfConstantScoresIsUndefined() {
    ScoredPairCorpus pairs =
        ScoredPairCorpus.of(
            "set",
            List.of(
                new ScoredPairCorpus.ScoredPair("the cat", "a dog", 2),
                new ScoredPairCorpus.ScoredPair("the bird", "a fish", 2)));
    Evaluation.Set set =
        SemanticTextualSimilarity.evaluate(encoder, pairs, List.of(Pooling.MEAN), null).get(0);
    assertThat(set.spearman()).isNull();
    assertThat(set.pearson()).isNull();
    assertThat(set.quarterSpearman()).isNull();
    assertThat(set.step()).isNull();
  }

  @Test
  void tokenCosinesAreThoseOfTheHiddenStates() {
    TokenizedText text =
        encoder.tokenizer().tokenize(List.of("the dog sees the cat .", "playing", "a red boat"));
    assertThat(MeasuredTokens.tokens(encoder, text))
        .startsWith(
            List.of("[CLS]", "the", "dog", "sees", "the", "cat", ".", "[SEP]"),
            List.of("[CLS]", "p", "##l", "##a", "##y", "##ing", "[SEP]"));

    MeasuredTokens measured = MeasuredTokens.of(encoder, "before", null, text);
    List<TokenView.View> views = measured.views();

    assertThat(views).hasSize(3).allSatisfy(v -> assertThat(v.label()).isEqualTo("before"));
    for (int s = 0; s < 3; s++) {
      int sentence = s;
      int n = text.sentences().get(s).length;
      assertThat(views.get(s).layers()).hasSize(TinyModel.CONFIG.layers() + 1);
      encoder.forEachBatch(
          text,
          () -> "",
          (unused, batch) -> {
            for (int place = 0; place < batch.sentences().length; place++) {
              if (batch.sentences()[place] == sentence) {
                for (int layer = 0; layer < batch.layers().length; layer++) {
                  check(
                      views.get(sentence).layers().get(layer),
                      batch.layers()[layer],
                      batch.offsets()[place],
                      n);
                }
              }
            }
          });
    }
  }

  private static void check(List<List<Double>> cosines, float[] states, int row, int n) {
    int d = TinyModel.CONFIG.hiddenSize();
    assertThat(cosines).hasSize(n);
    for (int i = 0; i < n; i++) {
      assertThat(cosines.get(i)).hasSize(n);
      assertThat(cosines.get(i).get(i)).isEqualTo(1);
      for (int j = 0; j < n; j++) {
        assertThat(cosines.get(i).get(j)).isEqualTo(cosines.get(j).get(i));
        assertThat(cosines.get(i).get(j))
            .isCloseTo(
                cosine(
                    Arrays.copyOfRange(states, (row + i) * d, (row + i + 1) * d),
                    Arrays.copyOfRange(states, (row + j) * d, (row + j + 1) * d)),
                within(FOUR_DECIMALS));
      }
    }
  }

  @Test
  void theCosineOfAZeroVectorIsZero() {
    assertThat(Cosine.of(new float[] {0, 0}, new float[] {1, 2})).isZero();
    assertThat(Cosine.of(new float[] {3, 0}, new float[] {1, 1}))
        .isCloseTo(Math.sqrt(0.5), within(TOLERANCE));
    assertThat(Cosine.of(new float[] {3, 0}, new float[] {-2, 0})).isEqualTo(-1);
    assertThat(Cosine.of(new float[] {9, 1, 0}, 1, new float[] {0, 5, 9}, 0, 2)).isZero();
  }

  private static double cosine(float[] x, float[] y) {
    double dot = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      dot += (double) x[i] * y[i];
      xx += (double) x[i] * x[i];
      yy += (double) y[i] * y[i];
    }
    return dot / (Math.sqrt(xx) * Math.sqrt(yy));
  }

  private static double pearson(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElseThrow();
    double my = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** One plus the smaller ones, plus half of the other equal ones. */
  private static double[] ranks(double[] x) {
    double[] ranks = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      ranks[i] = 0.5;
      for (double other : x) {
        ranks[i] += other < x[i] ? 1 : other == x[i] ? 0.5 : 0;
      }
    }
    return ranks;
  }
}
