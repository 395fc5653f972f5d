package org.isoscope.cli;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.torch.Compute;
import org.jspecify.annotations.Nullable;

/**
 * Where the native libraries are unpacked: those of libtorch by JavaCPP, that of the tokenizers by
 * DJL. Each has a place in the user's home directory. Where {@code ISOSCOPE_CACHE} names a
 * directory, it holds these too, unless the library has been given its own place.
 */
public final class NativeLibraries {
  private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
  private static final String DJL = "DJL_CACHE_DIR";
  private static final String DJL_ENGINES = "ENGINE_CACHE_DIR";

  private NativeLibraries() {}

  /** Unpacks and loads them: what the build of a container runs, to find them there later. */
  public static void main(String[] args) {
    keepInNamedCache();
    Compute.load();
    Tokenizer.loadLibrary();
  }

  /** Names the places to the libraries, which look when they are first used. */
  static void keepInNamedCache() {
    keepInNamedCache(System::getenv, System::getProperty, System::setProperty);
  }

  static void keepInNamedCache(
      Function<String, @Nullable String> environment,
      Function<String, @Nullable String> properties,
      BiConsumer<String, String> set) {
    String cache = environment.apply("ISOSCOPE_CACHE");
    if (cache == null || cache.isBlank()) {
      return;
    }
    Path directory = Path.of(cache).toAbsolutePath();
    if (properties.apply(JAVACPP) == null) {
      set.accept(JAVACPP, directory.resolve("javacpp").toString());
    }
    for (String name : new String[] {DJL, DJL_ENGINES}) {
      if (environment.apply(name) != null || properties.apply(name) != null) {
        return;
      }
    }
    set.accept(DJL, directory.resolve("djl").toString());
  }
}
