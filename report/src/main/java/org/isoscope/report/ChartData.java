package org.isoscope.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.isoscope.io.UserError;
import org.isoscope.results.Comparison;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.SpacePair;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TestedTypes;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/**
 * What the charts draw, as it is embedded in the page. Field names are those that {@code report.js}
 * reads.
 *
 * @param measures of a layer, in the order in which they are shown
 * @param runs one a result directory
 */
record ChartData(List<MeasureText> measures, List<RunData> runs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Beyond this many steps, neighbouring steps are averaged. */
  private static final int MOST_METRICS = 1000;

  /** Beyond this many token types, the rarer are left out, or of one model those in the middle. */
  private static final int MOST_TYPES = 3000;

  /** Cosines are embedded as whole thousandths. */
  private static final int COSINE_SCALE = 1000;

  record MeasureText(String key, String title, String meaning) {}

  /**
   * One result directory.
   *
   * @param training whether the states are probes at steps
   * @param cka debiased, {@code [layer before][layer after]}, null where undefined; empty where no
   *     two models were compared
   */
  record RunData(
      String name,
      boolean training,
      List<State> states,
      List<Quality> quality,
      @Nullable Metrics metrics,
      @Nullable Changes changes,
      List<Sentence> sentences,
      List<SpaceChart> spaces,
      List<List<@Nullable Double>> cka) {}

  /**
   * A model at one time.
   *
   * @param step of a training
   * @param layers how many
   * @param figures by the measure's key, {@code [layer]}, null where undefined
   * @param bands 95 % intervals by the measure's key, {@code [layer]}, null where there is none;
   *     without the measures that have none in any layer
   * @param rogue {@code [layer][rank]}, each a dimension and its share
   */
  record State(
      String label,
      @Nullable Integer step,
      int layers,
      Map<String, List<@Nullable Double>> figures,
      Map<String, List<@Nullable Interval>> bands,
      List<double[][]> rogue,
      @Nullable RemovalChart variants) {}

  /**
   * A quality figure by step, times 100.
   *
   * @param points each a step and a value, null where undefined
   */
  record Quality(String title, String meaning, List<@Nullable Double[]> points) {}

  /**
   * A training's steps.
   *
   * @param every how many steps are averaged in each entry
   * @param step the last step of each entry
   */
  record Metrics(
      int every,
      List<Integer> step,
      List<Double> loss,
      List<Double> learningRate,
      List<Double> gradientNorm) {}

  /**
   * Token types.
   *
   * @param tested those tested for a change, the largest rise first; null where none was
   * @param total how many others there are, those left out included
   * @param types the others. Where two models were compared these have no rank: the most frequent
   *     comes first, with the 95 % interval of the change, null where there is none. Of one model
   *     {@code before} and {@code change} are null, {@code after} is its self-similarity, and the
   *     most self-similar comes first
   */
  record Changes(@Nullable Tested tested, long total, List<Type> types) {}

  record Tested(
      int tests,
      double falseDiscoveryRate,
      int correlationChanged,
      int similarityChanged,
      List<TestedType> types) {}

  record TestedType(
      String token,
      String wordClass,
      int groups,
      TestedChange correlation,
      TestedChange similarity) {}

  record TestedChange(double measured, double estimate, double low, double high, double qValue) {}

  record Type(
      String token,
      long occurrences,
      @Nullable Double before,
      double after,
      @Nullable Double change,
      @Nullable Double low,
      @Nullable Double high) {}

  record Sentence(String text, List<String> tokens, List<View> views) {}

  /**
   * One model's cosines in thousandths.
   *
   * @param layers {@code [layer]}: the rows of the upper triangle without its diagonal, one after
   *     another
   */
  record View(String label, List<int[]> layers) {}

  /**
   * Prepares results for drawing.
   *
   * @throws UserError when a token view's cosines are not square, one row a token
   */
  static ChartData of(List<Result> results) {
    List<Figure<Geometry.Layer>> shown = ShownFigures.ofLayers(results);
    return new ChartData(
        shown.stream().map(f -> new MeasureText(f.key(), f.title(), f.meaning())).toList(),
        results.stream().map(result -> run(result, shown)).toList());
  }

  /**
   * As JSON that may stand inside a script element: nothing in it can end the element or be taken
   * for markup.
   */
  String json() {
    try {
      // These characters occur inside JSON's strings only, where an escape means the same.
      return JSON.writeValueAsString(this)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain records are always written", e);
    }
  }

  private static RunData run(Result result, List<Figure<Geometry.Layer>> shown) {
    return new RunData(
        result.name(),
        result.isTraining(),
        result.states().stream().map(state -> state(state, shown)).toList(),
        quality(result),
        result.metrics().isEmpty() ? null : metrics(result.metrics()),
        changes(result),
        result.tokens().map(view -> sentences(result, view)).orElse(List.of()),
        SpaceChart.of(result),
        result.comparison().map(Comparison::spaces).map(ChartData::cka).orElse(List.of()));
  }

  private static State state(Result.State state, List<Figure<Geometry.Layer>> shown) {
    List<Geometry.Layer> layers = state.geometry().layers();
    Map<String, List<@Nullable Double>> figures = new LinkedHashMap<>();
    Map<String, List<@Nullable Interval>> bands = new LinkedHashMap<>();
    for (Figure<Geometry.Layer> figure : shown) {
      List<@Nullable Double> course = new ArrayList<>();
      List<@Nullable Interval> intervals = new ArrayList<>();
      for (Geometry.Layer layer : layers) {
        Double value = figure.of(layer);
        course.add(value == null ? null : Double.valueOf(NumberText.embedded(value)));
        intervals.add(band(figure.intervalOf(layer)));
      }
      figures.put(figure.key(), course);
      if (intervals.stream().anyMatch(Objects::nonNull)) {
        bands.put(figure.key(), intervals);
      }
    }
    List<double[][]> rogue = new ArrayList<>();
    for (Geometry.Layer layer : layers) {
      rogue.add(
          layer.rogueDimensions().stream()
              .map(r -> new double[] {r.dimension(), NumberText.embedded(r.share())})
              .toArray(double[][]::new));
    }
    return new State(
        state.label(),
        state.geometry().step(),
        layers.size(),
        figures,
        bands,
        rogue,
        RemovalChart.of(state.geometry()).orElse(null));
  }

  private static @Nullable Interval band(@Nullable Interval interval) {
    return interval == null
        ? null
        : new Interval(NumberText.embedded(interval.low()), NumberText.embedded(interval.high()));
  }

  private static List<List<@Nullable Double>> cka(SpacePair spaces) {
    List<List<@Nullable Double>> rows = new ArrayList<>();
    for (List<@Nullable Double> row : spaces.cka()) {
      List<@Nullable Double> figures = new ArrayList<>();
      for (Double figure : row) {
        figures.add(figure == null ? null : Double.valueOf(NumberText.embedded(figure)));
      }
      rows.add(figures);
    }
    return rows;
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

  private static Metrics metrics(List<StepMetrics> steps) {
    int every = (steps.size() + MOST_METRICS - 1) / MOST_METRICS;
    List<Integer> step = new ArrayList<>();
    List<Double> loss = new ArrayList<>();
    List<Double> learningRate = new ArrayList<>();
    List<Double> gradientNorm = new ArrayList<>();
    for (int from = 0; from < steps.size(); from += every) {
      List<StepMetrics> part = steps.subList(from, Math.min(steps.size(), from + every));
      step.add(part.get(part.size() - 1).step());
      loss.add(mean(part, StepMetrics::loss));
      learningRate.add(mean(part, StepMetrics::learningRate));
      gradientNorm.add(mean(part, StepMetrics::gradientNorm));
    }
    return new Metrics(every, step, loss, learningRate, gradientNorm);
  }

  private static double mean(List<StepMetrics> steps, ToDoubleFunction<StepMetrics> figure) {
    return NumberText.embedded(steps.stream().mapToDouble(figure).average().orElse(0));
  }

  private static @Nullable Changes changes(Result result) {
    List<Type> types = new ArrayList<>();
    TestedTypes tested = result.comparison().map(Comparison::testedTypes).orElse(null);
    if (result.comparison().isPresent()) {
      Set<String> known =
          tested == null
              ? Set.of()
              : tested.types().stream().map(TestedTypes.Type::token).collect(Collectors.toSet());
      for (Comparison.TypeChange c : result.comparison().get().selfSimilarityChange()) {
        if (known.contains(c.token())) {
          continue;
        }
        types.add(
            new Type(
                c.token(),
                c.occurrences(),
                NumberText.embedded(c.before()),
                NumberText.embedded(c.after()),
                NumberText.embedded(c.change()),
                c.interval() == null ? null : NumberText.embedded(c.interval().low()),
                c.interval() == null ? null : NumberText.embedded(c.interval().high())));
      }
      types.sort(Comparator.comparingLong(Type::occurrences).reversed());
    } else if (result.states().size() == 1) {
      List<Geometry.TokenType> measured = result.states().get(0).geometry().types();
      for (Geometry.TokenType t : measured == null ? List.<Geometry.TokenType>of() : measured) {
        types.add(
            new Type(
                t.token(),
                t.occurrences(),
                null,
                NumberText.embedded(t.selfSimilarity()),
                null,
                null,
                null));
      }
      types.sort(Comparator.comparingDouble(Type::after).reversed());
    }
    Tested ranked = tested == null || tested.types().isEmpty() ? null : tested(tested);
    if (types.isEmpty() && ranked == null) {
      return null;
    }
    int total = types.size();
    if (total > MOST_TYPES && result.comparison().isPresent()) {
      types.subList(MOST_TYPES, total).clear();
    } else if (total > MOST_TYPES) {
      types.subList(MOST_TYPES / 2, total - MOST_TYPES / 2).clear();
    }
    return new Changes(ranked, total, types);
  }

  private static Tested tested(TestedTypes types) {
    return new Tested(
        types.tested(),
        types.falseDiscoveryRate(),
        types.typeCorrelationChanged(),
        types.adjustedSelfSimilarityChanged(),
        types.types().stream()
            .map(
                type ->
                    new TestedType(
                        type.token(),
                        type.wordClass(),
                        type.groups(),
                        tested(type.typeCorrelation()),
                        tested(type.adjustedSelfSimilarity())))
            .toList());
  }

  private static TestedChange tested(TestedTypes.Change change) {
    return new TestedChange(
        NumberText.embedded(change.measured()),
        NumberText.embedded(change.estimate()),
        NumberText.embedded(change.interval().low()),
        NumberText.embedded(change.interval().high()),
        NumberText.embedded(change.qValue()));
  }

  private static List<Sentence> sentences(Result result, TokenView view) {
    List<Sentence> sentences = new ArrayList<>();
    for (TokenView.Sentence sentence : view.sentences()) {
      String where =
          result.directory().resolve("tokens.json") + ", sentence " + (sentences.size() + 1);
      int tokens = sentence.tokens().size();
      sentences.add(
          new Sentence(
              sentence.text(),
              sentence.tokens(),
              ends(sentence.views()).stream()
                  .map(
                      v ->
                          new View(
                              v.label(),
                              v.layers().stream()
                                  .map(matrix -> triangle(matrix, tokens, where))
                                  .toList()))
                  .toList()));
    }
    return sentences;
  }

  /** The first and the last: a training has one at every probe. */
  private static List<TokenView.View> ends(List<TokenView.View> views) {
    return views.size() <= 2 ? views : List.of(views.get(0), views.get(views.size() - 1));
  }

  private static int[] triangle(List<List<Double>> matrix, int tokens, String where) {
    boolean square = matrix.size() == tokens;
    for (List<Double> row : matrix) {
      square = square && row != null && row.size() == tokens && !row.contains(null);
    }
    if (!square) {
      throw new UserError(
          where,
          "has cosines of another shape than its tokens",
          tokens + " rows of " + tokens + " numbers",
          "Run the command that made it again");
    }
    int[] triangle = new int[tokens * (tokens - 1) / 2];
    int at = 0;
    for (int i = 0; i < tokens; i++) {
      for (int j = i + 1; j < tokens; j++) {
        triangle[at++] = (int) Math.round(COSINE_SCALE * matrix.get(i).get(j));
      }
    }
    return triangle;
  }
}
