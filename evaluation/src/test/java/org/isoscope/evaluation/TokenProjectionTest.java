package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Cosine;
import org.isoscope.results.TokenView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenProjectionTest {
  private static final int DIMENSION = 8;

  /** Places are told to four significant digits; the largest here are below 10. */
  private static final double FOUR_DIGITS = 1e-3;

  /** A cosine is told to four decimals. */
  private static final double FOUR_DECIMALS = 1e-4;

  @TempDir Path directory;

  private final Random random = new Random(3);

  /** Tokens in the plane of the first two dimensions, about a centre. */
  private MeasuredTokens flat(int dimension, int layer, float... centre) {
    List<float[]> vectors = new ArrayList<>();
    for (int sentence = 0; sentence < 2; sentence++) {
      float[] tokens = new float[5 * dimension];
      for (int t = 0; t < 5; t++) {
        for (int j = 0; j < dimension; j++) {
          tokens[t * dimension + j] =
              (j < centre.length ? centre[j] : 0) + (j < 2 ? (float) random.nextGaussian() : 0);
        }
      }
      vectors.add(tokens);
    }
    return new MeasuredTokens(layer, dimension, List.of(), vectors);
  }

  private static TokenProjection.Picture picture(MeasuredTokens... all) {
    TokenProjection projection = new TokenProjection();
    for (MeasuredTokens tokens : all) {
      projection.add(tokens);
    }
    return Objects.requireNonNull(projection.fit());
  }

  private static double distance(List<Double> a, List<Double> b) {
    return Math.hypot(a.get(0) - b.get(0), a.get(1) - b.get(1));
  }

  @Test
  void whatMovesInTheSpaceMovesInThePicture() {
    MeasuredTokens before = flat(DIMENSION, 2, 4, 0, 1);
    List<float[]> moved =
        before.vectors().stream()
            .map(
                tokens -> {
                  float[] by = tokens.clone();
                  for (int i = 0; i < by.length; i += DIMENSION) {
                    by[i] -= 3; // along the first dimension
                  }
                  return by;
                })
            .toList();
    MeasuredTokens after = new MeasuredTokens(2, DIMENSION, List.of(), moved);

    TokenProjection.Picture picture = picture(before, after);

    assertThat(picture.projection().layer()).isEqualTo(2);
    assertThat(picture.projection().variance()).isCloseTo(1, within(FOUR_DIGITS));
    for (int sentence = 0; sentence < 2; sentence++) {
      float[] one = before.vectors().get(sentence);
      List<List<Double>> places = picture.positions(one);
      assertThat(places).hasSize(5);
      for (int t = 0; t < 5; t++) {
        assertThat(distance(places.get(t), picture.positions(moved.get(sentence)).get(t)))
            .isCloseTo(3, within(FOUR_DIGITS));
        // The origin lies 1 below the plane, in the third dimension.
        assertThat(distance(places.get(t), picture.projection().origin()))
            .isCloseTo(Math.hypot(one[t * DIMENSION], one[t * DIMENSION + 1]), within(FOUR_DIGITS));
        assertThat(places.get(t))
            .allMatch(x -> new BigDecimal(x.toString()).stripTrailingZeros().precision() <= 4);
      }
    }
  }

  /** As where a training is resumed, and the earlier steps are taken in at once. */
  @Test
  void thePictureDependsOnTheStepsAloneNotOnWhenItWasAskedFor() {
    List<MeasuredTokens> steps =
        List.of(flat(DIMENSION, 1, 1), flat(DIMENSION, 1, 2), flat(DIMENSION, 1, 0, 1));
    TokenProjection asked = new TokenProjection();
    assertThat(asked.fit()).isNull();
    for (MeasuredTokens step : steps) {
      asked.add(step);
      assertThat(asked.fit()).isNotNull();
    }
    TokenProjection.Picture last = Objects.requireNonNull(asked.fit());
    TokenProjection.Picture whole = picture(steps.toArray(MeasuredTokens[]::new));
    assertThat(last.projection()).isEqualTo(whole.projection());
    assertThat(last.plane().axes()).isDeepEqualTo(whole.plane().axes());
  }

  @Test
  void spacesOfDifferentShapeHaveNoPicture() {
    for (MeasuredTokens other : List.of(flat(DIMENSION + 1, 2, 1), flat(DIMENSION, 3, 1))) {
      TokenProjection projection = new TokenProjection();
      projection.add(flat(DIMENSION, 2, 1));
      projection.add(other);
      projection.add(flat(DIMENSION, 2, 1));
      assertThat(projection.fit()).isNull();
    }
    TokenProjection projection = new TokenProjection();
    projection.add(new MeasuredTokens(2, DIMENSION, List.of(), null));
    assertThat(projection.fit()).as("not known any more").isNull();
    projection.add(new MeasuredTokens(2, DIMENSION, List.of(), List.of()));
    assertThat(projection.fit()).as("no sentence").isNull();
  }

  @Test
  void theVectorsAreThoseThatTheCosinesAreOf() {
    try (Encoder encoder = TinyModel.open(TinyModel.write(directory, 1), 1)) {
      TokenizedText text =
          encoder.tokenizer().tokenize(List.of("the dog sees the cat .", "a red boat"));

      MeasuredTokens measured = MeasuredTokens.of(encoder, "m", 3, text);

      int d = encoder.config().hiddenSize();
      assertThat(measured.layer()).isEqualTo(encoder.config().layers());
      assertThat(measured.dimension()).isEqualTo(d);
      for (int s = 0; s < text.size(); s++) {
        TokenView.View view = measured.views().get(s);
        assertThat(view.step()).isEqualTo(3);
        float[] vectors = measured.vectors().get(s);
        int n = text.sentences().get(s).length;
        assertThat(vectors).hasSize(n * d);
        for (int t = 1; t < n; t++) {
          assertThat(view.layers().get(measured.layer()).get(0).get(t))
              .isCloseTo(Cosine.of(vectors, 0, vectors, t * d, d), within(FOUR_DECIMALS));
        }
      }
    }
  }
}
