package org.isoscope.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.isoscope.io.RegularFile;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.Manifest;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TrainingState;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a training, a directory {@code step-N} each: {@code model.safetensors} and
 * {@code optimizer.safetensors}, {@code state.json}, the probes and metrics so far, what else
 * whoever trains puts there, and {@code manifest.json}, which has the SHA-256 of all of these. A
 * training that goes on from one takes the same steps, to the bit, as one that never stopped.
 *
 * <p>A checkpoint is made aside, brought to the disk and renamed, so a crash at any moment leaves
 * the ones before it as they are; what is damaged later is known by its manifest and passed over.
 * Parameters and two moments each are 12 bytes a parameter.
 */
public final class Checkpoints {
  /** How much training may be lost where no number of steps is given. */
  private static final Duration INTERVAL = Duration.ofMinutes(10);

  private static final Pattern NAME = Pattern.compile("step-(\\d{1,10})");
  private static final Pattern ASIDE =
      Pattern.compile("\\.step-.*" + Pattern.quote(WholeFile.PART));

  /** What every checkpoint has, besides its manifest. */
  private static final List<String> FILES =
      List.of(Trainer.WEIGHTS, Trainer.OPTIMIZER, "state.json", "metrics.jsonl", "geometry.jsonl");

  private final Path directory;
  private final Map<String, String> fingerprint;
  private final int every;
  private final int keep;
  private @Nullable Path last;
  private long lastNanos = System.nanoTime();

  /**
   * Names a directory, which need not exist yet.
   *
   * @param directory of the checkpoints alone
   * @param fingerprint all that decides the numbers of the training, by its name
   * @param every how many steps one is written; 0: every ten minutes
   * @param keep how many of them, at least 1; older ones are deleted once a new one is whole
   */
  public Checkpoints(Path directory, Map<String, String> fingerprint, int every, int keep) {
    this.directory = directory;
    this.fingerprint = Map.copyOf(fingerprint);
    this.every = every;
    this.keep = keep;
  }

  /** Whether there is any in a directory, whole or not. */
  public static boolean any(Path directory) {
    return !steps(directory).isEmpty();
  }

  /**
   * Deletes all of them, and nothing else.
   *
   * @throws UserError when one cannot be deleted
   */
  public void clear() {
    for (Path path : entries(directory)) {
      String name = path.getFileName().toString();
      if (NAME.matcher(name).matches() || ASIDE.matcher(name).matches()) {
        try {
          WholeFile.deleteDirectory(path);
        } catch (IOException e) {
          throw UserError.writing(path, e);
        }
      }
    }
  }

  /**
   * The newest that is whole; damaged ones are passed over.
   *
   * @param tell told of each that is damaged, in a sentence
   * @throws UserError when it is of another training: it names what differs
   */
  public Optional<Checkpoint> newest(Consumer<String> tell) {
    for (int step : steps(directory).descendingSet()) {
      Path path = path(step);
      try {
        Checkpoint found = open(path, step);
        requireSame(found);
        last = path;
        return Optional.of(found);
      } catch (DamagedException e) {
        tell.accept(path + " is damaged (" + e.getMessage() + ") and was passed over");
      }
    }
    return Optional.empty();
  }

  /** That of a step, where it is whole. */
  Optional<Checkpoint> at(int step) {
    try {
      return Optional.of(open(path(step), step));
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  /** Why a checkpoint is not whole. */
  private static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String reason) {
      super(reason);
    }
  }

  /** Nothing but the manifest is read before its checksum is known to be right. */
  private static Checkpoint open(Path path, int step) throws DamagedException {
    ResultDirectory files = new ResultDirectory(path);
    try {
      Manifest manifest = files.manifest().orElse(null);
      if (manifest == null) {
        throw new DamagedException("manifest.json is missing");
      }
      Map<String, Path> there = new TreeMap<>();
      entries(path).forEach(file -> there.put(file.getFileName().toString(), file));
      Set<String> names = new TreeSet<>(manifest.sha256().keySet());
      names.addAll(FILES);
      for (String name : names) {
        Path file = there.get(name);
        if (file == null) {
          throw new DamagedException(name + " is missing");
        }
        RegularFile.require(file);
        if (!Sha256.of(file).equals(manifest.sha256().get(name))) {
          throw new DamagedException(name + " is not what was written");
        }
      }
      TrainingState state = files.state().orElse(null);
      if (state == null || state.step() != step) {
        throw new DamagedException("state.json is of another step");
      }
      return new Checkpoint(path, state, files.probes(), files.metrics());
    } catch (UserError e) {
      throw new DamagedException(String.valueOf(e.getMessage()));
    }
  }

  private void requireSame(Checkpoint found) {
    List<String> differences = differences(found.state().fingerprint(), fingerprint);
    if (!differences.isEmpty()) {
      throw new UserError(
          found.directory().toString(),
          "is of another training: " + String.join("; ", differences),
          "the model, data, settings and threads that it was begun with",
          "Bring these back, or train anew in another place");
    }
  }

  /**
   * What differs between two fingerprints, in the order of the names.
   *
   * @return sentences without an end: "--steps was 3 and is 4"
   */
  public static List<String> differences(Map<String, String> was, Map<String, String> is) {
    Set<String> names = new TreeSet<>(was.keySet());
    names.addAll(is.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String before = was.getOrDefault(name, "nothing");
      String now = is.getOrDefault(name, "nothing");
      if (!before.equals(now)) {
        differences.add(name + " was " + before + " and is " + now);
      }
    }
    return differences;
  }

  /** Where the newest whole one is, of those found or written by this; null before. */
  @Nullable Path last() {
    return last;
  }

  /** Whether one is to be written at this step. */
  boolean isDue(int step) {
    return every > 0
        ? step > 0 && step % every == 0
        : System.nanoTime() - lastNanos > INTERVAL.toNanos();
  }

  /**
   * Writes one, unless the newest is of this step, and then deletes those that are too old.
   *
   * @param best a step whose checkpoint is kept however old; 0: none
   * @param more given the directory in which it is made, to put there what else belongs to it
   * @throws UserError when it cannot be written; the ones before it are then as they were
   */
  void write(
      Trainer trainer,
      List<Geometry> probes,
      List<StepMetrics> metrics,
      List<Evaluation.Set> evaluations,
      List<Evaluation.Retrieval> searches,
      int best,
      Consumer<Path> more) {
    int step = trainer.step();
    Path path = path(step);
    if (path.equals(last)) {
      return;
    }
    TrainingState state =
        new TrainingState(TrainingState.SCHEMA, step, fingerprint, evaluations, searches);
    WholeFile.makeDirectory(
        path,
        aside -> {
          trainer.save(aside);
          ResultDirectory files = new ResultDirectory(aside);
          files.write(state);
          files.writeMetrics(metrics);
          files.writeProbes(probes);
          more.accept(aside);
          Map<String, String> sums = new TreeMap<>();
          entries(aside).forEach(file -> sums.put(file.getFileName().toString(), Sha256.of(file)));
          files.write(new Manifest(Manifest.SCHEMA, sums));
        });
    last = path;
    lastNanos = System.nanoTime();
    deleteOld(step, best);
  }

  /** Later ones are left by a training that was resumed before them: they are damaged. */
  private void deleteOld(int newest, int best) {
    List<Path> old = new ArrayList<>();
    steps(directory).tailSet(newest, false).forEach(step -> old.add(path(step)));
    steps(directory).headSet(newest, true).descendingSet().stream()
        .skip(keep)
        .filter(step -> step != best)
        .forEach(step -> old.add(path(step)));
    entries(directory).stream()
        .filter(path -> ASIDE.matcher(path.getFileName().toString()).matches())
        .forEach(old::add);
    for (Path path : old) {
      try {
        WholeFile.deleteDirectory(path);
      } catch (IOException e) {
        // It is in nobody's way, and the next checkpoint tries again.
      }
    }
  }

  private Path path(int step) {
    return directory.resolve("step-" + step);
  }

  private static NavigableSet<Integer> steps(Path directory) {
    NavigableSet<Integer> steps = new TreeSet<>();
    for (Path path : entries(directory)) {
      Matcher matcher = NAME.matcher(path.getFileName().toString());
      if (matcher.matches() && Long.parseLong(matcher.group(1)) <= Integer.MAX_VALUE) {
        steps.add(Integer.parseInt(matcher.group(1)));
      }
    }
    return steps;
  }

  private static List<Path> entries(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw UserError.reading(directory, e);
    }
  }
}
