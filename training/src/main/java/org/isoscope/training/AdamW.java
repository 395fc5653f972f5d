package org.isoscope.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.torch.Device;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;

/**
 * AdamW, Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), over the flat
 * parameters, on the processor in pieces that fit the cache, so that each number is read from
 * memory once a step:
 *
 * <pre>
 *   p -= lr wd p            (matrices only: none on biases and norms)
 *   m += (1 - b1) (g - m)
 *   v = b2 v + (1 - b2) g^2
 *   p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 * </pre>
 *
 * Gradients are first clipped to a norm over all parameters that are trained (Pascanu et al. 2013).
 * Owns memory of the parameters' device: two numbers a parameter.
 */
final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final long PIECE = 1 << 16;

  private final Parameters parameters;
  private final Tensor gradients;
  private final Parameters firstMoments;
  private final Parameters secondMoments;
  private final long pieceSize;
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
   * @param threads of the processor to work on; a GPU is given the work by one
   */
  AdamW(
      Parameters parameters,
      double weightDecay,
      double maxGradientNorm,
      ToDoubleFunction<String> share,
      int threads) {
    Device device = parameters.device();
    this.threads = new ForkJoinPool(device.threads(threads));
    this.pieceSize = device.isCpu() ? PIECE : Math.max(1, parameters.size());
    this.parameters = parameters;
    this.gradients = parameters.gradients();
    this.ranges = ranges(parameters, share);
    this.weightDecay = weightDecay;
    this.maxGradientNorm = maxGradientNorm;
    this.firstMoments = parameters.ofSameLayout();
    this.secondMoments = parameters.ofSameLayout();
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
    Tensor m = firstMoments.flat().narrow(0, at, length).lerp_(g, new Scalar(1 - BETA1));
    Tensor v =
        secondMoments
            .flat()
            .narrow(0, at, length)
            .mul_(new Scalar(BETA2))
            .addcmul_(g, g, new Scalar(1 - BETA2));
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

  private int pieces(long from, long to) {
    return Math.toIntExact((to - from + pieceSize - 1) / pieceSize);
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
                        long at = from + piece * pieceSize;
                        work.accept(piece, at, Math.min(pieceSize, to - at));
                      }
                    });
    threads.submit(all).join();
  }

  /** m of every parameter; with {@link #secondMoments} its state, but for the step. */
  Parameters firstMoments() {
    return firstMoments;
  }

  /** v of every parameter. */
  Parameters secondMoments() {
    return secondMoments;
  }

  /** Gives all processes the first one's state. */
  void share(Processes processes) {
    processes.broadcast(firstMoments.flat());
    processes.broadcast(secondMoments.flat());
  }

  /** Adds up the gradients of all processes; each then has the sum. */
  void sumGradients(Processes processes) {
    processes.sum(gradients);
  }

  @Override
  public void close() {
    threads.shutdown();
    firstMoments.close();
    secondMoments.close();
  }
}
