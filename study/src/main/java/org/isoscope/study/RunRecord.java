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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.LabelledCorpus;
import org.isoscope.corpus.LabelledPairCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.RerankingCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.checkpoint.ModelFiles;
import org.isoscope.models.HubModel;
import org.isoscope.report.Report;
import org.isoscope.results.Evidence;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.sentence.Prompts;
import org.isoscope.training.Checkpoints;
import org.jspecify.annotations.Nullable;

/** Gathers what {@code run.json} tells, while a command runs. */
public final class RunRecord {
  /** Settings that decide no number of a training. */
  public static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "out",
          "quiet",
          "offline",
          "json",
          "stacktrace",
          "resume",
          "checkpoint-every",
          "keep-checkpoints",
          "overwrite",
          "tensorboard",
          "processes",
          "rank",
          "world",
          "rendezvous");

  /** Versions that decide last bits. */
  private static final List<String> DECIDING = List.of("isoscope", "libtorch", "tokenizers");

  /** Begins the note of a run that went on elsewhere than it was begun. */
  private static final String ELSEWHERE = "went on elsewhere than it was begun: ";

  /** Written when it is known, over what was given: 0 then means as many as are affordable. */
  private static final String PROBE_SENTENCES = "probe-sentences";

  private static final String THREADS = "threads";
  private static final String PRECISION = "the precision";

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
    machine.put(THREADS, String.valueOf(threads));
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  /** The command. */
  public String command() {
    return command;
  }

  /**
   * All that decides the numbers of a training, by its name: settings, every file of the model,
   * data, precision and versions.
   */
  public Map<String, String> fingerprint() {
    return fingerprint(settings, models, data, Versions.all(), machine.get("precision"));
  }

  /** What of it is the same in all processes of a training: the threads may be each one's own. */
  Map<String, String> sharedFingerprint() {
    Map<String, String> shared = fingerprint();
    shared.keySet().removeAll(List.of("--" + THREADS, PRECISION));
    return shared;
  }

  private static Map<String, String> fingerprint(
      Map<String, ? extends @Nullable Object> settings,
      List<Run.Source> models,
      List<Run.Source> data,
      Map<String, String> versions,
      @Nullable String precision) {
    Map<String, String> fingerprint = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          if (!WITHOUT_EFFECT.contains(name)) {
            fingerprint.put("--" + name, String.valueOf(value));
          }
        });
    for (Run.Source model : models) {
      fingerprint.put("the SHA-256 of " + model.name(), String.valueOf(model.sha256()));
      if (model.files() != null) {
        model
            .files()
            .forEach(
                (file, sha256) ->
                    fingerprint.put("the SHA-256 of " + file + " of " + model.name(), sha256));
      }
    }
    for (int i = 0; i < data.size(); i++) { // a text and a sample of it have one name
      fingerprint.put(
          "the SHA-256 of " + data.get(i).name() + " (" + (i + 1) + ")",
          String.valueOf(data.get(i).sha256()));
    }
    DECIDING.forEach(
        name -> fingerprint.put("the version of " + name, String.valueOf(versions.get(name))));
    fingerprint.put(PRECISION, String.valueOf(precision)); // and the threads
    return fingerprint;
  }

  /**
   * What decides the numbers of this training and was otherwise in an earlier one; nothing where
   * this one is the same.
   *
   * @param earlier as its {@code run.json} has it
   * @return sentences without an end: "--steps was 3 and is 4"
   */
  List<String> differences(Run earlier) {
    Map<String, String> its =
        fingerprint(
            earlier.settings(),
            earlier.models(),
            earlier.data(),
            earlier.versions(),
            earlier.machine().get("precision"));
    Map<String, String> known = new LinkedHashMap<>(fingerprint()); // before all data were read
    known.remove("--" + PROBE_SENTENCES);
    its.keySet().retainAll(known.keySet());
    return Checkpoints.differences(its, known);
  }

  /**
   * Notes where this part of a run is computed by another processor, system or Java than an earlier
   * part of it: then it is no other training, and is gone on with, but its last bits may be others.
   *
   * @param earlier part of the same run, with the notes of parts before it
   */
  void noteElsewhere(Run earlier) {
    List<String> known = earlier.notes().stream().filter(n -> n.startsWith(ELSEWHERE)).toList();
    known.forEach(this::note);
    List<String> differences =
        Checkpoints.differences(
            place(earlier.machine(), earlier.versions()), place(machine, Versions.all()));
    if (!differences.isEmpty()) {
      String note =
          ELSEWHERE
              + String.join("; ", differences)
              + ": results are promised to be the same to the bit on one machine, with one Java and"
              + " as many processes";
      if (!known.contains(note)) {
        note(note);
      }
    }
  }

  private static Map<String, String> place(
      Map<String, String> machine, Map<String, String> versions) {
    Map<String, String> place = new LinkedHashMap<>();
    place.put("the processor", machine.getOrDefault("processor", "unknown"));
    place.put("the system", machine.getOrDefault("system", "unknown"));
    place.put("the number of processes", machine.getOrDefault("processes", "1"));
    place.put("Java", versions.getOrDefault("java", "unknown"));
    return place;
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

  /** How many processes compute together. */
  void processes(int processes) {
    set("processes", processes);
    machine.put("processes", String.valueOf(processes));
  }

  public void precision(String chosen) {
    machine.put("precision", chosen);
  }

  public void model(String name, Encoder encoder) {
    machine.put("device", encoder.settings().device().label());
    Path directory = encoder.directory();
    models.add(
        Run.Source.model(
            name,
            ModelFiles.weights(directory),
            encoder.parameters().size(),
            ModelFiles.others(directory),
            hub(name, directory)));
    if (!encoder.tokenizer().prompt().isEmpty()) {
      note(name + ": before each text stands the prompt \"" + encoder.tokenizer().prompt() + "\"");
    }
  }

  /** Keeps as settings, and says, what is put before queries and before documents. */
  public void usedPrompts(String name, Encoder encoder) {
    Prompts prompts = encoder.modules().prompts();
    if (!prompts.query().isEmpty() || !prompts.document().isEmpty()) {
      set("query-prompt", prompts.query());
      set("document-prompt", prompts.document());
    }
    prompts(name, encoder);
  }

  /** Says what is put before queries and before documents, as {@link #tellPrompts} does. */
  void prompts(String name, Encoder encoder) {
    tellPrompts(name, encoder, this::note);
  }

  /**
   * Tells what is put before queries and before documents, where that is not what is put before all
   * texts.
   */
  public static void tellPrompts(String name, Encoder encoder, Consumer<String> note) {
    Prompts prompts = encoder.modules().prompts();
    if (!prompts.query().equals(prompts.text()) || !prompts.document().equals(prompts.text())) {
      note.accept(
          name
              + ": before each query stands "
              + shown(prompts.query())
              + ", before each document "
              + shown(prompts.document()));
    }
  }

  private static String shown(String prompt) {
    return prompt.isEmpty() ? "no prompt" : "the prompt \"" + prompt + "\"";
  }

  private static Run.@Nullable Hub hub(String name, Path directory) {
    HubModel model = HubModel.of(name).orElse(null);
    return model == null
        ? null
        : model
            .commit(directory)
            .map(commit -> new Run.Hub(model.name(), model.revision(), commit))
            .orElse(null);
  }

  public void data(Corpus corpus) {
    sentences(
        Run.Source.data(
            corpus.name(), corpus.sha256(), corpus.sentences().size(), words(corpus.columns())),
        corpus.skipped());
  }

  /** Sentences that were read, of which columns, and how many blank lines and cells were not. */
  public void sentences(Run.Source source, long skipped) {
    data(source);
    if (skipped > 0) {
      note(skipped(source.name(), skipped));
    }
  }

  /** Pairs that were read, of which columns, and how many rows were not. */
  public void pairs(Run.Source source, long skipped) {
    data(source);
    if (skipped > 0) {
      note(leftOut(source.name(), skipped));
    }
  }

  private void data(Run.Source source) {
    data.add(source);
    if (source.columns() != null) {
      listener.say(source.name() + ": " + source.columns());
    }
  }

  /** How many lines and cells of a text were skipped, in words. */
  public static String skipped(String name, long skipped) {
    return name + ": " + skipped + " blank lines or cells were skipped";
  }

  /** How many rows of a file of pairs were left out, in words. */
  public static String leftOut(String name, long skipped) {
    return name + ": " + skipped + " rows were left out: a cell of theirs is blank, or all are";
  }

  public void data(PairCorpus pairs) {
    pairs(
        Run.Source.data(pairs.name(), pairs.sha256(), pairs.pairs().size(), words(pairs.columns())),
        pairs.skipped());
  }

  public void data(ScoredPairCorpus pairs) {
    pairs(
        Run.Source.data(pairs.name(), pairs.sha256(), pairs.pairs().size(), words(pairs.columns())),
        pairs.skipped());
  }

  public void data(LabelledPairCorpus pairs) {
    pairs(
        Run.Source.data(pairs.name(), pairs.sha256(), pairs.pairs().size(), words(pairs.columns())),
        pairs.skipped());
  }

  public void data(LabelledCorpus texts) {
    pairs(
        Run.Source.data(
            texts.name(), texts.sha256(), texts.sentences().size(), words(texts.columns())),
        texts.skipped());
  }

  public void data(RerankingCorpus queries) {
    pairs(
        Run.Source.data(
            queries.name(), queries.sha256(), queries.queries().size(), words(queries.columns())),
        queries.skipped());
    if (queries.unjudged() > 0) {
      note(
          queries.name()
              + ": "
              + queries.unjudged()
              + " queries were left out: they have no right or no wrong document");
    }
  }

  private static @Nullable String words(@Nullable ColumnChoice choice) {
    return choice == null ? null : choice.words();
  }

  /** The reference text that claims rest on. */
  public void data(Evidence.Text reference) {
    data.add(
        new Run.Source(
            reference.name() + " (reference)", reference.sha256(), reference.sentences()));
  }

  public void data(VectorFile vectors, long size) {
    data(Run.Source.data(vectors.name(), vectors.sha256(), size, vectors.columns()));
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
    truncation(
        set.name(),
        set.pairs().stream().flatMap(pair -> Stream.of(pair.first(), pair.second())).toList(),
        encoder);
  }

  /** Says, once, how many of these texts were cut. */
  public void truncation(String name, List<String> texts, Encoder encoder) {
    truncation(name, encoder.tokenizer().tokenize(texts), encoder);
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

  /** Writes {@code run.json} of what is not at its end. */
  public void begin(ResultDirectory results) {
    results.write(run(false));
  }

  /**
   * Writes the report, and {@code run.json} last of all: what says that a run is complete is there
   * when everything else is.
   *
   * @param completed whether it came to its end
   * @return the report's file
   */
  public Path end(ResultDirectory results, boolean completed) {
    return end(results, run(completed));
  }

  /** The same with a record that was made before, of which something else tells, too. */
  Path end(ResultDirectory results, Run run) {
    Path report = Report.write(results, run);
    results.write(run);
    return report;
  }

  /** What {@code run.json} holds. */
  public Run run(boolean completed) {
    double seconds = (System.nanoTime() - startNanos) * 1e-9;
    return new Run(
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
