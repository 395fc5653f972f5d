package org.isoscope.training;

import java.util.Arrays;

/**
 * Which items make up each step's batch: every epoch goes through the data in a new random order; a
 * rest smaller than a batch is left for the next epoch's shuffle. A step's batch is a pure function
 * of the seed and the step.
 */
final class Batches {
  private final Seed seed;
  private final int items;
  private final int size;
  private long epoch = -1;
  private int[] order = {};

  /**
   * Lays out batches.
   *
   * @param items in the data, at least {@code size}
   * @param size of a batch
   */
  Batches(Seed seed, int items, int size) {
    if (size > items) {
      throw new IllegalArgumentException(size + " > " + items);
    }
    this.seed = seed;
    this.items = items;
    this.size = size;
  }

  /** Indices of the items of a step's batch; steps count from 1. */
  int[] batch(long step) {
    long perEpoch = items / size;
    long wanted = (step - 1) / perEpoch;
    if (wanted != epoch) {
      epoch = wanted;
      order = seed.permutation("batches", epoch, items);
    }
    int from = (int) ((step - 1) % perEpoch) * size;
    return Arrays.copyOfRange(order, from, from + size);
  }
}
