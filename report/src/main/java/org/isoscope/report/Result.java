package org.isoscope.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.isoscope.io.UserError;
import org.isoscope.results.Advice;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Claims;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.Space;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TokenView;
import org.isoscope.results.VectorGeometry;
import org.jspecify.annotations.Nullable;

/**
 * What one result directory holds, whatever command made it: a training's probes, a comparison's
 * two models and an analysis's one all become a list of {@link State}s, the first of which is
 * "before" and the last "after".
 *
 * @param name tells the results of one report apart
 * @param directory where they are
 * @param run how they came about
 * @param states in the order they came about; those without layers are left out
 * @param vectors of a file, where it is of these: then there are no states
 * @param metrics a training's steps
 * @param evaluation quality at the end, and where it was measured, at the beginning
 * @param comparison holds the change of each token type
 * @param tokens cosines of chosen sentences
 * @param calibration what a cosine of the last of the {@link #spaces} is worth
 * @param claims what the evidence says of the paper's claims
 * @param sweep the runs of a sweep, where it is one
 */
record Result(
    String name,
    Path directory,
    Optional<Run> run,
    List<State> states,
    Optional<VectorGeometry> vectors,
    List<StepMetrics> metrics,
    Optional<Evaluation> evaluation,
    Optional<Comparison> comparison,
    Optional<TokenView> tokens,
    Optional<CalibrationFile> calibration,
    Optional<Claims> claims,
    Optional<SweepRuns> sweep) {

  /**
   * The geometry of a model at one time.
   *
   * @param label "step 64", "before" or the model's name
   * @param geometry with at least one layer
   */
  record State(String label, Geometry geometry) {
    /** The layer that the next consumer of the model sees. */
    Geometry.Layer last() {
      return geometry.layers().get(geometry.layers().size() - 1);
    }
  }

  /**
   * One quality figure over time.
   *
   * @param name the set's
   * @param pooling mean, cls, max, first-last or last-two
   * @param transform of the embeddings; absent where they are as the model gives them
   * @param size pairs of a similarity set, queries of a retrieval
   * @param retrieval whether the values are the accuracy of a retrieval, else they are Spearman's
   *     correlation
   */
  record Quality(
      String name, String pooling, Optional<String> transform, long size, boolean retrieval) {
    /** What tells it apart from other sets, poolings and transforms. */
    String title() {
      return name + ", " + pooling + transform.map(kind -> ", " + kind).orElse("");
    }
  }

  /**
   * One value of a quality figure.
   *
   * @param step of a training; of anything else the position of its state
   * @param value absent where it is undefined
   */
  record QualityPoint(int step, Optional<Double> value) {}

  /** Reads directories, in their order. */
  static List<Result> read(List<ResultDirectory> directories) {
    List<String> names = names(directories.stream().map(ResultDirectory::path).toList());
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < directories.size(); i++) {
      results.add(read(names.get(i), directories.get(i), directories.get(i).run()));
    }
    return results;
  }

  /** Reads a directory whose {@code run.json} is not written yet. */
  static Result read(ResultDirectory from, Run run) {
    return read(names(List.of(from.path())).get(0), from, Optional.of(run));
  }

  private static Result read(String name, ResultDirectory from, Optional<Run> run) {
    Optional<Comparison> comparison = from.comparison();
    List<State> states = new ArrayList<>(states(from));
    if (states.isEmpty()) {
      comparison.ifPresent(
          both -> {
            states.add(new State("before", both.before()));
            states.add(new State("after", both.after()));
          });
    }
    if (states.isEmpty()) {
      from.geometry().ifPresent(one -> states.add(new State(one.model(), one)));
    }
    states.removeIf(state -> state.geometry().layers().isEmpty());
    Result result =
        new Result(
            name,
            from.path(),
            run,
            List.copyOf(states),
            from.vectors(),
            from.metrics(),
            from.evaluation(),
            comparison,
            from.tokens(),
            from.calibration(),
            from.claims(),
            from.sweep().map(sweep -> SweepRuns.read(from.path(), sweep)));
    if (result.isEmpty()) {
      throw new UserError(
          from.path().toString(),
          "holds no results",
          "a directory with run.json, geometry.json, geometry.jsonl, vectors.json,"
              + " comparison.json, evaluation.json or sweep.json",
          "Name the directory that a command or job was given as " + UserError.name("out"));
    }
    return result;
  }

  /**
   * The first and the last probe of a training and its quality, of a directory of which no more is
   * shown.
   *
   * @param probes all of its {@link #states(ResultDirectory)}
   * @throws UserError when a file cannot be read
   */
  static Result ends(String name, ResultDirectory from, List<State> probes) {
    List<State> states = new ArrayList<>(probes);
    if (states.size() > 2) {
      states.subList(1, states.size() - 1).clear();
    }
    return new Result(
        name,
        from.path(),
        Optional.empty(),
        List.copyOf(states),
        Optional.empty(),
        List.of(),
        from.evaluation(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The probes that have layers. */
  static List<State> states(ResultDirectory from) {
    List<State> states = new ArrayList<>();
    for (Geometry probe : from.probes()) {
      Integer step = probe.step();
      if (!probe.layers().isEmpty()) {
        states.add(
            new State(step == null ? probe.model() : "step " + NumberText.count(step), probe));
      }
    }
    return states;
  }

  /** Directory names, with as many of their parents as tell them apart. */
  private static List<String> names(List<Path> paths) {
    List<Path> absolute = paths.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    int longest = absolute.stream().mapToInt(Path::getNameCount).max().orElse(0);
    for (int parts = 1; parts <= longest; parts++) {
      int kept = parts;
      List<String> names = absolute.stream().map(path -> tail(path, kept)).toList();
      if (Set.copyOf(names).size() == names.size()) {
        return names;
      }
    }
    List<String> numbered = new ArrayList<>();
    for (Path path : absolute) {
      numbered.add(tail(path, 1) + " (" + (numbered.size() + 1) + ")");
    }
    return numbered;
  }

  private static String tail(Path path, int parts) {
    int count = path.getNameCount();
    return count == 0
        ? path.toString()
        : path.subpath(Math.max(0, count - parts), count).toString();
  }

  private boolean isEmpty() {
    return run.isEmpty()
        && states.isEmpty()
        && vectors.isEmpty()
        && metrics.isEmpty()
        && evaluation.isEmpty()
        && tokens.isEmpty()
        && calibration.isEmpty()
        && claims.isEmpty()
        && sweep.isEmpty();
  }

  /** Whether the states are the probes of a training. */
  boolean isTraining() {
    return states.stream().anyMatch(state -> state.geometry().step() != null) || !metrics.isEmpty();
  }

  /**
   * Whether its reader has a model or vectors to use: of an analysis, and of a training on pairs.
   * Others ask what contrastive training does.
   */
  boolean isForUse() {
    return sweep.isEmpty()
        && comparison.filter(both -> !isTraining()).isEmpty()
        && (!isTraining() || setting("pairs").isPresent());
  }

  /** The spaces of the file's vectors, else of the last state that has any. */
  List<Space> spaces() {
    List<Space> last = vectors.map(VectorGeometry::spaces).orElse(List.of());
    for (State state : states) {
      last = state.geometry().spaces() == null ? last : state.geometry().spaces();
    }
    return last;
  }

  /** What to do about the last of the {@link #spaces}. */
  List<Advice> advice() {
    List<Advice> last = vectors.map(VectorGeometry::advice).orElse(List.of());
    for (State state : states) {
      last = state.geometry().advice() == null ? last : state.geometry().advice();
    }
    return last;
  }

  /** Those of the run; of a sweep, those that all its runs have alike. */
  Map<String, Object> settings() {
    return run.map(Run::settings).or(() -> sweep.map(SweepRuns::settings)).orElse(Map.of());
  }

  /** A setting by its long name, with or without its dashes; absent where it was not given. */
  Optional<String> setting(String name) {
    Map<String, Object> settings = settings();
    return Optional.ofNullable(settings.getOrDefault(name, settings.get("--" + name)))
        .map(Result::plain)
        .filter(value -> !value.isEmpty());
  }

  /** A setting's value as people write it: lists without brackets, 3.0E-5 as 3e-5. */
  static String plain(@Nullable Object value) {
    if (value == null) {
      return "none";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
    return value instanceof Double number
        ? number.toString().replaceFirst("\\.0(E|$)", "$1").replace('E', 'e')
        : String.valueOf(value);
  }

  /**
   * Every quality figure, with its values by step: those of the evaluation first, then those taken
   * at the probes. Where both measured the same pairs, the longer course is kept.
   */
  Map<Quality, List<QualityPoint>> quality() {
    Map<Quality, List<QualityPoint>> whole = new LinkedHashMap<>();
    evaluation.ifPresent(
        e -> {
          e.sets().forEach(set -> add(whole, set, 0));
          if (e.retrieval() != null) {
            e.retrieval()
                .forEach(
                    r ->
                        whole
                            .computeIfAbsent(
                                new Quality(
                                    r.name(), r.pooling(), Optional.empty(), r.queries(), true),
                                key -> new ArrayList<>())
                            .add(
                                new QualityPoint(
                                    r.step() == null ? 0 : r.step(), Optional.of(r.accuracy()))));
          }
        });
    Map<Quality, List<QualityPoint>> sampled = new LinkedHashMap<>();
    for (int i = 0; i < states.size(); i++) {
      Geometry geometry = states.get(i).geometry();
      if (geometry.evaluation() != null) {
        for (Evaluation.Set set : geometry.evaluation()) {
          add(sampled, set, geometry.step() == null ? i : geometry.step());
        }
      }
    }
    sampled.forEach(
        (key, points) ->
            whole.merge(key, points, (few, many) -> many.size() > few.size() ? many : few));
    whole.values().forEach(points -> points.sort((a, b) -> Integer.compare(a.step(), b.step())));
    return whole;
  }

  /**
   * The quality figures worth a line of the headline: a sample is left out where the evaluation
   * tells before and after over the whole of the same set.
   */
  Map<Quality, List<QualityPoint>> headlineQuality() {
    Set<String> told = new HashSet<>();
    Map<Quality, List<QualityPoint>> kept = new LinkedHashMap<>();
    quality()
        .forEach(
            (figure, points) -> {
              String set = figure.title() + "\n" + figure.retrieval();
              if (!told.contains(set)) {
                kept.put(figure, points);
              }
              if (points.size() > 1) {
                told.add(set);
              }
            });
    return kept;
  }

  private static void add(
      Map<Quality, List<QualityPoint>> to, Evaluation.Set set, int otherwiseAt) {
    to.computeIfAbsent(
            new Quality(
                set.name(),
                set.pooling(),
                Optional.ofNullable(set.transform()),
                set.pairs(),
                false),
            key -> new ArrayList<>())
        .add(
            new QualityPoint(
                set.step() == null ? otherwiseAt : set.step(),
                Optional.ofNullable(set.spearman())));
  }

  /** The names of settings that are not alike in all of these results, in alphabetical order. */
  static List<String> differing(List<Result> results) {
    Set<String> names = new TreeSet<>();
    results.forEach(r -> names.addAll(r.settings().keySet()));
    // Where the files are tells runs apart without saying anything of them.
    names.removeAll(Set.of("out", "--out"));
    return names.stream()
        .filter(name -> results.stream().map(r -> r.setting(name)).distinct().count() > 1)
        .toList();
  }
}
