package org.isoscope.encoder;

import org.jspecify.annotations.Nullable;

/**
 * Dropout (Srivastava et al. 2014): each element is zeroed with probability p, the others are
 * multiplied by 1 / (1 - p). The masks are a pure function of a seed, a sentence's name, the place
 * in the network and the element's index: no generator has a state, and a sentence meets the same
 * masks whatever other sentences are in its batch, on whatever thread or machine. A resumed
 * training draws what the uninterrupted one would have.
 *
 * <p>A sentence's name is a number; unless others are given, its place in the list or the text.
 */
public final class Dropout {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L; // 2^64 / the golden ratio

  private final boolean active;
  private final long seed;
  private final @Nullable Double everywhere; // the probability at every place; null: as told there

  private Dropout(boolean active, long seed, @Nullable Double everywhere) {
    this.active = active;
    this.seed = seed;
    this.everywhere = everywhere;
  }

  /** No dropout: every value passes as it is. */
  public static Dropout off() {
    return new Dropout(false, 0, null);
  }

  /**
   * Dropout of the probabilities that the model's configuration has.
   *
   * @param seed of the masks
   */
  public static Dropout seeded(long seed) {
    return new Dropout(true, seed, null);
  }

  /**
   * Dropout of another probability than the model's configuration has.
   *
   * @param seed of the masks
   * @param probability of being zeroed, wherever the model has dropout, 0 to 1 (exclusive)
   */
  public static Dropout seeded(long seed, double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException("dropout " + probability);
    }
    return new Dropout(true, seed, probability);
  }

  /** The probability at a place where the model's configuration has this one. */
  double probability(double configured) {
    if (!active) {
      return 0;
    }
    return everywhere == null ? configured : everywhere;
  }

  /** The key of a sentence's mask at a place in the network. */
  long key(int place, int name) {
    return mix(mix(seed + GOLDEN * place) + GOLDEN * name);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
