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
   * @param sha256 of its content, lower-case hexadecimal
   * @param size sentences or pairs of a text, vectors of a file of these, parameters of a model
   * @param columns which columns of a file were read, in words, with its first row; null: it has
   *     none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(String name, @Nullable String sha256, long size, @Nullable String columns) {
    /** What has no columns. */
    public Source(String name, @Nullable String sha256, long size) {
      this(name, sha256, size, null);
    }

    /** Refuses what has no name. */
    public Source {
      Objects.requireNonNull(name, "name");
    }
  }
}
