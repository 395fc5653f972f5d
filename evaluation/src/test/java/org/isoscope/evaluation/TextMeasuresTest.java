package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.results.Geometry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A text measured in parts, as several machines would, against one pass over it. */
final class TextMeasuresTest {
  /**
   * Relative to 1 or the figure: parts make other batches, in which fp32 rounds hidden states of
   * about 1 otherwise; figures are differences and quotients of their sums.
   */
  private static final double ROUNDING = 2e-5;

  private static final Comparator<Double> CLOSE =
      (a, b) -> Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(a)) ? 0 : Double.compare(a, b);

  private static final int SENTENCES = 300;
  private static final int PARTS = 4;

  /** Parts of the types: some hold several, one none. */
  private static final int TYPE_PARTS = 7;

  private static final SentenceSink NOWHERE = (number, layers, offset, count) -> {};

  @TempDir static Path directory;

  private static Encoder encoder;
  private static TokenizedText text;
  private static List<Integer> groups;

  @BeforeAll
  static void open() {
    TinyModel.write(directory, 11);
    encoder = TinyModel.open(directory, 1);
    text = encoder.tokenizer().tokenize(TinyModel.sentences(SENTENCES, 12));
    groups = IntStream.range(0, SENTENCES).mapToObj(i -> i / 2).toList();
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static TextMeasures copy(TextMeasures measures) throws IOException {
    byte[] bytes = written(measures);
    TextMeasures copy = TextMeasures.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(written(copy)).isEqualTo(bytes);
    return copy;
  }

  private static byte[] written(TextMeasures measures) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    measures.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static LayerTypes copy(LayerTypes types) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    types.write(new DataOutputStream(bytes));
    return LayerTypes.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  private static LayerTypes.Result copy(LayerTypes.Result result) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    result.write(new DataOutputStream(bytes));
    LayerTypes.Result copy =
        LayerTypes.Result.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(copy).isEqualTo(result);
    return copy;
  }

  /** Sentences at random in parts, each of them measured on its own. */
  private static List<TextMeasures> parts(DetailedGeometry settings, long seed) throws IOException {
    List<Integer> order = new ArrayList<>(IntStream.range(0, SENTENCES).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int[] occurrences = TextMeasures.occurrences(encoder, text);
    List<TextMeasures> parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      List<Integer> some = order.subList(part * SENTENCES / PARTS, (part + 1) * SENTENCES / PARTS);
      TextMeasures measures = new TextMeasures(settings, encoder, occurrences);
      // In two pieces, as a machine that reads block by block.
      for (List<Integer> piece : List.of(some.subList(0, 11), some.subList(11, some.size()))) {
        measures.add(
            encoder,
            new TokenizedText(piece.stream().map(text.sentences()::get).toList(), 0),
            piece.stream().mapToLong(i -> i).toArray(),
            piece.stream().mapToLong(groups::get).toArray(),
            NOWHERE);
      }
      parts.add(copy(measures));
    }
    return parts;
  }

  private static void assertAlike(Geometry geometry, Geometry expected) {
    assertThat(geometry)
        .usingRecursiveComparison()
        .withComparatorForType(CLOSE, Double.class)
        .isEqualTo(expected);
  }

  @Test
  void partsThatTravelledGiveWhatOnePassGives() throws IOException {
    DetailedGeometry settings = new DetailedGeometry(true, false, 5);
    Geometry expected = settings.measure(encoder, "tiny", text, groups, NOWHERE).geometry();
    for (long seed = 0; seed < 2; seed++) {
      List<TextMeasures> parts = parts(settings, seed);
      TextMeasures merged = copy(parts.get(2));
      for (int part : new int[] {0, 3, 1}) {
        merged.merge(parts.get(part));
      }
      assertThat(merged.sentences()).isEqualTo(SENTENCES);
      assertAlike(merged.result(encoder, "tiny", null).geometry(), expected);
    }
  }

  /** Each layer's types in parts that are merged key by key, and never all in one place. */
  @Test
  void typesGoByLayerAndType() throws IOException {
    DetailedGeometry settings = new DetailedGeometry(true, false, 5);
    Geometry expected = settings.measure(encoder, "tiny", text, groups, NOWHERE).geometry();
    List<TextMeasures> parts = parts(settings, 7);
    List<List<LayerTypes>> byKey = parts.get(0).takeTypes(TYPE_PARTS);
    for (TextMeasures part : parts.subList(1, PARTS)) {
      List<List<LayerTypes>> others = part.takeTypes(TYPE_PARTS);
      for (int layer = 0; layer < byKey.size(); layer++) {
        for (int k = 0; k < TYPE_PARTS; k++) {
          byKey.get(layer).get(k).merge(copy(others.get(layer).get(k)));
        }
      }
    }
    TextMeasures rest = copy(parts.get(3));
    for (TextMeasures part : parts.subList(0, 3)) {
      rest.merge(copy(part));
    }
    double[][] centroids = rest.centroids();
    List<LayerTypes.Result> types = new ArrayList<>();
    for (int layer = 0; layer < byKey.size(); layer++) {
      List<LayerTypes.Result> results = new ArrayList<>();
      for (LayerTypes part : byKey.get(layer)) {
        results.add(0, copy(part.result(centroids[layer])));
      }
      types.add(LayerTypes.Result.of(results));
    }
    Geometry geometry = rest.result(encoder, "tiny", types).geometry();
    assertAlike(geometry, expected);
    assertThat(geometry.layers()).allSatisfy(l -> assertThat(l.selfSimilarity()).isNotNull());
    assertThat(rest.result(encoder, "tiny", null).geometry().layers())
        .as("without them")
        .allSatisfy(layer -> assertThat(layer.selfSimilarity()).isNull());
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    int[] occurrences = TextMeasures.occurrences(encoder, text);
    TextMeasures measures =
        new TextMeasures(new DetailedGeometry(true, false, 5), encoder, occurrences);
    occurrences[7]++;
    for (TextMeasures other :
        List.of(
            measures,
            new TextMeasures(new DetailedGeometry(true, false, 5), encoder, occurrences),
            new TextMeasures(new DetailedGeometry(false, false, 5), encoder, occurrences))) {
      assertThatThrownBy(() -> measures.merge(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("differ");
    }
    assertThatThrownBy(() -> measures.add(encoder, text, new long[3], new long[3], NOWHERE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 numbers and 3 groups for 300 sentences");
    assertThatThrownBy(() -> measures.result(encoder, "tiny", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] bytes = written(measures);
    for (int length = 0; length < bytes.length; length += 101) {
      byte[] begun = Arrays.copyOf(bytes, length);
      assertThatThrownBy(
              () -> TextMeasures.read(new DataInputStream(new ByteArrayInputStream(begun))))
          .isInstanceOf(EOFException.class);
    }
  }
}
