package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.models.ModelSource;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Geometry;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * all-MiniLM-L6-v2 over the first sentences of STS Benchmark's test set: against figures computed
 * with transformers and the published analysis code, and against the published figures.
 */
final class ReferenceTest {
  /** Absolute or relative, whichever is larger: the same mathematics in fp32 on both sides. */
  private static final double COMPUTED = 5e-4;

  /** The reference gives a type's figure in five digits. */
  private static final double TYPE = 1e-3;

  /** A share moves with single tokens more than a mean over all of them does. */
  private static final double SHARE = 1e-3;

  /** Published to four digits, by code that takes padding for a token type of its own. */
  private static final double PUBLISHED = 1e-3;

  /** What is published was adjusted by the cosine of 1000 random pairs: .01 of sampling error. */
  private static final double SAMPLED = 0.015;

  /** Of a correlation x 100. */
  private static final double SPEARMAN = 0.05;

  private static final double[] SELF_SIMILARITY = {.9550, .9031, .8399, .7988, .7935, .8115, .6443};

  private static final double[] ADJUSTED_INTRA = {.2981, .3321, .3454, .3963, .4115, .3721, .6514};

  private static Encoder encoder;
  private static Geometry geometry;
  private static JsonNode reference;

  @BeforeAll
  static void measure() throws IOException {
    Path data = shared("data/stsb-en-test.csv");
    reference = new ObjectMapper().readTree(shared("reference/minilm.json").toFile());
    Path model = ModelSource.resolve("all-minilm-l6-v2", ModelSource.defaultCache(), message -> {});
    int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
    encoder = Encoder.open(model, new Encoder.Settings(0, 0, threads, Precision.FP32));
    List<String> sentences = Corpus.read(data.toString(), Columns.of("1")).sentences();
    geometry =
        ModelGeometry.full()
            .measure(encoder, "all-minilm-l6-v2", encoder.tokenizer().tokenize(sentences), null);
  }

  private static Path shared(String file) {
    Path path = Path.of(System.getProperty("isoscope.shared", "../../shared")).resolve(file);
    assumeTrue(Files.exists(path), "the shared reference data are not at hand: " + file);
    return path;
  }

  @AfterAll
  static void close() {
    if (encoder != null) {
      encoder.close();
    }
  }

  @Test
  void theTextIsTheSame() {
    assertThat(geometry.corpus().sentences()).isEqualTo(reference.get("sentences").asLong());
    assertThat(geometry.corpus().tokens()).isEqualTo(reference.get("tokens_attended").asLong());
    assertThat(geometry.layers()).hasSameSizeAs(reference.get("layers"));
  }

  @Test
  void everyLayerAgreesWithTheReference() {
    for (Geometry.Layer layer : geometry.layers()) {
      close(layer, "self_similarity_nopad", layer.selfSimilarity());
      close(layer, "intra", layer.intraSentenceSimilarity());
      close(layer, "norm", layer.meanNorm());
      close(layer, "anisotropy_exact", layer.anisotropy());
      close(layer, "centroid_norm", layer.centroidNorm());
      close(layer, "isoscore", layer.isoScore());
    }
  }

  private static void close(Geometry.Layer layer, String name, double measured) {
    double expected = reference.at("/layers/" + layer.layer() + "/" + name).doubleValue();
    assertThat(measured)
        .as("%s of layer %d", name, layer.layer())
        .isCloseTo(expected, within(COMPUTED * Math.max(1, Math.abs(expected))));
  }

  @Test
  void theRogueDimensionsAreTheReferences() {
    for (Geometry.Layer layer : geometry.layers()) {
      JsonNode top = reference.at("/layers/" + layer.layer() + "/rogue_top");
      JsonNode shares = reference.at("/layers/" + layer.layer() + "/rogue_share");
      assertThat(top).hasSize(3);
      for (int k = 0; k < top.size(); k++) {
        Geometry.RogueDimension rogue = layer.rogueDimensions().get(k);
        assertThat(rogue.dimension()).as("layer " + layer.layer()).isEqualTo(top.get(k).asInt());
        assertThat(rogue.share()).isCloseTo(shares.get(k).doubleValue(), within(SHARE));
      }
    }
  }

  @Test
  void theTypesOfTheLastLayerAreTheReferences() {
    Map<String, Double> ours = new HashMap<>();
    geometry.types().forEach(type -> ours.put(type.token(), type.selfSimilarity()));
    JsonNode types = reference.at("/layers/6/types");
    int compared = 0;
    for (Map.Entry<String, JsonNode> type : types.properties()) {
      Double similarity = ours.get(type.getKey());
      if (similarity != null) {
        assertThat(similarity)
            .as(type.getKey())
            .isCloseTo(type.getValue().doubleValue(), within(TYPE));
        compared++;
      }
    }
    // All but [PAD], and the few that reach five occurrences as padding-free counting differs.
    assertThat(compared).isGreaterThan(types.size() - 10);
  }

  @Test
  void thePublishedFiguresAreReproduced() {
    for (Geometry.Layer layer : geometry.layers()) {
      assertThat(layer.selfSimilarity())
          .isCloseTo(SELF_SIMILARITY[layer.layer()], within(PUBLISHED));
      assertThat(layer.adjustedIntraSentenceSimilarity())
          .isCloseTo(ADJUSTED_INTRA[layer.layer()], within(SAMPLED));
    }
  }

  @Test
  void thePublishedQualityIsReproduced() {
    ScoredPairCorpus pairs =
        ScoredPairCorpus.read(shared("data/stsb-en-test.csv").toString(), Columns.DEFAULT);
    Evaluation.Set set =
        SemanticTextualSimilarity.evaluate(encoder, pairs, List.of(Pooling.MEAN), null).get(0);
    assertThat(100 * set.spearman()).isCloseTo(82.03, within(SPEARMAN));
    assertThat(encoder.pooling()).isEqualTo(Pooling.MEAN);
  }
}
