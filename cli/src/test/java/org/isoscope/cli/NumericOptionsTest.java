package org.isoscope.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.isoscope.encoder.SmallModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every option that takes a number has a range, and refuses what lies out of it by its name. */
class NumericOptionsTest {
  /** Command lines that would do, each with what its command needs. */
  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          entry("train", "--model @model --text @text.txt --quiet"),
          entry("analyze", "--model @model --text @text.txt --quiet"),
          entry("compare", "@model @model --text @text.txt --quiet"),
          entry("evaluate", "--model @model --sts @sts.csv --quiet"),
          entry("transform", "--model @model --text @text.txt --kind whitening --quiet"),
          entry("encode", "--model @model --text @text.txt --quiet"),
          entry("export", "--model @model --onnx --quiet"),
          entry("sweep", "@sweep.yaml --quiet"),
          entry("reproduce", "--quiet"),
          entry("watch", "@"),
          entry("search", "--model @model --text @text.txt --query cat --quiet"),
          entry("duplicates", "--model @model --text @text.txt --quiet"),
          entry("mine", "--model @model --pairs @sts.csv --column 1 2 --quiet"));

  /** What those write that leave no directory. */
  private static final Map<String, String> FILES =
      Map.of("encode", "out.npy", "search", "out.csv", "duplicates", "out.csv", "mine", "out.csv");

  /** Its options are those of train, and it reads WordNet first. */
  private static final String DEMO = "demo";

  private static final List<String> WHOLE = List.of("-2147483648");
  private static final List<String> FRACTIONS = List.of("NaN", "-1e308", "1e308", "Infinity");

  @TempDir static Path work;

  @BeforeAll
  static void inputs() throws IOException {
    SmallModel.write(work.resolve("model"));
    SmallModel.text(work.resolve("text.txt"), 60);
    SmallModel.scoredPairs(work.resolve("sts.csv"), 12);
    Files.writeString(
        work.resolve("sweep.yaml"),
        "schema: 1\nsettings: {model: '" + work.resolve("model") + "'}\nseeds: 1\n");
  }

  private static List<OptionSpec> numeric(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !values(option).isEmpty())
        .toList();
  }

  private static List<String> values(OptionSpec option) {
    Class<?> type = option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
    return type == int.class || type == Integer.class
        ? WHOLE
        : type == double.class || type == Double.class ? FRACTIONS : List.of();
  }

  static Stream<String> commands() {
    return COMMANDS.keySet().stream().sorted();
  }

  @Test
  void noCommandIsLeftOut() {
    TreeSet<String> with = new TreeSet<>();
    Isoscope.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (!numeric(command).isEmpty()) {
                with.add(name);
              }
            });
    with.remove(DEMO);
    assertThat(with).isEqualTo(new TreeSet<>(COMMANDS.keySet()));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatIsOutOfRangeIsRefusedByItsName(String name) {
    for (OptionSpec option : numeric(Isoscope.commandLine().getSubcommands().get(name))) {
      for (String value : values(option)) {
        List<String> arguments = new ArrayList<>(List.of(name));
        arguments.addAll(List.of(COMMANDS.get(name).replace("@", work + "/").split(" ")));
        if (Isoscope.commandLine().getSubcommands().get(name).getCommandSpec().findOption("--out")
            != null) {
          arguments.add("--out=" + work.resolve(FILES.getOrDefault(name, "out")));
        }
        arguments.add(option.longestName() + "=" + value);

        Program.Outcome outcome = Program.run(arguments.toArray(String[]::new));

        assertThat(outcome.code()).as("%s: %s", arguments, outcome).isEqualTo(1);
        assertThat(outcome.err().lines()).as("%s: %s", arguments, outcome).hasSize(1);
        assertThat(outcome.err())
            .as("%s", arguments)
            .startsWith("isoscope: " + option.longestName());
      }
    }
    assertThat(work.resolve("out")).doesNotExist();
  }
}
