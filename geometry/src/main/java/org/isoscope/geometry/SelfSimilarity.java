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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Self-similarity of token types: the mean off-diagonal cosine of a type's occurrences in different
 * sentences (the first one in each); of a layer, the mean over types, each counting alike.
 *
 * <p>With S the sum of a type's n unit vectors, one a sentence, it is (|S|^2 - n) / (n(n-1)). 1
 * where a type is represented alike wherever it occurs; the lower, the more contextualized. Types
 * count that occur at least {@value #MIN_OCCURRENCES} times in the corpus (every occurrence
 * counted) and in at least {@value #MIN_SENTENCES} sentences, unless said otherwise.
 *
 * <p>Memory: a vector of d doubles for each type seen; a caller who knows the counts beforehand
 * names the types worth keeping and so saves most of it.
 *
 * <p>Source: Ethayarajh, "How Contextual are Contextualized Word Representations?" (EMNLP 2019),
 * definition 1; Xiao et al., arXiv 2212.09170, for the types that count.
 */
public final class SelfSimilarity implements Accumulator<SelfSimilarity, SelfSimilarity.Result> {
  private static final String FORMAT = "SelfSimilarity 1";

  /** Occurrences in the corpus from which a type counts, unless said otherwise. */
  public static final int MIN_OCCURRENCES = 5;

  /** Sentences from which a type counts, unless said otherwise; a pair needs two. */
  public static final int MIN_SENTENCES = 2;

  private final int dimension;
  private final IntPredicate kept;
  private final int minOccurrences;
  private final int minSentences;
  private final Map<Integer, Occurrences> types = new HashMap<>();
  private long sentences;

  /** What is kept of one type. */
  private static final class Occurrences {
    final double[] unitSum; // [d]
    long occurrences;
    long sentences;
    long nonZero;
    // The number of the sentence, in this accumulator, whose first occurrence was taken last.
    long lastSentence;

    Occurrences(int dimension) {
      this(new double[dimension]);
    }

    private Occurrences(double[] unitSum) {
      this.unitSum = unitSum;
    }
  }

  /**
   * Makes an empty one that keeps every type.
   *
   * @param dimension d, at least 1
   */
  public SelfSimilarity(int dimension) {
    this(dimension, type -> true);
  }

  /**
   * Makes an empty one that keeps some types.
   *
   * @param dimension d, at least 1
   * @param kept the types to keep; others are passed over, and do not count in the mean
   */
  public SelfSimilarity(int dimension, IntPredicate kept) {
    this(dimension, kept, MIN_OCCURRENCES, MIN_SENTENCES);
  }

  /**
   * Makes an empty one with other limits.
   *
   * @param dimension d, at least 1
   * @param kept the types to keep; others are passed over, and do not count in the mean
   * @param minOccurrences in the corpus, from which a type counts
   * @param minSentences from which a type counts, at least 2
   */
  public SelfSimilarity(int dimension, IntPredicate kept, int minOccurrences, int minSentences) {
    if (minSentences < 2) {
      throw new IllegalArgumentException("a pair needs 2 sentences, not " + minSentences);
    }
    this.dimension = Vectors.dimension(dimension);
    this.kept = kept;
    this.minOccurrences = minOccurrences;
    this.minSentences = minSentences;
  }

  /**
   * Adds one sentence: each type's first occurrence goes into its vector, further ones are counted.
   *
   * @param types holds the type of each token, any int
   * @param typesOffset of the first token's type
   * @param tokens holds the token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(int[] types, int typesOffset, float[] tokens, int offset, int count) {
    Vectors.checkSentence(count, dimension, offset, tokens.length);
    double[][] rows = new double[count][dimension];
    double[] inverseNorms = new double[count];
    for (int t = 0; t < count; t++) {
      inverseNorms[t] = Vectors.inverseNorm(Vectors.load(tokens, offset + t * dimension, rows[t]));
    }
    addSentence(types, typesOffset, rows, count, inverseNorms);
  }

  /** As the public one, for vectors known to be finite, with their inverse norms. */
  void addSentence(
      int[] types, int typesOffset, double[][] rows, int count, double[] inverseNorms) {
    Objects.checkFromIndexSize(typesOffset, count, types.length);
    sentences++;
    for (int t = 0; t < count; t++) {
      int type = types[typesOffset + t];
      if (!kept.test(type)) {
        continue;
      }
      Occurrences of = this.types.computeIfAbsent(type, unused -> new Occurrences(dimension));
      of.occurrences++;
      if (of.lastSentence == sentences) {
        continue;
      }
      of.lastSentence = sentences;
      of.sentences++;
      of.nonZero += inverseNorms[t] == 0 ? 0 : 1;
      Vectors.addScaled(of.unitSum, rows[t], inverseNorms[t]);
    }
  }

  @Override
  public void merge(SelfSimilarity other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    if (minOccurrences != other.minOccurrences || minSentences != other.minSentences) {
      throw new IllegalArgumentException("the limits from which a type counts differ");
    }
    sentences += other.sentences;
    other.types.forEach(
        (type, theirs) -> {
          Occurrences ours = types.computeIfAbsent(type, unused -> new Occurrences(dimension));
          Vectors.add(ours.unitSum, theirs.unitSum);
          ours.occurrences += theirs.occurrences;
          ours.sentences += theirs.sentences;
          ours.nonZero += theirs.nonZero;
        });
  }

  /**
   * Takes the types out, in parts that need not be in one place: part k has those whose number
   * modulo the parts is k, so that with more parts than types each has one. What is left has no
   * type, and keeps the number of sentences.
   *
   * <p>Parts of several machines with the same k are merged with each other; {@link
   * Result#of(Collection)} then makes one result of those of all k and of what is left.
   *
   * @param parts at least 1
   */
  public List<SelfSimilarity> takeTypes(int parts) {
    return takeTypes(parts, type -> true);
  }

  /** The same of some types; the others stay. */
  List<SelfSimilarity> takeTypes(int parts, IntPredicate which) {
    if (parts < 1) {
      throw new IllegalArgumentException(parts + " parts");
    }
    List<SelfSimilarity> taken = new ArrayList<>();
    for (int k = 0; k < parts; k++) {
      taken.add(new SelfSimilarity(dimension, kept, minOccurrences, minSentences));
    }
    types.forEach(
        (type, of) -> {
          if (which.test(type)) {
            of.lastSentence = 0;
            taken.get(Math.floorMod(type, parts)).types.put(type, of);
          }
        });
    types.keySet().removeIf(which::test);
    return taken;
  }

  /** The dimension d. */
  int dimension() {
    return dimension;
  }

  /** Those of which something is kept; a view. */
  Set<Integer> typesSeen() {
    return types.keySet();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeInt(minOccurrences);
    out.writeInt(minSentences);
    out.writeLong(sentences);
    out.writeInt(types.size());
    for (Map.Entry<Integer, Occurrences> type : new TreeMap<>(types).entrySet()) {
      Occurrences of = type.getValue();
      out.writeInt(type.getKey());
      AccumulatorFormat.write(out, of.unitSum);
      out.writeLong(of.occurrences);
      out.writeLong(of.sentences);
      out.writeLong(of.nonZero);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param kept the types to keep of what is added from here on; those that were kept stay
   * @throws IOException where the bytes are not the state of one
   */
  public static SelfSimilarity read(DataInput in, IntPredicate kept) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    int minOccurrences = in.readInt();
    int minSentences = AccumulatorFormat.size(in, "sentences", 2, Integer.MAX_VALUE);
    SelfSimilarity read = new SelfSimilarity(dimension, kept, minOccurrences, minSentences);
    read.sentences = AccumulatorFormat.count(in);
    int types = AccumulatorFormat.size(in, "types", 0, Integer.MAX_VALUE);
    for (int i = 0; i < types; i++) {
      int type = in.readInt();
      Occurrences of = new Occurrences(AccumulatorFormat.doubles(in, dimension));
      of.occurrences = AccumulatorFormat.count(in);
      of.sentences = AccumulatorFormat.count(in, of.occurrences);
      of.nonZero = AccumulatorFormat.count(in, of.sentences);
      AccumulatorFormat.require(
          read.types.put(type, of) == null, "type " + type + " is there twice");
    }
    return read;
  }

  /**
   * Reads one that was written; it keeps every type of what is added from here on.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static SelfSimilarity read(DataInput in) throws IOException {
    return read(in, type -> true);
  }

  @Override
  public Result result() {
    List<Type> counted = new ArrayList<>();
    types.forEach(
        (type, of) -> {
          if (of.occurrences >= minOccurrences && of.sentences >= minSentences) {
            double similarity = Vectors.meanOffDiagonal(of.unitSum, of.sentences, of.nonZero);
            counted.add(new Type(type, of.occurrences, of.sentences, similarity));
          }
        });
    return Result.of(sentences, counted);
  }

  /**
   * One token type.
   *
   * @param type its number
   * @param occurrences in the corpus, all of them
   * @param sentences it occurs in
   * @param selfSimilarity mean cosine of its first occurrences in those, -1/(n-1) to 1
   */
  public record Type(int type, long occurrences, long sentences, double selfSimilarity) {}

  /**
   * The figures.
   *
   * @param sentences seen
   * @param selfSimilarity mean over the types that count, -1 to 1; undefined where none does
   * @param types those that count, the most frequent first, equally frequent ones by number
   */
  public record Result(long sentences, @Nullable Double selfSimilarity, List<Type> types) {
    private static final String FORMAT = "SelfSimilarity.Result 1";

    /** Keeps its own copy of the list. */
    public Result {
      types = List.copyOf(types);
    }

    /**
     * The figures over parts of different types, see {@link SelfSimilarity#takeTypes}.
     *
     * @param parts in any order; the outcome does not depend on it, to the bit
     */
    public static Result of(Collection<Result> parts) {
      return of(
          parts.stream().mapToLong(Result::sentences).sum(),
          parts.stream().flatMap(part -> part.types.stream()).toList());
    }

    private static Result of(long sentences, List<Type> counted) {
      // Sorted before it is summed: no figure depends on the order of a hash map.
      List<Type> types =
          counted.stream()
              .sorted(
                  Comparator.comparingLong(Type::occurrences)
                      .reversed()
                      .thenComparingInt(Type::type))
              .toList();
      double sum = 0;
      for (Type type : types) {
        sum += type.selfSimilarity();
      }
      return new Result(sentences, types.isEmpty() ? null : sum / types.size(), types);
    }

    /**
     * Writes the types, which take some 28 bytes each where their sums take 8 d: see {@link
     * AccumulatorFormat}.
     *
     * @throws IOException where nothing can be written
     */
    public void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, FORMAT);
      out.writeLong(sentences);
      out.writeInt(types.size());
      for (Type type : types) {
        out.writeInt(type.type);
        out.writeLong(type.occurrences);
        out.writeLong(type.sentences);
        out.writeDouble(type.selfSimilarity);
      }
    }

    /**
     * Reads what was written.
     *
     * @throws IOException where the bytes are no such result
     */
    public static Result read(DataInput in) throws IOException {
      AccumulatorFormat.require(in, FORMAT);
      long sentences = AccumulatorFormat.count(in);
      int size = AccumulatorFormat.size(in, "types", 0, Integer.MAX_VALUE);
      List<Type> types = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        types.add(
            new Type(
                in.readInt(),
                AccumulatorFormat.count(in),
                AccumulatorFormat.count(in),
                AccumulatorFormat.number(in)));
      }
      return of(sentences, types);
    }
  }
}
