package org.isoscope.study.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isoscope.evaluation.Estimand;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.results.Evidence;
import org.junit.jupiter.api.Test;

class CounterClaimTest {
  private static final double BETWEEN_SEEDS = 0.004;
  private static final double[] SCORE_OF_SEED = {
    .004, -.003, .001, -.005, .003, .002, -.001, -.001
  };
  private final SimulatedEvidence text = new SimulatedEvidence(1, 30, BETWEEN_SEEDS);

  /** An arm whose mean cosine of sentence embeddings, .5 before, moves by so much. */
  private Ablation.Cell arm(double temperature, int seeds, double cosine, double sts, double lost) {
    List<Ablation.Training> trainings = new ArrayList<>();
    for (Evidence evidence :
        text.trainings(seeds, Map.of(Estimand.SENTENCE_ANISOTROPY.key(), cosine))) {
      double score = sts + SCORE_OF_SEED[trainings.size()];
      trainings.add(new Ablation.Training(trainings.size(), evidence, score, score - lost));
    }
    return new Ablation.Cell(Map.of("temperature", temperature), trainings);
  }

  private static Claims.Claim order(Ablation.Cell... arms) {
    List<Claims.Claim> claims = CounterClaim.isotropyDoesNotOrderQuality(List.of(arms), 1);
    assertThat(claims).hasSize(1);
    return claims.get(0);
  }

  private static Claims.Claim quarter(Ablation.Cell arm) {
    List<Claims.Claim> claims = CounterClaim.aQuarterSuffices(arm, arm.settings(), 1);
    assertThat(claims).hasSize(1);
    return claims.get(0);
  }

  @Test
  void anArmThatIsMoreIsotropicAndWorseShowsThatIsotropyDoesNotOrderQuality() {
    Claims.Claim claim =
        order(arm(0.05, 5, -0.1, 0.70, 0), arm(0.1, 5, -0.2, 0.75, 0), arm(0.5, 5, -0.3, 0.62, 0));

    assertThat(claim.id()).isEqualTo(CounterClaim.ISOTROPY_AND_QUALITY);
    assertThat(claim.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(claim.effect()).isCloseTo(-0.5, within(1e-12)); // ranks 1 2 3 and 2 3 1
    assertThat(claim.reason()).startsWith("With temperature 0.5 ").contains("temperature 0.1,");
    assertThat(claim.besides().get(1).effect()).isCloseTo(-0.13, within(1e-12));
    assertThat(claim.adjustedPValue()).isLessThan(Judgement.LEVEL);
  }

  @Test
  void whereTheMoreIsotropicArmIsAlwaysBetterItDoesNotHold() {
    Claims.Claim claim =
        order(arm(0.05, 5, -0.1, 0.60, 0), arm(0.1, 5, -0.2, 0.65, 0), arm(0.5, 5, -0.3, 0.70, 0));

    assertThat(claim.effect()).isCloseTo(1, within(1e-12));
    assertThat(claim.interval().low()).isCloseTo(1, within(1e-12));
    assertThat(claim.verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void differencesThatDoNotCountShowNothing() {
    // One point of STS, and an isotropy that differs by less than C1's margin.
    assertThat(order(arm(0.05, 8, -0.1, 0.70, 0), arm(0.5, 8, -0.3, 0.69, 0)).verdict())
        .isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(order(arm(0.05, 8, -0.1, 0.70, 0), arm(0.5, 8, -0.1, 0.60, 0)).verdict())
        .isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void fewSeedsBearNoVerdict() {
    Claims.Claim claim = order(arm(0.05, 8, -0.1, 0.75, 0), arm(0.5, 4, -0.3, 0.62, 0));

    assertThat(claim.verdict()).isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(claim.reason()).contains("1 more seed");
    assertThat(quarter(arm(0.05, 7, 0, 0.7, 0)).verdict()).isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(quarter(arm(0.05, 2, 0, 0.7, 0.1)).verdict()).isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
    assertThat(quarter(arm(0.05, 1, 0, 0.7, 0.1)).interval()).isNull();
  }

  @Test
  void aQuarterSufficesWhereItLosesLessThanCounts() {
    Claims.Claim suffices = quarter(arm(0.05, 8, -0.1, 0.7, 0.01));
    assertThat(suffices.verdict()).isEqualTo(Verdict.HOLDS);
    assertThat(suffices.effect()).isCloseTo(-0.01, within(1e-12));

    assertThat(quarter(arm(0.05, 8, -0.1, 0.7, 0.03)).verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void withoutScoresThereIsNothingToSay() {
    List<Ablation.Training> trainings = new ArrayList<>();
    for (Evidence evidence : text.trainings(8, Map.of())) {
      trainings.add(new Ablation.Training(trainings.size(), evidence, null, null));
    }
    Ablation.Cell arm = new Ablation.Cell(Map.of("temperature", 1), trainings);

    assertThat(CounterClaim.isotropyDoesNotOrderQuality(List.of(arm, arm), 1)).isEmpty();
    assertThat(CounterClaim.aQuarterSuffices(arm, Map.of(), 1)).isEmpty();
  }
}
