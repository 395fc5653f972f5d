package org.isoscope.geometry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * 95 % intervals over sentences for anisotropy, intra-sentence similarity (raw and adjusted), mean
 * norm and centroid norm, by the delete-a-group jackknife ({@link JackknifeInterval}).
 *
 * <p>Sentence i belongs to group i mod {@value #GROUPS}. Each group has the measures' own sums, and
 * the figures over all groups but one come from merging those: exact, without a second pass. Which
 * group a sentence falls into depends on its number alone, so that neither threads nor the order of
 * merges matter. Numbers in sequence make groups of equal size. Sentences that hang together, as
 * those of a document, are to be added with one number: with one each they would be spread over the
 * groups, and count as independent.
 *
 * <p>Self-similarity would need every type's sum in every group; {@link SelfSimilarityJackknife}
 * has it for the types a caller can afford.
 *
 * <p>Cost: that of the four measures. Memory: 12 {@value #GROUPS} d doubles, 2.4 MB for d = 384.
 */
public final class SentenceJackknife
    implements Accumulator<SentenceJackknife, SentenceJackknife.Result> {
  private static final String FORMAT = "SentenceJackknife 1";

  /** Groups of sentences: their number gives the error of the standard error, about 9 %. */
  public static final int GROUPS = 64;

  private final int dimension;
  private final List<Sums> groups; // [GROUPS]

  /** The measures over some sentences. */
  private static final class Sums {
    final Anisotropy anisotropy;
    final IntraSentenceSimilarity intraSentenceSimilarity;
    final TokenNorm tokenNorm;
    final CentroidNorm centroidNorm;
    long sentences;

    Sums(int dimension) {
      this(
          new Anisotropy(dimension),
          new IntraSentenceSimilarity(dimension),
          new TokenNorm(dimension),
          new CentroidNorm(dimension));
    }

    private Sums(
        Anisotropy anisotropy,
        IntraSentenceSimilarity intraSentenceSimilarity,
        TokenNorm tokenNorm,
        CentroidNorm centroidNorm) {
      this.anisotropy = anisotropy;
      this.intraSentenceSimilarity = intraSentenceSimilarity;
      this.tokenNorm = tokenNorm;
      this.centroidNorm = centroidNorm;
    }

    void write(DataOutput out) throws IOException {
      anisotropy.write(out);
      intraSentenceSimilarity.write(out);
      tokenNorm.write(out);
      centroidNorm.write(out);
      out.writeLong(sentences);
    }

    static Sums read(DataInput in, int dimension) throws IOException {
      Sums read =
          new Sums(
              Anisotropy.read(in),
              IntraSentenceSimilarity.read(in),
              TokenNorm.read(in),
              CentroidNorm.read(in));
      AccumulatorFormat.requireSame(
          dimension,
          read.anisotropy.dimension(),
          read.intraSentenceSimilarity.dimension(),
          read.tokenNorm.dimension(),
          read.centroidNorm.dimension());
      read.sentences = AccumulatorFormat.count(in);
      return read;
    }

    void merge(Sums other) {
      anisotropy.merge(other.anisotropy);
      intraSentenceSimilarity.merge(other.intraSentenceSimilarity);
      tokenNorm.merge(other.tokenNorm);
      centroidNorm.merge(other.centroidNorm);
      sentences += other.sentences;
    }

    /** Of some groups merged. */
    static Sums of(int dimension, List<Sums> groups) {
      Sums all = new Sums(dimension);
      groups.forEach(all::merge);
      return all;
    }

    Figures figures() {
      Double base = anisotropy.result().anisotropy();
      Double intra = intraSentenceSimilarity.result().intraSentenceSimilarity();
      return new Figures(
          base,
          intra,
          base == null || intra == null ? null : intra - base,
          tokenNorm.result().meanNorm(),
          centroidNorm.result().centroidNorm());
    }
  }

  private record Figures(
      @Nullable Double anisotropy,
      @Nullable Double intraSentenceSimilarity,
      @Nullable Double adjustedIntraSentenceSimilarity,
      @Nullable Double meanNorm,
      @Nullable Double centroidNorm) {}

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   */
  public SentenceJackknife(int dimension) {
    this(
        Vectors.dimension(dimension),
        Stream.generate(() -> new Sums(dimension)).limit(GROUPS).toList());
  }

  private SentenceJackknife(int dimension, List<Sums> groups) {
    this.dimension = dimension;
    this.groups = groups;
  }

  /**
   * Adds one sentence.
   *
   * @param number of the sentence in the corpus, or of those that depend on each other, 0 or more
   * @param tokens holds its token vectors, {@code [count, d]}
   * @param offset of the first token's first element
   * @param count how many tokens, at least 1
   */
  public void addSentence(long number, float[] tokens, int offset, int count) {
    if (number < 0) {
      throw new IllegalArgumentException("sentence number " + number + " is negative");
    }
    Sums group = groups.get((int) (number % GROUPS));
    // Refuses what is wrong before anything is added; the others see the same vectors.
    group.anisotropy.addSentence(tokens, offset, count);
    group.intraSentenceSimilarity.addSentence(tokens, offset, count);
    for (int t = 0; t < count; t++) {
      group.tokenNorm.add(tokens, offset + t * dimension);
      group.centroidNorm.add(tokens, offset + t * dimension);
    }
    group.sentences++;
  }

  @Override
  public void merge(SentenceJackknife other) {
    Vectors.checkMerge(this, other, dimension, other.dimension);
    for (int b = 0; b < GROUPS; b++) {
      groups.get(b).merge(other.groups.get(b));
    }
  }

  /**
   * The anisotropy without each of fewer groups: sentence i belongs to group i mod B.
   *
   * @param count B, which divides {@value #GROUPS}
   * @return [B]; NaN for a group without a sentence, and where undefined
   */
  double[] anisotropyWithout(int count) {
    double[] without = new double[count];
    for (int b = 0; b < count; b++) {
      Anisotropy others = new Anisotropy(dimension);
      long left = 0;
      long all = 0;
      for (int i = 0; i < GROUPS; i++) {
        Sums group = groups.get(i);
        all += group.sentences;
        if (i % count != b) {
          others.merge(group.anisotropy);
          left += group.sentences;
        }
      }
      Double anisotropy = others.result().anisotropy();
      without[b] = left == all || anisotropy == null ? Double.NaN : anisotropy;
    }
    return without;
  }

  /** The anisotropy over all sentences; NaN where undefined. */
  double anisotropy() {
    Anisotropy all = new Anisotropy(dimension);
    groups.forEach(group -> all.merge(group.anisotropy));
    Double anisotropy = all.result().anisotropy();
    return anisotropy == null ? Double.NaN : anisotropy;
  }

  /** Sentences of each of fewer groups, [B]. */
  long[] sentences(int count) {
    long[] sentences = new long[count];
    for (int i = 0; i < GROUPS; i++) {
      sentences[i % count] += groups.get(i).sentences;
    }
    return sentences;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    for (Sums group : groups) {
      group.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static SentenceJackknife read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    List<Sums> groups = new ArrayList<>();
    for (int b = 0; b < GROUPS; b++) {
      groups.add(Sums.read(in, dimension));
    }
    return new SentenceJackknife(dimension, groups);
  }

  @Override
  public Result result() {
    List<Sums> filled = groups.stream().filter(group -> group.sentences > 0).toList();
    Sums all = Sums.of(dimension, filled);
    List<Figures> leftOut = new ArrayList<>();
    for (int b = 0; b < filled.size(); b++) {
      List<Sums> others = new ArrayList<>(filled);
      others.remove(b);
      leftOut.add(Sums.of(dimension, others).figures());
    }
    Figures whole = all.figures();
    return new Result(
        all.sentences,
        filled.size(),
        interval(whole, leftOut, Figures::anisotropy),
        interval(whole, leftOut, Figures::intraSentenceSimilarity),
        interval(whole, leftOut, Figures::adjustedIntraSentenceSimilarity),
        interval(whole, leftOut, Figures::meanNorm),
        interval(whole, leftOut, Figures::centroidNorm));
  }

  /** One of the figures. */
  private interface Figure {
    @Nullable Double of(Figures figures);
  }

  private static @Nullable JackknifeInterval interval(
      Figures whole, List<Figures> leftOut, Figure figure) {
    ToDoubleFunction<Figures> orNan =
        figures -> {
          Double value = figure.of(figures);
          return value == null ? Double.NaN : value;
        };
    return JackknifeInterval.of(figure.of(whole), leftOut.stream().mapToDouble(orNan).toArray());
  }

  /**
   * The intervals; each is undefined where its figure is, and for fewer than {@value
   * JackknifeInterval#MIN_GROUPS} groups.
   *
   * @param sentences seen
   * @param groups that hold a sentence
   * @param anisotropy expected cosine of two tokens of different sentences
   * @param intraSentenceSimilarity mean cosine of tokens with their sentence's mean
   * @param adjustedIntraSentenceSimilarity intraSentenceSimilarity - anisotropy: its error is that
   *     of the difference, not the sum of both
   * @param meanNorm mean Euclidean norm of the tokens
   * @param centroidNorm norm of the mean token
   */
  public record Result(
      long sentences,
      int groups,
      @Nullable JackknifeInterval anisotropy,
      @Nullable JackknifeInterval intraSentenceSimilarity,
      @Nullable JackknifeInterval adjustedIntraSentenceSimilarity,
      @Nullable JackknifeInterval meanNorm,
      @Nullable JackknifeInterval centroidNorm) {}
}
