package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of chosen sentences, each in its sentence: their cosines with each other, and their places
 * in a picture that all sentences and all views have in common. {@code tokens.json}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param projection of the picture; absent where no view has positions, as in files of earlier
 *     versions
 * @param sentences in the order they are shown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenView(int schema, @Nullable Projection projection, List<Sentence> sentences) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /**
   * Keeps its own copy of the list.
   *
   * @throws IllegalArgumentException where a view has positions and there is no projection
   */
  public TokenView {
    Schema.require(schema, SCHEMA);
    sentences = List.copyOf(Objects.requireNonNull(sentences, "sentences"));
    if (projection == null
        && sentences.stream()
            .flatMap(sentence -> sentence.views().stream())
            .anyMatch(view -> view.positions() != null)) {
      throw new IllegalArgumentException("\"positions\" without a \"projection\"");
    }
  }

  /** Cosines only. */
  public TokenView(int schema, List<Sentence> sentences) {
    this(schema, null, sentences);
  }

  /**
   * An orthogonal projection of token vectors to a plane: x -> W (x - m), with m the mean of the
   * vectors of all sentences and views together and the two rows of W their first principal
   * directions, orthonormal. One for all views: so what moves is the tokens, and never the axes.
   *
   * @param layer whose vectors are projected, the last
   * @param variance share of the variance of all vectors that the plane holds, 0 to 1; 0 where they
   *     are all equal
   * @param origin [x, y]: where the zero vector lies in the picture, -W m
   */
  public record Projection(int layer, double variance, List<Double> origin) {
    /**
     * Keeps its own copy of the list.
     *
     * @throws IllegalArgumentException for a number outside its range, or a point that is none
     */
    public Projection {
      Range.require("layer", layer, 0, Integer.MAX_VALUE);
      Range.require("variance", variance, 0, 1);
      origin = point("origin", origin);
    }
  }

  /**
   * One sentence.
   *
   * @param text as it was read
   * @param tokens as the vocabulary writes them, special tokens included
   * @param wordClasses of each token: of the word it begins in, "content", "function" or "other"
   *     (also where it begins in no word), or "special" for [CLS] and the like; absent where the
   *     text was not tagged
   * @param views one a model: one of an analysis; before, then after, of a comparison; of a
   *     training one a probe, in the order of the steps
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sentence(
      String text, List<String> tokens, @Nullable List<String> wordClasses, List<View> views) {
    private static final List<String> CLASSES = List.of("content", "function", "other", "special");

    /**
     * Keeps its own copies of the lists.
     *
     * @throws IllegalArgumentException for classes or positions of another count than tokens, or a
     *     class that is none of these
     */
    public Sentence {
      Objects.requireNonNull(text, "text");
      tokens = List.copyOf(Objects.requireNonNull(tokens, "tokens"));
      views = List.copyOf(Objects.requireNonNull(views, "views"));
      if (wordClasses != null) {
        wordClasses = List.copyOf(wordClasses);
        requireOneEach("wordClasses", wordClasses, tokens);
        for (String wordClass : wordClasses) {
          if (!CLASSES.contains(wordClass)) {
            throw new IllegalArgumentException("word class \"" + wordClass + "\" is not known");
          }
        }
      }
      for (View view : views) {
        if (view.positions() != null) {
          requireOneEach("positions", view.positions(), tokens);
        }
      }
    }

    /** A sentence whose words are not tagged. */
    public Sentence(String text, List<String> tokens, List<View> views) {
      this(text, tokens, null, views);
    }

    private static void requireOneEach(String field, List<?> values, List<String> tokens) {
      if (values.size() != tokens.size()) {
        throw new IllegalArgumentException(
            "\"%s\" has %d entries for %d tokens".formatted(field, values.size(), tokens.size()));
      }
    }
  }

  /**
   * One model's tokens.
   *
   * @param label "before", "after", between them "step 8", or the model's name
   * @param step of the training it was measured at; absent outside a training
   * @param positions where each token lies under {@link TokenView#projection}, {@code [token][x,
   *     y]}, to four significant digits, in the unit of the vectors; absent where not measured
   * @param layers cosine of token i with token j of every layer, {@code [layer][i][j]}, -1 to 1, to
   *     four decimals
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record View(
      String label,
      @Nullable Integer step,
      @Nullable List<List<Double>> positions,
      List<List<List<Double>>> layers) {
    /**
     * Keeps its own copies of the lists.
     *
     * @throws IllegalArgumentException for a position that is not two finite numbers
     */
    public View {
      Objects.requireNonNull(label, "label");
      layers = List.copyOf(Objects.requireNonNull(layers, "layers"));
      if (positions != null) {
        List<List<Double>> points = new ArrayList<>(positions.size());
        for (List<Double> position : positions) {
          points.add(point("positions", position));
        }
        positions = List.copyOf(points);
      }
    }

    /** Cosines only. */
    public View(String label, @Nullable Integer step, List<List<List<Double>>> layers) {
      this(label, step, null, layers);
    }

    /** The same with its tokens in other places; null: in none. */
    public View withPositions(@Nullable List<List<Double>> positions) {
      return new View(label, step, positions, layers);
    }
  }

  private static List<Double> point(String field, List<Double> coordinates) {
    List<Double> copy = List.copyOf(Objects.requireNonNull(coordinates, field));
    Range.requireFinite(field, copy, 2);
    return copy;
  }
}
