package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.empty;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Dropout (Srivastava et al. 2014): each element is zeroed with probability p, the others are
 * multiplied by 1 / (1 - p). The masks are a pure function of a seed, the place in the network and
 * the element's index: no generator has a state, so a step's masks depend neither on the steps
 * before it nor on the number of threads, and a resumed training draws what the uninterrupted one
 * would have. One instance serves one forward pass.
 */
public final class Dropout {
  private static final int CHUNK = 1 << 14;

  private final boolean active;
  private final long seed;
  private final @Nullable Double everywhere; // the probability at every place; null: as told there
  private int place;

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
   * Dropout for one forward pass.
   *
   * @param seed of this pass's masks
   */
  public static Dropout seeded(long seed) {
    return new Dropout(true, seed, null);
  }

  /**
   * Dropout for one forward pass, of another probability than the model's configuration has.
   *
   * @param seed of this pass's masks
   * @param probability of being zeroed, wherever the model has dropout, 0 to 1 (exclusive)
   */
  public static Dropout seeded(long seed, double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException("dropout " + probability);
    }
    return new Dropout(true, seed, probability);
  }

  /** Whether {@link #apply} would change anything at this probability. */
  boolean active(double probability) {
    return active && of(probability) > 0;
  }

  /**
   * Applies the mask of the next place in the network.
   *
   * @param probability of being zeroed, 0 to 1 (exclusive), where no other was given for all places
   */
  Tensor apply(Tensor values, double probability) {
    if (!active(probability)) {
      return values;
    }
    return values.mul(mask(values.sizes().vec().get(), of(probability)));
  }

  private double of(double probability) {
    return everywhere == null ? probability : everywhere;
  }

  private Tensor mask(long[] shape, double probability) {
    long key = mix(seed + 0x9E3779B97F4A7C15L * ++place);
    int key0 = (int) key;
    int key1 = (int) (key >>> 32);
    int kept = (int) Math.round((1 - probability) * 0x1p31);
    int scale = Float.floatToRawIntBits((float) (1 / (1 - probability)));
    Tensor bits = empty(shape, new TensorOptions(ScalarType.Int), null);
    long size = bits.numel();
    int[] chunk = new int[(int) Math.min(CHUNK, size)];
    IntPointer target = bits.data_ptr_int();
    for (long from = 0; from < size; from += chunk.length) {
      int length = (int) Math.min(chunk.length, size - from);
      fill(chunk, length, (int) from, key0, key1, kept, scale);
      target.position(from).put(chunk, 0, length);
    }
    return bits.view(ScalarType.Float);
  }

  /**
   * One 32-bit hash an element: a Weyl sequence through two rounds of multiply and xor-shift, the
   * second key between them. Written without branches, so that it is compiled to vector code.
   */
  static void fill(int[] out, int length, int from, int key0, int key1, int kept, int scale) {
    for (int i = 0; i < length; i++) {
      int h = (from + i) * 0x9E3779B9 + key0;
      h = (h ^ (h >>> 16)) * 0x21F0AAAD + key1;
      h = (h ^ (h >>> 15)) * 0x735A2D97;
      h ^= h >>> 15;
      out[i] = (((h >>> 1) - kept) >> 31) & scale; // all ones where the hash is below the bound
    }
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
