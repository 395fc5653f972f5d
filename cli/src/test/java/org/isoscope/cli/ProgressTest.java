package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.isoscope.cli.print.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Progress as it is told in a terminal and elsewhere. */
class ProgressTest {
  private final StringWriter written = new StringWriter();

  @ParameterizedTest
  @CsvSource({"0, 0 s", "59.4, 59 s", "59.6, 1 min 0 s", "125, 2 min 5 s", "3725, 1 h 2 min"})
  void durationsAreWhatPeopleSay(double seconds, String said) {
    assertThat(Progress.duration(seconds)).isEqualTo(said);
  }

  @Test
  void tellsTheEndAtOnceAndTheRestNowAndThen() {
    Progress progress = new Progress(false, new PrintWriter(written, true), 0);

    progress.say("note");
    for (int done = 1; done <= 100; done++) {
      progress.update(done, 100, "state " + done);
    }

    assertThat(written.toString().lines())
        .startsWith("note")
        .endsWith("[" + "=".repeat(24) + "] 100/100  state 100")
        .as("100 updates within a moment are not worth 100 lines")
        .hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void quietIsQuiet() {
    Progress progress = new Progress(true, new PrintWriter(written, true), 0);

    progress.say("note");
    progress.update(1, 1, "state");

    assertThat(written.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "80, '[============            ] 5/10  loss 0.1234  rate 3.0e-05'",
    "50, '[=======        ] 5/10  loss 0.1234  rate 3.0e-05'",
    "40, '5/10  loss 0.1234  rate 3.0e-05'",
    "30, '5/10  loss 0.1234  rate 3.0e-'",
  })
  void aTerminalsLineNeverWraps(int columns, String line) {
    Progress progress = new Progress(false, new PrintWriter(written, true), columns);

    progress.update(5, 10, "loss 0.1234  rate 3.0e-05");

    assertThat(written).hasToString("\r" + line);
    assertThat(line).hasSizeLessThan(columns);
  }

  @Test
  void aTerminalsLineIsWrittenOverWhole() {
    Progress progress = new Progress(false, new PrintWriter(written, true), 40);

    progress.update("a long state");
    progress.update(10, 10, "done");

    assertThat(written.toString().split("\r"))
        .containsExactly(
            "", "a long state", "[========================] 10/10  done" + System.lineSeparator());
  }

  @Test
  void aMessageClearsTheTerminalsLine() {
    Progress progress = new Progress(false, new PrintWriter(written, true), 40);

    progress.update("state");
    progress.say("note");

    assertThat(written.toString()).isEqualTo("\rstate\r     \rnote" + System.lineSeparator());
  }
}
