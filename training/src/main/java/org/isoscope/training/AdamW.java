package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;

/**
 * AdamW, Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), over the flat
 * parameters, in pieces that fit the cache, so that each number is read from memory once a step:
 *
 * <pre>
 *   p -= lr wd p            (matrices only: none on biases and norms)
 *   m += (1 - b1) (g - m)
 *   v = b2 v + (1 - b2) g^2
 *   p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 * </pre>
 *
 * Gradients are first clipped to a norm over all parameters that are trained (Pascanu et al. 2013).
 * Owns native memory: two numbers a parameter.
 */
final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final long PIECE = 1 << 16;

  private final Parameters parameters;
  private final Tensor gradients;
  private final Tensor m;
  private final Tensor v;
  private final double weightDecay;
  private final double maxGradientNorm;
  private final List<Range> ranges;
  private final ForkJoinPool threads;

  /** Neighbours in the flat buffer that are updated alike. */
  private record Range(long from, long to, boolean decays, double share) {}

  /**
   * Starts with both moments at zero.
   *
   * @param weightDecay wd, 0 or above
   * @param maxGradientNorm to clip to; infinite: never
   * @param share of the learning rate that a parameter has, by its name; 0: it stays as it is, and
   *     no gradient of it is computed
   * @param threads to work on
   */
  AdamW(
      Parameters parameters,
      double weightDecay,
      double maxGradientNorm,
      ToDoubleFunction<String> share,
      int threads) {
    this.threads = new ForkJoinPool(threads);
    this.parameters = parameters;
    this.gradients = parameters.gradients();
    this.ranges = ranges(parameters, share);
    this.weightDecay = weightDecay;
    this.maxGradientNorm = maxGradientNorm;
    try (Scope scope = Scope.withoutGradients()) {
      m = zeros(parameters.size()).retainReference();
      v = zeros(parameters.size()).retainReference();
    }
  }

  private static List<Range> ranges(Parameters parameters, ToDoubleFunction<String> share) {
    List<Range> ranges = new ArrayList<>();
    long from = 0;
    for (String name : parameters.names()) {
      Tensor parameter = parameters.get(name);
      double own = share.applyAsDouble(name);
      parameter.set_requires_grad(own > 0);
      long to = from + parameter.numel();
      if (own > 0) {
        add(ranges, new Range(from, to, from < parameters.matrixSize(), own));
      }
      from = to;
    }
    return ranges;
  }

  /** Adds a range, as part of the last one where that ends where it begins and is alike. */
  private static void add(List<Range> ranges, Range next) {
    Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
    if (last != null
        && last.to() == next.from()
        && last.decays() == next.decays()
        && last.share() == next.share()) {
      ranges.set(ranges.size() - 1, new Range(last.from(), next.to(), next.decays(), next.share()));
    } else {
      ranges.add(next);
    }
  }

  /** Euclidean norm of the gradients of all parameters; those not trained have zero. */
  double gradientNorm() {
    double[] squares = new double[pieces(0, parameters.size())];
    forEachPiece(
        0,
        parameters.size(),
        (piece, at, length) -> {
          Tensor g = gradients.narrow(0, at, length);
          squares[piece] = g.dot(g).item_double();
        });
    return Math.sqrt(Arrays.stream(squares).sum());
  }

  /**
   * One step; leaves the gradients at zero, for the next backward pass to add to.
   *
   * @param step t, from 1
   * @param gradientNorm as {@link #gradientNorm} gave it
   */
  void step(int step, double learningRate, double gradientNorm) {
    double clip = Math.min(1, maxGradientNorm / (gradientNorm + 1e-6));
    for (Range range : ranges) {
      double rate = range.share() * learningRate;
      double decay = range.decays() ? weightDecay : 0;
      forEachPiece(
          range.from(),
          range.to(),
          (piece, at, length) -> update(at, length, step, rate, clip, decay));
    }
  }

  private void update(long at, long length, int step, double rate, double clip, double decay) {
    Tensor p = parameters.flat().narrow(0, at, length);
    Tensor gradient = gradients.narrow(0, at, length);
    Tensor g = gradient.mul(new Scalar(clip));
    Tensor m = this.m.narrow(0, at, length).lerp_(g, new Scalar(1 - BETA1));
    Tensor v =
        this.v.narrow(0, at, length).mul_(new Scalar(BETA2)).addcmul_(g, g, new Scalar(1 - BETA2));
    Tensor root =
        v.sqrt()
            .mul_(new Scalar(1 / Math.sqrt(1 - Math.pow(BETA2, step))))
            .add_(new Scalar(EPSILON));
    p.mul_(new Scalar(1 - rate * decay))
        .addcdiv_(m, root, new Scalar(-rate / (1 - Math.pow(BETA1, step))));
    gradient.zero_();
  }

  /** Work on elements {@code at} to {@code at + length} of the flat buffers. */
  private interface PieceWork {
    void accept(int piece, long at, long length);
  }

  private static int pieces(long from, long to) {
    return Math.toIntExact((to - from + PIECE - 1) / PIECE);
  }

  /** Pieces are independent and go to all threads; none depends on how many there are. */
  private void forEachPiece(long from, long to, PieceWork work) {
    Runnable all =
        () ->
            IntStream.range(0, pieces(from, to))
                .parallel()
                .forEach(
                    piece -> {
                      try (Scope scope = Scope.withoutGradients()) {
                        long at = from + piece * PIECE;
                        work.accept(piece, at, Math.min(PIECE, to - at));
                      }
                    });
    threads.submit(all).join();
  }

  /**
   * Its state but for the step: both moments of every parameter, by "first-moment." or
   * "second-moment." and the parameter's name. In native memory, writable, valid while this is
   * open.
   */
  Map<String, FloatBuffer> moments() {
    Map<String, FloatBuffer> moments = new LinkedHashMap<>();
    long from = 0;
    for (String name : parameters.names()) {
      long length = parameters.get(name).numel();
      moments.put("first-moment." + name, buffer(m, from, length));
      moments.put("second-moment." + name, buffer(v, from, length));
      from += length;
    }
    return moments;
  }

  /** Gives all processes the first one's state. */
  void share(Processes processes) {
    processes.broadcast(m);
    processes.broadcast(v);
  }

  /** Adds up the gradients of all processes; each then has the sum. */
  void sumGradients(Processes processes) {
    processes.sum(gradients);
  }

  private static FloatBuffer buffer(Tensor flat, long from, long length) {
    try (Scope scope = Scope.withoutGradients()) {
      FloatPointer data = flat.narrow(0, from, length).data_ptr_float().capacity(length);
      return data.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    m.close();
    v.close();
  }
}
