package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.isoscope.geometry.Accumulator;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.FrequencyCorrelation;
import org.isoscope.geometry.JackknifeInterval;
import org.isoscope.geometry.MaximumExplainableVariance;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.geometry.SelfSimilarityJackknife;
import org.isoscope.results.LayerDetail;
import org.jspecify.annotations.Nullable;

/** The measures of a layer that keep vectors of each token type. */
final class TokenTypeMeasures implements Accumulator<TokenTypeMeasures, TokenTypeMeasures.Result> {
  private static final String FORMAT = "TokenTypeMeasures 1";

  private final MaximumExplainableVariance explained;
  private final FrequencyCorrelation frequency;
  private final @Nullable SelfSimilarityJackknife selfSimilarity;

  TokenTypeMeasures(int dimension, Choice choice) {
    this(
        new MaximumExplainableVariance(
            dimension, choice.explained, Choice.EXPLAINED_OCCURRENCES, choice.seed),
        new FrequencyCorrelation(dimension, choice.kept, choice.neighboured),
        choice.grouped ? new SelfSimilarityJackknife(dimension, choice.kept, Choice.GROUPS) : null);
  }

  private TokenTypeMeasures(
      MaximumExplainableVariance explained,
      FrequencyCorrelation frequency,
      @Nullable SelfSimilarityJackknife selfSimilarity) {
    this.explained = explained;
    this.frequency = frequency;
    this.selfSimilarity = selfSimilarity;
  }

  /**
   * Which token types are measured.
   *
   * @param kept those that count
   * @param explained some of these, drawn with the seed, for maximum explainable variance
   * @param neighboured some of these, drawn likewise, for the distances between types
   * @param grouped whether there is memory for the interval of self-similarity
   * @param seed of the occurrences of frequent types that are drawn
   */
  record Choice(
      IntPredicate kept,
      IntPredicate explained,
      IntPredicate neighboured,
      boolean grouped,
      long seed) {
    /** Types drawn for maximum explainable variance, and occurrences of each, at most. */
    private static final int EXPLAINED_TYPES = 300;

    private static final int EXPLAINED_OCCURRENCES = 50;

    /** Types drawn for the distances between types. */
    private static final int NEIGHBOURED_TYPES = 1000;

    /** Groups of the jackknife, and the bytes that their sums may take in all layers. */
    private static final int GROUPS = 32;

    private static final long GROUPS_BYTES = 256L << 20;

    /**
     * Chooses.
     *
     * @param occurrences of each type in the text
     * @param dimension of a vector
     * @param layers in which types are measured
     */
    static Choice of(int[] occurrences, int dimension, int layers, long seed) {
      IntPredicate kept = type -> occurrences[type] >= SelfSimilarity.MIN_OCCURRENCES;
      SplittableRandom random = new SplittableRandom(seed);
      long[] ranks = new long[occurrences.length];
      Arrays.setAll(ranks, type -> random.nextLong());
      long sums =
          IntStream.range(0, occurrences.length)
              .filter(kept)
              .mapToLong(type -> Math.min(occurrences[type], GROUPS))
              .sum();
      return new Choice(
          kept,
          drawn(kept, ranks, EXPLAINED_TYPES),
          drawn(kept, ranks, NEIGHBOURED_TYPES),
          sums * dimension * Double.BYTES * layers <= GROUPS_BYTES,
          seed);
    }

    /** So many of the kept types, those with the lowest ranks. */
    private static IntPredicate drawn(IntPredicate kept, long[] ranks, int types) {
      long highest =
          IntStream.range(0, ranks.length)
              .filter(kept)
              .mapToLong(type -> ranks[type])
              .sorted()
              .limit(types)
              .max()
              .orElse(Long.MIN_VALUE);
      return type -> kept.test(type) && ranks[type] <= highest;
    }
  }

  void addSentence(
      long number, long group, int[] ids, int first, float[] states, int offset, int count) {
    explained.addSentence(number, ids, first, states, offset, count);
    frequency.addSentence(number, ids, first, states, offset, count);
    if (selfSimilarity != null) {
      selfSimilarity.addSentence(group, ids, first, states, offset, count);
    }
  }

  @Override
  public void merge(TokenTypeMeasures other) {
    explained.merge(other.explained);
    frequency.merge(other.frequency);
    if (selfSimilarity != null && other.selfSimilarity != null) {
      selfSimilarity.merge(other.selfSimilarity);
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    explained.write(out);
    frequency.write(out);
    out.writeBoolean(selfSimilarity != null);
    if (selfSimilarity != null) {
      selfSimilarity.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param choice that it was made with
   */
  static TokenTypeMeasures read(DataInput in, Choice choice) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    return new TokenTypeMeasures(
        MaximumExplainableVariance.read(in, choice.explained),
        FrequencyCorrelation.read(in, choice.kept, choice.neighboured),
        in.readBoolean() ? SelfSimilarityJackknife.read(in, choice.kept) : null);
  }

  /** As {@link FrequencyCorrelation#takeTypes}. */
  List<FrequencyCorrelation> takeFrequencies(int parts) {
    return frequency.takeTypes(parts);
  }

  /** What the interval of self-similarity comes from; null where there was no memory for it. */
  @Nullable SelfSimilarityJackknife selfSimilarity() {
    return selfSimilarity;
  }

  @Override
  public Result result() {
    return result(frequency.result());
  }

  /** With the figures of types that were taken out. */
  Result resultWith(FrequencyCorrelation.Result taken) {
    return result(FrequencyCorrelation.Result.of(List.of(frequency.result(), taken)));
  }

  private Result result(FrequencyCorrelation.Result ofTypes) {
    return new Result(
        selfSimilarity == null ? null : selfSimilarity.result().interval(),
        ResultRecords.explained(explained.result()),
        ResultRecords.frequency(ofTypes));
  }

  /**
   * The figures.
   *
   * @param selfSimilarity with its interval; null where there is none
   */
  record Result(
      @Nullable JackknifeInterval selfSimilarity,
      LayerDetail.ExplainableVariance explained,
      LayerDetail.Frequency frequency) {}
}
