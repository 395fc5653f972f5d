package org.isoscope.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.geometry.Transform;
import org.isoscope.results.Advice;
import org.isoscope.results.Finding;
import org.isoscope.results.Space;
import org.jspecify.annotations.Nullable;

/**
 * What to do about what stands out in a space: each advice once, with the command that does it and,
 * where there are pairs that belong together, what it gains on them.
 */
final class Advices {
  /** Pairs whose recall is measured, at most: each costs a comparison with all others. */
  static final int PAIRS = 2000;

  private Advices() {}

  /**
   * Of a space as it is, or after a transform, for which there is no command.
   *
   * @param space the last that was measured
   * @param command that fits a transform on the vectors, up to its kind; null where they are
   *     transformed already
   * @param spaces to fit a transform on
   * @param related pairs that belong together, as the space has them; null where there are none
   */
  static List<Advice> of(
      Space space, @Nullable String command, Spaces spaces, @Nullable RelatedVectors related) {
    Map<String, String> transformOf = new HashMap<>();
    Set<String> advised = new LinkedHashSet<>();
    for (Finding finding : space.findings()) {
      advised.add(finding.advice());
      if (finding.transform() != null) {
        transformOf.put(finding.advice(), finding.transform());
      }
    }
    List<Advice> advices = new ArrayList<>();
    for (String what : advised) {
      String kind = transformOf.get(what);
      if (kind == null || command == null) {
        advices.add(new Advice(what, null, null));
        continue;
      }
      advices.add(
          new Advice(
              what,
              command + " --kind " + kind + " --out DIR",
              related == null ? null : gain(related, spaces.fit(kind, 0))));
    }
    return advices;
  }

  private static Advice.@Nullable Gain gain(RelatedVectors related, Transform transform) {
    Double before = related.recallAtOne();
    Double after = related.transformed(transform).recallAtOne();
    return before == null || after == null
        ? null
        : new Advice.Gain(related.name(), related.size(), before, after);
  }

  /** A word of a command line as a shell reads it. */
  static String word(String text) {
    return text.matches("[\\p{L}\\p{N}_./:@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
