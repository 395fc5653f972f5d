package org.isoscope.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.maveniverse.maven.mima.context.ContextOverrides;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.io.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against repositories on this machine: a directory, and a port where nobody listens. */
class MavenArtifactTest {
  private static final MavenArtifact ARTIFACT = new MavenArtifact("org.tiny", "tiny", "1.0");

  @TempDir Path directory;

  @Test
  void mirrorOfTheSettingsIsUsedAndOnlyOnce() throws IOException {
    Path remote = directory.resolve("remote");
    Path jar = JarFiles.onnx(remote.resolve("org/tiny/tiny/1.0/tiny-1.0.jar"));
    List<String> progress = new ArrayList<>();
    Path fetched = ARTIFACT.fetch(settings(remote.toUri().toString()), progress::add);
    assertThat(fetched).hasSameBinaryContentAs(jar).startsWith(directory.resolve("local"));
    assertThat(progress).singleElement().asString().startsWith("Fetching tiny-1.0.jar");
    Files.delete(jar);
    progress.clear();
    assertThat(ARTIFACT.fetch(settings(remote.toUri().toString()), progress::add))
        .isEqualTo(fetched);
    assertThat(progress).isEmpty();
  }

  @Test
  void settingsOfTheInstallationCount() throws IOException {
    Path remote = directory.resolve("remote");
    Path jar = JarFiles.onnx(remote.resolve("org/tiny/tiny/1.0/tiny-1.0.jar"));
    Path home = directory.resolve("maven");
    writeSettings(home.resolve("conf/settings.xml"), remote.toUri().toString());
    ContextOverrides.Builder settings =
        ContextOverrides.create()
            .withUserSettings(true)
            .withUserSettingsXmlOverride(directory.resolve("absent.xml"))
            .withMavenSystemHomeOverride(home)
            .withLocalRepositoryOverride(directory.resolve("local"));
    assertThat(ARTIFACT.fetch(settings, line -> {})).hasSameBinaryContentAs(jar);
  }

  @Test
  void unknownArtifactIsNamed() throws IOException {
    Path remote = Files.createDirectory(directory.resolve("remote"));
    assertThatThrownBy(() -> ARTIFACT.fetch(settings(remote.toUri().toString()), line -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("maven:org.tiny:tiny:1.0", "was not found");
  }

  @Test
  void noNetworkSaysWhatIsNeeded() {
    assertThatThrownBy(() -> ARTIFACT.fetch(settings("http://127.0.0.1:1/"), line -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            "maven:org.tiny:tiny:1.0",
            "cannot be fetched: ConnectException",
            "access to Maven Central or to a mirror set in settings.xml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:b", "a:b:c:d", "a:b:[1,2)", "a:../b:1", "a b:c:1"})
  void whatIsNoCoordinateIsRefused(String coordinate) {
    assertThatThrownBy(() -> MavenArtifact.parse(coordinate))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("maven:group:artifact:version");
  }

  @Test
  void installationIsFoundByEnvironmentOrPath() throws IOException {
    Path home = directory.resolve("maven");
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/settings.xml"), "<settings/>");
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path mvn = Files.writeString(bin.resolve("mvn"), "");
    assertThat(mvn.toFile().setExecutable(true)).isTrue();
    assertThat(MavenArtifact.mavenHome(home.toString(), null, null)).contains(home);
    assertThat(MavenArtifact.mavenHome(null, home.toString(), null)).contains(home);
    assertThat(MavenArtifact.mavenHome("", null, directory + File.pathSeparator + bin))
        .contains(home.toRealPath());
    assertThat(MavenArtifact.mavenHome(null, null, directory.toString())).isEmpty();
    assertThat(MavenArtifact.mavenHome(null, null, null)).isEmpty();
  }

  private ContextOverrides.Builder settings(String mirror) throws IOException {
    Path settings = writeSettings(directory.resolve("settings.xml"), mirror);
    return ContextOverrides.create()
        .withUserSettings(true)
        .withUserSettingsXmlOverride(settings)
        .withLocalRepositoryOverride(directory.resolve("local"));
  }

  private static Path writeSettings(Path file, String mirror) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(
        file,
        "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>"
            + mirror
            + "</url></mirror></mirrors></settings>");
  }
}
