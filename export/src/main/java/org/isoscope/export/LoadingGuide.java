package org.isoscope.export;

import java.nio.file.Path;
import org.isoscope.onnx.ExportedModel;
import org.isoscope.sentence.Prompts;

/**
 * How programs load an exported model, as Markdown with a snippet for each.
 *
 * @param directory of the files
 * @param maxLength tokens that texts are cut at
 * @param prompts that stand before texts
 * @param dimension of an embedding
 * @param tokenTypes whether the model takes {@code token_type_ids}
 * @param forLangChain whether LangChain4j gives the model its texts as they are
 * @param embedding that it gives
 */
record LoadingGuide(
    Path directory,
    int maxLength,
    Prompts prompts,
    int dimension,
    boolean tokenTypes,
    boolean forLangChain,
    SentenceEmbedding embedding) {

  /** Where the tokenizers library cuts at most, unless it is told another length. */
  private static final int DEFAULT_LENGTH = 512;

  private static final String LANGCHAIN4J =
      """
      import dev.langchain4j.model.embedding.EmbeddingModel;
      import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
      import dev.langchain4j.model.embedding.onnx.PoolingMode;

      EmbeddingModel model =
          new OnnxEmbeddingModel("$model", "$tokenizer", PoolingMode.MEAN);
      float[] vector = model.embed("A text.").content().vector();
      """;

  private static final String SPRING_AI =
      """
      import java.util.Map;
      import org.springframework.ai.transformers.TransformersEmbeddingModel;

      TransformersEmbeddingModel model = new TransformersEmbeddingModel();
      model.setModelResource("file:$model");
      model.setTokenizerResource("file:$tokenizer");
      model.setModelOutputName("$byToken");
      model.setTokenizerOptions(Map.of("modelMaxLength", "$maxLength"));
      model.afterPropertiesSet();
      float[] vector = model.embed("A text.");
      """;

  private static final String ONNX_RUNTIME =
      """
      import ai.djl.huggingface.tokenizers.Encoding;
      import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
      import ai.onnxruntime.OnnxTensor;
      import ai.onnxruntime.OrtEnvironment;
      import ai.onnxruntime.OrtSession;
      import java.nio.file.Path;
      import java.util.Arrays;
      import java.util.List;
      import java.util.Map;
      import java.util.Set;

      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession session = environment.createSession("$model");
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              Path.of("$tokenizer"), Map.of("modelMaxLength", "$maxLength"));

      Encoding[] texts = tokenizer.batchEncode(List.of("A text.", "Another, which is longer."));
      long[][] ids = Arrays.stream(texts).map(Encoding::getIds).toArray(long[][]::new);
      long[][] mask = Arrays.stream(texts).map(Encoding::getAttentionMask).toArray(long[][]::new);
      $typesArrayfloat[][] vectors;
      try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids);
          OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask);
          $typesTensorOrtSession.Result result =
              session.run(
                  Map.of("input_ids", idTensor, "attention_mask", maskTensor$typesInput),
                  Set.of("$embedding"))) {
        vectors = (float[][]) result.get(0).getValue();
      }
      """;

  String text() {
    StringBuilder text = new StringBuilder("# How to load this model\n\n");
    text.append("Texts are cut at ").append(maxLength).append(" tokens. A vector has ");
    text.append(dimension).append(" values");
    text.append(embedding.unitLength() ? " and length 1" : "");
    text.append("; pooling: ").append(embedding.pooling().label()).append(". ");
    text.append(aboutPrompts());
    text.append("A `").append(ExportedModel.INT8).append("` is loaded as `");
    text.append(ExportedModel.FP32).append("` is.\n\n");
    text.append("## LangChain4j (`dev.langchain4j:langchain4j-embeddings`)\n\n");
    if (forLangChain) {
      text.append(snippet(LANGCHAIN4J));
      text.append("LangChain4j always scales vectors to length 1.");
      text.append(
          maxLength > DEFAULT_LENGTH ? " It cuts texts at " + DEFAULT_LENGTH + " tokens." : "");
    } else {
      text.append("`OnnxEmbeddingModel` puts each text together from its tokens, which with this");
      text.append(" model's (byte-level) makes another text: its vectors would be wrong.");
      text.append(" `IsoscopeEmbeddingModel` (`isoscope-langchain4j`) runs the model itself.");
    }
    text.append("\n\n## Spring AI (`org.springframework.ai:spring-ai-transformers`)\n\n");
    text.append(snippet(SPRING_AI));
    text.append("It needs libtorch too (`ai.djl.pytorch:pytorch-native-cpu` and `pytorch-jni`);");
    text.append(" without them it fetches it at the first call.\n\n");
    text.append("## ONNX Runtime (`com.microsoft.onnxruntime:onnxruntime` and");
    text.append(" `ai.djl.huggingface:tokenizers`)\n\n").append(snippet(ONNX_RUNTIME));
    return text.toString().stripTrailing() + "\n";
  }

  /** Which prompts who loads the model is to put before texts, in sentences; empty: none. */
  private String aboutPrompts() {
    if (!tellsApart()) {
      return prompts.text().isEmpty()
          ? ""
          : "The prompt " + inJava(prompts.text()) + " is put before each text. ";
    }
    return before("query", prompts.query())
        + before("document", prompts.document())
        + (prompts.text().isEmpty()
            ? "Other texts have no prompt. "
            : before("other text", prompts.text()))
        + "`"
        + Prompts.FILE
        + "` has the prompts; the snippets embed a query. ";
  }

  private static String before(String text, String prompt) {
    return (prompt.isEmpty() ? "No prompt" : "The prompt " + inJava(prompt))
        + " is put before each "
        + text
        + ". ";
  }

  /** Whether queries and documents have other prompts than other texts. */
  private boolean tellsApart() {
    return !prompts.query().equals(prompts.text()) || !prompts.document().equals(prompts.text());
  }

  private String snippet(String template) {
    String prompt = tellsApart() ? prompts.query() : prompts.text();
    String types = "Arrays.stream(texts).map(Encoding::getTypeIds).toArray(long[][]::new)";
    return "```java\n"
        + template
            .replace("$typesArray", tokenTypes ? "long[][] types = " + types + ";\n" : "")
            .replace(
                "$typesTensor",
                tokenTypes
                    ? "OnnxTensor typeTensor = OnnxTensor.createTensor(environment, types);\n    "
                    : "")
            .replace("$typesInput", tokenTypes ? ", \"token_type_ids\", typeTensor" : "")
            .replace("\"A text.\"", inJava(prompt + "A text."))
            .replace("\"Another, which is longer.\"", inJava(prompt + "Another, which is longer."))
            .replace("$maxLength", String.valueOf(maxLength))
            .replace("$byToken", ExportedModel.BY_TOKEN)
            .replace("$embedding", ExportedModel.EMBEDDING)
            .replace("$model", path(ExportedModel.FP32))
            .replace("$tokenizer", path(ExportedModel.TOKENIZER))
        + "```\n\n";
  }

  /** A file's path within a string of Java. */
  private String path(String file) {
    String quoted = inJava(directory.resolve(file).toString().replace('\\', '/'));
    return quoted.substring(1, quoted.length() - 1);
  }

  /** A string as Java writes it. */
  private static String inJava(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        quoted.append(String.format("\\%03o", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
