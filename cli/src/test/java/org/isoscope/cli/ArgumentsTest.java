package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.isoscope.cli.option.CommonOptions;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code run.json} keeps of a command line is the same command line, whatever was given. */
class ArgumentsTest {
  private static final long SEED = 8;
  private static final int DRAWS = 40;
  private static final int MOST_VALUES = 3;

  /** What shells, picocli and JSON have uses for. */
  private static final String CHARACTERS = "ab1 ,;=\"'-@#\\${}|é\uD83D\uDE00\n\t";

  @TempDir Path work;

  private static CommandLine command(String name) {
    return Isoscope.commandLine().getSubcommands().get(name);
  }

  static Stream<String> commands() {
    return Isoscope.commandLine().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void areReadAgainAsTheyWereGiven(String name) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int draw = 0; draw < DRAWS; draw++) {
      String[] given = given(command(name).getCommandSpec(), random);
      CommandSpec spec = parsed(name, given);
      Kept kept = kept(spec);

      CommandSpec again = parsed(name, kept.arguments().toArray(String[]::new));

      assertThat(values(again)).as("%s", List.of(given)).isEqualTo(values(spec));
      assertThat(kept(again).settings()).isEqualTo(kept.settings());
    }
  }

  private static CommandSpec parsed(String name, String... arguments) {
    CommandLine program = Isoscope.commandLine();
    List<String> line = new ArrayList<>(List.of(name));
    line.addAll(List.of(arguments));
    program.parseArgs(line.toArray(String[]::new));
    return program.getSubcommands().get(name).getCommandSpec();
  }

  /** What a command's record has of its command line, after it was a file. */
  private record Kept(List<String> arguments, Map<String, Object> settings) {}

  private Kept kept(CommandSpec spec) {
    for (CommandSpec mixin : spec.mixins().values()) {
      if (mixin.userObject() instanceof CommonOptions common) {
        RunRecord record = common.record(spec, JobListener.SILENT);
        ResultDirectory results = new ResultDirectory(work.resolve(spec.name()));
        record.begin(results);
        Run run = results.run().orElseThrow();
        return new Kept(List.copyOf(run.arguments()), run.settings());
      }
    }
    return new Kept(CommonOptions.arguments(spec), Map.of()); // it keeps no record
  }

  private static Map<String, @Nullable Object> values(CommandSpec spec) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (ArgSpec each : spec.args()) {
      values.put(
          each instanceof OptionSpec option ? option.longestName() : each.paramLabel(),
          each.getValue());
    }
    return values;
  }

  /** Each option given or not, of several values once or more than once, and what has no option. */
  private String[] given(CommandSpec spec, SplittableRandom random) {
    List<String> given = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      if (option.required() || random.nextBoolean()) {
        boolean many = option.isMultiValue();
        int times = many ? 1 + random.nextInt(MOST_VALUES) : 1;
        for (int i = 0; i < times; i++) {
          if (option.arity().max() == 0) {
            given.add(
                option.longestName() + (random.nextBoolean() ? "" : "=" + random.nextBoolean()));
          } else {
            given.add(option.longestName() + "=" + value(option, random));
          }
          if (option.arity().isVariable() && random.nextBoolean()) {
            given.add(option.auxiliaryTypes()[0] == String.class ? "another" : "0.5");
          }
        }
      }
    }
    if (!spec.positionalParameters().isEmpty()) {
      given.add("--");
      spec.positionalParameters().forEach(each -> given.add(value(each, random)));
    }
    return given.toArray(String[]::new);
  }

  private String value(ArgSpec of, SplittableRandom random) {
    Class<?> type = of.isMultiValue() ? of.auxiliaryTypes()[0] : of.type();
    if (type == int.class || type == Integer.class) {
      return "" + (1 + random.nextInt(4)); // threads among them, of which there must not be many
    }
    if (type == long.class) {
      return "" + random.nextLong();
    }
    if (type == double.class || type == Double.class) {
      return "" + random.nextDouble() * Math.pow(10, random.nextInt(-30, 30));
    }
    if (type == Path.class) {
      return work.resolve("a place " + random.nextInt(9)).toString();
    }
    assertThat(type).as("of %s", of.paramLabel()).isEqualTo(String.class);
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(8); length > 0; length--) {
      int at = random.nextInt(CHARACTERS.codePointCount(0, CHARACTERS.length()));
      text.appendCodePoint(CHARACTERS.codePointAt(CHARACTERS.offsetByCodePoints(0, at)));
    }
    String drawn = text.toString();
    return of.splitRegex().isEmpty() // where a quote without its like is warned of
        ? drawn.replaceAll("^--$", "-") // which no option can have for its value
        : drawn.replace("\"", "'");
  }

  @Test
  void anOptionGivenTwiceIsKeptOnce() {
    CommandSpec spec =
        parsed("train", "--text", "a", "--text", "b", "--column", "x", "y", "--symmetric");
    assertThat(CommonOptions.arguments(spec))
        .containsExactly("--text=a", "--text=b", "--column=x", "--column=y", "--symmetric=true");
  }
}
