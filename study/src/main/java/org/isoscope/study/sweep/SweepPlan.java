package org.isoscope.study.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a sweep, in order: the combinations of the grid, then the further runs, of each all
 * seeds. An arm is named by its settings ({@code temperature=0.05,pooling=mean}) or as the
 * specification names it; what may not stand in a file name is replaced and a name that is too long
 * cut, both with a hash at the end, so that a name depends on its own settings alone.
 *
 * @param spec what was planned
 * @param runs all of them; those with equal hashes have a directory in common
 */
public record SweepPlan(SweepSpec spec, List<PlannedRun> runs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Characters of an arm's name: with a seed and a file below it well short of systems' limits. */
  private static final int MOST_LETTERS = 100;

  private static final int HASH_LETTERS = 8;

  /** Keeps its own copy of the list. */
  public SweepPlan {
    runs = List.copyOf(runs);
  }

  /**
   * Plans.
   *
   * @param fingerprint of the files that settings refer to: texts, pairs, models; asked once an
   *     arm, with the arm's settings. May fail for settings that no training can have
   * @param version of the program: another may compute other results
   * @throws UserError of the fingerprint, which names the arm besides
   * @throws IllegalArgumentException for two further runs of one name
   */
  public static SweepPlan of(
      SweepSpec spec, Function<Map<String, Object>, String> fingerprint, String version) {
    List<PlannedRun> runs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (SweepSpec.Arm arm : spec.runs()) {
      if (arm.name() != null && !names.add(arm.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two runs are named " + arm.name());
      }
    }
    Map<String, String> directories = new HashMap<>();
    for (SweepSpec.Arm arm : spec.arms()) {
      Map<String, Object> settings = new LinkedHashMap<>(spec.settings());
      settings.putAll(arm.settings());
      String name = arm.name() != null ? arm.name() : unique(name(arm.settings()), names);
      String of;
      try {
        of = fingerprint.apply(settings);
      } catch (UserError e) {
        throw e.and("It is so in the arm " + name);
      }
      for (long seed : arm.seeds() == null ? spec.seeds() : arm.seeds()) {
        String id = name + "/seed-" + seed;
        String hash = hash(settings, seed, of, version);
        String directory = directories.computeIfAbsent(hash, h -> PlannedRun.RUNS + "/" + id);
        runs.add(new PlannedRun(id, name, directory, settings, arm.settings(), seed, hash));
      }
    }
    return new SweepPlan(spec, runs);
  }

  /**
   * What a run costs.
   *
   * @param seconds of wall time with the threads that it has; null: unknown
   * @param resultBytes of its results, which stay; null: unknown
   * @param modelBytes of its model and checkpoints, which stay where the specification keeps
   *     models; null: unknown
   */
  public record Cost(
      @Nullable Double seconds, @Nullable Long resultBytes, @Nullable Long modelBytes) {}

  /** Where a run stands. */
  public enum Standing {
    /** Its results are there. */
    DONE,
    /** It was begun and may go on from there. */
    BEGUN,
    /** It is to be computed. */
    WAITING,
    /** An earlier run of the plan computes the same. */
    SHARED
  }

  /**
   * A run, for people.
   *
   * @param run which
   * @param standing where it stands
   * @param cost of computing it; null where nothing is to be computed
   */
  public record Row(PlannedRun run, Standing standing, @Nullable Cost cost) {}

  /**
   * A plan, for people, before anything starts.
   *
   * @param rows one a run, in the plan's order
   * @param toCompute runs that are begun or waiting
   * @param seconds until all are done, with as many at once as the specification says; null:
   *     unknown
   * @param bytes that are written besides what is there, at their most; null: unknown
   * @param left directories of runs, relative to the sweep's, that are not of this plan
   */
  public record Overview(
      List<Row> rows,
      int toCompute,
      @Nullable Double seconds,
      @Nullable Long bytes,
      List<String> left) {
    /** Keeps its own copies of the lists. */
    public Overview {
      rows = List.copyOf(rows);
      left = List.copyOf(left);
    }
  }

  /**
   * Looks at what is there and adds up what is not. Writes nothing.
   *
   * @param directory of the sweep; need not exist
   * @param cost of computing a run, asked of those that are to be computed
   * @param jobs runs at once
   * @throws UserError when the directory cannot be read
   */
  public Overview overview(Path directory, Function<PlannedRun, Cost> cost, int jobs) {
    SweepDirectory there = SweepDirectory.look(directory, this);
    List<Row> rows = new ArrayList<>();
    List<Cost> costs = new ArrayList<>();
    for (PlannedRun run : runs) {
      Standing standing =
          there.done(run)
              ? Standing.DONE
              : run.shared()
                  ? Standing.SHARED
                  : there.begun(run) ? Standing.BEGUN : Standing.WAITING;
      boolean computed = standing == Standing.BEGUN || standing == Standing.WAITING;
      Cost one = computed ? cost.apply(run) : null;
      if (one != null) {
        costs.add(one);
      }
      rows.add(new Row(run, standing, one));
    }
    return new Overview(rows, costs.size(), seconds(costs, jobs), bytes(costs, jobs), there.left());
  }

  /** Until the last run ends, where each begins as soon as a place is free. */
  private static @Nullable Double seconds(List<Cost> costs, int jobs) {
    PriorityQueue<Double> ends = new PriorityQueue<>();
    double last = 0;
    for (Cost cost : costs) {
      if (cost.seconds() == null) {
        return null;
      }
      double begin = ends.size() < jobs ? 0 : ends.remove();
      ends.add(begin + cost.seconds());
      last = Math.max(last, begin + cost.seconds());
    }
    return last;
  }

  /** Results of all, models of all or of as many as run at once. */
  private @Nullable Long bytes(List<Cost> costs, int jobs) {
    long results = 0;
    long[] models = new long[costs.size()];
    for (int i = 0; i < models.length; i++) {
      Cost cost = costs.get(i);
      if (cost.resultBytes() == null || cost.modelBytes() == null) {
        return null;
      }
      results += cost.resultBytes();
      models[i] = cost.modelBytes();
    }
    Arrays.sort(models);
    int counted = spec.keepModels() ? models.length : Math.min(models.length, jobs);
    for (int i = 0; i < counted; i++) {
      results += models[models.length - 1 - i];
    }
    return results;
  }

  private static String hash(
      Map<String, Object> settings, long seed, String fingerprint, String version) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("settings", new TreeMap<>(settings));
    all.put("seed", seed);
    all.put("fingerprint", fingerprint);
    all.put("version", version);
    try {
      return Sha256.ofText(JSON.writeValueAsString(all));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a setting of another kind", e);
    }
  }

  private static String name(Map<String, Object> settings) {
    if (settings.isEmpty()) {
      return "settings";
    }
    String plain =
        settings.entrySet().stream()
            .map(each -> each.getKey() + "=" + text(each.getValue()))
            .collect(Collectors.joining(","));
    String safe = plain.replaceAll("[^A-Za-z0-9._=,+-]+", "-");
    if (safe.equals(plain) && safe.length() <= MOST_LETTERS && !safe.endsWith(".")) {
      return safe;
    }
    return safe.substring(0, Math.min(safe.length(), MOST_LETTERS))
        + "~"
        + Sha256.ofText(plain).substring(0, HASH_LETTERS);
  }

  private static String text(Object value) {
    if (value instanceof Double number) {
      String plain = BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
      return plain.length() <= 12 ? plain : number.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining("+"));
    }
    return value.toString();
  }

  /** Different from the others in more than capitals, as some file systems want it. */
  private static String unique(String name, Set<String> names) {
    String unique = name;
    for (int i = 2; !names.add(unique.toLowerCase(Locale.ROOT)); i++) {
      unique = name + "-" + i;
    }
    return unique;
  }
}
