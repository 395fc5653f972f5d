package org.isoscope.springai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.ai.embedding.EmbeddingModel;

/**
 * Spring AI's TransformersEmbeddingModel, made by the snippet of loading.md, gives the vectors that
 * {@code encode} gives. The program runs in processes of its own: its libtorch and Spring AI's are
 * of two versions, of which one process can have one.
 */
class SpringAiTest {
  /** Both sides compute the same in fp32. */
  private static final double SAME = 0.99999;

  /** Far from the same: no two of the texts are nearer. */
  private static final double OTHER = 0.95;

  private static final Path CLI = Path.of(System.getProperty("isoscope.cli"));

  /** The last is longer than 128 tokens, where the tokenizer.json of MiniLM's jar cuts. */
  private static final List<String> TEXTS =
      List.of(
          "The cat sleeps on the warm stones.",
          "A train left the station at 7:45, ten minutes late, and nobody waved.",
          "Prices rose.",
          "Fish hide under roots. ".repeat(30) + "Then the river rose, and the village was lost.");

  @TempDir Path directory;

  private void isoscope(String... arguments) throws Exception {
    String classPath =
        CLI.resolve("classes")
            + File.pathSeparator
            + Files.readString(CLI.resolve("classpath")).strip();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                classPath,
                "org.isoscope.cli.Isoscope"));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"all-minilm-l6-v2,mean", "bge-small-en-v1.5,cls", "all-minilm-l6-v2,max"})
  void embedsAsEncodeDoes(String name, String pooling) throws Exception {
    Path exported = directory.resolve("exported");
    Path text = Files.write(directory.resolve("texts.txt"), TEXTS);
    Path encoded = directory.resolve("encoded.jsonl");
    String model = "--model=" + name;
    isoscope("export", model, "--pooling=" + pooling, "--onnx", "--out=" + exported);
    isoscope(
        "encode",
        model,
        "--pooling=" + pooling,
        "--normalize=yes",
        "--text=" + text,
        "--out=" + encoded);

    List<float[]> vectors = model(exported).embed(TEXTS);

    List<String> lines = Files.readAllLines(encoded);
    assertThat(vectors).hasSameSizeAs(lines);
    for (int i = 0; i < lines.size(); i++) {
      for (int j = 0; j < lines.size(); j++) {
        double cosine = cosine(vectors.get(i), vector(lines.get(j)));
        if (i == j) {
          assertThat(cosine).as("%d", i).isGreaterThan(SAME);
        } else {
          assertThat(cosine).as("%d and %d", i, j).isLessThan(OTHER);
        }
      }
    }
  }

  /** Compiles the snippet as the body of a method, and gives the model that it makes. */
  private EmbeddingModel model(Path exported) throws Exception {
    String snippet =
        Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(exported.resolve("loading.md")))
            .results()
            .map((MatchResult match) -> match.group(1))
            .filter(code -> code.contains("springframework"))
            .findFirst()
            .orElseThrow();
    List<String> lines = snippet.lines().toList();
    String source =
        String.join("\n", lines.stream().filter(line -> line.startsWith("import ")).toList())
            + "\npublic class Snippet { public static Object run() throws Exception {\n"
            + String.join("\n", lines.stream().filter(line -> !line.startsWith("import ")).toList())
            + "\nreturn model; } }\n";
    Path file = Files.writeString(directory.resolve("Snippet.java"), source);
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", path, file.toString()))
        .as(source)
        .isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      return (EmbeddingModel) loader.loadClass("Snippet").getMethod("run").invoke(null);
    }
  }

  private static float[] vector(String line) throws Exception {
    JsonNode values = new ObjectMapper().readTree(line).get("vector");
    float[] vector = new float[values.size()];
    for (int j = 0; j < vector.length; j++) {
      vector[j] = values.get(j).floatValue();
    }
    return vector;
  }

  private static double cosine(float[] x, float[] y) {
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  }

  private static double dot(float[] x, float[] y) {
    assertThat(x).hasSameSizeAs(y);
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += (double) x[j] * y[j];
    }
    return sum;
  }
}
