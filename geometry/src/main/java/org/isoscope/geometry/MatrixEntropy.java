package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix entropy: over how many directions a sentence spreads its tokens; of a layer, the mean over
 * sentences, each counting alike.
 *
 * <pre>
 *   S = -sum p_k log p_k,  p = eigenvalues of X X^T / tr(X X^T),  X the sentence's tokens, [L, d]
 * </pre>
 *
 * <p>0 where all tokens lie on one line, log min(L, d) where they are orthogonal and of one length,
 * in nats; exp S is an effective number of directions. Longer sentences have more: compare it over
 * one text. The tokens are taken as they are, neither centred nor scaled, so that one token of
 * great length lowers it.
 *
 * <p>Of a sentence of more than {@value #LONGEST} tokens the first {@value #LONGEST} count: the
 * cost of eigenvalues grows with the cube of L.
 *
 * <p>Invariant under rotation and scale. Cost: L d / 2 multiply-adds a token for the products, and
 * some 10 L^2 for the eigenvalues: a fifth of {@link Covariance}'s for sentences of 16 tokens in
 * 384 dimensions, about as much for those of {@value #LONGEST}.
 *
 * <p>Source: Skean et al., "Layer by Layer: Uncovering Hidden Representations in Language Models"
 * (ICML 2025), section 3, prompt entropy with alpha = 1; Giraldo, Rao and Principe, "Measures of
 * Entropy from Data Using Infinitely Divisible Kernels" (IEEE Transactions on Information Theory
 * 61, 2015).
 */
public final class MatrixEntropy implements Accumulator<MatrixEntropy, MatrixEntropy.Result> {
  private static final String FORMAT = "MatrixEntropy 1";

  /** Tokens of a sentence that count, at most. */
  public static final int LONGEST = 64;

  private final int dimension;
  private double sum;
  private long sentences;

  private double[][] rows = new double[0][]; // [tokens of the longest sentence][d]

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public MatrixEntropy(int dimension) {
    this.dimension = Vectors.dimension(dimension);
  }

  /**
   * Adds one sentence.
   *
   * @param tokens holds its token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(float[] tokens, int offset, int count) {
    Vectors.checkSentence(count, dimension, offset, tokens.length);
    int length = Math.min(LONGEST, count);
    int allocated = rows.length;
    if (allocated < length) {
      rows = Arrays.copyOf(rows, length);
      for (int t = allocated; t < length; t++) {
        rows[t] = new double[dimension];
      }
    }
    double trace = 0;
    for (int t = 0; t < length; t++) {
      trace += Vectors.load(tokens, offset + t * dimension, rows[t]);
    }
    if (trace > 0) {
      sum += length == 1 ? 0 : entropy(length, trace);
      sentences++;
    }
  }

  private double entropy(int count, double trace) {
    double[][] gram = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k <= i; k++) {
        gram[i][k] = Vectors.dot(rows[i], rows[k]) / trace;
        gram[k][i] = gram[i][k];
      }
    }
    double entropy = 0;
    for (double p : PrincipalAxes.eigenvalues(gram)) {
      entropy -= p > 0 ? p * Math.log(p) : 0; // none is negative but by rounding
    }
    return Math.max(0, entropy);
  }

  @Override
  public void merge(MatrixEntropy other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    sum += other.sum;
    sentences += other.sentences;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeDouble(sum);
    out.writeLong(sentences);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static MatrixEntropy read(DataInput in) throws IOException {
    MatrixEntropy read = new MatrixEntropy(AccumulatorFormat.requireDimension(in, FORMAT));
    read.sum = AccumulatorFormat.number(in);
    read.sentences = AccumulatorFormat.count(in);
    return read;
  }

  @Override
  public Result result() {
    return new Result(sentences, sentences == 0 ? null : sum / sentences);
  }

  /**
   * The figure.
   *
   * @param sentences seen with a token that is not zero
   * @param matrixEntropy in nats, 0 or more; undefined without such a sentence
   */
  public record Result(long sentences, @Nullable Double matrixEntropy) {}
}
