package org.isoscope.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.isoscope.geometry.Accumulator;
import org.junit.jupiter.api.Test;

/** What is measured of a layer, written and read on its way between machines. */
class LayerMeasuresTest {
  private static final int D = 8;
  private static final int SENTENCES = 60;
  private static final int TYPES = 12;

  /** Relative to 1 or the figure: some roundings of doubles in sums of a few hundred. */
  private static final double ROUNDING = 1e-10;

  private static final Comparator<Double> CLOSE =
      (a, b) -> Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);

  private static final IntPredicate KEPT = type -> type != 3;

  private static final TokenTypeMeasures.Choice CHOICE =
      new TokenTypeMeasures.Choice(
          KEPT, type -> type < 9, type -> KEPT.test(type) && type % 2 == 0, true, 5);

  /** Reads what was written. */
  private interface Read<A> {
    A from(DataInput in) throws IOException;
  }

  private static byte[] written(Accumulator<?, ?> accumulator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    accumulator.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static <A extends Accumulator<A, ?>> A copy(A accumulator, Read<A> read)
      throws IOException {
    byte[] bytes = written(accumulator);
    A copy = read.from(new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(written(copy)).isEqualTo(bytes);
    for (int length = 0; length < bytes.length; length += 97) {
      byte[] begun = Arrays.copyOf(bytes, length);
      assertThat(
              catchThrowable(() -> read.from(new DataInputStream(new ByteArrayInputStream(begun)))))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(EOFException.class);
    }
    return copy;
  }

  private static int[] types(int sentence) {
    return new Random(sentence).ints(7, 0, TYPES).toArray();
  }

  private static float[] states(int sentence) {
    Random random = new Random(100 + sentence);
    float[] states = new float[7 * D];
    for (int i = 0; i < states.length; i++) {
      states[i] = (float) random.nextGaussian() + (i % D == 2 ? 3 : 0);
    }
    return states;
  }

  private static LayerMeasures empty() {
    return new LayerMeasures(
        D, new MeasuredLayer(D, true, KEPT, true), new TokenTypeMeasures(D, CHOICE));
  }

  private static LayerMeasures measures(int from, int to) {
    LayerMeasures measures = empty();
    for (int s = from; s < to; s++) {
      measures.addSentence(s, s / 2, types(s), 0, states(s), 0, 7);
    }
    return measures;
  }

  @Test
  void partsThatTravelledGiveTheFiguresOfOnePass() throws IOException {
    Read<LayerMeasures> read = in -> LayerMeasures.read(in, CHOICE);
    LayerMeasures whole = copy(measures(0, SENTENCES), read);
    assertThat(whole.result()).isEqualTo(measures(0, SENTENCES).result());
    assertThat(whole.detail(null, null)).isEqualTo(measures(0, SENTENCES).detail(null, null));
    LayerMeasures merged = copy(measures(40, SENTENCES), read);
    merged.merge(copy(empty(), read));
    merged.merge(copy(measures(0, 13), read));
    merged = copy(merged, read);
    merged.merge(copy(measures(13, 40), read));
    assertThat(merged.result())
        .usingRecursiveComparison()
        .withComparatorForType(CLOSE, Double.class)
        .isEqualTo(whole.result());
    assertThat(merged.detail(null, null))
        .usingRecursiveComparison()
        .withComparatorForType(CLOSE, Double.class)
        .isEqualTo(whole.detail(null, null));
  }

  /** Types that were merged elsewhere, those with neighbours aside. */
  @Test
  void typesThatWereTakenOutGiveTheSameDetail() {
    LayerMeasures expected = measures(0, SENTENCES);
    LayerMeasures measures = measures(0, 25);
    LayerMeasures other = measures(25, SENTENCES);
    List<LayerTypes> taken = measures.takeTypes(5);
    List<LayerTypes> others = other.takeTypes(5);
    measures.merge(other);
    List<LayerTypes.Result> results = new ArrayList<>();
    for (int k = 0; k < taken.size(); k++) {
      taken.get(k).merge(others.get(k));
      results.add(taken.get(k).result(measures.mean()));
    }
    LayerTypes.Result types = LayerTypes.Result.of(results);
    assertThat(types.frequency().types()).extracting("type").allMatch(t -> (int) t % 2 == 1);
    assertThat(measures.result(types).geometry().types())
        .hasSameSizeAs(expected.result().geometry().types());
    assertThat(measures.detail(types, null))
        .usingRecursiveComparison()
        .withComparatorForType(CLOSE, Double.class)
        .isEqualTo(expected.detail(null, null));
    assertThatThrownBy(
            () ->
                LayerTypes.Result.of(
                    List.of(types, new LayerTypes.Result(types.selfSimilarity(), null))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void variantsTravelToo() throws IOException {
    double[] mean = new double[D];
    mean[2] = 3;
    for (List<Integer> rogue : List.of(List.of(2), List.of(2, 0, 1, 4, 5, 6))) {
      VariantMeasures variants = new VariantMeasures(mean, KEPT, rogue);
      for (int s = 0; s < SENTENCES; s++) {
        variants.addSentence(types(s), 0, states(s), 0, 7);
      }
      VariantMeasures copy = copy(variants, in -> VariantMeasures.read(in, KEPT));
      assertThat(copy.centred()).isEqualTo(variants.centred());
      assertThat(copy.withoutRogueDimensions()).isEqualTo(variants.withoutRogueDimensions());
      assertThat(copy.informativity()).isEqualTo(variants.informativity());
    }
  }
}
