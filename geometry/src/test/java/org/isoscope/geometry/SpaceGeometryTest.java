package org.isoscope.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What the contract does not test: single figures by hand, and what is refused in which words. */
class SpaceGeometryTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  @Test
  void givesTheFiguresOfTheMeasuresFedOneByOne() {
    List<float[]> vectors = Sentences.random(41, 60, 11).vectors();
    MeanCosine meanCosine = new MeanCosine(11);
    IsoScore isoScore = new IsoScore(11);
    RogueDimensions rogue = new RogueDimensions(11);
    for (float[] x : vectors) {
      meanCosine.add(x, 0);
      isoScore.add(x, 0);
      rogue.add(x, 0);
    }

    SpaceGeometry.Result result = SpaceGeometry.of(vectors);

    assertThat(result.n()).isEqualTo(vectors.size());
    assertThat(result.dimension()).isEqualTo(11);
    assertThat(result.zeroVectors()).isZero();
    assertThat(result.meanCosine()).isCloseTo(meanCosine.result().meanCosine(), ROUNDING);
    assertThat(result.isoScore()).isEqualTo(isoScore.result().isoScore());
    assertThat(result.debiasedIsoScore()).isEqualTo(isoScore.result().debiasedIsoScore());
    assertThat(result.constantDimensions()).isEmpty();
    List<RogueDimensions.Share> shares = rogue.result().shares();
    for (int i = 0; i < 11; i++) {
      RogueDimensions.Share share = result.rogueDimensions().get(i);
      assertThat(share.dimension()).isEqualTo(shares.get(i).dimension());
      assertThat(share.share()).isCloseTo(shares.get(i).share(), ROUNDING);
      assertThat(share.shareWithoutSelfPairs())
          .isCloseTo(shares.get(i).shareWithoutSelfPairs(), ROUNDING);
    }
  }

  @Test
  void withoutIsoScoreTheOtherFiguresAreTheSame() {
    List<float[]> vectors = Sentences.random(42, 60, 11).vectors();
    SpaceGeometry without = SpaceGeometry.of(11, false);
    vectors.forEach(without::add);
    SpaceGeometry.Result expected = SpaceGeometry.of(vectors);
    SpaceGeometry.Result result = without.result();
    assertThat(result.isoScore()).isNull();
    assertThat(result.debiasedIsoScore()).isNull();
    assertThat(result)
        .usingRecursiveComparison()
        .ignoringFields("isoScore", "debiasedIsoScore")
        .isEqualTo(expected);
    assertThatThrownBy(() -> without.merge(SpaceGeometry.of(11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IsoScore");
  }

  /** Also where parts that are merged are each constant, but not alike. */
  @Test
  void constantDimensionsOfParts() {
    SpaceGeometry part = SpaceGeometry.of(3);
    part.add(new float[] {1, 2, 0f});
    part.add(new float[] {1, 2, -0f});
    assertThat(part.result().constantDimensions()).containsExactly(0, 1, 2);
    SpaceGeometry other = SpaceGeometry.of(3);
    other.merge(part);
    assertThat(other.result().constantDimensions()).containsExactly(0, 1, 2);
    SpaceGeometry last = SpaceGeometry.of(3);
    last.add(new float[] {1, 3, 0});
    other.merge(last);
    assertThat(other.result().constantDimensions()).containsExactly(0, 2);
  }

  @Test
  void figuresOfASmallCloud() {
    SpaceGeometry.Result result =
        SpaceGeometry.of(
            List.of(
                new float[] {3, 4, 7}, // squares: 74
                new float[] {-3, 4, 7}, // 74
                new float[] {0, 0, 7}, // 49
                new float[] {0, 0, 7})); // 49

    // Mean (0, 2, 7): 53, of a mean square of 61.5.
    assertThat(result.centroidShare()).isCloseTo(53 / 61.5, ROUNDING);
    double a = Math.sqrt(74);
    assertThat(result.normVariation()).isCloseTo((a - 7) / (a + 7), ROUNDING);
    assertThat(result.constantDimensions()).containsExactly(2);
  }

  @Test
  void countsZeroVectorsAndLeavesThemOutOfTheVariation() {
    SpaceGeometry.Result result =
        SpaceGeometry.of(List.of(new float[] {1, 0}, new float[2], new float[] {0, -1}));

    assertThat(result.zeroVectors()).isEqualTo(1);
    assertThat(result.normVariation()).isZero();
    assertThat(result.meanNorm()).isCloseTo(2 / 3.0, ROUNDING);
  }

  @Test
  void oneVectorAndOnlyZeroVectors() {
    SpaceGeometry.Result one = SpaceGeometry.of(List.of(new float[] {3, 4}));
    assertThat(one.meanCosine()).isNull();
    assertThat(one.centroidShare()).isEqualTo(1);
    assertThat(one.normVariation()).isZero();
    assertThat(one.constantDimensions()).as("one vector does not tell").isEmpty();

    SpaceGeometry.Result zeros = SpaceGeometry.of(List.of(new float[2], new float[2]));
    assertThat(zeros.zeroVectors()).isEqualTo(2);
    assertThat(zeros.meanCosine()).isZero();
    assertThat(zeros.centroidShare()).isNull();
    assertThat(zeros.normVariation()).isNull();
    assertThat(zeros.isoScore()).isNull();
    assertThat(zeros.constantDimensions()).containsExactly(0, 1);
  }

  @Test
  void namesWhatItRefuses() {
    float[] good = {1, 2, 3};
    refuses(
        () -> SpaceGeometry.of(List.of(good, good, new float[] {1, 2})),
        "vector 2 has 2 elements, expected 3");
    refuses(
        () -> SpaceGeometry.of(List.of(good, new float[] {1, Float.NaN, Float.NaN})),
        "vector 1 has a NaN at element 1");
    refuses(
        () -> SpaceGeometry.of(List.of(new float[] {1, 2, Float.NEGATIVE_INFINITY})),
        "vector 0 has an infinite value at element 2");
    refuses(
        () -> SpaceGeometry.of(3).add(new float[] {0, 1, 2, 3, Float.NaN}, 2),
        "vector 0 has a NaN at element 2: the vector at offset 2 is not finite");
    refuses(
        () -> SpaceGeometry.of(List.of()), "no vectors, so no dimension: expected at least one");
    refuses(() -> SpaceGeometry.of(List.of(new float[0])), "dimension 0 is not positive");
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void aRefusedVectorLeavesNoTrace() {
    SpaceGeometry geometry = SpaceGeometry.of(3);
    geometry.add(new float[] {1, 2, 3});
    geometry.add(new float[] {1, -2, 3});
    SpaceGeometry.Result before = geometry.result();

    assertThatThrownBy(() -> geometry.add(new float[] {5, 6, Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> geometry.add(new float[2]))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(geometry.result()).isEqualTo(before);
  }
}
