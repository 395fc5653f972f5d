package org.isoscope.consumer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Maven project outside of the tree. Of the project's artifacts it sees those in the throw-away
 * repository, made of what is published; all others come from the local repository of the build,
 * and what that has in another version from where the user's settings say.
 */
final class FreshProject {
  private static final Path REPOSITORY = Path.of(property("isoscope.repository"));
  private static final long MINUTES = 5;
  private static final String COMPILE = "org.apache.maven.plugins:maven-compiler-plugin:%s:compile";
  private static final String CLASS_PATH =
      "org.apache.maven.plugins:maven-dependency-plugin:%s:build-classpath";

  private final Path directory;

  /** What a process said. */
  record Outcome(int exit, String text) {}

  /**
   * A project.
   *
   * @param directory of it, empty
   * @param dependencies the elements {@code dependencyManagement} and {@code dependencies}
   */
  FreshProject(Path directory, String dependencies) throws IOException {
    this.directory = directory;
    Files.writeString(
        directory.resolve("pom.xml"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>com.example</groupId>
          <artifactId>fresh</artifactId>
          <version>1</version>
          <properties>
            <maven.compiler.release>17</maven.compiler.release>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
        %s
        </project>
        """
            .formatted(dependencies));
    Files.writeString(
        directory.resolve("settings.xml"),
        """
        <settings>
          <profiles>
            <profile>
              <id>build</id>
              <activation><activeByDefault>true</activeByDefault></activation>
              <repositories>
                <repository><id>build</id><url>%1$s</url></repository>
              </repositories>
              <pluginRepositories>
                <pluginRepository><id>build</id><url>%1$s</url></pluginRepository>
              </pluginRepositories>
            </profile>
          </profiles>
        </settings>
        """
            .formatted(Path.of(property("local.repository")).toUri()));
  }

  static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("run by Maven, which sets " + name);
    }
    return value;
  }

  /** Adds a class to it. */
  void write(String name, String source) throws IOException {
    Path file = directory.resolve("src/main/java").resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
  }

  /** Compiles it. */
  Outcome compile() throws IOException, InterruptedException {
    return maven(COMPILE.formatted(property("compiler.version")));
  }

  /** The jars on its class path at run time. */
  List<Path> jars() throws IOException, InterruptedException {
    Path file = directory.resolve("classpath");
    Outcome outcome =
        maven(
            CLASS_PATH.formatted(property("dependency.version")),
            "-DincludeScope=runtime",
            "-DincludeTypes=jar",
            "-Dmdep.outputFile=" + file);
    if (outcome.exit() != 0) {
      throw new IllegalStateException(outcome.text());
    }
    return Arrays.stream(Files.readString(file).strip().split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** Runs a class of it. */
  Outcome run(String name) throws IOException, InterruptedException {
    List<String> classPath = new ArrayList<>();
    classPath.add(directory.resolve("target/classes").toString());
    jars().forEach(jar -> classPath.add(jar.toString()));
    return process(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        String.join(File.pathSeparator, classPath),
        name);
  }

  private Outcome maven(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(property("maven.home"), "bin", "mvn").toString());
    command.addAll(
        List.of("-B", "-ntp", "-q", "-gs", "settings.xml", "-Dmaven.repo.local=" + REPOSITORY));
    command.addAll(List.of(arguments));
    return process(command.toArray(String[]::new));
  }

  private Outcome process(String... command) throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("MAVEN_OPTS");
    environment.remove("MAVEN_PROJECTBASEDIR");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end after minutes: " + String.join(" ", command));
    }
    return new Outcome(process.exitValue(), Files.readString(log));
  }
}
