package org.isoscope.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.isoscope.io.UserError;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/** The tokens of chosen sentences: their cosines with each other, and how they move. */
final class TokensSection implements Section {
  /** Cosines are embedded as whole thousandths. */
  private static final int COSINE_SCALE = 1000;

  /** The embedded cosines of a page may take this many numbers: a megabyte or so. */
  private static final int MOST_COSINES = 300_000;

  /**
   * What is drawn of a result.
   *
   * @param origin where the space's origin lies in the map; null where there is no map
   * @param variance share of the variance that the map holds
   * @param sentences none where there are no token views
   */
  record Tokens(
      @Nullable List<Double> origin, @Nullable Double variance, List<Sentence> sentences) {}

  /**
   * A sentence.
   *
   * @param classes of the words that the tokens are of; null where they were not tagged
   */
  record Sentence(
      String text, List<String> tokens, @Nullable List<String> classes, List<View> views) {}

  /**
   * One model, or a training at one step.
   *
   * @param positions in the map, {@code [token][x, y]}
   * @param layers cosines in thousandths, {@code [layer]}: the rows of the upper triangle without
   *     its diagonal, one after another
   */
  record View(
      String label,
      @Nullable Integer step,
      @Nullable List<List<Double>> positions,
      List<int[]> layers) {}

  @Override
  public String id() {
    return "tokens";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    long cosines =
        results.stream()
            .flatMap(result -> result.tokens().stream())
            .flatMap(view -> view.sentences().stream())
            .mapToLong(TokensSection::cosines)
            .sum();
    boolean all = cosines <= MOST_COSINES;
    List<Tokens> data = results.stream().map(result -> tokens(result, all)).toList();
    if (data.stream().allMatch(tokens -> tokens.sentences().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        Content.drawn(
            "Token by token",
            "<p>A sentence\u2019s tokens, each in its sentence. The map shows where they lie in the"
                + " last layer and the way that they have come from the beginning; the squares show the"
                + " cosine of every two of them. Point at a cell, or move with the arrow keys, to read"
                + " a pair."
                + (all ? "" : " Of each course of cosines the two ends are kept.")
                + "</p>\n<div class=\"controls\"></div>\n<div class=\"trails\"></div>\n<p"
                + " class=\"scale\" aria-hidden=\"true\"><span class=\"low\"></span><i></i><span"
                + " class=\"high\"></span> cosine</p>\n<p class=\"readout\""
                + " aria-live=\"polite\"></p>\n<div class=\"maps\"></div>\n",
            data));
  }

  private static long cosines(TokenView.Sentence sentence) {
    long tokens = sentence.tokens().size();
    return sentence.views().stream().mapToLong(view -> view.layers().size()).sum()
        * (tokens * (tokens - 1) / 2);
  }

  private static Tokens tokens(Result result, boolean all) {
    if (result.tokens().isEmpty()) {
      return new Tokens(null, null, List.of());
    }
    TokenView view = result.tokens().get();
    TokenView.Projection map = view.projection();
    List<Sentence> sentences = new ArrayList<>();
    for (TokenView.Sentence sentence : view.sentences()) {
      String where =
          result.directory().resolve("tokens.json") + ", sentence " + (sentences.size() + 1);
      sentences.add(sentence(sentence, all, where));
    }
    return new Tokens(
        map == null ? null : map.origin(), map == null ? null : map.variance(), sentences);
  }

  private static Sentence sentence(TokenView.Sentence sentence, boolean all, String where) {
    int tokens = sentence.tokens().size();
    int last = sentence.views().size() - 1;
    List<View> views = new ArrayList<>();
    for (int v = 0; v <= last; v++) {
      TokenView.View view = sentence.views().get(v);
      boolean kept = all || v == 0 || v == last;
      views.add(
          new View(
              view.label(),
              view.step(),
              view.positions(),
              kept
                  ? view.layers().stream().map(matrix -> triangle(matrix, tokens, where)).toList()
                  : List.of()));
    }
    return new Sentence(sentence.text(), sentence.tokens(), sentence.wordClasses(), views);
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
