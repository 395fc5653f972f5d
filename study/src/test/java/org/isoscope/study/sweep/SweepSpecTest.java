package org.isoscope.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.isoscope.io.UserError;
import org.isoscope.study.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The specification of a sweep: what it says is read, what is wrong is told with its place. */
final class SweepSpecTest {
  private static final String FULL =
      """
      schema: 1
      settings: {model: all-minilm-l6-v2, text: "wordnet:examples", steps: 8}
      grid:
        temperature: [0.05, 5e-1, 1]
        pooling: &two [mean, cls]
        matryoshka: [[384, 128], 256]
      runs:
        - {name: gor, loss: gor, symmetric: true}
        - {learning-rate: 1e-5, seeds: [7]}
      seeds: [1, -2]
      keep-models: true
      jobs: 2
      threads: 3
      """;

  @TempDir Path directory;

  @Test
  void readsEveryPart() throws IOException {
    Path file = Files.writeString(directory.resolve("full.yaml"), FULL);

    SweepSpec spec = SweepSpec.read(file, ExampleSettings.ALL);

    assertThat(spec.settings())
        .isEqualTo(
            Map.of("model", "all-minilm-l6-v2", "text", List.of("wordnet:examples"), "steps", 8L));
    assertThat(spec.grid().keySet()).containsExactly("temperature", "pooling", "matryoshka");
    assertThat(spec.grid())
        .isEqualTo(
            Map.of(
                "temperature",
                List.of(0.05, 0.5, 1.0),
                "pooling",
                List.of("mean", "cls"),
                "matryoshka",
                List.of(List.of("384", "128"), List.of("256"))));
    assertThat(spec.runs())
        .containsExactly(
            new SweepSpec.Arm("gor", Map.of("loss", "gor", "symmetric", true), null),
            new SweepSpec.Arm(null, Map.of("learning-rate", 1e-5), List.of(7L)));
    assertThat(spec.seeds()).containsExactly(1L, -2L);
    assertThat(spec.keepModels()).isTrue();
    assertThat(spec.jobs()).isEqualTo(2);
    assertThat(spec.threads(16)).isEqualTo(3);
  }

  @Test
  void whatIsNotSaidHasADefault() {
    SweepSpec spec = parse("schema: 1\nseeds: 3\njobs: 2\n");

    assertThat(spec)
        .isEqualTo(
            new SweepSpec(Map.of(), Map.of(), List.of(), List.of(1L, 2L, 3L), false, 2, null));
    assertThat(parse("schema: 1").seeds()).containsExactly(1L);
    assertThat(spec.threads(5)).as("cores divided among jobs").isEqualTo(2);
    assertThat(spec.jobs(1, 1, 10)).as("what is given").isEqualTo(2);
  }

  @Test
  void asManyRunsAtOnceAsCoresAndMemoryCarry() {
    SweepSpec spec = parse("schema: 1\nseeds: 8\n");
    assertThat(spec.threads(2)).isEqualTo(2);
    assertThat(spec.jobs(2, 1000, 10)).isEqualTo(1);
    assertThat(spec.threads(1)).isEqualTo(1);
    assertThat(spec.jobs(1, 1000, 10)).isEqualTo(1);
    assertThat(spec.threads(12)).isEqualTo(2);
    assertThat(spec.jobs(12, 1000, 10)).isEqualTo(6);
    assertThat(spec.jobs(12, 35, 10)).as("memory for three").isEqualTo(3);
    assertThat(spec.jobs(12, 5, 10)).as("one at least").isEqualTo(1);
    assertThat(spec.threads(64)).as("eight runs, and no more").isEqualTo(8);
    assertThat(parse("schema: 1\nseeds: 8\nthreads: 5\n").jobs(12, 1000, 10)).isEqualTo(2);
    assertThat(spec.threads(1)).as("at least one").isEqualTo(1);
  }

  /** Of each: the text, with | for the end of a line; where; part of what is told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          # unknown
          schema: 1|settings: {temprature: 1}; 2:12; "temprature" is no setting of a training; expected the name of an option of train
          schema: 1|settings: {temprature: 1}; 2:12; Write temperature if you mean that
          schema: 1|settings: {batch_size: 1}; 2:12; Write batch-size
          schema: 1|settings: {zzz: 1}; 2:12; See isoscope train --help
          schema: 1|settings: {seed: 1}; 2:12; Give seeds at the top of the file
          schema: 1|grid: {jobs: [1]}; 2:8; Give jobs at the top of the file
          schema: 1|runs:|- {nam: a}; 3:4; Write name if you mean that
          schema: 1|temperature: 1; 2:1; Put it under settings, grid or runs
          schema: 1|seed: 1; 2:1; Write seeds
          # wrong type
          schema: 2; 1:9; schema is 2; expected 1
          schema: one; 1:9; schema is the text "one"; expected 1
          seeds: 1; 1:1; "schema" is missing
          - schema; 1:1; the specification is a list; expected keys with their values
          schema: 1|settings: 3; 2:11; settings is 3; expected keys
          schema: 1|settings:; 2:10; settings is nothing
          schema: 1|settings: {steps: 8.5}; 2:19; steps is 8.5; expected a whole number
          schema: 1|settings: {steps: "8"}; 2:19; steps is the text "8"; expected a whole number
          schema: 1|settings: {steps: 0x10}; 2:19; steps is 0x10
          schema: 1|settings: {steps: 99999999999999999999}; 2:19; expected a whole number
          schema: 1|settings: {temperature: warm}; 2:25; the text "warm"; expected a finite number
          schema: 1|settings: {temperature: .inf}; 2:25; expected a finite number
          schema: 1|settings: {temperature: .nan}; 2:25; expected a finite number
          schema: 1|settings: {temperature: 1e999}; 2:25; expected a finite number
          schema: 1|settings: {temperature: [1]}; 2:25; temperature is a list; expected a finite
          schema: 1|settings: {symmetric: yes}; 2:23; the text "yes"; expected true or false
          schema: 1|settings: {pooling: meen}; 2:21; pooling is "meen"; expected one of mean, cls, max
          schema: 1|settings: {pooling: meen}; 2:21; Write mean
          schema: 1|settings: {model: }; 2:18; model is nothing; expected a text
          schema: 1|settings: {model: {a: b}}; 2:19; model is a mapping
          schema: 1|settings: {model: !secret x}; 2:19; model is of the type !secret
          schema: 1|settings: {[a]: b}; 2:12; a key of settings is a list; expected a name
          schema: 1|grid: {temperature: 0.5}; 2:21; temperature is 0.5; expected a list of values
          schema: 1|runs: {name: a}; 2:7; runs is a mapping; expected a list
          schema: 1|keep-models: 1; 2:14; keep-models is 1; expected true or false
          schema: 1|jobs: 0; 2:7; jobs is 0; expected a whole number from 1
          schema: 1|threads: -1; 2:10; threads is -1; expected a whole number from 1
          # twice
          schema: 1|settings: {steps: 1, steps: 2}; 2:22; "steps" is given twice, first in line 2
          schema: 1|schema: 1; 2:1; "schema" is given twice, first in line 1
          schema: 1|grid: {temperature: [.5, 0.50]}; 2:26; temperature 0.5 is given twice
          schema: 1|runs:|- name: a|- name: A; 4:9; name "A" is given twice
          # empty
          schema: 1|grid: {}; 2:7; grid is empty
          schema: 1|grid: {temperature: []}; 2:21; temperature is empty; expected a list of values
          schema: 1|runs: []; 2:7; runs is empty
          schema: 1|seeds: []; 2:8; seeds is empty
          # seeds and names
          schema: 1|seeds: 0; 2:8; seeds is 0; expected a whole number from 1 to 10000
          schema: 1|seeds: [1, 1]; 2:12; seed 1 is given twice
          schema: 1|seeds: [1.5]; 2:9; seed is 1.5; expected a whole number
          schema: 1|seeds: {a: 1}; 2:8; seeds is a mapping; expected a list of whole numbers, or how many
          schema: 1|runs:|- {name: ../up}; 3:10; cannot name a directory
          schema: 1|runs:|- {name: ''}; 3:10; cannot name a directory
          # bounds
          schema: 1|seeds: 10000|grid: {temperature: [1, 2]}; 3:1; makes more than 10000 runs
          schema: 1|settings: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]; 2:26; more than 16 levels deep
          # YAML
          schema: 1|settings: {steps: 8; 2:; is not YAML
          schema: 1|settings: *nowhere; 2:11; is not YAML
          schema: 1|---|schema: 1; 2:1; a second document begins
          """)
  void whatIsWrongIsToldWithItsPlace(String text, String place, String told) {
    assertThatThrownBy(() -> parse(text.replace("|", "\n")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("spec.yaml:" + place)
        .hasMessageContaining(told);
  }

  @Test
  void nothingIsNoSpecification() {
    assertThatThrownBy(() -> parse("# only a comment\n"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("spec.yaml: holds no specification");
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    Path latin = directory.resolve("latin.yaml");
    Files.write(latin, "schema: 1 # caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SweepSpec.read(latin, ExampleSettings.ALL))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("latin.yaml: is not UTF-8");

    Path large = directory.resolve("large.yaml");
    Files.write(large, new byte[SweepSpec.MOST_BYTES + 1]);
    assertThatThrownBy(() -> SweepSpec.read(large, ExampleSettings.ALL))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has more than 1048576 bytes");

    assertThatThrownBy(() -> SweepSpec.read(directory.resolve("none"), ExampleSettings.ALL))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("does not exist");
  }

  /** Each line ten times the one before: ten thousand million texts, if they were written out. */
  @Test
  void aTextThatRepeatsItselfIsRefused() {
    StringBuilder text = new StringBuilder("schema: 1\na0: &a0 [x]\n");
    for (int i = 1; i <= 10; i++) {
      text.append("a").append(i).append(": &a").append(i).append(" [");
      text.append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
    }
    assertThatThrownBy(() -> parse(text.toString()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("alias");
    assertThatThrownBy(() -> parse("schema: 1\nsettings: &a\n  model: *a\n"))
        .as("a mapping in itself")
        .isInstanceOf(UserError.class);
    assertThatThrownBy(() -> parse("[".repeat(100_000)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("levels deep");
  }

  /** Letters of YAML's own, at random places of a specification that is right. */
  @Test
  void whateverIsReadIsASpecificationOrAUsersError() {
    String letters = "[]{}:,-#&*!|>'\"%@`?\n\t ~<=\\.0e1a\u0000\u00e9\ud83d\ufeff";
    SplittableRandom random = new SplittableRandom(20130529);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int change = random.nextInt(1, 5); change > 0; change--) {
        int at = random.nextInt(text.length());
        char letter = letters.charAt(random.nextInt(letters.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, letter);
          case 1 -> text.insert(at, letter);
          case 2 -> text.deleteCharAt(at);
          default -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
        }
      }
      try {
        assertThat(parse(text.toString()).seeds()).isNotEmpty();
      } catch (UserError e) {
        refused++;
        assertThat(e).message().startsWith("spec.yaml").contains("; expected ");
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("round " + i + ":\n" + text, e);
      }
    }
    assertThat(refused).as("not always right, not always wrong").isBetween(150, 1450);
  }

  @Test
  void aSettingMayNotHaveANameOfTheFormItself() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SweepSpec.parse(
                    "schema: 1", "x", List.of(Setting.of("seeds", Setting.Kind.WHOLE, "Seeds."))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.of("pooling", Setting.Kind.CHOICE, "Without choices."));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.of("Batch size", Setting.Kind.WHOLE, "Not a name."));
  }

  private static SweepSpec parse(String text) {
    return SweepSpec.parse(text, "spec.yaml", ExampleSettings.ALL);
  }
}
