package org.isoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Dockerfile beside what it builds from: the archive's layout, the variables, the classes. */
class DockerfileTest {
  private static final Path DIST = Path.of("..", "dist");

  private String text;
  private List<String> instructions;

  @BeforeEach
  void read() throws IOException {
    text = Files.readString(DIST.resolve("Dockerfile"));
    instructions =
        text.lines()
            .filter(line -> !line.startsWith("#"))
            .collect(Collectors.joining("\n"))
            .replaceAll("\\\\\n\\s*", "")
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
  }

  private Stream<String> each(String name) {
    return instructions.stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1));
  }

  private Map<String, String> variables() {
    return each("ENV")
        .flatMap(line -> Stream.of(line.split(" ")))
        .collect(Collectors.toMap(pair -> pair.split("=")[0], pair -> pair.split("=")[1]));
  }

  private static String filled(String pom, String text) {
    String filled = text;
    for (String name : List.of("natives.pytorch", "project.version")) {
      String value =
          name.equals("project.version")
              ? first(pom, "<artifactId>isoscope</artifactId>\\s*<version>(.*?)</version>")
              : "linux-x86_64";
      filled = filled.replace("${" + name + "}", value);
    }
    return filled;
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  @Test
  void whatIsAddedIsTheArchiveOfTheBuildAndIsNotIgnored() throws IOException {
    String pom = Files.readString(DIST.resolve("pom.xml"));
    String archive = filled(pom, first(pom, "<finalName>(.*?)</finalName>")) + ".tar.gz";
    List<String> sources = each("ADD").map(line -> line.split(" ")[0]).toList();

    assertThat(sources).hasSize(1);
    PathMatcher added = FileSystems.getDefault().getPathMatcher("glob:" + sources.get(0));
    assertThat(added.matches(Path.of("target", archive))).as(archive).isTrue();
    assertThat(Files.readAllLines(DIST.resolve(".dockerignore")))
        .containsExactly("*", "!" + sources.get(0));
  }

  @Test
  void whatRunsIsInTheArchive() throws IOException {
    String layout = Files.readString(DIST.resolve("src/main/assembly/archive.xml"));

    assertThat(first(text, "ln -s /opt/isoscope/(\\S+)")).isEqualTo("bin/isoscope");
    assertThat(layout)
        .contains(
            "<source>src/main/bin/isoscope</source><outputDirectory>bin</outputDirectory>"
                + "<fileMode>0755</fileMode>")
        .contains("<outputDirectory>lib</outputDirectory>");
    assertThat(first(text, "/opt/isoscope/lib/(\\S+?)\\*\\.jar")).isEqualTo("isoscope-cli-");
    assertThat(first(text, "(org\\.isoscope\\.\\S+)")).isEqualTo(NativeLibraries.class.getName());
    for (Matcher source = Pattern.compile("<source>(?!\\$)(.*?)</source>").matcher(layout);
        source.find(); ) {
      assertThat(DIST.resolve(source.group(1))).exists();
    }
  }

  @Test
  void theVariablesAreThoseThatAreRead() {
    Path cache = Path.of(variables().get("ISOSCOPE_CACHE"));
    List<String> places = new ArrayList<>();
    NativeLibraries.keepInNamedCache(
        variables()::get, name -> null, (name, directory) -> places.add(directory));

    assertThat(variables().keySet()).containsExactlyInAnyOrder("ISOSCOPE_CACHE", "HF_HOME");
    assertThat(Path.of(variables().get("HF_HOME"))).startsWithRaw(cache);
    assertThat(places).hasSize(2).allMatch(place -> Path.of(place).startsWith(cache));
    assertThat(text).contains("mkdir " + cache + " ", "ls " + cache + "/class-data/*.jsa");
  }

  @Test
  void nothingRunsAsRoot() {
    List<String> order =
        instructions.stream().map(line -> line.split(" ")[0]).collect(Collectors.toList());

    assertThat(each("USER")).containsExactly("isoscope");
    assertThat(order.lastIndexOf("USER")).isLessThan(order.indexOf("ENTRYPOINT"));
    assertThat(text).contains("useradd --uid ");
  }
}
