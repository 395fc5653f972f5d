package org.isoscope.spark;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.isoscope.calibration.Transforms;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code encode}: a table with a column of embeddings more, as Parquet. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description = "Adds the embeddings of a column of texts to a table, and writes it as Parquet.",
    footer = {
      "",
      "Example:",
      "  encode --table wiki.parquet --text body --model all-minilm-l6-v2 --out embedded.parquet"
    })
final class EncodeTable implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin TableOptions tables;
  @Mixin EncoderOptions encoder;

  @Option(
      names = "--vectors",
      paramLabel = "C",
      defaultValue = "embedding",
      description = "Column that the embeddings are put into. Default: ${DEFAULT-VALUE}.")
  String vectors;

  @Option(
      names = "--transform",
      paramLabel = "DIR",
      description = "Directory that `transform` wrote: embeddings are taken through it.")
  @Nullable Path transform;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "T",
      description = "Table to write, as Spark names files.")
  String out;

  @Option(names = "--overwrite", description = "Write in the place of a table that is there.")
  boolean overwrite;

  @Override
  public Integer call() {
    if (encoder.of.text == null || encoder.of.model == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required options: '--text=C' and '--model=M'");
    }
    Transform fitted = transform == null ? null : Transforms.read(transform);
    Dataset<Row> rows = encoder.embed(tables.read(TableOptions.session(spec)), vectors);
    Dataset<Row> written =
        fitted == null ? rows : tables.vectors(rows, vectors).transformed(fitted, vectors);
    write(written, out, overwrite);
    spec.commandLine().getOut().println("Table: " + out);
    return 0;
  }

  /**
   * Writes a table.
   *
   * @param overwrite whether it may take the place of one that is there
   * @throws UserError where one is there, and may not, or a task fails of one
   */
  static void write(Dataset<Row> table, String out, boolean overwrite) {
    SaveMode mode = overwrite ? SaveMode.Overwrite : SaveMode.ErrorIfExists;
    try {
      Failures.told(
          () -> {
            table.write().mode(mode).parquet(out);
            return out;
          });
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof AnalysisException) {
        throw new UserError(
            out,
            "cannot be written: " + TableOptions.firstLine(e),
            "a place where nothing lies yet",
            "Name another, or overwrite it",
            e);
      }
      throw e;
    }
  }
}
