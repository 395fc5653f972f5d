package org.isoscope.cli.print;

import java.io.PrintWriter;
import java.util.Locale;
import org.isoscope.study.TrainingJob;

/** What came of a training, for people. */
public final class TrainingText {
  private TrainingText() {}

  /** Tells how long it took, what changed, and where the results are. */
  public static void print(TrainingJob.Result result, Progress progress, PrintWriter console) {
    progress.say(
        String.format(
            Locale.ROOT,
            "Trained %d steps in %s; probes took %s (%.1f %% of that), evidence for claims %s.",
            result.run().metrics().size(),
            Progress.duration(result.run().trainingSeconds()),
            Progress.duration(result.run().probeSeconds()),
            100 * result.run().probeSeconds() / Math.max(result.run().trainingSeconds(), 1e-9),
            Progress.duration(result.evidenceSeconds())));
    console.println();
    console.print(BeforeAfter.of(result.comparison(), result.sets(), result.retrieval()));
    console.println();
    if (result.claims() != null) {
      console.print(ClaimsText.ofOneRun(result.claims()));
      console.println();
    }
    if (result.comparison().testedTypes() != null) {
      console.print(TestedTypesText.of(result.comparison().testedTypes()));
      console.println();
    }
    console.println("Model:  " + result.model());
    console.println("Report: " + result.report());
  }
}
