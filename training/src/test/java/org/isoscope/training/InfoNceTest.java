package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Tensors;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss by its definition in double, and its gradient by differences of that. */
final class InfoNceTest {
  private static final int BATCH = 7;
  private static final int DIMENSION = 5;

  /** Cosines in fp32, divided by a temperature of .05 at least: 1e-7 x 20, a few of them. */
  private static final double LOSS = 2e-5;

  /** Of the largest entry of the gradient. */
  private static final double GRADIENT = 1e-4;

  /** Half of the difference quotient's width, in double: its error is of the order of h^2. */
  private static final double H = 1e-6;

  @BeforeAll
  static void load() {
    Compute.load();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.2, 1})
  void lossAndGradientFollowTheDefinition(double temperature) {
    float[] a = random(1);
    float[] p = random(2);
    try (Scope scope = Scope.withGradients()) {
      Tensor anchors = tensor(a);
      Tensor positives = tensor(p);
      Tensor loss = loss(temperature, anchors, positives);
      loss.backward();

      assertThat(loss.item_double())
          .isCloseTo(definition(doubles(a), doubles(p), temperature), within(LOSS));
      checkGradient(Tensors.toArray(anchors.grad()), a, p, temperature, true);
      checkGradient(Tensors.toArray(positives.grad()), a, p, temperature, false);
    }
  }

  @Test
  void isTheLogarithmOfTheBatchWhereAllAreAlike() {
    float[] same = new float[BATCH * DIMENSION];
    java.util.Arrays.fill(same, 3f);
    try (Scope scope = Scope.withoutGradients()) {
      assertThat(loss(0.05, tensor(same), tensor(same)).item_double())
          .isCloseTo(Math.log(BATCH), within(LOSS));
    }
  }

  @Test
  void isNearZeroWhereEachFindsItsOwn() {
    float[] axes = new float[25];
    for (int i = 0; i < 5; i++) {
      axes[i * 5 + i] = i + 1; // lengths do not matter
    }
    try (Scope scope = Scope.withoutGradients()) {
      assertThat(loss(0.05, tensor(axes), tensor(axes)).item_double()).isBetween(0.0, 1e-6);
    }
  }

  private static Tensor loss(double temperature, Tensor anchors, Tensor positives) {
    InfoNce objective = new InfoNce(temperature);
    try (Parameters learned = objective.parameters(Device.CPU)) {
      return objective.loss(List.of(anchors, positives), null, learned);
    }
  }

  private static void checkGradient(
      float[] gradient, float[] a, float[] p, double temperature, boolean ofAnchors) {
    double largest = 0;
    for (float g : gradient) {
      largest = Math.max(largest, Math.abs(g));
    }
    assertThat(largest).isPositive();
    for (int i = 0; i < gradient.length; i++) {
      double[] x = doubles(a);
      double[] y = doubles(p);
      double[] moved = ofAnchors ? x : y;
      moved[i] += H;
      double above = definition(x, y, temperature);
      moved[i] -= 2 * H;
      double below = definition(x, y, temperature);
      assertThat((double) gradient[i])
          .isCloseTo((above - below) / (2 * H), within(GRADIENT * largest));
    }
  }

  /** -log of the share of the own positive, mean over the anchors. */
  static double definition(double[] a, double[] p, double temperature) {
    return definition(a, p, BATCH, DIMENSION, temperature);
  }

  static double definition(double[] a, double[] p, int batch, int d, double temperature) {
    double loss = 0;
    for (int i = 0; i < batch; i++) {
      double all = 0;
      double own = 0;
      for (int j = 0; j < batch; j++) {
        double dot = 0;
        double aa = 0;
        double pp = 0;
        for (int k = 0; k < d; k++) {
          dot += a[i * d + k] * p[j * d + k];
          aa += a[i * d + k] * a[i * d + k];
          pp += p[j * d + k] * p[j * d + k];
        }
        double term = Math.exp(dot / Math.sqrt(aa * pp) / temperature);
        all += term;
        own = i == j ? term : own;
      }
      loss -= Math.log(own / all) / batch;
    }
    return loss;
  }

  static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[BATCH * DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Tensor tensor(float[] values) {
    Tensor tensor = Tensor.create(values, values.length / DIMENSION, DIMENSION);
    tensor.set_requires_grad(true);
    return tensor;
  }
}
