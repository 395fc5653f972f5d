package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.zeros;

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

  /**
   * Starts with both moments at zero.
   *
   * @param weightDecay wd, 0 or above
   * @param maxGradientNorm to clip to; infinite: never
   */
  AdamW(Parameters parameters, double weightDecay, double maxGradientNorm) {
    this.parameters = parameters;
    this.gradients = parameters.gradients();
    this.weightDecay = weightDecay;
    this.maxGradientNorm = maxGradientNorm;
    try (Scope scope = Scope.withoutGradients()) {
      m = zeros(parameters.size()).retainReference();
      v = zeros(parameters.size()).retainReference();
    }
  }

  /** Sets all gradients to zero, before a backward pass adds to them. */
  void zeroGradients() {
    try (Scope scope = Scope.withoutGradients()) {
      gradients.zero_();
    }
  }

  /** Euclidean norm of the gradients of all parameters. */
  double gradientNorm() {
    try (Scope scope = Scope.withoutGradients()) {
      double squares = 0;
      for (long from = 0; from < parameters.size(); from += PIECE) {
        long length = Math.min(PIECE, parameters.size() - from);
        Tensor g = gradients.narrow(0, from, length);
        squares += g.dot(g).item_double();
      }
      return Math.sqrt(squares);
    }
  }

  /**
   * One step.
   *
   * @param step t, from 1
   * @param gradientNorm as {@link #gradientNorm} gave it
   */
  void step(int step, double learningRate, double gradientNorm) {
    double clip = Math.min(1, maxGradientNorm / (gradientNorm + 1e-6));
    update(0, parameters.matrixSize(), step, learningRate, clip, weightDecay);
    update(parameters.matrixSize(), parameters.size(), step, learningRate, clip, 0);
  }

  private void update(long from, long to, int step, double rate, double clip, double decay) {
    Scalar keep = new Scalar(1 - rate * decay);
    Scalar clipping = new Scalar(clip);
    Scalar oneMinusBeta1 = new Scalar(1 - BETA1);
    Scalar beta2 = new Scalar(BETA2);
    Scalar oneMinusBeta2 = new Scalar(1 - BETA2);
    Scalar correction2 = new Scalar(1 / Math.sqrt(1 - Math.pow(BETA2, step)));
    Scalar epsilon = new Scalar(EPSILON);
    Scalar minusRate = new Scalar(-rate / (1 - Math.pow(BETA1, step)));
    for (long at = from; at < to; at += PIECE) {
      try (Scope scope = Scope.withoutGradients()) {
        long length = Math.min(PIECE, to - at);
        Tensor p = parameters.flat().narrow(0, at, length);
        Tensor g = gradients.narrow(0, at, length).mul(clipping);
        Tensor m = this.m.narrow(0, at, length).lerp_(g, oneMinusBeta1);
        Tensor v = this.v.narrow(0, at, length).mul_(beta2).addcmul_(g, g, oneMinusBeta2);
        p.mul_(keep).addcdiv_(m, v.sqrt().mul_(correction2).add_(epsilon), minusRate);
      }
    }
  }

  @Override
  public void close() {
    m.close();
    v.close();
  }
}
