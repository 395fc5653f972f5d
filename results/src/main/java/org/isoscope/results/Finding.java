package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that stands out in a space, in words, as {@code org.isoscope.geometry.Diagnosis} finds
 * it.
 *
 * @param severity "warning": comparing by cosine misleads; "note": worth knowing
 * @param figure the figure that passed its threshold
 * @param value of the figure
 * @param threshold that it passed, above or below
 * @param what is the matter, a sentence without its full stop
 * @param advice what to do, a sentence without its full stop
 * @param transform the kind of {@link TransformFile} that does it; absent where none does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(
    String severity,
    String figure,
    double value,
    double threshold,
    String what,
    String advice,
    @Nullable String transform) {
  /** Refuses what says nothing. */
  public Finding {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(figure, "figure");
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(advice, "advice");
  }
}
