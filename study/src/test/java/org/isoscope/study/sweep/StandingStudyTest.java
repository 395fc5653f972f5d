package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.isoscope.evaluation.Estimand;
import org.isoscope.results.Claims;
import org.isoscope.results.Evidence;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Sweep;
import org.isoscope.study.NamedTraining;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The specifications of {@code isoscope reproduce}: what they name, and which controls meet. */
final class StandingStudyTest {
  /** Seeds with which a claim may hold. */
  private static final int VERDICT = 8;

  private static final int BLOCKS = 4;
  private static final String USUAL = "temperature=0.05";

  @TempDir Path work;

  private SweepPlan plan(boolean quick) {
    return new TrainingSweep(StandingStudy.spec(quick, Map.of()), work, 2).plan();
  }

  private static Map<String, Long> seeds(SweepPlan plan) {
    return plan.runs().stream()
        .collect(Collectors.groupingBy(PlannedRun::arm, LinkedHashMap::new, Collectors.counting()));
  }

  @Test
  void bothAreWhatTheirFormSays() {
    for (String name : StandingStudy.names()) {
      assertThat(SweepSpec.parse(StandingStudy.text(name), name, NamedTraining.settings()).seeds())
          .isNotEmpty();
    }
  }

  @Test
  void theQuickOneHasItsVerdictAtTheUsualTemperature() {
    SweepPlan plan = plan(true);

    assertThat(seeds(plan))
        .containsEntry(USUAL, (long) VERDICT)
        .containsKeys("temperature=0.5", "shuffled-positives", "random-initialization");
    assertThat(seeds(plan))
        .allSatisfy(
            (arm, seeds) ->
                assertThat(seeds)
                    .as(arm)
                    .isBetween(arm.equals("no-contrast") ? 1L : 2L, (long) VERDICT)); // attributes
    assertThat(plan.runs())
        .allSatisfy(
            run ->
                assertThat(run.settings())
                    .containsEntry("keep-layers", 4L)
                    .containsEntry("steps", 16L)
                    .containsEntry("model", "bert-base-uncased"));
  }

  @Test
  void theLongOneHasEveryValueThatTheStudyIsOf() {
    SweepPlan plan = plan(false);

    assertThat(values(plan, "temperature"))
        .containsExactlyInAnyOrder("0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1.0");
    assertThat(values(plan, "batch-size")).containsExactlyInAnyOrder("16", "64", "256");
    assertThat(values(plan, "pooling")).containsExactlyInAnyOrder("mean", "cls", "max");
    assertThat(seeds(plan))
        .containsEntry(USUAL, (long) VERDICT)
        .containsEntry("temperature=0.5", (long) VERDICT)
        .containsEntry("shuffled-positives", 5L)
        .containsEntry("random-initialization", 5L)
        .allSatisfy((arm, seeds) -> assertThat(seeds).as(arm).isGreaterThanOrEqualTo(3));
    assertThat(plan.runs())
        .allSatisfy(
            run ->
                assertThat(run.settings())
                    .containsEntry("keep-layers", run.arm().startsWith("layers=4") ? 4L : 12L));
  }

  private static List<String> values(SweepPlan plan, String setting) {
    return plan.runs().stream()
        .filter(run -> run.settings().containsKey(setting))
        .map(run -> run.settings().get(setting).toString())
        .distinct()
        .toList();
  }

  @Test
  void onesOwnDataTakesThePlaceOfTheStudys() throws IOException {
    Path pairs = Files.writeString(work.resolve("pairs.csv"), "one,two\n");

    SweepSpec spec = StandingStudy.spec(true, Map.of("pairs", List.of(pairs.toString())));

    assertThat(spec.settings())
        .containsEntry("pairs", List.of(pairs.toString()))
        .doesNotContainKey("text");
    assertThat(new TrainingSweep(spec, work, 2).plan().runs()).hasSameSizeAs(plan(true).runs());
  }

  /** Fakes every run's evidence: that the right arms meet shows in the names of their controls. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyControlMeetsItsArm(boolean quick) {
    fake(plan(quick));

    Map<String, List<String>> controls =
        SweepClaims.of(work).claims().stream()
            .filter(claim -> claim.id().equals("convergence"))
            .collect(
                Collectors.toMap(
                    StandingStudyTest::named,
                    StandingStudyTest::controls,
                    (a, b) -> a,
                    TreeMap::new));

    List<String> usual =
        List.of(
            "shuffled positives",
            "random initialization",
            "global orthogonal regularization, no contrast");
    String layers = quick ? "" : "12 ";
    assertThat(controls.get(layers + "0.05 64 mean")).containsAll(usual);
    if (quick) {
      assertThat(controls).containsOnlyKeys("0.05 64 mean", "0.5 64 mean");
    } else {
      assertThat(controls).hasSize(2 + 7 + 4 + 3);
      assertThat(controls.get("12 0.5 64 mean")).containsAll(usual);
      assertThat(controls.get("4 0.05 64 cls")).doesNotContainAnyElementsOf(usual);
    }
  }

  /** Each setting is followed along the arms that differ in it alone, beside those that meet it. */
  @Test
  void theLongOneFollowsItsSettingsAndWhereTheyMeet() {
    fake(plan(false));

    Map<Object, Claims.Claim> moved =
        SweepClaims.of(work).claims().stream()
            .filter(claim -> claim.id().equals("ablation"))
            .filter(claim -> claim.estimand().startsWith("sentence-correlation"))
            .collect(Collectors.toMap(claim -> claim.arm().get("setting"), claim -> claim));

    assertThat(moved).containsOnlyKeys("keep-layers", "temperature", "batch-size", "pooling");
    assertThat(moved.get("temperature").besides())
        .extracting(Claims.Figure::estimand)
        .filteredOn(name -> name.startsWith("interaction"))
        .containsExactlyInAnyOrder(
            "interaction: change from temperature 0.05 to 0.5 at pooling cls minus at mean",
            "interaction: change from temperature 0.05 to 0.5 at pooling max minus at mean",
            "interaction: change from temperature 0.05 to 0.5 at batch-size 16 minus at 64",
            "interaction: change from temperature 0.05 to 0.5 at keep-layers 12 minus at 4");
    assertThat(moved.get("temperature").besides()).hasSize(7 + 4);
    assertThat(moved.get("batch-size").besides())
        .extracting(Claims.Figure::estimand)
        .filteredOn(name -> name.startsWith("interaction"))
        .containsExactly(
            "interaction: change from batch-size 16 to 64 at temperature 0.5 minus at 0.05");
  }

  private void fake(SweepPlan plan) {
    List<Sweep.Run> runs = new ArrayList<>();
    for (PlannedRun run : plan.runs()) {
      runs.add(
          new Sweep.Run(
              run.id(),
              run.arm(),
              run.directory(),
              run.settings(),
              run.seed(),
              Sweep.State.DONE,
              null));
      new ResultDirectory(work.resolve(run.directory())).write(evidence(run.seed()));
    }
    new ResultDirectory(work).write(new Sweep(Sweep.SCHEMA, Map.of(), runs));
  }

  private static String named(Claims.Claim claim) {
    Function<String, Object> value =
        name ->
            claim
                .arm()
                .getOrDefault(
                    name,
                    Map.of("temperature", 0.05, "batch-size", 64, "pooling", "mean").get(name));
    return (claim.arm().containsKey("keep-layers") ? claim.arm().get("keep-layers") + " " : "")
        + value.apply("temperature")
        + " "
        + value.apply("batch-size")
        + " "
        + value.apply("pooling");
  }

  private static List<String> controls(Claims.Claim claim) {
    return claim.controls().stream().map(Claims.Control::name).toList();
  }

  /** Of a model whose tokens converge, a little otherwise with each seed. */
  private static Evidence evidence(long seed) {
    return new Evidence(
        Evidence.SCHEMA,
        "m",
        new Evidence.Text("text", "00", BLOCKS, BLOCKS, BLOCKS),
        List.of(),
        List.of(state(Evidence.BEFORE, 0.1), state(Evidence.AFTER, 0.2 + 0.001 * seed)),
        List.of());
  }

  private static Evidence.State state(String label, double value) {
    List<Double> withoutBlock =
        IntStream.range(0, BLOCKS).mapToObj(block -> value * (1 + 0.01 * block)).toList();
    return new Evidence.State(
        label,
        null,
        List.of(
            new Evidence.Estimate(Estimand.SENTENCE_CORRELATION.key(), value, withoutBlock, null)),
        null);
  }
}
