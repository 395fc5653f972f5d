package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isoscope.io.UserError;
import org.isoscope.study.sweep.SweepPlan.Cost;
import org.isoscope.study.sweep.SweepPlan.Standing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runs of a specification: which, called what, computed once. */
final class SweepPlanTest {
  @TempDir Path directory;

  @Test
  void everyCombinationWithEverySeedThenTheFurtherRuns() {
    SweepPlan plan =
        plan(
            """
            schema: 1
            settings: {steps: 8, pooling: max}
            grid: {temperature: [0.05, 0.5], pooling: [mean, cls]}
            runs: [{name: gor, loss: gor, seeds: [9]}, {learning-rate: 3e-5}]
            seeds: 2
            """);

    assertThat(plan.runs())
        .extracting(PlannedRun::id)
        .containsExactly(
            "temperature=0.05,pooling=mean/seed-1",
            "temperature=0.05,pooling=mean/seed-2",
            "temperature=0.05,pooling=cls/seed-1",
            "temperature=0.05,pooling=cls/seed-2",
            "temperature=0.5,pooling=mean/seed-1",
            "temperature=0.5,pooling=mean/seed-2",
            "temperature=0.5,pooling=cls/seed-1",
            "temperature=0.5,pooling=cls/seed-2",
            "gor/seed-9",
            "learning-rate=0.00003/seed-1",
            "learning-rate=0.00003/seed-2");
    PlannedRun second = plan.runs().get(1);
    assertThat(second.seed()).isEqualTo(2);
    assertThat(second.arm()).isEqualTo("temperature=0.05,pooling=mean");
    assertThat(second.directory()).isEqualTo("runs/temperature=0.05,pooling=mean/seed-2");
    assertThat(second.settings())
        .isEqualTo(Map.of("steps", 8L, "pooling", "mean", "temperature", 0.05));
    assertThat(second.differing()).isEqualTo(Map.of("pooling", "mean", "temperature", 0.05));
    assertThat(plan.runs().get(8).settings())
        .as("a further run has the settings of every run, not the grid's")
        .isEqualTo(Map.of("steps", 8L, "pooling", "max", "loss", "gor"));
    assertThat(plan.runs()).extracting(PlannedRun::hash).doesNotHaveDuplicates();
  }

  @Test
  void withoutAGridTheSettingsAreTheRunUnlessRunsAreListed() {
    assertThat(ids("schema: 1\nsettings: {steps: 8}")).containsExactly("settings/seed-1");
    assertThat(ids("schema: 1\nsettings: {steps: 8}\nruns: [{steps: 4}]"))
        .containsExactly("steps=4/seed-1");
  }

  @Test
  void aNameDependsOnItsOwnSettingsAlone() {
    String one = ids("schema: 1\ngrid: {text: [data/my file.txt]}").get(0);
    List<String> both = ids("schema: 1\ngrid: {text: [data/my-file.txt, data/my file.txt]}");

    assertThat(one).matches("text=data-my-file\\.txt~[0-9a-f]{8}/seed-1");
    assertThat(both).hasSize(2).doesNotHaveDuplicates().contains(one);
    String deep = ids("schema: 1\ngrid: {model: ['" + "x".repeat(500) + "/../..']}").get(0);
    assertThat(deep).hasSizeLessThan(130).matches("[^/]*/seed-1");
    assertThat(ids("schema: 1\ngrid: {temperature: [1e-300, 0.050, 2]}"))
        .containsExactly(
            "temperature=1.0E-300/seed-1", "temperature=0.05/seed-1", "temperature=2/seed-1");
  }

  @Test
  void runsThatComputeTheSameHaveOneDirectory() {
    SweepPlan plan =
        plan(
            """
            schema: 1
            grid: {temperature: [0.05, 0.5]}
            runs: [{name: usual, temperature: 5e-2}, {temperature: 0.5}]
            """);

    assertThat(plan.runs())
        .extracting(PlannedRun::id, PlannedRun::directory, PlannedRun::shared)
        .containsExactly(
            tuple("temperature=0.05/seed-1", "runs/temperature=0.05/seed-1", false),
            tuple("temperature=0.5/seed-1", "runs/temperature=0.5/seed-1", false),
            tuple("usual/seed-1", "runs/temperature=0.05/seed-1", true),
            tuple("temperature=0.5-2/seed-1", "runs/temperature=0.5/seed-1", true));
  }

  @Test
  void theHashIsOfAllThatIsComputedFrom() {
    SweepSpec spec = spec("schema: 1\nsettings: {steps: 8, temperature: 1}");
    String hash = hash(SweepPlan.of(spec, settings -> "data", "1"));

    assertThat(hash(SweepPlan.of(spec, settings -> "data", "1"))).isEqualTo(hash);
    assertThat(hash(SweepPlan.of(spec, settings -> "other", "1"))).isNotEqualTo(hash);
    assertThat(hash(SweepPlan.of(spec, settings -> "data", "2"))).isNotEqualTo(hash);
    assertThat(hash("schema: 1\nsettings: {temperature: 1.0, steps: 8}"))
        .as("not of the order of settings, nor of how a number is written, jobs and threads")
        .isEqualTo(hash("schema: 1\nsettings: {steps: 8, temperature: 1}\njobs: 2\nthreads: 1"));
    assertThat(hash("schema: 1\nseeds: [2]")).isNotEqualTo(hash("schema: 1\nseeds: [1]"));
    assertThat(hash("schema: 1\nsettings: {steps: 8}"))
        .isNotEqualTo(hash("schema: 1\nsettings: {steps: 9}"));
  }

  @Test
  void theFingerprintIsAskedOnceAnArm() {
    List<Map<String, Object>> asked = new ArrayList<>();
    SweepPlan.of(
        spec("schema: 1\nsettings: {steps: 8}\ngrid: {temperature: [1, 2]}\nseeds: 5"),
        settings -> {
          asked.add(settings);
          return "";
        },
        "1");
    assertThat(asked)
        .containsExactly(
            Map.of("steps", 8L, "temperature", 1.0), Map.of("steps", 8L, "temperature", 2.0));
  }

  @Test
  void whatIsWrongWithAnArmNamesIt() {
    SweepSpec spec = spec("schema: 1\ngrid: {steps: [8, 0]}");
    assertThatThrownBy(
            () ->
                SweepPlan.of(
                    spec,
                    settings -> {
                      if (settings.get("steps").equals(0L)) {
                        throw new UserError("steps 0", "is out of range", "at least 1", "Add some");
                      }
                      return "";
                    },
                    "1"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "steps 0: is out of range; expected at least 1. Add some. It is so in the arm steps=0.");
  }

  @Test
  void twoRunsOfOneNameAreRefused() {
    SweepSpec.Arm arm = new SweepSpec.Arm("a", Map.of(), null);
    SweepSpec spec =
        new SweepSpec(Map.of(), Map.of(), List.of(arm, arm), List.of(1L), false, 1, null);
    assertThatIllegalArgumentException().isThrownBy(() -> SweepPlan.of(spec, s -> "", "1"));
  }

  @Test
  void addsUpWhatIsToBeComputed() {
    String text =
        "schema: 1\ngrid: {temperature: [1, 2, 3]}\nruns: [{name: a, temperature: 1}]\njobs: 2\n";
    double[] seconds = {3, 1, 4};

    SweepPlan.Overview overview =
        plan(text)
            .overview(
                directory,
                run ->
                    new Cost(
                        seconds[((Double) run.settings().get("temperature")).intValue() - 1],
                        10L,
                        100L),
                2);

    assertThat(overview.rows())
        .extracting(SweepPlan.Row::standing)
        .containsExactly(Standing.WAITING, Standing.WAITING, Standing.WAITING, Standing.SHARED);
    assertThat(overview.toCompute()).isEqualTo(3);
    assertThat(overview.seconds()).as("3 beside 1 and then 4").isEqualTo(5);
    assertThat(overview.bytes()).as("three results, two models at once").isEqualTo(230);
    assertThat(bytes(text + "keep-models: true", 100L)).isEqualTo(330);
    assertThat(bytes(text, null)).isNull();
    assertThat(plan(text).overview(directory, run -> new Cost(null, 1L, 1L), 2).seconds()).isNull();
    assertThat(directory).isEmptyDirectory();
  }

  private @Nullable Long bytes(String text, @Nullable Long model) {
    return plan(text).overview(directory, run -> new Cost(1.0, 10L, model), 2).bytes();
  }

  private static String hash(String text) {
    return hash(plan(text));
  }

  private static String hash(SweepPlan plan) {
    return plan.runs().get(0).hash();
  }

  private static List<String> ids(String text) {
    return plan(text).runs().stream().map(PlannedRun::id).toList();
  }

  private static SweepSpec spec(String text) {
    return SweepSpec.parse(text, "spec.yaml", ExampleSettings.ALL);
  }

  private static SweepPlan plan(String text) {
    return SweepPlan.of(spec(text), settings -> "", "1");
  }
}
