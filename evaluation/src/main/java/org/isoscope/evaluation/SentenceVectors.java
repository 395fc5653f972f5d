package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.SentenceHead;

/** Keeps the embeddings of chosen sentences, while a text goes through a model. */
public final class SentenceVectors implements SentenceSink {
  private final int[] sentences;
  private final int hiddenSize;
  private final int dimension;
  private final List<float[]> spaces = new ArrayList<>(); // [sentences, d] each
  private final List<Place> places;

  /** What one of the spaces holds: a layer, the last of those that are pooled, and how. */
  private record Place(int layers, SentenceHead head) {}

  private SentenceVectors(int[] sentences, int hiddenSize, List<Place> places) {
    this.sentences = sentences.clone();
    this.hiddenSize = hiddenSize;
    this.dimension = places.get(0).head().dimension();
    this.places = places;
    int size = EmbeddingSpace.elements(sentences.length, dimension);
    places.forEach(place -> spaces.add(new float[size]));
  }

  /**
   * Keeps embeddings.
   *
   * @param encoder that they are of, with its parameters as they are when a sentence comes
   * @param sentences numbers in the text, ascending
   */
  public static SentenceVectors pooled(Encoder encoder, int[] sentences, Pooling pooling) {
    return new SentenceVectors(
        sentences,
        encoder.config().hiddenSize(),
        List.of(new Place(encoder.config().layers() + 1, encoder.head(pooling))));
  }

  /**
   * Keeps the mean token of every layer, the embedding output first.
   *
   * @param sentences numbers in the text, ascending
   * @param dimension of the model
   * @param layers of the model
   */
  public static SentenceVectors meanOfEachLayer(int[] sentences, int dimension, int layers) {
    return ofEachLayer(sentences, dimension, layers, SentenceHead.pooling(Pooling.MEAN, dimension));
  }

  /**
   * Keeps the embeddings that every layer gives were it the last, the embedding output first.
   *
   * @param encoder that they are of, with its parameters as they are when a sentence comes
   * @param sentences numbers in the text, ascending
   */
  public static SentenceVectors ofEachLayer(Encoder encoder, int[] sentences, Pooling pooling) {
    return ofEachLayer(
        sentences, encoder.config().hiddenSize(), encoder.config().layers(), encoder.head(pooling));
  }

  private static SentenceVectors ofEachLayer(
      int[] sentences, int hiddenSize, int layers, SentenceHead head) {
    List<Place> places = new ArrayList<>();
    for (int layer = 0; layer <= layers; layer++) {
      places.add(new Place(layer + 1, head));
    }
    return new SentenceVectors(sentences, hiddenSize, places);
  }

  @Override
  public void accept(int number, float[][] layers, int offset, int count) {
    int at = Arrays.binarySearch(sentences, number);
    for (int i = 0; at >= 0 && i < places.size(); i++) {
      Place place = places.get(i);
      place
          .head()
          .apply(
              Arrays.copyOf(layers, place.layers()),
              offset,
              count,
              hiddenSize,
              spaces.get(i),
              at * dimension);
    }
  }

  /** Hands on each vector of the last space, in the order of the sentences. */
  public void forEach(Consumer<float[]> vector) {
    float[] last = spaces.get(spaces.size() - 1);
    for (int offset = 0; offset < last.length; offset += dimension) {
      vector.accept(Arrays.copyOfRange(last, offset, offset + dimension));
    }
  }

  /** How many sentences were chosen. */
  public int size() {
    return sentences.length;
  }

  /** Length of a vector. */
  public int dimension() {
    return dimension;
  }

  /** Each space's vectors in the order of the sentences, one after another; not copies. */
  public List<float[]> spaces() {
    return List.copyOf(spaces);
  }
}
