package org.isoscope.torch;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * The threads of the native libraries, which would otherwise fight each other for the cores:
 * libtorch's own (libgomp) and OpenBLAS's. There are two ways to work, and the program switches
 * between them:
 *
 * <ul>
 *   <li>{@link #oneCaller}: one Java thread calls, the libraries use all cores. In fp32 OpenBLAS
 *       gets them and libtorch one; in bf16 the products run in oneDNN, on libtorch's threads.
 *   <li>{@link #manyCallers}: several Java threads call, the libraries use one core for each.
 * </ul>
 */
public final class Compute {
  private Compute() {}

  /** Loads the native libraries; takes about a second, once in a process. */
  public static void load() {
    Loader.load(openblas_nolapack.class);
    Loader.load(torch.class);
  }

  /**
   * Gives all {@code threads} to a single calling Java thread.
   *
   * @param threads at least 1
   * @return what was chosen, in words
   */
  public static String oneCaller(int threads, Precision precision) {
    int torchThreads = precision == Precision.BF16 ? threads : 1;
    int blasThreads = precision == Precision.BF16 ? 1 : threads;
    set(torchThreads, blasThreads);
    return precision.label()
        + ", "
        + threads
        + (threads == 1 ? " thread (" : " threads (")
        + (precision == Precision.BF16 ? "oneDNN" : "OpenBLAS")
        + ")";
  }

  /** Gives one thread to each calling Java thread. */
  public static void manyCallers() {
    set(1, 1);
  }

  private static void set(int torchThreads, int blasThreads) {
    load();
    torch.set_num_threads(torchThreads);
    blas_set_num_threads(blasThreads);
  }
}
