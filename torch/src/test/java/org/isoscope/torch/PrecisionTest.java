package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;

/** The words of {@code --precision}. */
final class PrecisionTest {
  @Test
  void knowsItsWords() {
    assertThat(Precision.parse("fp32", Device.CPU)).isEqualTo(Precision.FP32);
    assertThat(Precision.parse("FP32", Device.CPU)).isEqualTo(Precision.FP32);
    assertThat(Precision.parse(Precision.FP32.label(), Device.CPU)).isEqualTo(Precision.FP32);
    assertThat(Precision.BF16.label()).isEqualTo("bf16");
  }

  @Test
  void autoIsWhatTheProcessorHas() {
    assertThat(Precision.parse("auto", Device.CPU))
        .isEqualTo(Precision.hardwareHasBf16() ? Precision.BF16 : Precision.FP32);
  }

  @Test
  void bf16NeedsTheProcessor() {
    if (Precision.hardwareHasBf16()) {
      assertThat(Precision.parse("bf16", Device.CPU)).isEqualTo(Precision.BF16);
    } else {
      assertThatThrownBy(() -> Precision.parse("bf16", Device.CPU))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("precision bf16: this processor has no bf16 arithmetic")
          .hasMessageEndingWith("Choose fp32 or auto.");
    }
  }

  @Test
  void whatTheProcessorLacksAGpuMayHave() {
    Device gpu = new Device("cuda:0"); // whatever is there: nothing is computed on it
    assertThat(Precision.parse("bf16", gpu)).isEqualTo(Precision.BF16);
    assertThat(Precision.parse("auto", gpu)).isEqualTo(Precision.BF16);
    assertThat(Precision.parse("bf16", new Device("mps"))).isEqualTo(Precision.BF16);
    assertThat(Precision.parse("auto", new Device("mps"))).isEqualTo(Precision.FP32);
  }

  @Test
  void refusesAnotherWord() {
    assertThatThrownBy(() -> Precision.parse("fp16", Device.CPU))
        .isInstanceOf(UserError.class)
        .hasMessage("precision fp16: is not a precision; expected fp32, bf16 or auto. Choose one.");
  }
}
