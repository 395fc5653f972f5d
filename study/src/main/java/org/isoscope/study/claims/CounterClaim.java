package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.isoscope.evaluation.Estimand;
import org.isoscope.geometry.Correlation;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.LevelInterval;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.results.Evidence;
import org.isoscope.study.statistics.EffectEstimate;
import org.isoscope.study.statistics.Holm;
import org.isoscope.study.statistics.Replicate;
import org.jspecify.annotations.Nullable;

/**
 * What the literature holds against the paper's reading, tested over the same trainings. STS scores
 * vary between seeds; the scored pairs are taken as they are.
 */
public final class CounterClaim {
  /** {@link #isotropyDoesNotOrderQuality}. */
  public static final String ISOTROPY_AND_QUALITY = "isotropy-quality";

  /** {@link #aQuarterSuffices}. */
  public static final String QUARTER = "quarter-of-dimensions";

  /** The fewest seeds an arm with which two arms' STS are told apart. */
  public static final int SEEDS_TO_COMPARE = 5;

  private static final double INTERVAL = 0.95;

  private CounterClaim() {}

  /**
   * Isotropy does not order quality (Ait-Saada and Nadif 2023, "Is Anisotropy Truly Harmful?", doi
   * 10.18653/v1/2023.acl-short.103): of two arms the more isotropic one can be the worse. The
   * effect is Spearman's correlation, over arms, of sentence embeddings' isotropy, the negative
   * mean cosine after training, with STS; its interval draws seeds within arms.
   *
   * <p><b>holds</b>: there is a pair of arms in which the one whose mean cosine is lower by more
   * than C1's margin has an STS lower by more than {@value Ablation#STS_MARGIN}: one-sided, the
   * larger of the two p-values, Holm over all ordered pairs, from {@value #SEEDS_TO_COMPARE} seeds
   * an arm on. <b>does not hold</b>: no pair's 95 % intervals leave room for one. Else <b>not
   * enough evidence</b>.
   *
   * @param arms over one text; those without STS have no part
   * @param seed of the draws
   * @return nothing where fewer than two arms have STS
   */
  public static List<Claims.Claim> isotropyDoesNotOrderQuality(
      List<Ablation.Cell> arms, long seed) {
    List<Scored> scored = arms.stream().map(Scored::of).filter(Objects::nonNull).toList();
    if (scored.size() < 2) {
      return List.of();
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < scored.size(); i++) {
      for (int j = 0; j < scored.size(); j++) {
        if (i != j) {
          pairs.add(Pair.of(scored.get(i), scored.get(j), seed));
        }
      }
    }
    List<Double> adjusted = Holm.adjust(pairs.stream().map(Pair::pValue).toList());
    int best = 0;
    for (int i = 1; i < pairs.size(); i++) {
      if (pairs.get(i).pValue() < pairs.get(best).pValue()) {
        best = i;
      }
    }
    Pair strongest = pairs.get(best);
    int fewest = scored.stream().mapToInt(arm -> arm.sts.size()).min().orElse(0);
    Verdict verdict = Verdict.NOT_ENOUGH_EVIDENCE;
    String reason = "No pair of arms is shown to be ordered the other way, nor that there is none.";
    if (fewest < SEEDS_TO_COMPARE) {
      reason =
          "Missing: " + (SEEDS_TO_COMPARE - fewest) + " more seeds in the arm with the fewest.";
    } else if (adjusted.get(best) < Judgement.LEVEL) {
      verdict = Verdict.HOLDS;
      reason = strongest.words();
    } else if (pairs.stream().allMatch(Pair::excluded)) {
      verdict = Verdict.DOES_NOT_HOLD;
      reason = "In no pair of arms is the more isotropic one worse by what counts.";
    }
    Double correlation = correlation(scored.stream().map(Scored::means).toList());
    Evidence.Text text = arms.get(0).trainings().get(0).evidence().text();
    return List.of(
        new Claims.Claim(
            ISOTROPY_AND_QUALITY,
            "Isotropy does not order quality",
            "Spearman's correlation over "
                + scored.size()
                + " arms of isotropy (- mean cosine of sentence embeddings) with STS, after",
            verdict,
            correlation,
            correlation == null ? null : drawn(scored, seed),
            List.of(),
            0,
            strongest.pValue(),
            adjusted.get(best),
            new Claims.Amount(fewest, text.sentences(), text.groups(), 0),
            null,
            strongest.figures(),
            Map.of(),
            null,
            List.of(),
            reason));
  }

  /**
   * A quarter of the dimensions suffices (Takeshita, Takeshita, Ruffinelli and Ponzetto 2025, arXiv
   * 2508.17744, for retrieval and classification): STS by a random quarter is not lower by what
   * counts. The effect is STS by a quarter, mean over draws, minus STS by all dimensions, after.
   *
   * <p><b>holds</b>: the 95 % interval over seeds lies above -{@value Ablation#STS_MARGIN}, from
   * {@value Hypothesis#SEEDS_TO_HOLD} seeds on. <b>does not hold</b>: it lies below, from {@value
   * Hypothesis#SEEDS_TO_DENY} on. Else <b>not enough evidence</b>.
   *
   * @param arm whose trainings have both scores; else there is nothing
   * @param shown the settings that make the arm, for the record
   */
  public static List<Claims.Claim> aQuarterSuffices(
      Ablation.Cell arm, Map<String, Object> shown, long seed) {
    List<Replicate> differences = new ArrayList<>();
    double all = 0;
    double quarters = 0;
    for (Ablation.Training training : arm.trainings()) {
      Double sts = training.sts();
      Double quarter = training.quarterSts();
      if (sts == null || quarter == null) {
        return List.of();
      }
      differences.add(Replicate.of(quarter - sts));
      all += sts;
      quarters += quarter;
    }
    int seeds = differences.size();
    Evidence.Text text = arm.trainings().get(0).evidence().text();
    EffectEstimate estimate = EffectEstimate.of(differences, seeds, seed);
    LevelInterval interval = seeds < 2 ? null : Judgement.interval(estimate, INTERVAL);
    double margin = -Ablation.STS_MARGIN;
    Verdict verdict = Verdict.NOT_ENOUGH_EVIDENCE;
    String reason;
    if (interval != null && seeds >= Hypothesis.SEEDS_TO_DENY && interval.high() < margin) {
      verdict = Verdict.DOES_NOT_HOLD;
      reason = "A quarter of the dimensions loses more than two points.";
    } else if (interval != null && interval.low() > margin && seeds >= Hypothesis.SEEDS_TO_HOLD) {
      verdict = Verdict.HOLDS;
      reason = "A quarter of the dimensions loses less than two points.";
    } else if (seeds < Hypothesis.SEEDS_TO_HOLD) {
      reason = "Missing: " + (Hypothesis.SEEDS_TO_HOLD - seeds) + " more seeds.";
    } else {
      reason = "The interval contains the smallest loss that counts.";
    }
    return List.of(
        new Claims.Claim(
            QUARTER,
            "A quarter of the dimensions suffices",
            "Spearman's correlation on STS by a random quarter of the dimensions, minus by all",
            verdict,
            estimate.mean(),
            interval,
            List.of(),
            margin,
            null,
            null,
            new Claims.Amount(seeds, text.sentences(), text.groups(), 0),
            null,
            List.of(
                new Claims.Figure(
                    "STS by all dimensions, and by a quarter",
                    all / seeds,
                    quarters / seeds,
                    (quarters - all) / seeds,
                    null)),
            shown,
            null,
            List.of(),
            reason));
  }

  // ---- arms with scores

  /** An arm: its name, and its seeds' mean cosine of sentence embeddings and STS, after. */
  private record Scored(
      Map<String, Object> settings, List<Replicate> cosine, List<Replicate> sts, int groups) {
    static @Nullable Scored of(Ablation.Cell arm) {
      List<Replicate> cosine = new ArrayList<>();
      List<Replicate> sts = new ArrayList<>();
      for (Ablation.Training training : arm.trainings()) {
        Replicate mean =
            Effects.value(training.evidence(), Evidence.AFTER, Estimand.SENTENCE_ANISOTROPY.key());
        Double score = training.sts();
        if (mean == null || score == null) {
          return null;
        }
        cosine.add(mean);
        sts.add(Replicate.of(score));
      }
      long groups = arm.trainings().get(0).evidence().text().groups();
      return new Scored(arm.settings(), cosine, sts, (int) Math.min(Integer.MAX_VALUE, groups));
    }

    /** Isotropy and STS, means over seeds. */
    double[] means() {
      return new double[] {-mean(cosine), mean(sts)};
    }

    double[] drawnMeans(SplittableRandom random) {
      double isotropy = 0;
      double quality = 0;
      for (int i = 0; i < sts.size(); i++) {
        int seed = random.nextInt(sts.size());
        isotropy -= cosine.get(seed).value() / sts.size();
        quality += sts.get(seed).value() / sts.size();
      }
      return new double[] {isotropy, quality};
    }
  }

  private static double mean(List<Replicate> values) {
    return values.stream().mapToDouble(Replicate::value).average().orElseThrow();
  }

  /** Two arms: differences of the first, which is taken for the more isotropic, to the other. */
  private record Pair(Scored first, Scored other, EffectEstimate cosine, EffectEstimate sts) {
    static Pair of(Scored first, Scored other, long seed) {
      return new Pair(
          first,
          other,
          EffectEstimate.difference(first.cosine, other.cosine, first.groups, seed),
          EffectEstimate.difference(first.sts, other.sts, first.groups, seed));
    }

    private static double margin() {
      return Hypothesis.SENTENCE_ISOTROPY.margin();
    }

    /** That both differences are beyond what counts needs both tests. */
    double pValue() {
      return Math.max(cosine.pValueBelow(margin()), sts.pValueBelow(-Ablation.STS_MARGIN));
    }

    /** Whether the intervals leave no room for the first to be more isotropic and worse. */
    boolean excluded() {
      return cosine.interval(INTERVAL).low() > margin()
          || sts.interval(INTERVAL).low() > -Ablation.STS_MARGIN;
    }

    String words() {
      return String.format(
          Locale.ROOT,
          "With %s the mean cosine is %.3f lower than with %s, and STS %.3f lower.",
          differing(first, other),
          -cosine.mean(),
          differing(other, first),
          -sts.mean());
    }

    List<Claims.Figure> figures() {
      String of = ": " + differing(other, first) + ", then " + differing(first, other);
      return List.of(
          new Claims.Figure(
              "mean cosine of sentence embeddings" + of,
              mean(other.cosine),
              mean(first.cosine),
              cosine.mean(),
              Judgement.interval(cosine, INTERVAL)),
          new Claims.Figure(
              "STS" + of,
              mean(other.sts),
              mean(first.sts),
              sts.mean(),
              Judgement.interval(sts, INTERVAL)));
    }

    /** The settings of an arm that another has not. */
    private static String differing(Scored arm, Scored from) {
      String words =
          arm.settings.entrySet().stream()
              .filter(entry -> !entry.getValue().equals(from.settings.get(entry.getKey())))
              .map(entry -> entry.getKey() + " " + entry.getValue())
              .collect(Collectors.joining(", "));
      return words.isEmpty() ? "the settings of the others" : words;
    }
  }

  private static @Nullable Double correlation(List<double[]> arms) {
    return Correlation.spearman(
        arms.stream().mapToDouble(arm -> arm[0]).toArray(),
        arms.stream().mapToDouble(arm -> arm[1]).toArray());
  }

  private static LevelInterval drawn(List<Scored> scored, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] draws = new double[Ablation.DRAWS];
    for (int i = 0; i < draws.length; i++) {
      Double drawn = correlation(scored.stream().map(arm -> arm.drawnMeans(random)).toList());
      draws[i] = drawn == null ? 0 : drawn;
    }
    Arrays.sort(draws);
    int cut = (int) (draws.length * (1 - INTERVAL) / 2);
    return new LevelInterval(INTERVAL, draws[cut], draws[draws.length - 1 - cut]);
  }
}
