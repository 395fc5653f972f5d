package org.isoscope.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.SmallModel;
import org.isoscope.export.OnnxExport;
import org.isoscope.export.SentenceEmbedding;
import org.isoscope.export.Weights;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every program runs, and prints what its lines in docs/java-api.md promise. */
class ExamplesTest {
  private static final List<String> SENTENCES = SmallModel.sentences(60);

  /** Of one vector with itself, in single precision. */
  private static final Offset<Double> ROUNDING = within(1e-6);

  /** Passed by a sentence with itself, by no two of these sentences. */
  private static final String NEARLY_ONE = "0.99999";

  @TempDir static Path work;
  private static String model;
  private static String text;
  private static String pairs;

  @BeforeAll
  static void write() throws IOException {
    model = SmallModel.write(work.resolve("model")).toString();
    text = SmallModel.text(work.resolve("questions.txt"), SENTENCES.size()).toString();
    List<String> lines = new ArrayList<>(List.of("question,answer"));
    IntStream.range(0, 30).forEach(i -> lines.add(SENTENCES.get(i) + "," + SENTENCES.get(30 + i)));
    pairs = Files.write(work.resolve("faq.csv"), lines).toString();
  }

  private interface Program {
    void main(String[] args) throws IOException;
  }

  private static List<String> lines(Program program, String... args) throws IOException {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      program.main(args);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void encodes() throws IOException {
    List<String> lines = lines(Encode::main, model);

    assertThat(lines).hasSize(2).first().isEqualTo("2 vectors of 24");
    assertThat(Double.parseDouble(lines.get(1))).isBetween(-1.0, 1.0);
  }

  @Test
  void trains() throws IOException {
    Path out = work.resolve("run1");

    assertThat(lines(Train::main, model, pairs, out.toString()))
        .containsExactly("model: " + out.resolve("model"), "report: " + out.resolve("report.html"));
    assertThat(out.resolve("model/model.safetensors")).exists();
    assertThat(out.resolve("report.html")).exists();
  }

  @Test
  void measuresVectors() throws IOException {
    Random random = new Random(1);
    List<String> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      vectors.add(
          String.format(
              Locale.ROOT,
              "%.4f %.4f %.4f",
              5 + random.nextGaussian(),
              5 + random.nextGaussian(),
              5 + random.nextGaussian()));
    }
    Path file = Files.write(work.resolve("vectors.txt"), vectors);

    List<String> lines = lines(MeasureVectors::main, file.toString());
    assertThat(lines)
        .startsWith("200 vectors of 3 dimensions")
        .anyMatch(line -> line.startsWith("The vectors lie in a narrow cone"))
        .endsWith("WARNING by the mean cosine");
    assertThat(Files.readString(Path.of("../docs/java-api.md")))
        .as("the page shows what is printed")
        .contains(lines.stream().map(line -> "    " + line + "\n").toList());
  }

  @Test
  void calibrates() throws IOException {
    List<String> lines =
        lines(Calibrate::main, model, text, pairs, work.resolve("calibrated").toString());

    assertThat(Double.parseDouble(lines.get(0))).isBetween(0.0, 1.0);
    assertThat(lines.get(1)).startsWith("0.05 of unrelated pairs pass ");
    double cosine = Double.parseDouble(lines.get(1).substring(lines.get(1).lastIndexOf(' ')));
    String last = lines.get(lines.size() - 1);
    assertThat(last).startsWith("minScore ");
    assertThat(Double.parseDouble(last.substring("minScore ".length())))
        .isCloseTo((cosine + 1) / 2, ROUNDING);
  }

  @Test
  void servesWithoutLibtorch() throws IOException {
    Path exported = work.resolve("exported");
    try (Encoder encoder =
        Encoder.open(Path.of(model), new Encoder.Settings(0, 0, 1, Precision.FP32))) {
      new OnnxExport(encoder, new SentenceEmbedding(Pooling.MEAN, true))
          .write(exported, Weights.FP32);
    }

    assertThat(lines(ServeOnnx::main, exported.toString())).containsExactly("24 values");
  }

  @Test
  void searchesWithLucene() throws IOException {
    List<String> lines = lines(LuceneSearch::main, model, text, SENTENCES.get(7));

    assertThat(lines).hasSize(3);
    String[] best = lines.get(0).split(" ", 2);
    assertThat(Double.parseDouble(best[0])).isCloseTo(1, ROUNDING);
    assertThat(best[1]).isEqualTo(SENTENCES.get(7));
  }

  @Test
  void retrievesWithLangChain4j() throws IOException {
    assertThat(lines(LangChain4jRetrieval::main, model, text, SENTENCES.get(7), "0"))
        .hasSize(3)
        .startsWith(SENTENCES.get(7));
    assertThat(lines(LangChain4jRetrieval::main, model, text, SENTENCES.get(7), NEARLY_ONE))
        .containsExactly(SENTENCES.get(7));
  }

  @Test
  void searchesWithSpringAi() throws IOException {
    List<String> lines = lines(SpringAiSearch::main, model, text, SENTENCES.get(7));

    assertThat(lines).hasSize(3);
    String[] best = lines.get(0).split(" ", 2);
    assertThat(Double.parseDouble(best[0])).isCloseTo(1, ROUNDING);
    assertThat(best[1]).isEqualTo(SENTENCES.get(7));
  }
}
