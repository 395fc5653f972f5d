package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.isoscope.cli.print.Table;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void numbersGoToTheRightAndTextToTheLeft() {
    Table table =
        new Table()
            .row("name", "count", "what it is")
            .row("a", "5", "short")
            .row("longer name", "1234", "3 words, and more")
            .row("b", "-", "");

    assertThat(table.toString())
        .isEqualTo(
            """
            name         count  what it is
            a                5  short
            longer name   1234  3 words, and more
            b                -
            """);
  }

  @Test
  void aColumnIsAsWideAsItsHeaderAtLeast() {
    assertThat(new Table().row("k", "a long header").row("x", "1").toString())
        .isEqualTo("k  a long header\nx              1\n");
  }

  @Test
  void numbersHaveTheDecimalsAskedForInEveryLocale() {
    assertThat(Table.number(1234.5678, 2)).isEqualTo("1234.57");
    assertThat(Table.number(-0.00049, 3)).as("no minus before a zero").isEqualTo("0.000");
    assertThat(Table.number(null, 3)).isEqualTo("-");
  }
}
