package org.isoscope.training;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The seed of a run, from which every random draw has a stream of its own, named for what it draws:
 * {@code stream("batches", epoch)}. No stream has a state that outlives its use, so a resumed run
 * draws what the uninterrupted one would have.
 *
 * @param value as the user gave it
 */
public record Seed(long value) {

  /** The seed of one stream, by what it is for and a number within that. */
  public long derive(String name, long index) {
    long seed = value;
    for (int i = 0; i < name.length(); i++) {
      seed = new SplittableRandom(seed ^ name.charAt(i)).nextLong();
    }
    return new SplittableRandom(seed ^ index).nextLong();
  }

  /** A generator for one stream. */
  public SplittableRandom stream(String name, long index) {
    return new SplittableRandom(derive(name, index));
  }

  /** The numbers 0 to {@code size - 1} in random order (Fisher and Yates). */
  public int[] permutation(String name, long index, int size) {
    SplittableRandom random = stream(name, index);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** {@code wanted} of the numbers 0 to {@code size - 1}, ascending; all of them where fewer. */
  public int[] draw(String name, int size, int wanted) {
    return Arrays.stream(permutation(name, 0, size)).limit(wanted).sorted().toArray();
  }

  /**
   * The numbers 0 to {@code size - 1} in a random order in which none has its own place, of a size
   * of 2 or more: a permutation of one cycle, all of these equally likely (Sattolo 1986).
   */
  public int[] cycle(String name, long index, int size) {
    SplittableRandom random = stream(name, index);
    int[] order = new int[size];
    for (int i = 1; i < size; i++) {
      int j = random.nextInt(i);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
