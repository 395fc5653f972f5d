package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_get_num_threads;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Which library gets the threads. */
final class ComputeTest {
  @Test
  void fp32GivesThemToOpenBlas() {
    assertThat(Compute.oneCaller(2, Precision.FP32)).isEqualTo("fp32, 2 threads (OpenBLAS)");
    assertThat(torch.get_num_threads()).isEqualTo(1);
    assertThat(blas_get_num_threads()).isEqualTo(2);
  }

  @Test
  void bf16GivesThemToOneDnn() {
    assertThat(Compute.oneCaller(2, Precision.BF16)).isEqualTo("bf16, 2 threads (oneDNN)");
    assertThat(torch.get_num_threads()).isEqualTo(2);
    assertThat(blas_get_num_threads()).isEqualTo(1);
  }

  @Test
  void manyCallersHaveOneEach() {
    Compute.oneCaller(2, Precision.FP32);
    Compute.manyCallers();
    assertThat(torch.get_num_threads()).isEqualTo(1);
    assertThat(blas_get_num_threads()).isEqualTo(1);
    assertThat(Compute.oneCaller(1, Precision.FP32)).isEqualTo("fp32, 1 thread (OpenBLAS)");
  }
}
