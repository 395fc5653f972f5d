package org.isoscope.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
            + "|Non-standard token 'NaN'",
        "Trailing token (of type START_OBJECT) found after value|Trailing token",
        "Unexpected end-of-input: expected close marker for Object (start marker at [Source: 1])"
            + "|Unexpected end-of-input: expected close marker for Object",
        "Document nesting depth (1001) exceeds the maximum allowed (1000, from `A.b()`)"
            + "|Document nesting depth (1001) exceeds the maximum allowed",
        "Cannot deserialize value of type `java.lang.Double` from String \"x\": not a valid value"
            + "|Cannot deserialize value from String \"x\": not a valid value"
      })
  void leavesOutWhatIsForProgrammers(String message, String plain) {
    assertThat(Wording.plain(message)).isEqualTo(plain);
    assertThat(Wording.plain(null)).isEqualTo("it cannot be read");
  }

  @Test
  void showsWhatTurnsTheDirectionOfWriting() {
    assertThat(Wording.visible("a\u202Ecod\u2066.x\u001B[2J"))
        .isEqualTo("a\\u202ecod\\u2066.x\\u001b[2J");
    assertThat(Wording.visible("\u05D0\u05D1 \u00E9 \uD83D\uDE00\t\n"))
        .as("text as it is")
        .isEqualTo("\u05D0\u05D1 \u00E9 \uD83D\uDE00\t\n");
    UserError error = new UserError("a\u202Etxt.csv", "is \u0007wrong", "right", "Mend it");
    assertThat(error).hasMessage("a\\u202etxt.csv: is \\u0007wrong; expected right. Mend it.");
  }
}
