package org.isoscope.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.isoscope.spark.TestVectors.DIMENSION;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.isoscope.io.UserError;
import org.isoscope.results.Space;
import org.isoscope.study.JobListener;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.VectorAnalysis;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table measured where its rows lie, held to the same rows added one by one. */
class VectorTableTest {
  private static final int ROWS = 300;

  /** Fewer than there are: the sample is one. */
  private static final VectorAnalysis ANALYSIS =
      new VectorAnalysis("t", SpaceSettings.DEFAULT.withSample(100), new Seed(5), 1);

  private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType);

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = TestSession.local();
  }

  private static Dataset<Row> table(DataType type, List<?> vectors) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("name", DataTypes.StringType)
            .add("language", DataTypes.StringType)
            .add("v", type);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      String language = i % 3 == 0 ? null : i % 3 == 1 ? "de" : "en";
      rows.add(RowFactory.create(i, "row " + i, language, vectors.get(i)));
    }
    return spark.createDataFrame(rows, schema);
  }

  private static List<float[]> vectors() {
    return IntStream.range(0, ROWS).mapToObj(TestVectors::of).toList();
  }

  private static Space expected(IntStream rows) {
    Spaces spaces = ANALYSIS.spaces(DIMENSION);
    rows.forEach(i -> spaces.add(i, TestVectors.of(i)));
    return measured(spaces);
  }

  private static Space measured(Spaces spaces) {
    return spaces.measure(1, JobListener.SILENT).get(0).space();
  }

  private static Space measured(SpaceSums sums) {
    return measured(Objects.requireNonNull(sums.spaces()));
  }

  @Test
  void hasTheFiguresOfItsRowsHoweverItIsSplit() {
    Dataset<Row> table = table(FLOATS, vectors());
    Space expected = expected(IntStream.range(0, ROWS));
    Dataset<Row> empty = table.filter("id < 0");
    List<Dataset<Row>> splits =
        List.of(
            table.coalesce(1),
            table.repartition(13),
            table.repartition(40, functions.lit(1)), // all in one, the others empty
            empty.union(table).union(empty),
            table.orderBy(functions.desc("id")));

    for (Dataset<Row> split : splits) {
      SpaceSums sums = new VectorTable(split, "v").withKey("id").sums(ANALYSIS);

      TestVectors.assertAlike(measured(sums), expected);
      assertThat(sums.without()).isZero();
    }
  }

  @Test
  void takesArraysOfAnyNumbersAndVectorsOfMl() {
    Space expected = expected(IntStream.range(0, ROWS));
    List<double[]> doubles =
        vectors().stream()
            .map(v -> IntStream.range(0, v.length).mapToDouble(j -> v[j]).toArray())
            .toList();
    for (Dataset<Row> table :
        List.of(
            table(DataTypes.createArrayType(DataTypes.DoubleType), doubles),
            table(SQLDataTypes.VectorType(), doubles.stream().map(Vectors::dense).toList()))) {
      TestVectors.assertAlike(
          measured(new VectorTable(table, "v").withKey("id").sums(ANALYSIS)), expected);
    }
  }

  @Test
  void groupsHaveTheFiguresOfTheirRows() {
    Dataset<Row> table = table(FLOATS, vectors()).repartition(5);

    Map<String, SpaceSums> groups =
        new VectorTable(table, "v").withKey("id").sumsBy("language", ANALYSIS);

    assertThat(groups.keySet()).containsExactly(null, "de", "en");
    for (int k = 0; k < 3; k++) {
      int language = k;
      TestVectors.assertAlike(
          measured(new ArrayList<>(groups.values()).get(k)),
          expected(IntStream.range(0, ROWS).filter(i -> i % 3 == language)));
    }
  }

  @Test
  void otherKeysAreAnotherSample() {
    Dataset<Row> table = table(FLOATS, vectors());
    VectorTable of = new VectorTable(table, "v");
    Space byNumber = measured(of.withKey("id").sums(ANALYSIS));

    Space byName = measured(of.withKey("name").sums(ANALYSIS));
    Space byPlace = measured(new VectorTable(table.repartition(2), "v").sums(ANALYSIS));

    for (Space other : List.of(byName, byPlace)) {
      assertThat(other.n()).isEqualTo(ROWS);
      assertThat(other.sampled()).isEqualTo(100);
      assertThat(other.cosines()).isNotEqualTo(byNumber.cosines());
    }
    TestVectors.assertAlike(
        measured(new VectorTable(table.coalesce(1), "v").sums(ANALYSIS)),
        byNumber); // places in one partition are numbers
    TestVectors.assertAlike(
        measured(new VectorTable(table.repartition(9), "v").withKey("name").sums(ANALYSIS)),
        byName);
  }

  @Test
  void rowsWithoutAVectorAreCounted() {
    List<float[]> some = new ArrayList<>(vectors());
    for (int i = 0; i < ROWS; i += 4) {
      some.set(i, null);
    }

    SpaceSums sums = new VectorTable(table(FLOATS, some), "v").withKey("id").sums(ANALYSIS);

    assertThat(sums.without()).isEqualTo(ROWS / 4);
    TestVectors.assertAlike(
        measured(sums), expected(IntStream.range(0, ROWS).filter(i -> i % 4 != 0)));
    SpaceSums none = new VectorTable(table(FLOATS, Arrays.asList(null, null)), "v").sums(ANALYSIS);
    assertThat(none.spaces()).isNull();
    assertThat(none.without()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, has a NaN at element 2; expected finite numbers",
    "Infinity, has an infinity at element 2; expected finite numbers",
    "null, has no value at element 2; expected finite numbers",
    "ragged, 'has a vector of 2 elements; expected 12, as other rows have'",
    "empty, has a vector of no elements; expected at least one"
  })
  void aRowThatCannotBeMeasuredIsNamed(String kind, String told) {
    List<Object> some = new ArrayList<>(vectors());
    Float[] bad = new Float[kind.equals("ragged") ? 2 : kind.equals("empty") ? 0 : DIMENSION];
    Arrays.fill(bad, 1f);
    if (bad.length == DIMENSION) {
      bad[2] = kind.equals("null") ? null : Float.valueOf(kind);
    }
    some.set(217, bad);
    VectorTable table = new VectorTable(table(FLOATS, some).repartitionByRange(3, id()), "v");

    assertThatThrownBy(() -> table.withKey("id").sums(ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessage("t, the row whose id is 217: " + told + ". Mend the row, or leave it out.");
    assertThatThrownBy(() -> table.withKey("name").sums(ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("t, the row whose name is row 217: " + told);
    assertThatThrownBy(() -> table.sums(ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("t, row ")
        .hasMessageContaining(" of partition 2: " + told);
    assertThatThrownBy(() -> table.withKey("id").sumsBy("language", ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the row whose id is 217: " + told);
  }

  private static org.apache.spark.sql.Column id() {
    return functions.col("id");
  }

  @Test
  void aPartitionOfRaggedVectorsAloneIsNamed() {
    List<float[]> some = new ArrayList<>(vectors());
    for (int i = 200; i < ROWS; i++) {
      some.set(i, new float[] {1, 2});
    }
    Dataset<Row> table =
        table(FLOATS, some.subList(0, 200)).union(table(FLOATS, some).filter("id >= 200"));

    assertThatThrownBy(() -> new VectorTable(table, "v").withKey("id").sums(ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            "(?s)t, the row whose id is \\d+: has a vector of (2|12) elements; expected (2|12), as"
                + " other rows have.*");
  }

  @Test
  void aKeyThatOccursTwiceIsTold() {
    Dataset<Row> table = table(FLOATS, vectors());

    assertThatThrownBy(() -> new VectorTable(table.union(table), "v").withKey("id").sums(ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("expected a key that no other row has");
    assertThatThrownBy(() -> new VectorTable(table, "v").withKey("language").sums(ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("t, the row whose language is ")
        .hasMessageContaining("has the key of another row");
  }

  @Test
  void isAnAggregateFunctionOfAnyQuery() {
    table(FLOATS, vectors()).createOrReplaceTempView("vectors");
    spark
        .udf()
        .register(
            "space_sums",
            functions.udaf(new SpaceAggregator(ANALYSIS), Encoders.bean(KeyedVector.class)));

    List<Row> rows =
        spark
            .sql("select language, space_sums(id, v) s from vectors group by language")
            .collectAsList();

    SpaceSums all = new SpaceSums();
    rows.forEach(row -> all.merge(SpaceSums.of(row.getAs("s"))));
    assertThat(rows).hasSize(3);
    TestVectors.assertAlike(measured(all), expected(IntStream.range(0, ROWS)));
    SpaceSums unfit =
        SpaceSums.of(spark.sql("select space_sums(7, array(1f, null))").head().getAs(0));
    assertThatThrownBy(unfit::spaces)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the row of key 7: has no value at element 1");
  }

  @Test
  void columnsAreChecked() {
    Dataset<Row> table = table(FLOATS, vectors());
    assertThatThrownBy(() -> new VectorTable(table, "w"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("vectors w: is no column; expected id, name, language, v");
    assertThatThrownBy(() -> new VectorTable(table, "name"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("vectors name: is a column of string");
    assertThatThrownBy(() -> new VectorTable(table, "v").withKey("no"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("key no: is no column");
    assertThatThrownBy(() -> new VectorTable(table, "v").sumsBy("no", ANALYSIS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("groupBy no: is no column");
  }
}
