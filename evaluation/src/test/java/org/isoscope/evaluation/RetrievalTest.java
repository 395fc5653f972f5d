package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.results.Evaluation;
import org.isoscope.results.Interval;
import org.isoscope.results.RetrievalChange;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries and documents through a small random model. */
final class RetrievalTest {
  /** Means of a few dozen values in double, summed in two orders. */
  private static final double TOLERANCE = 1e-12;

  @TempDir static Path directory;

  private static Encoder encoder;

  @BeforeAll
  static void open() {
    encoder = TinyModel.open(TinyModel.write(directory, 21), 2);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  /** As if every query and every document were written behind its prompt. */
  @Test
  void queriesAndDocumentsStandBehindTheirPrompts() {
    List<String> texts = TinyModel.sentences(60, 8);
    List<PairCorpus.Pair> bare = new ArrayList<>();
    List<PairCorpus.Pair> written = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      bare.add(new PairCorpus.Pair(texts.get(i), texts.get(30 + i)));
      written.add(new PairCorpus.Pair("the cat " + texts.get(i), "a dog " + texts.get(30 + i)));
    }
    RetrievalCorpus corpus = RetrievalCorpus.of(PairCorpus.of("set", bare));
    List<Evaluation.Measure> expected =
        Retrieval.of(encoder, RetrievalCorpus.of(PairCorpus.of("set", written)), Pooling.MEAN)
            .figures(0)
            .measures();
    PromptChoice chosen = new PromptChoice(null, "the cat ", "a dog ");
    try (Encoder prompted =
        Encoder.open(directory, new Encoder.Settings(0, 0, 2, Precision.FP32, chosen, 0))) {
      assertThat(Retrieval.of(prompted, corpus, Pooling.MEAN).figures(0).measures())
          .isEqualTo(expected)
          .isNotEqualTo(Retrieval.of(encoder, corpus, Pooling.MEAN).figures(0).measures());
    }
  }

  @ParameterizedTest
  @MethodSource("org.isoscope.encoder.Pooling#single")
  void ranksAsTheCosinesDo(Pooling pooling) {
    List<String> answers = TinyModel.sentences(40, 8);
    List<PairCorpus.Pair> pairs = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    for (String answer : answers) { // near their answers, so that many are found
      queries.add(answer.replaceFirst("^\\S+", "small"));
      pairs.add(new PairCorpus.Pair(queries.get(queries.size() - 1), answer));
    }
    Set<String> distinct = new HashSet<>(queries);
    assertThat(distinct).as("no query twice").hasSize(40);
    assertThat(new HashSet<>(answers)).as("no answer twice").hasSize(40);

    Evaluation.Retrieval found =
        Retrieval.of(encoder, RetrievalCorpus.of(PairCorpus.of("set", pairs)), pooling).figures(3);

    List<String> both = new ArrayList<>(answers);
    both.addAll(queries);
    float[][] x = encoder.embed(encoder.tokenizer().tokenize(both), List.of(pooling)).get(0);
    int first = 0;
    int five = 0;
    double reciprocals = 0;
    for (int i = 0; i < 40; i++) {
      int rank = 1;
      for (int j = 0; j < 40; j++) {
        rank += cosine(x[j], x[40 + i]) > cosine(x[i], x[40 + i]) ? 1 : 0;
      }
      first += rank == 1 ? 1 : 0;
      five += rank <= 5 ? 1 : 0;
      reciprocals += rank <= 10 ? 1.0 / rank : 0;
    }
    assertThat(found.accuracy()).isEqualTo(first / 40.0).isGreaterThan(0.1).isLessThan(1);
    assertThat(found.meanReciprocalRank()).isCloseTo(reciprocals / 40, within(TOLERANCE));
    assertThat(measure(found, RankingMeasure.RECALL_AT_1).value()).isEqualTo(first / 40.0);
    assertThat(measure(found, RankingMeasure.RECALL_AT_5).value())
        .isCloseTo(five / 40.0, within(TOLERANCE));
    assertThat(measure(found, RankingMeasure.MRR_AT_10).value())
        .isEqualTo(found.meanReciprocalRank());
    assertThat(measure(found, RankingMeasure.RECALL_AT_1).interval()).isNotNull();
    assertThat(found)
        .isEqualTo(
            new Evaluation.Retrieval(
                "set",
                40,
                40,
                pooling.label(),
                found.accuracy(),
                found.meanReciprocalRank(),
                3,
                found.measures(),
                40,
                0));
  }

  @Test
  void blocksDoNotMatter() {
    List<PairCorpus.Pair> pairs = new ArrayList<>();
    List<String> texts = TinyModel.sentences(60, 5);
    for (int i = 0; i < 30; i++) {
      pairs.add(new PairCorpus.Pair(texts.get(i), texts.get(30 + i)));
    }
    RetrievalCorpus corpus = RetrievalCorpus.of(PairCorpus.of("set", pairs));
    Evaluation.Retrieval whole = Retrieval.of(encoder, corpus, Pooling.MEAN).figures(null);
    assertThat(Retrieval.of(encoder, corpus, Pooling.MEAN, 7).figures(null)).isEqualTo(whole);
  }

  @Test
  void eachSentenceFindsItself() {
    Evaluation.Retrieval found = retrieve("the cat", "the cat", "a dog", "a dog", "fire", "fire");
    assertThat(found.measures())
        .allSatisfy(measure -> assertThat(measure.value()).as(measure.name()).isEqualTo(1));
    assertThat(found.measures())
        .as("of three queries")
        .allSatisfy(measure -> assertThat(measure.interval()).isNull());
  }

  @Test
  void equalAnswersAreOneDocument() {
    Evaluation.Retrieval found = retrieve("the cat", "a dog", "the bird", "a dog");
    assertThat(found.candidates()).isEqualTo(1);
    assertThat(found.accuracy()).isEqualTo(1);
  }

  @Test
  void equalQueriesAreOneWithSeveralAnswers() {
    Evaluation.Retrieval found = retrieve("the cat", "the cat", "the cat", "a dog");
    assertThat(found.queries()).isEqualTo(1);
    assertThat(measure(found, RankingMeasure.RECALL_AT_1).value()).isEqualTo(0.5);
    assertThat(measure(found, RankingMeasure.RECALL_AT_5).value()).isEqualTo(1);
  }

  @Test
  void ofEquallyNearDocumentsTheEarlierRanksFirst() {
    // The model knows no difference of case: two documents, one vector.
    Evaluation.Retrieval found = retrieve("a dog", "the cat", "fire", "THE CAT");
    assertThat(found.candidates()).isEqualTo(2);
    assertThat(measure(found, RankingMeasure.RECALL_AT_1).value()).isEqualTo(0.5);
    assertThat(measure(found, RankingMeasure.MRR_AT_10).value()).isEqualTo(0.75);
  }

  @Test
  void theChangeIsOfEachQueryAndItsErrorThatOfTheDifferences() {
    List<PairCorpus.Pair> pairs = new ArrayList<>();
    List<String> texts = TinyModel.sentences(60, 5);
    for (int i = 0; i < 30; i++) {
      pairs.add(new PairCorpus.Pair(texts.get(i), texts.get(30 + i)));
    }
    RetrievalCorpus corpus = RetrievalCorpus.of(PairCorpus.of("set", pairs));
    Retrieval cls = Retrieval.of(encoder, corpus, Pooling.CLS);
    Retrieval mean = Retrieval.of(encoder, corpus, Pooling.MEAN);

    RetrievalChange change = mean.since(cls, 1);

    assertThat(change.queries()).isEqualTo(30);
    assertThat(change.measures()).hasSize(RankingMeasure.values().length);
    for (RetrievalChange.Change each : change.measures()) {
      double before = measure(cls.figures(null), each.name());
      double after = measure(mean.figures(null), each.name());
      assertThat(each.before()).isEqualTo(before);
      assertThat(each.after()).isEqualTo(after);
      assertThat(each.change()).isCloseTo(after - before, within(TOLERANCE));
      assertThat(each.interval().low() + each.interval().high())
          .isCloseTo(2 * each.change(), within(TOLERANCE));
      assertThat(each.pValue()).isBetween(1e-4, 1.0);
    }
    assertThat(change.measures()).as("something differs").anyMatch(each -> each.change() != 0);

    assertThat(mean.since(mean, 1).measures())
        .allSatisfy(
            each -> {
              assertThat(each.change()).isZero();
              assertThat(each.interval()).isEqualTo(new Interval(0, 0));
              assertThat(each.pValue()).isEqualTo(1);
            });
    RetrievalCorpus other = RetrievalCorpus.of(PairCorpus.of("set", pairs.subList(0, 29)));
    assertThatThrownBy(() -> mean.since(Retrieval.of(encoder, other, Pooling.MEAN), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double measure(Evaluation.Retrieval found, String name) {
    return found.measures().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static Evaluation.Retrieval retrieve(String... queriesAndAnswers) {
    List<PairCorpus.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < queriesAndAnswers.length; i += 2) {
      pairs.add(new PairCorpus.Pair(queriesAndAnswers[i], queriesAndAnswers[i + 1]));
    }
    RetrievalCorpus corpus = RetrievalCorpus.of(PairCorpus.of("set", pairs));
    return Retrieval.of(encoder, corpus, Pooling.MEAN).figures(null);
  }

  private static Evaluation.Measure measure(Evaluation.Retrieval found, RankingMeasure measure) {
    return found.measures().stream()
        .filter(each -> each.name().equals(measure.label()))
        .findFirst()
        .orElseThrow();
  }

  private static double cosine(float[] x, float[] y) {
    double dot = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      dot += (double) x[i] * y[i];
      xx += (double) x[i] * x[i];
      yy += (double) y[i] * y[i];
    }
    return dot / (Math.sqrt(xx) * Math.sqrt(yy));
  }
}
