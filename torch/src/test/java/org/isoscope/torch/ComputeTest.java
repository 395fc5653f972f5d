package org.isoscope.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_get_num_threads;

import java.util.concurrent.CompletableFuture;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** The libraries' own threads stay out of the way. */
final class ComputeTest {
  @Test
  void everyCallerHasOneThread() {
    Compute.load();
    assertThat(torch.get_num_threads()).isEqualTo(1);
    assertThat(blas_get_num_threads()).isEqualTo(1);
    assertThat(CompletableFuture.supplyAsync(torch::get_num_threads).join()).isEqualTo(1);
  }
}
