package org.isoscope.study.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
import org.isoscope.study.claims.CounterClaim;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a sweep's runs: of every arm C1 to C5, beside the control arms that differ from it
 * in what makes them controls alone; of the arms along each setting that is varied C6; and the
 * counter-claims.
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

    Ablation.Cell cell() {
      return new Ablation.Cell(settings, seeds);
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
      Map<String, Object> shown = differing(arm, measured);
      claims.addAll(Evidences.judge(shown, arm.evidence(), controls));
      claims.addAll(CounterClaim.aQuarterSuffices(arm.cell(), shown, SEED));
    }
    List<Measured> over = overOneText(arms);
    for (String setting : varied(over)) {
      claims.addAll(ablation(setting, over));
    }
    claims.addAll(
        CounterClaim.isotropyDoesNotOrderQuality(over.stream().map(Measured::cell).toList(), SEED));
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
                      .add(training(run.seed(), evidence, results)));
    }
    return List.copyOf(arms.values());
  }

  /** With the first set's scores after the training, where one was evaluated. */
  private static Ablation.Training training(long seed, Evidence evidence, ResultDirectory results) {
    List<Evaluation.Set> sets = results.evaluation().map(Evaluation::sets).orElse(List.of());
    Evaluation.Set last = null;
    for (Evaluation.Set set : sets) {
      if (set.name().equals(sets.get(0).name())) {
        last = set;
      }
    }
    return last == null
        ? new Ablation.Training(seed, evidence, null, null)
        : new Ablation.Training(seed, evidence, last.spearman(), last.quarterSpearman());
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

  /** Arms can be set beside each other where they were measured over one text and its types. */
  private static List<Measured> overOneText(List<Measured> arms) {
    if (arms.isEmpty()) {
      return arms;
    }
    Evidence first = arms.get(0).evidence().get(0);
    return arms.stream()
        .filter(arm -> arm.evidence().get(0).text().equals(first.text()))
        .filter(arm -> arm.evidence().get(0).types().equals(first.types()))
        .toList();
  }

  /** Settings in which arms differ, in their order. */
  private static Set<String> varied(List<Measured> arms) {
    Set<String> varied = new LinkedHashSet<>();
    arms.forEach(arm -> varied.addAll(differing(arm, arms).keySet()));
    return varied;
  }

  /**
   * How one setting moves the figures: the most arms that differ in that setting alone, of equally
   * many the first, and those that differ from them in one further setting.
   */
  private static List<Claims.Claim> ablation(String setting, List<Measured> arms) {
    Map<Map<String, Object>, List<Measured>> rows = new LinkedHashMap<>();
    arms.stream()
        .filter(arm -> arm.seeds().size() > 1 && arm.settings().containsKey(setting))
        .forEach(
            arm -> rows.computeIfAbsent(without(arm, setting), rest -> new ArrayList<>()).add(arm));
    List<Measured> longest = List.of();
    for (List<Measured> row : rows.values()) {
      if (row.size() > longest.size()) {
        longest = row;
      }
    }
    if (longest.size() < 2) {
      return List.of();
    }
    Map<String, Object> rest = without(longest.get(0), setting);
    Map<String, List<Ablation.Cell>> others = new LinkedHashMap<>();
    for (Measured arm : arms) {
      Map<String, Object> otherRest = without(arm, setting);
      List<String> differing =
          rest.keySet().stream()
              .filter(name -> !Objects.equals(rest.get(name), otherRest.get(name)))
              .toList();
      if (differing.size() == 1
          && otherRest.keySet().equals(rest.keySet())
          && arm.seeds().size() > 1
          && arm.settings().containsKey(setting)) {
        others.computeIfAbsent(differing.get(0), name -> new ArrayList<>()).add(arm.cell());
      }
    }
    return Ablation.of(setting, longest.stream().map(Measured::cell).toList(), others, SEED);
  }

  private static Map<String, Object> without(Measured arm, String setting) {
    Map<String, Object> rest = new LinkedHashMap<>(arm.settings());
    rest.remove(setting);
    return rest;
  }
}
