package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Intra-sentence similarity: the mean cosine of a sentence's tokens with the mean of its (raw)
 * token vectors; of a layer, the mean over sentences, each counting alike.
 *
 * <p>With U the sum of a sentence's unit vectors and R the sum of its raw vectors, the mean of
 * cos(x_i, R/n) over its n tokens is U.R / (n|R|): one pass. Where R = 0 it is 0.
 *
 * <p>Source: Ethayarajh, "How Contextual are Contextualized Word Representations?" (EMNLP 2019),
 * definition 2.
 */
public final class IntraSentenceSimilarity
    implements Accumulator<IntraSentenceSimilarity, IntraSentenceSimilarity.Result> {
  private static final String FORMAT = "IntraSentenceSimilarity 1";

  private double sum;
  private long sentences;
  private long tokens;

  private final double[] row; // [d]
  private final double[] unitSum; // [d]
  private final double[] rawSum; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public IntraSentenceSimilarity(int dimension) {
    row = new double[Vectors.dimension(dimension)];
    unitSum = new double[dimension];
    rawSum = new double[dimension];
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
    Arrays.fill(rawSum, 0);
    for (int t = 0; t < count; t++) {
      double squaredNorm = Vectors.load(tokens, offset + t * d, row);
      Vectors.addScaled(unitSum, row, Vectors.inverseNorm(squaredNorm));
      Vectors.add(rawSum, row);
    }
    addSums(unitSum, rawSum, count);
  }

  /** Adds one sentence by the sums of its tokens' unit and raw vectors. */
  void addSums(double[] unitSum, double[] rawSum, int count) {
    double norm = Math.sqrt(Vectors.dot(rawSum, rawSum));
    sum += norm == 0 ? 0 : Vectors.cosine(Vectors.dot(unitSum, rawSum) / (count * norm));
    sentences++;
    tokens += count;
  }

  @Override
  public void merge(IntraSentenceSimilarity other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    sum += other.sum;
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
    out.writeDouble(sum);
    out.writeLong(sentences);
    out.writeLong(tokens);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static IntraSentenceSimilarity read(DataInput in) throws IOException {
    IntraSentenceSimilarity read =
        new IntraSentenceSimilarity(AccumulatorFormat.requireDimension(in, FORMAT));
    read.sum = AccumulatorFormat.number(in);
    read.sentences = AccumulatorFormat.count(in);
    read.tokens = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    return new Result(sentences, tokens, sentences == 0 ? null : sum / sentences);
  }

  /**
   * The figure.
   *
   * @param sentences seen
   * @param tokens seen
   * @param intraSentenceSimilarity -1 to 1 (1 where every sentence's tokens point one way);
   *     undefined without a sentence
   */
  public record Result(long sentences, long tokens, @Nullable Double intraSentenceSimilarity) {}
}
