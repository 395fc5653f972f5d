package org.isoscope.cli.print;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isoscope.io.Wording;
import org.jspecify.annotations.Nullable;

/**
 * A small table for people. The first row is the header; a column of numbers is set to the right,
 * any other to the left.
 */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(Wording::visible).toList());
    return this;
  }

  /** A number with so many decimals; "-" where it is undefined. */
  public static String number(@Nullable Double value, int decimals) {
    if (value == null) {
      return "-";
    }
    String number = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return number.matches("-0(\\.0*)?") ? number.substring(1) : number;
  }

  /** A share or correlation times 100, with two decimals; "-" where it is undefined. */
  public static String percent(@Nullable Double value) {
    return number(value == null ? null : 100 * value, 2);
  }

  @Override
  public String toString() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    boolean[] numbers = new boolean[columns];
    for (int i = 0; i < columns; i++) {
      numbers[i] = isOfNumbers(i);
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? "" : "  ")
            .append(numbers[i] ? padding + row.get(i) : row.get(i) + padding);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Whether every cell below the header begins as a number does, "-" standing for none. */
  private boolean isOfNumbers(int column) {
    return rows.stream()
        .skip(1)
        .filter(row -> row.size() > column)
        .allMatch(row -> row.get(column).matches("-|-?\\d.*"));
  }
}
