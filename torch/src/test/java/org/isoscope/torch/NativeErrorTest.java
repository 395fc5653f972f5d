package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.ones;

import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Errors of the C++ side in one line. */
final class NativeErrorTest {
  @BeforeAll
  static void load() {
    Compute.load();
  }

  @Test
  void passesTheResultOn() {
    assertThat(NativeError.<Integer>translate("adding", () -> 1 + 1)).isEqualTo(2);
  }

  @Test
  void saysInOneLineWhatWasBeingDone() {
    try (Scope scope = Scope.withoutGradients()) {
      assertThatThrownBy(
              () -> NativeError.translate("step 12", () -> ones(2, 3).matmul(ones(4, 5))))
          .isInstanceOf(NativeError.class)
          .hasMessageStartingWith("step 12: ")
          .hasMessageContaining("2x3 and 4x5")
          .hasMessageNotContaining("\n")
          .hasMessageNotContaining("frame #")
          .cause()
          .as("the whole of it stays at hand")
          .hasMessageContaining("\n");
    }
  }

  @Test
  void whatIsForThePersonPassesThrough() {
    UserError error = new UserError("file", "is bad", "good", "Mend it");
    assertThatThrownBy(
            () ->
                NativeError.translate(
                    "step 1",
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
    assertThatThrownBy(
            () ->
                NativeError.translate(
                    "step 1",
                    () -> {
                      throw new IllegalArgumentException("a bug");
                    }))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("a bug");
  }

  @Test
  void exhaustedMemoryIsForThePerson() {
    try (Scope scope = Scope.withoutGradients()) {
      long more = 1L << 50; // four petabytes
      assertThatThrownBy(() -> NativeError.translate("step 3", () -> ones(more)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("step 3: memory ran out: ")
          .hasMessageEndingWith("Use a smaller batchSize or maxLength, or fewer keepLayers.")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void anErrorWithoutMessageIsTold() {
    assertThatThrownBy(
            () ->
                NativeError.translate(
                    "step 4",
                    () -> {
                      throw new RuntimeException();
                    }))
        .isInstanceOf(NativeError.class)
        .hasMessage("step 4: no message");
  }
}
