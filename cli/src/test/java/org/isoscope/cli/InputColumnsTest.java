package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new user types, with tables that have a header and an id. */
final class InputColumnsTest {
  private static final int ROWS = 30;

  @TempDir static Path work;

  @BeforeAll
  static void write() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 2 * ROWS);
    List<String> sentences = Files.readAllLines(work.resolve("text.txt"));
    List<String> faq = new ArrayList<>(List.of("id,area,question,answer"));
    List<String> tickets = new ArrayList<>(List.of("id,text,thread"));
    List<String> sts = new ArrayList<>(List.of("split,sentence1,sentence2,score"));
    for (int i = 0; i < ROWS; i++) {
      String question = sentences.get(2 * i);
      String answer = sentences.get(2 * i + 1);
      faq.add("FAQ-" + i + ",area" + i % 3 + "," + question + "," + answer);
      tickets.add(i + "," + question + ",t" + i / 2);
      sts.add("test," + question + "," + (i == 3 ? "" : answer) + "," + i % 6);
    }
    Files.write(work.resolve("faq.csv"), faq);
    Files.write(work.resolve("tickets.csv"), tickets);
    Files.write(work.resolve("sts.csv"), sts);
  }

  private static Run run(String command) {
    Path out = work.resolve("out" + command.hashCode());
    String line = (command + " --out " + out).replace("@", work + "/");
    Program.Outcome outcome = Program.run(line.split(" "));
    assertThat(outcome.code()).as("%s", outcome).isZero();
    Run run = new ResultDirectory(out).run().orElseThrow();
    for (Run.Source source : run.data()) {
      if (source.columns() != null) {
        assertThat(outcome.err().lines()).contains(source.name() + ": " + source.columns());
      }
    }
    return run;
  }

  private static final String TRAIN =
      "train --model @model --steps 1 --batch-size 6 --probe-sentences 8 ";

  @Test
  void trainsOnQuestionsAndAnswers() {
    Run run = run(TRAIN + "--pairs @faq.csv");

    assertThat(run.data().get(0).size()).as("the header is no pair").isEqualTo(ROWS);
    assertThat(run.data().get(0).columns()).startsWith("columns question -> answer; first: \"the");
  }

  @Test
  void measuresTheTextNotTheId() {
    Run run = run("analyze --model @model --text @tickets.csv --column text --related @faq.csv");

    assertThat(run.data()).extracting(Run.Source::size).containsExactly((long) ROWS, (long) ROWS);
    assertThat(run.data().get(1).columns()).startsWith("columns question -> answer; first: \"the");
  }

  @Test
  void theReferenceTextIsOfTheGroupsThatAreNamed() {
    Run rows = run("compare @model @model --text @tickets.csv --column text");
    Run threads = run("compare @model @model --text @tickets.csv --column text --group thread");

    assertThat(threads.settings()).containsEntry("group", "thread");
    assertThat(threads.data().get(0).sha256()).isEqualTo(rows.data().get(0).sha256());
    String some = "compare @model @model --text @tickets.csv --column text --sentences 20";
    assertThat(groups(run(some))).isGreaterThan(ROWS / 2);
    assertThat(groups(run(some + " --group thread"))).as("threads").isLessThanOrEqualTo(ROWS / 2);
  }

  /** How many groups of sentences the evidence of a comparison rests on. */
  private static long groups(Run compared) {
    Path out = Path.of(String.valueOf(compared.settings().get("out")));
    return new ResultDirectory(out).evidence().orElseThrow().text().groups();
  }

  /** A text so short that no token type is in enough sentences to be followed. */
  @Test
  void aTextWithoutAFrequentTypeIsTrainedOnAllTheSame() throws IOException {
    Files.writeString(work.resolve("short.csv"), "text,id\nthe cat,1\na dog runs,2\nred fish,3\n");
    Run run =
        run(
            "train --model @model --steps 1 --batch-size 2 --text @short.csv"
                + " --reference-sentences 100");
    assertThat(run.completed()).isTrue();
  }

  @Test
  void countsTheRowsThatAreLeftOut() {
    Run run = run("evaluate --model @model --sts @sts.csv");

    assertThat(run.data().get(0).size()).isEqualTo(ROWS - 1);
    assertThat(run.data().get(0).columns()).startsWith("columns sentence1 -> sentence2 -> score;");
    assertThat(run.notes()).anyMatch(note -> note.contains(": 1 rows were left out: "));

    Run trained =
        run(TRAIN + "--text @tickets.csv --column 2 --sts @sts.csv --sts-column 3 2 score");
    assertThat(trained.data())
        .anyMatch(
            source ->
                String.valueOf(source.columns()).startsWith("columns sentence2 -> sentence1"));
    assertThat(trained.notes()).anyMatch(note -> note.contains(": 1 rows were left out: "));
  }

  @Test
  void readsStandardInput() throws IOException {
    InputStream before = System.in;
    Path vectors = work.resolve("v.jsonl");
    byte[] table = "id,text\n1,the cat\n2,a dog\n".getBytes(StandardCharsets.UTF_8);
    System.setIn(new ByteArrayInputStream(table));
    try {
      Program.Outcome outcome =
          Program.run(
              "encode",
              "--model=" + work.resolve("model"),
              "--text=-",
              "--format=csv",
              "--with-text",
              "--out=" + vectors);
      assertThat(outcome.code()).as("%s", outcome).isZero();
      assertThat(outcome.err()).contains("-: column text; first: \"the cat\"");
    } finally {
      System.setIn(before);
    }
    assertThat(Files.readAllLines(vectors))
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"text\":\""));
  }

  @Test
  void tellsOfLettersThatTheLocaleLacks() {
    String[] plain = {"analyze", "--text", "faq.csv"};
    assertThat(Isoscope.lost(plain, StandardCharsets.US_ASCII)).isNull();

    String[] accented = Arrays.copyOf(plain, plain.length);
    accented[2] = "caf\u00E9.csv";
    assertThat(Isoscope.lost(accented, StandardCharsets.UTF_8)).isNull();
    assertThat(Isoscope.lost(accented, StandardCharsets.US_ASCII)).isEqualTo("caf\u00E9.csv");
    accented[2] = "caf\uFFFD\uFFFD.csv"; // as it arrives
    assertThat(Isoscope.lost(accented, StandardCharsets.US_ASCII)).isEqualTo(accented[2]);
  }
}
