package org.isoscope.study;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.isoscope.io.UserError;
import org.isoscope.training.Seed;

/**
 * How many rows of pairs a training does not learn from, so that the model can be asked, before and
 * after, for their answers: {@code min(most, share n)} of n rows, rounded down. Rows are held out
 * by whole groups, in random order, each that is no larger than what is still wanted: so no row
 * that is learned from belongs together with one that is held out, and there may be fewer than
 * wanted.
 */
public final class HoldOut {
  /** None. */
  public static final HoldOut NONE = new HoldOut(0, 0);

  /**
   * A tenth of the rows, at most 1,000; none where that would be fewer than {@value #LEAST}, where
   * what is left would not fill a batch, and of WordNet's pairs.
   */
  public static final HoldOut AUTO = new HoldOut(1000, 0.1);

  /** Fewer rows tell little: over 20 queries the interval of a share is some 40 points wide. */
  static final int LEAST = 20;

  private static final Pattern ROWS = Pattern.compile("0*[1-9]\\d{0,8}");
  private static final Pattern SHARE = Pattern.compile("0?\\.\\d{1,20}");

  private final int most;
  private final double share;

  private HoldOut(int most, double share) {
    this.most = most;
    this.share = share;
  }

  /** So many rows, at least 1. */
  public static HoldOut rows(int rows) {
    UserError.requireRange("holdOut", rows, rows >= 1, "at least 1");
    return new HoldOut(rows, 1);
  }

  /** That share of the rows, above 0 and below 1. */
  public static HoldOut share(double share) {
    UserError.requireRange("holdOut", share, share > 0 && share < 1, "above 0 and below 1");
    return new HoldOut(Integer.MAX_VALUE, share);
  }

  /**
   * What a text says: auto, none, a number of rows such as 500, or a share such as .2.
   *
   * @throws UserError where it says nothing of these
   */
  public static HoldOut parse(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (word.equals("auto")) {
      return AUTO;
    }
    if (word.equals("none")) {
      return NONE;
    }
    if (ROWS.matcher(word).matches()) {
      return rows(Integer.parseInt(word));
    }
    if (SHARE.matcher(word).matches() && Double.parseDouble(word) > 0) {
      return share(Double.parseDouble(word));
    }
    throw UserError.parameter(
        "holdOut",
        text,
        "is neither a number of rows nor a share of them",
        "auto, none, a number such as 500, or a share such as 0.2",
        "Choose one");
  }

  /** As {@link #parse} reads it. */
  public String label() {
    if (this == AUTO) {
      return "auto";
    }
    if (this == NONE) {
      return "none";
    }
    return share == 1 ? String.valueOf(most) : BigDecimal.valueOf(share).toPlainString();
  }

  /** How many of n rows. */
  int of(int n) {
    return (int) Math.min(most, Math.floor(share * n));
  }

  /**
   * Draws rows by their groups.
   *
   * @param groups the group of each row, any numbers
   * @param wanted how many rows, at most
   * @return the numbers of the rows that are held out
   */
  static BitSet draw(List<Integer> groups, int wanted, Seed seed) {
    Map<Integer, List<Integer>> rows = new LinkedHashMap<>();
    for (int row = 0; row < groups.size(); row++) {
      rows.computeIfAbsent(groups.get(row), unused -> new ArrayList<>()).add(row);
    }
    List<List<Integer>> members = List.copyOf(rows.values());
    BitSet held = new BitSet();
    int left = wanted;
    for (int group : seed.permutation("hold-out groups", 0, members.size())) {
      if (members.get(group).size() <= left) {
        members.get(group).forEach(held::set);
        left -= members.get(group).size();
      }
    }
    return held;
  }
}
