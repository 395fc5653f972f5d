package org.isoscope.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of the program and of what its figures depend on, filled in by the build. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"isoscope " + all().get("isoscope")};
  }

  /** Name to version, the program's own first. */
  static Map<String, String> all() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("versions.properties")) {
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
