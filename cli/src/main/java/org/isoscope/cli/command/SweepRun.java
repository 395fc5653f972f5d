package org.isoscope.cli.command;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.isoscope.cli.print.ClaimsText;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.Table;
import org.isoscope.io.UserError;
import org.isoscope.report.Report;
import org.isoscope.results.Claims;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.isoscope.study.JobListener;
import org.isoscope.study.sweep.PlannedRun;
import org.isoscope.study.sweep.SweepClaims;
import org.isoscope.study.sweep.SweepPlan;
import org.isoscope.study.sweep.SweepRunner;
import org.isoscope.study.sweep.TrainingSweep;

/** A sweep as people see it: what {@code sweep} and {@code reproduce} share. */
final class SweepRun {
  private final TrainingSweep sweep;
  private final Progress progress;
  private final PrintWriter out;

  SweepRun(TrainingSweep sweep, Progress progress, PrintWriter out) {
    this.sweep = sweep;
    this.progress = progress;
    this.out = out;
  }

  /**
   * Prints what would be run, or runs it.
   *
   * @return the exit code
   */
  int call(boolean planOnly) {
    if (planOnly) {
      plan();
      return 0;
    }
    return run();
  }

  private void plan() {
    SweepPlan.Overview overview = sweep.overview(new Notes());
    Table table = new Table().row("run", "state", "time");
    for (SweepPlan.Row row : overview.rows()) {
      Double seconds = row.cost() == null ? null : row.cost().seconds();
      table.row(
          row.run().id(),
          row.standing().name().toLowerCase(Locale.ROOT),
          seconds == null ? "-" : Progress.duration(seconds));
    }
    out.print(table);
    out.println(
        overview.rows().size()
            + " runs, "
            + overview.toCompute()
            + " to compute"
            + (overview.seconds() == null ? "" : ", about " + Progress.duration(overview.seconds()))
            + (overview.bytes() == null
                ? ""
                : String.format(Locale.ROOT, ", %.0f MB", overview.bytes() / 1e6)));
    overview.left().forEach(left -> out.println(left + " is of no run of this plan; left alone"));
  }

  /** Runs what is not done, then judges and reports; 1 where a run failed or waits. */
  private int run() {
    SweepRunner.Outcome outcome = sweep.run(new Runs(), new Notes(), Interrupt::requested);
    outcome.left().forEach(left -> progress.say(left + " is of no run of this plan; left alone"));
    ResultDirectory results = new ResultDirectory(sweep.directory());
    Claims claims = SweepClaims.of(sweep.directory());
    results.write(claims);
    out.print(ClaimsText.of(claims));
    out.println();
    out.println(
        outcome.done()
            + " runs done, "
            + outcome.failed()
            + " failed, "
            + outcome.waiting()
            + " waiting");
    out.println("Sweep:  " + sweep.directory().resolve("sweep.json"));
    out.println("Claims: " + sweep.directory().resolve("claims.json"));
    out.println("Report: " + Report.write(results));
    return outcome.failed() + outcome.waiting() == 0 ? 0 : 1;
  }

  /** Tells of runs. */
  private final class Runs implements SweepRunner.Listener {
    @Override
    public void began(PlannedRun run) {
      progress.say(run.id() + " ...");
    }

    @Override
    public void done(PlannedRun run, SweepRunner.Progress state) {
      progress.say(
          state.done()
              + " of "
              + state.all()
              + " runs done"
              + (state.failed() == 0 ? "" : ", " + state.failed() + " failed")
              + (state.secondsLeft() == null
                  ? ""
                  : ", " + Progress.duration(state.secondsLeft()) + " left"));
    }

    @Override
    public void failed(PlannedRun run, Throwable error, SweepRunner.Progress state) {
      progress.say(
          run.id() + " failed: " + (error instanceof UserError ? error.getMessage() : error));
    }

    @Override
    public void stopped(PlannedRun run) {
      progress.say(run.id() + " was ended early; it goes on the next time");
    }
  }

  /** Tells of what is fetched, each note once, and of the steps of whichever run. */
  private final class Notes implements JobListener {
    private final Set<String> told = new LinkedHashSet<>();

    @Override
    public synchronized void note(String note) {
      if (told.add(note)) {
        progress.say("note: " + note);
      }
    }

    @Override
    public synchronized void step(StepMetrics metrics, int steps) {
      progress.update(
          metrics.step(), steps, String.format(Locale.ROOT, "loss %.4f", metrics.loss()));
    }
  }
}
