package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to do about something that stands out in a space of embeddings.
 *
 * @param what to do, a sentence without its full stop
 * @param command that does it; absent where none does
 * @param gain what it changed on pairs that belong together; absent where none were given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Advice(String what, @Nullable String command, @Nullable Gain gain) {
  /** Refuses what says nothing. */
  public Advice {
    Objects.requireNonNull(what, "what");
  }

  /**
   * Recall at 1 before and after: the share of the left texts whose own right one is nearer than
   * all others.
   *
   * @param data name of the pairs
   * @param pairs how many
   * @param before 0 to 1
   * @param after 0 to 1
   */
  public record Gain(String data, long pairs, double before, double after) {
    /** Refuses what is out of range. */
    public Gain {
      Objects.requireNonNull(data, "data");
      Range.require("before", before, 0, 1);
      Range.require("after", after, 0, 1);
    }
  }
}
