package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.AdjustedSelfSimilarities;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.results.Geometry;
import org.jspecify.annotations.Nullable;

/**
 * What one pass of {@link DetailedGeometry} measures of every layer, over a text or over a part of
 * it: parts may be measured on several machines, written, read and merged in any order. Figures are
 * then those of one pass, to what fp32 rounds a hidden state by (which depends on the other
 * sentences of its batch) and to the rounding of sums.
 *
 * <pre>
 *   occurrences   of each token type in the whole text, counted first: they say which types count
 *   add           sentences with their numbers in the whole text, which name the jackknife's groups
 *   takeTypes     the sums of token types, to be merged by layer and type, each key on its own
 *   result        on one machine, from the merged rest and the types' results
 * </pre>
 *
 * <p><b>Bytes</b> of a layer of width d: 4 d^2 for the covariance and 2 kB d for the intervals (3
 * MB for d = 768), the last one 4 d^2 more and what its token types keep; before {@link #takeTypes}
 * besides 8 d for each type, 2.4 GB for 30,000 types in 13 layers, and 24 d in the last one. What
 * is left of the last one's token types, up to 300 MB, is bounded by the number of those that are
 * drawn and by what intervals may take.
 *
 * <p>Not for several threads at once.
 */
public final class TextMeasures {
  private static final String FORMAT = "TextMeasures 1";

  /** Layers that are read at most. */
  private static final int MOST_LAYERS = 10_000;

  private final DetailedGeometry settings;
  private final int dimension;
  private final int[] occurrences;
  private final TokenTypeMeasures.Choice choice;
  private List<LayerMeasures> layers; // the embedding output first
  private long sentences;
  private long truncated;

  /**
   * Over no sentence yet.
   *
   * @param settings of what is measured
   * @param encoder of the model
   * @param occurrences of each token type in the whole text, {@link #occurrences} summed over the
   *     parts
   */
  public TextMeasures(DetailedGeometry settings, Encoder encoder, int[] occurrences) {
    this(
        settings,
        encoder.config().hiddenSize(),
        occurrences.clone(),
        encoder.config().layers() + 1);
    for (int layer = 0; layer <= encoder.config().layers(); layer++) {
      layers.add(empty(layer, encoder.config().layers()));
    }
  }

  private TextMeasures(
      DetailedGeometry settings, int dimension, int[] occurrences, int numberOfLayers) {
    this.settings = settings;
    this.dimension = dimension;
    this.occurrences = occurrences;
    layers = new ArrayList<>();
    choice =
        TokenTypeMeasures.Choice.of(
            occurrences, dimension, settings.thorough() ? numberOfLayers : 1, settings.seed());
  }

  private LayerMeasures empty(int layer, int last) {
    return new LayerMeasures(
        dimension,
        new MeasuredLayer(dimension, true, choice.kept(), layer == last),
        settings.thorough() || layer == last ? new TokenTypeMeasures(dimension, choice) : null);
  }

  /** How often each token type occurs in a part of the text, by its number. */
  public static int[] occurrences(Encoder encoder, TokenizedText part) {
    return LayerPass.occurrences(encoder, part);
  }

  /**
   * Adds sentences.
   *
   * @param part of the text
   * @param numbers of its sentences in the whole text, 0 or more, all different
   * @param groups of the sentences that depend on each other, 0 or more: intervals are over these
   * @param sink is given every sentence, once, by its place in the part
   * @throws IllegalArgumentException where there is not a number and a group for each sentence
   */
  public void add(
      Encoder encoder, TokenizedText part, long[] numbers, long[] groups, SentenceSink sink) {
    if (numbers.length != part.size() || groups.length != part.size()) {
      throw new IllegalArgumentException(
          numbers.length
              + " numbers and "
              + groups.length
              + " groups for "
              + part.size()
              + " sentences");
    }
    int last = layers.size() - 1;
    List<LayerMeasures> added =
        new LayerPass(settings.specialTokens())
            .run(
                encoder,
                part,
                layer -> empty(layer, last),
                (layer, place, ids, first, states, offset, count) ->
                    layer.addSentence(
                        numbers[(int) place],
                        groups[(int) place],
                        ids,
                        first,
                        states,
                        offset,
                        count),
                sink);
    if (sentences == 0) {
      layers = added;
    } else {
      mergeLayers(added);
    }
    sentences += part.size();
    truncated += part.truncated();
  }

  /**
   * Takes in what another has seen; the other stays as it is.
   *
   * @param other of other sentences, made with the same settings, model and occurrences
   * @throws IllegalArgumentException where it is not so
   */
  public void merge(TextMeasures other) {
    if (this == other
        || !settings.equals(other.settings)
        || dimension != other.dimension
        || layers.size() != other.layers.size()
        || !Arrays.equals(occurrences, other.occurrences)) {
      throw new IllegalArgumentException("the settings, models or texts differ, or it is the same");
    }
    mergeLayers(other.layers);
    sentences += other.sentences;
    truncated += other.truncated;
  }

  private void mergeLayers(List<LayerMeasures> others) {
    for (int layer = 0; layer < layers.size(); layer++) {
      layers.get(layer).merge(others.get(layer));
    }
  }

  /**
   * Writes the state, so that another machine can read and merge it: see {@link AccumulatorFormat}.
   *
   * @throws IOException where nothing can be written
   */
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    out.writeBoolean(settings.specialTokens());
    out.writeBoolean(settings.thorough());
    out.writeLong(settings.seed());
    out.writeInt(occurrences.length);
    AccumulatorFormat.write(out, occurrences);
    out.writeLong(sentences);
    out.writeLong(truncated);
    out.writeInt(layers.size());
    for (LayerMeasures layer : layers) {
      layer.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static TextMeasures read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    DetailedGeometry settings =
        new DetailedGeometry(in.readBoolean(), in.readBoolean(), in.readLong());
    int types = AccumulatorFormat.size(in, "token types", 0, Integer.MAX_VALUE);
    int[] occurrences = AccumulatorFormat.ints(in, types);
    long sentences = AccumulatorFormat.count(in);
    long truncated = AccumulatorFormat.count(in, sentences);
    int size = AccumulatorFormat.size(in, "layers", 1, MOST_LAYERS);
    TextMeasures read = new TextMeasures(settings, dimension, occurrences, size);
    read.sentences = sentences;
    read.truncated = truncated;
    for (int layer = 0; layer < size; layer++) {
      LayerMeasures measures = LayerMeasures.read(in, read.choice);
      AccumulatorFormat.requireSame(dimension, measures.dimension());
      read.layers.add(measures);
    }
    return read;
  }

  /** How many sentences were added. */
  public long sentences() {
    return sentences;
  }

  /**
   * Takes the sums of token types out of every layer, in parts: part k has the types whose number
   * modulo the parts is k, and is to be merged with part k of that layer of other machines, and
   * with no other. Their results together are what {@link #result} needs.
   *
   * @param parts of each layer, at least 1; with more than there are types each has one
   * @return {@code [layers + 1][parts]}
   */
  public List<List<LayerTypes>> takeTypes(int parts) {
    return layers.stream().map(layer -> layer.takeTypes(parts)).toList();
  }

  /**
   * The mean token of every layer, {@code [layers + 1][d]}: what {@link LayerTypes#result} is asked
   * with.
   *
   * @throws IllegalStateException without a token
   */
  public double[][] centroids() {
    return layers.stream().map(LayerMeasures::mean).toArray(double[][]::new);
  }

  /**
   * The figures.
   *
   * @param encoder of the model, for its tokens
   * @param model its name, for the record
   * @param types of each layer that were taken out, {@link LayerTypes.Result#of} of its parts; null
   *     where none were
   * @throws IllegalArgumentException where there is not one for each layer
   */
  public DetailedGeometry.Measured result(
      Encoder encoder, String model, @Nullable List<LayerTypes.Result> types) {
    return result(encoder, model, types, null);
  }

  /**
   * Measures what takes a second pass over the whole text: every layer without its mean and without
   * its rogue dimensions.
   */
  List<VariantMeasures> variants(Encoder encoder, TokenizedText text) {
    List<MeasuredLayer.Result> results = layers.stream().map(LayerMeasures::result).toList();
    return new LayerPass(settings.specialTokens())
        .run(
            encoder,
            text,
            layer ->
                new VariantMeasures(
                    layers.get(layer).mean(), choice.kept(), rogue(results.get(layer).geometry())),
            (layer, number, ids, first, states, offset, count) ->
                layer.addSentence(ids, first, states, offset, count),
            (number, states, offset, count) -> {});
  }

  private static List<Integer> rogue(LayerGeometry.Result result) {
    return result.rogueDimensions().stream().map(RogueDimensions.Share::dimension).toList();
  }

  /**
   * The figures of every layer.
   *
   * @param types as the public one has them
   * @param variants of every layer; null where there was no second pass
   */
  DetailedGeometry.Measured result(
      Encoder encoder,
      String model,
      @Nullable List<LayerTypes.Result> types,
      @Nullable List<VariantMeasures> variants) {
    if (types != null && types.size() != layers.size()) {
      throw new IllegalArgumentException(
          types.size() + " results of types for " + layers.size() + " layers");
    }
    int last = layers.size() - 1;
    List<MeasuredLayer.Result> results =
        IntStream.rangeClosed(0, last)
            .mapToObj(i -> layers.get(i).result(types == null ? null : types.get(i)))
            .toList();
    // Eigenvalues take their time: a layer a core.
    List<Geometry.Layer> told =
        IntStream.rangeClosed(0, last)
            .parallel()
            .mapToObj(
                i ->
                    ResultRecords.layer(
                        i,
                        results.get(i),
                        ModelGeometry.ROGUE_DIMENSIONS,
                        layers
                            .get(i)
                            .detail(
                                types == null ? null : types.get(i),
                                variants == null ? null : variants.get(i))))
            .toList();
    LayerGeometry.Result tokens = results.get(last).geometry();
    Geometry geometry =
        Geometry.of(
                model,
                null,
                ResultRecords.corpus(tokens, truncated, settings.specialTokens()),
                told,
                ResultRecords.types(encoder.tokenizer(), tokens.types()))
            .withFindings(ResultRecords.findings(Diagnosis.Figures.of(tokens, dimension)));
    AdjustedSelfSimilarities similarities = layers.get(last).similarities();
    return new DetailedGeometry.Measured(
        geometry,
        similarities == null
            ? null
            : new TokenSimilarities(similarities, numbers(encoder.tokenizer(), tokens.types())));
  }

  private static Map<String, Integer> numbers(
      Tokenizer tokenizer, List<SelfSimilarity.Type> types) {
    Map<String, Integer> numbers = new HashMap<>();
    types.forEach(type -> numbers.put(tokenizer.token(type.type()), type.type()));
    return numbers;
  }
}
