package org.isoscope.torch;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * The native libraries, which have threads of their own (libtorch's are libgomp's, OpenBLAS has
 * others) that would fight each other for the cores: each calling Java thread has one, and the work
 * is spread over Java threads.
 */
public final class Compute {
  private Compute() {}

  /** Loads the native libraries; takes about a second, once in a process. */
  public static void load() {
    Loader.load(openblas_nolapack.class);
    Loader.load(torch.class);
    torch.set_num_threads(1);
    blas_set_num_threads(1);
  }
}
