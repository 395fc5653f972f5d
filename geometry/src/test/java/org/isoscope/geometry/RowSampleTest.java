package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowSampleTest {
  private static final int D = 3;
  private static final int ROWS = 200;

  private static float[] vector(long key) {
    return new float[] {key, -key, 0.5f * key};
  }

  private static RowSample of(Iterable<Long> keys, int most, long seed) {
    RowSample sample = new RowSample(D, most, seed);
    for (long key : keys) {
      sample.add(key, key / 3, vector(key), 0);
    }
    return sample;
  }

  private static List<Long> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> (long) i).toList();
  }

  private static byte[] written(RowSample sample) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sample.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static RowSample read(byte[] bytes) throws IOException {
    return RowSample.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void neitherOrderNorMergesMatter() throws IOException {
    for (int most : new int[] {1, 17, ROWS, 10 * ROWS}) {
      byte[] expected = written(of(keys(0, ROWS), most, 7));
      for (int draw = 0; draw < 10; draw++) {
        Random random = new Random(draw);
        List<Long> shuffled = new ArrayList<>(keys(0, ROWS));
        Collections.shuffle(shuffled, random);
        List<RowSample> parts = new ArrayList<>();
        for (int from = 0; from < ROWS; ) {
          int to = Math.min(ROWS, from + random.nextInt(60));
          parts.add(of(shuffled.subList(from, to), most, 7));
          from = to;
        }
        while (parts.size() > 1) {
          RowSample taken = read(written(parts.remove(random.nextInt(parts.size()))));
          parts.get(random.nextInt(parts.size())).merge(taken);
        }
        assertThat(written(parts.get(0))).isEqualTo(expected);
      }
    }
  }

  @Test
  void holdsTheRowsOfLowestRankInTheOrderOfTheirKeys() {
    RowSample.Rows rows = of(keys(0, ROWS), 20, 3).rows();
    assertThat(rows.keys()).hasSize(20).isSorted();
    long last = Arrays.stream(rows.keys()).map(key -> RowSample.rank(3, key)).max().orElseThrow();
    assertThat(keys(0, ROWS).stream().filter(key -> RowSample.rank(3, key) <= last))
        .containsExactlyElementsOf(Arrays.stream(rows.keys()).boxed().toList());
    for (int i = 0; i < 20; i++) {
      assertThat(rows.groups()[i]).isEqualTo(rows.keys()[i] / 3);
      assertThat(Arrays.copyOfRange(rows.vectors(), i * D, (i + 1) * D))
          .isEqualTo(vector(rows.keys()[i]));
    }
    assertThat(Arrays.stream(RowSample.drawn(IntStream.range(0, ROWS), 20, 3)).asLongStream())
        .containsExactlyElementsOf(Arrays.stream(rows.keys()).boxed().toList());
    assertThat(of(keys(0, ROWS), 30, 3).rows().keys()).as("a larger one").contains(rows.keys());
    assertThat(of(keys(0, ROWS), 20, 4).rows().keys()).as("another seed").isNotEqualTo(rows.keys());
  }

  /** Five standard deviations of binomial counts over the seeds, for each row and two of them. */
  @Test
  void everyRowAndEveryPairOfRowsHasTheSameChance() {
    int n = 12;
    int most = 4;
    int seeds = 20_000;
    int[][] together = new int[n][n];
    for (int seed = 0; seed < seeds; seed++) {
      int[] drawn = RowSample.drawn(IntStream.range(0, n), most, seed);
      assertThat(drawn).hasSize(most);
      for (int a : drawn) {
        for (int b : drawn) {
          together[a][b]++;
        }
      }
    }
    double one = (double) most / n;
    double two = one * (most - 1) / (n - 1);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        double chance = a == b ? one : two;
        assertThat((double) together[a][b] / seeds)
            .as("rows %d and %d", a, b)
            .isCloseTo(chance, within(5 * Math.sqrt(chance * (1 - chance) / seeds)));
      }
    }
  }

  @Test
  void aRowThatIsThereTwiceIsRefusedAndLeavesNoTrace() throws IOException {
    RowSample sample = of(keys(0, 10), 100, 1);
    byte[] before = written(sample);
    assertThatThrownBy(() -> sample.add(4, 4, vector(9), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 4 is there twice");
    assertThatThrownBy(() -> sample.merge(of(keys(9, 20), 100, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 9 is there twice");
    assertThatThrownBy(() -> sample.add(11, 11, new float[] {1, Float.NaN, 2}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
    assertThat(written(sample)).isEqualTo(before);
  }

  @Test
  void refusesAnotherSample() {
    RowSample sample = new RowSample(D, 5, 1);
    for (RowSample other :
        List.of(new RowSample(D, 6, 1), new RowSample(D, 5, 2), new RowSample(D + 1, 5, 1))) {
      assertThatThrownBy(() -> sample.merge(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("differ");
    }
    assertThatThrownBy(() -> sample.merge(sample)).hasMessageContaining("itself");
    assertThatThrownBy(() -> new RowSample(D, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void damagedBytesAreRefused() throws IOException {
    byte[] bytes = written(of(keys(0, 30), 8, 1));
    assertThat(written(read(bytes))).isEqualTo(bytes);
    for (int length = 0; length < bytes.length; length++) {
      byte[] begun = Arrays.copyOf(bytes, length);
      assertThat(catchThrowable(() -> read(begun))).isInstanceOf(EOFException.class);
    }
    Random random = new Random(2);
    for (int k = 0; k < 1000; k++) {
      byte[] forged = bytes.clone();
      forged[random.nextInt(forged.length)] = (byte) random.nextInt();
      Throwable refused = catchThrowable(() -> read(forged));
      assertThat(refused == null || refused instanceof IOException).as("%s", refused).isTrue();
    }
  }
}
