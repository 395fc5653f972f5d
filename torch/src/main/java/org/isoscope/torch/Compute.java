package org.isoscope.torch;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.isoscope.io.UserError;
import org.isoscope.io.UserHome;

/**
 * The native libraries, which have threads of their own (libtorch's are libgomp's, OpenBLAS has
 * others) that would fight each other for the cores: each calling Java thread has one, and the work
 * is spread over Java threads.
 */
public final class Compute {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String MOST_MEMORY = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final long RETRY_MILLIS = 50;

  static {
    configure(); // read when JavaCPP's classes are initialized
  }

  private Compute() {}

  /**
   * Loads the native libraries; takes about a second, once in a process. JavaCPP unpacks them into
   * a cache at their first use, half a gigabyte, into files that another process may have opened by
   * then: so one process at a time does this.
   *
   * @throws UserError when the cache cannot be written
   */
  public static synchronized void load() {
    try {
      Path lock = Loader.getCacheDir().toPath().resolve(".isoscope.lock");
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock(channel);
        Loader.load(openblas_nolapack.class);
        Loader.load(torch.class);
      } // closing gives the lock back
    } catch (IOException e) {
      throw UserError.writing(Path.of(System.getProperty(CACHE, "the cache of JavaCPP")), e);
    }
    torch.set_num_threads(1);
    blas_set_num_threads(1);
  }

  private static void lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        channel.lock();
        return;
      } catch (OverlappingFileLockException e) { // by the same class in another class loader
        try {
          Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", interrupted);
        }
      }
    }
  }

  /** What JavaCPP is told unless the program that uses this has told it something else. */
  private static void configure() {
    if (System.getProperty(MOST_MEMORY) == null) {
      // Else it refuses native memory where the process has four times the Java heap.
      System.setProperty(MOST_MEMORY, "0");
    }
    String home = System.getProperty("user.home", "");
    if (System.getProperty(CACHE) == null && !Path.of(home).isAbsolute()) {
      System.setProperty(
          CACHE, UserHome.directory().resolve(".javacpp").resolve("cache").toString());
    }
  }
}
