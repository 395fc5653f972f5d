package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeLibrariesTest {
  private static Map<String, String> told(
      Map<String, String> environment, Map<String, String> properties) {
    Map<String, String> set = new HashMap<>();
    NativeLibraries.keepInNamedCache(environment::get, properties::get, set::put);
    return set;
  }

  @Test
  void withoutACacheOfTheProgramTheLibrariesHaveTheirOwnPlaces() {
    assertThat(told(Map.of(), Map.of())).isEmpty();
    assertThat(told(Map.of("ISOSCOPE_CACHE", " "), Map.of())).isEmpty();
  }

  @Test
  void theProgramsCacheHoldsTheLibrariesToo() {
    Path cache = Path.of("cache").toAbsolutePath();

    assertThat(told(Map.of("ISOSCOPE_CACHE", "cache"), Map.of()))
        .containsOnly(
            Map.entry("org.bytedeco.javacpp.cachedir", cache.resolve("javacpp").toString()),
            Map.entry("DJL_CACHE_DIR", cache.resolve("djl").toString()));
  }

  @Test
  void aPlaceThatALibraryWasGivenStays() {
    assertThat(
            told(
                Map.of("ISOSCOPE_CACHE", "/c", "ENGINE_CACHE_DIR", "/e"),
                Map.of("org.bytedeco.javacpp.cachedir", "/j")))
        .isEmpty();
    assertThat(told(Map.of("ISOSCOPE_CACHE", "/c", "DJL_CACHE_DIR", "/d"), Map.of()))
        .containsOnlyKeys("org.bytedeco.javacpp.cachedir");
    assertThat(told(Map.of("ISOSCOPE_CACHE", "/c"), Map.of("DJL_CACHE_DIR", "/d")))
        .containsOnlyKeys("org.bytedeco.javacpp.cachedir");
  }
}
