package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.api.Test;

/** The figures against their definitions, and what a translation of the cloud does to each. */
class BlockJackknifeTest {
  static final int BLOCKS = 5;
  static final int CONTENT = 6;
  static final int FUNCTION = 6;

  /** Relative to 1: some thousand roundings of doubles. */
  private static final double ROUNDING = 1e-11;

  /**
   * A type that a block has all but one occurrences of is not known without it. No figure is -9.
   */
  private static final double UNKNOWN = -9;

  /** Those of no single type. */
  private static final int FIGURES = 11;

  /** Labels as they are, then exchanged. */
  private static final List<boolean[]> LABELLINGS = List.of(labels(6, 0), labels(6, 3));

  private static boolean[] labels(int count, int from) {
    boolean[] labels = new boolean[CONTENT + FUNCTION];
    Arrays.fill(labels, from, from + count, true);
    return labels;
  }

  // As AccumulatorContractTest has it.

  /** A sentence with the first occurrence of each of its types; its embedding is its last token. */
  static void add(
      BlockJackknife accumulator, Sentence sentence, float[] tokens, int[] ids, int margin) {
    int count = sentence.tokens().length;
    Map<Integer, Integer> first = new TreeMap<>();
    for (int t = 0; t < count; t++) {
      first.putIfAbsent(ids[margin + t], t);
    }
    int block = ContextDefinitions.group(sentence, BLOCKS);
    accumulator.addSentence(
        block,
        first.keySet().stream().mapToInt(type -> type).toArray(),
        first.values().stream().mapToInt(position -> position).toArray(),
        tokens,
        margin,
        count);
    accumulator.addEmbedding(block, tokens, tokens.length - sentence.tokens()[0].length);
  }

  /**
   * Every figure: the whole, without each block, without each type, and the interaction of the two;
   * then those of each type. NaN for a figure that is undefined, {@link #UNKNOWN} for what becomes
   * of one that is not.
   */
  static double[] figures(BlockJackknife.Result r) {
    Stream<double[]> ofTypes =
        r.types().stream()
            .flatMap(
                type ->
                    Stream.of(
                        figure(type.adjustedSelfSimilarity(), r.sentences()),
                        figure(type.typeCorrelation(), r.sentences())));
    Stream<double[]> all =
        Stream.of(
            figure(r.anisotropy(), 0),
            figure(r.sentenceAnisotropy(), 0),
            figure(r.contentAdjustedSelfSimilarity(), CONTENT),
            figure(r.contentTypeCorrelation(), CONTENT),
            figure(r.functionAdjustedSelfSimilarity(), FUNCTION),
            figure(r.functionTypeCorrelation(), FUNCTION),
            figure(r.typeCorrelationContrast(), CONTENT + FUNCTION),
            figure(r.adjustedIntraSentenceSimilarity(), 0),
            figure(r.sentenceCorrelation(), 0),
            figure(r.centroidNorm(), 0),
            figure(r.logCentroidShare(), 0));
    return Stream.concat(all, ofTypes).flatMapToDouble(DoubleStream::of).toArray();
  }

  /** Of one type, which may be unknown where other figures are not. */
  private static double[] figure(BlockJackknife.Figure figure, long sentences) {
    double[] figures = figure(figure, 0);
    return figure.value() == null && sentences > 0
        ? DoubleStream.of(figures).map(unused -> UNKNOWN).toArray()
        : figures;
  }

  private static double[] figure(BlockJackknife.Figure figure, int types) {
    double missing = figure.value() == null ? Double.NaN : UNKNOWN;
    return DoubleStream.concat(
            DoubleStream.of(figure.value() == null ? Double.NaN : figure.value()),
            DoubleStream.concat(
                numbers(figure.withoutBlock(), BLOCKS, missing),
                DoubleStream.concat(
                    numbers(figure.withoutType(), types, missing),
                    numbers(figure.interaction(), types * BlockJackknife.PROJECTIONS, missing))))
        .toArray();
  }

  private static DoubleStream numbers(List<Double> list, int size, double missing) {
    return list == null
        ? DoubleStream.generate(() -> missing).limit(size)
        : list.stream().mapToDouble(Double::doubleValue);
  }

  /** The same by brute force. */
  static double[] definition(Sentences corpus) {
    List<double[]> without = new ArrayList<>();
    for (int k = -1; k < BLOCKS; k++) {
      without.add(plain(corpus, k, -1));
    }
    List<double[]> withoutType = new ArrayList<>();
    for (int t = 0; t < CONTENT + FUNCTION; t++) {
      withoutType.add(plain(corpus, -1, t));
    }
    double[][][] withoutBoth = new double[CONTENT + FUNCTION][BLOCKS][];
    for (int t = 0; t < CONTENT + FUNCTION; t++) {
      for (int k = 0; k < BLOCKS; k++) {
        withoutBoth[t][k] = plain(corpus, k, t);
      }
    }
    double[] whole = without.get(0);
    for (int f = FIGURES; f < whole.length; f++) {
      whole[f] = Double.isNaN(whole[f]) ? UNKNOWN : whole[f];
    }
    List<Double> all = new ArrayList<>();
    for (int f = 0; f < whole.length; f++) {
      int figure = f;
      all.add(whole[f]);
      List<Double> ofBlocks =
          defined(without.stream().skip(1).map(w -> w[figure]).toList(), whole[f]);
      int from = f == 4 || f == 5 ? CONTENT : 0;
      int to = f == 2 || f == 3 ? CONTENT : f >= 4 && f <= 6 ? CONTENT + FUNCTION : from;
      List<Double> ofTypes =
          defined(withoutType.subList(from, to).stream().map(w -> w[figure]).toList(), whole[f]);
      List<Double> interactions = new ArrayList<>();
      for (int t = from; t < to; t++) {
        for (int k = 0; k < BlockJackknife.PROJECTIONS; k++) {
          double sum = 0;
          for (int b = 0; b < BLOCKS; b++) {
            double interaction =
                withoutBoth[t][b][f] - withoutType.get(t)[f] - without.get(b + 1)[f] + whole[f];
            sum += BlockJackknife.sign(t % CONTENT, b, k) * interaction;
          }
          interactions.add(sum);
        }
      }
      boolean unknown = ofBlocks.contains(UNKNOWN) || ofTypes.contains(UNKNOWN);
      all.addAll(ofBlocks);
      all.addAll(ofTypes);
      all.addAll(
          unknown
              ? Collections.nCopies(interactions.size(), UNKNOWN)
              : defined(interactions, whole[f]));
    }
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Double> defined(List<Double> figures, double whole) {
    return Double.isNaN(whole) || whole == UNKNOWN || figures.contains(Double.NaN)
        ? Collections.nCopies(figures.size(), Double.isNaN(whole) ? Double.NaN : UNKNOWN)
        : figures;
  }

  private record Occurrence(int type, int block, double[] vector) {}

  /**
   * The eleven figures without a block and without a type, -1 for none; then the two of each type.
   */
  private static double[] plain(Sentences corpus, int withoutBlock, int withoutType) {
    List<Sentence> left = new ArrayList<>();
    for (Sentence sentence : corpus.list()) {
      if (ContextDefinitions.group(sentence, BLOCKS) != withoutBlock) {
        left.add(sentence);
      }
    }
    List<Occurrence> occurrences = new ArrayList<>();
    double[] across = new double[2];
    double[] embeddings = new double[2];
    double within = 0;
    int ofTwo = 0;
    for (int i = 0; i < left.size(); i++) {
      float[][] x = left.get(i).tokens();
      int block = ContextDefinitions.group(left.get(i), BLOCKS);
      Map<Integer, Occurrence> first = new LinkedHashMap<>();
      for (int t = 0; t < x.length; t++) {
        int type = left.get(i).types()[t];
        if (type != withoutType) {
          first.putIfAbsent(type, new Occurrence(type, block, Definitions.doubles(x[t])));
        }
      }
      occurrences.addAll(first.values());
      if (x.length > 1) {
        within += Definitions.meanCosine(List.of(x));
        ofTwo++;
      }
      for (int k = 0; k < i; k++) {
        float[][] y = left.get(k).tokens();
        if (ContextDefinitions.group(left.get(k), BLOCKS) != block) {
          double cosines = 0;
          for (float[] u : x) {
            for (float[] v : y) {
              cosines += Definitions.cosine(u, v);
            }
          }
          across[0] += cosines / (x.length * y.length);
          across[1]++;
          embeddings[0] += Definitions.cosine(x[x.length - 1], y[y.length - 1]);
          embeddings[1]++;
        }
      }
    }
    double a = across[0] / across[1];
    double[] content = typeClass(occurrences, 0, CONTENT);
    double[] function = typeClass(occurrences, CONTENT, CONTENT + FUNCTION);
    Sentences rest = new Sentences(corpus.dimension(), left);
    double centroid = Definitions.centroidNorm(rest.vectors(), corpus.dimension());
    double[] figures = {
      a,
      embeddings[0] / embeddings[1],
      content[0] - a,
      content[1],
      function[0] - a,
      function[1],
      content[1] - function[1],
      Definitions.intraSentenceSimilarity(rest) - a,
      (within / ofTwo - a) / (1 - a),
      centroid,
      Math.log(centroid / Definitions.meanNorm(rest.vectors()))
    };
    DoubleStream ofTypes =
        Stream.of(content, function)
            .flatMapToDouble(
                types ->
                    IntStream.range(2, types.length)
                        .mapToDouble(i -> i % 2 == 0 ? types[i] - a : types[i]));
    return DoubleStream.concat(DoubleStream.of(figures), ofTypes).toArray();
  }

  /**
   * Self-similarity and type correlation of the types from, inclusive, to, exclusive; then the two
   * of each type.
   */
  private static double[] typeClass(List<Occurrence> occurrences, int from, int to) {
    double similarities = 0;
    int known = 0;
    double[] ofTypes = new double[to - from];
    double different = 0;
    long differentPairs = 0;
    for (int type = from; type < to; type++) {
      double same = 0;
      long samePairs = 0;
      for (int i = 0; i < occurrences.size(); i++) {
        for (int k = 0; k < i; k++) {
          Occurrence x = occurrences.get(i);
          Occurrence y = occurrences.get(k);
          if (x.type() == type && y.type() == type) {
            same += Definitions.cosine(x.vector(), y.vector());
            samePairs++;
          } else if (x.type() == type
              && y.type() != type
              && y.type() >= from
              && y.type() < to
              && x.block() != y.block()) {
            different += Definitions.cosine(x.vector(), y.vector());
            differentPairs++;
          } else if (y.type() == type
              && x.type() != type
              && x.type() >= from
              && x.type() < to
              && x.block() != y.block()) {
            different += Definitions.cosine(x.vector(), y.vector());
            differentPairs++;
          }
        }
      }
      ofTypes[type - from] = same / samePairs;
      if (samePairs > 0) {
        similarities += same / samePairs;
        known++;
      }
    }
    double s = similarities / known;
    double b = different / differentPairs;
    return DoubleStream.concat(
            DoubleStream.of(s, (s - b) / (1 - b)),
            DoubleStream.of(ofTypes).flatMap(t -> DoubleStream.of(t, (t - b) / (1 - b))))
        .toArray();
  }

  private static BlockJackknife of(Sentences corpus) {
    BlockJackknife accumulator = new BlockJackknife(corpus.dimension(), BLOCKS, CONTENT, FUNCTION);
    for (Sentence sentence : corpus.list()) {
      add(accumulator, sentence, sentence.flat(0), sentence.types(), 0);
    }
    return accumulator;
  }

  @Test
  void theContrastUnderOtherLabelsIsThatOfTypesNumberedSo() {
    Sentences corpus = Sentences.random(4, 60, 13);
    List<Double> contrasts = Objects.requireNonNull(of(corpus).contrasts(LABELLINGS));
    int[] renumbered = {6, 7, 8, 0, 1, 2, 3, 4, 5, 9, 10, 11};
    List<Sentence> exchanged =
        corpus.list().stream()
            .map(
                s ->
                    new Sentence(
                        IntStream.of(s.types()).map(type -> renumbered[type]).toArray(),
                        s.tokens()))
            .toList();
    // The block follows from the types; only the class labels are to differ.
    BlockJackknife other = new BlockJackknife(13, BLOCKS, CONTENT, FUNCTION);
    for (int i = 0; i < exchanged.size(); i++) {
      Sentence sentence = exchanged.get(i);
      Map<Integer, Integer> first = new TreeMap<>();
      for (int t = 0; t < sentence.types().length; t++) {
        first.putIfAbsent(sentence.types()[t], t);
      }
      other.addSentence(
          ContextDefinitions.group(corpus.list().get(i), BLOCKS),
          first.keySet().stream().mapToInt(type -> type).toArray(),
          first.values().stream().mapToInt(position -> position).toArray(),
          sentence.flat(0),
          0,
          sentence.types().length);
    }
    assertThat(contrasts.get(0))
        .isCloseTo(of(corpus).result().typeCorrelationContrast().value(), within(ROUNDING));
    assertThat(contrasts.get(1))
        .isCloseTo(other.result().typeCorrelationContrast().value(), within(ROUNDING))
        .isNotCloseTo(contrasts.get(0), within(1e-3));
  }

  /** What the projections are for: the sum of the squared interactions. */
  @Test
  void theSignsOfProjectionsAreBalancedAndUncorrelated() {
    int size = 64;
    int cells = 60 * size;
    for (int k = 0; k < BlockJackknife.PROJECTIONS; k++) {
      for (int other = 0; other <= k; other++) {
        int sum = 0;
        int neighbours = 0;
        for (int t = 0; t < 60; t++) {
          for (int b = 0; b < size; b++) {
            int sign = BlockJackknife.sign(t, b, k);
            sum += other == k ? sign : sign * BlockJackknife.sign(t, b, other);
            neighbours += sign * BlockJackknife.sign(t, (b + 1) % size, other);
          }
        }
        assertThat(Math.abs(sum)).isLessThan((int) (4 * Math.sqrt(cells)));
        assertThat(Math.abs(neighbours)).isLessThan((int) (4 * Math.sqrt(cells)));
      }
    }
  }

  @Test
  void undefinedFiguresAreNullAndSoAreContrasts() {
    BlockJackknife one = new BlockJackknife(2, 3, 1, 1);
    one.addSentence(1, new int[] {0}, new int[] {0}, new float[] {1, 0, 0, 1}, 0, 2);
    BlockJackknife.Result result = one.result();

    assertThat(result.anisotropy().value()).as("one block").isNull();
    assertThat(result.contentTypeCorrelation().value()).as("one occurrence").isNull();
    assertThat(result.centroidNorm().value()).isEqualTo(Math.sqrt(0.5));
    assertThat(result.centroidNorm().withoutBlock()).as("nothing is left").isNull();
    assertThat(one.contrasts(List.of(new boolean[] {true, false}))).isNull();
    // All alike: cosines of 1 leave nothing that a type could explain.
    BlockJackknife alike = new BlockJackknife(2, 2, 2, 0);
    for (int block = 0; block < 2; block++) {
      alike.addSentence(block, new int[] {0, 1}, new int[] {0, 1}, new float[] {1, 1, 1, 1}, 0, 2);
    }
    assertThat(alike.result().contentTypeCorrelation().value()).isNull();
    assertThat(alike.result().sentenceCorrelation().value()).isNull();
    assertThat(alike.result().anisotropy().value()).isCloseTo(1, within(ROUNDING));
  }

  @Test
  void refusesWhatDoesNotFit() {
    BlockJackknife accumulator = new BlockJackknife(2, 3, 1, 1);
    float[] tokens = {1, 0, 0, 1};
    int[] none = {};
    assertThatThrownBy(() -> accumulator.addSentence(3, none, none, tokens, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> accumulator.addSentence(0, new int[] {2}, new int[] {0}, tokens, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> accumulator.addSentence(0, new int[] {0}, new int[] {2}, tokens, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> accumulator.addSentence(0, new int[] {0}, none, tokens, 0, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> accumulator.merge(new BlockJackknife(2, 3, 2, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> accumulator.contrasts(List.of(new boolean[3])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BlockJackknife(2, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(accumulator.result().sentences()).isZero();
  }

  // What a translation does.

  private static final int WIDE = 400;

  /** Squared lengths of the mean, a type's, a sentence's and a token's own part. */
  private static final double MEAN = 2;

  private static final double TYPE = 0.5;
  private static final double SENTENCE = 0.3;
  private static final double TOKEN = 0.7;

  /**
   * Cosines of independent vectors in 400 dimensions deviate by .05; of types' parts 12 are drawn.
   */
  private static final double SAMPLING = 0.03;

  private static double[] gaussian(Random random, double squaredLength) {
    double[] x = new double[WIDE];
    for (int j = 0; j < WIDE; j++) {
      x[j] = Math.sqrt(squaredLength / WIDE) * random.nextGaussian();
    }
    return x;
  }

  /** x = m + t + c + e, the mean shortened to a share of it. */
  private static BlockJackknife.Result model(
      int seed, double shareOfMean, double typePart, double sentencePart) {
    Random random = new Random(seed);
    double[] mean = gaussian(random, MEAN);
    double[][] types = new double[CONTENT + FUNCTION][];
    Arrays.setAll(types, unused -> gaussian(random, typePart));
    BlockJackknife accumulator = new BlockJackknife(WIDE, 20, CONTENT, FUNCTION);
    for (int s = 0; s < 120; s++) {
      double[] common = gaussian(random, sentencePart);
      float[] tokens = new float[8 * WIDE];
      int[] chosen = random.ints(0, types.length).distinct().limit(8).toArray();
      for (int t = 0; t < 8; t++) {
        double[] own = gaussian(random, TOKEN);
        for (int j = 0; j < WIDE; j++) {
          tokens[t * WIDE + j] =
              (float) (shareOfMean * mean[j] + types[chosen[t]][j] + common[j] + own[j]);
        }
      }
      accumulator.addSentence(s % 20, chosen, IntStream.range(0, 8).toArray(), tokens, 0, 8);
    }
    return accumulator.result();
  }

  /** A translation of a Gaussian cloud: what looked mitigated by s - A has not changed by rho. */
  @Test
  void aTranslationRaisesTheAdjustedFiguresAndLeavesTheCorrelations() {
    for (int seed = 0; seed < 3; seed++) {
      BlockJackknife.Result before = model(seed, 1, TYPE, SENTENCE);
      BlockJackknife.Result after = model(seed, 0.3, TYPE, SENTENCE);

      assertThat(before.anisotropy().value() - after.anisotropy().value()).isGreaterThan(0.2);
      assertThat(
              change(before.contentAdjustedSelfSimilarity(), after.contentAdjustedSelfSimilarity()))
          .isGreaterThan(0.1);
      assertThat(
              change(
                  before.functionAdjustedSelfSimilarity(), after.functionAdjustedSelfSimilarity()))
          .isGreaterThan(0.1);
      assertThat(change(before.contentTypeCorrelation(), after.contentTypeCorrelation()))
          .isCloseTo(0, within(SAMPLING));
      assertThat(change(before.functionTypeCorrelation(), after.functionTypeCorrelation()))
          .isCloseTo(0, within(SAMPLING));
      assertThat(change(before.sentenceCorrelation(), after.sentenceCorrelation()))
          .isCloseTo(0, within(SAMPLING));
      // And they are what the parts say; tokens of a sentence are of different types here.
      assertThat(before.contentTypeCorrelation().value())
          .isCloseTo(TYPE / (TYPE + SENTENCE + TOKEN), within(SAMPLING));
      assertThat(before.sentenceCorrelation().value())
          .isCloseTo(SENTENCE / (TYPE + SENTENCE + TOKEN), within(SAMPLING));
    }
  }

  private static double change(BlockJackknife.Figure before, BlockJackknife.Figure after) {
    return after.value() - before.value();
  }

  /** Nothing in common but the mean: the paper's figure is far from 0, the correlation is not. */
  @Test
  void independentTokensHaveNoSentenceCorrelation() {
    for (double share : new double[] {1, 0.3}) {
      BlockJackknife.Result result = model(7, share, 0, 0);
      double a = result.anisotropy().value();

      assertThat(result.sentenceCorrelation().value()).isCloseTo(0, within(SAMPLING));
      assertThat(result.adjustedIntraSentenceSimilarity().value())
          .isCloseTo(Math.sqrt((1 + 7 * a) / 8) - a, within(SAMPLING))
          .isGreaterThan(0.1);
    }
  }

  /** Rotated and scaled clouds have the same correlations. */
  @Test
  void correlationsAreThoseOfTheShape() {
    Sentences corpus = Sentences.random(9, 60, 13);
    List<UnaryOperator<Sentences>> changes = List.of(c -> c.rotated(3), c -> c.scaled(5));
    for (UnaryOperator<Sentences> changed : changes) {
      assertThat(of(changed.apply(corpus)).result().contentTypeCorrelation().value())
          .isCloseTo(of(corpus).result().contentTypeCorrelation().value(), within(1e-6));
    }
  }
}
