package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.empty;

import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.torch.Scope;

/**
 * The masks of one forward pass, a place in the network after the other. A tensor that is masked
 * has the sentences of a packed batch one after another, each with the same number of elements a
 * token.
 */
final class DropoutMasks {
  private static final int CHUNK = 1 << 14;

  private final Dropout dropout;
  private final PackedBatch batch;
  private int place;

  /** Starts before the first place. */
  DropoutMasks(Dropout dropout, PackedBatch batch) {
    this.dropout = dropout;
    this.batch = batch;
  }

  /**
   * Applies the masks of the next place.
   *
   * @param values of all sentences
   * @param configured the model's probability there, 0 to 1 (exclusive)
   */
  Tensor apply(Tensor values, double configured) {
    double probability = dropout.probability(configured);
    return probability == 0 ? values : apply(values, probability, next(), 0, batch.groups());
  }

  /** The number of the next place, for {@link #apply(Tensor, double, int, int)}. */
  int next() {
    return ++place;
  }

  /** Whether {@link #apply} would change anything. */
  boolean active(double configured) {
    return dropout.probability(configured) > 0;
  }

  /**
   * Applies the masks of a place to a group of the batch.
   *
   * @param values of the group's sentences
   * @param configured the model's probability there, 0 to 1 (exclusive)
   * @param place as {@link #next} gave it
   * @param group its number
   */
  Tensor apply(Tensor values, double configured, int place, int group) {
    double probability = dropout.probability(configured);
    int first = 0;
    for (PackedBatch.Group before : batch.groups().subList(0, group)) {
      first += before.sentences();
    }
    return probability == 0
        ? values
        : apply(values, probability, place, first, batch.groups().subList(group, group + 1));
  }

  private Tensor apply(
      Tensor values, double probability, int place, int first, List<PackedBatch.Group> groups) {
    int kept = (int) Math.round((1 - probability) * 0x1p31);
    int scale = Float.floatToRawIntBits((float) (1 / (1 - probability)));
    int rows = groups.stream().mapToInt(PackedBatch.Group::rows).sum();
    int width = Math.toIntExact(values.numel() / rows);
    Tensor bits =
        values.is_cpu()
            ? filled(place, first, groups, rows, width, kept, scale)
            : hashed(place, first, groups, rows, width, kept, scale, values);
    return values.mul(bits.view(ScalarType.Float).view(values.sizes()));
  }

  /**
   * The bits of the masks, made by the processor for itself.
   *
   * @param first number of the first sentence in the batch
   * @param rows of the groups: tokens
   * @param width elements of a row
   * @return {@code [elements]}
   */
  private Tensor filled(
      int place,
      int first,
      List<PackedBatch.Group> groups,
      int rows,
      int width,
      int kept,
      int scale) {
    long elements = (long) rows * width;
    Tensor bits = empty(new long[] {elements}, new TensorOptions(ScalarType.Int), null);
    int[] chunk = new int[(int) Math.min(CHUNK, elements)];
    IntPointer target = bits.data_ptr_int();
    long at = 0;
    int sentence = first;
    for (PackedBatch.Group group : groups) {
      int size = Math.multiplyExact(group.length(), width);
      for (int s = 0; s < group.sentences(); s++, sentence++) {
        long key = dropout.key(place, batch.names()[sentence]);
        for (int from = 0; from < size; from += chunk.length) {
          int length = Math.min(chunk.length, size - from);
          fill(chunk, length, from, (int) key, (int) (key >>> 32), kept, scale);
          target.position(at).put(chunk, 0, length);
          at += length;
        }
      }
    }
    return bits;
  }

  /**
   * The same bits, made on the device of what is masked: the operations of {@link #fill} on all
   * elements at once, whose int32 wraps around as Java's does.
   *
   * @return {@code [rows, width]}
   */
  private Tensor hashed(
      int place,
      int first,
      List<PackedBatch.Group> groups,
      int rows,
      int width,
      int kept,
      int scale,
      Tensor beside) {
    int[] of = new int[3 * rows]; // each row's first element in its sentence, and both keys
    int row = 0;
    int sentence = first;
    for (PackedBatch.Group group : groups) {
      for (int s = 0; s < group.sentences(); s++, sentence++) {
        long key = dropout.key(place, batch.names()[sentence]);
        for (int token = 0; token < group.length(); token++, row++) {
          of[row] = token * width;
          of[rows + row] = (int) key;
          of[2 * rows + row] = (int) (key >>> 32);
        }
      }
    }
    try (Scope scope = Scope.nested()) {
      Tensor columns = Tensors.of(of, beside).view(3, rows, 1);
      ScalarTypeOptional type = new ScalarTypeOptional(ScalarType.Int);
      Tensor h = arange(new Scalar(width), beside.options().dtype(type)).add(columns.select(0, 0));
      h.mul_(new Scalar(0x9E3779B9)).add_(columns.select(0, 1));
      h.bitwise_xor_(shifted(h, 16)).mul_(new Scalar(0x21F0AAAD)).add_(columns.select(0, 2));
      h.bitwise_xor_(shifted(h, 15)).mul_(new Scalar(0x735A2D97));
      h.bitwise_xor_(shifted(h, 15));
      Tensor below = shifted(h, 1).sub_(new Scalar(kept)).__rshift__(new Scalar(31));
      return scope.keep(below.bitwise_and_(new Scalar(scale)));
    }
  }

  /** Java's {@code h >>> bits}. */
  private static Tensor shifted(Tensor h, int bits) {
    return h.__rshift__(new Scalar(bits)).bitwise_and_(new Scalar(-1 >>> bits));
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
}
