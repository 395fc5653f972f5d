package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a training has made all embeddings alike. */
final class CollapseTest {
  /** A sum of a dozen products in fp32. */
  private static final double ROUNDING = 1e-5;

  private final List<StepMetrics> metrics = new ArrayList<>();
  private final List<Integer> noticed = new ArrayList<>();

  private void steps(int count, double cosine) {
    for (int i = 0; i < count; i++) {
      int step = metrics.size() + 1;
      metrics.add(new StepMetrics(step, 1, 1e-5, 1, 10, 0, cosine));
      if (Collapse.isNoticed(metrics)) {
        noticed.add(step);
      }
    }
  }

  @Test
  void isNoticedAtTheTenthStepAndOnce() {
    steps(3, 0.5);
    steps(9, 0.995);
    assertThat(noticed).isEmpty();
    steps(5, 0.995);
    steps(2, 0.3);
    steps(30, 0.999);
    assertThat(noticed).containsExactly(13);
  }

  @Test
  void fewerStepsInARowAreNone() {
    for (int i = 0; i < 5; i++) {
      steps(1, 0.99);
      steps(9, 0.999);
    }
    assertThat(noticed).isEmpty();
  }

  @Test
  void aModelThatIsSoFromTheStartHasNotCollapsed() {
    steps(40, 0.999);
    assertThat(noticed).isEmpty();
    steps(1, 0.9);
    steps(10, 0.999);
    assertThat(noticed).containsExactly(51);
  }

  @Test
  void theMeanCosineIsThatOfTheAnchors(@TempDir Path directory) {
    Path model = TinyModel.writeWithoutDropout(directory, 1);
    try (Encoder encoder = TinyModel.open(model, 1)) {
      var text = encoder.tokenizer().tokenize(TinyModel.sentences(4, 2));
      TrainingSettings settings =
          TrainingSettings.defaults().withSteps(1).withBatchSize(4).withSeed(new Seed(1));
      float[][] vectors = encoder.embed(text, List.of(Pooling.MEAN)).get(0);
      double sum = 0;
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          sum += i == j ? 0 : cosine(vectors[i], vectors[j]);
        }
      }
      try (Trainer trainer = new Trainer(encoder, TrainingItems.simCse(text), settings)) {
        assertThat(trainer.next().meanCosine()).isCloseTo(sum / 12, within(ROUNDING));
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
