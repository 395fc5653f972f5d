package org.isoscope.spark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.isoscope.calibration.Transforms;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.study.VectorAnalysis;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/**
 * A table with a column of vectors, whose geometry is measured where its rows lie: the figures of
 * {@code isoscope analyze --vectors}, of a table of any size.
 *
 * <pre>{@code
 * VectorAnalysis analysis = new VectorAnalysis("wiki", SpaceSettings.DEFAULT, new Seed(42), 4);
 * SpaceSums sums = new VectorTable(table, "embedding").withKey("id").sums(analysis);
 * }</pre>
 *
 * <p>Sums are over all rows that have a vector, up to the rounding of another order; what compares
 * pairs is of a sample, the rows whose keys have the lowest hashes. With the same keys it is the
 * same sample however the table is split, and with row numbers, from 0, that of {@code analyze
 * --vectors}.
 *
 * <p>A vector is {@code array<float>}, another array of numbers, which are rounded to float, or a
 * vector of Spark ML. A row without one is counted. A vector of another length than others, an
 * element that is null, NaN or infinite, and a key that occurs twice within the sample are errors
 * that name the row.
 */
public final class VectorTable {
  /** Parts of a table that are merged at once by tasks; the driver merges what these leave. */
  private static final int PARTS = 16;

  private final Dataset<Row> table;
  private final String vectors;
  private final @Nullable String key;

  /**
   * Of a table, its rows being told apart by where they lie: the sample depends on how the table is
   * split.
   *
   * @param vectors the column
   * @throws UserError where there is no such column, or it is none of vectors
   */
  public VectorTable(Dataset<Row> table, String vectors) {
    this(table, vectors, null);
  }

  private VectorTable(Dataset<Row> table, String vectors, @Nullable String key) {
    this.table = table;
    this.vectors = vectors;
    this.key = key;
    column();
  }

  /**
   * The same table, its rows being told apart by a column: of whole numbers, which are the keys, or
   * of anything else, whose {@code xxhash64} is.
   *
   * @throws UserError where there is no such column
   */
  public VectorTable withKey(String column) {
    TableColumns.type(table, "key", column);
    return new VectorTable(table, vectors, column);
  }

  /** The vectors as arrays of floats. */
  private Column column() {
    DataType type = TableColumns.type(table, "vectors", vectors);
    Column column = functions.col(vectors);
    if (type.simpleString().equals("vector")) {
      return org.apache.spark.ml.functions.vector_to_array(column, "float32");
    }
    if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
      return column.cast(DataTypes.createArrayType(DataTypes.FloatType));
    }
    throw UserError.parameter(
        "vectors",
        vectors,
        "is a column of " + type.simpleString(),
        "one of arrays of numbers, or of vectors of Spark ML",
        "Name another column");
  }

  /** The sums of each group of rows, {@code name} and {@code sums}. */
  private Dataset<Row> grouped(Column name, VectorAnalysis analysis) {
    UserDefinedFunction sums =
        functions.udaf(new SpaceAggregator(analysis), Encoders.bean(KeyedVector.class));
    return table
        .select(name.as("name"), TableColumns.keys(table, key).as("key"), column().as("vector"))
        .groupBy("name")
        .agg(sums.apply(functions.col("key"), functions.col("vector")).as("sums"));
  }

  /**
   * The sums of all rows.
   *
   * @throws UserError where a row cannot be measured; it names the row
   */
  public SpaceSums sums(VectorAnalysis analysis) {
    Column part = functions.pmod(functions.spark_partition_id(), functions.lit(PARTS));
    SpaceSums all = new SpaceSums();
    for (Iterator<Row> rows = Failures.told(() -> grouped(part, analysis).toLocalIterator());
        Failures.told(rows::hasNext); ) {
      all.merge(SpaceSums.of(rows.next().getAs("sums")));
    }
    require(all, analysis.name());
    return all;
  }

  /**
   * The sums of each group of rows.
   *
   * @param group a column: rows of one value are a group, those of null, too
   * @return by the value as a string, in the order of these, null first
   * @throws UserError where there is no such column, or a row cannot be measured
   */
  public Map<@Nullable String, SpaceSums> sumsBy(String group, VectorAnalysis analysis) {
    TableColumns.type(table, "groupBy", group);
    Column name = functions.col(group).cast("string");
    Map<@Nullable String, SpaceSums> groups = new LinkedHashMap<>();
    for (Iterator<Row> rows =
            Failures.told(() -> grouped(name, analysis).orderBy("name").toLocalIterator());
        Failures.told(rows::hasNext); ) {
      Row row = rows.next();
      SpaceSums sums = SpaceSums.of(row.getAs("sums"));
      require(sums, analysis.name());
      groups.put(row.isNullAt(0) ? null : row.getString(0), sums);
    }
    return groups;
  }

  /**
   * The table with its vectors taken through a transform, when it is read.
   *
   * @param transform of vectors of this length
   * @param column that they are put into, as arrays of floats: the same one, or another
   */
  public Dataset<Row> transformed(Transform transform, String column) {
    UDF1<@Nullable Seq<Float>, float @Nullable []> apply =
        vector -> vector == null ? null : applied(transform, vector);
    return table.withColumn(
        column,
        functions
            .udf(apply, DataTypes.createArrayType(DataTypes.FloatType, false))
            .apply(column()));
  }

  private static float[] applied(Transform transform, Seq<Float> elements) {
    float[] vector = new float[elements.length()];
    Transforms.requireDimension(transform, vector.length);
    for (int j = 0; j < vector.length; j++) {
      vector[j] = elements.apply(j);
    }
    return transform.apply(vector);
  }

  private void require(SpaceSums sums, String name) {
    SpaceSums.Unfit unfit = sums.unfit();
    if (unfit != null) {
      throw new UserError(
          unfit.key() == null ? name : name + ", " + TableColumns.row(table, key, unfit.key()),
          unfit.what(),
          unfit.expected(),
          "Mend the row, or leave it out");
    }
  }
}
