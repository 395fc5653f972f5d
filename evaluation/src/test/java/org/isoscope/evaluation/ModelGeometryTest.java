package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.LayerFigures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The geometry of a small random model against loops that follow the definitions. */
final class ModelGeometryTest {
  /** The hidden states are the same floats; both sides sum up to 10^7 numbers in double. */
  private static final double TOLERANCE = 1e-10;

  /** Sentences enough for as many batches as there are threads at most. */
  private static final int SENTENCES = 400;

  private static final int DIMENSION = TinyModel.CONFIG.hiddenSize();
  private static final int LAYERS = TinyModel.CONFIG.layers();

  @TempDir static Path directory;

  private static Encoder one;
  private static Encoder three;
  private static TokenizedText text;

  /** {@code [sentence][layer][token * d + i]}. */
  private static float[][][] states;

  @BeforeAll
  static void encode() {
    TinyModel.write(directory, 11);
    one = TinyModel.open(directory, 1);
    three = TinyModel.open(directory, 3);
    List<String> sentences = new ArrayList<>(TinyModel.sentences(SENTENCES, 12));
    sentences.add("the dog sees the dog near the dog");
    sentences.add("of ".repeat(70)); // longer than the model takes
    text = one.tokenizer().tokenize(sentences);
    states = new float[text.size()][][];
    one.forEachBatch(
        text,
        () -> states,
        (all, batch) -> {
          for (int i = 0; i < batch.sentences().length; i++) {
            int from = batch.offsets()[i] * DIMENSION;
            int to = batch.offsets()[i + 1] * DIMENSION;
            all[batch.sentences()[i]] =
                Arrays.stream(batch.layers())
                    .map(layer -> Arrays.copyOfRange(layer, from, to))
                    .toArray(float[][]::new);
          }
        });
  }

  @AfterAll
  static void close() {
    one.close();
    three.close();
  }

  @ParameterizedTest
  @CsvSource({"true,1", "true,3", "false,1", "false,3"})
  void agreesWithTheDefinitions(boolean specialTokens, int threads) {
    Geometry geometry =
        new ModelGeometry(specialTokens, true, true, DIMENSION)
            .measure(threads == 1 ? one : three, "tiny", text, 7);

    assertThat(geometry.model()).isEqualTo("tiny");
    assertThat(geometry.step()).isEqualTo(7);
    long tokens = text.tokens() - (specialTokens ? 0 : 2L * text.size());
    assertThat(geometry.corpus())
        .isEqualTo(new Geometry.Corpus(text.size(), tokens, 1, specialTokens));
    assertThat(geometry.layers()).hasSize(LAYERS + 1);
    for (int layer = 0; layer <= LAYERS; layer++) {
      List<Sentence> sentences = sentences(layer, specialTokens);
      Geometry.Layer measured = geometry.layers().get(layer);
      assertThat(measured.layer()).isEqualTo(layer);
      double anisotropy = anisotropy(sentences);
      close(measured.anisotropy(), anisotropy);
      double self =
          types(sentences).values().stream().mapToDouble(Type::similarity).average().orElseThrow();
      close(measured.selfSimilarity(), self);
      close(measured.adjustedSelfSimilarity(), self - anisotropy);
      double intra = intraSentenceSimilarity(sentences);
      close(measured.intraSentenceSimilarity(), intra);
      close(measured.adjustedIntraSentenceSimilarity(), intra - anisotropy);
      close(
          measured.meanNorm(),
          vectors(sentences).stream().mapToDouble(x -> norm(x)).average().orElseThrow());
      close(measured.centroidNorm(), norm(mean(vectors(sentences))));
      close(measured.isoScore(), isoScore(vectors(sentences)));
      assertThat(measured.debiasedIsoScore()).isGreaterThan(measured.isoScore());
      double[] shares = shares(vectors(sentences));
      int[] order =
          IntStream.range(0, DIMENSION)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -shares[i]))
              .mapToInt(i -> i)
              .toArray();
      for (int k = 0; k < DIMENSION; k++) {
        Geometry.RogueDimension rogue = measured.rogueDimensions().get(k);
        assertThat(rogue.dimension()).isEqualTo(order[k]);
        close(rogue.share(), shares[order[k]]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listsTheTypesOfTheLastLayer(boolean specialTokens) {
    List<Geometry.TokenType> listed =
        new ModelGeometry(specialTokens, false, true, 0).measure(one, "tiny", text, null).types();

    Map<Integer, Type> types = types(sentences(LAYERS, specialTokens));
    assertThat(listed).hasSameSizeAs(types.values());
    assertThat(listed)
        .isSortedAccordingTo(Comparator.comparingLong(Geometry.TokenType::occurrences).reversed());
    for (Geometry.TokenType type : listed) {
      Type expected = types.get(TinyModel.VOCABULARY.indexOf(type.token()));
      assertThat(expected).as(type.token()).isNotNull();
      assertThat(type.occurrences()).isEqualTo(expected.occurrences());
      assertThat(type.sentences()).isEqualTo(expected.firsts().size());
      close(type.selfSimilarity(), expected.similarity());
    }
    assertThat(listed.stream().anyMatch(type -> type.token().equals("[CLS]")))
        .isEqualTo(specialTokens);
  }

  @Test
  void theThreadsChangeNothingButRounding() {
    ModelGeometry measures = ModelGeometry.full();
    Geometry alone = measures.measure(one, "tiny", text, null);
    Geometry together = measures.measure(three, "tiny", text, null);
    assertThat(measures.measure(three, "tiny", text, null)).as("same bits").isEqualTo(together);
    assertThat(alone.types())
        .extracting(Geometry.TokenType::token)
        .isEqualTo(together.types().stream().map(Geometry.TokenType::token).toList());
    for (int layer = 0; layer <= LAYERS; layer++) {
      close(together.layers().get(layer).anisotropy(), alone.layers().get(layer).anisotropy());
      close(together.layers().get(layer).isoScore(), alone.layers().get(layer).isoScore());
      for (Map.Entry<String, Double> figure : alone.layers().get(layer).figures().entrySet()) {
        close(together.layers().get(layer).figures().get(figure.getKey()), figure.getValue());
      }
    }
  }

  @Test
  void everyFigureOfTheCatalogueIsMeasuredAndWithinItsRange() {
    List<Geometry.Layer> layers = ModelGeometry.full().measure(one, "tiny", text, null).layers();
    for (Figure<Geometry.Layer> figure : LayerFigures.ALL) {
      assertThat(figure.of(layers.get(LAYERS)))
          .as(figure.key())
          .isBetween(figure.scale().least(), figure.scale().greatest());
    }
    for (LayerMeasure<?, ?> measure : LayerMeasure.ALL) {
      assertThat(LayerFigures.ALL).containsAll(measure.figures().keySet());
      for (Figure<Geometry.Layer> figure : measure.figures().keySet()) {
        assertThat(layers.get(0).figures().containsKey(figure.key()))
            .as("%s in every layer", figure.key())
            .isEqualTo(measure.everyLayer());
      }
    }
    double within = LayerFigures.WITHIN_SENTENCE_COSINE.of(layers.get(LAYERS));
    double across = LayerFigures.ANISOTROPY.of(layers.get(LAYERS));
    close(
        LayerFigures.SENTENCE_CORRELATION.of(layers.get(LAYERS)), (within - across) / (1 - across));
  }

  @Test
  void leavesOutWhatIsNotAskedFor() {
    Geometry geometry = new ModelGeometry(true, false, false, 2).measure(one, "tiny", text, null);
    assertThat(geometry.types()).isNull();
    assertThat(geometry.step()).isNull();
    assertThat(geometry.layers())
        .allSatisfy(
            layer -> {
              assertThat(layer.isoScore()).isNull();
              assertThat(layer.debiasedIsoScore()).isNull();
              assertThat(layer.rogueDimensions()).hasSize(2);
            });
    assertThat(ModelGeometry.full().measure(one, "tiny", text, null).layers().get(0))
        .satisfies(layer -> assertThat(layer.rogueDimensions()).hasSize(10));
  }

  @Test
  void isUndefinedForTooLittleText() {
    TokenizedText single = one.tokenizer().tokenize(List.of("the cat"));
    Geometry.Layer layer =
        ModelGeometry.full().measure(three, "tiny", single, null).layers().get(LAYERS);
    assertThat(layer.anisotropy()).isNull();
    assertThat(layer.selfSimilarity()).isNull();
    assertThat(layer.adjustedIntraSentenceSimilarity()).isNull();
    assertThat(layer.intraSentenceSimilarity()).isBetween(-1.0, 1.0);

    // Only special tokens: nothing is left.
    TokenizedText empty = one.tokenizer().tokenize(List.of("", ""));
    Geometry nothing = new ModelGeometry(false, true, true, 3).measure(one, "tiny", empty, null);
    assertThat(nothing.corpus().sentences()).isZero();
    assertThat(nothing.layers()).hasSize(LAYERS + 1);
    assertThat(nothing.layers().get(0).meanNorm()).isNull();
    assertThat(nothing.types()).isEmpty();
  }

  private static void close(Double measured, double expected) {
    assertThat(measured).isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
  }

  // The definitions, in loops.

  /** Ids and vectors of a sentence in one layer. */
  private record Sentence(int[] ids, List<double[]> tokens) {}

  private static List<Sentence> sentences(int layer, boolean specialTokens) {
    List<Sentence> sentences = new ArrayList<>();
    for (int s = 0; s < states.length; s++) {
      int[] ids = text.sentences().get(s);
      int from = specialTokens ? 0 : 1; // [CLS] first, [SEP] last
      int to = specialTokens ? ids.length : ids.length - 1;
      List<double[]> tokens = new ArrayList<>();
      for (int t = from; t < to; t++) {
        double[] token = new double[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
          token[i] = states[s][layer][t * DIMENSION + i];
        }
        tokens.add(token);
      }
      sentences.add(new Sentence(Arrays.copyOfRange(ids, from, to), tokens));
    }
    return sentences;
  }

  private static List<double[]> vectors(List<Sentence> sentences) {
    return sentences.stream().flatMap(s -> s.tokens().stream()).toList();
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double[] unit(double[] x) {
    double norm = norm(x);
    return Arrays.stream(x).map(v -> v / norm).toArray();
  }

  private static double[] mean(List<double[]> vectors) {
    double[] mean = new double[DIMENSION];
    for (double[] x : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        mean[i] += x[i] / vectors.size();
      }
    }
    return mean;
  }

  private static double anisotropy(List<Sentence> sentences) {
    List<List<double[]>> units =
        sentences.stream()
            .map(s -> s.tokens().stream().map(ModelGeometryTest::unit).toList())
            .toList();
    double sum = 0;
    for (int a = 0; a < units.size(); a++) {
      for (int b = 0; b < a; b++) {
        double cosines = 0;
        for (double[] x : units.get(a)) {
          for (double[] y : units.get(b)) {
            cosines += dot(x, y);
          }
        }
        sum += cosines / (units.get(a).size() * units.get(b).size());
      }
    }
    return 2 * sum / (units.size() * (units.size() - 1.0));
  }

  /** A token type that counts. */
  private record Type(int occurrences, List<double[]> firsts, double similarity) {}

  private static Map<Integer, Type> types(List<Sentence> sentences) {
    Map<Integer, Integer> occurrences = new TreeMap<>();
    Map<Integer, List<double[]>> firsts = new TreeMap<>();
    for (Sentence sentence : sentences) {
      Map<Integer, double[]> first = new TreeMap<>();
      for (int t = 0; t < sentence.ids().length; t++) {
        occurrences.merge(sentence.ids()[t], 1, Integer::sum);
        first.putIfAbsent(sentence.ids()[t], unit(sentence.tokens().get(t)));
      }
      first.forEach((id, x) -> firsts.computeIfAbsent(id, key -> new ArrayList<>()).add(x));
    }
    Map<Integer, Type> types = new TreeMap<>();
    firsts.forEach(
        (id, units) -> {
          if (occurrences.get(id) >= 5 && units.size() >= 2) {
            double sum = 0;
            for (int a = 0; a < units.size(); a++) {
              for (int b = 0; b < a; b++) {
                sum += dot(units.get(a), units.get(b));
              }
            }
            double pairs = units.size() * (units.size() - 1) / 2.0;
            types.put(id, new Type(occurrences.get(id), units, sum / pairs));
          }
        });
    return types;
  }

  private static double intraSentenceSimilarity(List<Sentence> sentences) {
    double sum = 0;
    for (Sentence sentence : sentences) {
      double[] mean = unit(mean(sentence.tokens()));
      sum +=
          sentence.tokens().stream().mapToDouble(x -> dot(unit(x), mean)).average().orElseThrow();
    }
    return sum / sentences.size();
  }

  /** (PR - 1) / (d - 1), PR = tr(C)^2 / |C|^2. */
  private static double isoScore(List<double[]> vectors) {
    double[] mean = mean(vectors);
    double[][] c = new double[DIMENSION][DIMENSION];
    for (double[] x : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        for (int j = 0; j < DIMENSION; j++) {
          c[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]);
        }
      }
    }
    double trace = 0;
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      trace += c[i][i];
      squares += dot(c[i], c[i]);
    }
    return (trace * trace / squares - 1) / (DIMENSION - 1);
  }

  /** S_i^2 / |S|^2. */
  private static double[] shares(List<double[]> vectors) {
    double[] sum = mean(vectors.stream().map(ModelGeometryTest::unit).toList());
    double squares = dot(sum, sum);
    return Arrays.stream(sum).map(s -> s * s / squares).toArray();
  }
}
