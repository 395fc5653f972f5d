package org.isoscope.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.results.Run;
import org.isoscope.results.VectorGeometry;
import org.jspecify.annotations.Nullable;

/** What stands above the sections: what was run, on what, and what is to be known of it. */
final class Masthead {
  /** Settings worth a line of their own, with their names on the page. */
  private static final Map<String, String> FACTS = facts();

  private final List<Result> results;

  Masthead(List<Result> results) {
    this.results = results;
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("keep-layers", "Layers kept");
    facts.put("objective", "Objective");
    facts.put("steps", "Steps");
    facts.put("batch-size", "Batch size");
    facts.put("temperature", "Temperature");
    facts.put("pooling", "Pooling");
    facts.put("learning-rate", "Learning rate");
    facts.put("precision", "Precision");
    facts.put("device", "Device");
    return facts;
  }

  /** The title of the page. */
  String title() {
    if (results.size() > 1) {
      return results.size() + " results side by side";
    }
    Result result = results.get(0);
    String command = result.run().map(Run::command).orElse("");
    String model =
        result
            .run()
            .filter(run -> !run.models().isEmpty())
            .map(
                run ->
                    run.models().stream()
                        .map(Run.Source::name)
                        .collect(Collectors.joining(" and ")))
            .or(() -> result.states().stream().findFirst().map(s -> s.geometry().model()))
            .or(() -> result.vectors().map(VectorGeometry::name))
            .or(() -> result.evaluation().map(Evaluation::model))
            .orElse(result.name());
    String data =
        result
            .setting("text")
            .or(() -> result.setting("pairs"))
            .or(
                () ->
                    result
                        .run()
                        .flatMap(run -> run.data().stream().findFirst())
                        .map(Run.Source::name))
            .filter(name -> !name.equals(model)) // a file of vectors is both
            .orElse("");
    if (result.sweep().isPresent()) {
      return SweepRuns.trainings(result.sweep().get().rows().size())
          + result.setting("model").map(name -> " of " + name).orElse("")
          + (data.isEmpty() ? "" : " on " + data);
    }
    if (result.isTraining()) {
      return model + " trained contrastively" + (data.isEmpty() ? "" : " on " + data);
    }
    if (result.states().isEmpty() && result.vectors().isEmpty()) {
      return model + " evaluated" + (data.isEmpty() ? "" : " on " + data);
    }
    return command.equals("compare")
        ? model + " compared" + (data.isEmpty() ? "" : " over " + data)
        : "The geometry of " + model + (data.isEmpty() ? "" : " over " + data);
  }

  /** When it ran, and the notes that came of it. */
  String lede() {
    Html html = new Html();
    if (results.size() == 1) {
      Result result = results.get(0);
      result
          .run()
          .ifPresent(
              run ->
                  html.markup("<p class=\"lede\">")
                      .text(
                          "isoscope "
                              + run.command()
                              + ", "
                              + NumberText.date(run.started())
                              + ", took "
                              + NumberText.duration(run.seconds())
                              + ", seed "
                              + run.seed()
                              + ".")
                      .markup("</p>\n"));
      result
          .sweep()
          .ifPresent(
              runs ->
                  html.markup("<p class=\"lede\">")
                      .text("isoscope sweep: " + runs.progress() + ".")
                      .markup("</p>\n"));
    }
    for (Result result : results) {
      if (result.run().isPresent() && !result.run().get().completed()) {
        html.markup("<p class=\"notice\" role=\"note\"><strong>")
            .text(results.size() == 1 ? "Ended early." : result.name() + " was ended early.")
            .markup("</strong> ")
            .text("The figures are those of the last step that was reached.")
            .markup("</p>\n");
      }
    }
    Map<String, List<String>> notes = new LinkedHashMap<>();
    for (Result result : results) {
      for (String note : result.run().map(Run::notes).orElse(List.of())) {
        notes.computeIfAbsent(note, key -> new ArrayList<>()).add(result.name());
      }
    }
    notes.forEach(
        (note, names) ->
            html.markup("<p class=\"note\" role=\"note\">")
                .text(
                    names.size() == results.size() ? note : String.join(", ", names) + ": " + note)
                .markup("</p>\n"));
    return html.toString();
  }

  /** The settings. */
  String about() {
    Html html = new Html();
    if (results.size() == 1) {
      Result result = results.get(0);
      Html facts = new Html();
      FACTS.forEach(
          (setting, name) ->
              result
                  .setting(setting)
                  .filter(value -> !(setting.equals("keep-layers") && value.equals("0"))) // all
                  .ifPresent(value -> fact(facts, name, value)));
      result.states().stream()
          .findFirst()
          .ifPresent(
              state -> {
                Geometry.Corpus corpus = state.geometry().corpus();
                fact(
                    facts,
                    "Measured over",
                    NumberText.count(corpus.sentences())
                        + " sentences, "
                        + NumberText.count(corpus.tokens())
                        + " tokens"
                        + (corpus.specialTokens() ? "" : ", special tokens left out"));
              });
      result
          .vectors()
          .ifPresent(
              vectors ->
                  fact(facts, "Measured over", NumberText.count(vectors.plain().n()) + " vectors"));
      if (!facts.toString().isEmpty()) {
        html.markup("<dl class=\"facts\">\n").markup(facts.toString()).markup("</dl>\n");
      }
    }
    Html settings = new Html();
    if (results.size() == 1 && !results.get(0).settings().isEmpty()) {
      settings.markup("<dl class=\"settings\">\n");
      results.get(0).settings().forEach((name, value) -> setting(settings, name, value));
      settings.markup("</dl>\n");
    }
    if (!settings.toString().isEmpty()) {
      html.markup(
              results.stream().anyMatch(result -> result.sweep().isPresent())
                  ? "<details><summary>Settings that all runs have alike</summary>\n"
                  : "<details><summary>All settings</summary>\n")
          .markup(settings.toString())
          .markup("</details>\n");
    }
    return html.toString();
  }

  /** A setting, but for one that keeps all layers, which says nothing. */
  private static void setting(Html html, String name, @Nullable Object value) {
    if (!(name.equals("keep-layers") && "0".equals(Result.plain(value)))) {
      fact(html, name, Result.plain(value));
    }
  }

  /** An entry of a list of facts. */
  static void fact(Html html, String name, String value) {
    html.markup("<div>")
        .element("dt", name)
        .markup("<dd><bdi>")
        .text(value)
        .markup("</bdi></dd></div>\n");
  }
}
