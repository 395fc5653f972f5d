package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.LevelInterval;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.results.Evidence;
import org.isoscope.study.statistics.ConfidenceInterval;
import org.isoscope.study.statistics.EffectEstimate;
import org.isoscope.study.statistics.Holm;
import org.isoscope.study.statistics.JonckheereTrend;
import org.isoscope.study.statistics.PageTrend;
import org.isoscope.study.statistics.Replicate;
import org.isoscope.study.statistics.Trend;
import org.jspecify.annotations.Nullable;

/**
 * C6: how one setting moves the effects of C1 to C5, and STS. Along a setting whose values are
 * numbers, a trend: Page's where every arm has the same seeds, else Jonckheere's; effect size -1 to
 * 1, with the 2.5 and 97.5 percentiles of {@value #DRAWS} draws of seeds with replacement. p-values
 * are two-sided, after Holm over the figures of one setting.
 *
 * <p><b>holds</b>: a trend is shown, up or down (adjusted p below {@value Judgement#LEVEL}), from
 * {@value Hypothesis#SEEDS_TO_DENY} seeds an arm on. <b>does not hold</b>: the 95 % interval of
 * every difference between two arms lies within the figure's margin. Else <b>not enough
 * evidence</b>. Values that are names, such as poolings, have no trend: arms are shown beside each
 * other, and only the last two verdicts can be.
 */
public final class Ablation {
  /** Draws of the bootstrap over seeds. */
  public static final int DRAWS = 2000;

  /** The smallest difference of STS that counts: two points of Spearman's correlation. */
  public static final double STS_MARGIN = 0.02;

  private Ablation() {}

  /**
   * One training of an arm.
   *
   * @param seed that it was given
   * @param evidence of it
   * @param sts Spearman's correlation on STS after the training, -1 to 1; null where not measured
   */
  public record Training(long seed, Evidence evidence, @Nullable Double sts) {}

  /**
   * One arm.
   *
   * @param settings all that define it
   * @param trainings its seeds, at least one
   */
  public record Cell(Map<String, Object> settings, List<Training> trainings) {
    /**
     * Keeps its own copies.
     *
     * @throws IllegalArgumentException where there is no training
     */
    public Cell {
      settings = new LinkedHashMap<>(settings);
      trainings = List.copyOf(trainings);
      if (trainings.isEmpty()) {
        throw new IllegalArgumentException("An arm without a training");
      }
    }
  }

  private record Measure(String title, String estimand, double margin, Values values) {}

  private interface Values {
    @Nullable List<Replicate> of(Cell cell);
  }

  /**
   * How a setting moves each figure.
   *
   * @param setting its key in the arms' settings
   * @param cells arms that differ in this setting alone, and perhaps in a second one of which the
   *     grid is full
   * @param second the other setting's key, for the interaction; null where there is none. Trends
   *     are then over the arms at its first value
   * @param seed of permutations and draws
   * @return one entry a figure that all arms have
   * @throws IllegalArgumentException where an arm lacks a setting, or there are fewer than two
   */
  public static List<Claims.Claim> of(
      String setting, List<Cell> cells, @Nullable String second, long seed) {
    TreeMap<String, List<Cell>> byOther = new TreeMap<>(Ablation::byNumber);
    for (Cell cell : cells) {
      String other = second == null ? "" : setting(cell, second);
      byOther.computeIfAbsent(other, value -> new ArrayList<>()).add(cell);
    }
    byOther
        .values()
        .forEach(row -> row.sort((a, b) -> byNumber(setting(a, setting), setting(b, setting))));
    List<Cell> arms = byOther.firstEntry().getValue();
    if (arms.size() < 2) {
      throw new IllegalArgumentException("One arm along " + setting);
    }
    boolean ordered = arms.stream().allMatch(cell -> isNumber(setting(cell, setting)));
    List<Measure> measures =
        measures().stream()
            .filter(measure -> cells.stream().allMatch(cell -> measure.values.of(cell) != null))
            .toList();
    List<@Nullable Trend> trends = new ArrayList<>();
    List<Double> pValues = new ArrayList<>();
    for (Measure measure : measures) {
      Trend trend = ordered ? trend(arms, measure, seed) : null;
      trends.add(trend);
      pValues.add(trend == null ? 1 : trend.pValue());
    }
    List<Double> adjusted = Holm.adjust(pValues);
    List<Claims.Claim> claims = new ArrayList<>();
    for (int i = 0; i < measures.size(); i++) {
      List<Claims.Figure> besides = new ArrayList<>(figures(setting, arms, measures.get(i), seed));
      if (ordered && second != null) {
        Claims.Figure interaction = interaction(setting, second, byOther, measures.get(i), seed);
        if (interaction != null) {
          besides.add(interaction);
        }
      }
      claims.add(
          claim(setting, arms, measures.get(i), trends.get(i), adjusted.get(i), besides, seed));
    }
    return claims;
  }

  private static List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    for (Hypothesis hypothesis : Hypothesis.values()) {
      String key = hypothesis.estimand().key();
      measures.add(
          new Measure(
              key,
              key + ": " + hypothesis.formula() + ", after - before",
              Math.abs(hypothesis.margin()),
              cell ->
                  Effects.changes(
                      cell.trainings.stream().map(Training::evidence).toList(),
                      Evidence.BEFORE,
                      Evidence.AFTER,
                      key)));
    }
    measures.add(
        new Measure("sts", "Spearman's correlation on STS, after", STS_MARGIN, Ablation::sts));
    return measures;
  }

  private static @Nullable List<Replicate> sts(Cell cell) {
    List<Replicate> scores = new ArrayList<>();
    for (Training training : cell.trainings) {
      Double score = training.sts;
      if (score == null) {
        return null;
      }
      scores.add(Replicate.of(score));
    }
    return scores;
  }

  private static Claims.Claim claim(
      String setting,
      List<Cell> arms,
      Measure measure,
      @Nullable Trend trend,
      double adjusted,
      List<Claims.Figure> besides,
      long seed) {
    int fewest = arms.stream().mapToInt(cell -> cell.trainings.size()).min().orElse(0);
    Evidence first = arms.get(0).trainings.get(0).evidence;
    List<List<Double>> values = byArm(arms, measure);
    boolean paired = sameSeeds(arms);
    Verdict verdict = Verdict.NOT_ENOUGH_EVIDENCE;
    String reason;
    if (fewest < Hypothesis.SEEDS_TO_DENY) {
      reason =
          "Missing: "
              + (Hypothesis.SEEDS_TO_DENY - fewest)
              + " more seeds in the arm with the fewest.";
    } else if (trend != null && adjusted < Judgement.LEVEL) {
      verdict = Verdict.HOLDS;
      reason =
          measure.title + (trend.effectSize() > 0 ? " rises" : " falls") + " with " + setting + ".";
    } else if (alike(arms, measure, seed)) {
      verdict = Verdict.DOES_NOT_HOLD;
      reason = "All arms lie within the margin of each other.";
    } else {
      reason =
          trend == null
              ? setting + " has no order: the arms are shown beside each other."
              : "Neither a trend nor that there is none is shown.";
    }
    return new Claims.Claim(
        "ablation",
        "How " + setting + " moves " + measure.title,
        measure.estimand,
        verdict,
        trend == null ? null : trend.effectSize(),
        trend == null
            ? null
            : bootstrap(
                new SplittableRandom(seed),
                random -> effectSize(drawn(values, paired, random), paired)),
        List.of(),
        0,
        trend == null ? null : trend.pValue(),
        trend == null ? null : adjusted,
        new Claims.Amount(fewest, first.text().sentences(), first.text().groups(), 0),
        null,
        besides,
        Map.of("setting", setting),
        null,
        List.of(),
        reason);
  }

  /** Every arm's effect with its interval. */
  private static List<Claims.Figure> figures(
      String setting, List<Cell> arms, Measure measure, long seed) {
    return arms.stream()
        .map(
            cell -> {
              EffectEstimate estimate =
                  EffectEstimate.of(values(cell, measure), groups(cell), seed);
              boolean known = estimate.components().total() > 0;
              return new Claims.Figure(
                  measure.title + " at " + setting + " " + setting(cell, setting),
                  null,
                  null,
                  estimate.mean(),
                  known ? Judgement.interval(estimate, 0.95) : null);
            })
        .toList();
  }

  private static boolean alike(List<Cell> arms, Measure measure, long seed) {
    for (int i = 0; i < arms.size(); i++) {
      for (int j = 0; j < i; j++) {
        ConfidenceInterval interval =
            EffectEstimate.difference(
                    values(arms.get(i), measure),
                    values(arms.get(j), measure),
                    groups(arms.get(i)),
                    seed)
                .interval(0.95);
        if (interval.low() < -measure.margin || interval.high() > measure.margin) {
          return false;
        }
      }
    }
    return true;
  }

  /** The trend at the second setting's last value minus that at its first. */
  private static Claims.@Nullable Figure interaction(
      String setting,
      String second,
      NavigableMap<String, List<Cell>> byOther,
      Measure measure,
      long seed) {
    List<Cell> first = byOther.firstEntry().getValue();
    List<Cell> last = byOther.lastEntry().getValue();
    TreeSet<String> values = new TreeSet<>();
    first.forEach(cell -> values.add(setting(cell, setting)));
    boolean full =
        byOther.size() > 1
            && byOther.values().stream()
                .allMatch(
                    row ->
                        row.size() == values.size()
                            && row.stream().allMatch(c -> values.contains(setting(c, setting))));
    if (!full) {
      return null;
    }
    List<List<Double>> firstValues = byArm(first, measure);
    List<List<Double>> lastValues = byArm(last, measure);
    boolean firstPaired = sameSeeds(first);
    boolean lastPaired = sameSeeds(last);
    double atFirst = effectSize(firstValues, firstPaired);
    double atLast = effectSize(lastValues, lastPaired);
    return new Claims.Figure(
        "interaction: trend along "
            + setting
            + " at "
            + second
            + " "
            + byOther.lastKey()
            + " minus at "
            + byOther.firstKey(),
        atFirst,
        atLast,
        atLast - atFirst,
        bootstrap(
            new SplittableRandom(seed),
            random ->
                effectSize(drawn(lastValues, lastPaired, random), lastPaired)
                    - effectSize(drawn(firstValues, firstPaired, random), firstPaired)));
  }

  // ---- trends

  private static Trend trend(List<Cell> arms, Measure measure, long seed) {
    List<List<Double>> values = byArm(arms, measure);
    return sameSeeds(arms)
        ? PageTrend.test(transposed(values), seed)
        : JonckheereTrend.test(values, seed);
  }

  private static double effectSize(List<List<Double>> values, boolean paired) {
    return paired ? PageTrend.effectSize(transposed(values)) : JonckheereTrend.effectSize(values);
  }

  private static boolean sameSeeds(List<Cell> arms) {
    return arms.stream().allMatch(cell -> seeds(cell).equals(seeds(arms.get(0))));
  }

  private static List<Long> seeds(Cell cell) {
    return cell.trainings.stream().map(Training::seed).sorted().toList();
  }

  /** Each arm's values in the order of their seeds. */
  private static List<List<Double>> byArm(List<Cell> arms, Measure measure) {
    return arms.stream()
        .map(
            cell ->
                new Cell(
                    cell.settings,
                    cell.trainings.stream()
                        .sorted(Comparator.comparingLong(Training::seed))
                        .toList()))
        .map(cell -> values(cell, measure).stream().map(Replicate::value).toList())
        .toList();
  }

  private static List<List<Double>> transposed(List<List<Double>> byArm) {
    return IntStream.range(0, byArm.get(0).size())
        .mapToObj(r -> byArm.stream().map(values -> values.get(r)).toList())
        .toList();
  }

  /** Seeds drawn with replacement: the same in all arms where they share them. */
  private static List<List<Double>> drawn(
      List<List<Double>> byArm, boolean paired, SplittableRandom random) {
    long draw = random.nextLong();
    List<List<Double>> drawn = new ArrayList<>();
    for (List<Double> values : byArm) {
      SplittableRandom own = paired ? new SplittableRandom(draw) : random;
      drawn.add(
          IntStream.range(0, values.size())
              .mapToObj(r -> values.get(own.nextInt(values.size())))
              .toList());
    }
    return drawn;
  }

  private static LevelInterval bootstrap(
      SplittableRandom random, ToDoubleFunction<SplittableRandom> figure) {
    double[] draws = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      draws[i] = figure.applyAsDouble(random);
    }
    Arrays.sort(draws);
    int cut = (int) (DRAWS * 0.025);
    return new LevelInterval(0.95, draws[cut], draws[DRAWS - 1 - cut]);
  }

  // ---- small things

  private static List<Replicate> values(Cell cell, Measure measure) {
    List<Replicate> values = measure.values.of(cell);
    if (values == null) {
      throw new IllegalArgumentException("No " + measure.title + " of " + cell.settings);
    }
    return values;
  }

  private static int groups(Cell cell) {
    return (int) Math.min(Integer.MAX_VALUE, cell.trainings.get(0).evidence.text().groups());
  }

  private static String setting(Cell cell, String key) {
    Object value = cell.settings.get(key);
    if (value == null) {
      throw new IllegalArgumentException("No " + key + " in " + cell.settings);
    }
    return value.toString();
  }

  private static boolean isNumber(String value) {
    return value.matches("-?[0-9.]+([eE]-?[0-9]+)?");
  }

  private static int byNumber(String a, String b) {
    return isNumber(a) && isNumber(b)
        ? Double.compare(Double.parseDouble(a), Double.parseDouble(b))
        : a.compareTo(b);
  }
}
