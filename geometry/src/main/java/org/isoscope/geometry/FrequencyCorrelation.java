package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a token type's place in the space goes with its frequency: Spearman's rho over token types
 * between the (logarithm of the) frequency and
 *
 * <ul>
 *   <li>the mean norm of its occurrences;
 *   <li>the distance of the mean of its occurrences from the centroid of all tokens;
 *   <li>the same distance squared, less what the mean of few vectors strays by chance: with s^2 the
 *       occurrences' mean squared distance from their mean (divided by n - 1), |m - c|^2 - s^2/n;
 *   <li>its self-similarity ({@link SelfSimilarity});
 *   <li>the mean Euclidean distance of the mean of its occurrences to the {@value #NEIGHBOURS}
 *       nearest means of other types, among the {@value #NEIGHBOURED} most frequent types;
 * </ul>
 *
 * and the means of these by frequency, in decades.
 *
 * <p>Ranks are what Spearman's rho compares: the logarithm changes nothing. The plain distance
 * falls with frequency even where types differ in nothing else, as rare types' means lie farther
 * out by chance alone; the corrected one does not, but for the correlation of tokens within a
 * sentence, and may be negative. Frequency is the number of occurrences in what was seen. Types
 * count as in {@link SelfSimilarity}, all tokens in the centroid.
 *
 * <p>Memory: two vectors of d doubles for each type kept.
 *
 * <p>Source: Li et al., "On the Sentence Embeddings from Pre-trained Language Models" (EMNLP 2020),
 * for norms and distances by frequency; Wolfe and Caliskan, "Low Frequency Names Exhibit Bias and
 * Overfitting in Contextualizing Language Models" (EMNLP 2021), for self-similarity.
 */
public final class FrequencyCorrelation
    implements Accumulator<FrequencyCorrelation, FrequencyCorrelation.Result> {
  /** Neighbours of a type's mean that its distance to is taken. */
  private static final int NEIGHBOURS = 10;

  /** The most frequent types whose neighbours are looked for: every pair of them is compared. */
  private static final int NEIGHBOURED = 5000;

  private final int dimension;
  private final IntPredicate kept;
  private final SelfSimilarity selfSimilarity;
  private final Map<Integer, Occurrences> types = new HashMap<>();
  private final double[] sum; // [d], of all tokens
  private long tokens;

  private final double[] row; // [d]

  /** All occurrences of one type. */
  private static final class Occurrences extends MeanAndSpread {
    double normSum;

    Occurrences(int dimension) {
      super(dimension);
    }
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param kept the types to keep; others count in the centroid alone
   */
  public FrequencyCorrelation(int dimension, IntPredicate kept) {
    this.dimension = Vectors.dimension(dimension);
    this.kept = kept;
    selfSimilarity = new SelfSimilarity(dimension, kept);
    sum = new double[dimension];
    row = new double[dimension];
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
    // Refuses what is wrong before anything is added.
    selfSimilarity.addSentence(types, typesOffset, tokens, offset, count);
    for (int t = 0; t < count; t++) {
      double norm = Math.sqrt(Vectors.load(tokens, offset + t * dimension, row));
      Vectors.add(sum, row);
      int type = types[typesOffset + t];
      if (kept.test(type)) {
        Occurrences of = this.types.computeIfAbsent(type, unused -> new Occurrences(dimension));
        of.normSum += norm;
        of.combine(row, 1);
      }
    }
    this.tokens += count;
  }

  @Override
  public void merge(FrequencyCorrelation other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    selfSimilarity.merge(other.selfSimilarity);
    Vectors.add(sum, other.sum);
    tokens += other.tokens;
    other.types.forEach(
        (type, theirs) -> {
          Occurrences ours = types.computeIfAbsent(type, unused -> new Occurrences(dimension));
          ours.combine(theirs);
          ours.normSum += theirs.normSum;
        });
  }

  @Override
  public Result result() {
    List<Type> counted = new ArrayList<>();
    for (SelfSimilarity.Type type : selfSimilarity.result().types()) {
      Occurrences of = Objects.requireNonNull(types.get(type.type()));
      double[] step = of.mean.clone();
      Vectors.addScaled(step, sum, -1.0 / tokens);
      double squared = Vectors.dot(step, step);
      double chance = of.squares / (of.n - 1) / of.n;
      counted.add(
          new Type(
              type.type(),
              of.n,
              of.normSum / of.n,
              Math.sqrt(squared),
              squared - chance,
              type.selfSimilarity()));
    }
    Map<Integer, List<Type>> decades = new TreeMap<>();
    for (Type type : counted) {
      int decade = Long.toString(type.occurrences()).length() - 1;
      decades.computeIfAbsent(decade, unused -> new ArrayList<>()).add(type);
    }
    List<Decade> bins = new ArrayList<>();
    decades.forEach(
        (decade, of) ->
            bins.add(
                new Decade(
                    Math.round(Math.pow(10, decade)),
                    of.size(),
                    mean(of, Type::meanNorm),
                    mean(of, Type::centroidDistance),
                    mean(of, Type::correctedSquaredDistance),
                    mean(of, Type::selfSimilarity))));
    return new Result(
        tokens,
        spearman(counted, Type::meanNorm),
        spearman(counted, Type::centroidDistance),
        spearman(counted, Type::correctedSquaredDistance),
        spearman(counted, Type::selfSimilarity),
        neighbourDistance(counted),
        bins,
        counted);
  }

  private @Nullable Double neighbourDistance(List<Type> counted) {
    List<Type> frequent = counted.subList(0, Math.min(counted.size(), NEIGHBOURED));
    if (frequent.size() <= NEIGHBOURS) {
      return null;
    }
    float[] means = new float[frequent.size() * dimension];
    for (int i = 0; i < frequent.size(); i++) {
      double[] mean = Objects.requireNonNull(types.get(frequent.get(i).type())).mean;
      for (int j = 0; j < dimension; j++) {
        means[i * dimension + j] = (float) mean[j];
      }
    }
    NearestNeighbours neighbours =
        NearestNeighbours.of(means, dimension, NEIGHBOURS, NearestNeighbours.Metric.EUCLIDEAN, 1);
    double[] distances = new double[frequent.size()];
    for (int i = 0; i < distances.length; i++) {
      for (int rank = 0; rank < NEIGHBOURS; rank++) {
        distances[i] += neighbours.distance(i, rank) / NEIGHBOURS;
      }
    }
    return Correlation.spearman(
        frequent.stream().mapToDouble(Type::occurrences).toArray(), distances);
  }

  private static @Nullable Double spearman(List<Type> types, ToDoubleFunction<Type> figure) {
    return Correlation.spearman(
        types.stream().mapToDouble(Type::occurrences).toArray(),
        types.stream().mapToDouble(figure).toArray());
  }

  private static double mean(List<Type> types, ToDoubleFunction<Type> figure) {
    return types.stream().mapToDouble(figure).sum() / types.size();
  }

  /**
   * One token type.
   *
   * @param type its number
   * @param occurrences in what was seen
   * @param meanNorm of its occurrences
   * @param centroidDistance of their mean from the centroid of all tokens
   * @param correctedSquaredDistance the same squared, less what is due to chance; may be negative
   * @param selfSimilarity mean cosine of its first occurrences in the sentences it occurs in
   */
  public record Type(
      int type,
      long occurrences,
      double meanNorm,
      double centroidDistance,
      double correctedSquaredDistance,
      double selfSimilarity) {}

  /**
   * The types whose occurrences have the same number of digits; means over types, each alike.
   *
   * @param from the fewest occurrences: 1, 10, 100 ...
   * @param types how many
   * @param meanNorm mean of their mean norms
   * @param centroidDistance mean of their distances
   * @param correctedSquaredDistance mean of their corrected squared distances
   * @param selfSimilarity mean of their self-similarities
   */
  public record Decade(
      long from,
      int types,
      double meanNorm,
      double centroidDistance,
      double correctedSquaredDistance,
      double selfSimilarity) {}

  /**
   * The figures; correlations are -1 to 1 and undefined for fewer than 2 types that count or where
   * all are alike.
   *
   * @param tokens seen
   * @param norm Spearman's rho of frequency and mean norm
   * @param centroidDistance of frequency and distance from the centroid
   * @param correctedSquaredDistance of frequency and corrected squared distance
   * @param selfSimilarity of frequency and self-similarity
   * @param neighbourDistance of frequency and distance to the nearest other types; undefined for
   *     fewer than 11 types that count
   * @param decades of frequency that hold a type, the lowest first
   * @param types those that count, the most frequent first, equally frequent ones by number
   */
  public record Result(
      long tokens,
      @Nullable Double norm,
      @Nullable Double centroidDistance,
      @Nullable Double correctedSquaredDistance,
      @Nullable Double selfSimilarity,
      @Nullable Double neighbourDistance,
      List<Decade> decades,
      List<Type> types) {
    /** Keeps its own copies of the lists. */
    public Result {
      decades = List.copyOf(decades);
      types = List.copyOf(types);
    }
  }
}
