package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.isoscope.corpus.ParquetTable.Column;
import org.isoscope.corpus.ParquetTable.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetTableTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("text", Kind.STRING, true),
          new Column("n", Kind.INT, true),
          new Column("x", Kind.DOUBLE, false));

  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("below/t.parquet");
  }

  private List<List<@Nullable Object>> rows() throws IOException {
    Hydrator<List<@Nullable Object>, List<@Nullable Object>, String> hydrator =
        new Hydrator<>() {
          @Override
          public List<@Nullable Object> start() {
            return new ArrayList<>();
          }

          @Override
          public List<@Nullable Object> add(
              List<@Nullable Object> row, String column, @Nullable Object value) {
            row.add(value);
            return row;
          }

          @Override
          public List<@Nullable Object> finish(List<@Nullable Object> row) {
            return row;
          }
        };
    try (Stream<List<@Nullable Object>> rows =
        ParquetReader.streamContent(file.toFile(), hydrator, column -> column[0])) {
      return rows.toList();
    }
  }

  @Test
  void anotherProgramReadsTheSameValues() throws IOException {
    ParquetTable.write(
        file,
        COLUMNS,
        table -> {
          table.add(List.of("\u4e2d \ud83d\ude00\n\"", Integer.MIN_VALUE, -0.1));
          table.add(Arrays.asList(null, null, Double.MIN_VALUE));
        });
    assertThat(rows())
        .containsExactly(
            Arrays.asList("\u4e2d \ud83d\ude00\n\"", Integer.MIN_VALUE, -0.1),
            Arrays.asList(null, null, Double.MIN_VALUE));
    ParquetTable.write(file, COLUMNS, table -> {});
    assertThat(rows()).as("replaced by a table without rows").isEmpty();
  }

  @Test
  void aRowThatDoesNotFitLeavesNoFile() throws IOException {
    List<List<?>> wrong =
        List.of(
            List.of("a", 1),
            List.of("a", 1, 1),
            List.of(1, 1, 1.0),
            Arrays.asList("a", 1, null),
            List.of("a", 1L, 1.0));
    for (List<?> row : wrong) {
      assertThatThrownBy(() -> ParquetTable.write(file, COLUMNS, table -> table.add(row)))
          .as("%s", row)
          .isInstanceOf(IllegalArgumentException.class);
    }
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertThat(left).isEmpty();
    }
    assertThatThrownBy(() -> new Column("a; b", Kind.INT, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
