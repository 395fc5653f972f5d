package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.encoder.TinyModel;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A barrier stage trains what one process does. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "libtorch's Gloo has Java bindings for Linux only")
final class BarrierTrainingTest {
  /** Logits of 20 in fp32, after a few steps of a small model. */
  private static final double LOSS = 1e-3;

  @TempDir Path work;

  private Map<String, Object> settings() throws IOException {
    Path model = TinyModel.write(work.resolve("model"), 1);
    Path text = Files.write(work.resolve("text.txt"), TinyModel.sentences(80, 2));
    Map<String, Object> settings = new HashMap<>();
    settings.put("model", model.toString());
    settings.put("text", text.toString());
    settings.put("steps", "5");
    settings.put("batch-size", "9");
    settings.put("probe-sentences", "20");
    settings.put("precision", "fp32");
    return settings;
  }

  @Test
  void twoTasksTrainWhatOneProcessDoes() throws IOException {
    Map<String, Object> settings = settings();
    NamedTraining.job(settings, JobListener.SILENT)
        .threads(1)
        .run(work.resolve("one"), JobListener.SILENT);
    List<String> told =
        new BarrierTraining(settings, work.resolve("two"), false).run(TestSession.local(), 2);

    assertThat(told).anyMatch(line -> line.contains("5 steps")).hasSize(3);
    ResultDirectory two = new ResultDirectory(work.resolve("two"));
    assertThat(two.run().orElseThrow().completed()).isTrue();
    assertThat(two.run().orElseThrow().settings()).containsEntry("processes", 2);
    List<StepMetrics> expected = new ResultDirectory(work.resolve("one")).metrics();
    assertThat(two.metrics()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(two.metrics().get(i).loss()).isCloseTo(expected.get(i).loss(), within(LOSS));
      assertThat(two.metrics().get(i).tokens()).isEqualTo(expected.get(i).tokens());
    }
  }

  @Test
  void whatCannotBeIsToldBeforeItIsSent() throws IOException {
    Map<String, Object> settings = settings();
    settings.put("temperature", "-1");
    BarrierTraining training = new BarrierTraining(settings, work.resolve("out"), false);
    assertThatThrownBy(() -> training.run(TestSession.local(), 2))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("temperature");
    assertThat(work.resolve("out")).doesNotExist();
  }
}
