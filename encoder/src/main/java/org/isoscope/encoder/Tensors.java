package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.empty;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Plain arrays into tensors and back, always by copy: a tensor never points into the Java heap. On
 * a GPU of NVIDIA's the copy to it is waited for by what uses it there, not by the caller.
 */
public final class Tensors {
  private Tensors() {}

  /** A vector of int32 on the device of a tensor. */
  public static Tensor of(int[] values, Tensor beside) {
    Tensor host = host(values.length, ScalarType.Int, beside);
    try (IntPointer data = host.data_ptr_int()) {
      data.put(values);
    }
    return on(host, beside);
  }

  /** A vector of fp32 on the device of a tensor. */
  public static Tensor of(float[] values, Tensor beside) {
    return of(FloatBuffer.wrap(values), beside);
  }

  /** What remains of a buffer, which stays as it is, as a vector of fp32 on a tensor's device. */
  public static Tensor of(FloatBuffer values, Tensor beside) {
    Tensor host = host(values.remaining(), ScalarType.Float, beside);
    try (FloatPointer data = host.data_ptr_float().capacity(values.remaining())) {
      data.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer().put(values.duplicate());
    }
    return on(host, beside);
  }

  /** Memory of the processor; such as a GPU reads by itself where that is where it goes. */
  private static Tensor host(long size, ScalarType type, Tensor beside) {
    TensorOptions options = new TensorOptions(type);
    return empty(
        new long[] {size},
        beside.is_cuda() ? options.pinned_memory(new BoolOptional(true)) : options,
        null);
  }

  private static Tensor on(Tensor host, Tensor beside) {
    return beside.is_cpu()
        ? host
        : host.to(beside.device(), host.scalar_type(), beside.is_cuda(), false, null);
  }

  /**
   * The elements of a tensor of fp32 in row-major order, whatever its strides. On a GPU this waits
   * until they are computed.
   */
  public static float[] toArray(Tensor tensor) {
    Tensor contiguous = tensor.cpu().contiguous();
    float[] values = new float[Math.toIntExact(contiguous.numel())];
    try (FloatPointer data = contiguous.data_ptr_float()) {
      data.get(values);
    }
    return values;
  }
}
