package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a result came about: {@code run.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param command analyze, train, compare, evaluate or demo
 * @param started when, ISO 8601 in UTC
 * @param seconds wall time
 * @param completed false while the run goes on, and where it was ended early or died
 * @param arguments the options that were given, as on the command line; absent where none were kept
 * @param settings every option with defaults filled in, by its long name, in the help's order
 * @param seed of every random draw
 * @param models what was read
 * @param data what was read
 * @param versions of the program and of what its figures depend on
 * @param machine processor, cores, threads, precision
 * @param notes what a reader of the figures should know: truncated sentences, fallbacks
 */
public record Run(
    int schema,
    String command,
    String started,
    double seconds,
    boolean completed,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> arguments,
    Map<String, Object> settings,
    long seed,
    List<Source> models,
    List<Source> data,
    Map<String, String> versions,
    Map<String, String> machine,
    List<String> notes) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copies of the collections, in their order. */
  public Run {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(started, "started");
    arguments = arguments == null ? null : List.copyOf(arguments);
    settings = new LinkedHashMap<>(Objects.requireNonNull(settings, "settings"));
    models = List.copyOf(Objects.requireNonNull(models, "models"));
    data = List.copyOf(Objects.requireNonNull(data, "data"));
    versions = new LinkedHashMap<>(Objects.requireNonNull(versions, "versions"));
    machine = new LinkedHashMap<>(Objects.requireNonNull(machine, "machine"));
    notes = List.copyOf(Objects.requireNonNull(notes, "notes"));
  }

  /**
   * Something that was read.
   *
   * @param name as the user gave it
   * @param sha256 of its content, of a model its weights', lower-case hexadecimal
   * @param size sentences or pairs of a text, vectors of a file of these, parameters of a model
   * @param files of a model's directory besides the weights, with the SHA-256 of each; absent of
   *     anything else
   * @param columns which columns of a file were read, in words, with its first row; absent where it
   *     has none
   * @param hub where on the Hugging Face hub a model is from; absent of anything else
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(
      String name,
      @Nullable String sha256,
      long size,
      @Nullable Map<String, String> files,
      @Nullable String columns,
      @Nullable Hub hub) {
    /** Keeps its own copy of the files, in their order; refuses what has no name. */
    public Source {
      Objects.requireNonNull(name, "name");
      files = files == null ? null : new LinkedHashMap<>(files);
    }

    /** Data. */
    public static Source data(
        String name, @Nullable String sha256, long size, @Nullable String columns) {
      return new Source(name, sha256, size, null, columns, null);
    }

    /** A model. */
    public static Source model(
        String name,
        @Nullable String sha256,
        long size,
        Map<String, String> files,
        @Nullable Hub hub) {
      return new Source(name, sha256, size, files, null, hub);
    }

    /** What is one file, or none. */
    public Source(String name, @Nullable String sha256, long size) {
      this(name, sha256, size, null, null, null);
    }
  }

  /**
   * A model of the Hugging Face hub.
   *
   * @param name {@code org/name}
   * @param revision that was asked for, a branch, tag or commit
   * @param commit that the revision stood for
   */
  public record Hub(String name, String revision, String commit) {
    /** Refuses what is not whole. */
    public Hub {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(revision, "revision");
      Objects.requireNonNull(commit, "commit");
    }
  }
}
