package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.models.ModelSource;
import org.isoscope.results.Geometry;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the literature says of models of 400 MB. Run by hand, with {@code -DexcludedGroups=
 * -Dgroups=large}.
 */
@Tag("large")
final class PublishedTablesTest {
  /** Published to four digits, by code that takes padding for a token type of its own. */
  private static final double SELF_SIMILARITY = 1e-3;

  private static final double INTRA_SENTENCE = 5e-4;

  /** Published to three decimals. */
  private static final double NORM = 1e-3;

  private static Geometry measure(Path model, List<String> sentences) {
    int threads = Runtime.getRuntime().availableProcessors();
    try (Encoder encoder =
        Encoder.open(model, new Encoder.Settings(0, 0, threads, Precision.FP32))) {
      return ModelGeometry.full()
          .measure(encoder, "" + model, encoder.tokenizer().tokenize(sentences), null);
    }
  }

  /** Timkey and van Schijndel 2021, and others after them. */
  @Test
  void dimensions308And381LeadInTheUpperLayersOfBert() {
    List<String> sentences = Corpus.read("wordnet:examples", Columns.of()).sentences();
    Geometry geometry =
        measure(
            ModelSource.resolve("bert-base-uncased", ModelSource.defaultCache(), message -> {}),
            sentences.subList(0, 500));
    for (int layer = 8; layer <= 10; layer++) {
      assertThat(geometry.layers().get(layer).rogueDimensions().subList(0, 2))
          .as("layer %d", layer)
          .extracting(Geometry.RogueDimension::dimension)
          .containsExactlyInAnyOrder(308, 381);
    }
  }

  /** The table published with Xiao et al. 2023, over the first sentences of STS-B's test set. */
  @Test
  void theTableOfAllMpnetBase() {
    String model = System.getProperty("isoscope.mpnet");
    assumeTrue(model != null, "no -Disoscope.mpnet=DIRECTORY of all-mpnet-base-v2");
    Path data =
        Path.of(System.getProperty("isoscope.shared", "../../shared"), "data/stsb-en-test.csv");
    assumeTrue(Files.exists(data), "the shared data are not at hand: " + data);

    Geometry geometry =
        measure(Path.of(model), Corpus.read("" + data, Columns.of("1")).sentences());

    double[] self = {
      .9921, .8732, .7701, .7106, .6776, .6493, .6360, .6324, .6329, .6424, .6517, .6551, .3566
    };
    double[] intra = {
      .2868, .3360, .3985, .4291, .4471, .4798, .5044, .4991, .4784, .4952, .5040, .5318, .8501
    };
    for (int layer = 0; layer < self.length; layer++) {
      Geometry.Layer measured = geometry.layers().get(layer);
      assertThat(measured.selfSimilarity()).isCloseTo(self[layer], within(SELF_SIMILARITY));
      assertThat(measured.intraSentenceSimilarity())
          .isCloseTo(intra[layer], within(INTRA_SENTENCE));
    }
    assertThat(geometry.layers().get(0).meanNorm()).isCloseTo(5.575, within(NORM));
    assertThat(geometry.layers().get(11).meanNorm()).isCloseTo(7.194, within(NORM));
    assertThat(geometry.layers().get(12).meanNorm()).isCloseTo(3.322, within(NORM));
    assertThat(geometry.types())
        .filteredOn(type -> type.token().equals("<s>"))
        .singleElement()
        .satisfies(type -> assertThat(type.selfSimilarity()).isCloseTo(.049, within(NORM)));
  }
}
