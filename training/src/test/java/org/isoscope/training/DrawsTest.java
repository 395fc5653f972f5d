package org.isoscope.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.isoscope.encoder.Pooling;
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

  @ParameterizedTest
  @CsvSource({
    // steps, warm-up, step, linear, constant
    "10, 4, 1, .25, .25",
    "10, 4, 3, .75, .75",
    "10, 4, 4, 1, 1",
    "10, 4, 5, 1, 1",
    "10, 4, 6, .8333333333333333, 1",
    "10, 4, 10, .16666666666666666, 1",
    "10, 0, 1, 1, 1",
    "10, 0, 2, .9, 1",
    "10, 0, 10, .1, 1",
    "10, 9, 9, 1, 1",
    "10, 9, 10, 1, 1",
    "1, 0, 1, 1, 1"
  })
  void theLearningRateFollowsTheSchedule(
      int steps, int warmUp, int step, double linear, double constant) {
    assertThat(Schedule.LINEAR.factor(step, steps, warmUp)).isCloseTo(linear, within(1e-15));
    assertThat(Schedule.CONSTANT.factor(step, steps, warmUp)).isEqualTo(constant);
  }

  @Test
  void theLearningRateIsAlwaysAboveZeroAndAtMostItsPeak() {
    for (int steps = 1; steps < 40; steps++) {
      for (double share : new double[] {0, 0.1, 0.5, 0.99, 1}) {
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
  @CsvSource({"10, 0, 0", "10, .1, 1", "10, .26, 3", "10, .999, 9", "10, 1, 9", "1, 1, 0"})
  void theWarmUpIsAShareOfTheSteps(int steps, double share, int expected) {
    assertThat(settings(steps, share).warmUpSteps()).isEqualTo(expected);
  }

  private static TrainingSettings settings(int steps, double warmUp) {
    return new TrainingSettings(
        steps, 2, 0.05, Pooling.MEAN, 1e-3, Schedule.LINEAR, warmUp, 0, 1, SEED);
  }
}
