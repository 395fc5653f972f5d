package org.isoscope.report;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.isoscope.io.UserError;
import org.isoscope.results.Claims;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Sweep;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a sweep, each with what its directory tells.
 *
 * @param rows in the order of the sweep
 */
record SweepRuns(List<Row> rows) {

  /**
   * A run.
   *
   * @param run as the sweep has it
   * @param result its ends and quality; absent where it is not done, or cannot be read
   * @param course of its figures, probe by probe; alike
   * @param effects what the run's own claims say: change of each estimand, and of the paper's own,
   *     by key, over the whole reference text
   * @param state what became of it, in words
   */
  record Row(
      Sweep.Run run,
      Optional<Result> result,
      Optional<RunCourse> course,
      Map<String, Double> effects,
      String state) {
    /** A run of which there is nothing but what became of it. */
    static Row without(Sweep.Run run, String state) {
      return new Row(run, Optional.empty(), Optional.empty(), Map.of(), state);
    }
  }

  /**
   * Reads what is there: a run whose directory is missing or damaged is told as that.
   *
   * @param directory of the sweep
   */
  static SweepRuns read(Path directory, Sweep sweep) {
    return new SweepRuns(sweep.runs().stream().map(run -> read(directory, run)).toList());
  }

  private static Row read(Path sweep, Sweep.Run run) {
    if (run.state() == Sweep.State.WAITING) {
      return Row.without(run, "waiting");
    }
    if (run.state() == Sweep.State.FAILED) {
      String error = run.error();
      return Row.without(run, error == null ? "failed" : "failed: " + error);
    }
    try {
      Path root = sweep.toAbsolutePath().normalize();
      Path directory = root.resolve(run.directory()).normalize();
      if (!directory.startsWith(root)) {
        return lost(run, "its directory lies outside the sweep\u2019s");
      }
      if (!Files.isDirectory(directory)) {
        return lost(run, "its directory is missing");
      }
      ResultDirectory results = new ResultDirectory(directory);
      List<Result.State> states = Result.states(results);
      return new Row(
          run,
          Optional.of(Result.ends(run.id(), results, states)),
          Optional.of(RunCourse.of(states)),
          effects(results),
          "done");
    } catch (InvalidPathException e) {
      return lost(run, "its directory has no possible name");
    } catch (UserError e) {
      return lost(run, e.where() + " " + e.what());
    }
  }

  private static Map<String, Double> effects(ResultDirectory run) {
    Map<String, Double> effects = new LinkedHashMap<>();
    for (Claims.Claim claim : run.claims().map(Claims::claims).orElse(List.of())) {
      put(effects, claim.estimand(), claim.effect());
      Claims.Figure paper = claim.paper();
      if (paper != null) {
        put(effects, paper.estimand(), paper.effect());
      }
    }
    return effects;
  }

  /** Under the key with which an estimand's text begins. */
  private static void put(Map<String, Double> effects, String estimand, @Nullable Double effect) {
    if (effect != null) {
      effects.put(estimand.split(":", 2)[0], effect);
    }
  }

  private static Row lost(Sweep.Run run, String why) {
    return Row.without(run, "done, but " + why);
  }

  /** How many there are, in words. */
  static String trainings(int count) {
    return NumberText.count(count) + (count == 1 ? " training" : " trainings");
  }

  /** How many runs are in each state, in words. */
  String progress() {
    return trainings(rows.size())
        + ", "
        + count(Sweep.State.DONE)
        + " done, "
        + count(Sweep.State.FAILED)
        + " failed, "
        + count(Sweep.State.WAITING)
        + " waiting";
  }

  private String count(Sweep.State state) {
    return NumberText.count(rows.stream().filter(row -> row.run().state() == state).count());
  }

  /** The settings that all runs have alike. */
  Map<String, Object> settings() {
    Map<String, Object> alike = new LinkedHashMap<>();
    if (!rows.isEmpty()) {
      alike.putAll(rows.get(0).run().settings());
      alike.keySet().removeAll(differing());
    }
    return alike;
  }

  /** Names of the settings that tell runs apart, in the order in which the runs have them. */
  List<String> differing() {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.addAll(row.run().settings().keySet()));
    return names.stream()
        .filter(
            name ->
                rows.stream()
                        .map(row -> Objects.toString(row.run().settings().get(name)))
                        .distinct()
                        .count()
                    > 1)
        .toList();
  }

  /** The runs that differ in nothing but the seed, by the name that they have in common. */
  Map<String, List<Row>> arms() {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                row -> row.run().arm(),
                LinkedHashMap::new,
                Collectors.toCollection(ArrayList::new)));
  }
}
