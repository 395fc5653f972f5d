package org.isoscope.cli;

import org.isoscope.study.Versions;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"isoscope " + Versions.all().get("isoscope")};
  }
}
