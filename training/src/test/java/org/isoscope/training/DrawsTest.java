package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is drawn, and how the learning rate goes. */
final class DrawsTest {
  private static final Seed SEED = new Seed(42);

  /** Training runs are reproduced from these: they must not change unnoticed. */
  @Test
  void theDrawsArePinned() {
    assertThat(SEED.derive("batches", 0)).isEqualTo(3745797921206326998L);
    assertThat(SEED.permutation("batches", 0, 10)).containsExactly(6, 9, 1, 7, 5, 8, 0, 4, 2, 3);
    assertThat(new Batches(SEED, 10, 3).batch(4)).containsExactly(2, 4, 8);
    assertThat(SEED.cycle("shuffled positives", 0, 6)).containsExactly(3, 0, 1, 5, 2, 4);
    float[] normal = new float[3];
    RandomInitialization.normal(FloatBuffer.wrap(normal), SEED.stream("head", 0));
    assertThat(normal).containsExactly(0.0086542955f, -0.0022666133f, -0.008989324f);
    assertThat(new Augmentation.Crop(0.2).kept(10, SEED.stream("augmentation", 1)).stream())
        .containsExactly(2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(new Augmentation.WordDeletion(0.2).kept(10, SEED.stream("augmentation", 1)).stream())
        .containsExactly(1, 2, 4, 5, 7, 8, 9);
  }

  @Test
  void streamsOfOtherNamesIndicesAndSeedsDiffer() {
    Set<Long> derived = new HashSet<>();
    int count = 0;
    for (long value : new long[] {0, 1, 42, -1, Long.MIN_VALUE}) {
      for (String name : List.of("batches", "dropout", "stab", "batche", "batchess")) {
        for (long index = 0; index < 200; index++) {
          derived.add(new Seed(value).derive(name, index));
          count++;
        }
      }
    }
    assertThat(derived).hasSize(count);
    assertThat(new Seed(7).derive("x", 3)).isEqualTo(new Seed(7).derive("x", 3));
  }

  @Test
  void aPermutationHasEveryNumberOnce() {
    for (int size : new int[] {0, 1, 2, 3, 10, 1000}) {
      int[] order = SEED.permutation("x", size, size);
      assertThat(IntStream.of(order).sorted())
          .containsExactly(IntStream.range(0, size).boxed().toArray(Integer[]::new));
    }
    assertThat(SEED.permutation("x", 0, 1000)).isNotEqualTo(SEED.permutation("x", 1, 1000));
  }

  @Test
  void allPermutationsAreAlikeInFrequency() {
    int draws = 6000;
    int[] counts = new int[64];
    for (int i = 0; i < draws; i++) {
      int[] order = SEED.permutation("x", i, 3);
      counts[order[0] * 16 + order[1] * 4 + order[2]]++;
    }
    double sigma = Math.sqrt(draws * (1 / 6.0) * (5 / 6.0));
    assertThat(Arrays.stream(counts).filter(c -> c > 0).boxed())
        .hasSize(6)
        .allSatisfy(c -> assertThat((double) c).isCloseTo(draws / 6.0, within(5 * sigma)));
  }

  @Test
  void anEpochsBatchesShareNothing() {
    int items = 25;
    int size = 4;
    Batches batches = new Batches(SEED, items, size);
    List<List<Integer>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 5; epoch++) {
      List<Integer> drawn = new ArrayList<>();
      for (int i = 0; i < items / size; i++) {
        int[] batch = batches.batch(1 + epoch * (items / size) + i);
        assertThat(batch).hasSize(size);
        Arrays.stream(batch).forEach(drawn::add);
      }
      // 24 of the 25: the rest is left.
      assertThat(drawn).hasSize(24).doesNotHaveDuplicates().allMatch(i -> i >= 0 && i < items);
      epochs.add(drawn);
    }
    assertThat(epochs).doesNotHaveDuplicates();
    Set<Integer> left = new HashSet<>();
    for (List<Integer> drawn : epochs) {
      left.add(IntStream.range(0, items).filter(i -> !drawn.contains(i)).findFirst().orElseThrow());
    }
    assertThat(left).as("not always the same is left").hasSizeGreaterThan(1);
  }

  @Test
  void aBatchIsAFunctionOfTheStep() {
    Batches forward = new Batches(SEED, 10, 3);
    Batches backward = new Batches(SEED, 10, 3);
    int[][] drawn = new int[20][];
    for (int step = 1; step <= 20; step++) {
      drawn[step - 1] = forward.batch(step);
    }
    for (int step = 20; step >= 1; step--) {
      assertThat(backward.batch(step)).containsExactly(drawn[step - 1]);
    }
    assertThat(new Batches(new Seed(43), 10, 3).batch(1)).isNotEqualTo(drawn[0]);
  }

  @Test
  void aBatchIsNoLargerThanTheData() {
    assertThat(new Batches(SEED, 3, 3).batch(1)).containsExactlyInAnyOrder(0, 1, 2);
    assertThatThrownBy(() -> new Batches(SEED, 3, 4)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Of 60 items the first texts of ten are alike, some second texts are others' first. */
  private static List<int[]> textsInCommon() {
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      texts.add(new int[] {i < 10 ? 0 : i, i % 7 == 0 ? (i + 20) % 60 : 100 + i});
    }
    return texts;
  }

  @Test
  void noTwoItemsOfABatchShareAText() {
    List<int[]> texts = textsInCommon();
    Batches batches = without(texts, 5);
    Set<Integer> everTaken = new HashSet<>();
    Set<Integer> takenOnce = new HashSet<>();
    for (int number = 1; number <= 30; number++) { // about three epochs
      Set<Integer> seen = new HashSet<>();
      for (int item : batches.batch(number)) {
        int[] own = texts.get(item);
        assertThat(seen).doesNotContain(own[0], own[1]);
        seen.add(own[0]);
        seen.add(own[1]);
        everTaken.add(item);
        if (number <= 10) {
          assertThat(takenOnce.add(item)).as("once an epoch").isTrue();
        }
      }
    }
    assertThat(everTaken).hasSize(60);
    assertThat(sharing(texts, new Batches(SEED, 60, 5)))
        .as("batches drawn without regard to texts do share some")
        .isPositive();
  }

  /** Batches without duplicates. */
  private static Batches without(List<int[]> texts, int size) {
    return new Batches(
        SEED,
        List.of(texts.size()),
        List.of(),
        size,
        item -> Arrays.stream(texts.get(item)).asLongStream().toArray());
  }

  private static int sharing(List<int[]> texts, Batches batches) {
    int sharing = 0;
    for (int number = 1; number <= 12; number++) {
      Set<Integer> seen = new HashSet<>();
      for (int item : batches.batch(number)) {
        sharing += seen.add(texts.get(item)[0]) ? 0 : 1;
      }
    }
    return sharing;
  }

  /** An epoch's batches by their definition, with no bound on how many items wait. */
  private static List<List<Integer>> plain(List<int[]> texts, int size, long epoch) {
    List<Integer> left = new ArrayList<>();
    Arrays.stream(SEED.permutation("batches", epoch, texts.size())).forEach(left::add);
    List<List<Integer>> batches = new ArrayList<>();
    while (true) {
      List<Integer> batch = new ArrayList<>();
      Set<Integer> seen = new HashSet<>();
      for (int item : left) {
        int[] own = texts.get(item);
        if (batch.size() < size && Arrays.stream(own).noneMatch(seen::contains)) {
          batch.add(item);
          Arrays.stream(own).forEach(seen::add);
        }
      }
      if (batch.size() < size) {
        return batches;
      }
      left.removeAll(batch);
      batches.add(batch);
    }
  }

  @Test
  void anItemWaitsForTheNextBatchThatHasNoneOfItsTexts() {
    List<int[]> texts = textsInCommon();
    Batches batches = without(texts, 5);
    int perEpoch = (int) batches.count(1);
    assertThat(plain(texts, 5, 0)).hasSize(perEpoch);
    for (int epoch = 0; epoch < 20; epoch++) {
      List<List<Integer>> plain = plain(texts, 5, epoch);
      for (int i = 0; i < perEpoch; i++) {
        assertThat(batches.batch(1L + epoch * perEpoch + i))
            .as("the first again where there are no more")
            .containsExactly(
                plain.get(i % plain.size()).stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  @Test
  void batchesWithoutDuplicatesAreAFunctionOfTheNumberToo() {
    Batches forward = without(textsInCommon(), 5);
    int[][] drawn = new int[40][];
    for (int number = 1; number <= 40; number++) {
      drawn[number - 1] = forward.batch(number);
    }
    Batches backward = without(textsInCommon(), 5);
    for (int number = 40; number >= 1; number--) {
      assertThat(backward.batch(number)).containsExactly(drawn[number - 1]);
    }
    assertThat(without(textsInCommon(), 5).batch(33)).containsExactly(drawn[32]);
  }

  @Test
  void textsThatAllDifferChangeNothing() {
    List<int[]> texts = IntStream.range(0, 25).mapToObj(i -> new int[] {i, i, 25 + i}).toList();
    Batches plain = new Batches(SEED, 25, 4);
    Batches checked = without(texts, 4);
    for (int number = 1; number <= 20; number++) {
      assertThat(checked.batch(number)).containsExactly(plain.batch(number));
    }
  }

  @Test
  void aBatchThatCannotBeFilledIsAnError() {
    List<int[]> texts = IntStream.range(0, 9).mapToObj(i -> new int[] {i % 3, 3 + i}).toList();
    assertThat(without(texts, 3).batch(1)).hasSize(3);
    assertThatThrownBy(() -> without(texts, 4))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("batchSize 4: is more items than there are without a text");
  }

  @Test
  void epochsHaveAsManyStepsAsTheyFill() {
    Batches batches = without(textsInCommon(), 5);
    long count = batches.count(3);
    assertThat(count).isBetween(30L, 36L);
    assertThat(batches.batch(7)).containsExactly(without(textsInCommon(), 5).batch(7));
    assertThat(new Batches(SEED, 25, 4).count(3)).isEqualTo(18);
  }

  @Test
  void layersHaveTheirShareInEveryFamily() {
    LayerRates rates = new LayerRates(0.5, false, 1);
    assertThat(rates.share("encoder.layer.2.output.dense.weight", 3)).isEqualTo(1);
    assertThat(rates.share("transformer.layer.1.ffn.lin1.weight", 3)).isEqualTo(0.5);
    assertThat(rates.share("layers.0.mlp.Wi.weight", 3)).isZero();
    assertThat(rates.share("embeddings.word_embeddings.weight", 3)).isEqualTo(0.125);
    assertThat(rates.share("encoder.relative_attention_bias.weight", 3)).isEqualTo(0.125);
    assertThat(rates.share("final_norm.weight", 3)).isEqualTo(1);
    assertThat(new LayerRates(1, true, 0).share("embeddings.LayerNorm.bias", 3)).isZero();
    assertThat(LayerRates.ALL.share("embeddings.LayerNorm.bias", 3)).isEqualTo(1);
  }

  @Test
  void textsAreKnownByTheirTokens() {
    try (TrainingItems items =
        TrainingItems.of(
            List.of(
                new TokenizedText(List.of(new int[] {1, 2}, new int[] {3}, new int[] {1, 2}), 0),
                new TokenizedText(
                    List.of(new int[] {4}, new int[] {1, 2}, new int[] {2, 1}), 0)))) {
      long[] first = items.texts(0);
      assertThat(items.texts(1)[1]).isEqualTo(first[0]);
      assertThat(items.texts(2)[0]).isEqualTo(first[0]);
      assertThat(LongStream.of(first[0], first[1], items.texts(1)[0], items.texts(2)[1]).distinct())
          .hasSize(4);
    }
  }

  @Test
  void manyRepeatsOfOneTextCostLittle() {
    // Half of the items have one text: without a bound each batch would look at all of them.
    int items = 40_000;
    int size = 8;
    long[] looks = new long[1];
    Batches batches =
        new Batches(
            SEED,
            List.of(items),
            List.of(),
            size,
            item -> {
              looks[0]++;
              return new long[] {item % 2 == 0 ? -1 : item};
            });
    assertThat(looks[0]).isLessThan(65L * items);
    long count = batches.count(1);
    assertThat(count).as("seven of the other half each").isBetween(2850L, 2857L);
    Set<Integer> drawn = new HashSet<>();
    for (long number = 1; number <= count; number++) {
      assertThat(batches.batch(number)).satisfies(b -> assertThat(once(b, drawn)).isTrue());
    }
    looks[0] = 0;
    batches.batch(1 + 1000 * count);
    assertThat(looks[0]).as("no epoch is laid out for another").isLessThan(65L * items);
  }

  /** Whether items are new, and at most one of them is even. */
  private static boolean once(int[] batch, Set<Integer> drawn) {
    return Arrays.stream(batch).allMatch(drawn::add)
        && Arrays.stream(batch).filter(item -> item % 2 == 0).count() <= 1;
  }

  private static final List<Integer> SETS = List.of(50, 7, 200);
  private static final int SET_BATCH = 3;

  private static Batches mixed(List<Double> weights) {
    return new Batches(SEED, SETS, weights, SET_BATCH, item -> new long[0]);
  }

  private static int setOf(int item) {
    return item < 50 ? 0 : item < 57 ? 1 : 2;
  }

  /** How many of the first batches are from each set; each batch is of one set. */
  private static int[] counts(Batches batches, int first) {
    int[] counts = new int[SETS.size()];
    for (int number = 1; number <= first; number++) {
      int[] sets = Arrays.stream(batches.batch(number)).map(DrawsTest::setOf).distinct().toArray();
      assertThat(sets).hasSize(1);
      counts[sets[0]]++;
    }
    return counts;
  }

  @Test
  void setsHaveTheirShareOfTheBatches() {
    // 16 + 2 + 66 batches: an epoch of each.
    assertThat(mixed(List.of()).count(5)).isEqualTo(5 * 84);
    assertThat(counts(mixed(List.of()), 84)).containsExactly(16, 2, 66);
    assertThat(counts(mixed(List.of()), 84 * 7)).containsExactly(16 * 7, 2 * 7, 66 * 7);
    assertThat(counts(mixed(List.of(1.0, 1.0, 1.0)), 84 * 5)).containsExactly(140, 140, 140);
    assertThat(counts(mixed(List.of(0.5, 3.0, 0.5)), 84)).containsExactly(11, 63, 10);
    assertThat(counts(mixed(List.of(1e9, 1.0, 1e9)), 85))
        .as("no set is left out")
        .containsExactly(42, 1, 42);
  }

  @Test
  void theOrderOfTheSetsIsNewEveryRound() {
    Batches batches = mixed(List.of());
    List<List<Integer>> rounds = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      List<Integer> sets = new ArrayList<>();
      for (int place = 1; place <= 84; place++) {
        sets.add(setOf(batches.batch(84L * round + place)[0]));
      }
      rounds.add(sets);
    }
    assertThat(rounds).doesNotHaveDuplicates();
  }

  @Test
  void eachSetGoesThroughItsEpochsWhateverItsShare() {
    for (List<Double> weights : List.of(List.<Double>of(), List.of(1.0, 1.0, 1.0))) {
      Batches batches = mixed(weights);
      List<List<Integer>> drawn = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int number = 1; number <= 400; number++) {
        int[] batch = batches.batch(number);
        Arrays.stream(batch).forEach(drawn.get(setOf(batch[0]))::add);
      }
      for (int set = 0; set < SETS.size(); set++) {
        int epoch = SETS.get(set) / SET_BATCH * SET_BATCH;
        List<Integer> all = drawn.get(set);
        assertThat(all.size()).isGreaterThan(epoch);
        for (int from = 0; from + epoch <= all.size(); from += epoch) {
          assertThat(all.subList(from, from + epoch)).doesNotHaveDuplicates();
        }
        assertThat(all.subList(0, epoch)).isNotEqualTo(all.subList(epoch, 2 * epoch));
      }
    }
  }

  @Test
  void aMixedBatchIsAFunctionOfTheNumber() {
    Batches forward = mixed(List.of(1.0, 2.0, 3.0));
    int[][] drawn = new int[300][];
    for (int number = 1; number <= 300; number++) {
      drawn[number - 1] = forward.batch(number);
    }
    Batches backward = mixed(List.of(1.0, 2.0, 3.0));
    for (int number = 300; number >= 1; number--) {
      assertThat(backward.batch(number)).containsExactly(drawn[number - 1]);
    }
    assertThat(mixed(List.of(1.0, 2.0, 3.0)).batch(250)).containsExactly(drawn[249]);
  }

  @ParameterizedTest
  @CsvSource({
    // steps, warm-up, step, linear, constant, cosine
    "10, 4, 1, .25, .25, .25",
    "10, 4, 3, .75, .75, .75",
    "10, 4, 4, 1, 1, 1",
    "10, 4, 5, 1, 1, 1",
    "10, 4, 6, .8333333333333333, 1, .9330127018922193",
    "10, 4, 8, .5, 1, .5",
    "10, 4, 10, .16666666666666666, 1, .0669872981077807",
    "10, 0, 1, 1, 1, 1",
    "10, 0, 2, .9, 1, .9755282581475768",
    "10, 0, 10, .1, 1, .02447174185242318",
    "10, 9, 9, 1, 1, 1",
    "10, 9, 10, 1, 1, 1",
    "1, 0, 1, 1, 1, 1"
  })
  void theLearningRateFollowsTheSchedule(
      int steps, int warmUp, int step, double linear, double constant, double cosine) {
    assertThat(Schedule.LINEAR.factor(step, steps, warmUp)).isCloseTo(linear, within(1e-15));
    assertThat(Schedule.CONSTANT.factor(step, steps, warmUp)).isEqualTo(constant);
    assertThat(Schedule.COSINE.factor(step, steps, warmUp)).isCloseTo(cosine, within(1e-15));
  }

  @Test
  void theLearningRateIsAlwaysAboveZeroAndAtMostItsPeak() {
    for (int steps = 1; steps < 40; steps++) {
      for (double share : new double[] {0, 0.1, 0.5, 0.99, 0.9999}) {
        int warmUp = settings(steps, share).warmUpSteps();
        assertThat(warmUp).isBetween(0, steps - 1);
        for (Schedule schedule : Schedule.values()) {
          double peak = 0;
          for (int step = 1; step <= steps; step++) {
            double factor = schedule.factor(step, steps, warmUp);
            assertThat(factor).isGreaterThan(0).isLessThanOrEqualTo(1);
            peak = Math.max(peak, factor);
          }
          assertThat(peak).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 0, 0", "10, .1, 1", "10, .26, 3", "10, .999, 9", "10, .9999, 9", "1, .9999, 0"})
  void theWarmUpIsAShareOfTheSteps(int steps, double share, int expected) {
    assertThat(settings(steps, share).warmUpSteps()).isEqualTo(expected);
  }

  private static TrainingSettings settings(int steps, double warmUp) {
    return TrainingSettings.defaults().withSteps(steps).withBatchSize(2).withWarmUp(warmUp);
  }
}
