package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much better a second model finds the right documents for the same queries than a first.
 *
 * @param name the set's name
 * @param queries how many queries
 * @param candidates how many documents each is held against
 * @param groups of queries that depend on each other, as many as queries where each is one
 * @param measures every measure
 */
public record RetrievalChange(
    String name, long queries, long candidates, int groups, List<Change> measures) {
  /** Refuses what has no name; keeps its own copy of the list. */
  public RetrievalChange {
    Objects.requireNonNull(name, "name");
    measures = List.copyOf(Objects.requireNonNull(measures, "measures"));
  }

  /**
   * The change of one measure, a mean over queries.
   *
   * @param name as in {@link Evaluation.Measure}
   * @param before of the first model, 0 to 1
   * @param after of the second model, 0 to 1
   * @param change after - before
   * @param interval of the change, 95 %, from the differences of each query; absent for fewer than
   *     10 groups of queries
   * @param pValue of a paired permutation test, two-sided: how often a change as large comes about
   *     where each group's sign is tossed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Change(
      String name,
      double before,
      double after,
      double change,
      @Nullable Interval interval,
      double pValue) {
    /** Refuses what has no name. */
    public Change {
      Objects.requireNonNull(name, "name");
    }
  }
}
