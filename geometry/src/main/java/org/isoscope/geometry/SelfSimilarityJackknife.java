package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * 95 % interval over sentences for the mean self-similarity of some token types ({@link
 * SelfSimilarity}, same types and limits), by the delete-a-group jackknife ({@link
 * JackknifeInterval}).
 *
 * <p>Sentence i belongs to group i mod B. With S the sum of a type's n first occurrences' unit
 * vectors, and S_b and n_b those of group b, the type's similarity without group b is that of S -
 * S_b over n - n_b vectors. The set of types that count is that of the whole corpus: the interval
 * is for the mean over these types. (Were a type dropped because a group takes it below the limits,
 * one rare type would jump in and out, which the jackknife would take for a large error.) Where
 * fewer than 2 occurrences are left, nothing is known of the type without that group, and the mean
 * is that over the other types.
 *
 * <p>The error is too large, rather than too small, for types in few sentences: of 100 types in 3
 * sentences each it is about twice the true one, in 5 half as much again, in 10 a fifth; and where
 * types are in 2 sentences each it takes the spread between types for error, too.
 *
 * <p>Memory: d doubles for each type and each group it occurs in, up to B times that of {@link
 * SelfSimilarity}: 200 kB a type of 64 groups and d = 384. Name the types to keep (a few hundred
 * frequent or sampled ones, say) or take fewer groups. No one-pass sum of fixed size does better:
 * the error of group b needs S_b . S, and S is known only at the end.
 */
public final class SelfSimilarityJackknife
    implements Accumulator<SelfSimilarityJackknife, SelfSimilarityJackknife.Result> {
  private static final String FORMAT = "SelfSimilarityJackknife 1";

  /** Groups of one that was written, at most: counts of all are made at once. */
  private static final int MOST_GROUPS_READ = 1 << 20;

  private final int dimension;
  private final IntPredicate kept;
  private final long[] sentences; // [B]
  private final Map<Integer, Occurrences> types = new TreeMap<>();

  private final double[] row; // [d]

  /** What is kept of one type. */
  private static final class Occurrences {
    final Map<Integer, Group> groups = new TreeMap<>(); // those that it occurs in
    long occurrences;
  }

  /** First occurrences of one type in the sentences of one group. */
  private static final class Group {
    final double[] unitSum; // [d]
    long sentences;
    long nonZero;

    Group(int dimension) {
      this(new double[dimension]);
    }

    private Group(double[] unitSum) {
      this.unitSum = unitSum;
    }

    void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, unitSum);
      out.writeLong(sentences);
      out.writeLong(nonZero);
    }

    static Group read(DataInput in, int dimension, long mostSentences) throws IOException {
      Group read = new Group(AccumulatorFormat.doubles(in, dimension));
      read.sentences = AccumulatorFormat.count(in, mostSentences);
      read.nonZero = AccumulatorFormat.count(in, read.sentences);
      return read;
    }

    void add(Group other) {
      Vectors.add(unitSum, other.unitSum);
      sentences += other.sentences;
      nonZero += other.nonZero;
    }
  }

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param kept the types to keep; others are passed over
   * @param groups B, at least 10: fewer take less memory, but make the interval wider and less
   *     certain
   */
  public SelfSimilarityJackknife(int dimension, IntPredicate kept, int groups) {
    if (groups < JackknifeInterval.MIN_GROUPS) {
      throw new IllegalArgumentException(groups + " groups are fewer than 10");
    }
    this.dimension = Vectors.dimension(dimension);
    this.kept = kept;
    sentences = new long[groups];
    row = new double[dimension];
  }

  /**
   * Adds one sentence: each type's first occurrence goes into its sums, further ones are counted.
   *
   * @param number of the sentence in the corpus, or of those that depend on each other, 0 or more
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
    for (int t = 0; t < count; t++) {
      Vectors.load(tokens, offset + t * dimension, row);
    }
    int b = (int) (number % sentences.length);
    sentences[b]++;
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
      Group group = of.groups.computeIfAbsent(b, unused -> new Group(dimension));
      double squaredNorm = Vectors.load(tokens, offset + t * dimension, row);
      Vectors.addScaled(group.unitSum, row, Vectors.inverseNorm(squaredNorm));
      group.sentences++;
      group.nonZero += squaredNorm == 0 ? 0 : 1;
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
  public void merge(SelfSimilarityJackknife other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if (sentences.length != other.sentences.length) {
      throw new IllegalArgumentException(
          "groups differ: " + sentences.length + " and " + other.sentences.length);
    }
    for (int b = 0; b < sentences.length; b++) {
      sentences[b] += other.sentences[b];
    }
    other.types.forEach(
        (type, theirs) -> {
          Occurrences ours = types.computeIfAbsent(type, unused -> new Occurrences());
          ours.occurrences += theirs.occurrences;
          theirs.groups.forEach(
              (b, group) ->
                  ours.groups.computeIfAbsent(b, unused -> new Group(dimension)).add(group));
        });
  }

  /** What leaving a group out does to the similarity of one type. */
  static final class Type {
    /** Over all sentences. */
    final double selfSimilarity;

    /** Without each group, minus that over all sentences: [B]; NaN where nothing is known. */
    final double[] change;

    /** Groups that it occurs in. */
    final int groups;

    private Type(double selfSimilarity, double[] change, int groups) {
      this.selfSimilarity = selfSimilarity;
      this.change = change;
      this.groups = groups;
    }

    /** The mean similarity over some types without each group, [B]; NaN where nothing is known. */
    static double[] meanWithout(Collection<Type> types, int groups) {
      double[] mean = new double[groups];
      for (int b = 0; b < groups; b++) {
        double sum = 0;
        int known = 0;
        for (Type type : types) {
          if (!Double.isNaN(type.change[b])) {
            sum += type.selfSimilarity + type.change[b];
            known++;
          }
        }
        mean[b] = sum / known;
      }
      return mean;
    }
  }

  /** Every type that counts. */
  Map<Integer, Type> types() {
    Map<Integer, Type> counted = new TreeMap<>();
    types.forEach(
        (type, of) -> {
          Group all = new Group(dimension);
          of.groups.values().forEach(all::add);
          if (of.occurrences < SelfSimilarity.MIN_OCCURRENCES
              || all.sentences < SelfSimilarity.MIN_SENTENCES) {
            return;
          }
          double similarity = Vectors.meanOffDiagonal(all.unitSum, all.sentences, all.nonZero);
          double[] change = new double[sentences.length];
          of.groups.forEach(
              (b, group) -> {
                long left = all.sentences - group.sentences;
                double[] others = all.unitSum.clone();
                Vectors.addScaled(others, group.unitSum, -1);
                change[b] =
                    left < 2
                        ? Double.NaN
                        : Vectors.meanOffDiagonal(others, left, all.nonZero - group.nonZero)
                            - similarity;
              });
          counted.put(type, new Type(similarity, change, of.groups.size()));
        });
    return counted;
  }

  /** Sentences of each group, [B], a copy. */
  long[] sentences() {
    return sentences.clone();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeInt(sentences.length);
    for (long ofGroup : sentences) {
      out.writeLong(ofGroup);
    }
    out.writeInt(types.size());
    for (Map.Entry<Integer, Occurrences> type : types.entrySet()) {
      out.writeInt(type.getKey());
      out.writeLong(type.getValue().occurrences);
      out.writeInt(type.getValue().groups.size());
      for (Map.Entry<Integer, Group> group : type.getValue().groups.entrySet()) {
        out.writeInt(group.getKey());
        group.getValue().write(out);
      }
    }
  }

  /**
   * Reads one that was written.
   *
   * @param kept the types to keep of what is added from here on; those that were kept stay
   * @throws IOException where the bytes are not the state of one
   */
  public static SelfSimilarityJackknife read(DataInput in, IntPredicate kept) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    int groups =
        AccumulatorFormat.size(in, "groups", JackknifeInterval.MIN_GROUPS, MOST_GROUPS_READ);
    SelfSimilarityJackknife read = new SelfSimilarityJackknife(dimension, kept, groups);
    for (int b = 0; b < groups; b++) {
      read.sentences[b] = AccumulatorFormat.count(in);
    }
    int types = AccumulatorFormat.size(in, "types", 0, Integer.MAX_VALUE);
    for (int i = 0; i < types; i++) {
      int type = in.readInt();
      Occurrences of = new Occurrences();
      of.occurrences = AccumulatorFormat.count(in);
      int filled = AccumulatorFormat.size(in, "groups of a type", 1, groups);
      for (int k = 0; k < filled; k++) {
        int b = AccumulatorFormat.size(in, "as a group's number", 0, groups - 1);
        Group group = Group.read(in, dimension, read.sentences[b]);
        AccumulatorFormat.require(of.groups.put(b, group) == null, "a group is there twice");
      }
      AccumulatorFormat.require(
          read.types.put(type, of) == null, "type " + type + " is there twice");
    }
    return read;
  }

  @Override
  public Result result() {
    Map<Integer, Type> counted = types();
    long seen = Arrays.stream(sentences).sum();
    if (counted.isEmpty()) {
      return new Result(seen, 0, null, null);
    }
    double mean =
        counted.values().stream().mapToDouble(type -> type.selfSimilarity).sum() / counted.size();
    double[] without = Type.meanWithout(counted.values(), sentences.length);
    double[] leftOut = new double[sentences.length];
    int filled = 0;
    for (int b = 0; b < sentences.length; b++) {
      if (sentences[b] > 0) {
        leftOut[filled++] = without[b];
      }
    }
    return new Result(
        seen, counted.size(), mean, JackknifeInterval.of(mean, Arrays.copyOf(leftOut, filled)));
  }

  /**
   * The figure and its interval.
   *
   * @param sentences seen
   * @param types that count
   * @param selfSimilarity mean over them, -1 to 1; undefined where none counts
   * @param interval of it; undefined where it is, and for fewer than {@value
   *     JackknifeInterval#MIN_GROUPS} groups with a sentence
   */
  public record Result(
      long sentences,
      int types,
      @Nullable Double selfSimilarity,
      @Nullable JackknifeInterval interval) {}
}
