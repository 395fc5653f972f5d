package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isoscope.evaluation.Estimand;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.LevelInterval;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.results.Evidence;
import org.isoscope.study.statistics.ConfidenceInterval;
import org.isoscope.study.statistics.EffectEstimate;
import org.isoscope.study.statistics.Holm;
import org.isoscope.study.statistics.Replicate;
import org.jspecify.annotations.Nullable;

/**
 * What the evidence of one arm, beside its controls, says of each {@link Hypothesis}.
 *
 * <ul>
 *   <li><b>holds</b>: one-sided, Holm over the hypotheses, the effect lies beyond the margin (p
 *       below {@value #LEVEL}); so does its difference to each control that blocks the hypothesis;
 *       with at least {@value Hypothesis#SEEDS_TO_HOLD} seeds, and {@value Hypothesis#FEWEST_TYPES}
 *       types a class in {@value Hypothesis#FEWEST_GROUPS} groups each, where types have part in
 *       it. A blocking control that was not run is missing evidence.
 *   <li><b>does not hold</b>: the 95 % interval lies wholly short of the margin, from {@value
 *       Hypothesis#SEEDS_TO_DENY} seeds on, with as many types. <i>Absent</i> where the interval
 *       lies within the margin on both sides, <i>reversed</i> where it lies beyond it on the other
 *       side.
 *   <li><b>not enough evidence</b> otherwise; the reason says what is missing. One seed never bears
 *       a verdict: its reason begins "In this run".
 * </ul>
 *
 * <p>A phrase of {@link Evidence#missing} that speaks of types concerns only hypotheses that types
 * have part in, and among them those of the class that it names, if it names one; every other
 * phrase concerns all.
 */
public final class Judgement {
  /** Of every test. */
  public static final double LEVEL = 0.05;

  private static final double INTERVAL = 0.95;

  private static final List<Double> OTHER_INTERVALS = List.of(0.75, 0.99);

  private final Arm arm;
  private final List<ControlArm> given;
  private final long seed;
  private final Evidence.Text text;
  private final int groups;

  private Judgement(Arm arm, List<ControlArm> given, long seed) {
    this.arm = arm;
    this.given = List.copyOf(given);
    this.seed = seed;
    this.text = arm.evidence().get(0).text();
    this.groups = (int) Math.min(Integer.MAX_VALUE, text.groups());
    for (ControlArm control : given) {
      if (control instanceof ControlArm.Trainings trainings) {
        Effects.requireSameText(arm.evidence().get(0), trainings.evidence());
      }
    }
  }

  /**
   * Judges all hypotheses; they are one family.
   *
   * @param arm judged
   * @param controls measured beside it
   * @param seed of the bootstrap's draws, which only arms of more than {@value
   *     EffectEstimate#MOST_SEEDS_FOR_T} seeds take
   * @return one entry a hypothesis, in their order
   * @throws IllegalArgumentException where a control is over another text or other types
   */
  public static List<Claims.Claim> of(Arm arm, List<ControlArm> controls, long seed) {
    return new Judgement(arm, controls, seed).claims();
  }

  private List<Claims.Claim> claims() {
    List<Hypothesis> hypotheses = List.of(Hypothesis.values());
    List<@Nullable EffectEstimate> estimates = new ArrayList<>();
    List<Double> pValues = new ArrayList<>();
    for (Hypothesis hypothesis : hypotheses) {
      EffectEstimate estimate = effect(hypothesis);
      estimates.add(estimate);
      // What cannot be tested stays in the family: it was fixed beforehand.
      pValues.add(estimate == null ? 1 : pBeyond(estimate, hypothesis));
    }
    List<Double> adjusted = Holm.adjust(pValues);
    return IntStream.range(0, hypotheses.size())
        .mapToObj(i -> claim(hypotheses.get(i), estimates.get(i), pValues.get(i), adjusted.get(i)))
        .toList();
  }

  private Claims.Claim claim(
      Hypothesis hypothesis, @Nullable EffectEstimate estimate, double pValue, double adjusted) {
    List<Compared> compared = controls(hypothesis, estimate);
    Claims.Figure paper = paper(hypothesis);
    Ruling ruling = verdict(hypothesis, estimate, adjusted, compared);
    String reason = ruling.reason + disagreement(hypothesis, estimate, paper);
    return new Claims.Claim(
        hypothesis.id(),
        hypothesis.title(),
        hypothesis.estimand().key() + ": " + hypothesis.formula() + ", after - before",
        ruling.verdict,
        estimate == null ? null : estimate.mean(),
        estimate == null ? null : interval(estimate, INTERVAL),
        estimate == null
            ? List.of()
            : OTHER_INTERVALS.stream().map(level -> interval(estimate, level)).toList(),
        hypothesis.margin(),
        estimate == null ? null : pValue,
        estimate == null ? null : adjusted,
        amount(hypothesis),
        paper,
        hypothesis.besides().stream()
            .map(key -> figure(hypothesis, key, key))
            .filter(figure -> figure.effect() != null)
            .toList(),
        arm.settings(),
        compared.stream()
            .map(Compared::result)
            .max(Comparator.comparingDouble(control -> says(hypothesis, control)))
            .orElse(null),
        compared.stream().map(Compared::result).toList(),
        reason);
  }

  /** The error's parts that a verdict needs are there: an interval without them is too narrow. */
  private @Nullable EffectEstimate effect(Hypothesis hypothesis) {
    String key = hypothesis.estimand().key();
    List<Replicate> changes = Effects.changes(arm.evidence(), Evidence.BEFORE, Evidence.AFTER, key);
    return changes == null || !hasError(changes, hypothesis)
        ? null
        : EffectEstimate.of(changes, groups, seed);
  }

  private static boolean hasError(List<Replicate> changes, Hypothesis hypothesis) {
    boolean ofTypes = !hypothesis.wordClasses().isEmpty();
    return changes.stream()
        .allMatch(
            change ->
                change.withoutBlock().size() > 1 && (!ofTypes || change.withoutType().size() > 1));
  }

  private Claims.Amount amount(Hypothesis hypothesis) {
    return new Claims.Amount(
        arm.evidence().size(), text.sentences(), text.groups(), fewestTypes(hypothesis));
  }

  /** Of the class that has fewer; 0 where types have no part. */
  private int fewestTypes(Hypothesis hypothesis) {
    return hypothesis.wordClasses().stream()
        .mapToInt(wordClass -> (int) types(wordClass).count())
        .min()
        .orElse(0);
  }

  private Stream<Evidence.Type> types(String wordClass) {
    return arm.evidence().get(0).types().stream()
        .filter(type -> type.wordClass().equals(wordClass));
  }

  // ---- the verdict

  private record Ruling(Verdict verdict, String reason) {}

  private Ruling verdict(
      Hypothesis hypothesis,
      @Nullable EffectEstimate estimate,
      double adjusted,
      List<Compared> compared) {
    List<String> missing = missing(hypothesis);
    if (estimate == null) {
      missing.add(
          0, "a value of " + hypothesis.estimand().key() + " before and after, and its error");
      return new Ruling(Verdict.NOT_ENOUGH_EVIDENCE, "Missing: " + listed(missing) + ".");
    }
    int seeds = arm.evidence().size();
    ConfidenceInterval interval = estimate.interval(INTERVAL);
    double least =
        Math.min(hypothesis.towards(interval.low()), hypothesis.towards(interval.high()));
    double most = Math.max(hypothesis.towards(interval.low()), hypothesis.towards(interval.high()));
    double margin = Math.abs(hypothesis.margin());
    boolean shortOf = most < margin;
    String effect =
        "the effect is "
            + number(estimate.mean())
            + " ("
            + number(interval.low())
            + " to "
            + number(interval.high())
            + ")";
    if (seeds == 1) {
      String place =
          shortOf
              ? shortfall(least, most, margin)
              : least > margin ? "beyond the margin" : "on neither side of the margin for certain";
      missing.add(0, (Hypothesis.SEEDS_TO_HOLD - 1) + " more seeds");
      return new Ruling(
          Verdict.NOT_ENOUGH_EVIDENCE,
          "In this run "
              + effect
              + ", "
              + place
              + ". Missing for a verdict: "
              + listed(missing)
              + ".");
    }
    String start = Character.toUpperCase(effect.charAt(0)) + effect.substring(1);
    if (shortOf && missing.isEmpty() && seeds >= Hypothesis.SEEDS_TO_DENY) {
      return new Ruling(Verdict.DOES_NOT_HOLD, start + ", " + shortfall(least, most, margin) + ".");
    }
    if (shortOf) {
      if (seeds < Hypothesis.SEEDS_TO_DENY) {
        missing.add(0, seeds(Hypothesis.SEEDS_TO_DENY - seeds));
      }
      return new Ruling(
          Verdict.NOT_ENOUGH_EVIDENCE,
          start + ", " + shortfall(least, most, margin) + ". Missing: " + listed(missing) + ".");
    }
    if (seeds < Hypothesis.SEEDS_TO_HOLD) {
      missing.add(0, seeds(Hypothesis.SEEDS_TO_HOLD - seeds));
    }
    boolean beyond = adjusted < LEVEL;
    if (!beyond) {
      missing.add(
          hypothesis.towards(estimate.mean()) > margin
              ? "an effect beyond the margin for certain (p "
                  + number(adjusted)
                  + " after Holm's adjustment)"
              : "an interval on one side of the margin");
    }
    for (ControlKind kind : ControlKind.values()) {
      if (hypothesis.blocking().contains(kind)) {
        compared.stream()
            .filter(other -> other.kind == kind && other.tested)
            .findFirst()
            .ifPresentOrElse(
                other -> {
                  if (beyond && !other.beyond) {
                    missing.add("a difference beyond the margin to the control: " + kind.title());
                  }
                },
                () -> missing.add("the control: " + kind.title()));
      }
    }
    if (missing.isEmpty()) {
      return new Ruling(
          Verdict.HOLDS, start + ", beyond the margin in the arm and beside every control.");
    }
    return new Ruling(Verdict.NOT_ENOUGH_EVIDENCE, start + ". Missing: " + listed(missing) + ".");
  }

  private static String shortfall(double least, double most, double margin) {
    if (most < -margin) {
      return "reversed: beyond the margin on the other side";
    }
    return least > -margin ? "absent: within the margin" : "short of the margin";
  }

  /** What text and types lack for this hypothesis. */
  private List<String> missing(Hypothesis hypothesis) {
    List<String> missing = new ArrayList<>();
    if (groups < hypothesis.fewestGroups()) {
      missing.add((hypothesis.fewestGroups() - groups) + " more groups of sentences");
    }
    for (String wordClass : hypothesis.wordClasses()) {
      long count = types(wordClass).count();
      if (count < Hypothesis.FEWEST_TYPES) {
        missing.add((Hypothesis.FEWEST_TYPES - count) + " more " + wordClass + " types");
      }
      long rare = types(wordClass).filter(type -> type.groups() < Hypothesis.FEWEST_GROUPS).count();
      if (rare > 0) {
        missing.add(
            Hypothesis.FEWEST_GROUPS
                + " groups of sentences for each of "
                + rare
                + " "
                + wordClass
                + " types");
      }
    }
    for (Evidence evidence : arm.evidence()) {
      for (String phrase : evidence.missing()) {
        if (concerns(phrase, hypothesis) && !missing.contains(phrase)) {
          missing.add(phrase);
        }
      }
    }
    return missing;
  }

  private static boolean concerns(String phrase, Hypothesis hypothesis) {
    if (!phrase.contains("type")) {
      return true;
    }
    boolean namesClass = phrase.contains("content") || phrase.contains("function");
    return !hypothesis.wordClasses().isEmpty()
        && (!namesClass || hypothesis.wordClasses().stream().anyMatch(phrase::contains));
  }

  // ---- controls

  /**
   * A control beside the arm.
   *
   * @param tested whether its difference has an error, and so can be tested
   * @param beyond whether the arm's effect is beyond it by more than the margin
   */
  private record Compared(
      ControlKind kind, Claims.Control result, boolean tested, boolean beyond) {}

  private List<Compared> controls(Hypothesis hypothesis, @Nullable EffectEstimate estimate) {
    List<Compared> compared = new ArrayList<>();
    if (estimate == null) {
      return compared;
    }
    LevelInterval nothing = new LevelInterval(INTERVAL, 0, 0);
    compared.add(
        new Compared(
            ControlKind.NO_TRAINING,
            new Claims.Control(
                ControlKind.NO_TRAINING.title(),
                hypothesis.blocking().contains(ControlKind.NO_TRAINING),
                0.0,
                nothing,
                estimate.mean(),
                interval(estimate, INTERVAL),
                Verdict.DOES_NOT_HOLD),
            true,
            pBeyond(estimate, hypothesis) < LEVEL));
    String key = hypothesis.estimand().key();
    List<Replicate> effects = Effects.changes(arm.evidence(), Evidence.BEFORE, Evidence.AFTER, key);
    if (effects == null) {
      return compared;
    }
    List<Replicate> pairs = pairs(key);
    if (pairs.size() > 1 && hasError(pairs, hypothesis)) {
      // The mean over pairs and the mean over seeds share seeds, but do not go together: each pair
      // adds one seed and takes another away.
      compared.add(
          compared(
              hypothesis,
              ControlKind.TWO_SEEDS,
              EffectEstimate.of(pairs, groups, seed),
              EffectEstimate.difference(effects, pairs, groups, seed)));
    }
    for (ControlArm control : given) {
      Compared other = compared(hypothesis, control, effects);
      if (other != null) {
        compared.add(other);
      }
    }
    if (hypothesis == Hypothesis.CLASSES_PART) {
      Compared permuted = permuted(hypothesis, estimate);
      if (permuted != null) {
        compared.add(permuted);
      }
    }
    return compared;
  }

  /** The second seed's model after training minus the first's, the fourth's minus the third's. */
  private List<Replicate> pairs(String key) {
    List<Replicate> pairs = new ArrayList<>();
    for (int r = 0; r + 1 < arm.evidence().size(); r += 2) {
      Replicate first = Effects.value(arm.evidence().get(r), Evidence.AFTER, key);
      Replicate second = Effects.value(arm.evidence().get(r + 1), Evidence.AFTER, key);
      if (first != null && second != null) {
        pairs.add(second.minus(first));
      }
    }
    return pairs;
  }

  private @Nullable Compared compared(
      Hypothesis hypothesis, ControlArm control, List<Replicate> effects) {
    String key = hypothesis.estimand().key();
    if (control instanceof ControlArm.States states) {
      List<Replicate> own = Effects.changes(arm.evidence(), states.before(), states.after(), key);
      if (own == null || !hasError(own, hypothesis)) {
        return null;
      }
      List<Replicate> differences =
          IntStream.range(0, own.size()).mapToObj(r -> effects.get(r).minus(own.get(r))).toList();
      return compared(
          hypothesis,
          control.kind(),
          EffectEstimate.of(own, groups, seed),
          EffectEstimate.of(differences, groups, seed));
    }
    List<Replicate> own =
        Effects.changes(
            ((ControlArm.Trainings) control).evidence(), Evidence.BEFORE, Evidence.AFTER, key);
    if (own == null || !hasError(own, hypothesis)) {
      return null;
    }
    return compared(
        hypothesis,
        control.kind(),
        EffectEstimate.of(own, groups, seed),
        EffectEstimate.difference(effects, own, groups, seed));
  }

  /** One training of a control has no error between seeds: it is shown, and decides nothing. */
  private Compared compared(
      Hypothesis hypothesis, ControlKind kind, EffectEstimate own, EffectEstimate difference) {
    LevelInterval interval = interval(own, INTERVAL);
    return new Compared(
        kind,
        new Claims.Control(
            kind.title(),
            hypothesis.blocking().contains(kind),
            own.mean(),
            interval,
            difference.mean(),
            interval(difference, INTERVAL),
            alone(hypothesis, interval)),
        difference.seeds() > 1,
        pBeyond(difference, hypothesis) < LEVEL);
  }

  /** The contrast under exchanged labels: the spread is that of the exchanges. */
  private @Nullable Compared permuted(Hypothesis hypothesis, EffectEstimate estimate) {
    double[] contrasts = null;
    int seeds = arm.evidence().size();
    for (Evidence evidence : arm.evidence()) {
      List<Double> before = permutations(evidence, Evidence.BEFORE);
      List<Double> after = permutations(evidence, Evidence.AFTER);
      if (before.isEmpty() || before.size() != after.size()) {
        return null;
      }
      if (contrasts == null) {
        contrasts = new double[before.size()];
      }
      if (contrasts.length != before.size()) {
        return null;
      }
      for (int i = 0; i < contrasts.length; i++) {
        contrasts[i] += (after.get(i) - before.get(i)) / seeds;
      }
    }
    if (contrasts == null) {
      return null;
    }
    Arrays.sort(contrasts);
    int n = contrasts.length;
    double mean = Arrays.stream(contrasts).sum() / n;
    int cut = (int) Math.floor((n + 1) * (1 - INTERVAL) / 2);
    int low = Math.max(0, cut - 1);
    LevelInterval interval = new LevelInterval(INTERVAL, contrasts[low], contrasts[n - 1 - low]);
    long asFar =
        Arrays.stream(contrasts)
            .filter(contrast -> contrast + hypothesis.margin() >= estimate.mean())
            .count();
    return new Compared(
        ControlKind.PERMUTED_CLASSES,
        new Claims.Control(
            ControlKind.PERMUTED_CLASSES.title(),
            true,
            mean,
            interval,
            estimate.mean() - mean,
            new LevelInterval(
                INTERVAL, estimate.mean() - interval.high(), estimate.mean() - interval.low()),
            alone(hypothesis, interval)),
        true,
        (asFar + 1.0) / (n + 1) < LEVEL);
  }

  private static List<Double> permutations(Evidence evidence, String label) {
    return evidence.states().stream()
        .filter(state -> state.label().equals(label))
        .map(Evidence.State::permutedContrasts)
        .map(contrasts -> contrasts == null ? List.<Double>of() : contrasts)
        .findFirst()
        .orElse(List.of());
  }

  /** What the interval of a control says, however few seeds it has. */
  private static Verdict alone(Hypothesis hypothesis, LevelInterval interval) {
    double margin = Math.abs(hypothesis.margin());
    double low = hypothesis.towards(interval.low());
    double high = hypothesis.towards(interval.high());
    if (Math.max(low, high) < margin) {
      return Verdict.DOES_NOT_HOLD;
    }
    return Math.min(low, high) > margin ? Verdict.HOLDS : Verdict.NOT_ENOUGH_EVIDENCE;
  }

  /** How much a control says against the claim: those that block first, then by their effect. */
  private static double says(Hypothesis hypothesis, Claims.Control control) {
    Double effect = control.effect();
    double size = effect == null ? Double.NEGATIVE_INFINITY : hypothesis.towards(effect);
    // Effects are differences of cosines, or logarithms: far from the number that ranks the groups.
    return control.blocks() ? size + 1e6 : size;
  }

  // ---- figures beside

  private Claims.@Nullable Figure paper(Hypothesis hypothesis) {
    Estimand paper = hypothesis.paper();
    return paper == null
        ? null
        : figure(hypothesis, paper.key(), paper.key() + ": " + hypothesis.paperFormula());
  }

  private Claims.Figure figure(Hypothesis hypothesis, String key, String name) {
    List<Replicate> changes = Effects.changes(arm.evidence(), Evidence.BEFORE, Evidence.AFTER, key);
    EffectEstimate estimate = changes == null ? null : EffectEstimate.of(changes, groups, seed);
    boolean known = changes != null && hasError(changes, hypothesis);
    return new Claims.Figure(
        name,
        Effects.mean(arm.evidence(), Evidence.BEFORE, key),
        Effects.mean(arm.evidence(), Evidence.AFTER, key),
        estimate == null ? null : estimate.mean(),
        estimate == null || !known ? null : interval(estimate, INTERVAL));
  }

  /** Where one of the two estimands is beyond its margin and the other is not. */
  private static String disagreement(
      Hypothesis hypothesis, @Nullable EffectEstimate estimate, Claims.@Nullable Figure paper) {
    if (estimate == null || paper == null) {
      return "";
    }
    LevelInterval papers = paper.interval();
    Double before = paper.before();
    if (papers == null || before == null) {
      return "";
    }
    // The centroid's norm has the unit of the vectors: its margin is the same ratio.
    double margin =
        hypothesis == Hypothesis.ORIGIN
            ? before * (1 - Math.exp(hypothesis.margin()))
            : Math.abs(hypothesis.margin());
    boolean paperBeyond =
        Math.min(hypothesis.towards(papers.low()), hypothesis.towards(papers.high())) > margin;
    ConfidenceInterval own = estimate.interval(INTERVAL);
    boolean beyond =
        Math.min(hypothesis.towards(own.low()), hypothesis.towards(own.high()))
            > Math.abs(hypothesis.margin());
    if (paperBeyond == beyond) {
      return "";
    }
    String which =
        paperBeyond
            ? " The paper's estimand is beyond the margin, this one is not: "
            : " The paper's estimand is not beyond the margin, this one is: ";
    return which + hypothesis.whyPaperDiffers() + ".";
  }

  // ---- small things

  private static double pBeyond(EffectEstimate estimate, Hypothesis hypothesis) {
    return hypothesis.margin() < 0
        ? estimate.pValueBelow(hypothesis.margin())
        : estimate.pValueAbove(hypothesis.margin());
  }

  static LevelInterval interval(EffectEstimate estimate, double level) {
    ConfidenceInterval interval = estimate.interval(level);
    return new LevelInterval(level, interval.low(), interval.high());
  }

  private static String seeds(int count) {
    return count + (count == 1 ? " more seed" : " more seeds");
  }

  private static String listed(List<String> phrases) {
    return phrases.isEmpty() ? "nothing" : String.join("; ", phrases);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
