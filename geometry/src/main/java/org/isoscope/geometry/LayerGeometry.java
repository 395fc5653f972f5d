package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of one layer: all measures of its token vectors in one pass, each token's norm taken
 * once.
 *
 * <p>Gives the same figures as the measures fed one by one: {@link Anisotropy}, {@link
 * SelfSimilarity}, {@link IntraSentenceSimilarity}, {@link TokenNorm}, {@link CentroidNorm}, {@link
 * MeanEnergyShare}, {@link RogueDimensions} and, where asked for, {@link IsoScore}.
 * <em>Adjusted</em> figures are raw - anisotropy of the same layer: what remains of a similarity
 * beyond that of any two tokens.
 */
public final class LayerGeometry implements Accumulator<LayerGeometry, LayerGeometry.Result> {
  private static final String FORMAT = "LayerGeometry 1";

  private final int dimension;
  private final Anisotropy anisotropy;
  private final SelfSimilarity selfSimilarity;
  private final IntraSentenceSimilarity intraSentenceSimilarity;
  private final TokenNorm tokenNorm;
  private final CentroidNorm centroidNorm;
  private final MeanEnergyShare meanEnergyShare;
  private final RogueDimensions rogueDimensions;
  private final @Nullable IsoScore isoScore;

  // Of the sentence at hand: its tokens, [tokens of the longest one][d], and sums, [d] each.
  private double[][] rows = new double[0][];
  private final double[] unitSum;
  private final double[] unitSquares;
  private final double[] rawSum;

  /**
   * Makes an empty one that keeps every token type.
   *
   * @param dimension d, at least 1
   * @param isoScore whether to measure IsoScore, which costs d/2 multiply-adds an element where all
   *     others together cost a few
   */
  public LayerGeometry(int dimension, boolean isoScore) {
    this(dimension, isoScore, type -> true);
  }

  /**
   * Makes an empty one that keeps some token types for self-similarity.
   *
   * @param dimension d, at least 1
   * @param isoScore whether to measure IsoScore
   * @param keptTypes the types that self-similarity keeps; all tokens count everywhere else
   */
  public LayerGeometry(int dimension, boolean isoScore, IntPredicate keptTypes) {
    this(
        dimension,
        new Anisotropy(dimension),
        new SelfSimilarity(dimension, keptTypes),
        new IntraSentenceSimilarity(dimension),
        new TokenNorm(dimension),
        new CentroidNorm(dimension),
        new MeanEnergyShare(dimension),
        new RogueDimensions(dimension),
        isoScore ? new IsoScore(dimension) : null);
  }

  private LayerGeometry(
      int dimension,
      Anisotropy anisotropy,
      SelfSimilarity selfSimilarity,
      IntraSentenceSimilarity intraSentenceSimilarity,
      TokenNorm tokenNorm,
      CentroidNorm centroidNorm,
      MeanEnergyShare meanEnergyShare,
      RogueDimensions rogueDimensions,
      @Nullable IsoScore isoScore) {
    this.dimension = dimension;
    this.anisotropy = anisotropy;
    this.selfSimilarity = selfSimilarity;
    this.intraSentenceSimilarity = intraSentenceSimilarity;
    this.tokenNorm = tokenNorm;
    this.centroidNorm = centroidNorm;
    this.meanEnergyShare = meanEnergyShare;
    this.rogueDimensions = rogueDimensions;
    this.isoScore = isoScore;
    unitSum = new double[dimension];
    unitSquares = new double[dimension];
    rawSum = new double[dimension];
  }

  /**
   * Adds one sentence.
   *
   * @param types holds the type of each token, any int
   * @param typesOffset of the first token's type
   * @param tokens holds the token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(int[] types, int typesOffset, float[] tokens, int offset, int count) {
    Vectors.checkSentence(count, dimension, offset, tokens.length);
    Objects.checkFromIndexSize(typesOffset, count, types.length);
    int allocated = rows.length;
    if (allocated < count) {
      rows = Arrays.copyOf(rows, count);
      for (int t = allocated; t < count; t++) {
        rows[t] = new double[dimension];
      }
    }
    double[] inverseNorms = new double[count];
    double normSum = 0;
    double squaredNorms = 0;
    int nonZero = 0;
    for (int t = 0; t < count; t++) {
      double squaredNorm = Vectors.load(tokens, offset + t * dimension, rows[t]);
      inverseNorms[t] = Vectors.inverseNorm(squaredNorm);
      normSum += Math.sqrt(squaredNorm);
      squaredNorms += squaredNorm;
      nonZero += squaredNorm == 0 ? 0 : 1;
    }
    // All tokens are finite: from here on nothing throws, and the measures stay in step.
    Arrays.fill(unitSum, 0);
    Arrays.fill(unitSquares, 0);
    Arrays.fill(rawSum, 0);
    Vectors.addRows(rows, inverseNorms, count, rawSum, unitSum, unitSquares);
    anisotropy.addUnitSum(unitSum, count);
    intraSentenceSimilarity.addSums(unitSum, rawSum, count);
    tokenNorm.addSum(normSum, count);
    centroidNorm.addSum(rawSum, count);
    meanEnergyShare.addSums(rawSum, squaredNorms, count);
    rogueDimensions.addSums(unitSum, unitSquares, count, nonZero);
    selfSimilarity.addSentence(types, typesOffset, rows, count, inverseNorms);
    if (isoScore != null) {
      for (int t = 0; t < count; t++) {
        isoScore.add(rows[t]);
      }
    }
  }

  @Override
  public void merge(LayerGeometry other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if ((isoScore == null) != (other.isoScore == null)) {
      throw new IllegalArgumentException("one measures IsoScore, the other does not");
    }
    anisotropy.merge(other.anisotropy);
    selfSimilarity.merge(other.selfSimilarity);
    intraSentenceSimilarity.merge(other.intraSentenceSimilarity);
    tokenNorm.merge(other.tokenNorm);
    centroidNorm.merge(other.centroidNorm);
    meanEnergyShare.merge(other.meanEnergyShare);
    rogueDimensions.merge(other.rogueDimensions);
    if (isoScore != null && other.isoScore != null) {
      isoScore.merge(other.isoScore);
    }
  }

  /** The covariance of the tokens, which IsoScore accumulates; {@code null} without IsoScore. */
  public @Nullable Covariance covariance() {
    return isoScore == null ? null : isoScore.covariance();
  }

  /**
   * The mean token, {@code [d]}, a copy: what {@link Centred} removes.
   *
   * @throws IllegalStateException without a sentence
   */
  public double[] mean() {
    return centroidNorm.mean();
  }

  /** The dimension d. */
  int dimension() {
    return dimension;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    anisotropy.write(out);
    selfSimilarity.write(out);
    intraSentenceSimilarity.write(out);
    tokenNorm.write(out);
    centroidNorm.write(out);
    meanEnergyShare.write(out);
    rogueDimensions.write(out);
    out.writeBoolean(isoScore != null);
    if (isoScore != null) {
      isoScore.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param keptTypes the types to keep of what is added from here on; those that were kept stay
   * @throws IOException where the bytes are not the state of one
   */
  public static LayerGeometry read(DataInput in, IntPredicate keptTypes) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    LayerGeometry read =
        new LayerGeometry(
            dimension,
            Anisotropy.read(in),
            SelfSimilarity.read(in, keptTypes),
            IntraSentenceSimilarity.read(in),
            TokenNorm.read(in),
            CentroidNorm.read(in),
            MeanEnergyShare.read(in),
            RogueDimensions.read(in),
            in.readBoolean() ? IsoScore.read(in) : null);
    AccumulatorFormat.requireSame(
        dimension,
        read.anisotropy.dimension(),
        read.selfSimilarity.dimension(),
        read.intraSentenceSimilarity.dimension(),
        read.tokenNorm.dimension(),
        read.centroidNorm.dimension(),
        read.meanEnergyShare.dimension(),
        read.rogueDimensions.dimension(),
        read.isoScore == null ? dimension : read.isoScore.covariance().dimension());
    return read;
  }

  /**
   * Reads one that was written; it keeps every type of what is added from here on.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static LayerGeometry read(DataInput in) throws IOException {
    return read(in, type -> true);
  }

  /**
   * Takes the sums of the token types out, as {@link SelfSimilarity#takeTypes} does: they are most
   * of what a layer keeps. {@link #result(SelfSimilarity.Result)} then has the figures.
   *
   * @param parts at least 1
   */
  public List<SelfSimilarity> takeTypes(int parts) {
    return selfSimilarity.takeTypes(parts);
  }

  @Override
  public Result result() {
    return result(selfSimilarity.result());
  }

  /**
   * The figures over all that was seen so far, with the self-similarity of types that were taken
   * out.
   *
   * @param self of all types
   */
  public Result result(SelfSimilarity.Result self) {
    Anisotropy.Result base = anisotropy.result();
    IntraSentenceSimilarity.Result intra = intraSentenceSimilarity.result();
    IsoScore.@Nullable Result iso = isoScore == null ? null : isoScore.result();
    return new Result(
        base.sentences(),
        base.tokens(),
        base.anisotropy(),
        self.selfSimilarity(),
        difference(self.selfSimilarity(), base.anisotropy()),
        intra.intraSentenceSimilarity(),
        difference(intra.intraSentenceSimilarity(), base.anisotropy()),
        tokenNorm.result().meanNorm(),
        centroidNorm.result().centroidNorm(),
        meanEnergyShare.result().meanEnergyShare(),
        iso == null ? null : iso.isoScore(),
        iso == null ? null : iso.debiasedIsoScore(),
        rogueDimensions.result().shares(),
        self.types());
  }

  private static @Nullable Double difference(@Nullable Double raw, @Nullable Double anisotropy) {
    return raw == null || anisotropy == null ? null : raw - anisotropy;
  }

  /**
   * The figures of a layer; each is {@code null} where its measure says it is undefined.
   *
   * @param sentences seen
   * @param tokens seen
   * @param anisotropy expected cosine of two tokens of different sentences, -1 to 1
   * @param selfSimilarity mean over token types of the mean cosine of their occurrences, -1 to 1
   * @param adjustedSelfSimilarity selfSimilarity - anisotropy
   * @param intraSentenceSimilarity mean cosine of tokens with their sentence's mean, -1 to 1
   * @param adjustedIntraSentenceSimilarity intraSentenceSimilarity - anisotropy
   * @param meanNorm mean Euclidean norm of the tokens, in the vectors' unit, 0 or more
   * @param centroidNorm norm of the mean token, in the vectors' unit, 0 to meanNorm
   * @param meanEnergyShare |mean|^2 / mean |x|^2, 0 to 1
   * @param isoScore 0 (a line) to 1 (every direction alike); {@code null} where not asked for
   * @param debiasedIsoScore the same without the effect of the sample's size; {@code null} where
   *     not asked for
   * @param rogueDimensions all dimensions with their shares of the mean cosine, the largest first
   * @param types the token types that count in selfSimilarity, the most frequent first
   */
  public record Result(
      long sentences,
      long tokens,
      @Nullable Double anisotropy,
      @Nullable Double selfSimilarity,
      @Nullable Double adjustedSelfSimilarity,
      @Nullable Double intraSentenceSimilarity,
      @Nullable Double adjustedIntraSentenceSimilarity,
      @Nullable Double meanNorm,
      @Nullable Double centroidNorm,
      @Nullable Double meanEnergyShare,
      @Nullable Double isoScore,
      @Nullable Double debiasedIsoScore,
      List<RogueDimensions.Share> rogueDimensions,
      List<SelfSimilarity.Type> types) {

    /** Keeps its own copies of the lists. */
    public Result {
      rogueDimensions = List.copyOf(rogueDimensions);
      types = List.copyOf(types);
    }

    /**
     * The adjusted self-similarity of one of the {@link #types}.
     *
     * @return selfSimilarity - anisotropy; undefined where the anisotropy is
     */
    public @Nullable Double adjusted(SelfSimilarity.Type type) {
      return difference(type.selfSimilarity(), anisotropy);
    }
  }
}
