package org.isoscope.study;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** The versions of the program and of what its figures depend on, filled in by the build. */
public final class Versions {
  private Versions() {}

  /** Name to version, the program's own first. */
  public static Map<String, String> all() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Map<String, String> versions = new LinkedHashMap<>();
    for (String name : new String[] {"isoscope", "libtorch", "tokenizers", "wordnet"}) {
      versions.put(name, properties.getProperty(name, "unknown"));
    }
    versions.put("java", System.getProperty("java.version", "unknown"));
    return versions;
  }
}
