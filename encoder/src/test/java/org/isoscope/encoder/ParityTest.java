package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.normalize;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.PostNorm;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packed transformer of every family against Hugging Face's padded model; reference.py beside
 * the reference files made them.
 */
class ParityTest {
  /** Hidden states are of order 1 in fp32; both sides round differently. */
  private static final float HIDDEN = 1e-4f;

  /** Of a gradient, relative to the largest entry of its tensor. */
  private static final double GRADIENT = 1e-4;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "b",
        "mpnet",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "electra",
        "modernbert"
      })
  void hiddenStatesAgreeAtEveryLayer(String name) {
    try (Fixture f = new Fixture(name);
        Scope scope = Scope.withoutGradients()) {
      PackedBatch batch = PackedBatch.of(f.sentences);
      List<Tensor> hidden = f.transformer.forward(batch, Dropout.off(), Precision.FP32);
      assertThat(hidden).hasSize(f.config.layers() + 1);
      for (int layer = 0; layer < hidden.size(); layer++) {
        float[] ours = f.inGivenOrder(Tensors.toArray(hidden.get(layer)), batch);
        assertThat(ours).containsExactly(f.golden("hidden." + layer), within(HIDDEN));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a,mean",
    "a,cls",
    "a,max",
    "a,first-last",
    "a,last-two",
    "b,mean",
    "b,max",
    "mpnet,mean",
    "roberta,mean",
    "xlm-roberta,mean",
    "distilbert,mean",
    "electra,mean",
    "modernbert,mean"
  })
  void embeddingsLossAndEveryGradientAgree(String name, String pooling) {
    try (Fixture f = new Fixture(name);
        Scope scope = Scope.withGradients()) {
      f.parameters.gradients();
      double loss = f.backward(f.sentences, pooling);
      assertThat(loss)
          .isCloseTo(
              f.golden("loss." + pooling)[0],
              org.assertj.core.api.Assertions.withinPercentage(100 * GRADIENT));
      for (String parameter : f.parameters.names()) {
        float[] ours = Tensors.toArray(f.parameters.get(parameter).grad());
        assertThat(relativeError(ours, f.golden("gradient." + pooling + "." + parameter)))
            .as(parameter)
            .isLessThan(GRADIENT);
      }
    }
  }

  /** Up to 512 apart: the sentences of the reference are shorter. */
  @Test
  void bucketsOfRelativePositionsAgree() {
    try (Fixture f = new Fixture("mpnet")) {
      float[] golden = f.golden("buckets");
      assertThat(golden).hasSize(1024);
      for (int i = 0; i < golden.length; i++) {
        assertThat(PostNorm.bucket(i - 512, 32)).as("%d", i - 512).isEqualTo((int) golden[i]);
      }
    }
  }

  @Test
  void theComparisonCanFail() {
    try (Fixture f = new Fixture("a");
        Scope scope = Scope.withGradients()) {
      f.parameters.gradients();
      FloatBuffer weight = f.parameters.buffer("encoder.layer.1.attention.self.query.weight");
      weight.put(5, weight.get(5) + 0.05f);
      f.backward(f.sentences, "mean");
      String parameter = "encoder.layer.0.output.dense.weight";
      float[] ours = Tensors.toArray(f.parameters.get(parameter).grad());
      assertThat(relativeError(ours, f.golden("gradient.mean." + parameter)))
          .isGreaterThan(GRADIENT);
    }
  }

  @Test
  void theOrderOfTheSentencesDoesNotMatter() {
    try (Fixture f = new Fixture("a");
        Scope scope = Scope.withoutGradients()) {
      List<int[]> reversed = new ArrayList<>(f.sentences);
      Collections.reverse(reversed);
      PackedBatch there = PackedBatch.of(f.sentences);
      PackedBatch back = PackedBatch.of(reversed);
      for (Pooling pooling : Pooling.single()) {
        float[] a =
            Tensors.toArray(
                pooling.pool(
                    f.transformer.forward(there, Dropout.off(), Precision.FP32), there, 0));
        float[] b =
            Tensors.toArray(
                pooling.pool(f.transformer.forward(back, Dropout.off(), Precision.FP32), back, 0));
        int d = f.config.hiddenSize();
        for (int i = 0; i < f.sentences.size(); i++) {
          int j = f.sentences.size() - 1 - i;
          assertThat(Arrays.copyOfRange(a, i * d, (i + 1) * d))
              .containsExactly(Arrays.copyOfRange(b, j * d, (j + 1) * d), within(HIDDEN));
        }
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> within(float offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  private static double relativeError(float[] ours, float[] golden) {
    assertThat(ours).hasSameSizeAs(golden);
    double worst = 0;
    double scale = 0;
    for (int i = 0; i < ours.length; i++) {
      worst = Math.max(worst, Math.abs(ours[i] - golden[i]));
      scale = Math.max(scale, Math.abs(golden[i]));
    }
    // A key's bias shifts all scores of a row alike: its gradient is zero but for rounding.
    return worst / Math.max(scale, 1e-2);
  }

  /** One reference model and its outputs. */
  private static final class Fixture implements AutoCloseable {
    final Safetensors golden;
    final EncoderConfig config;
    final Parameters parameters;
    final Transformer transformer;
    final List<int[]> sentences = new ArrayList<>();

    Fixture(String name) {
      Compute.load();
      Compute.load();
      Path directory = Path.of("src/test/resources/org/isoscope/encoder/reference", name);
      golden = Safetensors.open(directory.resolve("golden.safetensors"));
      try (Checkpoint checkpoint = Checkpoint.open(directory)) {
        config = checkpoint.config();
        parameters = Parameters.load(config.shapes(), Device.CPU, checkpoint::parameter);
      }
      transformer = new Transformer(config, parameters);
      int from = 0;
      float[] floats = golden("ids");
      int[] ids = new int[floats.length];
      Arrays.setAll(ids, i -> (int) floats[i]);
      for (float n : golden("lengths")) {
        int length = (int) n;
        sentences.add(Arrays.copyOfRange(ids, from, from + length));
        from += length;
      }
    }

    float[] golden(String tensor) {
      FloatBuffer buffer = golden.floats(tensor);
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }

    /** Loss as the script computes it, and its gradients. */
    double backward(List<int[]> batch, String pooling) {
      PackedBatch packed = PackedBatch.of(batch);
      Tensor pooled =
          Pooling.parse(pooling)
              .pool(transformer.forward(packed, Dropout.off(), Precision.FP32), packed, 0);
      long half = batch.size() / 2;
      Tensor a = normalize(pooled.narrow(0, 0, half));
      Tensor b = normalize(pooled.narrow(0, half, half));
      Tensor own = arange(new Scalar(half), new TensorOptions(ScalarType.Long));
      Tensor loss = cross_entropy_loss(a.matmul(b.t()).mul(new Scalar(1 / 0.05)), own);
      loss.backward();
      return loss.item_double();
    }

    /** Rows of the pack, in the order of the sentences given. */
    float[] inGivenOrder(float[] rows, PackedBatch batch) {
      int d = config.hiddenSize();
      int[] starts = new int[sentences.size()];
      int start = 0;
      for (int i = 0; i < starts.length; i++) {
        starts[i] = start;
        start += sentences.get(i).length * d;
      }
      float[] result = new float[rows.length];
      int row = 0;
      for (int place = 0; place < batch.order().length; place++) {
        int sentence = batch.order()[place];
        int length = sentences.get(sentence).length * d;
        System.arraycopy(rows, row, result, starts[sentence], length);
        row += length;
      }
      return result;
    }

    @Override
    public void close() {
      parameters.close();
      golden.close();
    }
  }
}
