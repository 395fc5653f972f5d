package org.isoscope.spark;

import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/** The columns of a table that are asked for, checked, and the keys of its rows. */
final class TableColumns {
  /** Bits of {@code monotonically_increasing_id} that number the rows of a partition. */
  private static final int ROW_BITS = 33;

  private static final Set<DataType> WHOLE_NUMBERS =
      Set.of(DataTypes.LongType, DataTypes.IntegerType, DataTypes.ShortType, DataTypes.ByteType);

  private TableColumns() {}

  /**
   * The type of a column.
   *
   * @param parameter that names it
   * @throws UserError where there is none
   */
  static DataType type(Dataset<Row> table, String parameter, String column) {
    try {
      return table.select(column).schema().apply(0).dataType();
    } catch (Exception e) { // an AnalysisException, which Scala does not declare
      throw UserError.parameter(
          parameter,
          column,
          "is no column",
          String.join(", ", table.columns()),
          "Name one of them");
    }
  }

  /**
   * The keys of rows as whole numbers.
   *
   * @param key a column: of whole numbers, which they are, or of anything else, whose {@code
   *     xxhash64} they are; null: where a row lies
   */
  static Column keys(Dataset<Row> table, @Nullable String key) {
    if (key == null) {
      return functions.monotonically_increasing_id();
    }
    return isNumber(table, key)
        ? functions.col(key).cast("bigint")
        : functions.xxhash64(functions.col(key));
  }

  private static boolean isNumber(Dataset<Row> table, String key) {
    return WHOLE_NUMBERS.contains(type(table, "key", key));
  }

  /** Which row has a key, as a reader of the table knows it. */
  static String row(Dataset<Row> table, @Nullable String key, long found) {
    if (key == null) {
      long number = found & ((1L << ROW_BITS) - 1);
      return "row " + number + " of partition " + (found >>> ROW_BITS);
    }
    if (isNumber(table, key)) {
      return "the row whose " + key + " is " + found;
    }
    Row row =
        Failures.told(
            () ->
                table
                    .filter(keys(table, key).equalTo(found))
                    .select(functions.col(key).cast("string"))
                    .head());
    return "the row whose " + key + " is " + row.get(0);
  }
}
