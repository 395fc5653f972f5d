package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.FrequencyCorrelation;
import org.isoscope.geometry.SelfSimilarity;
import org.jspecify.annotations.Nullable;

/**
 * The sums of some token types in one layer, taken out of {@link TextMeasures}: what is to be
 * merged with the sums of the same types in the same layer that other machines have, and with no
 * other.
 *
 * <p>Not for several threads at once.
 */
public final class LayerTypes {
  private static final String FORMAT = "LayerTypes 1";

  private final SelfSimilarity selfSimilarity;
  private final @Nullable FrequencyCorrelation frequency;

  /**
   * Sums of the same types.
   *
   * @param frequency null where it is not measured in this layer
   */
  LayerTypes(SelfSimilarity selfSimilarity, @Nullable FrequencyCorrelation frequency) {
    this.selfSimilarity = selfSimilarity;
    this.frequency = frequency;
  }

  /**
   * Takes in what another has seen; the other stays as it is.
   *
   * @param other of the same layer and part of the types
   * @throws IllegalArgumentException where it is of another kind of layer
   */
  public void merge(LayerTypes other) {
    if ((frequency == null) != (other.frequency == null)) {
      throw new IllegalArgumentException("one layer measures frequency, the other does not");
    }
    selfSimilarity.merge(other.selfSimilarity);
    if (frequency != null && other.frequency != null) {
      frequency.merge(other.frequency);
    }
  }

  /**
   * Writes the sums, so that another machine can read and merge them: see {@link
   * AccumulatorFormat}.
   *
   * @throws IOException where nothing can be written
   */
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    selfSimilarity.write(out);
    out.writeBoolean(frequency != null);
    if (frequency != null) {
      frequency.write(out);
    }
  }

  /**
   * Reads what was written.
   *
   * @throws IOException where the bytes are not these sums
   */
  public static LayerTypes read(DataInput in) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    return new LayerTypes(
        SelfSimilarity.read(in),
        in.readBoolean() ? FrequencyCorrelation.read(in, type -> true, type -> false) : null);
  }

  /**
   * The figures of these types, small enough to be gathered.
   *
   * @param centroid of all tokens of the layer, {@link TextMeasures#centroids}
   */
  public Result result(double[] centroid) {
    return new Result(
        selfSimilarity.result(), frequency == null ? null : frequency.result(centroid));
  }

  /**
   * Figures of token types.
   *
   * @param selfSimilarity of each
   * @param frequency what goes with it; null where it is not measured in this layer
   */
  public record Result(
      SelfSimilarity.Result selfSimilarity, FrequencyCorrelation.@Nullable Result frequency) {
    private static final String FORMAT = "LayerTypes.Result 1";

    /**
     * Of different types of one layer.
     *
     * @param parts in any order, at least one; the outcome does not depend on it, to the bit
     * @throws IllegalArgumentException where they are of different kinds of layers, or none
     */
    public static Result of(Collection<Result> parts) {
      List<FrequencyCorrelation.Result> frequencies =
          parts.stream().map(Result::frequency).filter(Objects::nonNull).toList();
      if (parts.isEmpty() || !(frequencies.isEmpty() || frequencies.size() == parts.size())) {
        throw new IllegalArgumentException(
            frequencies.size() + " of " + parts.size() + " parts measure frequency");
      }
      return new Result(
          SelfSimilarity.Result.of(parts.stream().map(Result::selfSimilarity).toList()),
          frequencies.isEmpty() ? null : FrequencyCorrelation.Result.of(frequencies));
    }

    /**
     * Writes the figures: see {@link AccumulatorFormat}.
     *
     * @throws IOException where nothing can be written
     */
    public void write(DataOutput out) throws IOException {
      AccumulatorFormat.write(out, FORMAT);
      selfSimilarity.write(out);
      out.writeBoolean(frequency != null);
      if (frequency != null) {
        frequency.write(out);
      }
    }

    /**
     * Reads what was written.
     *
     * @throws IOException where the bytes are no such figures
     */
    public static Result read(DataInput in) throws IOException {
      AccumulatorFormat.require(in, FORMAT);
      return new Result(
          SelfSimilarity.Result.read(in),
          in.readBoolean() ? FrequencyCorrelation.Result.read(in) : null);
    }
  }
}
