package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Token-by-token cosines of chosen sentences: {@code tokens.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param sentences in the order they are shown
 */
public record TokenView(int schema, List<Sentence> sentences) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copy of the list. */
  public TokenView {
    Schema.require(schema, SCHEMA);
    sentences = List.copyOf(Objects.requireNonNull(sentences, "sentences"));
  }

  /**
   * One sentence.
   *
   * @param text as it was read
   * @param tokens as the vocabulary writes them, special tokens included
   * @param views one a model: one of an analysis; before, then after, of a comparison; of a
   *     training one a probe, in the order of the steps
   */
  public record Sentence(String text, List<String> tokens, List<View> views) {
    /** Keeps its own copies of the lists. */
    public Sentence {
      Objects.requireNonNull(text, "text");
      tokens = List.copyOf(Objects.requireNonNull(tokens, "tokens"));
      views = List.copyOf(Objects.requireNonNull(views, "views"));
    }
  }

  /**
   * One model's cosines.
   *
   * @param label "before", "after", between them "step 8", or the model's name
   * @param step of the training it was measured at; absent outside a training
   * @param layers cosine of token i with token j of every layer, {@code [layer][i][j]}, -1 to 1, to
   *     four decimals
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record View(String label, @Nullable Integer step, List<List<List<Double>>> layers) {
    /** Keeps its own copy of the list. */
    public View {
      Objects.requireNonNull(label, "label");
      layers = List.copyOf(Objects.requireNonNull(layers, "layers"));
    }
  }
}
