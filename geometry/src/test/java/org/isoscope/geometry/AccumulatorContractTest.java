package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isoscope.geometry.Sentences.Sentence;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every accumulator must do whatever it measures. A new one is added by naming it in {@link
 * #measures}; what it measures, {@link PropertiesTest} holds against the definition given there.
 */
class AccumulatorContractTest {
  /** Relative to 1 or the figure: some thousand roundings of doubles in sums of a few hundred. */
  private static final double ROUNDING = 1e-11;

  /** Not a multiple of 4, so that the tails of unrolled loops are used. */
  private static final int DIMENSION = 13;

  /** Enough tokens (about 200) for several blocks of the covariance. */
  private static final int SENTENCES = 40;

  private static final int MARGIN = 5;

  /** Dimension 2 is the strong one of the random corpora. */
  private static final List<Integer> ROGUE = List.of(2, 7, 0, 12, 5);

  /** Takes one sentence. */
  interface Feed<A> {
    void sentence(A accumulator, Sentence sentence, float[] tokens, int[] types, int count);
  }

  /**
   * One accumulator under test.
   *
   * @param takesSentences fed whole sentences, not vector by vector
   * @param figures its result's figures in a fixed order, NaN for undefined
   * @param definition the same figures by brute force
   */
  record Measure<A extends Accumulator<A, R>, R>(
      String name,
      IntFunction<A> make,
      Feed<A> feed,
      boolean takesSentences,
      Function<R, double[]> figures,
      Function<Sentences, double[]> definition) {

    A of(Sentences corpus) {
      A accumulator = make.apply(corpus.dimension());
      add(accumulator, corpus);
      return accumulator;
    }

    void add(A accumulator, Sentences corpus) {
      for (Sentence sentence : corpus.list()) {
        feed.sentence(
            accumulator,
            sentence,
            sentence.flat(MARGIN),
            sentence.flatTypes(MARGIN),
            sentence.tokens().length);
      }
    }

    double[] figures(A accumulator) {
      return figures.apply(accumulator.result());
    }

    double[] figures(Sentences corpus) {
      return figures(of(corpus));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Takes one vector. */
  interface FeedVector<A> {
    void vector(A accumulator, float[] values, int offset);
  }

  private static <A> Feed<A> vectors(FeedVector<A> feed) {
    return (accumulator, sentence, tokens, types, count) -> {
      for (int t = 0; t < count; t++) {
        feed.vector(accumulator, tokens, MARGIN + t * sentence.tokens()[0].length);
      }
    };
  }

  static Stream<Measure<?, ?>> measures() {
    return Stream.of(
        new Measure<MeanCosine, MeanCosine.Result>(
            "MeanCosine",
            MeanCosine::new,
            vectors(MeanCosine::add),
            false,
            r -> figures(r.meanCosine()),
            c -> new double[] {Definitions.meanCosine(c.vectors())}),
        new Measure<Anisotropy, Anisotropy.Result>(
            "Anisotropy",
            Anisotropy::new,
            (a, s, tokens, types, count) -> a.addSentence(tokens, MARGIN, count),
            true,
            r -> figures(r.anisotropy()),
            c -> new double[] {Definitions.anisotropy(c)}),
        new Measure<SelfSimilarity, SelfSimilarity.Result>(
            "SelfSimilarity",
            SelfSimilarity::new,
            (a, s, tokens, types, count) -> a.addSentence(types, MARGIN, tokens, MARGIN, count),
            true,
            r -> figures(r.selfSimilarity()),
            c -> new double[] {Definitions.selfSimilarity(c)}),
        new Measure<IntraSentenceSimilarity, IntraSentenceSimilarity.Result>(
            "IntraSentenceSimilarity",
            IntraSentenceSimilarity::new,
            (a, s, tokens, types, count) -> a.addSentence(tokens, MARGIN, count),
            true,
            r -> figures(r.intraSentenceSimilarity()),
            c -> new double[] {Definitions.intraSentenceSimilarity(c)}),
        new Measure<TokenNorm, TokenNorm.Result>(
            "TokenNorm",
            TokenNorm::new,
            vectors(TokenNorm::add),
            false,
            r -> figures(r.meanNorm()),
            c -> new double[] {Definitions.meanNorm(c.vectors())}),
        new Measure<CentroidNorm, CentroidNorm.Result>(
            "CentroidNorm",
            CentroidNorm::new,
            vectors(CentroidNorm::add),
            false,
            r -> figures(r.centroidNorm()),
            c -> new double[] {Definitions.centroidNorm(c.vectors(), c.dimension())}),
        new Measure<RogueDimensions, RogueDimensions.Result>(
            "RogueDimensions",
            RogueDimensions::new,
            vectors(RogueDimensions::add),
            false,
            r -> shares(r.shares()),
            AccumulatorContractTest::definedShares),
        new Measure<IsoScore, IsoScore.Result>(
            "IsoScore",
            IsoScore::new,
            vectors(IsoScore::add),
            false,
            r -> figures(r.isoScore(), r.debiasedIsoScore()),
            c -> Definitions.isoScores(c.vectors(), c.dimension())),
        new Measure<Covariance, Covariance.Result>(
            "Covariance",
            Covariance::new,
            vectors(Covariance::add),
            false,
            r -> figures(r.totalVariance(), r.frobeniusNorm()),
            c -> Definitions.covarianceSizes(c.vectors(), c.dimension())),
        new Measure<PartitionIsotropy, PartitionIsotropy.Result>(
            "PartitionIsotropy",
            d -> new PartitionIsotropy(Definitions.axes(d), 0.1),
            vectors(PartitionIsotropy::add),
            false,
            r -> figures(r.partitionIsotropy(), r.logPartitionIsotropy()),
            c -> Definitions.partitionIsotropy(c.vectors(), Definitions.axes(c.dimension()), 0.1)),
        new Measure<SecondOrderUniformity, SecondOrderUniformity.Result>(
            "SecondOrderUniformity",
            SecondOrderUniformity::new,
            vectors(SecondOrderUniformity::add),
            false,
            r -> figures(r.secondOrderUniformity(), r.meanCosine(), r.meanSquaredCosine()),
            c -> Definitions.secondOrderUniformity(c.vectors())),
        new Measure<Alignment, Alignment.Result>(
            "Alignment",
            Alignment::new,
            (a, s, tokens, types, count) ->
                a.add(tokens, MARGIN, tokens, tokens.length - s.tokens()[0].length),
            false,
            r -> figures(r.alignment()),
            c -> new double[] {Definitions.alignmentOfFirstWithLast(c)}),
        new Measure<LinearCka, LinearCka.Result>(
            "LinearCka",
            d -> new LinearCka(d, d),
            (a, s, tokens, types, count) ->
                a.add(tokens, MARGIN, tokens, tokens.length - s.tokens()[0].length),
            false,
            r -> figures(r.cka(), r.debiasedCka()),
            c -> LinearCkaTest.definition(firsts(c), lasts(c))),
        new Measure<Procrustes, Procrustes.Result>(
            "Procrustes",
            Procrustes::new,
            (a, s, tokens, types, count) ->
                a.add(tokens, MARGIN, tokens, tokens.length - s.tokens()[0].length),
            false,
            r -> figures(r.distance()),
            c -> new double[] {ProcrustesTest.definition(firsts(c), lasts(c))}),
        new Measure<SpaceGeometry, SpaceGeometry.Result>(
            "SpaceGeometry",
            SpaceGeometry::of,
            vectors(SpaceGeometry::add),
            false,
            AccumulatorContractTest::spaceFigures,
            AccumulatorContractTest::definedSpaceFigures),
        new Measure<MeanEnergyShare, MeanEnergyShare.Result>(
            "MeanEnergyShare",
            MeanEnergyShare::new,
            vectors(MeanEnergyShare::add),
            false,
            r -> figures(r.meanEnergyShare()),
            c -> new double[] {ContextDefinitions.meanEnergyShare(c.vectors(), c.dimension())}),
        new Measure<RadiusOfGyration, RadiusOfGyration.Result>(
            "RadiusOfGyration",
            RadiusOfGyration::new,
            vectors(RadiusOfGyration::add),
            false,
            r -> figures(r.radiusOfGyration()),
            c -> new double[] {ContextDefinitions.radiusOfGyration(c.vectors(), c.dimension())}),
        new Measure<NormQuantiles, NormQuantiles.Result>(
            "NormQuantiles",
            NormQuantiles::new,
            vectors(NormQuantiles::add),
            false,
            r -> figures(r.mean(), r.standardDeviation(), r.min(), r.max()),
            c -> ContextDefinitions.norms(c.vectors())),
        new Measure<SpaceShift, SpaceShift.Result>(
            "SpaceShift",
            SpaceShift::new,
            (a, s, tokens, types, count) ->
                a.add(tokens, MARGIN, tokens, tokens.length - s.tokens()[0].length),
            false,
            r -> figures(r.meanCosine(), r.meanRelativeLength(), r.centroidShift()),
            ContextDefinitions::shiftOfFirstToLast),
        new Measure<OutlierDimensions, OutlierDimensions.Result>(
            "OutlierDimensions",
            OutlierDimensions::new,
            vectors(OutlierDimensions::add),
            false,
            AccumulatorContractTest::outlierFigures,
            c -> ContextDefinitions.outlierDimensions(c.vectors(), c.dimension())),
        new Measure<RogueInformativity, RogueInformativity.Result>(
            "RogueInformativity",
            d -> new RogueInformativity(d, ROGUE),
            vectors(RogueInformativity::add),
            false,
            r ->
                figures(
                    r.informativities().stream()
                        .map(RogueInformativity.Informativity::informativity)
                        .toArray(Double[]::new)),
            c ->
                IntStream.of(1, 3, 5)
                    .mapToDouble(
                        k -> ContextDefinitions.informativity(c.vectors(), ROGUE.subList(0, k)))
                    .toArray()),
        new Measure<MaximumExplainableVariance, MaximumExplainableVariance.Result>(
            "MaximumExplainableVariance",
            d -> new MaximumExplainableVariance(d, type -> true, 1000, 5),
            (a, s, tokens, types, count) ->
                a.addSentence(Arrays.hashCode(tokens), types, MARGIN, tokens, MARGIN, count),
            true,
            AccumulatorContractTest::explainableFigures,
            ContextDefinitions::explainableVariances),
        new Measure<FrequencyCorrelation, FrequencyCorrelation.Result>(
            "FrequencyCorrelation",
            d -> new FrequencyCorrelation(d, type -> true, type -> true),
            (a, s, tokens, types, count) -> a.addSentence(0, types, MARGIN, tokens, MARGIN, count),
            true,
            AccumulatorContractTest::frequencyFigures,
            ContextDefinitions::frequencyCorrelation),
        new Measure<SentenceJackknife, SentenceJackknife.Result>(
            "SentenceJackknife",
            SentenceJackknife::new,
            (a, s, tokens, types, count) ->
                a.addSentence(
                    ContextDefinitions.group(s, SentenceJackknife.GROUPS), tokens, MARGIN, count),
            true,
            r ->
                intervals(
                    r.anisotropy(),
                    r.intraSentenceSimilarity(),
                    r.adjustedIntraSentenceSimilarity(),
                    r.meanNorm(),
                    r.centroidNorm()),
            ContextDefinitions::sentenceJackknife),
        new Measure<SelfSimilarityJackknife, SelfSimilarityJackknife.Result>(
            "SelfSimilarityJackknife",
            d -> new SelfSimilarityJackknife(d, type -> true, 16),
            (a, s, tokens, types, count) ->
                a.addSentence(
                    ContextDefinitions.group(s, 16), types, MARGIN, tokens, MARGIN, count),
            true,
            r -> intervals(r.interval()),
            c -> ContextDefinitions.selfSimilarityJackknife(c, 16)),
        new Measure<BlockJackknife, BlockJackknife.Result>(
            "BlockJackknife",
            d ->
                new BlockJackknife(
                    d,
                    BlockJackknifeTest.BLOCKS,
                    BlockJackknifeTest.CONTENT,
                    BlockJackknifeTest.FUNCTION),
            (a, s, tokens, types, count) -> BlockJackknifeTest.add(a, s, tokens, types, MARGIN),
            true,
            BlockJackknifeTest::figures,
            BlockJackknifeTest::definition),
        new Measure<SentenceCorrelation, SentenceCorrelation.Result>(
            "SentenceCorrelation",
            SentenceCorrelation::new,
            (a, s, tokens, types, count) -> a.addSentence(tokens, MARGIN, count),
            true,
            r -> figures(r.withinSentenceCosine(), r.sentenceCorrelation()),
            Definitions::sentenceCorrelation),
        new Measure<NormVariation, NormVariation.Result>(
            "NormVariation",
            NormVariation::new,
            vectors(NormVariation::add),
            false,
            r -> figures(r.normVariation()),
            c -> new double[] {Definitions.normVariation(c.vectors())}),
        new Measure<LargestActivation, LargestActivation.Result>(
            "LargestActivation",
            LargestActivation::new,
            vectors(LargestActivation::add),
            false,
            r -> figures(r.largest(), r.mean()),
            c -> Definitions.activations(c.vectors())),
        new Measure<MatrixEntropy, MatrixEntropy.Result>(
            "MatrixEntropy",
            MatrixEntropy::new,
            (a, s, tokens, types, count) -> a.addSentence(tokens, MARGIN, count),
            true,
            r -> figures(r.matrixEntropy()),
            c -> new double[] {Definitions.matrixEntropy(c)}),
        new Measure<Centred, LayerGeometry.Result>(
            "Centred",
            d -> new Centred(removedMean(d), true, type -> true),
            (a, s, tokens, types, count) -> a.addSentence(types, MARGIN, tokens, MARGIN, count),
            true,
            AccumulatorContractTest::layerFigures,
            c -> definedLayerFigures(c.map(AccumulatorContractTest::centred))),
        new Measure<LayerGeometry, LayerGeometry.Result>(
            "LayerGeometry",
            d -> new LayerGeometry(d, true),
            (a, s, tokens, types, count) -> a.addSentence(types, MARGIN, tokens, MARGIN, count),
            true,
            AccumulatorContractTest::layerFigures,
            AccumulatorContractTest::definedLayerFigures));
  }

  private static List<float[]> firsts(Sentences corpus) {
    return corpus.list().stream().map(sentence -> sentence.tokens()[0]).toList();
  }

  private static List<float[]> lasts(Sentences corpus) {
    return corpus.list().stream()
        .map(sentence -> sentence.tokens()[sentence.tokens().length - 1])
        .toList();
  }

  private static double[] spaceFigures(SpaceGeometry.Result r) {
    double[] figures =
        figures(
            r.meanCosine(),
            r.meanNorm(),
            r.normVariation(),
            r.centroidNorm(),
            r.centroidShare(),
            r.isoScore(),
            r.debiasedIsoScore());
    return join(figures, shares(r.rogueDimensions()));
  }

  private static double[] definedSpaceFigures(Sentences c) {
    double centroid = Definitions.centroidNorm(c.vectors(), c.dimension());
    double squares = Definitions.meanSquaredNorm(c.vectors());
    double[] figures = {
      Definitions.meanCosine(c.vectors()),
      Definitions.meanNorm(c.vectors()),
      Definitions.normVariation(c.vectors()),
      centroid,
      centroid * centroid / squares
    };
    return join(join(figures, Definitions.isoScores(c.vectors(), c.dimension())), definedShares(c));
  }

  private static double[] removedMean(int dimension) {
    return IntStream.range(0, dimension).mapToDouble(j -> 0.3 * j - 1).toArray();
  }

  private static float[] centred(float[] x) {
    double[] mean = removedMean(x.length);
    for (int j = 0; j < x.length; j++) {
      x[j] = (float) (x[j] - mean[j]);
    }
    return x;
  }

  /** Deviations in the dimensions' order, then shares of the variance. */
  private static double[] outlierFigures(OutlierDimensions.Result r) {
    List<OutlierDimensions.Dimension> inOrder = new ArrayList<>(r.dimensions());
    inOrder.sort(Comparator.comparingInt(OutlierDimensions.Dimension::dimension));
    return join(
        figures(
            inOrder.stream().map(OutlierDimensions.Dimension::deviation).toArray(Double[]::new)),
        figures(
            inOrder.stream()
                .map(OutlierDimensions.Dimension::varianceShare)
                .toArray(Double[]::new)));
  }

  /** Of the types in order. */
  private static double[] explainableFigures(MaximumExplainableVariance.Result r) {
    return r.types().stream()
        .sorted(Comparator.comparingInt(MaximumExplainableVariance.Type::type))
        .mapToDouble(MaximumExplainableVariance.Type::maximumExplainableVariance)
        .toArray();
  }

  /** Of the types in order, then the correlations. */
  private static double[] frequencyFigures(FrequencyCorrelation.Result r) {
    double[] ofTypes =
        r.types().stream()
            .sorted(Comparator.comparingInt(FrequencyCorrelation.Type::type))
            .flatMapToDouble(
                t ->
                    DoubleStream.of(
                        t.meanNorm(),
                        t.centroidDistance(),
                        t.correctedSquaredDistance(),
                        t.selfSimilarity()))
            .toArray();
    return join(
        ofTypes,
        figures(r.norm(), r.centroidDistance(), r.correctedSquaredDistance(), r.selfSimilarity()));
  }

  /** Figure and standard error of each. */
  private static double[] intervals(JackknifeInterval... intervals) {
    return Arrays.stream(intervals)
        .flatMapToDouble(
            i ->
                i == null
                    ? DoubleStream.of(Double.NaN, Double.NaN)
                    : DoubleStream.of(i.figure(), i.standardError()))
        .toArray();
  }

  private static double[] layerFigures(LayerGeometry.Result r) {
    double[] figures =
        figures(
            r.anisotropy(),
            r.selfSimilarity(),
            r.adjustedSelfSimilarity(),
            r.intraSentenceSimilarity(),
            r.adjustedIntraSentenceSimilarity(),
            r.meanNorm(),
            r.centroidNorm(),
            r.isoScore(),
            r.debiasedIsoScore());
    return join(figures, shares(r.rogueDimensions()));
  }

  private static double[] definedLayerFigures(Sentences c) {
    double anisotropy = Definitions.anisotropy(c);
    double self = Definitions.selfSimilarity(c);
    double intra = Definitions.intraSentenceSimilarity(c);
    double[] figures = {
      anisotropy,
      self,
      self - anisotropy,
      intra,
      intra - anisotropy,
      Definitions.meanNorm(c.vectors()),
      Definitions.centroidNorm(c.vectors(), c.dimension())
    };
    return join(join(figures, Definitions.isoScores(c.vectors(), c.dimension())), definedShares(c));
  }

  private static double[] definedShares(Sentences c) {
    return join(
        Definitions.shares(c.vectors(), c.dimension(), true),
        Definitions.shares(c.vectors(), c.dimension(), false));
  }

  private static double[] figures(Double... figures) {
    return Stream.of(figures).mapToDouble(f -> f == null ? Double.NaN : f).toArray();
  }

  /** In the dimensions' order: with self pairs, then without. */
  private static double[] shares(List<RogueDimensions.Share> shares) {
    List<RogueDimensions.Share> inOrder = new ArrayList<>(shares);
    inOrder.sort(Comparator.comparingInt(RogueDimensions.Share::dimension));
    return join(
        figures(inOrder.stream().map(RogueDimensions.Share::share).toArray(Double[]::new)),
        figures(
            inOrder.stream()
                .map(RogueDimensions.Share::shareWithoutSelfPairs)
                .toArray(Double[]::new)));
  }

  private static double[] join(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /** The largest difference, relative to 1 or the figure; infinite where one is undefined. */
  static double difference(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return largest;
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void goesOnAfterMergeAndResult(Measure<A, R> measure) {
    Sentences corpus = Sentences.random(3, SENTENCES, DIMENSION);
    A accumulator = measure.of(corpus.part(0, 10));
    accumulator.merge(measure.of(corpus.part(10, 23)));
    accumulator.result();
    measure.add(accumulator, corpus.part(23, SENTENCES));
    assertThat(difference(measure.figures(accumulator), measure.figures(corpus)))
        .isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void mergingAnEmptyOneChangesNothing(Measure<A, R> measure) {
    Sentences corpus = Sentences.random(4, SENTENCES, DIMENSION);
    A full = measure.of(corpus);
    R before = full.result();
    full.merge(measure.make().apply(DIMENSION));
    assertThat(full.result()).isEqualTo(before);
    A empty = measure.make().apply(DIMENSION);
    empty.merge(full);
    assertThat(difference(measure.figures(empty), measure.figures(full))).isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void refusesToMergeItselfOrAnotherDimension(
      Measure<A, R> measure) {
    A accumulator = measure.make().apply(DIMENSION);
    assertThatThrownBy(() -> accumulator.merge(accumulator))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("itself");
    A other = measure.make().apply(DIMENSION + 1);
    assertThatThrownBy(() -> accumulator.merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("13 and 14");
    assertThatThrownBy(() -> measure.make().apply(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void isUndefinedWithoutVectors(Measure<A, R> measure) {
    assertThat(measure.figures(measure.make().apply(DIMENSION)))
        .satisfies(AccumulatorContractTest::allUndefined);
  }

  private static void allUndefined(double[] figures) {
    for (double figure : figures) {
      assertThat(figure).isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void hasNoNanForOneVectorOrOnlyZeroVectors(
      Measure<A, R> measure) {
    Sentences corpus = Sentences.random(5, 10, DIMENSION);
    Sentence first = corpus.list().get(0);
    Sentence one = new Sentence(new int[] {7}, new float[][] {first.tokens()[0]});
    for (Sentences few :
        List.of(new Sentences(DIMENSION, List.of(one)), corpus.scaled(0), corpus.part(0, 1))) {
      assertThat(measure.of(few).result().toString()).doesNotContain("NaN", "Infinity");
    }
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void refusesNonFiniteVectorsAndStaysAsItWas(
      Measure<A, R> measure) {
    Sentences corpus = Sentences.random(7, SENTENCES, DIMENSION);
    A accumulator = measure.of(corpus);
    R before = accumulator.result();
    float[] wrong = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
    };
    for (float value : wrong) {
      for (int j : new int[] {0, 5, DIMENSION - 1}) {
        float[] x = new float[DIMENSION];
        x[j] = value;
        Sentence sentence = new Sentence(new int[] {1}, new float[][] {x});
        Sentences bad = new Sentences(DIMENSION, List.of(sentence));
        assertThatThrownBy(() -> measure.add(accumulator, bad))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("offset " + MARGIN)
            .hasMessageContaining("not finite");
      }
    }
    assertThat(accumulator.result()).isEqualTo(before);
    // A sentence whose last token is wrong leaves no trace of its first ones.
    if (measure.takesSentences()) {
      float[][] tokens = {new float[DIMENSION], new float[DIMENSION]};
      tokens[0][3] = 1;
      tokens[1][3] = Float.NaN;
      Sentence half = new Sentence(new int[] {1, 2}, tokens);
      assertThatThrownBy(() -> measure.add(accumulator, new Sentences(DIMENSION, List.of(half))))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(accumulator.result()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void refusesSlicesOutsideTheArray(Measure<A, R> measure) {
    A accumulator = measure.make().apply(DIMENSION);
    Sentence sentence = new Sentence(new int[] {1}, new float[][] {new float[DIMENSION]});
    assertThatThrownBy(
            () ->
                measure
                    .feed()
                    .sentence(
                        accumulator, sentence, new float[MARGIN + DIMENSION - 1], new int[9], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(measure.figures(accumulator)).satisfies(AccumulatorContractTest::allUndefined);
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void givesTheSameBitsTwice(Measure<A, R> measure) {
    Sentences corpus = Sentences.random(10, SENTENCES, DIMENSION);
    assertThat(measure.of(corpus).result()).isEqualTo(measure.of(corpus).result());
  }
}
