package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.isoscope.study.JobListener;
import org.isoscope.study.NamedTraining;
import org.isoscope.study.Setting;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of {@code train} and the settings by name: the same, with the same defaults. */
class TrainOptionsTest {
  /** Options that are not of the training: where it goes, on what, what it tells. */
  private static final Set<String> NOT_SETTINGS =
      Set.of(
          "out",
          "seed",
          "threads",
          "quiet",
          "offline",
          "json",
          "stacktrace",
          "resume",
          "overwrite",
          "processes",
          "rank",
          "world",
          "rendezvous",
          "help",
          "version");

  /** Settings that depend on others where they are not given; the options' help says on which. */
  private static final Set<String> DEPENDENT =
      Set.of("text", "similarity", "temperature", "margin", "no-duplicates");

  private static final CommandSpec TRAIN =
      Isoscope.commandLine().getSubcommands().get("train").getCommandSpec();

  @Test
  void everySettingIsAnOptionAndTheReverse() {
    Set<String> options = new TreeSet<>();
    for (OptionSpec option : TRAIN.options()) {
      options.add(option.longestName().substring(2));
    }
    options.removeAll(NOT_SETTINGS);

    assertThat(NamedTraining.settings().stream().map(Setting::name))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(options);
  }

  @Test
  void nothingGivenIsTheSameAsTheOptionsDefaults() {
    Map<String, @Nullable Object> named = NamedTraining.job(Map.of(), JobListener.SILENT).named();

    for (Setting setting : NamedTraining.settings()) {
      String name = setting.name();
      String option = TRAIN.findOption("--" + name).defaultValue();
      if (name.equals("precision")) { // auto is what the machine has
        assertThat(named).containsEntry(name, Precision.parse(option, Device.CPU).label());
      } else if (option != null) {
        assertThat(value(named.get(name))).as(name).isEqualTo(value(option));
      } else if (!DEPENDENT.contains(name)) {
        assertThat(named.get(name)).as(name).isIn(null, false, List.of());
      }
    }
    assertThat(named.get("seed")).hasToString(TRAIN.findOption("--seed").defaultValue());
  }

  private static Object value(@Nullable Object value) {
    try {
      return Double.valueOf(String.valueOf(value));
    } catch (NumberFormatException e) {
      return String.valueOf(value);
    }
  }

  @Test
  void everyNameThatAJobTellsIsASetting() {
    Set<String> told =
        new LinkedHashSet<>(NamedTraining.job(Map.of(), JobListener.SILENT).named().keySet());
    Set<String> settings =
        NamedTraining.settings().stream().map(Setting::name).collect(Collectors.toSet());

    told.removeAll(Set.of("seed", "threads"));
    assertThat(told).isEqualTo(settings);
  }
}
