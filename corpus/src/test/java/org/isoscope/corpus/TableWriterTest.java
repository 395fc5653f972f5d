package org.isoscope.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableWriterTest {
  private static final List<String> TEXTS =
      List.of(
          "plain", "with, comma and \"quotes\"", "two\nlines", "tab\tand é \uD83D\uDE00", "#=1");

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(strings = {"t.csv", "t.jsonl", "T.JSONL"})
  void whatIsWrittenIsRead(String name) {
    Path file = work.resolve(name);
    TableWriter.write(
        file,
        List.of("row", "question", "answer"),
        table -> {
          TEXTS.forEach(text -> table.add(1, text, text + "!"));
          assertThat(table.rows()).isEqualTo(TEXTS.size());
        });
    PairCorpus pairs = PairCorpus.read(file.toString(), Columns.DEFAULT);
    assertThat(pairs.pairs())
        .isEqualTo(TEXTS.stream().map(text -> new PairCorpus.Pair(text, text + "!")).toList());
  }

  @Test
  void theBytesAreThese() {
    for (String name : List.of("t.csv", "t.jsonl")) {
      TableWriter.write(
          work.resolve(name),
          List.of("a", "b"),
          table -> {
            table.add(0.5, null);
            table.add("x,y", 2);
          });
    }
    assertThat(work.resolve("t.csv")).hasContent("a,b\n0.5,\n\"x,y\",2\n");
    assertThat(work.resolve("t.jsonl")).hasContent("{\"a\":0.5}\n{\"a\":\"x,y\",\"b\":2}\n");
  }

  @Test
  void withoutRowsThereIsAHeaderOrNothing() {
    for (String name : List.of("t.csv", "t.jsonl")) {
      TableWriter.write(work.resolve(name), List.of("a"), table -> {});
    }
    assertThat(work.resolve("t.csv")).hasContent("a\n");
    assertThat(work.resolve("t.jsonl")).isEmptyFile();
  }

  @Test
  void whatFailsLeavesNothing() throws Exception {
    Path file = work.resolve("t.csv");
    assertThatThrownBy(() -> TableWriter.write(file, List.of("a"), table -> table.add(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a is NaN");
    assertThatThrownBy(() -> TableWriter.write(file, List.of("a"), table -> table.add(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(work).isEmptyDirectory();

    for (String name : List.of("t.txt", "csv", ".")) {
      assertThatThrownBy(() -> TableWriter.check(work.resolve(name))).isInstanceOf(UserError.class);
    }
    Files.createDirectory(work.resolve("d.csv"));
    assertThatThrownBy(() -> TableWriter.check(work.resolve("d.csv")))
        .hasMessageContaining("is a directory");
  }
}
