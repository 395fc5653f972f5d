package org.isoscope.study.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.isoscope.io.DirectoryLock;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Sweep;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a plan has and its directory has not, as many at once as the specification says, and
 * keeps {@code sweep.json}. A run that fails is told there and the others go on; run again, the
 * sweep goes on where it stopped, failed runs included. A run that was computed from the same
 * settings, seed, data and version of the program is not computed again; the number of threads does
 * not count, though it may move last bits. Where the settings of a run have changed since, its
 * results in the same directory make way for the new ones; directories that the plan does not name
 * are left alone.
 */
public final class SweepRunner {
  /** What is deleted when a run is done, unless the specification keeps models. */
  private static final List<String> MODELS = List.of("model", "checkpoints");

  private final Path root;
  private final int jobs;
  private final SweepPlan plan;
  private final RunJob job;
  private final Listener listener;
  private final BooleanSupplier stop;

  private final ResultDirectory results;
  private final Map<String, Sweep.Run> entries = new LinkedHashMap<>(); // by id
  private final Set<PlannedRun> begun = new HashSet<>(); // by an earlier sweep
  private final Deque<PlannedRun> queue = new ArrayDeque<>();
  private final Map<String, Long> running = new HashMap<>(); // when begun, by id
  private double seconds; // of the runs that this runner did
  private int timed;
  private @Nullable Throwable broken; // what ended the sweep itself

  /** Computes a run. */
  @FunctionalInterface
  public interface RunJob {
    /**
     * Computes a run and writes its results, {@code run.json} with {@code completed} last of all.
     * Called on a thread of the sweep, of several where runs go at once.
     *
     * @param run which
     * @param directory where; there, with what an earlier attempt at the same run left, from which
     *     this one may go on, or without results. {@code sweep-run.json} in it stays
     * @throws Exception where it failed; the sweep goes on with others
     */
    void run(PlannedRun run, Path directory) throws Exception;
  }

  /** Is told what happens, one thing at a time, on whichever thread it happens. */
  public interface Listener {
    /** A run begins. */
    void began(PlannedRun run);

    /** A run is done. */
    void done(PlannedRun run, Progress progress);

    /** A run failed. */
    void failed(PlannedRun run, Throwable error, Progress progress);

    /** A run ended before its end because the sweep is to stop; it waits for the next time. */
    void stopped(PlannedRun run);
  }

  /**
   * How far a sweep is.
   *
   * @param done runs, those that were before included
   * @param failed runs
   * @param all runs
   * @param secondsLeft from the mean of the runs that were computed so far; null before the first
   */
  public record Progress(int done, int failed, int all, @Nullable Double secondsLeft) {}

  /**
   * What became of a sweep.
   *
   * @param done runs that have their results
   * @param failed runs that ended with an error
   * @param waiting runs that are left for the next time
   * @param left directories of runs, relative to the sweep's, that are not of this plan
   */
  public record Outcome(int done, int failed, int waiting, List<String> left) {
    /** Keeps its own copy of the list. */
    public Outcome {
      left = List.copyOf(left);
    }
  }

  /**
   * Names what to run.
   *
   * @param directory of the sweep, which need not exist
   * @param plan the runs
   * @param jobs runs at once, at least 1
   * @param job computes one
   * @param listener is told
   * @param stop asked before each run: true begins no more. The job asks it itself, to end what is
   *     running
   */
  public SweepRunner(
      Path directory,
      SweepPlan plan,
      int jobs,
      RunJob job,
      Listener listener,
      BooleanSupplier stop) {
    this.jobs = jobs;
    this.root = directory;
    this.plan = plan;
    this.job = job;
    this.listener = listener;
    this.stop = stop;
    this.results = new ResultDirectory(directory);
  }

  /**
   * Runs; to be called once. Where this thread is interrupted, no more runs begin, those that run
   * are waited for, and the thread is interrupted when this returns.
   *
   * @throws UserError when another sweep has the directory, or it cannot be read or written
   */
  public Outcome run() {
    try (DirectoryLock lock = DirectoryLock.take(root)) {
      return runLocked();
    }
  }

  private Outcome runLocked() {
    SweepDirectory there = SweepDirectory.look(root, plan);
    for (PlannedRun run : plan.runs()) {
      boolean done = there.done(run);
      set(run, there.directory(run), done ? Sweep.State.DONE : Sweep.State.WAITING, null);
      if (!done && !run.shared()) {
        if (there.begun(run)) {
          begun.add(run);
        }
        queue.add(run);
      }
    }
    write();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(jobs, queue.size()); i++) {
      threads.add(new Thread(this::work, "sweep-" + (i + 1)));
    }
    threads.forEach(Thread::start);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          clearQueue();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      if (broken instanceof RuntimeException e) {
        throw e;
      }
      if (broken instanceof Error e) {
        throw e;
      }
      return new Outcome(
          count(Sweep.State.DONE),
          count(Sweep.State.FAILED),
          count(Sweep.State.WAITING),
          there.left());
    }
  }

  private synchronized void clearQueue() {
    queue.clear();
  }

  /** A thread of the sweep: one run after another. */
  private void work() {
    try {
      for (PlannedRun run = next(); run != null; run = next()) {
        Throwable error = null;
        boolean done = false;
        try {
          done = compute(run);
        } catch (Throwable e) { // an arm too large for the memory leaves the others theirs
          error = e;
        }
        ended(run, done, error);
      }
    } catch (RuntimeException | Error e) { // sweep.json, or the listener
      synchronized (this) {
        broken = broken == null ? e : broken;
        queue.clear();
      }
    }
  }

  private synchronized @Nullable PlannedRun next() {
    if (stop.getAsBoolean()) {
      queue.clear();
    }
    PlannedRun run = queue.poll();
    if (run != null) {
      running.put(run.id(), System.nanoTime());
      listener.began(run);
    }
    return run;
  }

  /** Whether it came to its end. */
  private boolean compute(PlannedRun run) throws Exception {
    Path directory = root.resolve(run.directory());
    if (!begun.contains(run)) {
      new ResultDirectory(directory).clear();
      deleteModels(directory);
      SweepDirectory.begin(directory, run);
    }
    if (!SweepDirectory.completed(directory)) { // else the sweep died before it could say so
      job.run(run, directory);
      if (!SweepDirectory.completed(directory)) {
        return false;
      }
    }
    if (!plan.spec().keepModels()) {
      deleteModels(directory);
    }
    SweepDirectory.end(directory, run);
    return true;
  }

  private static void deleteModels(Path directory) {
    MODELS.forEach(name -> delete(directory.resolve(name)));
  }

  /** Deletes a directory with all that is in it, where it is there. */
  static void delete(Path directory) {
    try {
      WholeFile.deleteDirectory(directory);
    } catch (IOException e) {
      throw UserError.writing(directory, e);
    }
  }

  private synchronized void ended(PlannedRun run, boolean done, @Nullable Throwable error) {
    double took = (System.nanoTime() - Objects.requireNonNull(running.remove(run.id()))) * 1e-9;
    boolean stopped =
        !done && (error == null || error instanceof InterruptedException) && stop.getAsBoolean();
    if (!done && !stopped && error == null) {
      error =
          new UserError(
              root.resolve(run.directory()).toString(),
              "is not at its end though the run ended",
              "a completed run.json",
              "Run the sweep again");
    }
    Sweep.State state =
        done ? Sweep.State.DONE : stopped ? Sweep.State.WAITING : Sweep.State.FAILED;
    for (PlannedRun same : plan.runs()) {
      if (same.directory().equals(run.directory())) {
        set(same, run.directory(), state, state == Sweep.State.FAILED ? told(error) : null);
      }
    }
    write();
    if (done) {
      seconds += took;
      timed++;
      listener.done(run, progress());
    } else if (stopped) {
      listener.stopped(run);
    } else {
      listener.failed(run, Objects.requireNonNull(error), progress());
    }
  }

  /** One line: a user's error as it is, a bug with its type. */
  private static String told(@Nullable Throwable error) {
    String message = error instanceof UserError ? error.getMessage() : String.valueOf(error);
    return String.valueOf(message).replaceAll("\\s*\\R\\s*", " ");
  }

  private Progress progress() {
    int unfinished = queue.size() + running.size();
    Double left = null;
    if (timed > 0) {
      double mean = seconds / timed;
      double work = mean * unfinished;
      long now = System.nanoTime();
      for (long since : running.values()) {
        work -= Math.min(mean, (now - since) * 1e-9);
      }
      left = work / Math.max(1, Math.min(jobs, unfinished));
    }
    return new Progress(
        count(Sweep.State.DONE), count(Sweep.State.FAILED), plan.runs().size(), left);
  }

  private int count(Sweep.State state) {
    return (int) entries.values().stream().filter(run -> run.state() == state).count();
  }

  private void set(PlannedRun run, String directory, Sweep.State state, @Nullable String error) {
    entries.put(
        run.id(),
        new Sweep.Run(run.id(), run.arm(), directory, run.settings(), run.seed(), state, error));
  }

  private void write() {
    results.write(new Sweep(Sweep.SCHEMA, plan.spec().form(), List.copyOf(entries.values())));
  }
}
