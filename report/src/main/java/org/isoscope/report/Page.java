package org.isoscope.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page: its sections in the order in which their reader needs them, and what the scripts draw.
 *
 * @param sections as markup, one after another
 * @param data of the sections that have any, by their id
 */
record Page(String sections, Map<String, Object> data) {
  private static final Section CLAIMS = new ClaimsSection();
  private static final Section DECISION = new DecisionSection();
  private static final Section HEADLINE = new HeadlineSection();
  private static final Section ABLATION = new AblationSection();
  private static final Section STEPS = new StepsSection();
  private static final Section TOKENS = new TokensSection();
  private static final Section LAYERS = new LayersSection();
  private static final Section TYPES = new TypesSection();
  private static final Section SPACES = new SpaceSection();
  private static final Section EVALUATION = new EvaluationSection();
  private static final Section DIAGNOSIS = new DiagnosisSection();
  private static final Section TRAINING = new TrainingSection();
  private static final Section ROGUE = new RogueSection();
  private static final Section DETAIL = new LayerDetailSection();
  private static final Section PAIR = new SpacePairSection();
  private static final Section RUNS = new RunsSection();
  private static final Section READING = new ReadingSection();
  private static final Section PROVENANCE = new ProvenanceSection();

  /** For a reader who asks whether a claim holds, and why. */
  private static final List<Section> STUDY =
      List.of(
          CLAIMS,
          HEADLINE,
          ABLATION,
          STEPS,
          TOKENS,
          LAYERS,
          TYPES,
          DECISION,
          SPACES,
          EVALUATION,
          DIAGNOSIS,
          PAIR,
          TRAINING,
          ROGUE,
          DETAIL,
          RUNS,
          READING,
          PROVENANCE);

  /** For a reader who has a model to use and asks what to do. */
  private static final List<Section> USE =
      List.of(
          DECISION,
          SPACES,
          EVALUATION,
          DIAGNOSIS,
          HEADLINE,
          LAYERS,
          STEPS,
          TRAINING,
          TOKENS,
          TYPES,
          ROGUE,
          DETAIL,
          PAIR,
          CLAIMS,
          ABLATION,
          RUNS,
          READING,
          PROVENANCE);

  /** The page of these results. */
  static Page of(List<Result> results) {
    Html sections = new Html();
    Map<String, Object> data = new LinkedHashMap<>();
    for (Section section : order(results)) {
      Optional<Section.Content> shown = section.of(results);
      if (shown.isEmpty()) {
        continue;
      }
      Section.Content content = shown.get();
      sections
          .markup("<section id=\"")
          .markup(section.id())
          .markup("\" aria-labelledby=\"")
          .markup(section.id())
          .markup(content.drawn() ? "-title\" class=\"drawn\">\n<h2 id=\"" : "-title\">\n<h2 id=\"")
          .markup(section.id())
          .markup("-title\">")
          .text(content.title())
          .markup("</h2>\n")
          .markup(content.markup())
          .markup("</section>\n\n");
      if (content.data() != null) {
        data.put(section.id(), content.data());
      }
    }
    return new Page(sections.toString(), data);
  }

  /** All sections, in the order for these results. */
  static List<Section> order(List<Result> results) {
    return results.stream().allMatch(Result::isForUse) ? USE : STUDY;
  }
}
