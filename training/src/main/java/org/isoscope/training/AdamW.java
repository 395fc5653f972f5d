package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
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
 * Gradients are first clipped to a norm over all parameters (Pascanu et al. 2013). Owns native
 * memory: two numbers a parameter.
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
  private final ForkJoinPool threads;

  /**
   * Starts with both moments at zero.
   *
   * @param weightDecay wd, 0 or above
   * @param maxGradientNorm to clip to; infinite: never
   * @param threads to work on
   */
  AdamW(Parameters parameters, double weightDecay, double maxGradientNorm, int threads) {
    this.threads = new ForkJoinPool(threads);
    this.parameters = parameters;
    this.gradients = parameters.gradients();
    this.weightDecay = weightDecay;
    this.maxGradientNorm = maxGradientNorm;
    try (Scope scope = Scope.withoutGradients()) {
      m = zeros(parameters.size()).retainReference();
      v = zeros(parameters.size()).retainReference();
    }
  }

  /** Euclidean norm of the gradients of all parameters. */
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
    long matrices = parameters.matrixSize();
    forEachPiece(
        0,
        matrices,
        (piece, at, length) -> update(at, length, step, learningRate, clip, weightDecay));
    forEachPiece(
        matrices,
        parameters.size(),
        (piece, at, length) -> update(at, length, step, learningRate, clip, 0));
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

  @Override
  public void close() {
    threads.shutdown();
    m.close();
    v.close();
  }
}
