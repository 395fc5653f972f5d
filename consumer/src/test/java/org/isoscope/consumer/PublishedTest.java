package org.isoscope.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others get: by the lines of the README, and how much of it. */
class PublishedTest {
  private static final int MOST_JARS_OF_THE_ENCODER = 25;
  private static final long MEGABYTE = 1_000_000;
  private static final long MOST_BYTES_OF_CALIBRATION = 5 * MEGABYTE;

  @TempDir private Path directory;

  /** The first block of a language in the README's part on Java. */
  private static String readme(String language) throws IOException {
    String text = Files.readString(Path.of("../README.md"));
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(text.substring(text.indexOf("## From Java")));
    assertThat(block.find()).as("a block of " + language).isTrue();
    return block.group(1);
  }

  private static String dependency(String module, String more) {
    return "<dependency><groupId>org.isoscope</groupId><artifactId>isoscope-"
        + module
        + "</artifactId><version>"
        + FreshProject.property("isoscope.version")
        + "</version>"
        + more
        + "</dependency>";
  }

  private static String dependencies(String... modules) {
    StringBuilder text = new StringBuilder("<dependencies>");
    for (String module : modules) {
      text.append(dependency(module, ""));
    }
    return text.append("</dependencies>").toString();
  }

  private List<Path> jars(String... modules) throws IOException, InterruptedException {
    return new FreshProject(directory, dependencies(modules)).jars();
  }

  private static List<String> names(List<Path> jars) {
    return jars.stream().map(jar -> jar.getFileName().toString()).toList();
  }

  private static long bytes(List<Path> jars) throws IOException {
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    return bytes;
  }

  @Test
  void theReadmesLinesGiveAVector() throws Exception {
    String natives = "isoscope-natives-" + FreshProject.property("isoscope.natives");
    String dependencies =
        readme("xml").replaceAll("isoscope-natives-[a-z0-9_-]+", natives); // of this machine
    assertThat(dependencies).contains(natives, FreshProject.property("isoscope.version"));
    String source = readme("java");
    Matcher name = Pattern.compile("public class (\\w+)").matcher(source);
    assertThat(name.find()).isTrue();

    FreshProject project = new FreshProject(directory, dependencies);
    project.write(name.group(1), source);

    FreshProject.Outcome compiled = project.compile();
    assertThat(compiled.exit()).as(compiled.text()).isZero();
    FreshProject.Outcome run = project.run(name.group(1));
    assertThat(run.exit()).as(run.text()).isZero();
    assertThat(run.text()).contains("384 values");
  }

  @Test
  void theEncoderBringsLittle() throws Exception {
    String natives =
        dependency("natives-" + FreshProject.property("isoscope.natives"), "<type>pom</type>");
    List<Path> jars =
        new FreshProject(
                directory,
                "<dependencies>" + dependency("encoder", "") + natives + "</dependencies>")
            .jars();

    assertThat(jars).hasSizeLessThanOrEqualTo(MOST_JARS_OF_THE_ENCODER);
    assertThat(names(jars))
        .noneMatch(
            name -> name.matches("(extjwnl|opennlp|parquet|maven|http|protobuf|tribuo|zstd).*"));
  }

  @Test
  void nativesAreThoseThatAreNamed() throws Exception {
    FreshProject project = new FreshProject(directory, dependencies("encoder"));
    project.write(
        "Bare",
        """
        public class Bare {
          public static void main(String[] args) {
            org.isoscope.torch.Compute.load();
          }
        }
        """);
    assertThat(project.compile().exit()).isZero();
    assertThat(project.run("Bare").text())
        .contains("libtorch: has no native libraries for ", "org.isoscope:isoscope-natives-");
    assertThat(names(jars("encoder")))
        .noneMatch(name -> name.matches(".*(linux|macosx|windows).*"));
  }

  @Test
  void calibrationBringsNoModel() throws Exception {
    List<Path> jars = jars("calibration");

    assertThat(bytes(jars)).isLessThan(MOST_BYTES_OF_CALIBRATION);
    assertThat(names(jars)).noneMatch(name -> name.matches("(pytorch|javacpp|tokenizers).*"));
  }

  @Test
  void onnxBringsNoLibtorch() throws Exception {
    assertThat(names(jars("onnx")))
        .anyMatch(name -> name.startsWith("onnxruntime"))
        .noneMatch(name -> name.matches("(pytorch|openblas|javacpp).*"));
  }

  @Test
  void everyArtifactIsInTheBom() throws IOException {
    Path repository = Path.of(FreshProject.property("isoscope.repository"), "org", "isoscope");
    String bom = Files.readString(Path.of("../bom/pom.xml"));
    try (var artifacts = Files.list(repository)) {
      assertThat(artifacts.map(path -> path.getFileName().toString()))
          .contains("isoscope-encoder", "isoscope-langchain4j")
          .filteredOn(
              name ->
                  !List.of("isoscope", "isoscope-bom", "isoscope-consumer", "isoscope-natives")
                      .contains(name))
          .allSatisfy(name -> assertThat(bom).contains(">" + name + "<"));
    }
  }

  @Test
  void whatIsPublishedSaysWhoseItIs() throws IOException {
    String version = FreshProject.property("isoscope.version");
    Path pom =
        Path.of(
            FreshProject.property("isoscope.repository"),
            "org/isoscope/isoscope-encoder/" + version + "/isoscope-encoder-" + version + ".pom");

    assertThat(pom).content().contains("<licenses>", "<scm", "<developers>", "<description>");
    assertThat(pom).content().doesNotContain("<parent>", "${", "<classifier>", "junit");
  }
}
