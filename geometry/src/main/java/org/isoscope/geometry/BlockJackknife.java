package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the claims about a model are measured by, over one text and a chosen list of token types of
 * two classes: each figure, what becomes of it without each block of sentences and without each
 * type, and how far these two go together. Sentences that depend on each other belong to one block.
 *
 * <p>With u = x/|x|, m_s the mean unit vector of sentence s, and pairs always of different blocks
 * where it says so:
 *
 * <pre>
 *   A      mean of m_s . m_s' over sentences of different blocks       expected cosine of two tokens
 *   A_e    the same of unit sentence embeddings
 *   s_t    mean cosine of different occurrences of type t;  s = mean over the types of a class
 *   B      mean cosine of occurrences of different types of the class, of different blocks
 *   rho    (s - B) / (1 - B)                                           type correlation
 *   W      mean over sentences of the mean cosine of two different tokens of the sentence
 *   omega  (W - A) / (1 - A)                                           sentence correlation
 *   I      mean over sentences of the mean cosine of a token with the sentence's mean vector
 * </pre>
 *
 * <p><b>Why rho and omega.</b> Let an occurrence of type t be x = m + t + e: m common to the class,
 * t to the type, e the context's, of mean 0 and independent of each other. In many dimensions norms
 * and inner products concentrate, so that with the expected squares of these parts
 *
 * <pre>
 *   s = (|m|^2 + |t|^2) / (|m|^2 + |t|^2 + |e|^2)      B = |m|^2 / (|m|^2 + |t|^2 + |e|^2)
 *   rho = |t|^2 / (|t|^2 + |e|^2)
 *   s - B = |t|^2 / (|m|^2 + |t|^2 + |e|^2)
 * </pre>
 *
 * <p>rho is the intraclass correlation: the share of the variance about m that the type explains, 1
 * where every occurrence of a type is alike, 0 where types differ no more than occurrences do. It
 * does not depend on m: adding one and the same vector to all leaves it alone, while the adjusted
 * self-similarity s - A rises whenever |m| falls. So does a common scale, or a rotation. The same
 * holds of a sentence's tokens, x = m + c + e with c common to the sentence: omega = |c|^2 / (|c|^2
 * + |e|^2), 0 for independent tokens. The cosine with the sentence's mean, I, contains the token
 * itself: independent tokens of sentences of L have I - A near sqrt((1 + (L - 1) A) / L) - A. Where
 * norms differ much within a class, or parts depend on each other, this holds about, not exactly.
 *
 * <p><b>Leaving out.</b> A sum over pairs of different blocks loses, without block k, the pairs
 * between k and the others: twice M_k . (M - M_k) with M_k the block's sum and M the whole. Without
 * a type it loses that type's pairs with the others. Without both it loses the two, less what they
 * have in common, which would be taken off twice. With M_t and M_tk the sums of the type and of the
 * type in the block that is twice
 *
 * <pre>
 *   M_tk . (M - M_t - M_k + M_tk) + (M_k - M_tk) . (M_t - M_tk)
 * </pre>
 *
 * <p>All are exact, from the sums that are kept. A block without a sentence changes nothing. Where
 * fewer than 2 occurrences of a type are left, its s_t is unknown and s is the mean over the
 * others.
 *
 * <p><b>Interaction.</b> delta_tb = m(-t,-b) - m(-t) - m(-b) + m is what leaving out type t and
 * block b does beyond what each does alone. Errors need the sum of its squares, of m or of a
 * difference of such figures, over all t and b; kept are {@value #PROJECTIONS} projections a type,
 * D_tk = sum_b r_tkb delta_tb, of random signs r that are the same in every state. The mean over k
 * of sum_t D_tk^2 has that sum of squares for expectation, and D is linear in m.
 *
 * <p>All figures are over all tokens given, special ones included, but for those of types. Memory:
 * 3 B d doubles, and d for each type and block that it occurs in. Cost: four passes over a vector.
 *
 * <p>Source: Ethayarajh (EMNLP 2019) for A, s and I; Xiao et al., arXiv 2212.09170, for s - A and I
 * - A; Shrout and Fleiss, "Intraclass Correlations" (Psychological Bulletin 86, 1979), one-way, for
 * rho and omega; Miller, "The Jackknife: A Review" (Biometrika 61, 1974).
 */
public final class BlockJackknife implements Accumulator<BlockJackknife, BlockJackknife.Result> {
  private static final String FORMAT = "BlockJackknife 1";

  /** Of 1: a mean cosine that is nearer to 1 leaves nothing to explain but rounding. */
  private static final double ROUNDING = 1e-12;

  /** Of the mean norm: floats carry 1e-7, so that a centroid nearer to the origin is at it. */
  private static final double AT_ORIGIN = 1e-6;

  /**
   * Of the interactions of a type. Of 30 types, 4 give the sum of squares to about a fifth of it.
   */
  static final int PROJECTIONS = 4;

  /** Types times blocks of one that was written, at most: what they lie in is made at once. */
  private static final int MOST_PLACES = 1 << 26;

  private final int dimension;
  private final int contentTypes;
  private final Block[] blocks;
  // [types][blocks], null where the type does not occur
  private final @Nullable Occurrences[][] occurrences;

  private final double[] unitSum; // [d]
  private final double[] rawSum; // [d]
  private final double[] row; // [d]
  private final double[] embeddingRow;

  /** Sums over the sentences of one block. */
  private static final class Block {
    final double[] sumOfMeans; // [d], of unit vectors
    final double[] rawSum; // [d]
    final double[] embeddingSum; // [d], of unit vectors
    long sentences;
    long ofTwo; // sentences of two tokens or more
    long tokens;
    long embeddings;
    double withinSum; // of W_s
    double intraSum;
    double normSum;

    Block(int dimension, int embeddingDimension) {
      this(new double[dimension], new double[dimension], new double[embeddingDimension]);
    }

    private Block(double[] sumOfMeans, double[] rawSum, double[] embeddingSum) {
      this.sumOfMeans = sumOfMeans;
      this.rawSum = rawSum;
      this.embeddingSum = embeddingSum;
    }

    void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, sumOfMeans);
      AccumulatorFormat.write(out, rawSum);
      AccumulatorFormat.write(out, embeddingSum);
      out.writeLong(sentences);
      out.writeLong(ofTwo);
      out.writeLong(tokens);
      out.writeLong(embeddings);
      out.writeDouble(withinSum);
      out.writeDouble(intraSum);
      out.writeDouble(normSum);
    }

    static Block read(DataInput in, int dimension, int embeddingDimension) throws IOException {
      Block read =
          new Block(
              AccumulatorFormat.doubles(in, dimension),
              AccumulatorFormat.doubles(in, dimension),
              AccumulatorFormat.doubles(in, embeddingDimension));
      read.sentences = AccumulatorFormat.count(in);
      read.ofTwo = AccumulatorFormat.count(in, read.sentences);
      read.tokens = AccumulatorFormat.count(in);
      read.embeddings = AccumulatorFormat.count(in);
      read.withinSum = AccumulatorFormat.number(in);
      read.intraSum = AccumulatorFormat.number(in);
      read.normSum = AccumulatorFormat.number(in);
      return read;
    }

    void add(Block other) {
      Vectors.add(sumOfMeans, other.sumOfMeans);
      Vectors.add(rawSum, other.rawSum);
      Vectors.add(embeddingSum, other.embeddingSum);
      sentences += other.sentences;
      ofTwo += other.ofTwo;
      tokens += other.tokens;
      embeddings += other.embeddings;
      withinSum += other.withinSum;
      intraSum += other.intraSum;
      normSum += other.normSum;
    }
  }

  /** Occurrences of one type in one block. */
  private static final class Occurrences {
    final double[] unitSum; // [d]
    long n;
    long nonZero;

    Occurrences(int dimension) {
      this(new double[dimension]);
    }

    private Occurrences(double[] unitSum) {
      this.unitSum = unitSum;
    }

    void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, unitSum);
      out.writeLong(n);
      out.writeLong(nonZero);
    }

    static Occurrences read(DataInput in, int dimension) throws IOException {
      Occurrences read = new Occurrences(AccumulatorFormat.doubles(in, dimension));
      read.n = AccumulatorFormat.count(in);
      read.nonZero = AccumulatorFormat.count(in, read.n);
      return read;
    }

    void add(Occurrences other) {
      Vectors.add(unitSum, other.unitSum);
      n += other.n;
      nonZero += other.nonZero;
    }
  }

  /** Makes an empty one, whose sentence embeddings are as wide as its tokens. */
  public BlockJackknife(int dimension, int blocks, int contentTypes, int functionTypes) {
    this(dimension, dimension, blocks, contentTypes, functionTypes);
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d of a token, at least 1
   * @param embeddingDimension of a sentence embedding, at least 1
   * @param blocks B, at least 1
   * @param contentTypes types of the first class, numbered from 0
   * @param functionTypes types of the second, numbered on from there
   */
  public BlockJackknife(
      int dimension, int embeddingDimension, int blocks, int contentTypes, int functionTypes) {
    this.dimension = Vectors.dimension(dimension);
    if (blocks < 1 || contentTypes < 0 || functionTypes < 0) {
      throw new IllegalArgumentException(
          blocks + " blocks, " + contentTypes + " and " + functionTypes + " types");
    }
    this.contentTypes = contentTypes;
    this.blocks = new Block[blocks];
    Arrays.setAll(this.blocks, unused -> new Block(dimension, embeddingDimension));
    occurrences = new @Nullable Occurrences[contentTypes + functionTypes][blocks];
    unitSum = new double[dimension];
    rawSum = new double[dimension];
    row = new double[dimension];
    embeddingRow = new double[Vectors.dimension(embeddingDimension)];
  }

  /**
   * Adds one sentence.
   *
   * @param block that it belongs to, 0 to B - 1
   * @param types the chosen types that are measured in this sentence
   * @param positions of their occurrences among its tokens, one for each of the types
   * @param tokens holds its token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(
      int block, int[] types, int[] positions, float[] tokens, int offset, int count) {
    Objects.checkIndex(block, blocks.length);
    Vectors.checkSentence(count, dimension, offset, tokens.length);
    if (types.length != positions.length) {
      throw new IllegalArgumentException(
          types.length + " types and " + positions.length + " positions");
    }
    for (int i = 0; i < types.length; i++) {
      Objects.checkIndex(types[i], occurrences.length);
      Objects.checkIndex(positions[i], count);
    }
    Arrays.fill(unitSum, 0);
    Arrays.fill(rawSum, 0);
    double norms = 0;
    long nonZero = 0;
    for (int t = 0; t < count; t++) {
      double squaredNorm = Vectors.load(tokens, offset + t * dimension, row);
      Vectors.addScaled(unitSum, row, Vectors.inverseNorm(squaredNorm));
      Vectors.add(rawSum, row);
      norms += Math.sqrt(squaredNorm);
      nonZero += squaredNorm == 0 ? 0 : 1;
    }
    Block of = blocks[block];
    Vectors.addScaled(of.sumOfMeans, unitSum, 1.0 / count);
    Vectors.add(of.rawSum, rawSum);
    of.sentences++;
    of.tokens += count;
    of.normSum += norms;
    double length = Math.sqrt(Vectors.dot(rawSum, rawSum));
    of.intraSum +=
        length == 0 ? 0 : Vectors.cosine(Vectors.dot(unitSum, rawSum) / (count * length));
    if (count > 1) {
      of.ofTwo++;
      of.withinSum += Vectors.meanOffDiagonal(unitSum, count, nonZero);
    }
    for (int i = 0; i < types.length; i++) {
      double squaredNorm = Vectors.load(tokens, offset + positions[i] * dimension, row);
      Occurrences here = occurrences(types[i], block);
      Vectors.addScaled(here.unitSum, row, Vectors.inverseNorm(squaredNorm));
      here.n++;
      here.nonZero += squaredNorm == 0 ? 0 : 1;
    }
  }

  /**
   * Adds a sentence's embedding.
   *
   * @param block that the sentence belongs to, 0 to B - 1
   * @param values holds it
   * @param offset of its first element; as many are read as an embedding has
   */
  public void addEmbedding(int block, float[] values, int offset) {
    Objects.checkIndex(block, blocks.length);
    double squaredNorm = Vectors.load(values, offset, embeddingRow);
    Vectors.addScaled(blocks[block].embeddingSum, embeddingRow, Vectors.inverseNorm(squaredNorm));
    blocks[block].embeddings++;
  }

  private Occurrences occurrences(int type, int block) {
    Occurrences here = occurrences[type][block];
    if (here == null) {
      here = new Occurrences(dimension);
      occurrences[type][block] = here;
    }
    return here;
  }

  @Override
  public void merge(BlockJackknife other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if (blocks.length != other.blocks.length
        || contentTypes != other.contentTypes
        || embeddingRow.length != other.embeddingRow.length
        || occurrences.length != other.occurrences.length) {
      throw new IllegalArgumentException("blocks or types differ");
    }
    for (int b = 0; b < blocks.length; b++) {
      blocks[b].add(other.blocks[b]);
    }
    for (int t = 0; t < occurrences.length; t++) {
      for (int b = 0; b < blocks.length; b++) {
        Occurrences theirs = other.occurrences[t][b];
        if (theirs != null) {
          occurrences(t, b).add(theirs);
        }
      }
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeInt(embeddingRow.length);
    out.writeInt(blocks.length);
    for (Block block : blocks) {
      block.write(out);
    }
    out.writeInt(contentTypes);
    out.writeInt(occurrences.length - contentTypes);
    for (@Nullable Occurrences[] ofType : occurrences) {
      out.writeInt((int) Arrays.stream(ofType).filter(Objects::nonNull).count());
      for (int b = 0; b < ofType.length; b++) {
        Occurrences of = ofType[b];
        if (of != null) {
          out.writeInt(b);
          of.write(out);
        }
      }
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static BlockJackknife read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    int embeddingDimension =
        AccumulatorFormat.size(in, "dimensions", 1, AccumulatorFormat.MOST_DIMENSIONS);
    int count = AccumulatorFormat.size(in, "blocks", 1, MOST_PLACES);
    List<Block> blocks = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      blocks.add(Block.read(in, dimension, embeddingDimension));
    }
    int most = MOST_PLACES / count;
    int contentTypes = AccumulatorFormat.size(in, "types", 0, most);
    int functionTypes = AccumulatorFormat.size(in, "types", 0, most - contentTypes);
    BlockJackknife read =
        new BlockJackknife(dimension, embeddingDimension, count, contentTypes, functionTypes);
    blocks.toArray(read.blocks);
    for (@Nullable Occurrences[] ofType : read.occurrences) {
      int filled = AccumulatorFormat.size(in, "blocks of a type", 0, count);
      int before = -1;
      for (int k = 0; k < filled; k++) {
        int b = AccumulatorFormat.size(in, "as a block's number", before + 1, count - 1);
        ofType[b] = Occurrences.read(in, dimension);
        before = b;
      }
    }
    return read;
  }

  @Override
  public Result result() {
    double[] anisotropy =
        acrossBlocks(
            Arrays.stream(blocks).map(block -> block.sumOfMeans).toArray(double[][]::new),
            Arrays.stream(blocks).mapToLong(block -> block.sentences).toArray());
    double[] ofEmbeddings =
        acrossBlocks(
            Arrays.stream(blocks).map(block -> block.embeddingSum).toArray(double[][]::new),
            Arrays.stream(blocks).mapToLong(block -> block.embeddings).toArray());
    double[] within =
        ratio(
            Arrays.stream(blocks).mapToDouble(block -> block.withinSum).toArray(),
            Arrays.stream(blocks).mapToLong(block -> block.ofTwo).toArray());
    double[] intra =
        ratio(
            Arrays.stream(blocks).mapToDouble(block -> block.intraSum).toArray(),
            Arrays.stream(blocks).mapToLong(block -> block.sentences).toArray());
    double[] meanNorm =
        ratio(
            Arrays.stream(blocks).mapToDouble(block -> block.normSum).toArray(),
            Arrays.stream(blocks).mapToLong(block -> block.tokens).toArray());
    double[] centroidNorm = centroidNorm();
    TypeClass content = typeClass(0, contentTypes);
    TypeClass function = typeClass(contentTypes, occurrences.length);
    double[] contrastWithoutBlock =
        combined(content.correlation, function.correlation, (c, f) -> c - f);
    double[] contrastWithoutType =
        concatenated(
            plus(content.correlationWithoutType, -function.correlation[0]),
            minusFrom(content.correlation[0], function.correlationWithoutType));
    return new Result(
        Arrays.stream(blocks).mapToLong(block -> block.sentences).sum(),
        Arrays.stream(blocks).mapToLong(block -> block.tokens).sum(),
        figure(anisotropy),
        figure(ofEmbeddings),
        adjusted(content, anisotropy),
        correlation(content),
        adjusted(function, anisotropy),
        correlation(function),
        figure(
            contrastWithoutBlock,
            contrastWithoutType,
            concatenated(
                content.correlationInteraction, minusFrom(0, function.correlationInteraction))),
        figure(combined(intra, anisotropy, (i, a) -> i - a)),
        figure(combined(within, anisotropy, BlockJackknife::share)),
        figure(centroidNorm),
        figure(combined(centroidNorm, meanNorm, BlockJackknife::logRatio)),
        Stream.concat(content.types(anisotropy), function.types(anisotropy)).toList());
  }

  private static Figure adjusted(TypeClass types, double[] anisotropy) {
    return figure(
        combined(types.similarity, anisotropy, (s, a) -> s - a),
        plus(types.similarityWithoutType, -anisotropy[0]),
        types.similarityInteraction);
  }

  private static Figure correlation(TypeClass types) {
    return figure(types.correlation, types.correlationWithoutType, types.correlationInteraction);
  }

  /** (figure - base) / (1 - base); undefined where the base leaves nothing to explain. */
  private static double share(double figure, double base) {
    return 1 - base < ROUNDING ? Double.NaN : (figure - base) / (1 - base);
  }

  private static double logRatio(double centroid, double norm) {
    return centroid > AT_ORIGIN * norm ? Math.log(centroid / norm) : Double.NaN;
  }

  /** The whole, then without each block: [1 + B]. */
  private static double[] ratio(double[] sums, long[] counts) {
    double sum = Arrays.stream(sums).sum();
    long count = Arrays.stream(counts).sum();
    double[] ratios = new double[sums.length + 1];
    ratios[0] = count == 0 ? Double.NaN : sum / count;
    for (int k = 0; k < sums.length; k++) {
      ratios[k + 1] =
          counts[k] == 0
              ? ratios[0]
              : counts[k] == count ? Double.NaN : (sum - sums[k]) / (count - counts[k]);
    }
    return ratios;
  }

  /** The mean inner product over pairs of different blocks; then without each block: [1 + B]. */
  private static double[] acrossBlocks(double[][] sums, long[] counts) {
    double[] total = new double[sums[0].length];
    double squares = 0;
    double all = 0;
    double countSquares = 0;
    for (int b = 0; b < sums.length; b++) {
      Vectors.add(total, sums[b]);
      squares += Vectors.dot(sums[b], sums[b]);
      all += counts[b];
      countSquares += (double) counts[b] * counts[b];
    }
    double products = Vectors.dot(total, total) - squares;
    double pairs = all * all - countSquares;
    double[] means = new double[sums.length + 1];
    means[0] = meanCosine(products, pairs);
    for (int k = 0; k < sums.length; k++) {
      double lost = Vectors.dot(total, sums[k]) - Vectors.dot(sums[k], sums[k]);
      means[k + 1] = meanCosine(products - 2 * lost, pairs - 2 * counts[k] * (all - counts[k]));
    }
    return means;
  }

  private static double meanCosine(double products, double pairs) {
    return pairs < 1 ? Double.NaN : Vectors.cosine(products / pairs);
  }

  private double[] centroidNorm() {
    double[] total = new double[dimension];
    long tokens = 0;
    for (Block block : blocks) {
      Vectors.add(total, block.rawSum);
      tokens += block.tokens;
    }
    double[] norms = new double[blocks.length + 1];
    norms[0] = tokens == 0 ? Double.NaN : Math.sqrt(Vectors.dot(total, total)) / tokens;
    for (int k = 0; k < blocks.length; k++) {
      double[] left = total.clone();
      Vectors.addScaled(left, blocks[k].rawSum, -1);
      long count = tokens - blocks[k].tokens;
      norms[k + 1] = count == 0 ? Double.NaN : Math.sqrt(Vectors.dot(left, left)) / count;
    }
    return norms;
  }

  /** The class of the types from one (inclusive) to another (exclusive). */
  private TypeClass typeClass(int from, int to) {
    return new TypeClass(Arrays.copyOfRange(occurrences, from, to), dimension, blocks.length);
  }

  /** The figures of a class: of the whole, then without each block, [1 + B]; without each type. */
  private static final class TypeClass {
    final double[] similarity;
    final double[] correlation;
    final double[] similarityWithoutType;
    final double[] correlationWithoutType;
    final double[] similarityInteraction; // [types * projections], as the next
    final double[] correlationInteraction;

    private final @Nullable Occurrences[][] occurrences; // [types][blocks]
    private final double[] total; // [d], as the next two of unit vectors
    private final double[][] ofBlock;
    private final double[][] ofType;
    private long all;
    private final long[] countOfBlock;
    private final long[] countOfType;
    private final double[][] similarities; // s_t of the whole, then without each block
    private final double[] similaritySum; // of those known, likewise
    private final int[] known;
    private final double[] base; // B, likewise

    // Over ordered pairs that differ in block and type; what is lost, over unordered ones.
    private double products;
    private double pairs;
    private final double[] lost; // between block k and the others
    private final double[] pairsLost;
    private final double[] lostOfType; // between type t and the others
    private final double[] pairsLostOfType;

    TypeClass(@Nullable Occurrences[][] occurrences, int dimension, int size) {
      int types = occurrences.length;
      this.occurrences = occurrences;
      total = new double[dimension];
      ofBlock = new double[size][dimension];
      ofType = new double[types][dimension];
      countOfBlock = new long[size];
      countOfType = new long[types];
      long[] nonZeroOfType = new long[types];
      for (int t = 0; t < types; t++) {
        for (int b = 0; b < size; b++) {
          Occurrences here = occurrences[t][b];
          if (here != null) {
            Vectors.add(total, here.unitSum);
            Vectors.add(ofBlock[b], here.unitSum);
            Vectors.add(ofType[t], here.unitSum);
            all += here.n;
            countOfBlock[b] += here.n;
            countOfType[t] += here.n;
            nonZeroOfType[t] += here.nonZero;
          }
        }
      }
      // All pairs, less those of one block, less those of one type, plus those of both.
      products = Vectors.dot(total, total);
      pairs = (double) all * all;
      lost = new double[size];
      pairsLost = new double[size];
      for (int b = 0; b < size; b++) {
        double squares = Vectors.dot(ofBlock[b], ofBlock[b]);
        double n = countOfBlock[b];
        products -= squares;
        pairs -= n * n;
        lost[b] = Vectors.dot(total, ofBlock[b]) - squares;
        pairsLost[b] = n * (all - n);
      }
      lostOfType = new double[types];
      pairsLostOfType = new double[types];
      similarities = new double[types][size + 1];
      for (int t = 0; t < types; t++) {
        double squares = Vectors.dot(ofType[t], ofType[t]);
        double n = countOfType[t];
        products -= squares;
        pairs -= n * n;
        lostOfType[t] = Vectors.dot(ofType[t], total) - squares;
        pairsLostOfType[t] = n * (all - n);
        Arrays.fill(
            similarities[t],
            BlockJackknife.similarity(ofType[t], countOfType[t], nonZeroOfType[t]));
        for (int b = 0; b < size; b++) {
          Occurrences here = occurrences[t][b];
          if (here != null) {
            double own = Vectors.dot(here.unitSum, here.unitSum);
            double withBlock = Vectors.dot(here.unitSum, ofBlock[b]);
            double withType = Vectors.dot(here.unitSum, ofType[t]);
            products += own;
            pairs += (double) here.n * here.n;
            lost[b] -= withType - own;
            pairsLost[b] -= here.n * (n - here.n);
            lostOfType[t] -= withBlock - own;
            pairsLostOfType[t] -= here.n * ((double) countOfBlock[b] - here.n);
            double[] left = ofType[t].clone();
            Vectors.addScaled(left, here.unitSum, -1);
            similarities[t][b + 1] =
                BlockJackknife.similarity(
                    left, countOfType[t] - here.n, nonZeroOfType[t] - here.nonZero);
          }
        }
      }
      similarity = new double[size + 1];
      correlation = new double[size + 1];
      base = new double[size + 1];
      similaritySum = new double[size + 1];
      known = new int[size + 1];
      for (int k = 0; k <= size; k++) {
        for (double[] ofType : similarities) {
          if (!Double.isNaN(ofType[k])) {
            similaritySum[k] += ofType[k];
            known[k]++;
          }
        }
        similarity[k] = similaritySum[k] / known[k]; // NaN where none is known
        base[k] =
            k == 0
                ? meanCosine(products, pairs)
                : meanCosine(products - 2 * lost[k - 1], pairs - 2 * pairsLost[k - 1]);
        correlation[k] = share(similarity[k], base[k]);
      }
      similarityWithoutType = new double[types];
      correlationWithoutType = new double[types];
      for (int t = 0; t < types; t++) {
        similarityWithoutType[t] = meanOfOthers(t, 0);
        correlationWithoutType[t] =
            share(
                similarityWithoutType[t],
                meanCosine(products - 2 * lostOfType[t], pairs - 2 * pairsLostOfType[t]));
      }
      similarityInteraction = new double[types * PROJECTIONS];
      correlationInteraction = new double[types * PROJECTIONS];
      project(size);
    }

    /** Adds up the interactions of each type with the blocks, with random signs. */
    private void project(int size) {
      for (int t = 0; t < occurrences.length; t++) {
        for (int b = 0; b < size; b++) {
          double s =
              similarity(t, b) - similarityWithoutType[t] - similarity[b + 1] + similarity[0];
          double rho =
              correlation(t, b) - correlationWithoutType[t] - correlation[b + 1] + correlation[0];
          for (int k = 0; k < PROJECTIONS; k++) {
            int sign = sign(t, b, k);
            similarityInteraction[t * PROJECTIONS + k] += sign * s;
            correlationInteraction[t * PROJECTIONS + k] += sign * rho;
          }
        }
      }
    }

    /** The figures of each type. */
    Stream<TypeFigures> types(double[] anisotropy) {
      return Arrays.stream(similarities)
          .map(
              similarity ->
                  new TypeFigures(
                      figure(combined(similarity, anisotropy, (s, a) -> s - a)),
                      figure(combined(similarity, base, BlockJackknife::share))));
    }

    /** s without a type and a block. */
    private double similarity(int type, int block) {
      return meanOfOthers(type, block + 1);
    }

    /** The mean of a column of similarities over all types but one, those unknown passed over. */
    private double meanOfOthers(int type, int column) {
      double own = similarities[type][column];
      return Double.isNaN(own)
          ? similarity[column]
          : known[column] == 1 ? Double.NaN : (similaritySum[column] - own) / (known[column] - 1);
    }

    /** rho without a type and a block. */
    private double correlation(int type, int block) {
      // Pairs that are lost with the block and with the type: between the type's occurrences in the
      // block and what is in neither, and between the rest of the block and the rest of the type.
      double common = Vectors.dot(ofBlock[block], ofType[type]);
      double commonPairs = (double) countOfBlock[block] * countOfType[type];
      Occurrences here = occurrences[type][block];
      if (here != null) {
        double[] others = total.clone();
        Vectors.addScaled(others, ofType[type], -2);
        Vectors.addScaled(others, ofBlock[block], -2);
        Vectors.addScaled(others, here.unitSum, 2);
        common += Vectors.dot(here.unitSum, others);
        commonPairs +=
            here.n * (double) (all - 2 * countOfType[type] - 2 * countOfBlock[block] + 2 * here.n);
      }
      return share(
          similarity(type, block),
          meanCosine(
              products - 2 * (lost[block] + lostOfType[type] - common),
              pairs - 2 * (pairsLost[block] + pairsLostOfType[type] - commonPairs)));
    }
  }

  /** r_tkb: 1 or -1 at random, the same in every state of every model. */
  static int sign(int type, int block, int projection) {
    long bits = new SplittableRandom(((long) type << Integer.SIZE) | block).nextLong();
    return (bits >>> projection & 1) == 0 ? 1 : -1;
  }

  private static double similarity(double[] unitSum, long n, long nonZero) {
    return n < 2 ? Double.NaN : Vectors.meanOffDiagonal(unitSum, n, nonZero);
  }

  /**
   * The contrast of type correlations, content minus function, had the classes been others: what
   * the contrast looks like when class labels mean nothing.
   *
   * @param labellings for each, whether each type counts as content, {@code [types]}
   * @return the contrast under each; null where one is undefined
   */
  public @Nullable List<Double> contrasts(List<boolean[]> labellings) {
    int types = occurrences.length;
    double[] similarities = new double[types];
    double[][] ofType = new double[types][dimension];
    long[] counts = new long[types];
    for (int t = 0; t < types; t++) {
      long nonZero = 0;
      for (Occurrences here : occurrences[t]) {
        if (here != null) {
          Vectors.add(ofType[t], here.unitSum);
          counts[t] += here.n;
          nonZero += here.nonZero;
        }
      }
      similarities[t] = similarity(ofType[t], counts[t], nonZero);
    }
    double[][] products = new double[types][types]; // of occurrences of different blocks
    double[][] pairs = new double[types][types];
    for (int t = 0; t < types; t++) {
      for (int o = 0; o < t; o++) {
        double sum = Vectors.dot(ofType[t], ofType[o]);
        double count = (double) counts[t] * counts[o];
        for (int b = 0; b < blocks.length; b++) {
          Occurrences one = occurrences[t][b];
          Occurrences other = occurrences[o][b];
          if (one != null && other != null) {
            sum -= Vectors.dot(one.unitSum, other.unitSum);
            count -= (double) one.n * other.n;
          }
        }
        products[t][o] = sum;
        pairs[t][o] = count;
      }
    }
    List<Double> contrasts = new ArrayList<>();
    for (boolean[] content : labellings) {
      if (content.length != types) {
        throw new IllegalArgumentException(content.length + " labels for " + types + " types");
      }
      double contrast =
          correlation(similarities, products, pairs, content, true)
              - correlation(similarities, products, pairs, content, false);
      if (Double.isNaN(contrast)) {
        return null;
      }
      contrasts.add(contrast);
    }
    return contrasts;
  }

  /** The type correlation of the types with a label, from the sums of each pair of types. */
  private static double correlation(
      double[] similarities,
      double[][] products,
      double[][] pairs,
      boolean[] labels,
      boolean label) {
    double similarity = 0;
    int known = 0;
    double sum = 0;
    double count = 0;
    for (int t = 0; t < labels.length; t++) {
      if (labels[t] != label) {
        continue;
      }
      if (!Double.isNaN(similarities[t])) {
        similarity += similarities[t];
        known++;
      }
      for (int o = 0; o < t; o++) {
        if (labels[o] == label) {
          sum += products[t][o];
          count += pairs[t][o];
        }
      }
    }
    return share(similarity / known, meanCosine(sum, count));
  }

  private static double[] combined(double[] a, double[] b, DoubleBinaryOperator operator) {
    double[] combined = new double[a.length];
    Arrays.setAll(combined, i -> operator.applyAsDouble(a[i], b[i]));
    return combined;
  }

  private static double[] plus(double[] figures, double number) {
    return Arrays.stream(figures).map(figure -> figure + number).toArray();
  }

  private static double[] minusFrom(double number, double[] figures) {
    return Arrays.stream(figures).map(figure -> number - figure).toArray();
  }

  private static double[] concatenated(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** One that types have no part in. */
  private static Figure figure(double[] wholeAndWithout) {
    double whole = wholeAndWithout[0];
    return Double.isNaN(whole)
        ? new Figure(null, null, null, null)
        : new Figure(
            whole,
            defined(Arrays.copyOfRange(wholeAndWithout, 1, wholeAndWithout.length)),
            null,
            null);
  }

  private static Figure figure(
      double[] wholeAndWithout, double[] withoutType, double[] interaction) {
    Figure figure = figure(wholeAndWithout);
    if (figure.value == null) {
      return figure;
    }
    List<Double> ofTypes = defined(withoutType);
    return new Figure(
        figure.value,
        figure.withoutBlock,
        ofTypes,
        figure.withoutBlock == null || ofTypes == null ? null : defined(interaction));
  }

  private static @Nullable List<Double> defined(double[] figures) {
    return Arrays.stream(figures).anyMatch(Double::isNaN)
        ? null
        : Arrays.stream(figures).boxed().toList();
  }

  /**
   * One figure.
   *
   * @param value over all; null where undefined
   * @param withoutBlock the same without each block, in order; null where one is undefined
   * @param withoutType the same without each type of its class, in order, of a contrast those of
   *     both classes; null where types have no part in it or one is undefined
   * @param interaction D_tk, all of the first of these types first; null where one of the other two
   *     lists is, or one is undefined
   */
  public record Figure(
      @Nullable Double value,
      @Nullable List<Double> withoutBlock,
      @Nullable List<Double> withoutType,
      @Nullable List<Double> interaction) {
    /** Keeps its own copies of the lists. */
    public Figure {
      withoutBlock = withoutBlock == null ? null : List.copyOf(withoutBlock);
      withoutType = withoutType == null ? null : List.copyOf(withoutType);
      interaction = interaction == null ? null : List.copyOf(interaction);
    }
  }

  /**
   * The figures of one type, without each block and no more.
   *
   * @param adjustedSelfSimilarity s_t - A; undefined where the type occurs less than twice, or A is
   * @param typeCorrelation (s_t - B) / (1 - B), B that of its class; undefined where s_t is, no two
   *     types of the class are in different blocks, or B is 1
   */
  public record TypeFigures(Figure adjustedSelfSimilarity, Figure typeCorrelation) {}

  /**
   * The figures.
   *
   * @param sentences seen
   * @param tokens seen
   * @param anisotropy A, -1 to 1; undefined with fewer than 2 blocks that have a sentence
   * @param sentenceAnisotropy A_e, -1 to 1; undefined likewise
   * @param contentAdjustedSelfSimilarity s - A of the first class; undefined where A is, or no type
   *     occurs twice
   * @param contentTypeCorrelation rho of the first class, at most 1; undefined where no type occurs
   *     twice, no two types are in different blocks, or B is 1
   * @param functionAdjustedSelfSimilarity s - A of the second class
   * @param functionTypeCorrelation rho of the second class
   * @param typeCorrelationContrast rho of the first class minus that of the second
   * @param adjustedIntraSentenceSimilarity I - A
   * @param sentenceCorrelation omega, at most 1; undefined where A is, A is 1, or no sentence has
   *     two tokens
   * @param centroidNorm |mean x| over tokens, in the vectors' unit; undefined without tokens
   * @param logCentroidShare log(|mean x| / mean |x|), at most 0; undefined where the mean is the
   *     zero vector, or within a millionth of the mean norm of it: rounding
   * @param types the figures of each, those of the first class first
   */
  public record Result(
      long sentences,
      long tokens,
      Figure anisotropy,
      Figure sentenceAnisotropy,
      Figure contentAdjustedSelfSimilarity,
      Figure contentTypeCorrelation,
      Figure functionAdjustedSelfSimilarity,
      Figure functionTypeCorrelation,
      Figure typeCorrelationContrast,
      Figure adjustedIntraSentenceSimilarity,
      Figure sentenceCorrelation,
      Figure centroidNorm,
      Figure logCentroidShare,
      List<TypeFigures> types) {
    /** Keeps its own copy of the list. */
    public Result {
      types = List.copyOf(types);
    }
  }
}
