package org.isoscope.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.models.ModelSource;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerFigures;
import org.isoscope.results.RetrievalChange;
import org.isoscope.results.Run;
import org.isoscope.sentence.Prompts;
import org.jspecify.annotations.Nullable;

/**
 * A model card, as Hugging Face has them: {@code README.md} of a model directory. In front metadata
 * in YAML, then in Markdown how to use the model, what it was trained on and with which settings,
 * quality before and after, and the geometry of the last layer before and after. What comes from
 * outside is escaped; of absolute paths only the last name is told, as a card is there to be
 * published.
 *
 * @param base the model that was trained, as the user named it
 * @param encoder the trained model
 * @param pooling it was trained with
 * @param run how it came about
 * @param comparison of the geometry before and after, and of how well the answers of rows that were
 *     held out are found
 * @param sets quality before and after
 * @param retrieval likewise
 */
public record ModelCard(
    String base,
    Encoder encoder,
    Pooling pooling,
    Run run,
    Comparison comparison,
    List<Evaluation.Set> sets,
    List<Evaluation.Retrieval> retrieval) {

  /** The whole file. */
  public String text() {
    StringBuilder out = new StringBuilder();
    metadata(out);
    out.append("\n# ").append(markdown(title())).append("\n\n");
    introduction(out);
    use(out);
    training(out);
    evaluation(out);
    geometry(out);
    return out.toString();
  }

  private String title() {
    return shortened(base) + " trained with Isoscope";
  }

  /** Of the geometry's figures, where they are not near 1. */
  private static final int GEOMETRY_DECIMALS = 3;

  /** Whether sentence-transformers can open the model: it does not know every pooling. */
  private boolean isForSentenceTransformers() {
    return SentenceModules.isKnown(pooling.label());
  }

  private void metadata(StringBuilder out) {
    boolean known = isForSentenceTransformers();
    out.append("---\nlibrary_name: ")
        .append(known ? "sentence-transformers" : "transformers")
        .append("\npipeline_tag: sentence-similarity\ntags:\n")
        .append(known ? "- sentence-transformers\n" : "")
        .append("- sentence-similarity\n- feature-extraction\n- isoscope\n");
    // The hub takes nothing else for a base than a model of its own.
    ModelSource.aliases().stream()
        .filter(alias -> alias.name().equals(base) && !Files.exists(Path.of(base)))
        .forEach(alias -> out.append("base_model: ").append(alias.hub()).append('\n'));
    run.models().stream()
        .map(Run.Source::hub)
        .filter(Objects::nonNull)
        .forEach(hub -> out.append("base_model: ").append(hub.name()).append('\n'));
    List<Evaluation.Set> after =
        sets.stream().filter(set -> isAfter(set.step()) && set.spearman() != null).toList();
    if (!after.isEmpty()) {
      out.append("model-index:\n- name: ").append(yaml(title())).append("\n  results:\n");
      for (Evaluation.Set set : after) {
        out.append("  - task:\n      type: semantic-similarity\n    dataset:\n      name: ")
            .append(yaml(shortened(set.name())))
            .append(
                "\n      type: unknown\n    metrics:\n    - type: spearman_cosine\n      value: ")
            .append(set.spearman())
            .append('\n');
      }
    }
    out.append("---\n");
  }

  private void introduction(StringBuilder out) {
    out.append("A sentence encoder: text in, vectors of ")
        .append(encoder.dimension(pooling))
        .append(" dimensions out (")
        .append(pooling.label())
        .append(" pooling, ")
        .append(encoder.normalizes() ? "scaled to length 1" : "not scaled to length 1")
        .append("), to be compared by their cosine. It is ")
        .append(markdown(shortened(base)))
        .append(", ")
        .append(encoder.config().layers())
        .append(" layers, trained contrastively with Isoscope ")
        .append(markdown(String.valueOf(run.versions().get("isoscope"))))
        .append(". Texts are cut at ")
        .append(encoder.tokenizer().maxLength())
        .append(" tokens.\n\n");
  }

  private void use(StringBuilder out) {
    boolean known = isForSentenceTransformers();
    out.append("## Use\n\nFrom Java, with Isoscope:\n\n```java\n")
        .append(
            "try (SentenceEncoder encoder = TorchSentenceEncoder.open(Path.of(\"path/to/model\")")
        .append(")) {\n")
        .append("  float[][] vectors = encoder.encode(List.of(\"A cat.\", \"A kitten.\"));\n")
        .append("  double cosine = encoder.similarity(\"A cat.\", \"A kitten.\");\n}\n```\n\n");
    if (known) {
      out.append("From Python, with sentence-transformers:\n\n```python\n")
          .append("from sentence_transformers import SentenceTransformer\n\n")
          .append("model = SentenceTransformer(\"path/to/model\")\n")
          .append("vectors = model.encode([\"A cat.\", \"A kitten.\"])\n")
          .append("cosines = model.similarity(vectors, vectors)\n```\n\n");
    } else {
      out.append("From Python, with transformers (`AutoModel.from_pretrained`, with ")
          .append("`output_hidden_states=True`): sentence-transformers does not know ")
          .append(pooling.label())
          .append(" pooling.\n\n");
    }
    Prompts prompts = encoder.modules().prompts();
    if (!prompts.query().isEmpty() || !prompts.document().isEmpty()) {
      out.append("Where queries are searched among documents, encode the ones with `encodeQuery`")
          .append(known ? " (`encode_query` in Python)" : "")
          .append(" and the others with `encodeDocument`")
          .append(known ? " (`encode_document`)" : "")
          .append(": these put the model's prompts before them, \"")
          .append(markdown(prompts.query()))
          .append("\" and \"")
          .append(markdown(prompts.document()))
          .append("\".\n\n");
    }
    out.append("As ONNX, for ONNX Runtime:\n\n```sh\n")
        .append("isoscope export --onnx --model path/to/model --out onnx\n```\n\n");
  }

  private void training(StringBuilder out) {
    out.append("## Training\n\n| data | size | SHA-256 |\n| --- | ---: | --- |\n");
    for (Run.Source source : run.data()) {
      row(
          out,
          markdown(shortened(source.name())),
          String.format(Locale.ROOT, "%,d", source.size()),
          source.sha256() == null ? "-" : markdown(source.sha256()));
    }
    out.append("\n| setting | value |\n| --- | --- |\n");
    run.settings()
        .forEach(
            (name, value) -> {
              if (!RunRecord.WITHOUT_EFFECT.contains(name)) {
                row(out, markdown(name), markdown(plain(value)));
              }
            });
    out.append('\n');
    if (!run.completed()) {
      out.append("The training was ended before its last step.\n\n");
    }
    if (!run.notes().isEmpty()) {
      run.notes().forEach(note -> out.append("- ").append(markdown(shortNote(note))).append('\n'));
      out.append('\n');
    }
  }

  private void evaluation(StringBuilder out) {
    RetrievalChange heldOut = comparison.retrieval();
    if (sets.isEmpty() && retrieval.isEmpty() && heldOut == null) {
      return;
    }
    out.append("## Evaluation\n\n");
    if (heldOut != null) {
      heldOut(out, heldOut);
    }
    if (sets.isEmpty() && retrieval.isEmpty()) {
      return;
    }
    out.append("| | before | after |\n| --- | ---: | ---: |\n");
    for (Evaluation.Set last : sets) {
      sets.stream()
          .filter(s -> isAfter(last.step()) && isBefore(s.step()) && s.name().equals(last.name()))
          .findFirst()
          .ifPresent(
              first -> {
                String what =
                    markdown(shortened(last.name()))
                        + String.format(Locale.ROOT, ", %,d pairs: ", last.pairs());
                figures(out, what + "Spearman", first.spearman(), last.spearman(), 4);
                figures(out, what + "Pearson", first.pearson(), last.pearson(), 4);
              });
    }
    for (Evaluation.Retrieval last : retrieval) {
      retrieval.stream()
          .filter(r -> isAfter(last.step()) && isBefore(r.step()) && r.name().equals(last.name()))
          .findFirst()
          .ifPresent(
              first -> {
                String what =
                    markdown(shortened(last.name()))
                        + String.format(Locale.ROOT, ", %,d candidates: ", last.candidates());
                figures(out, what + "accuracy", first.accuracy(), last.accuracy(), 4);
                figures(
                    out,
                    what + "mean reciprocal rank, first 10",
                    first.meanReciprocalRank(),
                    last.meanReciprocalRank(),
                    4);
              });
    }
    out.append('\n');
  }

  /** Every measure with the interval of its change. */
  private static void heldOut(StringBuilder out, RetrievalChange heldOut) {
    out.append(
        String.format(
            Locale.ROOT,
            "Retrieval of %s: %,d queries in %,d groups, none of which the training saw, each among"
                + " %,d answers. The interval is of the change.\n\n",
            markdown(shortened(heldOut.name())),
            heldOut.queries(),
            heldOut.groups(),
            heldOut.candidates()));
    out.append(
        "| | before | after | change | 95 % | p |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (RetrievalChange.Change change : heldOut.measures()) {
      Interval interval = change.interval();
      row(
          out,
          change.name(),
          number(change.before(), 4),
          number(change.after(), 4),
          number(change.change(), 4),
          interval == null ? "-" : number(interval.low(), 4) + " to " + number(interval.high(), 4),
          number(change.pValue(), 4));
    }
    out.append('\n');
  }

  private void geometry(StringBuilder out) {
    out.append("## Geometry of the last layer\n\nOver ")
        .append(String.format(Locale.ROOT, "%,d", comparison.after().corpus().sentences()))
        .append(" sentences.\n\n| | before | after |\n| --- | ---: | ---: |\n");
    for (Figure<Geometry.Layer> figure : LayerFigures.TABLE) {
      row(
          out,
          figure.name(),
          figure.scale().text(figure.of(last(comparison.before())), GEOMETRY_DECIMALS),
          figure.scale().text(figure.of(last(comparison.after())), GEOMETRY_DECIMALS));
    }
  }

  private static Geometry.Layer last(Geometry geometry) {
    return geometry.layers().get(geometry.layers().size() - 1);
  }

  private static void figures(
      StringBuilder out,
      String name,
      @Nullable Double before,
      @Nullable Double after,
      int decimals) {
    row(out, name, number(before, decimals), number(after, decimals));
  }

  private static String number(@Nullable Double value, int decimals) {
    return value == null ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static void row(StringBuilder out, String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static boolean isBefore(@Nullable Integer step) {
    return Objects.equals(step, 0);
  }

  private static boolean isAfter(@Nullable Integer step) {
    return step != null && step > 0;
  }

  private static String plain(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(ModelCard::plain).collect(Collectors.joining(", "));
    }
    return value == null ? "none" : shortened(value.toString());
  }

  /** Of an absolute path, on whatever system, the last name. */
  public static String shortened(String text) {
    return text.matches("(?s)(?:/|\\\\\\\\|[A-Za-z]:[/\\\\]).*[^/\\\\].*")
        ? text.replaceFirst("[/\\\\]+$", "").replaceFirst("(?s)^.*[/\\\\]", "")
        : text;
  }

  /** A note with what it names shortened too. */
  private String shortNote(String note) {
    String told = note;
    for (Run.Source source : run.data()) {
      told = told.replace(source.name(), shortened(source.name()));
    }
    Object out = run.settings().get("out");
    return out == null ? told : told.replace(out.toString(), shortened(out.toString()));
  }

  /**
   * Text that Markdown shows as it stands, on one line, also in the cell of a table: what may begin
   * markup is escaped, and what turns the direction of the line is left out.
   */
  public static String markdown(String text) {
    return text.replaceAll("[\\u202a-\\u202e\\u2066-\\u2069]", "")
        .replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ")
        .replaceAll("[\\\\`*_{}\\[\\]<>#|~&$!]", "\\\\$0");
  }

  /** A double-quoted scalar. */
  public static String yaml(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' '
          || (c >= 0x7f && !Character.isLetterOrDigit(c) && !Character.isSurrogate(c))) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
