package org.isoscope.report;

import java.util.List;
import java.util.Optional;

/** What each figure means. */
final class ReadingSection implements Section {
  @Override
  public String id() {
    return "reading";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    return Optional.of(
        Content.plain(
            "How to read this",
            "<p>Every figure is exact, over all tokens of all probe sentences: nothing is sampled"
                + " unless it is said. Adjusted means: minus the anisotropy of the same layer.</p>\n"
                + Definitions.of(results)));
  }
}
