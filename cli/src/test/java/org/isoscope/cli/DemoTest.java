package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, cut short; it reads the 400 MB model. */
@Tag("large")
class DemoTest {
  private static final int STEPS = 2;

  @TempDir Path work;

  @Test
  void trainsTheFirstLayersAndTestsHeldOutSynsets() {
    Path out = work.resolve("demo");

    Program.Outcome demo =
        Program.run("demo", "--steps", "" + STEPS, "--batch-size", "16", "--out", "" + out);

    assertThat(demo.code()).as("%s", demo).isZero();
    assertThat(demo.out())
        .contains("anisotropy, last layer", "gloss of an example, 500 candidates")
        .contains("Report: " + out.resolve("report.html"));
    ResultDirectory results = new ResultDirectory(out);
    assertThat(results.run().orElseThrow().settings()).containsEntry("keep-layers", 4);
    assertThat(results.probes()).extracting(Geometry::step).containsExactly(0, 1, STEPS);
    assertThat(results.evaluation().orElseThrow().retrieval())
        .extracting(Evaluation.Retrieval::step)
        .containsExactly(0, STEPS);
    assertThat(results.evaluation().orElseThrow().retrieval())
        .allSatisfy(
            retrieval -> {
              assertThat(retrieval.queries()).isEqualTo(500);
              assertThat(retrieval.accuracy()).as("far above 1 in 500").isBetween(0.05, 1.0);
            });
  }

  /** Whoever runs it again has it again; whoever runs another does not lose the first. */
  @Test
  void replacesItselfAndNoOther() {
    Path out = work.resolve("demo");
    String[] demo = {"demo", "--steps", "1", "--batch-size", "16", "--quiet", "--out", "" + out};
    assertThat(Program.run(demo).code()).isZero();
    String[] other = demo.clone();
    other[2] = "2";

    Program.Outcome refused = Program.run(other);
    Program.Outcome again = Program.run(demo);

    assertThat(refused.code()).as("%s", refused).isEqualTo(1);
    assertThat(refused.err()).contains("--out " + out + ": holds the model", "--overwrite");
    assertThat(again.code()).as("%s", again).isZero();
    assertThat(new ResultDirectory(out).run().orElseThrow().settings()).containsEntry("steps", 1);
  }
}
