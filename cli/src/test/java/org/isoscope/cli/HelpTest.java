package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.isoscope.study.Versions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

class HelpTest {
  /** A terminal as it comes; the help fits it with a column to spare. */
  private static final int WIDTH = 80;

  static List<String> commands() {
    return List.copyOf(Isoscope.commandLine().getSubcommands().keySet());
  }

  /** The commands and theirs. */
  static List<String> allCommands() {
    List<String> all = new ArrayList<>(commands());
    for (String name : commands()) {
      command(name).getSubcommands().keySet().forEach(sub -> all.add(name + " " + sub));
    }
    return all;
  }

  private static CommandLine command(String name) {
    CommandLine command = Isoscope.commandLine();
    for (String word : name.split(" ")) {
      command = command.getSubcommands().get(word);
    }
    return command;
  }

  private static Program.Outcome help(String name) {
    return Program.run((name + " --help").split(" "));
  }

  @Test
  void theCommandsAreThere() {
    assertThat(commands())
        .containsExactlyInAnyOrder(
            "demo",
            "train",
            "analyze",
            "compare",
            "sweep",
            "reproduce",
            "evaluate",
            "transform",
            "encode",
            "search",
            "duplicates",
            "mine",
            "export",
            "report",
            "watch",
            "models",
            "cache");
    assertThat(allCommands()).contains("cache list", "cache size", "cache clear");
  }

  @Test
  void theProgramsHelpNamesEveryCommand() {
    Program.Outcome help = Program.run("--help");

    assertThat(help.code()).as("%s", help).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).contains("Exit code").contains(commands());
    assertThat(help.out().lines()).allMatch(line -> line.length() <= WIDTH);
  }

  /** A start reads the options of the command that it is given, and of no other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "-V",
        "models",
        "modls",
        "train --help",
        "train --tmperature 1",
        "-h train",
        "--quiet models"
      })
  void whatIsNotReadOfOtherCommandsIsNotMissed(String line) {
    String[] args = line.isEmpty() ? new String[0] : line.split(" ");

    Program.Outcome narrow = Program.run(args);
    Program.Outcome whole = Program.run(Isoscope.commandLine(), args);

    assertThat(narrow).isEqualTo(whole);
  }

  @Test
  void ofCommandsThatAreOnlyListedNoOptionIsRead() {
    Map<String, CommandLine> commands = Isoscope.commandLine("models", "-h").getSubcommands();

    assertThat(commands.get("models").getCommandSpec().options()).isNotEmpty();
    assertThat(commands.get("train").getCommandSpec().options()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("allCommands")
  void aCommandsHelpDescribesEveryOption(String name) {
    Program.Outcome help = help(name);

    assertThat(help.code()).as("%s", help).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).startsWith("Usage: isoscope " + name);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= WIDTH);
    assertThat(help.out().lines())
        .as("the lines at the end, unbroken")
        .containsAll(
            Arrays.stream(command(name).getCommandSpec().usageMessage().footer())
                .map(String::stripTrailing)
                .toList());
    for (OptionSpec option : command(name).getCommandSpec().options()) {
      assertThat(option.longestName())
          .as("the name in full")
          .startsWith("--")
          .hasSizeGreaterThan(4);
      assertThat(help.out()).as(option.longestName()).contains(option.longestName());
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
      assertThat(option.description()[0]).as(option.longestName()).isNotBlank().endsWith(".");
      assertThat(option.description()[0]).as("a format to picocli").doesNotContain("%");
      assertThat(help.out())
          .as("the description of %s", option.longestName())
          .contains(Arrays.asList(option.description()[0].split(" ")).subList(0, 2));
    }
    for (PositionalParamSpec parameter : command(name).getCommandSpec().positionalParameters()) {
      assertThat(parameter.description()).as(parameter.paramLabel()).isNotEmpty();
      assertThat(help.out()).contains(parameter.paramLabel());
    }
  }

  @ParameterizedTest
  @MethodSource("allCommands")
  void noPlaceholderIsLeft(String name) {
    assertThat(help(name).out()).doesNotContain("${").doesNotContain("null");
  }

  @Test
  void theVersionIsTold() {
    Program.Outcome version = Program.run("--version");

    assertThat(version.code()).as("%s", version).isZero();
    assertThat(version.out()).matches("isoscope \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    for (String command : List.of("train", "cache", "cache list")) {
      assertThat(Program.run((command + " --version").split(" ")).out())
          .as("of a command too")
          .isEqualTo(version.out());
    }
    assertThat(Versions.all().values())
        .as("filled in by the build")
        .noneMatch(v -> v.contains("${"));
  }

  @Test
  void modelsListsEveryName() {
    Program.Outcome models = Program.run("models");

    assertThat(models.code()).as("%s", models).isZero();
    assertThat(models.out())
        .contains("bert-base-uncased", "all-minilm-l6-v2", "bge-small-en-v1.5", "e5-small-v2")
        .contains("Kept in ");
  }
}
