package org.isoscope.study.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PairCorpus.Pair;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.SmallModel;
import org.isoscope.encoder.TinyModel;
import org.isoscope.io.UserError;
import org.isoscope.study.JobListener;
import org.isoscope.study.ModelChoice;
import org.isoscope.study.search.MiningJob.Mined;
import org.isoscope.study.search.MiningJob.RankRange;
import org.isoscope.study.search.MiningJob.Sampling;
import org.isoscope.training.Seed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MiningJobTest {
  private static final int PAIRS = 24;

  /** Vectors of floats, from batches of another order. */
  private static final double ROUNDING = 1e-5;

  @TempDir static Path work;
  private static ModelChoice model;
  private static final Map<String, float[]> VECTORS = new HashMap<>();

  /** Each third pair has the query of the one before: two right answers. */
  private static final List<Pair> PAIR_LIST = pairs();

  private static List<Pair> pairs() {
    List<String> texts = SmallModel.sentences(2 * PAIRS);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      pairs.add(new Pair(texts.get(i % 3 == 2 ? i - 1 : i), texts.get(PAIRS + i)));
    }
    return pairs;
  }

  @BeforeAll
  static void vectors() {
    Path directory = SmallModel.write(work.resolve("model"));
    model = new ModelChoice(directory.toString());
    List<String> texts = PAIR_LIST.stream().flatMap(pair -> pair.texts().stream()).toList();
    try (Encoder encoder = TinyModel.open(directory, 1)) {
      float[][] rows = encoder.encode(encoder.tokenizer().tokenize(texts), Pooling.MEAN, true);
      IntStream.range(0, rows.length).forEach(i -> VECTORS.put(texts.get(i), rows[i]));
    }
  }

  private static double cosine(String a, String b) {
    float[] x = VECTORS.get(a);
    float[] y = VECTORS.get(b);
    return IntStream.range(0, x.length).mapToDouble(i -> (double) x[i] * y[i]).sum();
  }

  private static MiningJob job(List<Pair> pairs) {
    return new MiningJob(model, PairCorpus.of("pairs", pairs)).threads(2);
  }

  /** What is right for a query: no two of these texts are near copies. */
  private static List<String> right(String query) {
    return PAIR_LIST.stream().filter(p -> p.first().equals(query)).map(Pair::second).toList();
  }

  private static List<String> expected(
      String query, int first, int last, double absolute, double relative, int most) {
    double c = right(query).stream().mapToDouble(each -> cosine(query, each)).min().orElseThrow();
    double highest = Math.min(c - absolute, c - relative * Math.abs(c));
    return PAIR_LIST.stream()
        .map(Pair::second)
        .distinct()
        .filter(answer -> !right(query).contains(answer))
        .sorted(Comparator.comparingDouble(answer -> -cosine(query, answer)))
        .skip(first - 1)
        .limit(last - first + 1)
        .filter(answer -> cosine(query, answer) <= highest)
        .limit(most)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, -9, -9, 3",
    "1, 20, 0, -9, 2",
    "1, 10, .01, -9, 1",
    "4, 12, -9, .02, 5",
    "2, 22, .005, .005, 3"
  })
  void areTheNearestWithinTheLimits(
      int first, int last, double absolute, double relative, int negatives) {
    MiningJob.Result result =
        job(PAIR_LIST)
            .negatives(negatives)
            .range(new RankRange(first, last))
            .absoluteMargin(absolute < 0 ? null : absolute)
            .relativeMargin(relative < 0 ? null : relative)
            .run(JobListener.SILENT);

    Map<Pair, List<String>> mined = new HashMap<>();
    for (Mined each : result.mined()) {
      mined.put(new Pair(each.query(), each.answer()), each.negatives());
      assertThat(each.cosine()).isCloseTo(cosine(each.query(), each.answer()), within(ROUNDING));
      for (int i = 0; i < each.negatives().size(); i++) {
        assertThat(each.cosines().get(i))
            .isCloseTo(cosine(each.query(), each.negatives().get(i)), within(ROUNDING));
      }
    }
    int whole = 0;
    int none = 0;
    for (Pair pair : PAIR_LIST) {
      List<String> expected = expected(pair.first(), first, last, absolute, relative, negatives);
      assertThat(mined.getOrDefault(pair, List.of())).as("%s", pair).isEqualTo(expected);
      if (pair.second().equals(right(pair.first()).get(0))) { // each query once
        whole += expected.size() == negatives ? 1 : 0;
        none += expected.isEmpty() ? 1 : 0;
      }
    }
    assertThat(result.whole()).isEqualTo(whole);
    assertThat(result.none()).isEqualTo(none).isEqualTo(result.nothing() + result.above());
    assertThat(result.queries()).isEqualTo(PAIRS - PAIRS / 3);
    assertThat(result.answers()).isEqualTo(PAIRS);
  }

  @Test
  void theDefaultRangeIsWiderWhereThereIsAChoice() {
    assertThat(job(PAIR_LIST).run(JobListener.SILENT).range()).isEqualTo(new RankRange(1, 3));
    assertThat(job(PAIR_LIST).relativeMargin(0.0).negatives(2).run(JobListener.SILENT).range())
        .isEqualTo(new RankRange(1, 20));
    assertThat(job(PAIR_LIST).sampling(Sampling.RANDOM).run(JobListener.SILENT).range())
        .isEqualTo(new RankRange(1, 30));
  }

  @Test
  void nearCopiesOfRightAnswersAndOfTheQueryAreNoNegatives() {
    String query = "the cat sees the red house near the river";
    List<Pair> pairs =
        List.of(
            new Pair(query, "a dog and a young child in the boat near the green river"),
            new Pair("the old bird", "a dog and a young child in the boat, near the green river."),
            new Pair("The cat sees the red house near the river!", "the old bird hears a boat"),
            new Pair("a child", "the young child likes a river"));

    MiningJob.Result result = job(pairs).negatives(1).run(JobListener.SILENT);

    assertThat(result.mined().get(0).negatives()).containsExactly("the young child likes a river");
    assertThat(result.mined().get(2).negatives()).containsExactly("the young child likes a river");
    assertThat(result.nothing()).isZero();
  }

  @Test
  void aQueryForWhichAllIsRightHasNone() {
    List<Pair> pairs = List.of(new Pair("a cat", "a dog"), new Pair("a cat", "the old bird"));
    MiningJob.Result result = job(pairs).negatives(1).run(JobListener.SILENT);
    assertThat(result.nothing()).isEqualTo(1);
    assertThat(result.above()).isZero();
    assertThat(result.mined()).isEmpty();
  }

  @Test
  void randomOnesAreOfTheRangeAndFollowTheSeed() {
    MiningJob job =
        job(PAIR_LIST).negatives(2).range(new RankRange(3, 9)).sampling(Sampling.RANDOM);
    List<Mined> mined = job.run(JobListener.SILENT).mined();
    for (Mined each : mined) {
      assertThat(expected(each.query(), 3, 9, -9, -9, 7)).containsAll(each.negatives());
      assertThat(each.cosines().get(0)).isGreaterThanOrEqualTo(each.cosines().get(1));
    }
    assertThat(job.run(JobListener.SILENT).mined()).isEqualTo(mined);
    assertThat(job.seed(new Seed(7)).run(JobListener.SILENT).mined()).isNotEqualTo(mined);
  }

  @Test
  void refusesWhatIsOutOfRange() {
    MiningJob job = job(PAIR_LIST);
    assertThatThrownBy(() -> job.negatives(0)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> job.absoluteMargin(-0.1)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> job.relativeMargin(1.1)).isInstanceOf(UserError.class);
    for (String range : List.of("0:3", "4:3", "1:10001", "1-3", "", "a:b")) {
      assertThatThrownBy(() -> RankRange.parse(range)).as(range).isInstanceOf(UserError.class);
    }
    assertThatThrownBy(() -> Sampling.parse("best")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> job.negatives(3).range(new RankRange(2, 3)).run(JobListener.SILENT))
        .hasMessageContaining("fewer candidates");
  }
}
