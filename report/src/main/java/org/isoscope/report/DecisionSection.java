package org.isoscope.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isoscope.results.Advice;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Comparison;
import org.isoscope.results.Interval;
import org.isoscope.results.RetrievalChange;

/**
 * What a reader with a model to use decides by: what a training won, from which cosine on two texts
 * are related, and what to do about what stands out.
 */
final class DecisionSection implements Section {
  /** Where no threshold is recommended, the one that lets this share of unrelated pairs through. */
  private static final double USUAL_RATE = 0.01;

  /** Of retrieval, what is told here; {@link EvaluationSection} has all of it. */
  private static final List<String> FOUND = List.of("recall@1", "MRR@10");

  @Override
  public String id() {
    return "decision";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      String whose = results.size() == 1 ? "" : ", " + result.name();
      won(html, whose, result);
      result.calibration().ifPresent(calibration -> threshold(html, whose, calibration));
      advice(html, whose, result.advice());
    }
    return html.toString().isEmpty()
        ? Optional.empty()
        : Optional.of(Content.plain("What to decide", html.toString()));
  }

  private static void heading(Html html, String text) {
    html.markup("<h3><bdi>").text(text).markup("</bdi></h3>\n");
  }

  /**
   * Quality before and after, of a training for use; of any two models how well they find right
   * documents.
   */
  private static void won(Html html, String whose, Result result) {
    StringBuilder lines = new StringBuilder();
    Optional<RetrievalChange> found = result.comparison().map(Comparison::retrieval);
    found.ifPresent(change -> lines.append(found(change)));
    Map<Result.Quality, List<Result.QualityPoint>> quality =
        result.isForUse() ? result.headlineQuality() : Map.of();
    quality.forEach(
        (figure, points) -> {
          Optional<Double> before = points.get(0).value();
          Optional<Double> after = points.get(points.size() - 1).value();
          boolean told =
              figure.retrieval()
                  && found.filter(change -> change.name().equals(figure.name())).isPresent();
          if (!told && points.size() > 1 && before.isPresent() && after.isPresent()) {
            lines.append(
                new Html()
                    .markup("<li><strong>")
                    .text(
                        figure.retrieval()
                            ? "Queries that find their own answer first"
                            : "Spearman with human scores")
                    .markup("</strong>, ")
                    .text(figure.title())
                    .markup(": <b class=\"won\">")
                    .text(
                        NumberText.hundredfold(before.get())
                            + " \u2192 "
                            + NumberText.hundredfold(after.get()))
                    .markup("</b><span class=\"evidence\">")
                    .text(
                        NumberText.signed(NumberText.hundredfold(after.get() - before.get()))
                            + ", \u00d7 100, "
                            + NumberText.count(figure.size())
                            + (figure.retrieval() ? " queries" : " pairs"))
                    .markup("</span></li>\n"));
          }
        });
    if (lines.length() > 0) {
      heading(
          html, (result.isTraining() ? "What the training won" : "Which model finds more") + whose);
      html.markup("<ul class=\"findings\">\n").markup(lines.toString()).markup("</ul>\n");
    }
  }

  /** How well both ends find right documents: the first rank, and the first ten. */
  private static String found(RetrievalChange found) {
    Html lines = new Html();
    for (RetrievalChange.Change change : found.measures()) {
      if (FOUND.contains(change.name())) {
        Interval interval = change.interval();
        lines
            .markup("<li><strong>")
            .text(change.name())
            .markup("</strong>, <bdi>")
            .text(found.name())
            .markup("</bdi>: <b class=\"won\">")
            .text(
                NumberText.figure(change.before()) + " \u2192 " + NumberText.figure(change.after()))
            .markup("</b><span class=\"evidence\">")
            .text(
                NumberText.signed(NumberText.figure(change.change()))
                    + (interval == null
                        ? ", too few queries for an interval"
                        : ", 95 % interval "
                            + NumberText.signed(NumberText.figure(interval.low()))
                            + " to "
                            + NumberText.signed(NumberText.figure(interval.high())))
                    + ", p "
                    + NumberText.probability(change.pValue())
                    + ", over "
                    + NumberText.count(found.groups())
                    + " groups of "
                    + NumberText.count(found.queries())
                    + " queries, each among "
                    + NumberText.count(found.candidates())
                    + " documents")
            .markup("</span></li>\n");
      }
    }
    return lines.toString();
  }

  /** The cosine to use, with what it lets through and what it finds. */
  private static void threshold(Html html, String whose, CalibrationFile calibration) {
    Html line = new Html();
    CalibrationFile.Recommended best = calibration.recommended();
    if (best != null) {
      line.markup("<li><strong>Take two texts for related above a cosine of ")
          .text(NumberText.cosine(best.cosine()))
          .markup("</strong><span class=\"evidence\">")
          .text(
              "Precision "
                  + NumberText.percent(best.precision())
                  + ", recall "
                  + NumberText.percent(best.recall())
                  + " on the related pairs given")
          .markup("</span></li>\n");
    } else {
      calibration.thresholds().stream()
          .filter(threshold -> threshold.wantedRate() == USUAL_RATE)
          .findFirst()
          .ifPresent(
              threshold ->
                  line.markup("<li><strong>A cosine above ")
                      .text(NumberText.cosine(threshold.cosine()))
                      .markup("</strong> is rare by chance<span class=\"evidence\">")
                      .text(
                          NumberText.percent(threshold.falsePositiveRate())
                              + " of "
                              + NumberText.count(calibration.pairs())
                              + " unrelated pairs lie above; on other texts of the kind it would lie"
                              + " at "
                              + NumberText.cosines(threshold.low(), threshold.high())
                              + " (95 %). How many related pairs it finds is not known: name some"
                              + " with --related")
                      .markup("</span></li>\n"));
    }
    if (!line.toString().isEmpty()) {
      heading(html, "From which cosine on texts are related" + whose);
      html.markup("<ul class=\"findings\">\n")
          .markup(line.toString())
          .markup("</ul>\n<p>Other shares, and what they rest on: <a href=\"#spaces\">")
          .text("the table of thresholds")
          .markup("</a>.</p>\n");
    }
  }

  /** What to do, once. */
  private static void advice(Html html, String whose, List<Advice> advices) {
    if (advices.isEmpty()) {
      return;
    }
    heading(html, "What to do" + whose);
    html.markup("<ul class=\"findings\">\n");
    for (Advice advice : advices) {
      html.markup("<li><strong>").text(advice.what() + ".").markup("</strong>");
      if (advice.command() != null) {
        html.markup(" <code>").text(advice.command()).markup("</code>");
      }
      if (advice.gain() != null) {
        Advice.Gain gain = advice.gain();
        html.markup("<span class=\"evidence\">")
            .text(
                "Recall at 1 of "
                    + NumberText.count(gain.pairs())
                    + " pairs of "
                    + gain.data()
                    + ": "
                    + NumberText.figure(gain.before())
                    + " \u2192 "
                    + NumberText.figure(gain.after()))
            .markup("</span>");
      }
      html.markup("</li>\n");
    }
    html.markup("</ul>\n");
  }
}
