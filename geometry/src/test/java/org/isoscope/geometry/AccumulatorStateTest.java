package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isoscope.geometry.AccumulatorContractTest.Measure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every accumulator's written state must do, whatever it measures. */
class AccumulatorStateTest {
  /** Relative to 1 or the figure: some thousand roundings of doubles in sums of a few hundred. */
  private static final double ROUNDING = 1e-11;

  private static final int DIMENSION = 13;

  /** Enough tokens for several blocks of the covariance, and a part of one. */
  private static final int SENTENCES = 40;

  /** Random changes of the bytes that are tried of each. */
  private static final int FORGERIES = 300;

  /**
   * Bytes that reading a forged state may take: some arrays of {@link
   * AccumulatorFormat#MOST_DIMENSIONS} doubles, and the places of {@link BlockJackknife}.
   */
  private static final long MOST_BYTES = 600L << 20;

  static Stream<Measure<?, ?>> measures() {
    return AccumulatorContractTest.measures();
  }

  /** One of each class that has seen something. */
  static Stream<Accumulator<?, ?>> filled() {
    Sentences corpus = Sentences.random(11, SENTENCES, DIMENSION);
    return Stream.concat(
        measures().map(measure -> (Accumulator<?, ?>) measure.of(corpus)),
        Stream.of(
            CosineDistribution.ofAllPairs(
                new float[] {1, 0, 1, 1, 0, 1, -1, 3, 2, 2.5f, 0, 0}, 2, 1)));
  }

  /** A new accumulator cannot be forgotten: every class of the package is among the measures. */
  @Test
  void everyAccumulatorIsTested() throws Exception {
    Path classes =
        Path.of(Accumulator.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("org/isoscope/geometry");
    Set<String> accumulators;
    try (Stream<Path> files = Files.list(classes)) {
      accumulators =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".class") && !file.startsWith("package-info"))
              .map(file -> type(file.substring(0, file.length() - ".class".length())))
              .filter(type -> Accumulator.class.isAssignableFrom(type) && !type.isInterface())
              .filter(type -> !Modifier.isAbstract(type.getModifiers()))
              .map(Class::getSimpleName)
              .collect(Collectors.toSet());
    }
    assertThat(filled().map(accumulator -> accumulator.getClass().getSimpleName()))
        .containsExactlyInAnyOrderElementsOf(accumulators);
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName("org.isoscope.geometry." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("filled")
  <A extends Accumulator<A, R>, R> void isReadToTheBit(A accumulator) {
    R before = accumulator.result();
    byte[] bytes = States.written(accumulator);
    A read = States.copy(accumulator);
    assertThat(accumulator.result()).as("what was written stays as it is").isEqualTo(before);
    assertThat(States.written(read)).as("written again").isEqualTo(bytes);
    assertThat(read.result()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void anEmptyOneIsReadAsOne(Measure<A, R> measure) {
    A empty = States.copy(measure.make().apply(DIMENSION));
    assertThat(empty.result()).isEqualTo(measure.make().apply(DIMENSION).result());
    Sentences corpus = Sentences.random(3, SENTENCES, DIMENSION);
    measure.add(empty, corpus);
    assertThat(empty.result()).isEqualTo(measure.of(corpus).result());
  }

  /** Parts of any size, sent somewhere at any point of any tree of merges, and added to there. */
  @ParameterizedTest
  @MethodSource("measures")
  <A extends Accumulator<A, R>, R> void anyTreeOfMergesOfWhatTravelledEqualsOnePass(
      Measure<A, R> measure) {
    for (int draw = 0; draw < 4; draw++) {
      Random random = new Random(draw);
      Sentences corpus = Sentences.random(draw, SENTENCES, DIMENSION);
      List<A> parts = new ArrayList<>();
      int from = 0;
      while (from < SENTENCES) {
        int middle = Math.min(SENTENCES, from + random.nextInt(12));
        int to = Math.min(SENTENCES, middle + random.nextInt(12));
        A part = States.copy(measure.of(corpus.part(from, middle)));
        measure.add(part, corpus.part(middle, to));
        parts.add(part);
        from = to;
      }
      while (parts.size() > 1) {
        A taken = States.copy(parts.remove(random.nextInt(parts.size())));
        int at = random.nextInt(parts.size());
        parts.get(at).merge(taken);
        parts.set(at, States.copy(parts.get(at)));
      }
      assertThat(
              AccumulatorContractTest.difference(
                  measure.figures(parts.get(0)), measure.figures(corpus)))
          .as("draw %d", draw)
          .isLessThan(ROUNDING);
    }
  }

  @ParameterizedTest
  @MethodSource("filled")
  <A extends Accumulator<A, R>, R> void refusesBytesThatEndEarly(A accumulator) {
    byte[] bytes = States.written(accumulator);
    for (int length = 0; length < bytes.length; length++) {
      byte[] begun = Arrays.copyOf(bytes, length);
      assertThat(catchThrowable(() -> States.read(accumulator, begun)))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("filled")
  <A extends Accumulator<A, R>, R> void refusesAnotherNameOrVersion(A accumulator) {
    byte[] bytes = States.written(accumulator);
    int length = ByteBuffer.wrap(bytes).getShort();
    String format = new String(bytes, 2, length, StandardCharsets.UTF_8);
    assertThat(format).isEqualTo(accumulator.getClass().getSimpleName() + " 1");
    for (int at : new int[] {2, 1 + length}) {
      byte[] other = bytes.clone();
      other[at]++;
      assertThatThrownBy(() -> States.read(accumulator, other))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("expected the state of " + format + ", found ");
    }
  }

  /** Whatever the bytes are: an accumulator that can be asked, or an error that says so. */
  @ParameterizedTest
  @MethodSource("filled")
  <A extends Accumulator<A, R>, R> void changedBytesAreReadOrRefused(A accumulator) {
    byte[] bytes = States.written(accumulator);
    Random random = new Random(5);
    int[] lengths = {Integer.MAX_VALUE, AccumulatorFormat.MOST_DIMENSIONS, -1, 0};
    int body = 2 + ByteBuffer.wrap(bytes).getShort();
    for (int k = 0; k < FORGERIES; k++) {
      byte[] forged = bytes.clone();
      // The dimension first, then anything.
      int at = k < lengths.length ? body : body + random.nextInt(bytes.length - body - 3);
      ByteBuffer.wrap(forged).putInt(at, k % 2 == 0 ? lengths[k / 2 % 4] : random.nextInt());
      long before = allocated();
      Throwable refused =
          catchThrowable(
              () -> {
                A read = States.read(accumulator, forged);
                read.merge(States.copy(accumulator));
              });
      assertThat(allocated() - before).as("bytes taken, changed at %d", at).isLessThan(MOST_BYTES);
      if (refused != null && !(refused instanceof IllegalArgumentException)) {
        assertThat(refused).as("changed at %d", at).isInstanceOf(IOException.class);
      }
    }
  }

  /** Types in as many places as there are, or fewer, or more: together they are what they were. */
  @Test
  void typesThatWereTakenOutGiveTheSameResultToTheBit() {
    Sentences corpus = Sentences.random(11, SENTENCES, DIMENSION);
    for (int parts : new int[] {1, 5, 1000}) {
      LayerGeometry layer = new LayerGeometry(DIMENSION, false);
      SelfSimilarity whole = new SelfSimilarity(DIMENSION);
      for (Sentences.Sentence sentence : corpus.list()) {
        int count = sentence.tokens().length;
        layer.addSentence(sentence.flatTypes(0), 0, sentence.flat(0), 0, count);
        whole.addSentence(sentence.flatTypes(0), 0, sentence.flat(0), 0, count);
      }
      LayerGeometry.Result expected = layer.result();
      List<SelfSimilarity> taken = layer.takeTypes(parts);
      assertThat(taken).hasSize(parts);
      assertThat(layer.result().types()).isEmpty();
      List<SelfSimilarity.Result> results = new ArrayList<>();
      for (int k = 0; k < parts; k++) {
        SelfSimilarity.Result part = States.copy(taken.get(k)).result();
        for (SelfSimilarity.Type type : part.types()) {
          assertThat(Math.floorMod(type.type(), parts)).isEqualTo(k);
        }
        results.add(0, part);
      }
      assertThat(layer.result(SelfSimilarity.Result.of(results))).isEqualTo(expected);
      SelfSimilarity rest = new SelfSimilarity(DIMENSION);
      taken.forEach(rest::merge);
      assertThat(rest.result().types()).isEqualTo(whole.result().types());
    }
  }

  private static FrequencyCorrelation frequencies(Sentences corpus, int from, int to) {
    // Enough types on either side for neighbours, and for those that are taken out.
    FrequencyCorrelation all =
        new FrequencyCorrelation(DIMENSION, type -> type != 1, type -> type % 3 != 0);
    for (int s = from; s < to; s++) {
      Sentences.Sentence sentence = corpus.list().get(s);
      int[] types = sentence.flatTypes(0);
      for (int t = 0; t < types.length; t++) {
        types[t] += s % 2 * 12; // twice as many as the corpus has
      }
      all.addSentence(s, types, 0, sentence.flat(0), 0, sentence.tokens().length);
    }
    return all;
  }

  /** The same of the figures that need the mean of all tokens, and of those that need all types. */
  @Test
  void frequenciesOfTypesThatWereTakenOutGiveTheSameResult() throws IOException {
    Sentences corpus = Sentences.random(11, 200, DIMENSION);
    FrequencyCorrelation.Result expected = frequencies(corpus, 0, 200).result();
    assertThat(expected.neighbourDistance()).isNotNull();
    FrequencyCorrelation rest = frequencies(corpus, 0, 90);
    FrequencyCorrelation other = frequencies(corpus, 90, 200);
    List<FrequencyCorrelation> parts = rest.takeTypes(4);
    List<FrequencyCorrelation> others = other.takeTypes(4);
    rest.merge(other);
    List<FrequencyCorrelation.Result> results = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      FrequencyCorrelation part =
          FrequencyCorrelation.read(
              bytes(States.written(parts.get(k))), type -> true, type -> false);
      part.merge(others.get(k));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      FrequencyCorrelation.Result result = part.result(rest.centroid());
      result.write(new DataOutputStream(bytes));
      assertThat(FrequencyCorrelation.Result.read(bytes(bytes.toByteArray()))).isEqualTo(result);
      results.add(0, result);
    }
    assertThat(results).anySatisfy(result -> assertThat(result.types()).isNotEmpty());
    results.add(1, rest.result());
    FrequencyCorrelation.Result merged = FrequencyCorrelation.Result.of(results);
    assertThat(merged)
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(b)) ? 0 : 1, Double.class)
        .isEqualTo(expected);
    assertThatThrownBy(() -> rest.result(new double[DIMENSION + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static DataInputStream bytes(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
