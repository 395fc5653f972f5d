package org.isoscope.study.sweep;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.ModelFiles;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.models.HubModel;
import org.isoscope.models.ModelSource;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.RunRecord;
import org.isoscope.study.SharedWork;
import org.isoscope.study.TrainingJob;
import org.isoscope.study.Versions;
import org.jspecify.annotations.Nullable;

/**
 * A sweep of trainings in a directory: its plan, with the time it will take, and its runs, each an
 * ordinary result directory. What the runs have in common is computed once.
 */
public final class TrainingSweep {
  /** Settings that name files. */
  private static final List<String> FILES = List.of("model", "text", "pairs", "probe-text", "sts");

  /** Bytes of a run besides what grows with the weights: program, tokens, activations of a part. */
  private static final long MEMORY_OF_A_RUN = 1L << 30;

  /** Weights, gradients, two moments, a copy in another precision, and one while saving. */
  private static final int COPIES_OF_WEIGHTS = 6;

  /** Steps of the run that is measured for the time of all; the first is slow. */
  private static final int MEASURED_STEPS = 3;

  private final SweepSpec spec;
  private final SweepPlan plan;
  private final Path directory;
  private final int threads;
  private final int cores;
  private final SharedWork shared = new SharedWork();
  private boolean overwrite;
  private final Map<Map<String, Object>, Work> works = new HashMap<>(); // by an arm's settings

  /**
   * What a run of an arm does.
   *
   * @param steps of it; null where that follows from its data
   * @param itemsOfAStep that each goes through
   */
  private record Work(@Nullable Integer steps, int itemsOfAStep) {}

  /**
   * Plans the runs; checks every arm's settings.
   *
   * @param cores of the machine that may be used
   * @throws org.isoscope.io.UserError where an arm has settings that no training can have, or a
   *     file is not there
   */
  public TrainingSweep(SweepSpec spec, Path directory, int cores) {
    this.spec = spec;
    this.directory = directory;
    this.cores = cores;
    this.threads = spec.threads(cores);
    this.plan =
        SweepPlan.of(spec, this::fingerprint, String.valueOf(Versions.all().get("isoscope")));
  }

  /**
   * Whether a model that an earlier run left may make way for that of a run with other settings.
   * Default: no.
   */
  public TrainingSweep overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /** The runs. */
  public SweepPlan plan() {
    return plan;
  }

  /** The sweep's directory. */
  public Path directory() {
    return directory;
  }

  /** What the settings of an arm refer to: the content of its files. */
  private String fingerprint(Map<String, Object> settings) {
    TrainingJob job = NamedTraining.job(settings, JobListener.SILENT); // refuses what cannot be
    works.put(settings, new Work(job.steps(), job.itemsOfAStep()));
    StringBuilder all = new StringBuilder();
    for (String name : FILES) {
      Object value = settings.get(name);
      for (Object each :
          value == null ? List.of() : value instanceof Collection<?> many ? many : List.of(value)) {
        all.append(name).append('=').append(each).append('\n');
        Path path = Path.of(each.toString());
        if (Files.isRegularFile(path)) {
          all.append(path.getFileName()).append(' ').append(Sha256.of(path)).append('\n');
        } else if (Files.isDirectory(path)) {
          all.append("model ").append(ModelFiles.all(path)).append('\n');
        } else if (name.equals("model")) {
          commit(each.toString()).ifPresent(commit -> all.append("commit ").append(commit));
        }
      }
    }
    return Sha256.ofText(all.toString());
  }

  /** Of a model of the hub; a branch of it may stand for another commit tomorrow. */
  private static Optional<String> commit(String model) {
    return HubModel.of(model)
        .flatMap(
            hub ->
                hub.commit(ModelSource.resolve(model, ModelSource.defaultCache(), message -> {})));
  }

  /**
   * The plan with what it will cost: the time from a few measured steps of the first run that is to
   * be computed.
   *
   * @param listener is told what is fetched
   */
  public SweepPlan.Overview overview(JobListener listener) {
    Optional<PlannedRun> first =
        plan.overview(directory, run -> new SweepPlan.Cost(null, null, null), 1).rows().stream()
            .filter(row -> row.standing() == SweepPlan.Standing.WAITING)
            .map(SweepPlan.Row::run)
            .findFirst();
    Trial trial;
    try (shared) { // what the trial has read
      trial = first.map(run -> trial(run, listener)).orElse(null);
    }
    return plan.overview(
        directory, run -> cost(run, trial), first.isPresent() ? jobs(listener) : 1);
  }

  /** What the first steps of a run cost. */
  private record Trial(double secondsOfAnItem, long resultBytes, long modelBytes) {}

  private SweepPlan.Cost cost(PlannedRun run, @Nullable Trial trial) {
    if (trial == null) {
      return new SweepPlan.Cost(null, null, null);
    }
    Work work = Objects.requireNonNull(works.get(run.settings()));
    return new SweepPlan.Cost(
        work.steps() == null ? null : trial.secondsOfAnItem() * work.steps() * work.itemsOfAStep(),
        trial.resultBytes(),
        trial.modelBytes());
  }

  private Trial trial(PlannedRun run, JobListener listener) {
    Path place = null;
    try {
      place = Files.createTempDirectory("isoscope-plan");
      List<StepMetrics> steps = new ArrayList<>();
      TrainingJob job = job(run, listener).saveModel(false);
      job.run(
          place,
          record(run, job, place, listener),
          new JobListener() {
            @Override
            public void step(StepMetrics metrics, int of) {
              steps.add(metrics);
            }
          },
          () -> steps.size() >= MEASURED_STEPS);
      double seconds = steps.stream().skip(1).mapToDouble(StepMetrics::seconds).average().orElse(0);
      long parameters = new ResultDirectory(place).run().orElseThrow().models().get(0).size();
      return new Trial(
          seconds * (1 + TrainingJob.MEASURING_SHARE) / job.itemsOfAStep(),
          size(place),
          Float.BYTES * parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (place != null) {
        SweepRunner.delete(place);
      }
    }
  }

  /** Bytes of a run's results, without checkpoints. */
  private static long size(Path place) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /**
   * Runs what is not done.
   *
   * @param listener is told of runs
   * @param ofRuns is told what happens in each
   * @param stop asked before each step: true ends what is running, and leaves the rest
   * @throws org.isoscope.io.UserError where a run would replace a model of other settings, and as
   *     {@link SweepRunner#run}
   */
  public SweepRunner.Outcome run(
      SweepRunner.Listener listener, JobListener ofRuns, BooleanSupplier stop) {
    if (!overwrite) {
      requireNoModelLost();
    }
    try (shared) {
      return new SweepRunner(
              directory,
              plan,
              jobs(ofRuns),
              (run, place) -> train(run, place, ofRuns, stop),
              listener,
              stop)
          .run();
    }
  }

  /** Runs at once. The largest model's file says what memory a run needs. */
  private int jobs(JobListener listener) {
    if (spec.jobs() != null) {
      return spec.jobs();
    }
    long largest = 0;
    for (Object model :
        plan.runs().stream().map(run -> run.settings().get("model")).distinct().toList()) {
      Path directory =
          ModelSource.resolve(model.toString(), ModelSource.defaultCache(), listener::say);
      largest = Math.max(largest, ModelFiles.size(directory));
    }
    return spec.jobs(cores, usableMemory(), MEMORY_OF_A_RUN + COPIES_OF_WEIGHTS * largest);
  }

  /** Of the machine or its container; the rest is left to others. */
  private static long usableMemory() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getTotalMemorySize() / 4 * 3;
  }

  private void requireNoModelLost() {
    SweepDirectory there = SweepDirectory.look(directory, plan);
    for (PlannedRun run : plan.runs()) {
      Path model = directory.resolve(run.directory()).resolve("model");
      if (!there.done(run) && !there.begun(run) && Files.exists(model)) {
        throw UserError.parameter(
            "out",
            directory,
            "holds the model of a run with other settings, "
                + model
                + ", whose place this would take",
            "a directory without",
            "Name another place, or replace it with " + UserError.name("overwrite"));
      }
    }
  }

  private void train(PlannedRun run, Path place, JobListener listener, BooleanSupplier stop) {
    TrainingJob job = job(run, listener);
    ResultDirectory results = new ResultDirectory(place);
    Optional<Run> before = results.run();
    Path checkpoints = place.resolve("checkpoints");
    if (before.isPresent() && !before.get().completed() && Files.isDirectory(checkpoints)) {
      if (Integer.valueOf(threads).equals(before.get().settings().get("threads"))) {
        job.resume(true);
      } else { // other bits than those it was begun with: from the start
        SweepRunner.delete(checkpoints);
      }
    }
    job.run(place, record(run, job, place, listener), listener, stop);
  }

  private TrainingJob job(PlannedRun run, JobListener listener) {
    return NamedTraining.job(settings(run), listener)
        .threads(threads)
        .saveModel(spec.keepModels())
        .overwrite(true) // of the same settings: others have been asked for
        .attributed(true)
        .shared(shared);
  }

  private static Map<String, Object> settings(PlannedRun run) {
    Map<String, Object> settings = new LinkedHashMap<>(run.settings());
    settings.put("seed", run.seed());
    return settings;
  }

  private static RunRecord record(
      PlannedRun run, TrainingJob job, Path place, JobListener listener) {
    List<String> arguments = new ArrayList<>();
    settings(run)
        .forEach(
            (name, value) -> {
              for (Object each : value instanceof Collection<?> many ? many : List.of(value)) {
                if (!Boolean.FALSE.equals(each)) {
                  arguments.add("--" + name + (Boolean.TRUE.equals(each) ? "" : "=" + each));
                }
              }
            });
    Map<String, @Nullable Object> settings = job.named();
    settings.put("out", place);
    return new RunRecord(
        TrainingJob.COMMAND, arguments, settings, run.seed(), job.threads(), listener);
  }
}
