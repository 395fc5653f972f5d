package org.isoscope.study;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A training in a sentence: model, data, a few settings, and the directory where everything is
 * written.
 *
 * <pre>{@code
 * TrainingJob.Result result =
 *     Training.of("all-minilm-l6-v2").pairs(Path.of("faq.csv")).epochs(1).run(Path.of("run1"));
 * }</pre>
 *
 * <p>What is not set has the default that {@code isoscope train} has: {@link NamedTraining} makes
 * the {@link TrainingJob} of both. Every setting there is can be given by its name ({@link #with}),
 * and {@link #job} gives the job for what is no setting, such as resuming. Who has typed settings
 * or data in memory makes a {@link TrainingJob} of them.
 *
 * <p>Setters give the training itself and take the last value given. Values are checked when the
 * job is made. May be run more than once; not for several threads at once.
 */
public final class Training {
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private JobListener listener = JobListener.SILENT;
  private boolean overwrite;

  private Training(String model) {
    settings.put("model", model);
  }

  /**
   * A training of a model.
   *
   * @param model a directory, {@code org/name} of the Hugging Face hub, {@code
   *     maven:group:artifact:version}, or a short name
   */
  public static Training of(String model) {
    return new Training(model);
  }

  /** A training of the model in a directory. */
  public static Training of(Path model) {
    return of(model.toString());
  }

  /**
   * Sentences to train on, each its own positive (SimCSE): .txt, .csv, .tsv, .jsonl, .parquet.
   *
   * @param files one or more, each a data set
   */
  public Training sentences(Path... files) {
    return with("text", names(files));
  }

  /**
   * Pairs to train on, such as a question and its answer, with as many hard negatives as there are
   * columns beyond two; with the loss {@code cosent}, pairs and their score.
   *
   * @param files tables, one or more, each a data set
   */
  public Training pairs(Path... files) {
    return with("pairs", names(files));
  }

  /**
   * The columns that are read of the sentences or pairs. Default: found by their names.
   *
   * @param columns names, or numbers from 1, in order
   */
  public Training columns(String... columns) {
    return with("column", List.of(columns));
  }

  /** Steps of the optimizer. Default: 64. Instead of {@link #epochs}. */
  public Training steps(int steps) {
    return with("steps", steps);
  }

  /** Passes over the data, instead of {@link #steps}. */
  public Training epochs(int epochs) {
    return with("epochs", epochs);
  }

  /** Sentences or pairs in a batch, each a negative of the others, 2 to 65,536. Default: 64. */
  public Training batchSize(int batchSize) {
    return with("batch-size", batchSize);
  }

  /** What similarities are divided by in the loss, above 0. Default: 0.05. */
  public Training temperature(double temperature) {
    return with("temperature", temperature);
  }

  /** The peak learning rate, above 0. */
  public Training learningRate(double learningRate) {
    return with("learning-rate", learningRate);
  }

  /** Tokens at which a text is cut, special tokens included. Default: the model's own limit. */
  public Training maxLength(int maxLength) {
    return with("max-length", maxLength);
  }

  /** Of all draws: the same seed, threads and machine give the same bits. Default: 42. */
  public Training seed(long seed) {
    settings.put("seed", seed);
    return this;
  }

  /** Cores to use. Default: all. */
  public Training threads(int threads) {
    settings.put("threads", threads);
    return this;
  }

  /** Scored pairs (STS) to evaluate before and after, some at every probe. Default: none. */
  public Training sts(Path... files) {
    return with("sts", names(files));
  }

  /**
   * Any setting by its name, as the options of {@code isoscope train}, the keys of a sweep and
   * run.json have it.
   *
   * @param setting of {@link NamedTraining#settings}, such as {@code warm-up}
   * @param value of the setting's kind; a list of texts where it takes several
   * @throws IllegalArgumentException where there is no setting of this name
   */
  public Training with(String setting, Object value) {
    List<String> known = NamedTraining.settings().stream().map(Setting::name).toList();
    if (!known.contains(setting)) {
      throw new IllegalArgumentException(
          "no setting is named " + setting + "; there are " + String.join(", ", known));
    }
    settings.put(setting, value);
    return this;
  }

  /** Is told what the training does. Default: nobody is. */
  public Training listener(JobListener listener) {
    this.listener = listener;
    return this;
  }

  /** Whether to replace a model that an earlier training left in the directory. Default: no. */
  public Training overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /**
   * The job of these settings.
   *
   * @throws UserError where a value is not what its setting takes, settings exclude each other, or
   *     a file cannot be read
   * @throws IllegalStateException where neither sentences nor pairs were given
   */
  public TrainingJob job() {
    if (Stream.of("text", "pairs").allMatch(data -> none(settings.get(data)))) {
      throw new IllegalStateException("no data: give sentences(...) or pairs(...)");
    }
    return NamedTraining.job(settings, listener).overwrite(overwrite);
  }

  /**
   * Trains, and writes everything into a directory: the model into {@code model}, the report, the
   * figures.
   *
   * @param out there or to be made
   * @return what came of it
   * @throws UserError as {@link #job} and {@link TrainingJob#run(Path, JobListener)}
   * @throws IllegalStateException as {@link #job}
   */
  public TrainingJob.Result run(Path out) {
    return job().run(out, listener);
  }

  private static boolean none(@Nullable Object names) {
    return names == null || names.equals(List.of());
  }

  private static List<String> names(Path... files) {
    return Arrays.stream(files).map(Path::toString).toList();
  }
}
