package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.isoscope.calibration.Transforms;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.geometry.Transform;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TransformFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodeTest {
  private static final int WIDTH = SmallModel.CONFIG.hiddenSize();

  /** Sums of some tens of floats in another order. */
  private static final float ROUNDING = 2e-5f;

  /** More than one window. */
  private static final int MANY = 17_000;

  private static final long PATIENCE_SECONDS = 60;

  @TempDir static Path inputs;
  private static Path model;

  @TempDir Path work;

  @BeforeAll
  static void model() {
    model = SmallModel.write(inputs.resolve("model"));
  }

  private Program.Outcome encode(String... arguments) {
    List<String> all = new ArrayList<>(List.of("encode", "--model", model.toString()));
    Collections.addAll(all, arguments);
    return Program.run(all.toArray(String[]::new));
  }

  private static List<float[]> read(Path file, String... columns) {
    List<float[]> rows = new ArrayList<>();
    VectorFile.open(file.toString(), Columns.of(columns))
        .forEach((row, index) -> rows.add(row.clone()));
    return rows;
  }

  private static float[][] expected(List<String> sentences, Pooling pooling, boolean normalize) {
    try (Encoder encoder = TinyModel.open(model, 1)) {
      return encoder.encode(encoder.tokenizer().tokenize(sentences), pooling, normalize);
    }
  }

  private static void assertVectors(List<float[]> actual, float[][] expected) {
    assertThat(actual).hasSize(expected.length);
    float largest = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < WIDTH; j++) {
        largest = Math.max(largest, Math.abs(actual.get(i)[j] - expected[i][j]));
      }
    }
    assertThat(largest).as("largest difference").isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v.npy", "v.jsonl", "v.csv", "v.parquet"})
  void writesTheVectorsInTheOrderOfTheText(String name) throws IOException {
    Path text = SmallModel.text(work.resolve("text.txt"), 90);
    Path file = work.resolve(name);

    Program.Outcome outcome = encode("--text", text.toString(), "--out", file.toString());

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out()).isEqualTo("Vectors: " + file + System.lineSeparator());
    assertThat(outcome.err())
        .contains("90 sentences, ")
        .contains(" sentences/s, " + WIDTH + " wide, mean, fp32, in ");
    assertVectors(read(file), expected(SmallModel.sentences(90), Pooling.MEAN, false));
  }

  @Test
  void streamsMoreThanAWindow() throws IOException {
    List<String> sentences = TinyModel.sentences(MANY, 4);
    Path text = work.resolve("text.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(text))) {
      StringBuilder lines = new StringBuilder("id,body\n");
      for (int i = 0; i < MANY; i++) {
        lines.append(i).append(",\"").append(sentences.get(i)).append("\"\n");
      }
      out.write(lines.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    Path file = work.resolve("v.npy");
    String[] arguments = {"--text", text.toString(), "--column", "body", "--out", file.toString()};

    Program.Outcome outcome = encode(arguments);

    assertThat(outcome.code()).as("%s", outcome).isZero();
    List<float[]> vectors = read(file);
    assertVectors(vectors, expected(sentences, Pooling.MEAN, false));
    assertThat(Files.size(file)).isEqualTo(128 + 4L * WIDTH * MANY);
    byte[] first = Files.readAllBytes(file);
    assertThat(encode(arguments).code()).isZero();
    assertThat(file).as("the same bits again").hasBinaryContent(first);
  }

  @ParameterizedTest
  @CsvSource({"yes, cls", "no, max"})
  void poolsAndNormalizesAsAskedFor(String normalize, String pooling) throws IOException {
    Path text = SmallModel.text(work.resolve("text.txt"), 20);
    Path file = work.resolve("v.npy");

    encode(
        "--text",
        text.toString(),
        "--out",
        file.toString(),
        "--pooling",
        pooling,
        "--normalize",
        normalize,
        "--precision",
        "auto",
        "--quiet");

    assertThat(read(file).get(0)).hasSize(WIDTH);
    assertThat(Math.abs(norm(read(file).get(3)) - 1) < 1e-6).isEqualTo(normalize.equals("yes"));
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    return Math.sqrt(squares);
  }

  @Test
  void normalizesWhereTheModelSaysSo() throws IOException {
    Path normalizing = SmallModel.write(work.resolve("model"));
    SentenceModules.of("cls", true).write(normalizing, WIDTH);
    Path text = SmallModel.text(work.resolve("text.txt"), 20);
    Path file = work.resolve("v.jsonl");

    Program.Outcome outcome =
        Program.run(
            "encode",
            "--model",
            normalizing.toString(),
            "--text",
            text.toString(),
            "--out",
            file.toString());

    assertThat(outcome.err()).contains(" wide, cls, normalized, fp32");
    assertVectors(read(file), expected(SmallModel.sentences(20), Pooling.CLS, true));
  }

  @Test
  void writesTheTextsBesideTheirVectors() throws IOException {
    Path text = Files.writeString(work.resolve("t.txt"), "the cat\n\n the dog, a bird \nthe cat\n");
    for (String name : List.of("v.jsonl", "v.csv")) {
      Path file = work.resolve(name);

      Program.Outcome outcome =
          encode("--text", text.toString(), "--out", file.toString(), "--with-text");

      assertThat(outcome.err())
          .contains("note: " + text + ": 1 blank lines or cells were skipped: they have no vector");
      assertThat(Corpus.read(file.toString(), Columns.of("text")).sentences())
          .containsExactly("the cat", "the dog, a bird", "the cat");
      List<float[]> vectors = read(file, "vector");
      assertThat(vectors.get(0)).isEqualTo(vectors.get(2)).isNotEqualTo(vectors.get(1));
    }
  }

  @Test
  void writesLinesToStandardOutput() throws IOException {
    Path text = Files.writeString(work.resolve("t.txt"), "the cat\nthe dog\n");

    Program.Outcome outcome = encode("--text", text.toString(), "--out", "-", "--with-text");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.out().lines()).hasSize(2).allMatch(line -> line.endsWith("]}"));
    assertThat(outcome.out()).startsWith("{\"text\":\"the cat\",\"vector\":[");
    assertThat(outcome.err()).contains("2 sentences, ");
    Path file = Files.writeString(work.resolve("v.jsonl"), outcome.out());
    assertVectors(read(file), expected(List.of("the cat", "the dog"), Pooling.MEAN, false));
  }

  @Test
  void printsJsonOfWhatItWrote() throws IOException {
    Path text = Files.writeString(work.resolve("t.csv"), "id,text\n1,the cat sees\n2,\n3,a dog\n");
    Path file = work.resolve("v.jsonl");

    Program.Outcome outcome =
        encode("--text=" + text, "--out=" + file, "--max-length=4", "--json", "--quiet");

    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(outcome.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.get("out").textValue()).isEqualTo("" + file);
    assertThat(json.get("vectors").intValue()).isEqualTo(2);
    assertThat(json.get("dimension").intValue()).isEqualTo(WIDTH);
    assertThat(json.get("read").textValue()).startsWith("column text; first: ");
    assertThat(json.get("pooling").textValue()).isEqualTo("mean");
    assertThat(json.get("skipped").intValue()).isEqualTo(1);
    assertThat(json.get("truncated").intValue()).isEqualTo(1);
    assertThat(json.get("transform").isNull()).isTrue();

    Program.Outcome copied =
        Program.run(
            "encode", "--vectors=" + file, "--out=" + work.resolve("v.npy"), "--json", "--quiet");
    JsonNode copy = new ObjectMapper().readTree(copied.out());
    assertThat(copy.get("vectors").intValue()).isEqualTo(2);
    assertThat(copy.get("dimension").intValue()).isEqualTo(WIDTH);
    assertThat(copy.get("model").isNull()).isTrue();
  }

  /** Vectors that are printed are the result, which quiet leaves alone. */
  @Test
  void quietLeavesPrintedVectorsAndNothingElse() throws IOException {
    Path text = Files.writeString(work.resolve("t.txt"), "the cat\nthe dog\n");

    Program.Outcome printed = encode("--text=" + text, "--out=-", "--quiet");
    assertThat(printed.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"vector\":["));
    assertThat(printed.err()).isEmpty();
    Program.Outcome written = encode("--text=" + text, "--out=" + work.resolve("v.npy"), "--quiet");
    assertThat(written.out() + written.err()).isEmpty();
  }

  @Test
  void tellsWhatWasCut() throws IOException {
    Path text = Files.writeString(work.resolve("t.txt"), "the cat sees the dog\nthe\n");
    Path file = work.resolve("v.npy");

    Program.Outcome outcome =
        encode("--text", text.toString(), "--out", file.toString(), "--max-length", "4");

    assertThat(outcome.err()).contains("note: " + text + ": 1 of 2 sentences were cut at 4 tokens");
  }

  @Test
  void aMistakeIsOneLineAndLeavesNoFile() throws IOException {
    Path text = SmallModel.text(inputs.resolve("text.txt"), 5);
    Path latin = Files.write(inputs.resolve("latin.txt"), new byte[] {'a', '\n', (byte) 0xe9});
    Path npy = work.resolve("v.npy");
    assertMistake(text, npy, "--with-text", npy + ": is a .npy, which has no place for texts");
    assertMistake(text, work.resolve("v.bin"), "--quiet", work.resolve("v.bin") + ": has no ext");
    assertMistake(latin, npy, "--quiet", latin + ":2: is not UTF-8");
    assertMistake(inputs.resolve("no.txt"), npy, "--quiet", inputs.resolve("no.txt") + ": does");
    assertMistake(text, npy, "--normalize=maybe", "--normalize maybe: is neither yes nor no");
    assertMistake(text, npy, "--pooling=min", "--pooling min: is not a pooling");
    assertMistake(text, npy, "--threads=0", "--threads 0: is out of range");
    assertMistake(text, npy, "--max-length=1", "--max-length 1: leaves nothing");
    assertMistake(text, inputs, "--quiet", inputs + ": is a directory");
  }

  private void assertMistake(Path text, Path out, String option, String message)
      throws IOException {
    Program.Outcome outcome = encode("--text", text.toString(), "--out", out.toString(), option);

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("isoscope: " + message);
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void vectorsGoThroughATransformWhateverTheyComeFrom() throws IOException {
    Path text = SmallModel.text(work.resolve("text.txt"), 60);
    Path plain = work.resolve("plain.npy");
    Path place = work.resolve("z");
    assertThat(encode("--text", "" + text, "--out", "" + plain).code()).isZero();
    String[] fit = {"transform", "--kind", "z-score", "--out", "" + place};
    Program.Outcome fitted = run(fit, "--vectors", "" + plain);
    assertThat(fitted.code()).as("%s", fitted).isZero();
    assertThat(fitted.out()).contains("vectors, z-score");
    TransformFile ofVectors = new ResultDirectory(place).transform().orElseThrow();
    assertThat(ofVectors.corpus()).isEqualTo("" + plain);
    assertThat(ofVectors.size()).isEqualTo(60);
    assertThat(run(fit, "--vectors", "" + plain, "--measures", "no", "--overwrite").out())
        .as("only the transform")
        .startsWith("Transform: ")
        .hasLineCount(1);

    Transform transform = Transforms.read(place);
    float[][] expected =
        read(plain).stream().map(transform::apply).map(Encoder::normalized).toArray(float[][]::new);
    Path mended = work.resolve("mended.parquet");
    Program.Outcome fromVectors =
        run(
            new String[] {"encode", "--normalize", "yes", "--transform", "" + place},
            "--vectors",
            "" + plain,
            "--out",
            "" + mended);
    assertThat(fromVectors.code()).as("%s", fromVectors).isZero();
    assertVectors(read(mended), expected);
    Path direct = work.resolve("direct.npy");
    Program.Outcome fromModel =
        encode(
            "--text",
            "" + text,
            "--out",
            "" + direct,
            "--transform",
            "" + place,
            "--normalize",
            "yes");
    assertThat(fromModel.err()).contains(WIDTH + " wide, mean, z-score, normalized, fp32");
    assertVectors(read(direct), expected);

    Program.Outcome ofModel = run(fit, "--model", "" + model, "--text", "" + text, "--overwrite");
    assertThat(ofModel.code()).as("%s", ofModel).isZero();
    TransformFile again = new ResultDirectory(place).transform().orElseThrow();
    assertThat(again.mean()).as("the vectors are the same floats").isEqualTo(ofVectors.mean());
    assertThat(again.deviation()).isEqualTo(ofVectors.deviation());
  }

  private static Program.Outcome run(String[] command, String... more) {
    List<String> all = new ArrayList<>(List.of(command));
    Collections.addAll(all, more);
    return Program.run(all.toArray(String[]::new));
  }

  @Test
  void whatIsReadIsNotWrittenOver() throws IOException {
    Path table = work.resolve("rows.csv");
    Files.write(table, SmallModel.sentences(9));
    byte[] before = Files.readAllBytes(table);

    Program.Outcome outcome =
        encode(
            "--text",
            "" + table,
            "--quiet",
            "--out",
            work + "/../" + work.getFileName() + "/rows.csv");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("is the file that is read").hasLineCount(1);
    assertThat(table).hasBinaryContent(before);
  }

  @Test
  void aTransformOfOtherVectorsIsRefused() throws IOException {
    Path text = SmallModel.text(work.resolve("text.txt"), 10);
    Path narrow = Files.writeString(work.resolve("narrow.csv"), "1,2\n3,5\n4,4\n");
    Path place = work.resolve("t");
    String[] fit = {"transform", "--quiet", "--kind", "centring", "--out", "" + place};
    assertThat(run(fit, "--vectors", "" + narrow).code()).isZero();
    Path out = work.resolve("v.npy");

    Program.Outcome outcome =
        encode("--text", "" + text, "--out", "" + out, "--quiet", "--transform", "" + place);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("isoscope: --transform: is for vectors of 2 dimensions")
        .hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "encode --out v.npy, Missing required option: '--model=M' or '--vectors=F'",
        "encode --out - --json --model m --text t, '--json' excludes '--out -'",
        "encode --out v.npy --model m, Missing required option: '--text=F'",
        "encode --out v.npy --vectors f --with-text, '--vectors' excludes '--with-text'",
        "transform --kind centring, Missing required option: '--model=M' or '--vectors=F'",
        "transform --kind centring --vectors f --pooling cls, '--vectors' excludes '--pooling'"
      })
  void whatDoesNotGoTogetherIsRefused(String command, String message) {
    Program.Outcome outcome = Program.run(command.split(" "));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains(message);
  }

  /** The exit code is 128 + the signal's number, as a shell expects of what a signal ended. */
  @Test
  void anInterruptedRunLeavesNoFile() throws IOException, InterruptedException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "skipped: no kill command");
    List<String> block = TinyModel.sentences(50_000, 1);
    Path text = inputs.resolve("long.txt");
    try (var lines = Files.newBufferedWriter(text)) {
      for (int i = 0; i < 300_000; i++) {
        lines.write(block.get(i % block.size()) + "\n");
      }
    }
    Path log = inputs.resolve("log");
    Path file = work.resolve("v.npy");
    Process process =
        new ProcessBuilder(
                Program.command(
                    List.of(),
                    "encode",
                    "--model",
                    model.toString(),
                    "--text",
                    text.toString(),
                    "--out",
                    file.toString(),
                    "--threads",
                    "1"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      awaitFirstVectors(process, log);
      new ProcessBuilder("kill", "-INT", "" + process.pid()).inheritIO().start().waitFor();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(130);
    assertThat(Files.readString(log)).contains("isoscope: encode: was interrupted");
    assertThat(work).isEmptyDirectory();
  }

  /** Until something beyond a header lies aside. */
  private void awaitFirstVectors(Process process, Path log)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      assertThat(System.nanoTime()).as("vectors in time").isLessThan(end);
      try (Stream<Path> files = Files.list(work)) {
        if (files.anyMatch(file -> file.toFile().length() > 1000)) {
          return;
        }
      }
      Thread.sleep(50);
    }
  }

  @Test
  void anIdAndATextStayWithTheirVectors() throws IOException {
    Path documents = work.resolve("docs.jsonl");
    Files.writeString(
        documents,
        "{\"id\":7,\"text\":\"the cat\",\"embedding\":[3,4]}\n"
            + "{\"id\":\"b8\",\"text\":\"a, \\\"dog\\\"\",\"embedding\":[0,2]}\n");
    Path lines = work.resolve("out.jsonl");
    Path cells = work.resolve("out.csv");
    Path bare = work.resolve("out.npy");

    for (Path out : List.of(lines, cells, bare)) {
      Program.Outcome outcome =
          Program.run(
              "encode", "--vectors", "" + documents, "--normalize", "yes", "--out", "" + out);
      assertThat(outcome.code()).as("%s", outcome).isZero();
      assertThat(outcome.err())
          .startsWith(documents + ": column embedding; first: [3, 4]")
          .matches(
              err -> err.contains("a .npy has no place for them") == out.equals(bare), "told once");
    }

    assertThat(lines)
        .hasContent(
            "{\"id\":7,\"text\":\"the cat\",\"vector\":[0.6,0.8]}\n"
                + "{\"id\":\"b8\",\"text\":\"a, \\\"dog\\\"\",\"vector\":[0.0,1.0]}\n");
    assertThat(cells)
        .hasContent(
            "id,text,vector\n7,the cat,\"[0.6, 0.8]\"\nb8,\"a, \"\"dog\"\"\",\"[0.0, 1.0]\"\n");
    assertThat(read(bare)).hasSize(2);
  }
}
