package org.isoscope.encoder;

import static org.bytedeco.pytorch.global.torch.zeros;

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
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a model, fp32, as named views of one flat buffer, matrices before vectors: the
 * optimizer then works on two ranges of a flat buffer, with and without weight decay, and a
 * gradient is a view of a second buffer of the same layout. Owns native memory.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> views = new LinkedHashMap<>();
  private final List<Pointer> owned = new ArrayList<>();
  private final Tensor flat;
  private final long matrices;
  private @Nullable Tensor gradients;

  private Parameters(Map<String, long[]> shapes) {
    try (Scope scope = Scope.withoutGradients()) {
      long total = shapes.values().stream().mapToLong(Parameters::product).sum();
      flat = own(zeros(total));
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
   * @param values of a parameter, in row-major order, by its name
   */
  public static Parameters load(Map<String, long[]> shapes, Function<String, FloatBuffer> values) {
    Parameters parameters = new Parameters(shapes);
    try {
      for (String name : shapes.keySet()) {
        parameters.buffer(name).put(values.apply(name));
      }
      return parameters;
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  /** The same, of the same layout, in memory of its own. */
  public Parameters copy() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    views.forEach((name, view) -> shapes.put(name, view.shape()));
    return load(shapes, this::buffer);
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

  /** The values of a parameter in native memory, writable, valid while this is open. */
  public FloatBuffer buffer(String name) {
    Tensor view = get(name);
    try (Scope scope = Scope.withoutGradients()) {
      FloatPointer data = view.data_ptr_float().capacity(view.numel());
      return data.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }

  /**
   * Makes the parameters trainable: a backward pass then adds their gradients into one flat buffer,
   * which this returns, {@code [size]}, zero at first.
   */
  public Tensor gradients() {
    if (gradients == null) {
      try (Scope scope = Scope.withoutGradients()) {
        gradients = own(zeros(size()));
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
