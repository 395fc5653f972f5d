package org.isoscope.report;

import java.util.List;
import java.util.Optional;
import org.isoscope.results.Run;

/** Where the results come from: files, versions, the machine. */
final class ProvenanceSection implements Section {
  @Override
  public String id() {
    return "provenance";
  }

  @Override
  public Optional<Content> of(List<Result> results) {
    return Optional.of(Content.plain("Provenance", markup(results)));
  }

  private static String markup(List<Result> results) {
    Html html = new Html();
    for (Result result : results) {
      if (results.size() > 1) {
        html.element("h3", result.name());
      }
      html.markup("<dl class=\"settings\">\n");
      Masthead.fact(html, "Result files", result.directory().toString());
      result
          .run()
          .ifPresent(
              run -> {
                run.models()
                    .forEach(model -> Masthead.fact(html, "Model", source(model, "parameters")));
                run.data()
                    .forEach(
                        data ->
                            Masthead.fact(
                                html, "Data", source(data, "sentences, pairs or vectors")));
                run.versions().forEach((name, version) -> Masthead.fact(html, name, version));
                run.machine().forEach((name, value) -> Masthead.fact(html, name, value));
              });
      html.markup("</dl>\n");
    }
    return html.toString();
  }

  private static String source(Run.Source source, String unit) {
    String sha256 = source.sha256();
    Run.Hub hub = source.hub();
    return source.name()
        + ", "
        + NumberText.count(source.size())
        + " "
        + unit
        + (sha256 == null ? "" : ", SHA-256 " + sha256)
        + (hub == null
            ? ""
            : ", " + hub.name() + " at " + hub.revision() + ", commit " + hub.commit());
  }
}
