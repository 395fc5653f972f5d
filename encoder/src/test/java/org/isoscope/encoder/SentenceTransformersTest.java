package org.isoscope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.isoscope.encoder.checkpoint.Bert;
import org.isoscope.encoder.checkpoint.DistilBert;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Family;
import org.isoscope.encoder.checkpoint.Mpnet;
import org.isoscope.encoder.checkpoint.Roberta;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.sentence.Prompts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  private static final String BY_KIND =
      """
      import json, sys
      from sentence_transformers import SentenceTransformer
      model = SentenceTransformer(sys.argv[1], device="cpu")
      cut, normalize, texts = int(sys.argv[2]), sys.argv[3] == "true", sys.argv[4:]
      kinds = [model.encode, model.encode_query, model.encode_document]
      first = model.encode(texts, truncate_dim=cut, normalize_embeddings=normalize)
      print(json.dumps([kind(texts).tolist() for kind in kinds] + [first.tolist()]))
      """;

  private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "cls, true",
    "mean, false",
    "max+mean, true",
    "mean-sqrt-len, false",
    "weighted-mean, false",
    "last-token, true",
    "mean+cls, false"
  })
  void opensWhatIsSaved(String pooling, boolean normalize) throws Exception {
    Path source = TinyModel.write(directory.resolve("source"), 1);
    SentenceModules.of("mean", normalize).write(source, 32);
    assertSameVectors(source, Pooling.parse(pooling), TinyModel.sentences(3, 1));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void opensLayersAndPromptsThatAreSaved(boolean includesPrompt) throws Exception {
    SentenceModules all = TinyModel.modules();
    Path source = TinyModel.write(directory.resolve("source"), 1);
    TinyModel.write(
        source,
        new SentenceModules(
            all.transformer(),
            all.pooling(),
            includesPrompt,
            all.layers(),
            all.normalizes(),
            20,
            true,
            all.prompts(),
            all.similarity()),
        3);
    assertSameVectors(
        source, Pooling.parse("cls+mean"), List.of("The DOG eats", "a " + "cat ".repeat(40)));
  }

  static Stream<Arguments> prompts() {
    return Stream.of(
        Arguments.of(Map.of("query", "the cat ", "passage", "a dog "), null),
        Arguments.of(Map.of("query", "the cat ", "corpus", "a red "), "query"),
        Arguments.of(Map.of("corpus", "dog ", "passage", "a red ", "text", "fish "), "text"),
        Arguments.of(Map.of("document", "", "passage", "a red "), "passage"),
        Arguments.of(Map.of(), null));
  }

  /** encode, encode_query, encode_document, and encode with a truncate_dim. */
  @ParameterizedTest
  @MethodSource("prompts")
  void putsThePromptsThatAreSavedBeforeTheSameTexts(
      Map<String, String> prompts, @Nullable String defaultName) throws Exception {
    boolean normalizes = defaultName == null;
    int kept = 5;
    Path source = TinyModel.write(directory.resolve("source"), 1);
    SentenceModules.of("mean", normalizes)
        .withPrompts(new Prompts(prompts, defaultName))
        .write(source, 32);
    List<String> texts = TinyModel.sentences(3, 1);
    Path saved = directory.resolve("saved");
    try (Encoder encoder = TinyModel.open(source, 1)) {
      encoder.save(saved, Pooling.MEAN);
    }
    List<float[][]> expected = new ArrayList<>();
    TorchSentenceEncoder.Settings cut = TorchSentenceEncoder.Settings.DEFAULT.withDimensions(kept);
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(source);
        TorchSentenceEncoder first = TorchSentenceEncoder.open(source, cut)) {
      expected.add(encoder.encode(texts));
      expected.add(encoder.encodeQuery(texts));
      expected.add(encoder.encodeDocument(texts));
      expected.add(first.encode(texts));
    }
    String python = System.getenv("PYTHON");
    assumeTrue(python != null, "skipped: PYTHON names no interpreter with sentence-transformers");

    List<String> arguments = new ArrayList<>(List.of("" + kept, "" + normalizes));
    arguments.addAll(texts);
    JsonNode actual = run(python, BY_KIND, saved, arguments);

    assertThat(actual).hasSize(expected.size());
    for (int kind = 0; kind < expected.size(); kind++) {
      assertVectors(actual.get(kind), expected.get(kind));
    }
  }

  /** Kinds of tokenizer: WordPiece of letters large and small, Unigram, BPE over bytes. */
  static Stream<Arguments> tokenizers() {
    return Stream.of(
        Arguments.of(new Bert(), 2, cased()),
        Arguments.of(new DistilBert(), 0, cased()),
        Arguments.of(new Bert(), 2, unigram()),
        Arguments.of(new Roberta("xlm-roberta", 1), 1, unigram()),
        Arguments.of(new Roberta("roberta", 1), 1, bytes()),
        Arguments.of(new Mpnet(), 0, bytes()));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void readsTextAsTheSavedTokenizerDoes(Family family, int types, ObjectNode tokenizer)
      throws Exception {
    EncoderConfig config =
        new EncoderConfig(
            family, 200, 32, 2, 4, 48, "gelu", family.defaultEpsilon(), 64, types, 0, 0);
    Path source = TinyModel.write(directory.resolve("source"), 1, config);
    Files.writeString(source.resolve("tokenizer.json"), tokenizer.toString());
    assertSameVectors(
        source,
        Pooling.MEAN,
        List.of("the Cat EATS", "a dog [PAD] in <pad> water", "  fish,  and a tree. "));
  }

  private static ObjectNode cased() {
    ObjectNode json = TinyModel.tokenizer();
    ((ObjectNode) json.get("normalizer")).put("lowercase", false);
    return json;
  }

  private static ObjectNode unigram() {
    ObjectNode json = sentencePiece();
    json.putObject("pre_tokenizer")
        .put("type", "Metaspace")
        .put("replacement", "\u2581")
        .put("prepend_scheme", "always")
        .put("split", true);
    ObjectNode model = json.putObject("model").put("type", "Unigram").put("unk_id", 3);
    ArrayNode vocabulary = model.putArray("vocab");
    SPECIAL.forEach(token -> vocabulary.addArray().add(token).add(0.0));
    for (String word : List.of("the", "a", "dog", "fish", "tree", "in", "")) {
      vocabulary.addArray().add("\u2581" + word).add(-3.0);
    }
    for (char c = 'a'; c <= 'z'; c++) {
      vocabulary.addArray().add(String.valueOf(c)).add(-6.0);
    }
    return json;
  }

  private static ObjectNode bytes() {
    ObjectNode json = sentencePiece();
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = json.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    SPECIAL.forEach(token -> vocabulary.put(token, vocabulary.size()));
    for (char c = '!'; c <= '~'; c++) {
      vocabulary.put(String.valueOf(c), vocabulary.size());
    }
    vocabulary.put("\u0120", vocabulary.size());
    vocabulary.put("\u0120a", vocabulary.size());
    model.putArray("merges").add("\u0120 a");
    return json;
  }

  /** What the two have in common. */
  private static ObjectNode sentencePiece() {
    ObjectNode json = new ObjectMapper().createObjectNode().put("version", "1.0");
    ArrayNode added = json.putArray("added_tokens");
    for (String token : SPECIAL) {
      added
          .addObject()
          .put("id", added.size() - 1)
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    ObjectNode post =
        json.putObject("post_processor")
            .put("type", "RobertaProcessing")
            .put("trim_offsets", true)
            .put("add_prefix_space", false);
    post.putArray("sep").add("</s>").add(2);
    post.putArray("cls").add("<s>").add(0);
    return json;
  }

  private void assertSameVectors(Path source, Pooling pooling, List<String> texts)
      throws Exception {
    Path saved = directory.resolve("saved");
    float[][] expected;
    try (Encoder encoder = TinyModel.open(source, 1)) {
      encoder.save(saved, pooling);
      expected = encoder.encode(encoder.tokenizer().tokenize(texts), pooling);
    }
    try (TorchSentenceEncoder encoder = TorchSentenceEncoder.open(saved)) {
      assertThat(encoder.pooling()).isEqualTo(pooling);
      assertThat(encoder.encode(texts)).as("read again here").isDeepEqualTo(expected);
    }
    String python = System.getenv("PYTHON");
    assumeTrue(python != null, "skipped: PYTHON names no interpreter with sentence-transformers");

    assertVectors(run(python, SCRIPT, saved, texts), expected);
  }

  private static void assertVectors(JsonNode vectors, float[][] expected) {
    assertThat(vectors).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      float[] actual = new float[expected[i].length];
      for (int j = 0; j < actual.length; j++) {
        actual[j] = vectors.get(i).get(j).floatValue();
      }
      assertThat(actual).containsExactly(expected[i], within(ROUNDING));
    }
  }

  private JsonNode run(String python, String script, Path model, List<String> arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(python, "-c", script, model.toString());
    builder.command().addAll(arguments);
    builder.environment().put("HF_HUB_OFFLINE", "1");
    Path log = directory.resolve("log");
    Process process = builder.redirectError(log.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("%s", log.toFile()).isZero();
    return new ObjectMapper().readTree(out);
  }
}
