package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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
  private static final String FORMAT = "Anisotropy 1";

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
    this(new double[Vectors.dimension(dimension)]);
  }

  private Anisotropy(double[] sumOfMeans) {
    this.sumOfMeans = sumOfMeans;
    row = new double[sumOfMeans.length];
    unitSum = new double[sumOfMeans.length];
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

  /** The dimension d. */
  int dimension() {
    return row.length;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, row.length);
    AccumulatorFormat.write(out, sumOfMeans);
    out.writeDouble(sumOfSquaredMeans);
    out.writeLong(sentences);
    out.writeLong(tokens);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static Anisotropy read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    Anisotropy read = new Anisotropy(AccumulatorFormat.doubles(in, dimension));
    read.sumOfSquaredMeans = AccumulatorFormat.number(in);
    read.sentences = AccumulatorFormat.count(in);
    read.tokens = AccumulatorFormat.count(in);
    return read;
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
