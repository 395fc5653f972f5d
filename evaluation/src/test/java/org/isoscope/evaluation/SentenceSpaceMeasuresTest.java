package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.Figure;
import org.isoscope.results.SentenceSpace;
import org.isoscope.results.SentenceSpaceFigures;
import org.isoscope.results.Space;
import org.isoscope.results.SpaceFigures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceSpaceMeasuresTest {
  /** The same figures of the same vectors, which another batch has rounded otherwise (float). */
  private static final double FLOAT_ROUNDING = 1e-3;

  private static final int VIEWED = 12;

  @TempDir static Path directory;
  private static Encoder encoder;
  private static TokenizedText text;

  @BeforeAll
  static void open() {
    encoder = TinyModel.open(TinyModel.write(directory, 1), 2);
    List<String> sentences = new ArrayList<>(TinyModel.sentences(70, 2));
    sentences.addAll(sentences.subList(0, 5)); // copies count once
    text = encoder.tokenizer().tokenize(sentences);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static SentenceSpace measure(Pooling pooling, long seed) {
    SentenceSpaceMeasures measures =
        SentenceSpaceMeasures.of(
            text, pooling, IntStream.range(0, VIEWED).toArray(), Dropout.seeded(seed));
    SentenceVectors embeddings = measures.embeddings(encoder);
    new ModelGeometry(true, false, false, 1).measure(encoder, "tiny", text, null, embeddings);
    return measures.measure(encoder, embeddings);
  }

  @Test
  void everyFigureOfTheCatalogueIsThereAndWithinItsRange() {
    for (Pooling pooling : Pooling.single()) {
      SentenceSpace space = measure(pooling, 1);
      assertThat(space.sentences()).isEqualTo(text.distinct().length);
      assertThat(space.viewed()).isEqualTo(VIEWED);
      assertThat(space.figures()).hasSameSizeAs(SentenceSpaceFigures.ALL);
      for (Figure<SentenceSpace> figure : SentenceSpaceFigures.ALL) {
        assertThat(figure.of(space))
            .as("%s, %s", figure.key(), pooling)
            .isBetween(figure.scale().least(), figure.scale().greatest());
      }
      assertThat(space.layers()).hasSize(encoder.config().layers() + 1);
      for (SentenceSpace.Layer layer : space.layers()) {
        assertThat(layer.figures()).hasSameSizeAs(SentenceSpaceFigures.OF_LAYERS);
        assertThat(SentenceSpaceFigures.INFO_NCE.of(layer)).isPositive();
        assertThat(SentenceSpaceFigures.LIDAR.of(layer)).isBetween(1.0, VIEWED - 0.99);
      }
    }
  }

  @Test
  void agreesWithTheSpaceOfAnAnalysis() {
    EmbeddingSpace embeddings = new EmbeddingSpace(encoder.config().hiddenSize(), 1000, 1);
    float[][] vectors = encoder.embed(text, List.of(Pooling.MEAN)).get(0);
    for (int i : text.distinct()) {
      embeddings.add(i, vectors[i]);
    }
    Space expected = embeddings.measure("m", 2).space();
    SentenceSpace space = measure(Pooling.MEAN, 1);
    for (Figure<Space> figure : SpaceFigures.ALL) {
      if (space.figures().containsKey(figure.key())) {
        double value = figure.of(expected);
        assertThat(space.figures().get(figure.key()))
            .as(figure.key())
            .isCloseTo(value, within(FLOAT_ROUNDING * Math.max(1, Math.abs(value))));
      }
    }
  }

  @Test
  void viewsFollowFromTheirSeedAlone() {
    SentenceSpace space = measure(Pooling.CLS, 1);
    assertThat(measure(Pooling.CLS, 1)).isEqualTo(space);
    SentenceSpace other = measure(Pooling.CLS, 2);
    assertThat(SentenceSpaceFigures.ALIGNMENT.of(other))
        .isPositive()
        .isNotEqualTo(SentenceSpaceFigures.ALIGNMENT.of(space));
    assertThat(SentenceSpaceFigures.MEAN_COSINE.of(other))
        .isEqualTo(SentenceSpaceFigures.MEAN_COSINE.of(space));
  }

  @Test
  void withoutDropoutTheViewsAreOne() {
    SentenceSpaceMeasures measures =
        SentenceSpaceMeasures.of(text, Pooling.MEAN, new int[] {0, 1, 2}, Dropout.off());
    SentenceVectors embeddings = measures.embeddings(encoder);
    new ModelGeometry(true, false, false, 1).measure(encoder, "tiny", text, null, embeddings);
    // Not 0 to the bit: a product's rounding depends on the row's place in the batch.
    assertThat(SentenceSpaceFigures.ALIGNMENT.of(measures.measure(encoder, embeddings)))
        .isCloseTo(0.0, within(1e-10));
  }
}
