package org.isoscope.torch;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.isoscope.io.UserError;
import org.isoscope.io.UserHome;
import org.jspecify.annotations.Nullable;

/**
 * The native libraries, which have threads of their own (libtorch's are libgomp's, OpenBLAS has
 * others) that would fight each other for the cores: each calling Java thread has one, and the work
 * is spread over Java threads.
 */
public final class Compute {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String MOST_MEMORY = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final long RETRY_MILLIS = 50;

  /** Behind the platform, in the names of what is built for CUDA. */
  private static final String CUDA = "-gpu";

  static {
    configure(); // read when JavaCPP's classes are initialized
  }

  private Compute() {}

  /**
   * Loads the native libraries; takes about a second, once in a process. JavaCPP unpacks them into
   * a cache at their first use, half a gigabyte, into files that another process may have opened by
   * then: so one process at a time does this. From a cache that has them and cannot be written to,
   * as in a container, they are loaded as they lie there.
   *
   * @throws UserError when the class path does not have them for this platform, or the cache cannot
   *     be written and does not have them
   */
  public static synchronized void load() {
    Path cache = namedCache();
    if (Files.isDirectory(cache) && !Files.isWritable(cache) && isFilled(cache)) {
      loadFrom(cache);
    } else {
      unpackAndLoad();
    }
  }

  private static void unpackAndLoad() {
    try {
      Path lock = Loader.getCacheDir().toPath().resolve(".isoscope.lock");
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock(channel);
        loadLibraries();
      } // closing gives the lock back
    } catch (IOException e) {
      throw UserError.writing(Path.of(System.getProperty(CACHE, "the cache of JavaCPP")), e);
    }
  }

  /**
   * Loads what a cache has, and writes nothing into it. JavaCPP itself would pass such a one over.
   */
  static void loadFrom(Path cache) {
    try {
      Field field = Loader.class.getDeclaredField("cacheDir");
      field.setAccessible(true);
      field.set(null, cache.toRealPath().toFile());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JavaCPP keeps its cache's directory elsewhere", e);
    } catch (IOException e) {
      throw UserError.reading(cache, e);
    }
    loadLibraries();
  }

  private static void loadLibraries() {
    try {
      Loader.load(openblas_nolapack.class);
      Loader.load(torch.class);
    } catch (LinkageError e) {
      throw notLoaded(Loader.getPlatform(), e);
    }
    torch.set_num_threads(1);
    blas_set_num_threads(1);
  }

  /** What to do where the libraries of a platform are not on the class path, or do not load. */
  static UserError notLoaded(String platform, LinkageError cause) {
    URL packed = packed(platform);
    if (packed == null) {
      return new UserError(
          "libtorch",
          "has no native libraries for " + platform + " on the class path",
          "the artifact org.isoscope:isoscope-natives-" + platform + ", of type pom",
          "Add it, for each platform that the program is to run on; where there is none"
              + " (linux-arm64), export the model and run it by isoscope-onnx",
          cause);
    }
    boolean cuda = packed.getPath().contains(platform + CUDA);
    return new UserError(
        "libtorch",
        "cannot be loaded: " + cause.getMessage(),
        cuda
            ? "CUDA 13, cuDNN 9 and NCCL 2 where the system looks for libraries"
            : "a machine that can run it",
        cuda
            ? "Install them or name their directories (LD_LIBRARY_PATH), or take"
                + " isoscope-natives-"
                + platform
                + ", which needs none"
            : "Clear what was unpacked (isoscope cache clear javacpp) and try again",
        cause);
  }

  /** Where a platform's libtorch is on the class path, built for CUDA or not; null: nowhere. */
  private static @Nullable URL packed(String platform) {
    for (String build : List.of(platform + CUDA, platform)) {
      URL library =
          Compute.class
              .getClassLoader()
              .getResource(
                  "org/bytedeco/pytorch/" + build + "/" + System.mapLibraryName("jnitorch"));
      if (library != null) {
        return library;
      }
    }
    return null;
  }

  /** Where JavaCPP looks first. */
  private static Path namedCache() {
    String named = System.getProperty(CACHE);
    return named != null
        ? Path.of(named)
        : Path.of(System.getProperty("user.home", ""), ".javacpp", "cache");
  }

  /** Whether libtorch of the jar on the class path has been unpacked there. */
  static boolean isFilled(Path cache) {
    URL packed = packed(Loader.getPlatform());
    try {
      return packed != null
          && packed.openConnection() instanceof JarURLConnection jar
          && Files.exists(
              cache
                  .resolve(Path.of(jar.getJarFileURL().toURI()).getFileName())
                  .resolve(jar.getEntryName()));
    } catch (IOException | URISyntaxException e) {
      return false;
    }
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
