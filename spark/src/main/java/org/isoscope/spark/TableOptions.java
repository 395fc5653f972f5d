package org.isoscope.spark;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** What every command takes that reads a table. */
final class TableOptions {
  @Option(
      names = "--table",
      required = true,
      paramLabel = "T",
      description = "The table, as Spark names files: a directory or file, hdfs://, s3a://, ...")
  String table;

  @Option(
      names = "--format",
      paramLabel = "F",
      defaultValue = "parquet",
      description =
          "Its format: parquet, orc, json, text (one column, value), or another that Spark reads."
              + " Default: ${DEFAULT-VALUE}.")
  String format;

  @Option(
      names = "--key",
      paramLabel = "C",
      description =
          "Column that tells rows apart: samples depend on it alone, however the table is split, and"
              + " errors name it. Default: where a row lies.")
  @Nullable String key;

  /** The session that spark-submit begins, or another that there is. */
  static SparkSession session(CommandSpec spec) {
    return SparkSession.builder().appName("isoscope " + spec.name()).getOrCreate();
  }

  /** The table. */
  Dataset<Row> read(SparkSession session) {
    try {
      return session.read().format(format).load(table);
    } catch (Exception e) { // of Scala, not declared
      throw new UserError(
          table,
          "cannot be read as " + format + ": " + firstLine(e),
          "a table of that format",
          "Check the path and the format",
          e);
    }
  }

  /** What an exception says first: Spark's go on with plans. */
  static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The vectors of a table, told apart by the key that is asked for. */
  VectorTable vectors(Dataset<Row> rows, String column) {
    VectorTable vectors = new VectorTable(rows, column);
    return key == null ? vectors : vectors.withKey(key);
  }

  /** Prints notes. */
  static JobListener listener(PrintWriter console) {
    return new JobListener() {
      @Override
      public void note(String note) {
        console.println("note: " + note);
      }
    };
  }

  /**
   * Yes or no.
   *
   * @param parameter whose value it is
   * @throws UserError for another word
   */
  static boolean yes(String parameter, String word) {
    if (!word.equals("yes") && !word.equals("no")) {
      throw UserError.parameter(parameter, word, "is neither", "yes or no", "Choose one");
    }
    return word.equals("yes");
  }

  /** The record of a command, begun: every option with its value. */
  static RunRecord record(CommandSpec spec, long seed, int threads, JobListener listener) {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        settings.put(option.longestName().substring(2), option.getValue());
      }
    }
    return new RunRecord(
        spec.name(),
        spec.commandLine().getParseResult().originalArgs(),
        settings,
        seed,
        threads,
        listener);
  }
}
