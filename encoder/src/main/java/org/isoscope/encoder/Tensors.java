package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.empty;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Plain arrays into tensors and back, always by copy: a tensor never points into the Java heap. */
public final class Tensors {
  private Tensors() {}

  /** A vector of int32. */
  public static Tensor of(int[] values) {
    Tensor tensor = empty(new long[] {values.length}, new TensorOptions(ScalarType.Int), null);
    try (IntPointer data = tensor.data_ptr_int()) {
      data.put(values);
    }
    return tensor;
  }

  /** A vector of fp32. */
  public static Tensor of(float[] values) {
    Tensor tensor = empty(new long[] {values.length}, new TensorOptions(ScalarType.Float), null);
    try (FloatPointer data = tensor.data_ptr_float()) {
      data.put(values);
    }
    return tensor;
  }

  /** The elements of a tensor of fp32 in row-major order, whatever its strides. */
  public static float[] toArray(Tensor tensor) {
    Tensor contiguous = tensor.contiguous();
    float[] values = new float[Math.toIntExact(contiguous.numel())];
    try (FloatPointer data = contiguous.data_ptr_float()) {
      data.get(values);
    }
    return values;
  }
}
