package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with a prompt, two poolings and layers behind them, through the commands. */
final class ModulesTest {
  /** A model's vectors in another batch. */
  private static final float ROUNDING = 1e-5f;

  private static final int WIDTH = 12;

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    Path model = TinyModel.write(work.resolve("model"), 1);
    TinyModel.write(model, TinyModel.modules(), 2);
    List<String> texts = TinyModel.sentences(60, 4);
    Files.write(work.resolve("text.txt"), texts);
    StringBuilder pairs = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      pairs.append(texts.get(i)).append(',').append(texts.get(i + 20)).append(',').append(i % 6);
      pairs.append('\n');
    }
    Files.writeString(work.resolve("sts.csv"), pairs);
  }

  private static ResultDirectory done(String command) {
    Path out = work.resolve("out" + command.hashCode());
    Program.Outcome outcome =
        Program.run((command.replace("@", work + "/") + " --quiet --out " + out).split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    return new ResultDirectory(out);
  }

  private static float[][] encode(Path model, String name) throws IOException {
    Path file = work.resolve(name);
    Program.Outcome outcome =
        Program.run(
            "encode",
            "--quiet",
            "--model",
            "" + model,
            "--text",
            work.resolve("text.txt") + "",
            "--out",
            "" + file);
    assertThat(outcome.code()).as("%s", outcome).isZero();
    List<float[]> rows = new ArrayList<>();
    VectorFile.open(file.toString(), Columns.DEFAULT)
        .forEach((row, index) -> rows.add(row.clone()));
    return rows.toArray(float[][]::new);
  }

  @Test
  void encodeGivesTheSentenceEncodersVectors() throws IOException {
    Path model = work.resolve("model");
    float[][] vectors = encode(model, "vectors.npy");
    assertThat(vectors).hasDimensions(60, WIDTH);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(model)) {
      assertThat(encoder.prompt()).isEqualTo("the cat ");
      float[][] expected = encoder.encode(Files.readAllLines(work.resolve("text.txt")));
      for (int i = 0; i < expected.length; i++) {
        assertThat(vectors[i]).containsExactly(expected[i], within(ROUNDING));
      }
    }
  }

  @Test
  void analyzeAndEvaluateMeasureThem() {
    ResultDirectory results =
        done("analyze --model @model --text @text.txt --related @sts.csv --sample 50");
    assertThat(results.geometry().orElseThrow().spaces().get(0).name())
        .isEqualTo("embeddings (cls+mean, 2_Dense, 3_LayerNorm, normalized)");
    assertThat(results.geometry().orElseThrow().spaces().get(0).dimension()).isEqualTo(WIDTH);
    assertThat(
            done("evaluate --model @model --sts @sts.csv")
                .evaluation()
                .orElseThrow()
                .sets()
                .get(0)
                .pooling())
        .isEqualTo("cls+mean");
    assertThat(
            done("analyze --model @model --text @text.txt --pooling max+last-token")
                .geometry()
                .orElseThrow()
                .spaces()
                .get(0)
                .name())
        .startsWith("embeddings (max+last-token, 2_Dense");
  }

  @Test
  void aTrainingKeepsWhatItReadAndTrainsIt() throws IOException {
    ResultDirectory results =
        done(
            "train --model @model --text @text.txt --sts @sts.csv --steps 3 --batch-size 8"
                + " --probe-sentences 30 --head mlp --learning-rate 1e-2");
    Path saved = results.path().resolve("model");
    SentenceModules read = SentenceModules.read(work.resolve("model"));
    assertThat(SentenceModules.read(saved)).isEqualTo(read.withMaxLength(64));
    assertThat(saved.resolve("2_Dense/model.safetensors"))
        .exists()
        .satisfies(
            file ->
                assertThat(Files.readAllBytes(file))
                    .isNotEqualTo(
                        Files.readAllBytes(work.resolve("model/2_Dense/model.safetensors"))));
    assertThat(encode(saved, "trained.npy")).hasDimensions(60, WIDTH);
    Run run = results.run().orElseThrow();
    assertThat(run.settings()).containsEntry("pooling", "cls+mean");
  }

  @Test
  void aPromptThatIsAskedForIsSavedAsTheDefault() {
    ResultDirectory results =
        done(
            "train --model @model --text @text.txt --steps 1 --batch-size 8 --probe-sentences 30"
                + " --prompt dog");
    SentenceModules saved = SentenceModules.read(results.path().resolve("model"));
    assertThat(saved.prompt()).isEqualTo("dog");
    assertThat(saved.prompts()).containsAllEntriesOf(Map.of("query", "the cat "));
    assertThat(results.run().orElseThrow().settings()).containsEntry("prompt", "dog");
  }

  @Test
  void textsAlikeForTheModelAreTold() throws IOException {
    List<String> texts = new ArrayList<>(TinyModel.sentences(20, 9));
    texts.add(texts.get(0).toUpperCase(Locale.ROOT));
    Path file = Files.write(work.resolve("case.txt"), texts);
    long distinct = texts.stream().distinct().count();
    ResultDirectory results =
        done("train --model @model --text @case.txt --steps 1 --batch-size 4 --probe-sentences 20");
    assertThat(results.run().orElseThrow().notes())
        .contains(
            file
                + ": 1 of "
                + distinct
                + " sentences have the tokens of another; in a batch each is taken for a negative"
                + " of the other, unless no-duplicates is on");
  }
}
