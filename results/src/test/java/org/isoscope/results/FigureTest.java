package org.isoscope.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue of figures: every entry is complete, and found by its key alone. */
class FigureTest {
  private static Stream<Figure<?>> all() {
    return Stream.of(
            LayerFigures.ALL,
            SpaceFigures.ALL,
            SentenceSpaceFigures.ALL,
            SentenceSpaceFigures.OF_LAYERS)
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysAllThatAReaderNeeds(Figure<?> figure) {
    assertThat(figure.title()).isNotBlank();
    assertThat(figure.names().name()).matches("[ -~]+");
    assertThat(figure.names().heading()).matches("[ -~]+");
    assertThat(figure.meaning()).isNotBlank().doesNotEndWith(".");
    assertThat(figure.definition()).isNotBlank().endsWith(".");
    assertThat(figure.undefinedBecause()).isNotBlank().doesNotEndWith(".");
  }

  /** At least three digits of 1 - value. */
  @Test
  void aCosineIsToldFromOne() {
    assertThat(Figure.Scale.decimalsBelowOne(0.25, 4)).isEqualTo(4);
    assertThat(Figure.Scale.decimalsBelowOne(-0.9999, 3)).isEqualTo(3);
    assertThat(Figure.Scale.decimalsBelowOne(0.91, 3)).isEqualTo(4);
    assertThat(Figure.Scale.decimalsBelowOne(0.91, 4)).isEqualTo(4);
    assertThat(Figure.Scale.decimalsBelowOne(0.9978, 3)).isEqualTo(5);
    assertThat(Figure.Scale.decimalsBelowOne(1 - 3e-8, 3)).isEqualTo(10);
    assertThat(Figure.Scale.decimalsBelowOne(1, 3)).isEqualTo(3);
    assertThat(Figure.Scale.decimalsBelowOne(1.0000001, 3)).isEqualTo(3);
    assertThat(Figure.Scale.COSINE.decimalsOf(0.9978, 4)).isEqualTo(5);
    assertThat(Figure.Scale.LENGTH.decimalsOf(0.9978, 4)).as("1 is no bound").isEqualTo(4);
  }

  @Test
  void aValueIsToldAsOneOrZeroOnlyWhereItIs() {
    Figure.Scale cosine = Figure.Scale.COSINE;
    assertThat(cosine.text(null, 4)).isEqualTo("-");
    assertThat(cosine.text(0.12345, 4)).isEqualTo("0.1235");
    assertThat(cosine.text(0.99781, 3)).isEqualTo("0.99781");
    assertThat(cosine.text(1.0, 3)).isEqualTo("1.000");
    assertThat(cosine.text(-0.00049, 3)).isEqualTo("-4.9e-4");
    assertThat(cosine.text(0.0005, 3)).isEqualTo("0.001");
    assertThat(cosine.text(0.0, 3)).isEqualTo("0.000");
    assertThat(cosine.text(-3e-8, 3)).as("rounding").isEqualTo("0.000");
    assertThat(Figure.Scale.LENGTH.text(0.99999, 3)).isEqualTo("1.000");
  }

  @Test
  void keysAndTitlesAreUnique() {
    for (List<? extends Figure<?>> figures :
        List.of(
            LayerFigures.ALL,
            SpaceFigures.ALL,
            SentenceSpaceFigures.ALL,
            SentenceSpaceFigures.OF_LAYERS)) {
      assertThat(figures).extracting(Figure::key).doesNotHaveDuplicates();
      assertThat(figures).extracting(Figure::title).doesNotHaveDuplicates();
    }
    assertThat(LayerFigures.ALL).containsAll(LayerFigures.TABLE).containsAll(LayerFigures.HEADLINE);
    assertThat(SpaceFigures.ALL).containsAll(SpaceFigures.TABLE);
  }

  /** A page defines what layers and spaces have in common once, by its title. */
  @Test
  void figuresOfOneTitleHaveOneKey() {
    for (Figure<?> ofSpaces : SpaceFigures.ALL) {
      assertThat(LayerFigures.ALL)
          .filteredOn(ofLayers -> ofLayers.title().equals(ofSpaces.title()))
          .extracting(Figure::key)
          .allMatch(ofSpaces.key()::equals);
    }
  }

  @Test
  void aKeyIsLowerCaseWithHyphens() {
    Figure<Geometry.Layer> figure = LayerFigures.ANISOTROPY;
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Figure<>(
                    "Not_a key",
                    figure.names(),
                    figure.meaning(),
                    figure.definition(),
                    figure.source(),
                    figure.undefinedBecause(),
                    figure.scale(),
                    figure.claim(),
                    figure.reading(),
                    figure.value(),
                    figure.interval()))
        .withMessageContaining("Not_a key");
  }

  @Test
  void aLayerTellsFiguresUnderTheirKeys() {
    Geometry.Layer layer =
        new Geometry.Layer(
            2,
            0.5,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            Map.of("matrix-entropy", 1.5));

    assertThat(LayerFigures.ANISOTROPY.of(layer)).isEqualTo(0.5);
    assertThat(LayerFigures.MATRIX_ENTROPY.of(layer)).isEqualTo(1.5);
    assertThat(LayerFigures.NORM_VARIATION.of(layer)).isNull();
    assertThat(LayerFigures.ANISOTROPY.intervalOf(layer)).as("no detail").isNull();
    assertThat(LayerFigures.ADJUSTED_SELF_SIMILARITY.tag()).isEqualTo("adjusted_self_similarity");
  }

  @Test
  void aSentenceSpaceTellsFiguresUnderTheirKeys() {
    SentenceSpace.Layer layer = new SentenceSpace.Layer(0, Map.of("lidar", 7.5));
    SentenceSpace space =
        new SentenceSpace(9, 4, Map.of("rank-me", 3.5, "alignment", 0.25), List.of(layer));

    assertThat(SentenceSpaceFigures.RANK_ME.of(space)).isEqualTo(3.5);
    assertThat(SentenceSpaceFigures.ALIGNMENT.of(space)).isEqualTo(0.25);
    assertThat(SentenceSpaceFigures.TWO_NN.of(space)).isNull();
    assertThat(SentenceSpaceFigures.LIDAR.of(layer)).isEqualTo(7.5);
    assertThat(SentenceSpaceFigures.INFO_NCE.of(layer)).isNull();
  }
}
