package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * Maximum explainable variance of token types: the share of a type's occurrences that its best
 * static vector could explain; of a layer, the mean over types, each counting alike.
 *
 * <p>With s_1 >= s_2 >= ... the singular values of the matrix {@code [n, d]} of a type's
 * occurrences in different sentences (the first one in each), it is s_1^2 / sum s_i^2. 1 where all
 * occurrences lie on one line through the origin; at least 1/min(n, d), which makes types of
 * different n hard to compare where n is small.
 *
 * <p><b>Variants.</b> This is the formula as printed: the occurrences are <em>not</em> centred, so
 * that their common direction counts. The code published with the paper takes the ratio from
 * scikit-learn's {@code PCA} instead, which removes the mean of the occurrences: the share of their
 * variance around it, a smaller figure. (Its baseline comes from {@code TruncatedSVD}, whose ratio
 * is a third: the variance along the uncentred first direction over the variance around the mean.)
 *
 * <p><b>Baseline.</b> The paper's adjusted figure is this one less that of random tokens. For the
 * latter feed one random token a sentence, all as one type.
 *
 * <p><b>Memory.</b> Up to {@code cap} occurrences of each type, 4 cap d bytes: exact for types in
 * at most cap sentences. Of others a uniform sample of cap sentences is kept: those whose numbers
 * have the lowest hashes under the seed, whatever the order, threads and merges. Cost of the
 * result: for each type its Gram matrix and that matrix's eigenvalues, O(n^2 d + n^3), n at most
 * cap.
 *
 * <p>Source: Ethayarajh, "How Contextual are Contextualized Word Representations?" (EMNLP 2019),
 * definition 3.
 */
public final class MaximumExplainableVariance
    implements Accumulator<MaximumExplainableVariance, MaximumExplainableVariance.Result> {
  private static final String FORMAT = "MaximumExplainableVariance 1";

  private final int dimension;
  private final IntPredicate kept;
  private final int cap;
  private final long seed;
  private final Map<Integer, Occurrences> types = new HashMap<>();
  private long sentences;

  private final double[] row; // [d]

  /** What is kept of one type. */
  private static final class Occurrences {
    final TreeMap<Long, float[]> sample = new TreeMap<>(); // by the hash of the sentence's number
    long occurrences;
    long sentences;

    void add(long hash, float[] vector, int cap) {
      sample.put(hash, vector);
      if (sample.size() > cap) {
        sample.pollLastEntry();
      }
    }
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param kept the types to keep; others are passed over
   * @param cap occurrences kept of a type at most, at least 2
   * @param seed of the sample where a type has more
   */
  public MaximumExplainableVariance(int dimension, IntPredicate kept, int cap, long seed) {
    if (cap < 2) {
      throw new IllegalArgumentException("a cap of " + cap + " occurrences is below 2");
    }
    this.dimension = Vectors.dimension(dimension);
    this.kept = kept;
    this.cap = cap;
    this.seed = seed;
    row = new double[dimension];
  }

  /**
   * Adds one sentence: each type's first occurrence is kept, further ones are counted.
   *
   * @param number of the sentence in the corpus; no two sentences share one
   * @param types holds the type of each token, any int
   * @param typesOffset of the first token's type
   * @param tokens holds the token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(
      long number, int[] types, int typesOffset, float[] tokens, int offset, int count) {
    Vectors.checkSentence(count, dimension, offset, tokens.length);
    Objects.checkFromIndexSize(typesOffset, count, types.length);
    for (int t = 0; t < count; t++) {
      Vectors.load(tokens, offset + t * dimension, row);
    }
    sentences++;
    long hash = RowSample.rank(seed, number);
    for (int t = 0; t < count; t++) {
      int type = types[typesOffset + t];
      if (!kept.test(type)) {
        continue;
      }
      Occurrences of = this.types.computeIfAbsent(type, unused -> new Occurrences());
      of.occurrences++;
      if (occursBefore(types, typesOffset, t)) {
        continue;
      }
      of.sentences++;
      if (of.sample.size() < cap || hash < of.sample.lastKey()) {
        float[] vector = new float[dimension];
        System.arraycopy(tokens, offset + t * dimension, vector, 0, dimension);
        of.add(hash, vector, cap);
      }
    }
  }

  private static boolean occursBefore(int[] types, int offset, int t) {
    for (int i = 0; i < t; i++) {
      if (types[offset + i] == types[offset + t]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void merge(MaximumExplainableVariance other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if (cap != other.cap || seed != other.seed) {
      throw new IllegalArgumentException("the caps or the seeds of the samples differ");
    }
    sentences += other.sentences;
    other.types.forEach(
        (type, theirs) -> {
          Occurrences ours = types.computeIfAbsent(type, unused -> new Occurrences());
          // Vectors are never written to: both may hold the same ones.
          theirs.sample.forEach((hash, vector) -> ours.add(hash, vector, cap));
          ours.occurrences += theirs.occurrences;
          ours.sentences += theirs.sentences;
        });
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeInt(cap);
    out.writeLong(seed);
    out.writeLong(sentences);
    out.writeInt(types.size());
    for (Map.Entry<Integer, Occurrences> type : new TreeMap<>(types).entrySet()) {
      Occurrences of = type.getValue();
      out.writeInt(type.getKey());
      out.writeLong(of.occurrences);
      out.writeLong(of.sentences);
      out.writeInt(of.sample.size());
      for (Map.Entry<Long, float[]> drawn : of.sample.entrySet()) {
        out.writeLong(drawn.getKey());
        AccumulatorFormat.write(out, drawn.getValue());
      }
    }
  }

  /**
   * Reads one that was written.
   *
   * @param kept the types to keep of what is added from here on; those that were kept stay
   * @throws IOException where the bytes are not the state of one
   */
  public static MaximumExplainableVariance read(DataInput in, IntPredicate kept)
      throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    int cap = AccumulatorFormat.size(in, "as a cap", 2, Integer.MAX_VALUE);
    MaximumExplainableVariance read =
        new MaximumExplainableVariance(dimension, kept, cap, in.readLong());
    read.sentences = AccumulatorFormat.count(in);
    int types = AccumulatorFormat.size(in, "types", 0, Integer.MAX_VALUE);
    for (int i = 0; i < types; i++) {
      int type = in.readInt();
      Occurrences of = new Occurrences();
      of.occurrences = AccumulatorFormat.count(in);
      of.sentences = AccumulatorFormat.count(in, Math.min(of.occurrences, read.sentences));
      int drawn = AccumulatorFormat.size(in, "occurrences drawn", 0, cap);
      for (int k = 0; k < drawn; k++) {
        long hash = in.readLong();
        AccumulatorFormat.require(
            of.sample.isEmpty() || hash > of.sample.lastKey(), "a sample is not in order");
        of.sample.put(hash, AccumulatorFormat.floats(in, dimension));
      }
      AccumulatorFormat.require(
          read.types.put(type, of) == null, "type " + type + " is there twice");
    }
    return read;
  }

  @Override
  public Result result() {
    List<Type> counted = new ArrayList<>();
    types.forEach(
        (type, of) -> {
          if (of.occurrences >= SelfSimilarity.MIN_OCCURRENCES
              && of.sentences >= SelfSimilarity.MIN_SENTENCES) {
            Double share = share(of.sample.values());
            if (share != null) {
              counted.add(new Type(type, of.occurrences, of.sentences, of.sample.size(), share));
            }
          }
        });
    // Sorted before it is summed: no figure depends on the order of a hash map.
    counted.sort(
        Comparator.comparingLong(Type::occurrences).reversed().thenComparingInt(Type::type));
    double sum = 0;
    for (Type type : counted) {
      sum += type.maximumExplainableVariance();
    }
    return new Result(sentences, counted.isEmpty() ? null : sum / counted.size(), counted);
  }

  /** s_1^2 / sum s_i^2 of the rows; undefined where all are zero. */
  private @Nullable Double share(Collection<float[]> sample) {
    int n = sample.size();
    double[][] rows = new double[n][dimension];
    int k = 0;
    for (float[] vector : sample) {
      Vectors.load(vector, 0, rows[k++]);
    }
    // The eigenvalues of X X^T are those of X^T X and zeros: the smaller one is taken.
    double[][] x = n <= dimension ? rows : transposed(rows);
    DMatrixRMaj gram = new DMatrixRMaj(x.length, x.length);
    double trace = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j <= i; j++) {
        double product = Vectors.dot(x[i], x[j]);
        gram.set(i, j, product);
        gram.set(j, i, product);
      }
      trace += gram.get(i, i);
    }
    if (trace == 0) {
      return null;
    }
    EigenDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.eig(x.length, false, true);
    if (!decomposition.decompose(gram)) {
      throw new IllegalStateException("the eigenvalues of a Gram matrix do not converge");
    }
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, decomposition.getEigenvalue(i).getReal());
    }
    return Math.min(1, largest / trace);
  }

  private static double[][] transposed(double[][] rows) {
    double[][] columns = new double[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }

  /**
   * One token type.
   *
   * @param type its number
   * @param occurrences in the corpus, all of them
   * @param sentences it occurs in
   * @param used occurrences that the figure is of: sentences, or the cap
   * @param maximumExplainableVariance 1/min(used, d) to 1
   */
  public record Type(
      int type, long occurrences, long sentences, int used, double maximumExplainableVariance) {}

  /**
   * The figures.
   *
   * @param sentences seen
   * @param maximumExplainableVariance mean over the types that count, 0 to 1; undefined where none
   *     does
   * @param types those that count (as in {@link SelfSimilarity}, and with an occurrence other than
   *     zero), the most frequent first, equally frequent ones by number
   */
  public record Result(
      long sentences, @Nullable Double maximumExplainableVariance, List<Type> types) {
    /** Keeps its own copy of the list. */
    public Result {
      types = List.copyOf(types);
    }
  }
}
