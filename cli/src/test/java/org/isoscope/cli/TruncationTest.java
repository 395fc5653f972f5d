package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.encoder.SmallModel;
import org.isoscope.results.ResultDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That sentences were cut is said once for each text, with how many, and kept in run.json. */
class TruncationTest {
  /** Every sentence of the texts has more tokens. */
  private static final String LENGTH = "6";

  @TempDir Path work;
  private Path model;
  private Path text;
  private Path sts;
  private Path out;

  @BeforeEach
  void inputs() throws IOException {
    model = SmallModel.write(work.resolve("model"));
    text = SmallModel.text(work.resolve("text.txt"), 40);
    sts = SmallModel.scoredPairs(work.resolve("sts.csv"), 10);
    out = work.resolve("out");
  }

  private void assertNotes(Program.Outcome outcome, String... notes) {
    assertThat(outcome.code()).as("%s", outcome).isZero();
    assertThat(new ResultDirectory(out).run().orElseThrow().notes()).containsExactly(notes);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("note: ")))
        .isEqualTo(List.of(notes).stream().map(note -> "note: " + note).toList());
  }

  @Test
  void ofAnAnalysis() {
    assertNotes(
        Program.run(
            "analyze",
            "--model",
            "" + model,
            "--text",
            "" + text,
            "--max-length",
            LENGTH,
            "--out",
            "" + out),
        text + ": 40 of 40 sentences were cut at 6 tokens",
        text + ": 23 of 40 sentences have the tokens of another; an embedding counts once");
    assertThat(new ResultDirectory(out).geometry().orElseThrow().corpus().truncated())
        .isEqualTo(40);
  }

  @Test
  void ofAnEvaluation() {
    assertNotes(
        Program.run(
            "evaluate",
            "--model",
            "" + model,
            "--sts",
            "" + sts,
            "--max-length",
            LENGTH,
            "--out",
            "" + out),
        sts + ": 20 of 20 sentences were cut at 6 tokens");
  }

  @Test
  void ofATraining() {
    assertNotes(
        Program.run(
            "train",
            "--model",
            "" + model,
            "--text",
            "" + text,
            "--sts",
            "" + sts,
            "--steps",
            "1",
            "--batch-size",
            "8",
            "--probe-sentences",
            "40",
            "--max-length",
            LENGTH,
            "--out",
            "" + out),
        text + ": 40 of 40 sentences were cut at 6 tokens",
        text
            + ": 23 of 40 sentences have the tokens of another; in a batch each is taken for a"
            + " negative of the other, unless no-duplicates is on",
        sts + ": 20 of 20 sentences were cut at 6 tokens");
  }

  @Test
  void nothingIsSaidWhereNothingWasCut() {
    assertNotes(
        Program.run("analyze", "--model", "" + model, "--text", "" + text, "--out", "" + out));
  }
}
