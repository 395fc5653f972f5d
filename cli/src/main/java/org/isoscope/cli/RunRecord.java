package org.isoscope.cli;

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
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gathers what {@code run.json} tells, while a command runs. */
final class RunRecord {
  /** Settings that decide no number of a training. */
  static final Set<String> WITHOUT_EFFECT =
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
  private final Progress progress;

  RunRecord(CommandSpec spec, CommonOptions common, Progress progress) {
    this.command = spec.name();
    this.arguments = arguments(spec);
    this.seed = common.seed;
    this.progress = progress;
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        set(option.longestName().substring(2), option.getValue());
      }
    }
    set("out", common.out(command));
    machine.put("processor", processor());
    machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("threads", String.valueOf(common.threads()));
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  /** The options that were given, so that the same command line can be read from them again. */
  private static List<String> arguments(CommandSpec spec) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (option.arity().max() == 0) {
        arguments.add(option.longestName());
      } else {
        option
            .originalStringValues()
            .forEach(value -> arguments.add(option.longestName() + "=" + value));
      }
    }
    return arguments;
  }

  /** The command. */
  String command() {
    return command;
  }

  /** All that decides the numbers of a training, by its name. */
  Map<String, String> fingerprint() {
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
  void set(String name, @Nullable Object value) {
    @Nullable Object kept =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : value instanceof Number || value instanceof Boolean
                ? value
                : value == null ? null : value.toString();
    settings.put(name, kept);
  }

  void precision(String chosen) {
    machine.put("precision", chosen);
  }

  void model(String name, Encoder encoder) {
    Path weights = encoder.directory().resolve("model.safetensors");
    models.add(new Run.Source(name, Sha256.of(weights), encoder.parameters().size()));
  }

  void data(Corpus corpus) {
    data(
        new Run.Source(corpus.name(), corpus.sha256(), corpus.sentences().size()),
        corpus.skipped());
  }

  /** What was read, and how many blank lines or cells were not. */
  void data(Run.Source source, long skipped) {
    data.add(source);
    if (skipped > 0) {
      note(source.name() + ": " + skipped + " blank lines or cells were skipped");
    }
  }

  void data(PairCorpus pairs) {
    data.add(new Run.Source(pairs.name(), pairs.sha256(), pairs.pairs().size()));
  }

  void data(ScoredPairCorpus pairs) {
    data.add(new Run.Source(pairs.name(), pairs.sha256(), pairs.pairs().size()));
  }

  void data(VectorFile vectors, long size) {
    data.add(new Run.Source(vectors.name(), Sha256.of(Path.of(vectors.name())), size));
  }

  /** Says, once, how many sentences were cut. */
  void truncation(String name, TokenizedText text, Encoder encoder) {
    truncation(name, text.truncated(), text.size(), encoder);
  }

  /** Says, once, how many of so many sentences were cut. */
  void truncation(String name, long truncated, long sentences, Encoder encoder) {
    if (truncated > 0) {
      note(cut(name, truncated, sentences, encoder));
    }
  }

  /** How many of so many sentences were cut, in words. */
  static String cut(String name, long truncated, long sentences, Encoder encoder) {
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
  void truncation(ScoredPairCorpus set, Encoder encoder) {
    List<String> sentences =
        set.pairs().stream().flatMap(pair -> Stream.of(pair.first(), pair.second())).toList();
    truncation(set.name(), encoder.tokenizer().tokenize(sentences), encoder);
  }

  /** The sentences that repeat no other; says, once, how many do. */
  int[] distinct(Corpus corpus, TokenizedText text) {
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
  void note(String text) {
    notes.add(text);
    progress.say("note: " + text);
  }

  /** Writes {@code run.json}; gives what it holds. */
  Run write(ResultDirectory results, boolean completed) {
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
            Version.all(),
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
