package org.isoscope.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Every figure, step by step: as curves and as a map of layers and steps. Of a sweep the runs of an
 * arm are drawn as one, their mean with their range.
 */
final class StepsSection implements Section {
  /** Of more numbers than this the last layer alone is embedded: some 2 MB. */
  private static final int MOST_NUMBERS = 250_000;

  /**
   * What is drawn.
   *
   * @param figures of the arms; those of runs are the page's
   * @param arms of sweeps
   * @param quality of the results, {@code [result]}
   */
  record Courses(List<ChartedFigure> figures, List<Arm> arms, List<List<Quality>> quality) {}

  /**
   * Runs that differ in nothing but the seed.
   *
   * @param runs how many are drawn
   * @param steps of the probes that all of them have
   * @param mean over the runs, by figure, {@code [step][layer]}; null where any is undefined
   * @param low the least of the runs, alike; empty where there is one run
   * @param high the greatest, alike
   */
  record Arm(
      String name,
      int runs,
      List<Integer> steps,
      Map<String, List<List<@Nullable Double>>> mean,
      Map<String, List<List<@Nullable Double>>> low,
      Map<String, List<List<@Nullable Double>>> high) {}

  /**
   * A quality figure by step, times 100.
   *
   * @param points each a step and a value, null where undefined
   */
  record Quality(String title, String meaning, List<@Nullable Double[]> points) {}

  @Override
  public String id() {
    return "steps";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    List<Map.Entry<String, List<RunCourse>>> arms = arms(results);
    boolean runs =
        results.stream().anyMatch(result -> result.isTraining() && result.states().size() > 1);
    if (arms.isEmpty() && !runs) {
      return Optional.empty();
    }
    List<Integer> told = told(arms);
    long numbers =
        arms.stream()
                .flatMap(arm -> arm.getValue().stream().limit(1))
                .mapToLong(StepsSection::size)
                .sum()
            * 3;
    boolean whole = numbers <= MOST_NUMBERS;
    return Optional.of(
        Content.drawn(
            "Step by step",
            "<p>Measured on the same probe sentences at doubling steps; the axis doubles with"
                + " them."
                + (arms.isEmpty()
                    ? ""
                    : " A line is the mean of an arm\u2019s runs, its band reaches from the least of"
                        + " them to the greatest."
                        + (whole ? "" : " So many arms are shown in the last layer only."))
                + "</p>\n<div class=\"controls\"></div>\n<div class=\"halves focus\"></div>\n"
                + "<details class=\"all\"><summary>Every figure at a glance</summary>\n<div"
                + " class=\"controls\"></div>\n<div class=\"grid\"></div>\n</details>\n",
            new Courses(
                arms.isEmpty() ? List.of() : told.stream().map(RunCourse.FIGURES::get).toList(),
                arms.stream().map(arm -> arm(arm.getKey(), arm.getValue(), told, whole)).toList(),
                results.stream().map(StepsSection::quality).toList())));
  }

  /** The runs of each arm that are done, by its name. */
  private static List<Map.Entry<String, List<RunCourse>>> arms(List<Result> results) {
    List<Map.Entry<String, List<RunCourse>>> arms = new ArrayList<>();
    for (Result result : results) {
      if (result.sweep().isEmpty()) {
        continue;
      }
      String prefix = results.size() == 1 ? "" : result.name() + ": ";
      result
          .sweep()
          .get()
          .arms()
          .forEach(
              (name, rows) -> {
                List<RunCourse> courses =
                    rows.stream()
                        .map(SweepRuns.Row::course)
                        .flatMap(Optional::stream)
                        .filter(course -> course.steps().size() > 1)
                        .toList();
                if (!courses.isEmpty()) {
                  arms.add(Map.entry(prefix + name, courses));
                }
              });
    }
    return arms;
  }

  /** The figures of which any run tells something, by their places. */
  private static List<Integer> told(List<Map.Entry<String, List<RunCourse>>> arms) {
    List<Integer> told = new ArrayList<>();
    for (int f = 0; f < RunCourse.FIGURES.size(); f++) {
      int figure = f;
      if (arms.stream()
          .flatMap(arm -> arm.getValue().stream())
          .anyMatch(course -> course.tells(figure))) {
        told.add(f);
      }
    }
    return told;
  }

  private static long size(RunCourse course) {
    return course.values().stream().flatMap(List::stream).mapToLong(List::size).sum();
  }

  private static Arm arm(String name, List<RunCourse> runs, List<Integer> told, boolean whole) {
    List<Integer> steps = new ArrayList<>(runs.get(0).steps());
    runs.forEach(run -> steps.retainAll(run.steps()));
    Map<String, List<List<@Nullable Double>>> mean = new LinkedHashMap<>();
    Map<String, List<List<@Nullable Double>>> low = new LinkedHashMap<>();
    Map<String, List<List<@Nullable Double>>> high = new LinkedHashMap<>();
    for (int figure : told) {
      List<List<@Nullable Double>> means = new ArrayList<>();
      List<List<@Nullable Double>> lows = new ArrayList<>();
      List<List<@Nullable Double>> highs = new ArrayList<>();
      for (int step : steps) {
        List<List<@Nullable Double>> values = new ArrayList<>();
        for (RunCourse run : runs) {
          List<@Nullable Double> all = run.values().get(figure).get(run.steps().indexOf(step));
          values.add(whole || all.isEmpty() ? all : all.subList(all.size() - 1, all.size()));
        }
        List<Optional<DoubleSummaryStatistics>> layers = over(values);
        means.add(each(layers, DoubleSummaryStatistics::getAverage));
        lows.add(each(layers, DoubleSummaryStatistics::getMin));
        highs.add(each(layers, DoubleSummaryStatistics::getMax));
      }
      String key = RunCourse.FIGURES.get(figure).key();
      mean.put(key, means);
      if (runs.size() > 1) {
        low.put(key, lows);
        high.put(key, highs);
      }
    }
    return new Arm(name, runs.size(), steps, mean, low, high);
  }

  /** By layer, over the runs; empty where a run has no value. */
  private static List<Optional<DoubleSummaryStatistics>> over(List<List<@Nullable Double>> runs) {
    int layers = runs.stream().mapToInt(List::size).min().orElse(0);
    List<Optional<DoubleSummaryStatistics>> result = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      DoubleSummaryStatistics told = new DoubleSummaryStatistics();
      for (List<@Nullable Double> run : runs) {
        Double value = run.get(layer);
        if (value != null) {
          told.accept(value);
        }
      }
      result.add(told.getCount() == runs.size() ? Optional.of(told) : Optional.empty());
    }
    return result;
  }

  private static List<@Nullable Double> each(
      List<Optional<DoubleSummaryStatistics>> layers,
      ToDoubleFunction<DoubleSummaryStatistics> figure) {
    List<@Nullable Double> values = new ArrayList<>();
    for (Optional<DoubleSummaryStatistics> layer : layers) {
      values.add(
          layer.isPresent()
              ? Double.valueOf(NumberText.embedded(figure.applyAsDouble(layer.get())))
              : null);
    }
    return values;
  }

  private static List<Quality> quality(Result result) {
    List<Quality> all = new ArrayList<>();
    result
        .quality()
        .forEach(
            (figure, points) -> {
              List<@Nullable Double[]> values = new ArrayList<>();
              for (Result.QualityPoint point : points) {
                Optional<Double> value = point.value();
                values.add(
                    new @Nullable Double[] {
                      (double) point.step(),
                      value.isPresent() ? NumberText.embedded(100 * value.get()) : null
                    });
              }
              all.add(
                  new Quality(
                      figure.title(),
                      figure.retrieval()
                          ? "retrieval accuracy \u00d7 100, "
                              + NumberText.count(figure.size())
                              + " queries"
                          : "Spearman \u00d7 100, " + NumberText.count(figure.size()) + " pairs",
                      values));
            });
    return all;
  }
}
