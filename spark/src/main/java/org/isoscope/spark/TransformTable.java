package org.isoscope.spark;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.isoscope.calibration.Transforms;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.study.RunPlace;
import org.isoscope.study.RunRecord;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code transform}: a transform fitted on a column of vectors, and the table taken through it. */
@Command(
    name = "transform",
    mixinStandardHelpOptions = true,
    description = "Fits a transform on a column of vectors, and takes the column through it.",
    footer = {
      "",
      "Writes transform.json and run.json, for `isoscope encode` and `isoscope analyze`, too.",
      "Example:",
      "  transform --table wiki.parquet --vectors embedding --kind centring --out centred"
          + " --write centred.parquet"
    })
final class TransformTable implements Callable<Integer> {
  /** Fewer than two cannot be asked for; none is looked at. */
  private static final int SAMPLE = 2;

  @Spec CommandSpec spec;
  @Mixin TableOptions tables;

  @Option(
      names = "--vectors",
      required = true,
      paramLabel = "C",
      description = "Column of vectors: arrays of numbers, or vectors of Spark ML.")
  String vectors;

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "K",
      description =
          "Kind of transform: centring, z-score, all-but-the-top, whitening or rogue-removal.")
  String kind;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of components that all-but-the-top removes (0: a hundredth of the dimensions), or"
              + " of dimensions that whitening keeps (0: all) or rogue-removal removes (0: one).")
  int count;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the transform, on the driver.")
  Path out;

  @Option(
      names = "--write",
      paramLabel = "T",
      description = "Table to write, as Parquet: with transformed vectors in the column.")
  @Nullable String write;

  @Option(names = "--overwrite", description = "Write in the place of a table that is there.")
  boolean overwrite;

  @Override
  public Integer call() {
    Transforms.requireKind(kind);
    PrintWriter console = spec.commandLine().getOut();
    Seed seed = new Seed(0); // nothing is drawn
    RunRecord record = TableOptions.record(spec, seed.value(), 1, TableOptions.listener(console));
    Dataset<Row> rows = tables.read(TableOptions.session(spec));
    VectorTable table = tables.vectors(rows, vectors);
    SpaceSums sums =
        table.sums(
            new VectorAnalysis(tables.table, SpaceSettings.DEFAULT.withSample(SAMPLE), seed, 1));
    Spaces spaces = sums.spaces();
    if (spaces == null) {
      throw new UserError(
          tables.table, "has no vector", "at least two rows that have one", "Check the column");
    }
    Transform transform = spaces.fit(kind, count);
    try (RunPlace place = RunPlace.take(spec.name(), out)) {
      record.sentences(Run.Source.data(tables.table, null, spaces.n(), "vectors " + vectors), 0);
      if (sums.without() > 0) {
        record.note(tables.table + ": " + sums.without() + " rows have no vector");
      }
      ResultDirectory results = place.results();
      results.clear();
      results.write(Transforms.file(transform, tables.table, tables.table, spaces.n()));
      results.write(record.run(true));
      console.println("Transform: " + results.path().resolve("transform.json"));
    }
    if (write != null) {
      EncodeTable.write(table.transformed(transform, vectors), write, overwrite);
      console.println("Table: " + write);
    }
    return 0;
  }
}
