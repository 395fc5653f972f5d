package org.isoscope.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Anisotropy of a layer: the expected cosine of two tokens of two different sentences, one drawn
 * uniformly from each.
 *
 * <p>With m_s the mean unit vector of sentence s and N sentences, the expectation over all ordered
 * pairs of different sentences is (|sum m|^2 - sum |m|^2) / (N(N-1)): exact, in one pass. 0 where
 * directions spread evenly, near 1 where all tokens lie in a narrow cone.
 *
 * <p>Source: Ethayarajh, "How Contextual are Contextualized Word Representations?" (EMNLP 2019),
 * section 4.1, and Xiao et al., arXiv 2212.09170, who estimate it from 1000 sampled tokens.
 */
public final class Anisotropy implements Accumulator<Anisotropy, Anisotropy.Result> {
  private final double[] sumOfMeans; // [d]
  private double sumOfSquaredMeans;
  private long sentences;
  private long tokens;

  private final double[] row; // [d]
  private final double[] unitSum; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public Anisotropy(int dimension) {
    sumOfMeans = new double[Vectors.dimension(dimension)];
    row = new double[dimension];
    unitSum = new double[dimension];
  }

  /**
   * Adds one sentence.
   *
   * @param tokens holds its token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(float[] tokens, int offset, int count) {
    int d = row.length;
    Vectors.checkSentence(count, d, offset, tokens.length);
    Arrays.fill(unitSum, 0);
    for (int t = 0; t < count; t++) {
      double squaredNorm = Vectors.load(tokens, offset + t * d, row);
      Vectors.addScaled(unitSum, row, Vectors.inverseNorm(squaredNorm));
    }
    addUnitSum(unitSum, count);
  }

  /** Adds one sentence by the sum of its tokens' unit vectors. */
  void addUnitSum(double[] unitSum, int count) {
    Vectors.addScaled(sumOfMeans, unitSum, 1.0 / count);
    sumOfSquaredMeans += Vectors.dot(unitSum, unitSum) / ((double) count * count);
    sentences++;
    tokens += count;
  }

  @Override
  public void merge(Anisotropy other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    Vectors.add(sumOfMeans, other.sumOfMeans);
    sumOfSquaredMeans += other.sumOfSquaredMeans;
    sentences += other.sentences;
    tokens += other.tokens;
  }

  @Override
  public Result result() {
    if (sentences < 2) {
      return new Result(sentences, tokens, null);
    }
    double pairs = (double) sentences * (sentences - 1);
    double sum = Vectors.dot(sumOfMeans, sumOfMeans) - sumOfSquaredMeans;
    return new Result(sentences, tokens, Vectors.cosine(sum / pairs));
  }

  /**
   * The figure.
   *
   * @param sentences seen
   * @param tokens seen
   * @param anisotropy -1/(N-1) to 1; undefined for fewer than 2 sentences
   */
  public record Result(long sentences, long tokens, @Nullable Double anisotropy) {}
}
