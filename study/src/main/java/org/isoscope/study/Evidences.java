package org.isoscope.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.results.Claims;
import org.isoscope.results.Evidence;
import org.isoscope.study.claims.Arm;
import org.isoscope.study.claims.ControlArm;
import org.isoscope.study.claims.ControlKind;
import org.isoscope.study.claims.Judgement;
import org.jspecify.annotations.Nullable;

/** Claims of the evidence that trainings leave. */
public final class Evidences {
  /** Of draws that only arms of many seeds take: the same whenever they are judged. */
  private static final long SEED = 1;

  private Evidences() {}

  /** What one training, or two models, say: never a verdict. */
  static Claims claims(Map<String, @Nullable Object> settings, Evidence evidence) {
    Map<String, Object> known = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          if (value != null) {
            known.put(name, value);
          }
        });
    return new Claims(Claims.SCHEMA, judge(known, List.of(evidence), List.of()));
  }

  /**
   * What the trainings of one arm say.
   *
   * @param settings that make the arm
   * @param evidence one a seed
   * @param trained controls that were trained for it
   */
  public static List<Claims.Claim> judge(
      Map<String, Object> settings, List<Evidence> evidence, List<ControlArm> trained) {
    List<ControlArm> controls = new ArrayList<>(trained);
    derived(controls, evidence, ControlKind.TRANSLATED, Evidence.TRANSLATED);
    derived(controls, evidence, ControlKind.ISOTROPIC_NOISE, Evidence.NOISE);
    derived(controls, evidence, ControlKind.WHITENED, Evidence.WHITENED);
    derived(controls, evidence, ControlKind.ALL_BUT_THE_TOP, Evidence.ALL_BUT_THE_TOP);
    return Judgement.of(new Arm(settings, evidence), controls, SEED);
  }

  /** A control of states that every training has measured of its untrained model. */
  private static void derived(
      List<ControlArm> controls, List<Evidence> evidence, ControlKind kind, String label) {
    boolean everywhere =
        evidence.stream()
            .allMatch(one -> one.states().stream().anyMatch(s -> s.label().equals(label)));
    if (everywhere) {
      controls.add(new ControlArm.States(kind, Evidence.BEFORE, label));
    }
  }
}
