package org.isoscope.study.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isoscope.evaluation.Estimand;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.results.Evidence;
import org.junit.jupiter.api.Test;

class AblationTest {
  private static final double BETWEEN_SEEDS = 0.004;
  private final SimulatedEvidence text = new SimulatedEvidence(1, 30, BETWEEN_SEEDS);

  private Ablation.Cell cell(Map<String, Object> settings, int seeds, double anisotropy) {
    List<Ablation.Training> trainings = new ArrayList<>();
    for (Evidence evidence : text.trainings(seeds, Map.of(Estimand.ANISOTROPY.key(), anisotropy))) {
      trainings.add(new Ablation.Training(trainings.size(), evidence, 0.7, 0.69));
    }
    return new Ablation.Cell(settings, trainings);
  }

  private static Claims.Claim about(List<Claims.Claim> claims, String key) {
    return claims.stream()
        .filter(claim -> claim.estimand().startsWith(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFigureThatRisesWithTheSettingHasATrendAndOthersHaveNone() {
    List<Claims.Claim> claims =
        Ablation.of(
            "temperature",
            List.of(
                cell(Map.of("temperature", 0.5), 5, -0.1),
                cell(Map.of("temperature", 0.05), 5, -0.3),
                cell(Map.of("temperature", 0.1), 5, -0.2)),
            Map.of(),
            1);

    Claims.Claim anisotropy = about(claims, Estimand.ANISOTROPY.key());
    assertThat(anisotropy.id()).isEqualTo("ablation");
    assertThat(anisotropy.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(anisotropy.effect()).isEqualTo(1);
    assertThat(anisotropy.interval()).isEqualTo(new Claims.LevelInterval(0.95, 1, 1));
    assertThat(anisotropy.title()).isEqualTo("How temperature moves anisotropy of tokens");
    assertThat(anisotropy.reason()).contains("rises with temperature");
    assertThat(anisotropy.besides()).hasSize(3);
    Claims.Claim sts = about(claims, "Spearman's correlation on STS");
    assertThat(sts.title()).isEqualTo("How temperature moves STS");
    assertThat(sts.verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(about(claims, Estimand.SENTENCE_CORRELATION.key()).verdict())
        .isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void armsOfDifferentSeedsAreIndependentSamples() {
    List<Claims.Claim> claims =
        Ablation.of(
            "batchSize",
            List.of(
                cell(Map.of("batchSize", 16), 3, -0.1),
                cell(Map.of("batchSize", 256), 8, -0.3),
                cell(Map.of("batchSize", 64), 3, -0.2)),
            Map.of(),
            1);

    Claims.Claim anisotropy = about(claims, Estimand.ANISOTROPY.key());
    assertThat(anisotropy.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(anisotropy.effect()).isEqualTo(-1);
    assertThat(anisotropy.evidence().seeds()).isEqualTo(3);
  }

  @Test
  void twoSeedsBearNoVerdict() {
    List<Claims.Claim> claims =
        Ablation.of(
            "temperature",
            List.of(
                cell(Map.of("temperature", 0.05), 2, -0.3),
                cell(Map.of("temperature", 0.5), 8, -0.1)),
            Map.of(),
            1);

    assertThat(claims).extracting(Claims.Claim::verdict).containsOnly(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(claims.get(0).reason()).contains("1 more seed");
  }

  @Test
  void armsAtAnotherValueOfASecondSettingShowTheInteraction() {
    List<Ablation.Cell> row = new ArrayList<>();
    List<Ablation.Cell> others = new ArrayList<>();
    for (double temperature : new double[] {0.05, 0.1, 0.5}) {
      row.add(cell(Map.of("temperature", temperature, "batchSize", 16), 3, -temperature));
      if (temperature != 0.05) { // the interaction is over what both have
        others.add(cell(Map.of("temperature", temperature, "batchSize", 64), 3, temperature));
      }
    }

    Claims.Claim anisotropy =
        about(
            Ablation.of("temperature", row, Map.of("batchSize", others), 1),
            Estimand.ANISOTROPY.key());

    assertThat(anisotropy.effect()).isEqualTo(-1);
    assertThat(anisotropy.besides()).hasSize(4);
    Claims.Figure interaction = anisotropy.besides().get(3);
    assertThat(interaction.estimand())
        .contains("from temperature 0.1 to 0.5 at batchSize 64 minus at 16");
    // (0.5 - 0.1) - (-0.5 + 0.1), each mean of 3 seeds within a few of its errors
    assertThat(interaction.effect()).isCloseTo(0.8, within(5 * BETWEEN_SEEDS));
    assertThat(interaction.interval().low()).isGreaterThan(0.7);
    assertThat(interaction.interval().high()).isLessThan(0.9);
  }

  @Test
  void withoutAnInteractionItsIntervalHoldsZero() {
    List<Ablation.Cell> row = new ArrayList<>();
    List<Ablation.Cell> others = new ArrayList<>();
    for (double temperature : new double[] {0.05, 0.5}) {
      row.add(cell(Map.of("temperature", temperature, "pooling", "mean"), 5, temperature));
      others.add(cell(Map.of("temperature", temperature, "pooling", "cls"), 5, temperature - 0.3));
    }

    Claims.Figure interaction =
        about(
                Ablation.of("temperature", row, Map.of("pooling", others), 1),
                Estimand.ANISOTROPY.key())
            .besides()
            .get(2);

    assertThat(interaction.interval().low()).isNegative();
    assertThat(interaction.interval().high()).isPositive();
  }

  @Test
  void namesHaveNoTrend() {
    List<Claims.Claim> claims =
        Ablation.of(
            "pooling",
            List.of(
                cell(Map.of("pooling", "mean"), 3, -0.3), cell(Map.of("pooling", "cls"), 3, -0.1)),
            Map.of(),
            1);

    Claims.Claim anisotropy = about(claims, Estimand.ANISOTROPY.key());
    assertThat(anisotropy.effect()).isNull();
    assertThat(anisotropy.verdict()).isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(anisotropy.besides()).hasSize(2);
  }

  @Test
  void oneArmIsNoAblation() {
    List<Ablation.Cell> one = List.of(cell(Map.of("temperature", 0.05), 3, -0.3));

    assertThatThrownBy(() -> Ablation.of("temperature", one, Map.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ablation.of("epochs", one, Map.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
