package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.TinyModel;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes of a batch on several threads. */
final class DataParallelTest {
  private static final int SENTENCES = 200;
  private static final Dropout DROPOUT = Dropout.seeded(9);

  /** Sums of a thousand terms in fp32, in another order. */
  private static final double ROUNDING = 1e-5;

  @TempDir Path directory;
  private Path model;

  @BeforeEach
  void write() {
    model = TinyModel.write(directory.resolve("model"), 1);
  }

  /**
   * The gradient of a loss with respect to embeddings, {@code [sentences, d]} row by row, and its
   * value.
   */
  static Gradient<Double> gradient(float[] embeddings, UnaryOperator<Tensor> loss) {
    try (Scope scope = Scope.withGradients()) {
      int d = TinyModel.CONFIG.hiddenSize();
      Tensor leaf = Tensor.create(embeddings).view(-1, d).set_requires_grad(true);
      Tensor result = loss.apply(leaf);
      result.backward();
      return new Gradient<>(Tensors.toArray(leaf.grad()), result.item_double());
    }
  }

  /** Depends on each embedding and on its place. */
  private static Tensor loss(Tensor embeddings) {
    long n = embeddings.size(0);
    float[] weights = new float[(int) n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) Math.sin(i + 1);
    }
    return torch.tanh(embeddings).sum(1).mul(Tensor.create(weights)).sum();
  }

  private Encoder open(int threads) {
    return Encoder.open(model, new Encoder.Settings(0, 0, threads, Precision.FP32));
  }

  private static List<int[]> sentences(Encoder encoder) {
    List<int[]> all = encoder.tokenizer().tokenize(TinyModel.sentences(SENTENCES, 5)).sentences();
    assertThat(all.stream().mapToInt(ids -> ids.length).sum()).isGreaterThan(4 * 256);
    return all;
  }

  /** Loss, embeddings and gradients. */
  private record Outcome(double loss, float[] embeddings, float[] gradients) {}

  private Outcome run(int threads) {
    try (Encoder encoder = open(threads)) {
      Tensor gradients = encoder.parameters().gradients();
      try (DataParallel parallel = new DataParallel(encoder, Pooling.MEAN)) {
        float[][] seen = new float[1][];
        double value =
            parallel.backward(
                Sentences.of(sentences(encoder)),
                DROPOUT,
                embeddings -> {
                  seen[0] = embeddings;
                  return gradient(embeddings, DataParallelTest::loss);
                });
        return new Outcome(value, seen[0], Tensors.toArray(gradients));
      }
    }
  }

  /** All parts recorded in one graph, on this thread, in that many parts. */
  private Outcome oneGraph(int parts) {
    try (Encoder encoder = open(1);
        Scope scope = Scope.withGradients()) {
      Tensor gradients = encoder.parameters().gradients();
      List<int[]> all = sentences(encoder);
      int tokens = all.stream().mapToInt(ids -> ids.length).sum();
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        order.add(i);
      }
      order.sort(Comparator.comparingInt(i -> all.get(i).length));
      TensorVector rows = new TensorVector();
      int[] places = new int[all.size()];
      int before = 0;
      int next = 0;
      for (int p = 0; p < parts; p++) {
        List<int[]> part = new ArrayList<>();
        List<Integer> names = new ArrayList<>();
        while (next < all.size() && before * (double) parts < tokens * (p + 1.0)) {
          part.add(all.get(order.get(next)));
          names.add(order.get(next));
          before += all.get(order.get(next)).length;
          places[order.get(next)] = next++;
        }
        int[] named = names.stream().mapToInt(name -> name).toArray();
        rows.push_back(encoder.embed(part, named, Pooling.MEAN, DROPOUT, encoder.parameters()));
      }
      Tensor embeddings = torch.cat(rows).index_select(0, Tensor.create(places));
      Tensor value = loss(embeddings);
      value.backward();
      return new Outcome(
          value.item_double(), Tensors.toArray(embeddings.detach()), Tensors.toArray(gradients));
    }
  }

  private static double distance(float[] a, float[] b) {
    double most = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(a[i]));
    }
    return most / largest;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void equalsOneGraph(int threads) {
    Outcome expected = oneGraph(threads);
    Outcome actual = run(threads);
    assertThat(actual.embeddings()).containsExactly(expected.embeddings());
    assertThat(actual.loss()).isEqualTo(expected.loss());
    assertThat(distance(expected.gradients(), actual.gradients())).isLessThan(ROUNDING);
    Outcome other = oneGraph(threads + 1);
    assertThat(distance(other.gradients(), actual.gradients()))
        .as("masks do not depend on the threads")
        .isLessThan(ROUNDING);
  }

  @Test
  void givesTheSameBitsAgain() {
    assertThat(run(3).gradients()).containsExactly(run(3).gradients());
  }

  @Test
  void smallBatchesAreOnePart() {
    try (Encoder encoder = open(4);
        DataParallel parallel = new DataParallel(encoder, Pooling.MEAN)) {
      List<int[]> few = sentences(encoder).subList(0, 20);
      float[] actual = parallel.embed(Sentences.of(few), DROPOUT);
      try (Scope scope = Scope.withoutGradients()) {
        assertThat(actual)
            .containsExactly(Tensors.toArray(encoder.embed(few, Pooling.MEAN, DROPOUT)));
      }
    }
  }

  @Test
  void whatIsNotTrainedHasNoGradient() {
    try (Encoder encoder = open(3)) {
      Parameters parameters = encoder.parameters();
      Tensor gradients = parameters.gradients();
      String frozen = parameters.names().get(0);
      parameters.get(frozen).set_requires_grad(false);
      try (DataParallel parallel = new DataParallel(encoder, Pooling.MEAN)) {
        parallel.backward(
            Sentences.of(sentences(encoder)),
            DROPOUT,
            embeddings -> gradient(embeddings, DataParallelTest::loss));
      }
      float[] values = Tensors.toArray(gradients);
      int own = (int) parameters.get(frozen).numel();
      for (int i = 0; i < own; i++) {
        assertThat(values[i]).isZero();
      }
      assertThat(distance(values, run(3).gradients())).isGreaterThan(ROUNDING);
      assertThat(values[own]).isNotZero();
    }
  }

  @Test
  void aFailureEndsAllThreadsAndLeavesThemFit() {
    try (Encoder encoder = open(3)) {
      Tensor gradients = encoder.parameters().gradients();
      try (DataParallel parallel = new DataParallel(encoder, Pooling.MEAN)) {
        List<int[]> all = sentences(encoder);
        assertThatThrownBy(
                () ->
                    parallel.backward(
                        Sentences.of(all),
                        DROPOUT,
                        embeddings -> {
                          throw new IllegalStateException("no loss");
                        }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("no loss");
        List<int[]> wrong = new ArrayList<>(all);
        wrong.set(7, new int[] {TinyModel.VOCABULARY.size() + 5, 1, 2});
        assertThatThrownBy(() -> parallel.embed(Sentences.of(wrong), DROPOUT))
            .isInstanceOf(RuntimeException.class)
            .hasMessageContaining("index");
        parallel.backward(
            Sentences.of(all), DROPOUT, embeddings -> gradient(embeddings, DataParallelTest::loss));
      }
      assertThat(Tensors.toArray(gradients)).containsExactly(run(3).gradients());
    }
  }
}
