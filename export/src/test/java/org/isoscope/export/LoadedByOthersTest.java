package org.isoscope.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TinyModel;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.DistilBert;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.geometry.Cosine;
import org.isoscope.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * LangChain4j and ONNX Runtime give the encoder's embeddings, loaded as loading.md says. Spring AI,
 * whose libraries are of other versions, does so in the module spring-ai-export-test.
 */
class LoadedByOthersTest {
  /** Both sides compute the same in fp32. */
  private static final double SAME = 0.99999;

  /** Far from the same: no two of the texts, and no two poolings of one, are nearer. */
  private static final double OTHER = 0.998;

  private static final int MAX_LENGTH = 16;

  /** The text of the snippets, different ones, and one that is cut. */
  private static final List<String> TEXTS =
      List.of(
          "A text.",
          "the cat sees a red house .",
          "children play",
          "an old man reads a book by the river and a young woman hears music on a boat .",
          "not water but fire");

  @TempDir Path directory;

  private Encoder open(String name) {
    Family family = name.equals("bert") ? new Bert() : new DistilBert();
    int types = name.equals("bert") ? 2 : 0;
    EncoderConfig config =
        new EncoderConfig(
            family, TinyModel.VOCABULARY.size(), 32, 3, 4, 48, "gelu", 1e-12, 64, types, 0, 0);
    return open(TinyModel.write(directory.resolve("model"), 1, config));
  }

  private static Encoder open(Path model) {
    return Encoder.open(model, new Encoder.Settings(0, MAX_LENGTH, 1, Precision.FP32));
  }

  private static float[][] embeddings(Encoder encoder, Pooling pooling) {
    return encoder.encode(encoder.tokenizer().tokenize(TEXTS), pooling, true);
  }

  private OnnxEmbeddingModel langChain(PoolingMode mode) {
    return new OnnxEmbeddingModel(
        directory.resolve("model.onnx"), directory.resolve("tokenizer.json"), mode);
  }

  @ParameterizedTest
  @MethodSource("org.isoscope.encoder.Pooling#single")
  void langChain4jEmbedsAsTheEncoderDoesWhicheverWayItPools(Pooling pooling) {
    try (Encoder encoder = open("bert")) {
      new OnnxExport(encoder, new SentenceEmbedding(pooling, true)).write(directory, Weights.FP32);
      float[][] expected = embeddings(encoder, pooling);
      for (PoolingMode mode : PoolingMode.values()) {
        OnnxEmbeddingModel model = langChain(mode);
        for (int i = 0; i < expected.length; i++) {
          float[] embedding = model.embed(TEXTS.get(i)).content().vector();
          assertThat(Cosine.of(embedding, expected[i])).as(TEXTS.get(i)).isGreaterThan(SAME);
        }
      }
    }
  }

  /** Negative control: what the test above would see of other texts, poolings and lengths. */
  @Test
  void otherTextsPoolingsAndLengthsAreFarFromTheSame() {
    try (Encoder encoder = open("bert");
        Encoder longer =
            Encoder.open(encoder.directory(), new Encoder.Settings(0, 64, 1, Precision.FP32))) {
      float[][] mean = embeddings(encoder, Pooling.MEAN);
      for (int i = 0; i < mean.length; i++) {
        for (int j = 0; j < i; j++) {
          assertThat(Cosine.of(mean[i], mean[j])).as("%s %s", i, j).isLessThan(OTHER);
        }
        assertThat(Cosine.of(mean[i], embeddings(encoder, Pooling.CLS)[i])).isLessThan(OTHER);
        assertThat(Cosine.of(mean[i], embeddings(encoder, Pooling.MAX)[i])).isLessThan(OTHER);
      }
      assertThat(Cosine.of(mean[3], embeddings(longer, Pooling.MEAN)[3]))
          .as("cut")
          .isLessThan(OTHER);
    }
  }

  @ParameterizedTest
  @CsvSource({"bert,MEAN,true", "bert,CLS,false", "distilbert,MAX,true"})
  void theSnippetsCompileAndGiveTheEmbedding(String family, Pooling pooling, boolean unitLength)
      throws Exception {
    try (Encoder encoder = open(family)) {
      OnnxExport export = new OnnxExport(encoder, new SentenceEmbedding(pooling, unitLength));
      export.write(directory, Weights.FP32);
      String guide = export.writeGuide(directory);
      assertThat(directory.resolve("loading.md")).hasContent(guide);
      assertThat(guide)
          .contains("cut at 16 tokens", "has 32 values", "pooling: " + pooling.label())
          .contains("file:" + directory.resolve("tokenizer.json"), "sentence_embedding_by_token");
      List<String> snippets =
          Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
              .matcher(guide)
              .results()
              .map(match -> match.group(1))
              .toList();
      assertThat(snippets).hasSize(3);
      float[] expected =
          encoder.encode(encoder.tokenizer().tokenize(TEXTS.subList(0, 1)), pooling, unitLength)[0];
      assertThat(Cosine.of(run(snippets.get(0), "vector"), expected))
          .as("LangChain4j")
          .isGreaterThan(SAME);
      assertThat(run(snippets.get(2), "vectors[0]"))
          .as("ONNX Runtime, of the encoder's length too")
          .containsExactly(expected, org.assertj.core.data.Offset.offset(2e-5f));
    }
  }

  /** Compiles a snippet as the body of a method, runs it and gives the value of an expression. */
  private float[] run(String snippet, String value) throws Exception {
    List<String> lines = snippet.lines().toList();
    String source =
        String.join("\n", lines.stream().filter(line -> line.startsWith("import ")).toList())
            + "\npublic class Snippet { public static float[] run() throws Exception {\n"
            + String.join("\n", lines.stream().filter(line -> !line.startsWith("import ")).toList())
            + "\nreturn "
            + value
            + "; } }\n";
    Path classes = Files.createTempDirectory(directory, "snippet");
    Path file = Files.writeString(classes.resolve("Snippet.java"), source);
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", path, file.toString()))
        .as(source)
        .isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      return (float[]) loader.loadClass("Snippet").getMethod("run").invoke(null);
    }
  }

  /**
   * LangChain4j puts a text together from its tokens; from bytes written as letters that makes
   * another text. Should this fail, its makers have mended that.
   */
  @Test
  void langChain4jIsLeftOutWhereItWouldReadOtherTexts() throws IOException {
    try (Encoder encoder = open("bert")) {
      assertThat(guide(encoder)).contains("PoolingMode.MEAN");
    }
    Path model = directory.resolve("model");
    Files.writeString(model.resolve("tokenizer.json"), byteLevel().toString());
    try (Encoder encoder = open(model)) {
      assertThat(guide(encoder)).doesNotContain("PoolingMode").contains("IsoscopeEmbeddingModel");
      float[][] expected = embeddings(encoder, Pooling.MEAN);
      float[] embedding = langChain(PoolingMode.MEAN).embed(TEXTS.get(1)).content().vector();
      assertThat(Cosine.of(embedding, expected[1])).isLessThan(OTHER);
    }
  }

  /** As XLM-RoBERTa's is: SentencePiece, a token a letter, and spaces that are letters. */
  @Test
  void langChain4jReadsSentencePiece() throws IOException {
    try (Encoder encoder = open("bert")) {
      ObjectNode json = TinyModel.tokenizer();
      json.putNull("normalizer").putNull("decoder");
      json.putObject("pre_tokenizer")
          .put("type", "Metaspace")
          .put("replacement", "\u2581")
          .put("prepend_scheme", "always")
          .put("split", true);
      ArrayNode vocab =
          json.putObject("model").put("type", "Unigram").put("unk_id", 1).putArray("vocab");
      for (String token : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u2581the")) {
        vocab.addArray().add(token).add(-1.0);
      }
      "\u2581.Aabcdefghijklmnopqrstuvwxyz"
          .chars()
          .forEach(c -> vocab.addArray().add(Character.toString(c)).add(-3.0));
      Files.writeString(encoder.directory().resolve("tokenizer.json"), json.toString());
    }
    try (Encoder encoder = open(directory.resolve("model"))) {
      assertThat(guide(encoder)).contains("PoolingMode.MEAN");
      float[][] expected = embeddings(encoder, Pooling.MEAN);
      OnnxEmbeddingModel model = langChain(PoolingMode.MEAN);
      for (int i = 0; i < expected.length; i++) {
        float[] embedding = model.embed(TEXTS.get(i)).content().vector();
        assertThat(Cosine.of(embedding, expected[i])).as(TEXTS.get(i)).isGreaterThan(SAME);
      }
    }
  }

  private String guide(Encoder encoder) {
    OnnxExport export = new OnnxExport(encoder, new SentenceEmbedding(Pooling.MEAN, true));
    export.write(directory, Weights.FP32);
    return export.writeGuide(directory);
  }

  /** A byte-level BPE without merges, as RoBERTa's is: a token a letter, a space as \u0120. */
  private static ObjectNode byteLevel() {
    ObjectNode json = TinyModel.tokenizer();
    json.putNull("normalizer");
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = json.putObject("model").put("type", "BPE").put("unk_token", "[UNK]");
    ObjectNode vocab = model.putObject("vocab");
    String letters = "\u0120.abcdefghijklmnopqrstuvwxyz\u00c4\u0142";
    for (String special : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
      vocab.put(special, vocab.size());
    }
    letters.chars().forEach(c -> vocab.put(Character.toString(c), vocab.size()));
    model.putArray("merges");
    return json;
  }
}
