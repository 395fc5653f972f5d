package org.isoscope.study.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.LevelInterval;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.results.EstimandFigures;
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
 *
 * <p>Where arms differ in a second setting besides, its interaction stands beside the trend: the
 * change of the figure from the first value of the setting to the last, at another value of the
 * second setting minus at its standing one, over the values of the setting that both have.
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
   * @param quarterSts the same by a quarter of the dimensions; null where not measured
   */
  public record Training(
      long seed, Evidence evidence, @Nullable Double sts, @Nullable Double quarterSts) {}

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
   * @param row arms that differ in this setting alone
   * @param others arms that differ from these in one further setting, by that setting's key; may be
   *     empty
   * @param seed of permutations and draws
   * @return one entry a figure that all arms of the row have
   * @throws IllegalArgumentException where an arm lacks a setting, or the row has fewer than two
   */
  public static List<Claims.Claim> of(
      String setting, List<Cell> row, Map<String, List<Cell>> others, long seed) {
    List<Cell> arms = new ArrayList<>(row);
    arms.sort((a, b) -> byNumber(setting(a, setting), setting(b, setting)));
    if (arms.size() < 2) {
      throw new IllegalArgumentException("One arm along " + setting);
    }
    boolean ordered = arms.stream().allMatch(cell -> isNumber(setting(cell, setting)));
    List<Measure> measures =
        measures().stream()
            .filter(measure -> arms.stream().allMatch(cell -> measure.values.of(cell) != null))
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
      if (ordered) {
        for (Map.Entry<String, List<Cell>> other : others.entrySet()) {
          besides.addAll(
              interactions(setting, arms, other.getKey(), other.getValue(), measures.get(i), seed));
        }
      }
      claims.add(
          claim(setting, arms, measures.get(i), trends.get(i), adjusted.get(i), besides, seed));
    }
    return claims;
  }

  /** What people call a figure: the catalogue's title within a line. */
  private static String words(Measure measure) {
    return EstimandFigures.ALL.stream()
        .filter(figure -> figure.key().equals(measure.title))
        .findFirst()
        .map(
            figure ->
                figure.title().substring(0, 1).toLowerCase(Locale.ROOT)
                    + figure.title().substring(1))
        .orElse(measure.title.toUpperCase(Locale.ROOT));
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
        "How " + setting + " moves " + words(measure),
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

  /** The change along the setting at each other value of a second one, minus at the row's. */
  private static List<Claims.Figure> interactions(
      String setting,
      List<Cell> row,
      String second,
      List<Cell> others,
      Measure measure,
      long seed) {
    Map<String, List<Cell>> byValue = new TreeMap<>(Ablation::byNumber);
    for (Cell other : others) {
      if (measure.values.of(other) != null) {
        byValue.computeIfAbsent(setting(other, second), value -> new ArrayList<>()).add(other);
      }
    }
    List<Claims.Figure> figures = new ArrayList<>();
    byValue.forEach(
        (value, cells) -> {
          Map<String, Cell> there = new HashMap<>();
          cells.forEach(cell -> there.put(setting(cell, setting), cell));
          List<Cell> common =
              row.stream().filter(cell -> there.containsKey(setting(cell, setting))).toList();
          if (common.size() > 1) {
            Cell first = common.get(0);
            Cell last = common.get(common.size() - 1);
            figures.add(interaction(setting, second, first, last, there, measure, seed));
          }
        });
    return figures;
  }

  private static Claims.Figure interaction(
      String setting,
      String second,
      Cell first,
      Cell last,
      Map<String, Cell> there,
      Measure measure,
      long seed) {
    Cell otherFirst = Objects.requireNonNull(there.get(setting(first, setting)));
    Cell otherLast = Objects.requireNonNull(there.get(setting(last, setting)));
    EffectEstimate estimate =
        EffectEstimate.contrast(
            List.of(values(otherLast, measure), values(first, measure)),
            List.of(values(otherFirst, measure), values(last, measure)),
            groups(first),
            seed);
    return new Claims.Figure(
        String.format(
            Locale.ROOT,
            "interaction: change from %s %s to %s at %s %s minus at %s",
            setting,
            setting(first, setting),
            setting(last, setting),
            second,
            setting(otherLast, second),
            setting(first, second)),
        change(first, last, measure),
        change(otherFirst, otherLast, measure),
        estimate.mean(),
        Judgement.interval(estimate, 0.95));
  }

  private static double change(Cell first, Cell last, Measure measure) {
    return mean(last, measure) - mean(first, measure);
  }

  private static double mean(Cell cell, Measure measure) {
    return values(cell, measure).stream().mapToDouble(Replicate::value).average().orElseThrow();
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
