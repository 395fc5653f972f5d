package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Scope;
import org.isoscope.training.InfoNce.Similarity;
import org.isoscope.training.Triplet.Distance;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for every objective: its value is that of sentence-transformers (objectives.py beside
 * the golden file made it), its gradient that of the value by differences, in double.
 */
final class ObjectiveTest {
  /** Values around 1 of logits up to 20 in fp32: 20 times 6e-8, a few of them. */
  private static final double VALUE = 1e-5;

  /** Half of the difference quotient's width: its error is of the order of h^2 in double. */
  private static final double H = 1e-6;

  /** Of the largest entry of the gradient. */
  private static final double GRADIENT = 1e-7;

  /** As {@link #GRADIENT}; the learned temperature itself is in fp32. */
  private static final double GRADIENT_OF_LEARNED = 1e-6;

  private static final int BATCH = 5;
  private static final int DIMENSION = 6;

  @BeforeAll
  static void load() {
    Compute.load();
  }

  /** An objective on a number of columns, with scores or without. */
  record Case(String name, Objective objective, int columns, boolean scored) {
    Tensor loss(List<Tensor> embeddings, Tensor scores, Parameters learned) {
      return objective.loss(embeddings, scored ? scores : null, learned);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Objective cut(Objective objective) {
    return new Matryoshka(objective, List.of(8, 5, 2), List.of(1.0, 0.5, 0.25));
  }

  /** Those that sentence-transformers has, by the names of the golden file. */
  static List<Case> published() {
    InfoNce simCse = new InfoNce(0.05);
    InfoNce symmetric = new InfoNce(Similarity.COSINE, 0.05, false, true, 1);
    Triplet euclidean = new Triplet(Distance.EUCLIDEAN, 1);
    return List.of(
        new Case("pairs", simCse, 2, false),
        new Case("pairs, dot", new InfoNce(Similarity.DOT, 0.5, false, false, 1), 2, false),
        new Case("pairs, symmetric", symmetric, 2, false),
        new Case("negatives", simCse, 4, false),
        new Case("negatives, symmetric", symmetric, 4, false),
        new Case("scored", new CoSent(0.05), 2, true),
        new Case("triplets, euclidean", euclidean, 3, false),
        new Case("triplets, cosine", new Triplet(Distance.COSINE, 0.5), 3, false),
        new Case("matryoshka, negatives", cut(simCse), 4, false),
        new Case("matryoshka, scored", cut(new CoSent(0.05)), 2, true),
        new Case("matryoshka, triplets", cut(euclidean), 3, false));
  }

  @ParameterizedTest
  @MethodSource("published")
  void agreesWithSentenceTransformers(Case each) {
    try (Safetensors golden = golden();
        Scope scope = Scope.withoutGradients();
        Parameters learned = each.objective().parameters(Device.CPU)) {
      Tensor all = tensor(golden, "columns", 4, 6, 8);
      List<Tensor> columns = new ArrayList<>();
      for (int column = 0; column < each.columns(); column++) {
        columns.add(all.select(0, column));
      }
      double loss = each.loss(columns, tensor(golden, "scores", 6), learned).item_double();
      assertThat(loss).isCloseTo(golden.floats(each.name()).get(0), within(VALUE));
      for (Case other : published()) {
        if (!other.equals(each)) {
          assertThat(loss)
              .as("can be told from " + other)
              .isNotCloseTo(golden.floats(other.name()).get(0), within(10 * VALUE));
        }
      }
    }
  }

  /** Those and what sentence-transformers lacks. */
  static Stream<Case> all() {
    InfoNce learned = new InfoNce(Similarity.DOT, 0.4, true, true, 3);
    return Stream.concat(
        published().stream().filter(each -> !(each.objective() instanceof Matryoshka)),
        Stream.of(
            new Case("weighted", new InfoNce(Similarity.COSINE, 0.3, false, false, 2), 4, false),
            new Case("learned", learned, 3, false),
            new Case("spread out", new GlobalOrthogonalRegularization(), 2, false),
            new Case(
                "matryoshka, learned",
                new Matryoshka(learned, List.of(6, 3), List.of(1.0, 0.5)),
                3,
                false)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void theGradientIsThatOfTheValue(Case each) {
    Random random = new Random(3);
    double[][] values = new double[each.columns()][BATCH * DIMENSION];
    for (double[] column : values) {
      for (int i = 0; i < column.length; i++) {
        column[i] = random.nextGaussian();
      }
    }
    try (Parameters learned = each.objective().parameters(Device.CPU)) {
      learned.gradients();
      double[][] gradients = new double[values.length][];
      double largest = 0;
      try (Scope scope = Scope.withGradients()) {
        List<Tensor> columns = tensors(values);
        columns.forEach(column -> column.set_requires_grad(true));
        each.loss(columns, scores(), learned).backward();
        for (int column = 0; column < values.length; column++) {
          gradients[column] = doubles(columns.get(column).grad());
          for (double g : gradients[column]) {
            largest = Math.max(largest, Math.abs(g));
          }
        }
      }
      assertThat(largest).isPositive();
      for (int column = 0; column < values.length; column++) {
        for (int i = 0; i < BATCH * DIMENSION; i++) {
          double there = values[column][i];
          values[column][i] = there + H;
          double above = value(each, values, learned);
          values[column][i] = there - H;
          double below = value(each, values, learned);
          values[column][i] = there;
          assertThat(gradients[column][i])
              .isCloseTo((above - below) / (2 * H), within(GRADIENT * Math.max(1, largest)));
        }
      }
    }
  }

  @Test
  void theGradientOfALearnedTemperatureIsThatOfItsValue() {
    double h = 1e-3;
    double[][] values = new double[2][BATCH * DIMENSION];
    Random random = new Random(4);
    for (double[] column : values) {
      for (int i = 0; i < column.length; i++) {
        column[i] = random.nextGaussian();
      }
    }
    double logTemperature = Math.log(0.25);
    Case learning = new Case("", new InfoNce(Similarity.COSINE, 0.25, true, false, 1), 2, false);
    double[] losses = new double[4];
    for (int i = 0; i < 4; i++) {
      double t = Math.exp(logTemperature + new double[] {-2, -1, 1, 2}[i] * h);
      Case fixed = new Case("", new InfoNce(t), 2, false);
      try (Parameters none = fixed.objective().parameters(Device.CPU)) {
        losses[i] = value(fixed, values, none);
      }
    }
    // Of fourth order: the width may be large.
    double expected = (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * h);
    try (Parameters learned = learning.objective().parameters(Device.CPU);
        Scope scope = Scope.withGradients()) {
      Tensor gradient = learned.gradients();
      learning.loss(tensors(values), scores(), learned).backward();
      assertThat(learned.names()).containsExactly("log-temperature");
      assertThat(gradient.item_double())
          .isCloseTo(expected, within(GRADIENT_OF_LEARNED * Math.abs(expected)))
          .isNotZero();
    }
  }

  @Test
  void aLearnedTemperatureStaysAboveItsBound() {
    InfoNce learning = new InfoNce(Similarity.COSINE, 0.05, true, false, 1);
    double[][] values = {{1, 2, 3, 4, 5, 6}, {2, 1, 3, 5, 4, 6}, {1, 1, 1, 1, 1, 1}};
    try (Parameters learned = learning.parameters(Device.CPU);
        Scope scope = Scope.withoutGradients()) {
      learned.buffer("log-temperature").put(0, -50);
      double loss = learning.loss(tensors(values, 1), null, learned).item_double();
      double bound =
          new InfoNce(InfoNce.LEAST_LEARNED).loss(tensors(values, 1), null, learned).item_double();
      assertThat(loss).isCloseTo(bound, within(VALUE * bound)).isPositive();
      assertThat(Math.exp(learned.buffer("log-temperature").get(0)))
          .isCloseTo(InfoNce.LEAST_LEARNED, within(1e-8));
    }
  }

  /** SimCSE, equation 8, with weight alpha, by its definition. */
  @Test
  void theWeightIsThatOfTheAnchorsOwnHardNegatives() {
    double weight = 3;
    double[][] a = {{1, 0.2}, {0.1, 2}};
    double[][] p = {{2, 0.5}, {0.4, 1}};
    double[][] n = {{1, 1}, {-0.3, 1}};
    double expected = 0;
    for (int i = 0; i < 2; i++) {
      double all = 0;
      for (int j = 0; j < 2; j++) {
        all += Math.exp(dot(a[i], p[j]) / 0.7);
        all += (i == j ? weight : 1) * Math.exp(dot(a[i], n[j]) / 0.7);
      }
      expected -= Math.log(Math.exp(dot(a[i], p[i]) / 0.7) / all) / 2;
    }
    double[][] flat = Stream.of(a, p, n).map(c -> concat(c[0], c[1])).toArray(double[][]::new);
    InfoNce weighted = new InfoNce(Similarity.DOT, 0.7, false, false, weight);
    InfoNce plain = new InfoNce(Similarity.DOT, 0.7, false, false, 1);
    try (Parameters none = weighted.parameters(Device.CPU);
        Scope scope = Scope.withoutGradients()) {
      assertThat(weighted.loss(tensors(flat, 2), null, none).item_double())
          .isCloseTo(expected, within(1e-12)); // in double
      assertThat(plain.loss(tensors(flat, 2), null, none).item_double())
          .as("the comparison can fail")
          .isLessThan(expected - 0.1);
    }
  }

  /** Zhang et al. 2017, over all pairs by the definition. */
  @Test
  void theRegularizationIsOfTheCosinesOfDifferentItems() {
    Random random = new Random(5);
    double[][] columns = new double[3][BATCH * DIMENSION];
    for (double[] column : columns) {
      for (int i = 0; i < column.length; i++) {
        column[i] = 1 + random.nextGaussian();
      }
    }
    double sum = 0;
    double squares = 0;
    int pairs = 0;
    for (int a = 0; a < 2 * BATCH; a++) {
      for (int b = 0; b < 2 * BATCH; b++) {
        if (a % BATCH != b % BATCH) {
          double[] x = row(columns[a / BATCH], a % BATCH);
          double[] y = row(columns[b / BATCH], b % BATCH);
          double cosine = product(x, y) / Math.sqrt(product(x, x) * product(y, y));
          sum += cosine;
          squares += cosine * cosine;
          pairs++;
        }
      }
    }
    double mean = sum / pairs;
    double excess = squares / pairs - 1.0 / DIMENSION;
    assertThat(excess).as("both terms count").isGreaterThan(0.01);
    Case two = new Case("", new GlobalOrthogonalRegularization(), 2, false);
    try (Parameters none = two.objective().parameters(Device.CPU)) {
      assertThat(value(two, new double[][] {columns[0], columns[1]}, none))
          .isCloseTo(mean * mean + excess, within(1e-12)); // in double
      assertThat(value(two, columns, none))
          .as("hard negatives are not looked at")
          .isCloseTo(mean * mean + excess, within(1e-12));
    }
  }

  @Test
  void ofOrthogonalEmbeddingsTheRegularizationIsZero() {
    double[] axes = new double[BATCH * DIMENSION];
    for (int i = 0; i < BATCH; i++) {
      axes[i * DIMENSION + i] = i + 1;
    }
    Case two = new Case("", new GlobalOrthogonalRegularization(), 2, false);
    try (Parameters none = two.objective().parameters(Device.CPU)) {
      assertThat(value(two, new double[][] {axes, axes}, none)).isZero();
    }
  }

  private static double[] row(double[] column, int i) {
    return java.util.Arrays.copyOfRange(column, i * DIMENSION, (i + 1) * DIMENSION);
  }

  private static double product(double[] x, double[] y) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += x[j] * y[j];
    }
    return sum;
  }

  @Test
  void limitingCases() {
    double[][] same = new double[3][BATCH * DIMENSION];
    Stream.of(same).forEach(column -> java.util.Arrays.fill(column, 1));
    try (Scope scope = Scope.withoutGradients();
        Parameters none = new CoSent(1).parameters(Device.CPU)) {
      List<Tensor> columns = tensors(same);
      assertThat(new InfoNce(0.05).loss(columns, null, none).item_double())
          .isCloseTo(Math.log(2 * BATCH), within(VALUE));
      assertThat(new Triplet(Distance.EUCLIDEAN, 5).loss(columns, null, none).item_double())
          .isCloseTo(5, within(VALUE));
      assertThat(new GlobalOrthogonalRegularization().loss(columns, null, none).item_double())
          .isCloseTo(2 - 1.0 / DIMENSION, within(VALUE));
      Tensor equal = Tensor.create(new double[BATCH]);
      assertThat(new CoSent(0.05).loss(columns.subList(0, 2), equal, none).item_double()).isZero();
    }
  }

  @Test
  void refusesWhatItCannotUse() {
    try (Scope scope = Scope.withoutGradients();
        Parameters none = new CoSent(1).parameters(Device.CPU)) {
      List<Tensor> two = tensors(new double[2][BATCH * DIMENSION]);
      List<Tensor> three = tensors(new double[3][BATCH * DIMENSION]);
      for (Case wrong :
          List.of(
              new Case("scored InfoNCE", new InfoNce(1), 2, true),
              new Case("CoSENT without scores", new CoSent(1), 2, false),
              new Case("CoSENT of triplets", new CoSent(1), 3, true),
              new Case("scored regularization", new GlobalOrthogonalRegularization(), 2, true),
              new Case("triplet loss of pairs", new Triplet(Distance.COSINE, 1), 2, false))) {
        List<Tensor> columns = wrong.columns() == 2 ? two : three;
        assertThatThrownBy(() -> wrong.loss(columns, scores(), none))
            .as(wrong.name())
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static double value(Case each, double[][] values, Parameters learned) {
    try (Scope scope = Scope.withoutGradients()) {
      return each.loss(tensors(values), scores(), learned).item_double();
    }
  }

  private static Tensor scores() {
    return Tensor.create(new double[] {0.3, 0.9, 0.1, 0.9, 0.5});
  }

  private static List<Tensor> tensors(double[][] columns) {
    return tensors(columns, BATCH);
  }

  private static List<Tensor> tensors(double[][] columns, int batch) {
    return Stream.of(columns)
        .map(column -> Tensor.create(column, batch, column.length / batch))
        .toList();
  }

  private static double[] doubles(Tensor tensor) {
    Tensor contiguous = tensor.contiguous();
    double[] values = new double[(int) contiguous.numel()];
    try (DoublePointer data = contiguous.data_ptr_double()) {
      data.get(values);
    }
    return values;
  }

  private static double dot(double[] x, double[] y) {
    return x[0] * y[0] + x[1] * y[1];
  }

  private static double[] concat(double[] x, double[] y) {
    return new double[] {x[0], x[1], y[0], y[1]};
  }

  private static Safetensors golden() {
    return Safetensors.open(
        Path.of("src/test/resources/org/isoscope/training/objectives/golden.safetensors"));
  }

  private static Tensor tensor(Safetensors file, String name, long... shape) {
    FloatBuffer buffer = file.floats(name);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return Tensor.create(values, shape);
  }
}
