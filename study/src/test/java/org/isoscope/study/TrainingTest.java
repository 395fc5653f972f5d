package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  @TempDir Path work;
  private Path model;
  private Path pairs;

  @BeforeEach
  void write() throws IOException {
    model = SmallModel.write(work.resolve("model"));
    List<String> sentences = SmallModel.sentences(40);
    List<String> lines = new ArrayList<>(List.of("question,answer"));
    IntStream.range(0, 20).forEach(i -> lines.add(sentences.get(i) + "," + sentences.get(20 + i)));
    pairs = Files.write(work.resolve("faq.csv"), lines);
  }

  @Test
  void trainsOnPairs() throws IOException {
    Path sts = SmallModel.scoredPairs(work.resolve("sts.csv"), 12);
    List<Integer> steps = new ArrayList<>();

    TrainingJob.Result result =
        Training.of(model)
            .pairs(pairs)
            .steps(3)
            .batchSize(4)
            .temperature(0.1)
            .seed(7)
            .sts(sts)
            .listener(
                new JobListener() {
                  @Override
                  public void step(StepMetrics metrics, int of) {
                    steps.add(metrics.step());
                  }
                })
            .run(work.resolve("run1"));

    assertThat(steps).containsExactly(1, 2, 3);
    assertThat(result.model().resolve("model.safetensors")).exists();
    assertThat(result.sets()).extracting(set -> set.step()).containsExactly(0, 3);
    assertThat(new ResultDirectory(work.resolve("run1")).run().orElseThrow().settings())
        .containsEntry("pairs", pairs.toString())
        .containsEntry("steps", 3)
        .containsEntry("batch-size", 4)
        .containsEntry("temperature", 0.1)
        .containsEntry("seed", 7);
  }

  @Test
  void isTheJobOfTheSettingsByName() throws IOException {
    Path text = Files.write(work.resolve("text.csv"), List.of("id,text", "1,a cat", "2,the dog"));

    TrainingJob job =
        Training.of("some/model")
            .sentences(text)
            .columns("text")
            .epochs(2)
            .learningRate(1e-5)
            .maxLength(16)
            .with("warm-up", 0.2)
            .job();

    assertThat(job.named())
        .isEqualTo(
            NamedTraining.job(
                    Map.of(
                        "model",
                        "some/model",
                        "text",
                        List.of(text.toString()),
                        "column",
                        List.of("text"),
                        "epochs",
                        2,
                        "learning-rate",
                        1e-5,
                        "max-length",
                        16,
                        "warm-up",
                        0.2),
                    JobListener.SILENT)
                .named());
  }

  @Test
  void errorsNameParameters() {
    Training both = Training.of(model).pairs(pairs).sentences(pairs);
    assertThatThrownBy(both::job)
        .isInstanceOf(UserError.class)
        .hasMessage("text and pairs: exclude each other; expected one of the two. Leave one out.");
    assertThatThrownBy(() -> Training.of(model).pairs(pairs).batchSize(1).job())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("batchSize 1: ");
    assertThatThrownBy(() -> Training.of(model).pairs(pairs).with("batchsize", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no setting is named batchsize; there are model, ");
    assertThatThrownBy(() -> Training.of(model).steps(1).run(work.resolve("run")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no data: give sentences(...) or pairs(...)");
    assertThatThrownBy(() -> Training.of(model).pairs().job())
        .isInstanceOf(IllegalStateException.class);
    assertThat(work.resolve("run")).doesNotExist();
  }

  @Test
  void aModelIsReplacedOnlyWhereAsked() {
    Training training = Training.of(model).pairs(pairs).steps(1).batchSize(4);
    training.run(work.resolve("run"));

    assertThatThrownBy(() -> training.run(work.resolve("run")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("or replace it with overwrite.");
    assertThat(training.overwrite(true).run(work.resolve("run")).model()).exists();
  }
}
