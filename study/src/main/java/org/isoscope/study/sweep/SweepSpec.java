package org.isoscope.study.sweep;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.isoscope.study.Setting;
import org.jspecify.annotations.Nullable;

/**
 * What a sweep is to run. Values are what {@link Setting.Kind} says; settings that are not named
 * have their defaults; relative paths in them are relative to the working directory, as on the
 * command line. In a file:
 *
 * <pre>{@code
 * schema: 1
 * settings: {model: all-minilm-l6-v2, steps: 8}           # of every run
 * grid: {temperature: [0.05, 0.5], pooling: [mean, cls]}  # every combination
 * runs: [{name: gor, loss: gor}]                          # further runs
 * seeds: [1, 2]                                           # or 2, which means 1 and 2
 * keep-models: false
 * jobs: 2
 * threads: 2
 * }</pre>
 *
 * @param settings of every run
 * @param grid values of settings, of which every combination is run; with neither {@code grid} nor
 *     {@code runs} the settings themselves are
 * @param runs run besides
 * @param seeds with each of which a combination is run; at least one
 * @param keepModels whether the models stay after their runs; all else does
 * @param jobs runs at once; null: as many as cores and memory carry
 * @param threads of each run; null: what {@link #threads} gives
 */
public record SweepSpec(
    Map<String, Object> settings,
    Map<String, List<Object>> grid,
    List<Arm> runs,
    List<Long> seeds,
    boolean keepModels,
    @Nullable Integer jobs,
    @Nullable Integer threads) {

  /** The version of the form of the file. */
  public static final int SCHEMA = 1;

  /** The most bytes that a file may have. */
  public static final int MOST_BYTES = 1 << 20;

  /** The most runs of a sweep: more is a slip of the pen. */
  public static final int MOST_RUNS = 10_000;

  /** The most runs at once, and threads of each. */
  static final int MOST_THREADS = 4096;

  /**
   * Runs that differ from the others in any settings.
   *
   * @param name of them; null: made of the settings
   * @param settings besides, and over, those of every run
   * @param seeds instead of the sweep's; null: those
   */
  public record Arm(
      @Nullable String name, Map<String, Object> settings, @Nullable List<Long> seeds) {
    /**
     * Keeps its own copies.
     *
     * @throws IllegalArgumentException for a list without seeds
     */
    public Arm {
      settings = inOrder(settings);
      seeds = seeds == null ? null : List.copyOf(seeds);
      if (seeds != null && seeds.isEmpty()) {
        throw new IllegalArgumentException("no seeds");
      }
    }
  }

  /**
   * Keeps its own copies, in their order.
   *
   * @throws IllegalArgumentException for no seeds, a setting of the grid without values, no jobs or
   *     threads, and more than {@link #MOST_RUNS} runs
   */
  public SweepSpec {
    settings = inOrder(settings);
    Map<String, List<Object>> values = new LinkedHashMap<>();
    grid.forEach((name, each) -> values.put(name, List.copyOf(each)));
    grid = Collections.unmodifiableMap(values);
    runs = List.copyOf(runs);
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty() || grid.containsValue(List.of())) {
      throw new IllegalArgumentException("no seeds, or no values of a setting");
    }
    if ((jobs != null && jobs < 1) || (threads != null && threads < 1)) {
      throw new IllegalArgumentException("jobs " + jobs + ", threads " + threads);
    }
    if (count(grid, runs, seeds) > MOST_RUNS) {
      throw new IllegalArgumentException("more than " + MOST_RUNS + " runs");
    }
  }

  /**
   * Reads a file.
   *
   * @param known the settings that a training has
   * @throws UserError that names the line and column of what is wrong
   */
  public static SweepSpec read(Path file, List<Setting> known) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) { // a pipe will do
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw UserError.reading(file, e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new UserError(
          file.toString(),
          "has more than " + MOST_BYTES + " bytes",
          "the specification of a sweep",
          "Check the path");
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return parse(text, file.toString(), known);
    } catch (CharacterCodingException e) {
      throw UserError.reading(file, e);
    }
  }

  /**
   * Reads a text.
   *
   * @param where what errors name
   * @param known the settings that a training has
   * @throws UserError that names the line and column of what is wrong
   */
  public static SweepSpec parse(String text, String where, List<Setting> known) {
    return new SpecReader(where, known).read(text);
  }

  /** Threads of a run, beyond which runs at once use cores better. */
  private static final int THREADS_OF_A_RUN = 2;

  /**
   * Threads of each run: those given; else all cores divided among the jobs; else two, or more
   * where all runs at once leave cores. The same whichever of the runs are done, for the same bits.
   *
   * @param cores that there are
   */
  public int threads(int cores) {
    if (threads != null) {
      return threads;
    }
    long atOnce = jobs != null ? jobs : count(grid, runs, seeds);
    int least = jobs != null ? 1 : Math.min(THREADS_OF_A_RUN, cores);
    return (int) Math.max(least, cores / atOnce);
  }

  /**
   * Runs at once: those given; else as many as the cores have threads for and memory has room for.
   *
   * @param cores that there are
   * @param memory bytes that may be used
   * @param ofARun bytes that a run needs
   * @return at least 1
   */
  public int jobs(int cores, long memory, long ofARun) {
    return jobs != null
        ? jobs
        : (int) Math.max(1, Math.min(cores / threads(cores), memory / ofARun));
  }

  /** In the form of the file, with defaults filled in. */
  Map<String, Object> form() {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("schema", SCHEMA);
    form.put("settings", settings);
    form.put("grid", grid);
    List<Map<String, Object>> arms = new ArrayList<>();
    for (Arm arm : runs) {
      Map<String, Object> one = new LinkedHashMap<>();
      if (arm.name() != null) {
        one.put("name", arm.name());
      }
      one.putAll(arm.settings());
      if (arm.seeds() != null) {
        one.put("seeds", arm.seeds());
      }
      arms.add(one);
    }
    form.put("runs", arms);
    form.put("seeds", seeds);
    form.put("keep-models", keepModels);
    if (jobs != null) {
      form.put("jobs", jobs);
    }
    if (threads != null) {
      form.put("threads", threads);
    }
    return form;
  }

  /** The arms of the grid, its last setting the fastest, then the further ones. */
  List<Arm> arms() {
    List<Arm> arms = new ArrayList<>();
    if (!grid.isEmpty() || runs.isEmpty()) {
      List<Map<String, Object>> combinations = List.of(Map.of());
      for (Map.Entry<String, List<Object>> each : grid.entrySet()) {
        List<Map<String, Object>> longer = new ArrayList<>();
        for (Map<String, Object> begun : combinations) {
          for (Object value : each.getValue()) {
            Map<String, Object> more = new LinkedHashMap<>(begun);
            more.put(each.getKey(), value);
            longer.add(more);
          }
        }
        combinations = longer;
      }
      combinations.forEach(combination -> arms.add(new Arm(null, combination, null)));
    }
    arms.addAll(runs);
    return arms;
  }

  /** How many runs these make; at most a little over {@link #MOST_RUNS} where there are more. */
  static long count(Map<String, List<Object>> grid, List<Arm> runs, List<Long> seeds) {
    long count = grid.isEmpty() && !runs.isEmpty() ? 0 : seeds.size();
    for (List<Object> values : grid.values()) {
      count = Math.min(count, MOST_RUNS + 1) * values.size();
    }
    for (Arm arm : runs) {
      count += arm.seeds() == null ? seeds.size() : arm.seeds().size();
    }
    return count;
  }

  private static Map<String, Object> inOrder(Map<String, Object> settings) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
