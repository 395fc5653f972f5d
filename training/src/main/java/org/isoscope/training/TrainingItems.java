package org.isoscope.training;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * What the objective pulls together and apart: item i is anchor i, positive i and, where there are
 * any, its hard negatives; or a pair with a score. Items come from one data set or several, those
 * of a set one after another; a batch has items of one set.
 *
 * <p>Token ids and scores lie in temporary files, which this owns: none of them is on the heap.
 */
public final class TrainingItems implements AutoCloseable {
  private final TokenStore store;
  private final @Nullable TemporaryFile scores;
  private final int stored; // texts of an item in the store
  private final int columns; // texts of an item: one stored text is both anchor and positive
  private final List<Integer> sizes;
  private final List<Double> weights;
  private final int @Nullable [] partners; // whose positive each item has; null: its own

  private TrainingItems(Builder builder, List<Double> weights) {
    this.store = builder.store;
    this.scores = builder.scores;
    this.stored = builder.columns;
    this.columns = Math.max(2, builder.columns);
    this.sizes = List.copyOf(builder.sizes);
    this.weights = List.copyOf(weights);
    this.partners = null;
  }

  private TrainingItems(TrainingItems items, int[] partners) {
    this.store = items.store;
    this.scores = items.scores;
    this.stored = items.stored;
    this.columns = items.columns;
    this.sizes = items.sizes;
    this.weights = items.weights;
    this.partners = partners;
  }

  /** Collects items; owns temporary files until they are built. */
  public static final class Builder implements AutoCloseable {
    private final int columns;
    private final TokenStore store;
    private final @Nullable TemporaryFile scores;
    private final List<Integer> sizes = new ArrayList<>();
    private long size;
    private long before; // items of earlier sets
    private boolean built;

    /**
     * Starts with no item.
     *
     * @param vocabularySize above every token id
     * @param columns texts of an item: 1 where a text's positive is itself under other dropout
     *     (unsupervised SimCSE, Gao et al. 2021); else anchor, positive, hard negatives
     * @param scored whether items have a score
     * @throws UserError when there is no place for temporary files
     */
    public Builder(int vocabularySize, int columns, boolean scored) {
      this.columns = columns;
      this.store = new TokenStore(vocabularySize);
      try {
        scores = scored ? new TemporaryFile(8, TemporaryFile.SEGMENT_BYTES) : null;
      } catch (RuntimeException e) {
        store.close();
        throw e;
      }
    }

    /**
     * Adds an item.
     *
     * @param texts token ids of each of its texts
     * @param score how alike anchor and positive are; says nothing where items have none
     * @throws UserError when the place for temporary files is full, or there are more than 2^31 - 1
     *     items
     */
    public void add(List<int[]> texts, double score) {
      add(texts, texts, score);
    }

    /**
     * Adds an item whose texts stand behind prompts.
     *
     * @param own token ids of its texts without the prompts: by these it is told whether two are
     *     the same text
     */
    public void add(List<int[]> texts, List<int[]> own, double score) {
      if (texts.size() != columns) {
        throw new IllegalArgumentException(texts.size() + " texts for " + columns + " columns");
      }
      if (size == Integer.MAX_VALUE) {
        throw new UserError(
            "the training data",
            "have more than " + Integer.MAX_VALUE + " items",
            "at most as many",
            "Leave some out");
      }
      for (int column = 0; column < columns; column++) {
        store.add(texts.get(column), own.get(column));
      }
      if (scores != null) {
        scores.add(Double.doubleToRawLongBits(score));
      }
      size++;
    }

    /**
     * Ends a data set: what was added since the last one.
     *
     * @return how many items it has
     */
    public int endSet() {
      sizes.add((int) (size - before));
      before = size;
      return sizes.get(sizes.size() - 1);
    }

    /**
     * The items, which own the files from here on.
     *
     * @param weights shares of the batches that the sets have, above 0, in any unit; none: as many
     *     as their items fill
     */
    public TrainingItems build(List<Double> weights) {
      if (sizes.isEmpty() || before < size || sizes.contains(0)) {
        throw new IllegalArgumentException("sets of " + sizes + " items, of " + size);
      }
      if (!weights.isEmpty() && weights.size() != sizes.size()) {
        throw new IllegalArgumentException(weights + " for " + sizes.size() + " sets");
      }
      store.seal();
      if (scores != null) {
        scores.seal();
      }
      built = true;
      return new TrainingItems(this, weights);
    }

    /** Frees the files of what was not built. */
    @Override
    public void close() {
      if (!built) {
        store.close();
        if (scores != null) {
          scores.close();
        }
      }
    }
  }

  /**
   * Unsupervised SimCSE (Gao et al. 2021): a sentence's positive is the sentence itself under other
   * dropout.
   */
  public static TrainingItems simCse(TokenizedText text) {
    return of(List.of(text), List.of());
  }

  /** Given columns: anchors, positives, hard negatives; all as long. */
  public static TrainingItems of(List<TokenizedText> columns) {
    if (columns.size() < 2) {
      throw new IllegalArgumentException(columns.size() + " columns");
    }
    return of(columns, List.of());
  }

  /** Scored pairs. */
  public static TrainingItems scored(
      TokenizedText first, TokenizedText second, List<Double> scores) {
    if (scores.size() != first.size()) {
      throw new IllegalArgumentException(first.size() + " items, " + scores.size() + " scores");
    }
    return of(List.of(first, second), scores);
  }

  private static TrainingItems of(List<TokenizedText> columns, List<Double> scores) {
    List<Integer> sizes = columns.stream().map(TokenizedText::size).distinct().toList();
    if (sizes.size() > 1) {
      throw new IllegalArgumentException("columns of " + sizes);
    }
    try (Builder builder = new Builder(Integer.MAX_VALUE, columns.size(), !scores.isEmpty())) {
      for (int i = 0; i < sizes.get(0); i++) {
        int item = i;
        builder.add(
            columns.stream().map(column -> column.sentences().get(item)).toList(),
            scores.isEmpty() ? 0 : scores.get(i));
      }
      builder.endSet();
      return builder.build(List.of());
    }
  }

  /** How many items, of all sets. */
  public int size() {
    return sizes.stream().mapToInt(Integer::intValue).sum();
  }

  /** How many texts an item has: anchor, positive, hard negatives. */
  public int columns() {
    return columns;
  }

  /** Whether an item is one sentence, which is anchor and positive. */
  boolean sentences() {
    return stored == 1;
  }

  /**
   * The same items, but each with the positive and the hard negatives of another of its data set,
   * always the same one: no item of a set of two or more keeps its own. Scores stay. Valid while
   * these are open, and not to be closed itself.
   *
   * @param seed of the draws
   */
  TrainingItems shuffled(Seed seed) {
    int[] others = new int[size()];
    int first = 0;
    for (int set = 0; set < sizes.size(); set++) {
      int[] cycle = seed.cycle("shuffled positives", set, sizes.get(set));
      for (int i = 0; i < cycle.length; i++) {
        others[first + i] = first + cycle[i];
      }
      first += cycle.length;
    }
    return new TrainingItems(this, others);
  }

  /** How many items each set has. */
  List<Integer> sizes() {
    return sizes;
  }

  /** Shares of the batches that the sets have; none: as many as their items fill. */
  List<Double> weights() {
    return weights;
  }

  /** The sentences of a batch: the anchors, then the positives, then each column of negatives. */
  List<int[]> batch(int[] indices) {
    List<int[]> sentences = new ArrayList<>(columns * indices.length);
    for (int column = 0; column < columns; column++) {
      for (int index : indices) {
        sentences.add(store.get(text(index, column)));
      }
    }
    return sentences;
  }

  /** The scores of a batch; null where items have none. */
  double @Nullable [] scores(int[] indices) {
    if (scores == null) {
      return null;
    }
    double[] values = new double[indices.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(scores.get(indices[i]));
    }
    return values;
  }

  /** Hashes of an item's texts; texts of the same tokens have the same, whatever their prompts. */
  long[] texts(int item) {
    long[] hashes = new long[partners == null ? stored : columns];
    for (int column = 0; column < hashes.length; column++) {
      hashes[column] = store.hash(text(item, column));
    }
    return hashes;
  }

  private long text(int item, int column) {
    int owner = partners == null || column == 0 ? item : partners[item];
    return (long) owner * stored + Math.min(column, stored - 1);
  }

  @Override
  public void close() {
    store.close();
    if (scores != null) {
      scores.close();
    }
  }
}
