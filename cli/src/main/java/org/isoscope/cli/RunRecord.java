package org.isoscope.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gathers what {@code run.json} tells, while a command runs. */
final class RunRecord {
  private final String command;
  private final Instant started = Instant.now();
  private final long startNanos = System.nanoTime();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final long seed;
  private final List<Run.Source> models = new ArrayList<>();
  private final List<Run.Source> data = new ArrayList<>();
  private final Map<String, String> machine = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Progress progress;

  RunRecord(CommandSpec spec, CommonOptions common, Progress progress) {
    this.command = spec.name();
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
    models.add(new Run.Source(name, sha256(weights), encoder.parameters().size()));
  }

  void data(Corpus corpus) {
    data.add(new Run.Source(corpus.name(), corpus.sha256(), corpus.sentences().size()));
    if (corpus.skipped() > 0) {
      note(corpus.name() + ": " + corpus.skipped() + " blank lines or cells were skipped");
    }
  }

  void data(PairCorpus pairs) {
    data.add(new Run.Source(pairs.name(), pairs.sha256(), pairs.pairs().size()));
  }

  void data(ScoredPairCorpus pairs) {
    data.add(new Run.Source(pairs.name(), pairs.sha256(), pairs.pairs().size()));
  }

  void data(VectorFile vectors, long size) {
    data.add(new Run.Source(vectors.name(), sha256(Path.of(vectors.name())), size));
  }

  /** Says, once, how many sentences were cut. */
  void truncation(String name, TokenizedText text, Encoder encoder) {
    if (text.truncated() > 0) {
      note(
          name
              + ": "
              + text.truncated()
              + " of "
              + text.size()
              + " sentences were cut at "
              + encoder.tokenizer().maxLength()
              + " tokens");
    }
  }

  /** Says, once, how many sentences of scored pairs were cut. */
  void truncation(ScoredPairCorpus set, Encoder encoder) {
    List<String> sentences =
        set.pairs().stream().flatMap(pair -> Stream.of(pair.first(), pair.second())).toList();
    truncation(set.name(), encoder.tokenizer().tokenize(sentences), encoder);
  }

  /** Something a reader of the figures should know: kept, and said. */
  void note(String text) {
    notes.add(text);
    progress.say("note: " + text);
  }

  void write(ResultDirectory results, boolean completed) {
    double seconds = (System.nanoTime() - startNanos) * 1e-9;
    results.write(
        new Run(
            Run.SCHEMA,
            command,
            started.truncatedTo(ChronoUnit.SECONDS).toString(),
            seconds,
            completed,
            settings,
            seed,
            models,
            data,
            Version.all(),
            machine,
            notes));
  }

  private static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 20];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw UserError.reading(file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
