package org.isoscope.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.Sha256;
import org.isoscope.io.UserError;
import org.isoscope.results.Evidence;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.jspecify.annotations.Nullable;

/** Gathers what {@code run.json} tells, while a command runs. */
public final class RunRecord {
  /** Settings that decide no number of a training. */
  public static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "out",
          "quiet",
          "stacktrace",
          "resume",
          "checkpoint-every",
          "keep-checkpoints",
          "tensorboard");

  private final String command;
  private final Instant started = Instant.now();
  private final long startNanos = System.nanoTime();
  private final List<String> arguments;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final long seed;
  private final List<Run.Source> models = new ArrayList<>();
  private final List<Run.Source> data = new ArrayList<>();
  private final Map<String, String> machine = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final JobListener listener;

  /**
   * Begins the record, and its clock.
   *
   * @param command what is run: train, analyze, ...
   * @param arguments the options that were given, so that the same command line can be read from
   *     them again
   * @param settings every setting with defaults filled in, by its name
   * @param seed of every random draw
   * @param threads to work with
   * @param listener is told every note
   */
  public RunRecord(
      String command,
      List<String> arguments,
      Map<String, ? extends @Nullable Object> settings,
      long seed,
      int threads,
      JobListener listener) {
    this.command = command;
    this.arguments = List.copyOf(arguments);
    this.seed = seed;
    this.listener = listener;
    settings.forEach(this::set);
    machine.put("processor", processor());
    machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("threads", String.valueOf(threads));
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  /**
   * The place for a command's results, which do not take that of another's.
   *
   * @throws UserError where the results of another command lie there
   */
  public static ResultDirectory place(String command, Path directory) {
    ResultDirectory results = new ResultDirectory(directory);
    results
        .run()
        .filter(run -> !run.command().equals(command))
        .ifPresent(
            run -> {
              throw UserError.parameter(
                  "out",
                  directory,
                  "holds the results of " + run.command() + ", whose place these would take",
                  "a new directory, or one that " + command + " wrote",
                  "Name another place, or delete them");
            });
    return results;
  }

  /** The command. */
  public String command() {
    return command;
  }

  /** All that decides the numbers of a training, by its name. */
  public Map<String, String> fingerprint() {
    Map<String, String> fingerprint = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          if (!WITHOUT_EFFECT.contains(name)) {
            fingerprint.put("--" + name, String.valueOf(value));
          }
        });
    for (Run.Source model : models) {
      fingerprint.put("the SHA-256 of " + model.name(), String.valueOf(model.sha256()));
    }
    for (int i = 0; i < data.size(); i++) { // a text and a sample of it have one name
      fingerprint.put(
          "the SHA-256 of " + data.get(i).name() + " (" + (i + 1) + ")",
          String.valueOf(data.get(i).sha256()));
    }
    fingerprint.put("the precision", String.valueOf(machine.get("precision")));
    return fingerprint;
  }

  /** Fills in a setting whose value was not given as an option. */
  public void set(String name, @Nullable Object value) {
    @Nullable Object kept =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : value instanceof Number || value instanceof Boolean
                ? value
                : value == null ? null : value.toString();
    settings.put(name, kept);
  }

  public void precision(String chosen) {
    machine.put("precision", chosen);
  }

  public void model(String name, Encoder encoder) {
    Path weights =
        encoder.directory().resolve(encoder.modules().transformer()).resolve("model.safetensors");
    models.add(new Run.Source(name, Sha256.of(weights), encoder.parameters().size()));
    if (!encoder.tokenizer().prompt().isEmpty()) {
      note(name + ": before each text stands the prompt \"" + encoder.tokenizer().prompt() + "\"");
    }
  }

  public void data(Corpus corpus) {
    data(
        new Run.Source(corpus.name(), corpus.sha256(), corpus.sentences().size()),
        corpus.skipped());
  }

  /** What was read, and how many blank lines or cells were not. */
  public void data(Run.Source source, long skipped) {
    data.add(source);
    if (skipped > 0) {
      note(source.name() + ": " + skipped + " blank lines or cells were skipped");
    }
  }

  public void data(PairCorpus pairs) {
    data.add(new Run.Source(pairs.name(), pairs.sha256(), pairs.pairs().size()));
  }

  public void data(ScoredPairCorpus pairs) {
    data.add(new Run.Source(pairs.name(), pairs.sha256(), pairs.pairs().size()));
  }

  public void data(Evidence.Text reference) {
    data.add(
        new Run.Source(
            reference.name() + " (reference)", reference.sha256(), reference.sentences()));
  }

  public void data(VectorFile vectors, long size) {
    data.add(new Run.Source(vectors.name(), Sha256.of(Path.of(vectors.name())), size));
  }

  /** Says, once, how many sentences were cut. */
  public void truncation(String name, TokenizedText text, Encoder encoder) {
    truncation(name, text.truncated(), text.size(), encoder);
  }

  /** Says, once, how many of so many sentences were cut. */
  public void truncation(String name, long truncated, long sentences, Encoder encoder) {
    if (truncated > 0) {
      note(cut(name, truncated, sentences, encoder));
    }
  }

  /** How many of so many sentences were cut, in words. */
  public static String cut(String name, long truncated, long sentences, Encoder encoder) {
    return name
        + ": "
        + truncated
        + " of "
        + sentences
        + " sentences were cut at "
        + encoder.tokenizer().maxLength()
        + " tokens";
  }

  /** Says, once, how many sentences of scored pairs were cut. */
  public void truncation(ScoredPairCorpus set, Encoder encoder) {
    List<String> sentences =
        set.pairs().stream().flatMap(pair -> Stream.of(pair.first(), pair.second())).toList();
    truncation(set.name(), encoder.tokenizer().tokenize(sentences), encoder);
  }

  /** The sentences that repeat no other; says, once, how many do. */
  public int[] distinct(Corpus corpus, TokenizedText text) {
    int[] distinct = text.distinct();
    if (distinct.length < text.size()) {
      note(
          corpus.name()
              + ": "
              + (text.size() - distinct.length)
              + " of "
              + text.size()
              + " sentences have the tokens of another; an embedding counts once");
    }
    return distinct;
  }

  /** Something a reader of the figures should know: kept, and said. */
  public void note(String text) {
    notes.add(text);
    listener.note(text);
  }

  /** Writes {@code run.json}; gives what it holds. */
  public Run write(ResultDirectory results, boolean completed) {
    double seconds = (System.nanoTime() - startNanos) * 1e-9;
    Run run =
        new Run(
            Run.SCHEMA,
            command,
            started.truncatedTo(ChronoUnit.SECONDS).toString(),
            seconds,
            completed,
            arguments,
            settings,
            seed,
            models,
            data,
            Versions.all(),
            machine,
            notes);
    results.write(run);
    return run;
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException | RuntimeException e) {
      return "unknown";
    }
  }
}
