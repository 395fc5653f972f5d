package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.isoscope.evaluation.Estimand;
import org.isoscope.results.Claims;
import org.isoscope.results.Claims.Verdict;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The claims of a few steps of SimCSE on three layers of MiniLM, over three seeds: the direction
 * that a training shows, and the controls in which nothing may show.
 */
final class RealModelClaimsTest {
  private static final String SPEC =
      """
      schema: 1
      settings:
        model: all-minilm-l6-v2
        keep-layers: 3
        max-length: 24
        text: wordnet:examples
        steps: 5
        batch-size: 24
        learning-rate: 5e-4
        temperature: 0.05
        precision: fp32
        probe-sentences: 16
        reference-sentences: 300
      seeds: 3
      """;

  private static final String NO_TRAINING = "no training";
  private static final String TRANSLATED = "the untrained model, only translated";

  @TempDir static Path work;
  private static Claims claims;

  @BeforeAll
  static void train() {
    new TrainingSweep(
            SweepSpec.parse(SPEC, "spec.yaml", NamedTraining.settings()),
            work,
            Runtime.getRuntime().availableProcessors())
        .run(new Untold(), JobListener.SILENT, () -> false);
    claims = SweepClaims.of(work);
  }

  private static Claims.Claim claim(Estimand estimand) {
    return claims.claims().stream()
        .filter(claim -> claim.estimand().startsWith(estimand.key() + ":"))
        .findFirst()
        .orElseThrow();
  }

  private static Claims.Control control(Estimand estimand, String name) {
    return claim(estimand).controls().stream()
        .filter(control -> control.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSpacesBecomeMoreIsotropicAndTheCentroidMovesToTheOrigin() {
    for (Estimand estimand :
        List.of(Estimand.ANISOTROPY, Estimand.SENTENCE_ANISOTROPY, Estimand.LOG_CENTROID_SHARE)) {
      Claims.Claim claim = claim(estimand);

      assertThat(claim.evidence().seeds()).isEqualTo(3);
      assertThat(Objects.requireNonNull(claim.interval()).high())
          .as("%s: all of the interval is beyond the margin", claim)
          .isLessThan(claim.margin());
      assertThat(claim.verdict())
          .as("three seeds show a direction, and bear no claim")
          .isEqualTo(Verdict.NOT_ENOUGH_EVIDENCE);
      assertThat(claim.reason()).contains("5 more seeds");
    }
  }

  @Test
  void withoutTrainingNothingShows() {
    assertThat(claims.claims())
        .hasSize(7)
        .allSatisfy(
            claim ->
                assertThat(claim.controls())
                    .filteredOn(control -> control.name().equals(NO_TRAINING))
                    .singleElement()
                    .satisfies(
                        control -> {
                          assertThat(control.effect()).isZero();
                          assertThat(control.verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
                          assertThat(control.blocks()).isTrue();
                        }));
  }

  @Test
  void aTranslationMovesAnisotropyAloneAndNoContext() {
    Claims.Control opened = control(Estimand.ANISOTROPY, TRANSLATED);
    assertThat(Objects.requireNonNull(opened.interval()).high())
        .as("as isotropic as the trained model: %s", opened)
        .isLessThan(claim(Estimand.ANISOTROPY).margin());
    for (Estimand estimand :
        List.of(
            Estimand.CONTENT_TYPE_CORRELATION,
            Estimand.FUNCTION_TYPE_CORRELATION,
            Estimand.SENTENCE_CORRELATION)) {
      double margin = Math.abs(claim(estimand).margin());

      Claims.LevelInterval moved =
          Objects.requireNonNull(control(estimand, TRANSLATED).interval(), estimand.key());

      assertThat(moved.low()).as("%s %s", estimand, moved).isGreaterThan(-margin);
      assertThat(moved.high()).as("%s %s", estimand, moved).isLessThan(margin);
      assertThat(control(estimand, TRANSLATED).verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
    }
  }

  @Test
  void thePapersEstimandsRiseUnderATranslationToo() {
    Claims.Claim content = claim(Estimand.CONTENT_TYPE_CORRELATION);

    assertThat(Objects.requireNonNull(content.paper()).effect())
        .as("adjusted self-similarity rises with the cone that opens: %s", content)
        .isGreaterThan(Objects.requireNonNull(content.effect()));
  }

  /** Says nothing of runs, except that none may fail. */
  private static final class Untold implements SweepRunner.Listener {
    @Override
    public void began(PlannedRun run) {}

    @Override
    public void done(PlannedRun run, SweepRunner.Progress progress) {}

    @Override
    public void failed(PlannedRun run, Throwable error, SweepRunner.Progress progress) {
      throw new AssertionError(run.id(), error);
    }

    @Override
    public void stopped(PlannedRun run) {}
  }
}
