package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * sentence-transformers opens what is saved here and gives the same vectors. Runs where the
 * environment variable {@code PYTHON} names an interpreter that has it.
 */
class SentenceTransformersTest {
  /** Two ways to compute the same in fp32. */
  private static final float ROUNDING = 2e-5f;

  private static final String SCRIPT =
      """
      import json, sys
      from sentence_transformers import SentenceTransformer
      model = SentenceTransformer(sys.argv[1], device="cpu")
      print(json.dumps(model.encode(sys.argv[2:]).tolist()))
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"CLS, true", "MEAN, false"})
  void opensWhatIsSaved(Pooling pooling, boolean normalize) throws Exception {
    String python = System.getenv("PYTHON");
    assumeTrue(python != null, "skipped: PYTHON names no interpreter with sentence-transformers");
    List<String> texts = TinyModel.sentences(3, 1);
    Path source = TinyModel.write(directory.resolve("source"), 1);
    SentenceModules.of("mean", normalize).write(source, 32);
    Path saved = directory.resolve("saved");
    float[][] expected;
    try (Encoder encoder = TinyModel.open(source, 1)) {
      encoder.save(saved, pooling);
    }
    try (SentenceEncoder encoder = SentenceEncoder.open(saved)) {
      assertThat(encoder.pooling()).isEqualTo(pooling);
      assertThat(encoder.normalizes()).isEqualTo(normalize);
      expected = encoder.encode(texts);
    }

    JsonNode vectors = encode(python, saved, texts);

    assertThat(vectors).hasSameSizeAs(texts);
    for (int i = 0; i < expected.length; i++) {
      float[] actual = new float[32];
      for (int j = 0; j < actual.length; j++) {
        actual[j] = vectors.get(i).get(j).floatValue();
      }
      assertThat(actual).containsExactly(expected[i], within(ROUNDING));
    }
  }

  private JsonNode encode(String python, Path model, List<String> texts)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(python, "-c", SCRIPT, model.toString());
    builder.command().addAll(texts);
    builder.environment().put("HF_HUB_OFFLINE", "1");
    Path log = directory.resolve("log");
    Process process = builder.redirectError(log.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("%s", log.toFile()).isZero();
    return new ObjectMapper().readTree(out);
  }
}
