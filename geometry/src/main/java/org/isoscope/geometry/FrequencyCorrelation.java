package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
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
 *   <li>the mean Euclidean distance of the mean of its first {@value #EQUALLY_MANY} occurrences to
 *       the {@value #NEIGHBOURS} nearest such means of other types;
 * </ul>
 *
 * and the means of these by frequency, in decades.
 *
 * <p>Distances between types are taken from equally many occurrences of each: the mean of many
 * strays less, so that frequent types would be nearer to others where types differ in nothing. Only
 * types that were named for it have them, the more the nearer the neighbours.
 *
 * <p>Ranks are what Spearman's rho compares: the logarithm changes nothing. The plain distance
 * falls with frequency even where types differ in nothing else, as rare types' means lie farther
 * out by chance alone; the corrected one does not, but for the correlation of tokens within a
 * sentence, and may be negative. Frequency is the number of occurrences in what was seen. Types
 * count as in {@link SelfSimilarity}, all tokens in the centroid.
 *
 * <p>Memory: two vectors of d doubles for each type kept, {@value #EQUALLY_MANY} of d floats for
 * each that has neighbours.
 *
 * <p>Source: Li et al., "On the Sentence Embeddings from Pre-trained Language Models" (EMNLP 2020),
 * for norms and distances by frequency; Wolfe and Caliskan, "Low Frequency Names Exhibit Bias and
 * Overfitting in Contextualizing Language Models" (EMNLP 2021), for self-similarity.
 */
public final class FrequencyCorrelation
    implements Accumulator<FrequencyCorrelation, FrequencyCorrelation.Result> {
  private static final String FORMAT = "FrequencyCorrelation 1";

  /** Neighbours of a type's mean that its distance to is taken. */
  private static final int NEIGHBOURS = 10;

  /** Occurrences that the mean is of: every type that counts has as many. */
  private static final int EQUALLY_MANY = SelfSimilarity.MIN_OCCURRENCES;

  /** A token's place is its sentence's number and, in so many bits, its own in it. */
  private static final int PLACE_BITS = 20;

  private final int dimension;
  private final IntPredicate kept;
  private final IntPredicate neighboured;
  private final SelfSimilarity selfSimilarity;
  private final Map<Integer, Occurrences> types = new HashMap<>();
  private final double[] sum; // [d], of all tokens
  private long tokens;

  private final double[] row; // [d]

  /** All occurrences of one type. */
  private static final class Occurrences extends MeanAndSpread {
    double normSum;

    /** The first ones by their place in the text. */
    final TreeMap<Long, float[]> first = new TreeMap<>();

    void offer(long place, float[] vector) {
      first.put(place, vector);
      if (first.size() > EQUALLY_MANY) {
        first.pollLastEntry();
      }
    }

    float[] meanOfFirst(int dimension) {
      double[] sum = new double[dimension];
      for (float[] vector : first.values()) {
        for (int j = 0; j < dimension; j++) {
          sum[j] += vector[j];
        }
      }
      float[] mean = new float[dimension];
      for (int j = 0; j < dimension; j++) {
        mean[j] = (float) (sum[j] / first.size());
      }
      return mean;
    }

    Occurrences(int dimension) {
      super(dimension);
    }

    void writeAll(DataOutput out) throws IOException {
      write(out);
      out.writeDouble(normSum);
      out.writeInt(first.size());
      for (Map.Entry<Long, float[]> occurrence : first.entrySet()) {
        out.writeLong(occurrence.getKey());
        AccumulatorFormat.write(out, occurrence.getValue());
      }
    }

    static Occurrences readAll(DataInput in, int dimension) throws IOException {
      Occurrences read = new Occurrences(dimension);
      read.read(in);
      read.normSum = AccumulatorFormat.number(in);
      int size = AccumulatorFormat.size(in, "first occurrences", 0, EQUALLY_MANY);
      for (int k = 0; k < size; k++) {
        long place = in.readLong();
        AccumulatorFormat.require(
            read.first.isEmpty() || place > read.first.lastKey(), "occurrences are not in order");
        read.first.put(place, AccumulatorFormat.floats(in, dimension));
      }
      return read;
    }
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param kept the types to keep; others count in the centroid alone
   * @param neighboured those of them to look for neighbours of, among each other: every pair is
   *     compared
   */
  public FrequencyCorrelation(int dimension, IntPredicate kept, IntPredicate neighboured) {
    this(kept, neighboured, new SelfSimilarity(dimension, kept), new double[dimension]);
  }

  private FrequencyCorrelation(
      IntPredicate kept, IntPredicate neighboured, SelfSimilarity selfSimilarity, double[] sum) {
    dimension = sum.length;
    this.kept = kept;
    this.neighboured = neighboured;
    this.selfSimilarity = selfSimilarity;
    this.sum = sum;
    row = new double[dimension];
  }

  /**
   * Adds one sentence.
   *
   * @param number of the sentence in the corpus, 0 or more
   * @param types holds the type of each token, any int
   * @param typesOffset of the first token's type
   * @param tokens holds the token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(
      long number, int[] types, int typesOffset, float[] tokens, int offset, int count) {
    if (number < 0) {
      throw new IllegalArgumentException("sentence number " + number + " is negative");
    }
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
        long place = number << PLACE_BITS | t;
        if (neighboured.test(type)
            && (of.first.size() < EQUALLY_MANY || place < of.first.lastKey())) {
          int at = offset + t * dimension;
          of.offer(place, Arrays.copyOfRange(tokens, at, at + dimension));
        }
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
          theirs.first.forEach(ours::offer);
        });
  }

  /**
   * Takes the types out that have no neighbours to be looked for, in parts that need not be in one
   * place, as {@link SelfSimilarity#takeTypes} does. What is left has the tokens and the other
   * types.
   *
   * <p>Parts of several machines with the same number are merged with each other, as is what is
   * left; the {@link #centroid} of that is what parts are asked with ({@link #result(double[])}),
   * and {@link Result#of(Collection)} makes one result of all.
   *
   * @param parts at least 1
   */
  public List<FrequencyCorrelation> takeTypes(int parts) {
    IntPredicate which = neighboured.negate();
    List<FrequencyCorrelation> taken = new ArrayList<>();
    for (SelfSimilarity part : selfSimilarity.takeTypes(parts, which)) {
      taken.add(new FrequencyCorrelation(kept, neighboured, part, new double[dimension]));
    }
    types.forEach(
        (type, of) -> {
          if (which.test(type)) {
            taken.get(Math.floorMod(type, parts)).types.put(type, of);
          }
        });
    types.keySet().removeIf(which::test);
    return taken;
  }

  /**
   * The mean of all tokens, {@code [d]}, a copy.
   *
   * @throws IllegalStateException without a token
   */
  public double[] centroid() {
    if (tokens == 0) {
      throw new IllegalStateException("no token has a mean");
    }
    double[] centroid = new double[dimension];
    Vectors.addScaled(centroid, sum, 1.0 / tokens);
    return centroid;
  }

  /** The dimension d. */
  public int dimension() {
    return dimension;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    selfSimilarity.write(out);
    AccumulatorFormat.write(out, sum);
    out.writeLong(tokens);
    out.writeInt(types.size());
    for (Map.Entry<Integer, Occurrences> type : new TreeMap<>(types).entrySet()) {
      out.writeInt(type.getKey());
      type.getValue().writeAll(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param kept the types to keep of what is added from here on; those that were kept stay
   * @param neighboured the types to look for neighbours of: as it was for those that were kept
   * @throws IOException where the bytes are not the state of one, or it had other neighboured types
   */
  public static FrequencyCorrelation read(DataInput in, IntPredicate kept, IntPredicate neighboured)
      throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    SelfSimilarity selfSimilarity = SelfSimilarity.read(in, kept);
    AccumulatorFormat.requireSame(dimension, selfSimilarity.dimension());
    double[] sum = AccumulatorFormat.doubles(in, dimension);
    FrequencyCorrelation read = new FrequencyCorrelation(kept, neighboured, selfSimilarity, sum);
    read.tokens = AccumulatorFormat.count(in);
    int types = AccumulatorFormat.size(in, "types", 0, Integer.MAX_VALUE);
    for (int i = 0; i < types; i++) {
      int type = in.readInt();
      Occurrences of = Occurrences.readAll(in, dimension);
      AccumulatorFormat.require(
          read.types.put(type, of) == null, "type " + type + " is there twice");
      AccumulatorFormat.require(
          of.first.isEmpty() != neighboured.test(type),
          "type " + type + " was " + (neighboured.test(type) ? "not " : "") + "to have neighbours");
    }
    AccumulatorFormat.require(
        read.types.keySet().equals(selfSimilarity.typesSeen()), "parts keep different types");
    return read;
  }

  @Override
  public Result result() {
    return result(sum, -1.0 / tokens);
  }

  /**
   * The figures of types that were taken out.
   *
   * @param centroid of all tokens, {@code [d]}
   * @throws IllegalArgumentException where it has another length
   */
  public Result result(double[] centroid) {
    if (centroid.length != dimension) {
      throw new IllegalArgumentException(
          "a centroid of " + centroid.length + " elements, expected " + dimension);
    }
    return result(centroid, -1);
  }

  /** With a vector that, times a scale, is the centroid's opposite. */
  private Result result(double[] vector, double scale) {
    List<Type> counted = new ArrayList<>();
    List<SelfSimilarity.Type> selfSimilar = selfSimilarity.result().types();
    Map<Integer, Double> distances = neighbourDistances(selfSimilar);
    for (SelfSimilarity.Type type : selfSimilar) {
      Occurrences of = Objects.requireNonNull(types.get(type.type()));
      double[] step = of.mean.clone();
      Vectors.addScaled(step, vector, scale);
      double squared = Vectors.dot(step, step);
      double chance = of.squares / (of.n - 1) / of.n;
      counted.add(
          new Type(
              type.type(),
              of.n,
              of.normSum / of.n,
              Math.sqrt(squared),
              squared - chance,
              type.selfSimilarity(),
              distances.get(type.type())));
    }
    return Result.of(tokens, counted);
  }

  /** Of each type that has neighbours, by its number; none where there are too few. */
  private Map<Integer, Double> neighbourDistances(List<SelfSimilarity.Type> counted) {
    List<Integer> numbers =
        counted.stream().map(SelfSimilarity.Type::type).filter(neighboured::test).toList();
    Map<Integer, Double> distances = new HashMap<>();
    if (numbers.size() <= NEIGHBOURS) {
      return distances;
    }
    float[] means = new float[Math.multiplyExact(numbers.size(), dimension)];
    for (int i = 0; i < numbers.size(); i++) {
      float[] mean = Objects.requireNonNull(types.get(numbers.get(i))).meanOfFirst(dimension);
      System.arraycopy(mean, 0, means, i * dimension, dimension);
    }
    NearestNeighbours neighbours =
        NearestNeighbours.of(means, dimension, NEIGHBOURS, NearestNeighbours.Metric.EUCLIDEAN, 1);
    for (int i = 0; i < numbers.size(); i++) {
      double sum = 0;
      for (int rank = 0; rank < NEIGHBOURS; rank++) {
        sum += neighbours.distance(i, rank);
      }
      distances.put(numbers.get(i), sum / NEIGHBOURS);
    }
    return distances;
  }

  private static List<Type> near(List<Type> types) {
    return types.stream().filter(type -> type.neighbourDistance() != null).toList();
  }

  private static double distance(Type type) {
    return Objects.requireNonNull(type.neighbourDistance());
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
   * @param selfSimilarity mean cosine of its first occurrences in the sentences it occurs in, -1 to
   *     1
   * @param neighbourDistance to the nearest other types; undefined where it was not named for it,
   *     and for fewer than 11 that were
   */
  public record Type(
      int type,
      long occurrences,
      double meanNorm,
      double centroidDistance,
      double correctedSquaredDistance,
      double selfSimilarity,
      @Nullable Double neighbourDistance) {}

  /**
   * The types whose occurrences have the same number of digits; means over types, each alike.
   *
   * @param from the fewest occurrences: 1, 10, 100 ...
   * @param types how many
   * @param meanNorm mean of their mean norms
   * @param centroidDistance mean of their distances
   * @param correctedSquaredDistance mean of their corrected squared distances
   * @param selfSimilarity mean of their self-similarities
   * @param neighbourDistance mean of the distances to their nearest other types, over those that
   *     have it; undefined where none has
   */
  public record Decade(
      long from,
      int types,
      double meanNorm,
      double centroidDistance,
      double correctedSquaredDistance,
      double selfSimilarity,
      @Nullable Double neighbourDistance) {}

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
   *     fewer than 11 types that have it
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
    private static final String FORMAT = "FrequencyCorrelation.Result 1";

    /** Keeps its own copies of the lists. */
    public Result {
      decades = List.copyOf(decades);
      types = List.copyOf(types);
    }

    /**
     * The figures over parts of different types, see {@link FrequencyCorrelation#takeTypes}.
     *
     * @param parts in any order; the outcome does not depend on it, to the bit
     */
    public static Result of(Collection<Result> parts) {
      return of(
          parts.stream().mapToLong(Result::tokens).sum(),
          parts.stream()
              .flatMap(part -> part.types.stream())
              .sorted(
                  Comparator.comparingLong(Type::occurrences)
                      .reversed()
                      .thenComparingInt(Type::type))
              .toList());
    }

    private static Result of(long tokens, List<Type> counted) {
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
                      mean(of, Type::selfSimilarity),
                      near(of).isEmpty() ? null : mean(near(of), FrequencyCorrelation::distance))));
      return new Result(
          tokens,
          spearman(counted, Type::meanNorm),
          spearman(counted, Type::centroidDistance),
          spearman(counted, Type::correctedSquaredDistance),
          spearman(counted, Type::selfSimilarity),
          spearman(near(counted), FrequencyCorrelation::distance),
          bins,
          counted);
    }

    /**
     * Writes the types, which take some 60 bytes each where their sums take 16 d: see {@link
     * AccumulatorFormat}.
     *
     * @throws IOException where nothing can be written
     */
    public void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, FORMAT);
      out.writeLong(tokens);
      out.writeInt(types.size());
      for (Type type : types) {
        out.writeInt(type.type);
        out.writeLong(type.occurrences);
        out.writeDouble(type.meanNorm);
        out.writeDouble(type.centroidDistance);
        out.writeDouble(type.correctedSquaredDistance);
        out.writeDouble(type.selfSimilarity);
        out.writeBoolean(type.neighbourDistance != null);
        if (type.neighbourDistance != null) {
          out.writeDouble(type.neighbourDistance);
        }
      }
    }

    /**
     * Reads what was written.
     *
     * @throws IOException where the bytes are no such result
     */
    public static Result read(DataInput in) throws IOException {
      AccumulatorFormat.require(in, FORMAT);
      long tokens = AccumulatorFormat.count(in);
      int size = AccumulatorFormat.size(in, "types", 0, Integer.MAX_VALUE);
      List<Type> types = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        types.add(
            new Type(
                in.readInt(),
                AccumulatorFormat.count(in),
                AccumulatorFormat.number(in),
                AccumulatorFormat.number(in),
                AccumulatorFormat.number(in),
                AccumulatorFormat.number(in),
                in.readBoolean() ? AccumulatorFormat.number(in) : null));
      }
      return of(tokens, types);
    }
  }
}
