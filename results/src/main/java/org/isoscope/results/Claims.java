package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The paper's claims and what the evidence says of each: {@code claims.json}, of a training, a
 * comparison or a sweep.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param claims one entry a claim and arm
 */
public record Claims(int schema, List<Claim> claims) {
  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copy of the list. */
  public Claims {
    Schema.require(schema, SCHEMA);
    claims = List.copyOf(Objects.requireNonNull(claims, "claims"));
  }

  /** What the evidence says of a claim. */
  public enum Verdict {
    /** The effect lies beyond the margin, in the arm and beside every control that blocks. */
    @JsonProperty("holds")
    HOLDS,
    /** The effect lies short of the margin. */
    @JsonProperty("does-not-hold")
    DOES_NOT_HOLD,
    /** Neither is shown. */
    @JsonProperty("not-enough-evidence")
    NOT_ENOUGH_EVIDENCE
  }

  /**
   * One claim about one arm.
   *
   * @param id isotropy, content-mitigated, function-augmented, convergence, origin or ablation; of
   *     counter-claims isotropy-quality and quarter-of-dimensions
   * @param title the claim in a few words
   * @param estimand the figure that the verdict rests on, with its formula
   * @param verdict what is shown
   * @param effect change of the estimand, after minus before, mean over seeds; null where undefined
   * @param interval of it at 95 %; null where there is none
   * @param intervals of it at other levels, 75 % and 99 %
   * @param margin the smallest effect that counts, signed as the claim has it
   * @param pValue one-sided, of an effect at most the margin
   * @param adjustedPValue the same after Holm over the family
   * @param evidence how much there is
   * @param paper the same for the estimand that the paper uses; null where that is the same
   * @param besides further figures that tell of the claim, without a verdict
   * @param arm the settings that make the arm
   * @param control the control that says most against the claim; null where there is none
   * @param controls all of them
   * @param reason why this verdict, as a sentence
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Claim(
      String id,
      String title,
      String estimand,
      Verdict verdict,
      @Nullable Double effect,
      @Nullable LevelInterval interval,
      List<LevelInterval> intervals,
      double margin,
      @Nullable Double pValue,
      @Nullable Double adjustedPValue,
      Amount evidence,
      @Nullable Figure paper,
      List<Figure> besides,
      Map<String, Object> arm,
      @Nullable Control control,
      List<Control> controls,
      String reason) {

    /** Keeps its own copies of the collections. */
    public Claim {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(title, "title");
      Objects.requireNonNull(estimand, "estimand");
      Objects.requireNonNull(verdict, "verdict");
      Objects.requireNonNull(evidence, "evidence");
      intervals = List.copyOf(Objects.requireNonNull(intervals, "intervals"));
      besides = List.copyOf(Objects.requireNonNull(besides, "besides"));
      arm = new LinkedHashMap<>(Objects.requireNonNull(arm, "arm"));
      controls = List.copyOf(Objects.requireNonNull(controls, "controls"));
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * An interval at a level.
   *
   * @param level 0 to 1
   * @param low its lower end
   * @param high its upper end
   */
  public record LevelInterval(double level, double low, double high) {}

  /**
   * How much evidence there is.
   *
   * @param seeds trainings
   * @param sentences measured
   * @param groups of sentences that are independent of each other
   * @param types token types of the class; 0 where types have no part
   */
  public record Amount(int seeds, long sentences, long groups, int types) {}

  /**
   * A figure beside the one that decides.
   *
   * @param estimand its name and formula
   * @param before mean over seeds; null where undefined
   * @param after mean over seeds; null where undefined
   * @param effect after minus before; null where undefined
   * @param interval of the effect at 95 %; null where there is none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Figure(
      String estimand,
      @Nullable Double before,
      @Nullable Double after,
      @Nullable Double effect,
      @Nullable LevelInterval interval) {
    /** Refuses what has no name. */
    public Figure {
      Objects.requireNonNull(estimand, "estimand");
    }
  }

  /**
   * A control arm: where it shows the claim too, the claim is not the training's.
   *
   * @param name what it is
   * @param blocks whether a verdict waits for it, rather than being explained by it
   * @param effect in the control; null where undefined
   * @param interval of it at 95 %; null where there is none
   * @param difference effect in the arm minus that in the control; null where undefined
   * @param differenceInterval of that at 95 %; null where there is none
   * @param verdict what the claim's rule says of the control alone
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Control(
      String name,
      boolean blocks,
      @Nullable Double effect,
      @Nullable LevelInterval interval,
      @Nullable Double difference,
      @Nullable LevelInterval differenceInterval,
      Verdict verdict) {
    /** Refuses what has no name or verdict. */
    public Control {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(verdict, "verdict");
    }
  }
}
