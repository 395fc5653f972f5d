package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.cli.print.TestedTypesText;
import org.isoscope.results.Interval;
import org.isoscope.results.TestedTypes;
import org.junit.jupiter.api.Test;

class TestedTypesTextTest {
  private static TestedTypes.Type type(String token, double estimate, double q) {
    return new TestedTypes.Type(
        token,
        "content",
        12,
        new TestedTypes.Change(
            2 * estimate, estimate, new Interval(estimate - 0.1, estimate + 0.1), q),
        new TestedTypes.Change(0.3, 0.2, new Interval(0.1, 0.3), 0.001));
  }

  @Test
  void tellsHowManyChangedAndWhichMost() {
    List<TestedTypes.Type> types = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      types.add(type("t" + i, 0.5 - i / 20.0, i < 6 || i >= 14 ? 0.01 : 0.5));
    }

    List<String> lines =
        TestedTypesText.of(new TestedTypes("text", 20, 0.05, 12, 20, types)).lines().toList();

    assertThat(lines.get(0))
        .isEqualTo(
            "20 token types tested at false discovery rate 0.05: 12 changed by type correlation, 20"
                + " by adjusted self-similarity.");
    assertThat(lines.get(1))
        .startsWith("changed most")
        .contains("type corr.", "adj. self-sim.", "q");
    assertThat(lines.subList(2, lines.size()))
        .extracting(line -> line.split(" ")[0])
        .as("five at either end, none that did not change")
        .containsExactly("t0", "t1", "t2", "t3", "t4", "t15", "t16", "t17", "t18", "t19");
    assertThat(lines.get(2))
        .contains("0.500", "0.400 to 0.600", "0.010", "0.200", "0.100 to 0.300");
  }

  @Test
  void whereNoneChangedThereIsNoTable() {
    assertThat(
            TestedTypesText.of(
                new TestedTypes("text", 1, 0.05, 0, 1, List.of(type("the", 0.5, 0.06)))))
        .hasLineCount(1)
        .contains("0 changed by type correlation");
  }
}
