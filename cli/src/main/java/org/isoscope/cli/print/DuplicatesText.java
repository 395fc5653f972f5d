package org.isoscope.cli.print;

import java.util.List;
import java.util.Locale;
import org.isoscope.study.search.Cut;
import org.isoscope.study.search.DuplicatesJob;
import org.isoscope.study.search.FoundRow;

/** Which rows are alike, for people. */
public final class DuplicatesText {
  private DuplicatesText() {}

  /** The pairs, or the groups, most alike or largest first. */
  public static String rows(DuplicatesJob.Result result) {
    StringBuilder text = new StringBuilder();
    for (DuplicatesJob.Pair pair : result.pairs()) {
      text.append(CosineText.of(pair.cosine()));
      if (pair.percentile() != null) {
        text.append("  above ").append(ShareText.of(pair.percentile()));
      }
      text.append('\n').append(line(pair.first())).append(line(pair.second()));
    }
    int number = 1;
    for (List<FoundRow> group : result.groups()) {
      text.append("group ").append(number++).append(": ").append(group.size()).append(" rows\n");
      group.forEach(row -> text.append(line(row)));
    }
    return text.toString();
  }

  private static String line(FoundRow row) {
    return ("  " + row.row() + "  " + SearchText.text(row)).stripTrailing() + "\n";
  }

  /** How many there are, told and not, and what that rests on. */
  public static String summary(DuplicatesJob.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d rows, %,d pairs with a cosine of at least %s",
            result.compared(),
            result.rows(),
            result.found(),
            CutText.of(result.cut())));
    if (!result.pairs().isEmpty()) {
      long left = result.found() - result.pairs().size();
      if (left > 0) {
        text.append(
            String.format(Locale.ROOT, "; %,d of them, the least alike, are left out", left));
      }
    } else if (result.grouped() > 0) {
      int left = result.grouped() - result.groups().size();
      text.append(
          String.format(
              Locale.ROOT,
              ", which make %,d groups (single link: two rows of a group need not be alike)",
              result.grouped()));
      if (left > 0) {
        text.append(String.format(Locale.ROOT, "; %,d of them, the smallest, are left out", left));
      }
    }
    text.append(".\n");
    if (result.unrelated() != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "Of unrelated pairs alone as many as %,.0f would be expected.%n",
              Math.ceil(result.unrelated())));
    }
    if (result.cut().kind() == Cut.Kind.SAME) {
      text.append(
          "For near copies say which cosine is near: --calibration DIR of isoscope analyze, or"
              + " --threshold T.\n");
    }
    return text.toString();
  }
}
