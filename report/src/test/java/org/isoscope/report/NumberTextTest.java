package org.isoscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.59249, 0.592",
    "-0.5, \u22120.500",
    "9.9, 9.900",
    "14.136, 14.14",
    "123.46, 123.5",
    "5231.4, 5231",
    "0.00003, 3.0e-5",
    "-0.0000000012, \u22121.2e-9",
  })
  void roundsToThreeOrFourDigits(double value, String written) {
    assertThat(NumberText.figure(value)).isEqualTo(written);
  }

  @Test
  void writesCorrelationsAHundredfoldWithTwoDecimals() {
    assertThat(NumberText.hundredfold(0.635213)).isEqualTo("63.52");
    assertThat(NumberText.signed(NumberText.hundredfold(0.09999))).isEqualTo("+10.00");
    assertThat(NumberText.signed(NumberText.hundredfold(-0.09999))).isEqualTo("\u221210.00");
  }

  @ParameterizedTest
  @CsvSource({
    "1.94, 1.9 s",
    "42.4, 42 s",
    "131.4, 2 min 11 s",
    "59.7, 1 min 0 s",
    "7380, 2 h 3 min"
  })
  void writesSpansOfTime(double seconds, String written) {
    assertThat(NumberText.duration(seconds)).isEqualTo(written);
  }

  @Test
  void writesDatesInUtcAndLeavesOthersAlone() {
    assertThat(NumberText.date("2026-03-14T09:26:53Z")).isEqualTo("14 March 2026, 09:26 UTC");
    assertThat(NumberText.date("yesterday")).isEqualTo("yesterday");
  }

  @Test
  void embedsSixSignificantDigits() {
    assertThat(NumberText.embedded(0.123456789)).isEqualTo(0.123457);
    assertThat(NumberText.embedded(-1234567.8)).isEqualTo(-1234570);
  }

  @ParameterizedTest
  @CsvSource({"0.71032, 71.0 %", "0.01742, 1.74 %", "0.00924, 0.924 %", "0.000001, 1.0e-4 %"})
  void writesSharesInPerCent(double share, String written) {
    assertThat(NumberText.percent(share)).isEqualTo(written);
  }

  @Test
  void writesRatesAsTheyWereAsked() {
    assertThat(NumberText.rate(0.05)).isEqualTo("5 %");
    assertThat(NumberText.rate(0.001)).isEqualTo("0.1 %");
    assertThat(NumberText.rate(0.1)).isEqualTo("10 %");
  }

  @Test
  void undefinedIsSaid() {
    assertThat(NumberText.figureOrUndefined(null)).isEqualTo("undefined");
    assertThat(NumberText.range(0.25, 0.5)).isEqualTo("0.250 to 0.500");
    assertThat(NumberText.range(null, 0.5)).isEqualTo("undefined");
  }
}
