package org.isoscope.study.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.isoscope.io.UserError;
import org.isoscope.results.Claims;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Evidence;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Sweep;
import org.isoscope.study.Evidences;
import org.isoscope.study.claims.Ablation;
import org.isoscope.study.claims.ControlArm;
import org.isoscope.study.claims.ControlKind;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a sweep's runs: of every arm C1 to C5, beside the control arms that differ from it
 * in what makes them controls alone, and of the arms along each setting of the grid C6.
 */
public final class SweepClaims {
  /** Settings that make an arm a control, and of what kind. */
  private static final Map<String, ControlKind> CONTROLS =
      Map.of(
          "shuffle-positives", ControlKind.SHUFFLED_POSITIVES,
          "random-initialization", ControlKind.RANDOM_INITIALIZATION);

  private static final String LOSS = "loss";
  private static final String SPREAD = "gor";

  /** Settings that the objective without contrast has not. */
  private static final List<String> OF_CONTRAST = List.of(LOSS, "temperature");

  /** Settings that are followed where they differ. */
  private static final List<String> ABLATED = List.of("temperature", "batch-size", "pooling");

  /** Of the ablation's bootstrap. */
  private static final long SEED = 1;

  /**
   * An arm of the sweep.
   *
   * @param settings of its runs
   * @param seeds of those that are done and have evidence
   */
  private record Measured(Map<String, Object> settings, List<Ablation.Training> seeds) {
    List<Evidence> evidence() {
      return seeds.stream().map(Ablation.Training::evidence).toList();
    }

    /** What kind of control it is; none where it is none. */
    Optional<ControlKind> control() {
      if (SPREAD.equals(settings.get(LOSS))) {
        return Optional.of(ControlKind.ORTHOGONAL_REGULARIZATION);
      }
      return CONTROLS.entrySet().stream()
          .filter(entry -> isOn(settings.get(entry.getKey())))
          .map(Map.Entry::getValue)
          .findFirst();
    }

    private static boolean isOn(@Nullable Object value) {
      return value != null && List.of("true", "yes").contains(value.toString());
    }

    /** What it has in common with the arms that it controls. */
    Map<String, Object> compared() {
      Map<String, Object> rest = new LinkedHashMap<>(settings);
      CONTROLS.keySet().forEach(rest::remove);
      if (control().equals(Optional.of(ControlKind.ORTHOGONAL_REGULARIZATION))) {
        OF_CONTRAST.forEach(rest::remove);
      }
      return rest;
    }

    /** Whether it is a control of another arm. */
    boolean controls(Measured arm) {
      Map<String, Object> other = new LinkedHashMap<>(arm.settings);
      if (control().equals(Optional.of(ControlKind.ORTHOGONAL_REGULARIZATION))) {
        OF_CONTRAST.forEach(other::remove);
      }
      return control().isPresent() && compared().equals(other);
    }
  }

  private SweepClaims() {}

  /**
   * Judges.
   *
   * @param directory of a sweep, whose runs need not all be done
   * @return nothing of arms without evidence
   * @throws UserError where there is no sweep, a result of a run cannot be read, or the runs of an
   *     arm, or of one of its controls, were measured over different texts
   */
  public static Claims of(Path directory) {
    Sweep sweep =
        new ResultDirectory(directory)
            .sweep()
            .orElseThrow(
                () ->
                    new UserError(
                        directory.toString(),
                        "has no sweep.json",
                        "the directory of a sweep",
                        "Check the path"));
    List<Measured> measured = measured(directory, sweep);
    List<Measured> arms = measured.stream().filter(arm -> arm.control().isEmpty()).toList();
    List<Claims.Claim> claims = new ArrayList<>();
    for (Measured arm : arms) {
      requireSameText(directory, arm, arm);
      List<ControlArm> controls = new ArrayList<>();
      for (Measured other : measured) {
        if (other.controls(arm)) {
          requireSameText(directory, arm, other);
          controls.add(new ControlArm.Trainings(other.control().orElseThrow(), other.evidence()));
        }
      }
      claims.addAll(Evidences.judge(differing(arm, measured), arm.evidence(), controls));
    }
    for (String setting : ABLATED) {
      claims.addAll(ablation(setting, arms));
    }
    return new Claims(Claims.SCHEMA, claims);
  }

  /** Results that were changed by hand, or brought together, need not belong together. */
  private static void requireSameText(Path directory, Measured arm, Measured other) {
    Evidence first = arm.evidence().get(0);
    for (Evidence evidence : other.evidence()) {
      if (!evidence.text().equals(first.text()) || !evidence.types().equals(first.types())) {
        throw new UserError(
            directory.toString(),
            "has runs to be compared that were measured over another text or other types",
            "one text and one list of types, as a sweep measures",
            "Delete these runs and run the sweep again");
      }
    }
  }

  private static List<Measured> measured(Path directory, Sweep sweep) {
    Map<String, Measured> arms = new LinkedHashMap<>();
    for (Sweep.Run run : sweep.runs()) {
      if (run.state() != Sweep.State.DONE) {
        continue;
      }
      ResultDirectory results = new ResultDirectory(directory.resolve(run.directory()));
      results
          .evidence()
          .ifPresent(
              evidence ->
                  arms.computeIfAbsent(
                          run.arm(), name -> new Measured(run.settings(), new ArrayList<>()))
                      .seeds()
                      .add(new Ablation.Training(run.seed(), evidence, sts(results))));
    }
    return List.copyOf(arms.values());
  }

  /** Spearman's correlation after the training, of the first set; null where none was evaluated. */
  private static @Nullable Double sts(ResultDirectory results) {
    List<Evaluation.Set> sets = results.evaluation().map(Evaluation::sets).orElse(List.of());
    return sets.isEmpty() ? null : sets.get(sets.size() - 1).spearman();
  }

  /** The settings that tell an arm from the others. */
  private static Map<String, Object> differing(Measured arm, List<Measured> all) {
    Map<String, Object> differing = new LinkedHashMap<>();
    arm.settings()
        .forEach(
            (name, value) -> {
              if (all.stream().anyMatch(other -> !value.equals(other.settings().get(name)))) {
                differing.put(name, value);
              }
            });
    return differing;
  }

  /**
   * How one setting moves the figures: the arms that differ from the first one in that setting
   * alone.
   */
  private static List<Claims.Claim> ablation(String setting, List<Measured> arms) {
    if (arms.isEmpty()) {
      return List.of();
    }
    Measured standing = arms.get(0);
    List<Measured> row =
        arms.stream()
            .filter(arm -> without(arm, setting).equals(without(standing, setting)))
            .toList();
    long values =
        new TreeSet<>(
                row.stream().map(arm -> Objects.toString(arm.settings().get(setting))).toList())
            .size();
    if (values < 2 || row.stream().anyMatch(arm -> arm.seeds().size() < 2)) {
      return List.of();
    }
    List<Ablation.Cell> cells =
        row.stream().map(arm -> new Ablation.Cell(arm.settings(), arm.seeds())).toList();
    return Ablation.of(setting, cells, null, SEED);
  }

  private static Map<String, Object> without(Measured arm, String setting) {
    Map<String, Object> rest = new LinkedHashMap<>(arm.settings());
    rest.remove(setting);
    return rest;
  }
}
