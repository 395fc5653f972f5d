package org.isoscope.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;

/**
 * Which items make up each batch. A batch is drawn from one data set (see {@link Epochs}), so that
 * its items are negatives of others of their own kind, as sentence-transformers' batch samplers do.
 *
 * <p>Sets come in rounds of as many batches as an epoch of each has together. In a round each set
 * has its share of them, in a random order of the sets that is new every round: without weights
 * just an epoch of each; with weights w the share w<sub>i</sub> / sum(w), rounded by the largest
 * remainders (Hamilton) and at least one. A batch is a pure function of the seed and its number.
 * With one set all of this is that set's epochs one after another.
 */
final class Batches {
  private static final long[] NO_TEXT = {};

  private final Seed seed;
  private final List<Epochs> sets = new ArrayList<>();
  private final int[] firsts; // index of each set's first item
  private final int[] shares; // batches of each set in a round
  private final int perRound;
  private long round = -1;
  private int[] setOf = {}; // of each batch of the round
  private int[] numberOf = {}; // of the batch among those of its set in the round, from 0

  /**
   * Lays out batches of one set of any items.
   *
   * @param items in the data, at least {@code size}
   * @param size of a batch
   */
  Batches(Seed seed, int items, int size) {
    this(seed, List.of(items), List.of(), size, item -> NO_TEXT);
  }

  /**
   * Lays out batches.
   *
   * @param size of a batch, at most the number of items of the smallest set
   * @param noDuplicates whether no two items of a batch share a text
   * @throws UserError when no batch of that size can be filled
   */
  Batches(Seed seed, TrainingItems items, int size, boolean noDuplicates) {
    this(seed, items.sizes(), items.weights(), size, noDuplicates ? items::texts : item -> NO_TEXT);
  }

  /**
   * Lays out batches.
   *
   * @param sizes items of each set
   * @param weights of the sets; none: as many batches as their items fill
   * @param size of a batch, at most the smallest set's
   * @param texts for each item of all sets what it must not share with another of its batch
   * @throws UserError when no batch of that size can be filled
   */
  Batches(
      Seed seed, List<Integer> sizes, List<Double> weights, int size, IntFunction<long[]> texts) {
    this.seed = seed;
    this.firsts = new int[sizes.size()];
    int items = 0;
    int batches = 0;
    for (int set = 0; set < firsts.length; set++) {
      if (size > sizes.get(set)) {
        throw new IllegalArgumentException(size + " > " + sizes.get(set));
      }
      int first = items;
      firsts[set] = first;
      items += sizes.get(set);
      // The first set's shuffles do not depend on whether there are others.
      String name = set == 0 ? "batches" : "batches of set " + set;
      Epochs epochs =
          new Epochs(seed, name, sizes.get(set), size, item -> texts.apply(first + item));
      if (epochs.count() == 0) {
        throw UserError.parameter(
            "batchSize",
            size,
            "is more items than there are without a text in common",
            "at most as many as have nothing but different texts",
            "Use a smaller batch, or let texts repeat in a batch");
      }
      sets.add(epochs);
      batches += epochs.count();
    }
    this.shares =
        weights.isEmpty()
            ? sets.stream().mapToInt(Epochs::count).toArray()
            : apportion(weights, batches);
    this.perRound = IntStream.of(shares).sum();
  }

  /** Batches of a round for each set, in proportion to its weight; at least one each. */
  private static int[] apportion(List<Double> weights, int batches) {
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    double[] exact = weights.stream().mapToDouble(weight -> batches * (weight / sum)).toArray();
    int[] shares = new int[exact.length];
    int left = batches;
    for (int set = 0; set < exact.length; set++) {
      shares[set] = (int) exact[set];
      left -= shares[set];
    }
    List<Integer> byRemainder =
        IntStream.range(0, exact.length)
            .boxed()
            .sorted((a, b) -> Double.compare(exact[b] % 1, exact[a] % 1))
            .toList();
    for (int i = 0; i < left; i++) {
      shares[byRemainder.get(i % exact.length)]++;
    }
    return IntStream.of(shares).map(share -> Math.max(1, share)).toArray();
  }

  /** Indices of the items of a batch; batches count from 1, through all epochs. */
  int[] batch(long number) {
    long wanted = (number - 1) / perRound;
    if (wanted != round) {
      layOut(wanted);
    }
    int place = (int) ((number - 1) % perRound);
    int set = setOf[place];
    int[] items = sets.get(set).batch(wanted * shares[set] + numberOf[place]);
    for (int i = 0; i < items.length; i++) {
      items[i] += firsts[set];
    }
    return items;
  }

  /** How many batches so many epochs have; an epoch has as many as one of each set together. */
  long count(int epochs) {
    return epochs * sets.stream().mapToLong(Epochs::count).sum();
  }

  /** Puts the sets of a round in order. */
  private void layOut(long wanted) {
    int[] all = IntStream.range(0, shares.length).flatMap(this::repeated).toArray();
    int[] shuffled = seed.permutation("sets", wanted, perRound);
    int[] seen = new int[shares.length];
    setOf = new int[perRound];
    numberOf = new int[perRound];
    for (int place = 0; place < perRound; place++) {
      setOf[place] = all[shuffled[place]];
      numberOf[place] = seen[setOf[place]]++;
    }
    round = wanted;
  }

  private IntStream repeated(int set) {
    return IntStream.range(0, shares[set]).map(i -> set);
  }
}
