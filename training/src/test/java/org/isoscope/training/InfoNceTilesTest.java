package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.eye;
import static org.bytedeco.pytorch.global.torch.normalize;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Tensors;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tiles against one graph of the whole batch, in one process and in shares of several. */
final class InfoNceTilesTest {
  private static final int ITEMS = 23;
  private static final int DIMENSION = 6;

  /** Logits up to 20 in fp32, some of them added up. */
  private static final double LOSS = 2e-5;

  /** Of the largest entry of the gradient: rounding of logits up to 20, whose exponential it is. */
  private static final double GRADIENT = 2e-5;

  /** Every setting that changes the logits, the smaller tile sizes, uneven shares. */
  record Case(InfoNce objective, int negatives, int tile, int processes, int threads) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    List<InfoNce> objectives =
        List.of(
            new InfoNce(0.05),
            new InfoNce(InfoNce.Similarity.COSINE, 0.07, true, false, 1),
            new InfoNce(InfoNce.Similarity.COSINE, 0.05, false, true, 1),
            new InfoNce(InfoNce.Similarity.DOT, 2, true, true, 3),
            new InfoNce(InfoNce.Similarity.COSINE, 0.1, false, false, 0.25));
    for (InfoNce objective : objectives) {
      for (int negatives = 0; negatives <= 2; negatives++) {
        for (int tile : new int[] {1, 5, 23, 1000}) {
          for (int processes = 1; processes <= 4; processes++) {
            cases.add(new Case(objective, negatives, tile, processes, 1 + tile % 2));
          }
        }
      }
    }
    return cases;
  }

  @BeforeAll
  static void load() {
    Compute.load();
  }

  /** Loss, and gradients of each column and of log t. */
  private record Outcome(double loss, List<float[]> gradients, float logTemperature) {}

  private static Outcome oneGraph(Case c, List<float[]> values) {
    try (Parameters learned = learned(c.objective());
        Scope scope = Scope.withGradients()) {
      List<Tensor> columns = values.stream().map(v -> leaf(v, ITEMS)).toList();
      Tensor loss = oneGraph(c.objective(), columns, learned);
      loss.backward();
      return new Outcome(
          loss.item_double(),
          columns.stream().map(x -> Tensors.toArray(x.grad())).toList(),
          logTemperature(learned));
    }
  }

  /** The loss of a whole batch in one graph, by the library's cross entropy. */
  static Tensor oneGraph(InfoNce objective, List<Tensor> columns, Parameters learned) {
    long items = columns.get(0).size(0);
    List<Tensor> scaled =
        columns.stream()
            .map(x -> objective.similarity() == InfoNce.Similarity.DOT ? x : normalize(x))
            .toList();
    Tensor others = cat(new TensorVector(scaled.subList(1, scaled.size()).toArray(Tensor[]::new)));
    Tensor logits = scaled.get(0).matmul(others.t());
    logits =
        objective.learnTemperature()
            ? logits.mul(learned.get(InfoNce.LOG_TEMPERATURE).neg().exp())
            : logits.div(new Scalar(objective.temperature()));
    Tensor weights =
        eye(items, logits.options()).mul(new Scalar(Math.log(objective.hardNegativeWeight())));
    Tensor added = zeros_like(weights);
    for (int column = 2; column < columns.size(); column++) {
      added = cat(new TensorVector(added, weights), 1);
    }
    logits = logits.add(added);
    Tensor own = arange(new Scalar(items), new TensorOptions(ScalarType.Long));
    Tensor loss = cross_entropy_loss(logits, own);
    return objective.symmetric()
        ? loss.add(cross_entropy_loss(logits.narrow(1, 0, items).t(), own)).mul(new Scalar(0.5))
        : loss;
  }

  private static Parameters learned(InfoNce objective) {
    Parameters learned = objective.parameters(Device.CPU);
    learned.gradients();
    return learned;
  }

  private static float logTemperature(Parameters learned) {
    return learned.size() == 0 ? 0 : Tensors.toArray(learned.gradients())[0];
  }

  private static Tensor leaf(float[] values, int rows) {
    return Tensor.create(values).view(rows, DIMENSION).detach().set_requires_grad(true);
  }

  /** What a process gets of its share. */
  private static Outcome share(Case c, List<float[]> values, Processes processes) {
    BatchShare share = new BatchShare(processes, ITEMS, c.threads());
    try (Parameters learned = learned(c.objective());
        Scope scope = Scope.withGradients()) {
      int from = share.first() * DIMENSION;
      List<Tensor> columns =
          values.stream()
              .map(v -> Arrays.copyOfRange(v, from, from + share.size() * DIMENSION))
              .map(own -> leaf(own, share.size()))
              .toList();
      Tensor loss = c.objective().loss(columns, null, learned, share, c.tile());
      loss.backward();
      return new Outcome(
          loss.item_double(),
          columns.stream().map(x -> Tensors.toArray(x.grad())).toList(),
          logTemperature(learned));
    }
  }

  private static List<float[]> values(int columns) {
    List<float[]> values = new ArrayList<>();
    Random random = new Random(columns);
    for (int column = 0; column < columns; column++) {
      float[] rows = new float[ITEMS * DIMENSION];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (float) random.nextGaussian();
      }
      values.add(rows);
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalOneGraph(Case c) {
    List<float[]> values = values(2 + c.negatives());
    Outcome expected = oneGraph(c, values);
    List<Outcome> actual = Together.run(c.processes(), processes -> share(c, values, processes));

    double logTemperature = 0;
    for (Outcome each : actual) {
      assertThat(each.loss()).isEqualTo(actual.get(0).loss());
      logTemperature += each.logTemperature();
    }
    assertThat(actual.get(0).loss()).isCloseTo(expected.loss(), within(LOSS));
    assertThat(logTemperature)
        .isCloseTo(expected.logTemperature(), within(LOSS * Math.max(1, expected.loss())));
    for (int column = 0; column < values.size(); column++) {
      float[] whole = new float[ITEMS * DIMENSION];
      int at = 0;
      for (Outcome each : actual) {
        float[] own = each.gradients().get(column);
        System.arraycopy(own, 0, whole, at, own.length);
        at += own.length;
      }
      assertThat(at).isEqualTo(whole.length);
      double largest = 0;
      for (float x : expected.gradients().get(column)) {
        largest = Math.max(largest, Math.abs(x));
      }
      assertThat(whole)
          .as("column " + column)
          .containsExactly(expected.gradients().get(column), within((float) (GRADIENT * largest)));
    }
  }

  /**
   * The largest batch there may be: of its logits, 17 GB, no more than some tiles are in memory.
   * Rows of the gradient by their definition, in double precision.
   */
  @Tag("large")
  @Test
  void theLargestBatchNeedsLittleMemory() {
    int items = 1 << 16;
    int d = 16;
    double temperature = 0.05;
    Random random = new Random(1);
    float[] a = unit(random, items, d, null);
    float[] p = unit(random, items, d, a);
    long before = Pointer.physicalBytes();
    long most;
    double loss;
    float[] ofAnchors;
    float[] ofPositives;
    try (Parameters none = new InfoNce(temperature).parameters(Device.CPU);
        Scope scope = Scope.withGradients()) {
      Tensor anchors = Tensor.create(a).view(items, d).detach().set_requires_grad(true);
      Tensor positives = Tensor.create(p).view(items, d).detach().set_requires_grad(true);
      InfoNce objective = new InfoNce(InfoNce.Similarity.DOT, temperature, false, false, 1);
      BatchShare share = new BatchShare(Processes.alone(), items, 2);
      Tensor value = objective.loss(List.of(anchors, positives), null, none, share);
      value.backward();
      most = Pointer.physicalBytes();
      loss = value.item_double();
      ofAnchors = Tensors.toArray(anchors.grad());
      ofPositives = Tensors.toArray(positives.grad());
    }
    assertThat((most - before) >> 20).as("MiB").isLessThan(500);

    assertThat(loss).isBetween(0.0, Math.log(items) + 1 / temperature);
    for (int row : new int[] {0, 1023, 1024, 40_000, items - 1}) {
      double sum = 0;
      double[] weighted = new double[d];
      for (int j = 0; j < items; j++) {
        double weight = Math.exp(dot(a, row, p, j, d) / temperature);
        sum += weight;
        for (int k = 0; k < d; k++) {
          weighted[k] += weight * p[j * d + k];
        }
      }
      for (int k = 0; k < d; k++) {
        double expected = (weighted[k] / sum - p[row * d + k]) / (items * temperature);
        assertThat((double) ofAnchors[row * d + k])
            .isCloseTo(expected, within(GRADIENT / (items * temperature)));
      }
    }
    // Both are the sum over i and j of G_ij s_ij / (N t), by the rows of G and by its columns.
    double byRows = 0;
    double byColumns = 0;
    for (int i = 0; i < items; i++) {
      byRows += dot(a, i, ofAnchors, i, d);
      byColumns += dot(p, i, ofPositives, i, d);
    }
    assertThat(byColumns).isCloseTo(byRows, within(GRADIENT * Math.abs(byRows)));
  }

  /** Unit vectors, near those given where some are. */
  private static float[] unit(Random random, int n, int d, float @Nullable [] near) {
    float[] vectors = new float[n * d];
    for (int i = 0; i < n; i++) {
      double squares = 0;
      for (int k = 0; k < d; k++) {
        double x = random.nextGaussian();
        vectors[i * d + k] = (float) (near == null ? x : near[i * d + k] + 0.2 * x);
        squares += vectors[i * d + k] * vectors[i * d + k];
      }
      for (int k = 0; k < d; k++) {
        vectors[i * d + k] /= (float) Math.sqrt(squares);
      }
    }
    return vectors;
  }

  private static double dot(float[] a, int i, float[] b, int j, int d) {
    double sum = 0;
    for (int k = 0; k < d; k++) {
      sum += (double) a[i * d + k] * b[j * d + k];
    }
    return sum;
  }

  @Test
  void threadsChangeNoBit() {
    List<float[]> values = values(3);
    Case one = new Case(new InfoNce(0.05), 1, 4, 1, 1);
    Case three = new Case(new InfoNce(0.05), 1, 4, 1, 3);
    Outcome expected = share(one, values, Processes.alone());
    Outcome actual = share(three, values, Processes.alone());
    assertThat(actual.loss()).isEqualTo(expected.loss());
    for (int column = 0; column < 3; column++) {
      assertThat(actual.gradients().get(column)).containsExactly(expected.gradients().get(column));
    }
  }
}
