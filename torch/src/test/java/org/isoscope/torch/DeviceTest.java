package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of {@code --device}, and what is told where a GPU is not there. */
final class DeviceTest {
  @BeforeAll
  static void load() {
    Compute.load();
  }

  @Test
  void knowsTheProcessor() {
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU);
    assertThat(Device.parse(" CPU ")).isEqualTo(Device.CPU);
    assertThat(Device.CPU.isCpu()).isTrue();
    assertThat(Device.CPU.isCuda()).isFalse();
    assertThat(new Device("cuda:1").isCuda()).isTrue();
    assertThat(new Device("cuda:1").isCpu()).isFalse();
  }

  @Test
  void autoIsTheBestThatIsThere() {
    assertThat(Device.parse("auto").label())
        .isEqualTo(torch.cuda_is_available() ? "cuda:0" : torch.hasMPS() ? "mps" : "cpu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "meta", "cuda:", "cuda:-1", "cuda:1234", "cpu:0", "mps:0"})
  void refusesAnotherWord(String word) {
    assertThatThrownBy(() -> Device.parse(word))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "device "
                + word
                + ": is not a device; expected cpu, cuda, cuda:1 (the second GPU), mps or auto."
                + " Choose one.");
  }

  @Test
  void tellsWhatLacksForAGpu() {
    assumeThat(torch.getCUDAHooks().hasCUDART()).as("libtorch is built for CUDA").isFalse();
    assertThatThrownBy(() -> Device.parse("cuda:1"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "device cuda:1: cannot be used: the libtorch that was loaded is not")
        .hasMessageContaining("org.isoscope:isoscope-natives-")
        .hasMessageContaining("-gpu, of type pom")
        .hasMessageContaining("-Pcuda");
  }

  @Test
  void tellsThatThereIsNoGpuOfApples() {
    assumeThat(torch.hasMPS()).as("a GPU of Apple's").isFalse();
    assertThatThrownBy(() -> Device.parse("mps"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("device mps: is not there");
  }

  @Test
  void tensorsAreMadeOnIt() {
    try (Scope scope = Scope.withoutGradients()) {
      assertThat(Device.CPU.options(ScalarType.Int).device().is_cpu()).isTrue();
      assertThat(torch.zeros(new long[] {2}, Device.CPU.options(ScalarType.Int)).is_cpu()).isTrue();
      Device meta = new Device("meta"); // of no memory, there everywhere
      assertThat(torch.zeros(new long[] {2}, meta.options(ScalarType.Float)).is_meta()).isTrue();
    }
  }
}
