package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Centred;
import org.isoscope.geometry.FrequencyCorrelation;
import org.isoscope.geometry.LayerGeometry;
import org.isoscope.geometry.MaximumExplainableVariance;
import org.isoscope.geometry.NormQuantiles;
import org.isoscope.geometry.RadiusOfGyration;
import org.isoscope.geometry.RogueInformativity;
import org.isoscope.geometry.RogueRemoval;
import org.isoscope.geometry.SelfSimilarity;
import org.isoscope.geometry.SentenceJackknife;
import org.isoscope.results.Comparison;
import org.isoscope.results.Geometry;
import org.isoscope.results.Interval;
import org.isoscope.results.LayerDetail;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The detail of layers against the measures fed one by one, and sentence vectors on the way. */
final class DetailedGeometryTest {
  /** Sums in another order, one thread instead of three. */
  private static final double TOLERANCE = 1e-9;

  private static final Comparator<Double> CLOSE =
      (a, b) -> Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a)) ? 0 : Double.compare(a, b);

  private static final int SENTENCES = 300;
  private static final int D = TinyModel.CONFIG.hiddenSize();
  private static final int LAST = TinyModel.CONFIG.layers();
  private static final SentenceSink NOWHERE = (number, layers, offset, count) -> {};

  @TempDir static Path directory;
  @TempDir static Path other;

  private static Encoder one;
  private static Encoder three;
  private static TokenizedText text;
  private static Geometry thorough;

  @BeforeAll
  static void measure() {
    TinyModel.write(directory, 11);
    one = TinyModel.open(directory, 1);
    three = TinyModel.open(directory, 3);
    text = one.tokenizer().tokenize(TinyModel.sentences(SENTENCES, 12));
    thorough = new DetailedGeometry(true, true, 5).measure(one, "tiny", text, NOWHERE).geometry();
  }

  @AfterAll
  static void close() {
    one.close();
    three.close();
  }

  /** Feeds every sentence of a layer, in the order of the text. */
  private static void feed(int layer, LayerPass.Add<Void> add) {
    float[][] states = new float[text.size()][];
    one.forEachBatch(
        text,
        () -> states,
        (all, batch) -> {
          for (int i = 0; i < batch.sentences().length; i++) {
            all[batch.sentences()[i]] =
                Arrays.copyOfRange(
                    batch.layers()[layer], batch.offsets()[i] * D, batch.offsets()[i + 1] * D);
          }
        });
    for (int i = 0; i < states.length; i++) {
      int[] ids = text.sentences().get(i);
      add.accept(null, i, ids, 0, states[i], 0, ids.length);
    }
  }

  private static LayerDetail detail(int layer) {
    return thorough.layers().get(layer).detail();
  }

  @Test
  void theLayersAreThoseOfModelGeometry() {
    Geometry plain = ModelGeometry.full().measure(one, "tiny", text, null);
    assertThat(thorough.layers())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("detail")
        .isEqualTo(plain.layers());
    assertThat(thorough.types()).isEqualTo(plain.types());
    assertThat(thorough.corpus()).isEqualTo(plain.corpus());
  }

  /** The figures are those of the types; what is told of intervals comes from geometry's tests. */
  @Test
  void classesAndChangesComeWithIntervals() {
    DetailedGeometry measures = new DetailedGeometry(true, false, 5);
    DetailedGeometry.Measured before = measures.measure(one, "tiny", text, NOWHERE);
    TinyModel.write(other, 13);
    List<String> sentences = TinyModel.sentences(SENTENCES, 12);
    try (Encoder second = TinyModel.open(other, 1)) {
      WordClasses classes = WordClasses.of(one, sentences, PartOfSpeech.english());
      DetailedGeometry.Measured labelled = classes.label(before);
      DetailedGeometry.Measured after =
          classes.label(measures.measure(second, "tiny", text, NOWHERE));

      double anisotropy = labelled.geometry().layers().get(LAST).anisotropy();
      assertThat(labelled.geometry().wordClasses())
          .extracting(Geometry.WordClass::wordClass)
          .contains("content", "function", "special");
      for (Geometry.WordClass words : labelled.geometry().wordClasses()) {
        List<Geometry.TokenType> types =
            labelled.geometry().types().stream()
                .filter(type -> words.wordClass().equals(type.wordClass()))
                .toList();
        assertThat(words.types()).isEqualTo(types.size());
        assertThat(words.adjustedSelfSimilarity())
            .isCloseTo(
                types.stream()
                        .mapToDouble(Geometry.TokenType::selfSimilarity)
                        .average()
                        .orElseThrow()
                    - anisotropy,
                within(TOLERANCE));
        holds(words.interval(), words.adjustedSelfSimilarity());
      }

      Comparison comparison = SelfSimilarityChange.compare(labelled, after);
      assertThat(comparison.wordClasses()).isNotEmpty();
      comparison.wordClasses().forEach(words -> holds(words.interval(), words.change()));
      assertThat(comparison.selfSimilarityChange())
          .filteredOn(type -> type.occurrences() > SENTENCES / 3)
          .isNotEmpty()
          .allSatisfy(type -> holds(type.interval(), type.change()));
      assertThat(SelfSimilarityChange.compare(labelled.geometry(), after.geometry()).wordClasses())
          .as("without what the intervals come from")
          .allSatisfy(words -> assertThat(words.interval()).isNull());
    }
  }

  private static void holds(Interval interval, double figure) {
    assertThat((interval.low() + interval.high()) / 2).isCloseTo(figure, within(TOLERANCE));
    assertThat(interval.high()).isGreaterThan(interval.low());
  }

  @Test
  void threadsDoNotMatter() {
    Geometry other =
        new DetailedGeometry(true, true, 5).measure(three, "tiny", text, NOWHERE).geometry();
    assertThat(other)
        .usingRecursiveComparison()
        .withComparatorForType(CLOSE, Double.class)
        .withComparatorForType(CLOSE, double.class)
        .isEqualTo(thorough);
  }

  @Test
  void onePassGivesTheSameButForTheVariantsAndTheTypesBelow() {
    Geometry quick =
        new DetailedGeometry(true, false, 5).measure(one, "tiny", text, NOWHERE).geometry();
    for (int layer = 0; layer <= LAST; layer++) {
      LayerDetail measured = quick.layers().get(layer).detail();
      assertThat(measured.centred()).isNull();
      assertThat(measured.withoutRogueDimensions()).isNull();
      assertThat(measured.informativity()).isNull();
      assertThat(measured.frequency() != null).isEqualTo(layer == LAST);
      assertThat(measured.maximumExplainableVariance() != null).isEqualTo(layer == LAST);
      assertThat(measured.norms()).isEqualTo(detail(layer).norms());
      assertThat(measured.spectrum()).isEqualTo(detail(layer).spectrum());
    }
    assertThat(quick.layers().get(LAST).detail().frequency()).isEqualTo(detail(LAST).frequency());
  }

  @Test
  void theFiguresAreThoseOfTheMeasures() {
    for (int layer = 0; layer <= LAST; layer++) {
      LayerGeometry plain = new LayerGeometry(D, true);
      SentenceJackknife jackknife = new SentenceJackknife(D);
      NormQuantiles norms = new NormQuantiles(D);
      RadiusOfGyration gyration = new RadiusOfGyration(D);
      FrequencyCorrelation frequency = new FrequencyCorrelation(D, type -> true, type -> true);
      // Fewer types than would be drawn from: all are.
      MaximumExplainableVariance explained =
          new MaximumExplainableVariance(D, DetailedGeometryTest::occursOften, 50, 5);
      feed(
          layer,
          (unused, number, ids, first, states, offset, count) -> {
            plain.addSentence(ids, first, states, offset, count);
            jackknife.addSentence(number, states, offset, count);
            for (int t = 0; t < count; t++) {
              norms.add(states, t * D);
              gyration.add(states, t * D);
            }
            frequency.addSentence(number, ids, first, states, offset, count);
            explained.addSentence(number, ids, first, states, offset, count);
          });
      LayerDetail measured = detail(layer);
      close(measured.intervals().anisotropy().low(), jackknife.result().anisotropy().low());
      close(measured.intervals().meanNorm().high(), jackknife.result().meanNorm().high());
      close(measured.norms().median(), norms.result().median());
      close(measured.radiusOfGyration(), gyration.result().radiusOfGyration());
      double participation = measured.spectrum().participationRatio();
      close((participation - 1) / (D - 1), plain.result().isoScore());
      assertThat(measured.spectrum().varianceShares()).hasSize(D);
      close(measured.spectrum().varianceShares().stream().mapToDouble(x -> x).sum(), 1);
      close(measured.frequency().norm(), frequency.result().norm());
      close(measured.frequency().neighbourDistance(), frequency.result().neighbourDistance());
      assertThat(measured.frequency().types()).isEqualTo(frequency.result().types().size());
      close(
          measured.maximumExplainableVariance().value(),
          explained.result().maximumExplainableVariance());
    }
    double self = thorough.layers().get(LAST).selfSimilarity();
    assertThat(detail(LAST).intervals().selfSimilarity().low()).isLessThan(self);
    assertThat(detail(LAST).intervals().selfSimilarity().high()).isGreaterThan(self);
  }

  private static boolean occursOften(int type) {
    return text.sentences().stream().flatMapToInt(Arrays::stream).filter(t -> t == type).count()
        >= SelfSimilarity.MIN_OCCURRENCES;
  }

  @Test
  void theVariantsAreThoseOfVectorsWithoutWhatIsRemoved() {
    for (int layer = 0; layer <= LAST; layer++) {
      LayerGeometry plain = new LayerGeometry(D, true);
      feed(
          layer,
          (unused, number, ids, first, states, offset, count) ->
              plain.addSentence(ids, first, states, offset, count));
      List<Integer> rogue =
          plain.result().rogueDimensions().stream().limit(5).map(x -> x.dimension()).toList();
      Centred centred = new Centred(plain.mean(), false, type -> true);
      LayerGeometry without = new LayerGeometry(D, false);
      RogueRemoval removal =
          RogueRemoval.of(D, rogue.subList(0, 3).stream().mapToInt(x -> x).toArray());
      RogueInformativity informativity = new RogueInformativity(D, rogue);
      feed(
          layer,
          (unused, number, ids, first, states, offset, count) -> {
            centred.addSentence(ids, first, states, offset, count);
            without.addSentence(ids, first, removal.apply(states), 0, count);
            for (int t = 0; t < count; t++) {
              informativity.add(states, t * D);
            }
          });
      LayerDetail measured = detail(layer);
      assertThat(measured.centred().removed()).isEmpty();
      close(measured.centred().anisotropy(), centred.result().anisotropy());
      close(measured.centred().selfSimilarity(), centred.result().selfSimilarity());
      assertThat(measured.withoutRogueDimensions())
          .extracting(LayerDetail.Variant::removed)
          .containsExactly(rogue.subList(0, 1), rogue.subList(0, 3), rogue.subList(0, 5));
      LayerDetail.Variant three = measured.withoutRogueDimensions().get(1);
      close(three.anisotropy(), without.result().anisotropy());
      close(three.intraSentenceSimilarity(), without.result().intraSentenceSimilarity());
      close(three.meanNorm(), without.result().meanNorm());
      for (int k = 0; k < 3; k++) {
        close(
            measured.informativity().get(k).value(),
            informativity.result().informativities().get(k).informativity());
      }
    }
  }

  @Test
  void sentenceVectorsAreTheEncodersEmbeddings() {
    int[] chosen = {0, 3, 4, 77, SENTENCES - 1};
    List<Pooling> poolings = Pooling.single();
    List<float[][]> expected = one.embed(text, poolings);
    for (int p = 0; p < poolings.size(); p++) {
      SentenceVectors vectors = SentenceVectors.pooled(three, chosen, poolings.get(p));
      new DetailedGeometry(false, false, 5).measure(three, "tiny", text, vectors);
      float[] flat = vectors.spaces().get(0);
      for (int i = 0; i < chosen.length; i++) {
        for (int j = 0; j < D; j++) {
          assertThat(flat[i * D + j])
              .as("%s, sentence %d", poolings.get(p), chosen[i])
              // A mean summed in double here and in float there.
              .isCloseTo(expected.get(p)[chosen[i]][j], within(1e-5f));
        }
      }
    }
  }

  @Test
  void aMeanIsKeptOfEachLayer() {
    int[] chosen = IntStream.range(0, 10).toArray();
    SentenceVectors means = SentenceVectors.meanOfEachLayer(chosen, D, LAST);
    new DetailedGeometry(true, false, 5).measure(one, "tiny", text, means);
    assertThat(means.spaces()).hasSize(LAST + 1);
    assertThat(means.size()).isEqualTo(10);
    float[][] last = one.embed(text, List.of(Pooling.MEAN)).get(0);
    assertThat(means.spaces().get(LAST)[3 * D]).isCloseTo(last[3][0], within(1e-5f));
    assertThat(means.spaces().get(0)[3 * D]).isNotEqualTo(means.spaces().get(LAST)[3 * D]);
  }

  private static void close(double actual, double expected) {
    assertThat(actual).usingComparator(CLOSE).isEqualTo(expected);
  }
}
