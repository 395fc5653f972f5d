package org.isoscope.training;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.isoscope.io.UserError;

/**
 * Which items make up each batch: every epoch goes through the data in a new random order; a rest
 * that fills no batch is left for the next epoch's shuffle. An item with a text that the batch has
 * already waits for a later batch of the epoch: it would be its own negative. A batch is a pure
 * function of the seed and its number: to come to an epoch, the ones before it are laid out again,
 * which costs a pass over the items each.
 */
final class Batches {
  private final Seed seed;
  private final List<int[]> texts;
  private final int textCount;
  private final int size;
  private long epoch = -1;
  private long first; // number of the epoch's first batch, from 0
  private int count; // batches in the epoch
  private int[] order = {};

  /**
   * Lays out batches of items of which no two share a text.
   *
   * @param texts for each item the numbers of its texts, from 0
   * @param size of a batch, at most the number of items
   * @throws UserError when no batch of that size can be filled
   */
  Batches(Seed seed, List<int[]> texts, int size) {
    if (size > texts.size()) {
      throw new IllegalArgumentException(size + " > " + texts.size());
    }
    this.seed = seed;
    this.texts = texts;
    this.textCount = 1 + texts.stream().flatMapToInt(Arrays::stream).max().orElse(-1);
    this.size = size;
    layOut(0);
    if (count == 0) {
      throw new UserError(
          "--batch-size " + size,
          "is more items than there are without a text in common",
          "at most as many as have nothing but different texts",
          "Use a smaller batch, or --no-duplicates no");
    }
  }

  /**
   * Lays out batches of any items.
   *
   * @param items in the data, at least {@code size}
   * @param size of a batch
   */
  Batches(Seed seed, int items, int size) {
    this(seed, Collections.nCopies(items, new int[0]), size);
  }

  /** Indices of the items of a batch; batches count from 1, through all epochs. */
  int[] batch(long number) {
    long wanted = number - 1;
    if (wanted < first) {
      first = 0;
      layOut(0);
    }
    while (wanted >= first + count) {
      first += count;
      layOut(epoch + 1);
    }
    int from = (int) (wanted - first) * size;
    return Arrays.copyOfRange(order, from, from + size);
  }

  /** How many batches the first epochs have. */
  long count(int epochs) {
    first = 0;
    layOut(0);
    while (epoch < epochs - 1) {
      first += count;
      layOut(epoch + 1);
    }
    return first + count;
  }

  /** Puts an epoch's items in the order of its batches. */
  private void layOut(long wanted) {
    epoch = wanted;
    count = 0;
    int[] shuffled = seed.permutation("batches", epoch, texts.size());
    int[] waiting = new int[shuffled.length];
    int waits = 0;
    int next = 0;
    int[] lastBatch = new int[textCount]; // the last batch that has each text, from 1
    order = new int[shuffled.length];
    int filled = size;
    while (filled == size) {
      filled = 0;
      int from = count * size;
      int kept = 0;
      for (int i = 0; i < waits; i++) {
        if (filled < size && fits(waiting[i], lastBatch)) {
          order[from + filled++] = waiting[i];
        } else {
          waiting[kept++] = waiting[i];
        }
      }
      waits = kept;
      while (filled < size && next < shuffled.length) {
        int item = shuffled[next++];
        if (fits(item, lastBatch)) {
          order[from + filled++] = item;
        } else {
          waiting[waits++] = item;
        }
      }
      count += filled == size ? 1 : 0;
    }
  }

  /** Whether the batch being filled has none of an item's texts; it then has them. */
  private boolean fits(int item, int[] lastBatch) {
    int batch = count + 1;
    for (int text : texts.get(item)) {
      if (lastBatch[text] == batch) {
        return false;
      }
    }
    for (int text : texts.get(item)) {
      lastBatch[text] = batch;
    }
    return true;
  }
}
