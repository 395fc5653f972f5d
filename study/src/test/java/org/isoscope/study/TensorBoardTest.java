package org.isoscope.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.Evaluation;
import org.isoscope.results.EventFile;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.SentenceSpace;
import org.isoscope.results.StepMetrics;
import org.isoscope.training.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What TensorBoard is told; the file itself is tested where it is written. */
class TensorBoardTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1));

  @TempDir Path work;

  private static Evaluation.Set set(String name, double spearman) {
    return new Evaluation.Set(name, 9, "mean", spearman, null, null, 8, null);
  }

  @Test
  void everyFigureHasItsTag() {
    Geometry.Layer layer =
        new Geometry.Layer(3, 0.1, 0.2, 0.3, 0.4, 0.5, 6.0, 7.0, null, 0.9, List.of(), null);
    Map<String, Double> step = new LinkedHashMap<>();
    step.put("loss", 1.5);
    step.put("learning_rate", 3e-5);
    step.put("gradient_norm", 2.5);
    step.put("tokens_per_second", 400.0);
    step.put("mean_cosine", 0.25);
    Map<String, Double> probe = new LinkedHashMap<>();
    probe.put("geometry/layer_03/anisotropy", 0.1);
    probe.put("geometry/layer_03/self_similarity", 0.2);
    probe.put("geometry/layer_03/adjusted_self_similarity", 0.3);
    probe.put("geometry/layer_03/intra_sentence_similarity", 0.4);
    probe.put("geometry/layer_03/adjusted_intra_sentence_similarity", 0.5);
    probe.put("geometry/layer_03/mean_norm", 6.0);
    probe.put("geometry/layer_03/centroid_norm", 7.0);
    probe.put("geometry/layer_03/debiased_iso_score", 0.9); // IsoScore is undefined
    probe.put("sentence_space/rank_me", 12.5);
    probe.put("sentence_space/layer_02/lidar", 3.5);
    probe.put("estimands/content_type_correlation", 0.3);
    probe.put("sts_probe/c.csv/spearman", 0.7);
    Map<String, Double> sets = new LinkedHashMap<>();
    sets.put("sts//a/c.csv/spearman", 0.8); // two files of one name
    sets.put("sts//b/c.csv/spearman", 0.9);
    sets.put("sts/d.csv/spearman", 0.6);
    Map<String, Double> heldOut = new LinkedHashMap<>();
    heldOut.put("held_out/recall_at_1", 0.5);
    heldOut.put("held_out/ndcg_at_10", 0.625);
    try (EventFile told = EventFile.create(work.resolve("told"), CLOCK);
        EventFile expected = EventFile.create(work.resolve("expected"), CLOCK)) {
      TensorBoard board = new TensorBoard(told);
      board.step(new StepMetrics(8, 1.5, 3e-5, 2.5, 100, 0.25, 0.25));
      board.probe(
          Geometry.of("m", 8, new Geometry.Corpus(1, 1, 0, true), List.of(layer), null)
              .withSentenceSpace(
                  new SentenceSpace(
                      9,
                      4,
                      Map.of("rank-me", 12.5),
                      List.of(new SentenceSpace.Layer(2, Map.of("lidar", 3.5)))))
              .withEstimands(Map.of("content-type-correlation", 0.3))
              .withEvaluation(List.of(set("/a/c.csv", 0.7))));
      board.evaluation(List.of(set("/a/c.csv", 0.8), set("/b/c.csv", 0.9), set("d.csv", 0.6)));
      board.evaluation(List.of());
      board.search(
          new Evaluation.Retrieval(
              "held out",
              9,
              9,
              "mean",
              0.5,
              0.75,
              8,
              List.of(
                  new Evaluation.Measure("recall@1", 0.5, null),
                  new Evaluation.Measure("nDCG@10", 0.625, null)),
              9,
              0));
      expected.write(8, step);
      expected.write(8, probe);
      expected.write(8, sets);
      expected.write(8, heldOut);

      assertThat(told.path()).hasSameBinaryContentAs(expected.path());
    }
  }

  private List<Path> train(Path model, Path text, boolean tensorBoard) throws IOException {
    new TrainingJob(new ModelChoice(model.toString()), TrainingData.sentences(text.toString()))
        .settings(TrainingSettings.defaults().withSteps(2).withBatchSize(4))
        .tensorBoard(tensorBoard)
        .overwrite(true)
        .run(work.resolve("out"), JobListener.SILENT);
    Path events = new ResultDirectory(work.resolve("out")).events();
    if (!Files.exists(events)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(events)) {
      return files.toList();
    }
  }

  @Test
  void aTrainingWritesEventsWhereItIsAskedTo() throws IOException {
    Path model = SmallModel.write(work.resolve("model"));
    Path text = SmallModel.text(work.resolve("text.txt"), 40);

    assertThat(train(model, text, false)).isEmpty();
    List<Path> first = train(model, text, true);
    assertThat(first).hasSize(1);
    assertThat(Files.readString(first.get(0), StandardCharsets.ISO_8859_1))
        .contains("brain.Event:2", "loss", "learning_rate", "geometry/layer_03/anisotropy");
    assertThat(train(model, text, true)).as("those of the earlier run go").hasSize(1);
    assertThat(train(model, text, false)).isEmpty();
  }
}
