package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sentence correlation: how alike the directions of different tokens of one sentence are, beyond
 * those of tokens of different sentences.
 *
 * <pre>
 *   W   = mean over sentences of (|U|^2 - L) / (L(L-1))   U = sum u, over the sentence's L tokens
 *   rho = (W - A) / (1 - A)                               A = {@link Anisotropy}
 * </pre>
 *
 * <p>W, the within-sentence cosine, is the exact mean cosine of different tokens of a sentence,
 * each sentence counting alike; those of one token have none and are left out, but count in A.
 * Other than in {@link IntraSentenceSimilarity}, no token is compared with itself: where tokens are
 * independent given nothing but a common mean, W = A and rho = 0 whatever the length of the
 * sentences, and where a sentence's tokens are all alike rho = 1. In the model x = m + b + e of a
 * common mean m, a sentence's part b and the token's own e, all of constant length, rho is |b|^2 /
 * (|b|^2 + |e|^2): moving the cloud, which changes m, leaves it alone.
 *
 * <p>Invariant under rotation and under scale, of each vector by itself too. Cost: a few
 * multiply-adds an element.
 *
 * <p>Source: the intraclass correlation of an analysis of variance, with cosines for products:
 * Donner, "A Review of Inference Procedures for the Intraclass Correlation Coefficient in the
 * One-Way Random Effects Model" (International Statistical Review 54, 1986).
 */
public final class SentenceCorrelation
    implements Accumulator<SentenceCorrelation, SentenceCorrelation.Result> {
  private static final String FORMAT = "SentenceCorrelation 1";

  /** A is 1 up to rounding where 1 - A is less. */
  private static final double ROUNDING = 1e-12;

  private final Anisotropy anisotropy;
  private double sum; // of the sentences' mean cosines
  private long sentences; // of 2 tokens or more

  private final double[] row; // [d]
  private final double[] unitSum; // [d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public SentenceCorrelation(int dimension) {
    this(new Anisotropy(dimension));
  }

  private SentenceCorrelation(Anisotropy anisotropy) {
    this.anisotropy = anisotropy;
    row = new double[anisotropy.dimension()];
    unitSum = new double[anisotropy.dimension()];
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
    int nonZero = 0;
    for (int t = 0; t < count; t++) {
      double squaredNorm = Vectors.load(tokens, offset + t * d, row);
      Vectors.addScaled(unitSum, row, Vectors.inverseNorm(squaredNorm));
      nonZero += squaredNorm == 0 ? 0 : 1;
    }
    anisotropy.addUnitSum(unitSum, count);
    if (count > 1) {
      sum += Vectors.meanOffDiagonal(unitSum, count, nonZero);
      sentences++;
    }
  }

  @Override
  public void merge(SentenceCorrelation other) {
    Vectors.checkMerge(this, other, row.length, other.row.length);
    anisotropy.merge(other.anisotropy);
    sum += other.sum;
    sentences += other.sentences;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    anisotropy.write(out);
    out.writeDouble(sum);
    out.writeLong(sentences);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static SentenceCorrelation read(DataInput in) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    SentenceCorrelation read = new SentenceCorrelation(Anisotropy.read(in));
    read.sum = AccumulatorFormat.number(in);
    read.sentences = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    Double within = sentences == 0 ? null : Vectors.cosine(sum / sentences);
    Double across = anisotropy.result().anisotropy();
    Double correlation =
        within == null || across == null || 1 - across < ROUNDING
            ? null
            : Double.valueOf((within - across) / (1 - across));
    return new Result(sentences, within, correlation);
  }

  /**
   * The figures.
   *
   * @param sentences of 2 tokens or more that were seen
   * @param withinSentenceCosine W, -1 to 1; undefined without a sentence of 2 tokens
   * @param sentenceCorrelation rho, at most 1; undefined where W is, for fewer than 2 sentences,
   *     and where all vectors point one way
   */
  public record Result(
      long sentences,
      @Nullable Double withinSentenceCosine,
      @Nullable Double sentenceCorrelation) {}
}
