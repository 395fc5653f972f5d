package org.isoscope.study.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.SweepMark;

/**
 * What a sweep's directory has of a plan. A run is done where a directory below {@code runs/} has a
 * mark with the run's hash, whose files are there with their sums, and a completed {@code
 * run.json}: the directory that the plan gives it, or, where an earlier specification called the
 * same run otherwise, another that no run of the plan claims for something else.
 */
final class SweepDirectory {
  private static final String MARK = "sweep-run.json";

  private final Map<String, String> directoryOf = new HashMap<>(); // by hash, of what is done
  private final Set<String> begun = new HashSet<>();
  private final List<String> left = new ArrayList<>();

  private SweepDirectory() {}

  /**
   * Looks.
   *
   * @param root of the sweep; need not exist
   * @throws UserError when a directory cannot be read
   */
  static SweepDirectory look(Path root, SweepPlan plan) {
    SweepDirectory found = new SweepDirectory();
    Map<String, String> claimed = new HashMap<>(); // hash by directory
    Set<String> hashes = new HashSet<>();
    for (PlannedRun run : plan.runs()) {
      claimed.put(run.directory(), run.hash());
      hashes.add(run.hash());
    }
    for (Map.Entry<String, Optional<SweepMark>> each : marked(root).entrySet()) {
      String directory = each.getKey();
      SweepMark mark = each.getValue().orElse(null);
      String wanted = claimed.get(directory);
      if (mark != null
          && (wanted == null ? hashes.contains(mark.hash()) : wanted.equals(mark.hash()))) {
        if (whole(root.resolve(directory), mark)) {
          if (wanted != null) {
            found.directoryOf.put(mark.hash(), directory);
          } else {
            found.directoryOf.putIfAbsent(mark.hash(), directory);
          }
        } else if (wanted != null && mark.sha256() == null) {
          found.begun.add(directory);
        }
      }
      if (wanted == null) {
        found.left.add(directory);
      }
    }
    found.left.removeAll(found.directoryOf.values());
    return found;
  }

  boolean done(PlannedRun run) {
    return directoryOf.containsKey(run.hash());
  }

  /** Where the results of a run are, or are to be. */
  String directory(PlannedRun run) {
    return directoryOf.getOrDefault(run.hash(), run.directory());
  }

  /** Whether what is in the directory is of this run, though not all is. */
  boolean begun(PlannedRun run) {
    return begun.contains(run.directory());
  }

  /** Directories of runs that the plan has no use for. */
  List<String> left() {
    return List.copyOf(left);
  }

  /** Says whose results a directory is to hold. */
  static void begin(Path directory, PlannedRun run) {
    new ResultDirectory(directory).write(new SweepMark(SweepMark.SCHEMA, run.hash(), null));
  }

  /** Whether a run in this directory came to its end. */
  static boolean completed(Path directory) {
    return new ResultDirectory(directory).run().map(Run::completed).orElse(false);
  }

  /** Says that the results are there. */
  static void end(Path directory, PlannedRun run) {
    new ResultDirectory(directory)
        .write(new SweepMark(SweepMark.SCHEMA, run.hash(), sums(directory)));
  }

  private static boolean whole(Path directory, SweepMark mark) {
    Map<String, String> expected = mark.sha256();
    if (expected == null) {
      return false;
    }
    Map<String, String> there = sums(directory);
    return expected.entrySet().stream()
            .allMatch(file -> file.getValue().equals(there.get(file.getKey())))
        && completed(directory);
  }

  /** Of the results that programs read. */
  private static Map<String, String> sums(Path directory) {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if ((name.endsWith(".json") || name.endsWith(".jsonl"))
            && !name.equals(MARK)
            && Files.isRegularFile(file)) {
          sums.put(name, Sha256.of(file));
        }
      }
    } catch (IOException e) {
      throw UserError.reading(directory, e);
    }
    return sums;
  }

  /** The mark, where there is one that can be read, by directory, of all that may be runs. */
  private static Map<String, Optional<SweepMark>> marked(Path root) {
    Map<String, Optional<SweepMark>> marked = new TreeMap<>();
    Path runs = root.resolve(PlannedRun.RUNS);
    for (Path arm : directories(runs)) {
      for (Path seed : directories(arm)) {
        ResultDirectory results = new ResultDirectory(seed);
        String name = PlannedRun.RUNS + "/" + arm.getFileName() + "/" + seed.getFileName();
        try {
          marked.put(name, results.sweepMark());
        } catch (UserError e) {
          marked.put(name, Optional.empty()); // a mark that cannot be read says nothing
        }
      }
    }
    return marked;
  }

  private static List<Path> directories(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(parent)) {
      return paths.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw UserError.reading(parent, e);
    }
  }
}
