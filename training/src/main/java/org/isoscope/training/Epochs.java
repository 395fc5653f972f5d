package org.isoscope.training;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The batches of one data set: every epoch goes through it in a new random order; a rest that fills
 * no batch is left for the next epoch's shuffle. An item with a text that the batch has already
 * waits for a later batch of the epoch: it would be its own negative.
 *
 * <p>A batch is a pure function of the seed and its number: each epoch has as many batches as the
 * first fills, so that none has to be laid out for another. An epoch that fills fewer, as other
 * texts came to wait, begins again with its first.
 *
 * <p>Cost: laying out an epoch looks at each item once and at those that wait, {@value #WAITING}
 * batches of them at most, once a batch: at most {@value #WAITING} + 1 looks an item, however many
 * repeat one text. Where as many wait already, an item that would have to is left out of the epoch.
 * Memory: 4 bytes an item.
 */
final class Epochs {
  private static final int WAITING = 64;

  private final Seed seed;
  private final String name;
  private final int items;
  private final int size;
  private final IntFunction<long[]> texts;
  private final int count;
  private long epoch;
  private int filled; // batches that the epoch fills
  private int[] order = {};

  /**
   * Lays out the first epoch.
   *
   * @param name of the stream of the shuffles
   * @param items in the set
   * @param size of a batch
   * @param texts for each item what it must not share with another of its batch, from 0 on
   */
  Epochs(Seed seed, String name, int items, int size, IntFunction<long[]> texts) {
    this.seed = seed;
    this.name = name;
    this.items = items;
    this.size = size;
    this.texts = texts;
    layOut(0);
    count = filled;
  }

  /** How many batches an epoch has. */
  int count() {
    return count;
  }

  /** Indices of the items of a batch; batches count from 0, through all epochs. */
  int[] batch(long number) {
    if (number / count != epoch) {
      layOut(number / count);
      if (filled == 0) {
        layOut(0); // which fills some
      }
      epoch = number / count;
    }
    int from = (int) (number % count) % filled * size;
    return Arrays.copyOfRange(order, from, from + size);
  }

  /** Puts an epoch's items in the order of its batches. */
  private void layOut(long wanted) {
    epoch = wanted;
    filled = 0;
    // In its own place: a batch's items were all read before it is full.
    order = seed.permutation(name, wanted, items);
    int[] waiting = new int[(int) Math.min(items, (long) WAITING * size)];
    int waits = 0;
    int next = 0;
    int taken = size;
    Set<Long> ofBatch = new HashSet<>();
    while (taken == size) {
      ofBatch.clear();
      taken = 0;
      int from = filled * size;
      int kept = 0;
      for (int i = 0; i < waits; i++) {
        if (taken < size && fits(waiting[i], ofBatch)) {
          order[from + taken++] = waiting[i];
        } else {
          waiting[kept++] = waiting[i];
        }
      }
      waits = kept;
      while (taken < size && next < items) {
        int item = order[next++];
        if (fits(item, ofBatch)) {
          order[from + taken++] = item;
        } else if (waits < waiting.length) {
          waiting[waits++] = item;
        }
      }
      filled += taken == size ? 1 : 0;
    }
  }

  /** Whether the batch being filled has none of an item's texts; it then has them. */
  private boolean fits(int item, Set<Long> ofBatch) {
    long[] own = texts.apply(item);
    for (long text : own) {
      if (ofBatch.contains(text)) {
        return false;
      }
    }
    for (long text : own) {
      ofBatch.add(text);
    }
    return true;
  }
}
