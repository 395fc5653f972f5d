package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.zeros;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a model, fp32, as named views of one flat buffer, matrices before vectors: the
 * optimizer then works on two ranges of a flat buffer, with and without weight decay, and a
 * gradient is a view of a second buffer of the same layout. All of them lie on one device. Owns
 * native memory, or a GPU's.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> views = new LinkedHashMap<>();
  private final List<Pointer> owned = new ArrayList<>();
  private final Device device;
  private final Tensor flat;
  private final long matrices;
  private @Nullable Tensor gradients;

  /** All zero. */
  private Parameters(Map<String, long[]> shapes, Device device) {
    this.device = device;
    try (Scope scope = Scope.withoutGradients()) {
      long total = shapes.values().stream().mapToLong(Parameters::product).sum();
      flat = own(zeros(new long[] {total}, device.options(ScalarType.Float)));
      long offset = 0;
      for (boolean matrix : new boolean[] {true, false}) {
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
          long[] shape = entry.getValue();
          if (shape.length > 1 == matrix) {
            Tensor view = flat.narrow(0, offset, product(shape)).view(shape).detach();
            views.put(entry.getKey(), own(view));
            offset += product(shape);
          }
        }
      }
      matrices =
          shapes.values().stream().filter(s -> s.length > 1).mapToLong(Parameters::product).sum();
    }
  }

  private Parameters(Parameters shared) {
    device = shared.device;
    try (Scope scope = Scope.withoutGradients()) {
      flat = own(shared.flat.detach());
      shared.views.forEach((name, view) -> views.put(name, own(view.detach())));
      matrices = shared.matrices;
    }
  }

  /**
   * Loads parameters.
   *
   * @param shapes of every parameter, by its name
   * @param device they are to lie on
   * @param values of a parameter, in row-major order, by its name
   */
  public static Parameters load(
      Map<String, long[]> shapes, Device device, Function<String, FloatBuffer> values) {
    Parameters parameters = new Parameters(shapes, device);
    try {
      for (String name : shapes.keySet()) {
        parameters.set(name, values.apply(name));
      }
      return parameters;
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  /** The same, of the same layout, in memory of its own. */
  public Parameters copy() {
    Parameters copy = ofSameLayout();
    try (Scope scope = Scope.withoutGradients()) {
      copy.flat.copy_(flat);
    }
    return copy;
  }

  /** Zeros of the same layout, in memory of their own on the same device. */
  public Parameters ofSameLayout() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    views.forEach((name, view) -> shapes.put(name, view.shape()));
    return new Parameters(shapes, device);
  }

  /**
   * The same parameters, in the same memory and as trainable as they are now, whose gradients are
   * others: for a backward pass beside another. Closed before these are.
   */
  public Parameters replica() {
    Parameters replica = new Parameters(this);
    replica.gradients();
    views.forEach((name, view) -> replica.get(name).set_requires_grad(view.requires_grad()));
    return replica;
  }

  /** Where they lie. */
  public Device device() {
    return device;
  }

  /** The tensor of a name. */
  public Tensor get(String name) {
    Tensor view = find(name);
    if (view == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return view;
  }

  /** The tensor of a name; null where the model has none, as one without biases. */
  @Nullable Tensor find(String name) {
    return views.get(name);
  }

  /** The names, matrices before vectors. */
  public List<String> names() {
    return List.copyOf(views.keySet());
  }

  /** How many numbers in all. */
  public long size() {
    return flat.numel();
  }

  /** How many numbers belong to matrices; they come first in the flat buffer. */
  public long matrixSize() {
    return matrices;
  }

  /** All parameters as one vector; a change of it changes them. */
  public Tensor flat() {
    return flat;
  }

  /**
   * The values of a parameter in row-major order. On the processor its own memory, valid while this
   * is open, in which a change changes it; of another device a copy.
   */
  public FloatBuffer buffer(String name) {
    Tensor view = get(name);
    if (!device.isCpu()) {
      try (Scope scope = Scope.withoutGradients()) {
        return FloatBuffer.wrap(Tensors.toArray(view));
      }
    }
    try (Scope scope = Scope.withoutGradients()) {
      FloatPointer data = view.data_ptr_float().capacity(view.numel());
      return data.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }

  /**
   * Gives a parameter other values.
   *
   * @param values all of them in row-major order, from the buffer's position, which moves
   */
  public void set(String name, FloatBuffer values) {
    if (device.isCpu()) {
      buffer(name).put(values);
      return;
    }
    Tensor view = get(name);
    try (Scope scope = Scope.withoutGradients()) {
      view.copy_(Tensors.of(values, view).view(view.sizes()));
    }
  }

  /**
   * Makes the parameters trainable: a backward pass then adds their gradients into one flat buffer,
   * which this returns, {@code [size]}, zero at first.
   */
  public Tensor gradients() {
    if (gradients == null) {
      try (Scope scope = Scope.withoutGradients()) {
        gradients = own(zeros_like(flat));
        long offset = 0;
        for (Tensor view : views.values()) {
          view.set_requires_grad(true);
          Tensor gradient = gradients.narrow(0, offset, view.numel()).view(view.sizes());
          view.mutable_grad().put(gradient);
          offset += view.numel();
        }
      }
    }
    return gradients;
  }

  @Override
  public void close() {
    owned.forEach(Pointer::close);
    owned.clear();
    views.clear();
  }

  /** Keeps a tensor beyond every scope, until {@link #close}. */
  private Tensor own(Tensor tensor) {
    tensor.retainReference();
    owned.add(tensor);
    return tensor;
  }

  private static long product(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
