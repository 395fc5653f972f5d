package org.isoscope.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PortableTokenizer;
import org.isoscope.sentence.Prompts;
import org.isoscope.sentence.SentenceEncoder;

/**
 * A {@link SentenceEncoder} on ONNX Runtime, for a model that {@code isoscope export} wrote. It
 * needs no libtorch and runs where ONNX Runtime has natives, linux-aarch64 among them.
 *
 * <pre>{@code
 * try (SentenceEncoder encoder = OnnxSentenceEncoder.open(Path.of("exported"))) {
 *   float[] vector = encoder.encode("A cat sits on the mat.");
 * }
 * }</pre>
 *
 * <p>Pooling, the layers behind it and the scaling to length 1 are in the file; the prompts are in
 * {@value Prompts#FILE} beside it, and an export without one has none. Within a call equal texts
 * have equal vectors to the bit.
 *
 * <p>Any number of threads may call; the runtime's own threads are shared by all calls.
 */
public final class OnnxSentenceEncoder implements SentenceEncoder {
  /** Tokens of a batch, padding included: enough for the products, little enough for the caches. */
  private static final int TOKENS = 1024;

  private final OnnxEncoder encoder;
  private final PortableTokenizer tokenizer;
  private final Prompts prompts;
  private final int dimension;
  private final int maxLength;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed; // written with the write lock

  private OnnxSentenceEncoder(OnnxEncoder encoder, PortableTokenizer tokenizer, Prompts prompts) {
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.prompts = prompts;
    this.dimension = encoder.dimension();
    this.maxLength = tokenizer.maxLength();
  }

  /** Opens an exported model on all cores, as {@link #open(Path, int)}. */
  public static OnnxSentenceEncoder open(Path model) {
    return open(model, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Opens an exported model.
   *
   * @param model a directory that {@code isoscope export} wrote, of which {@code model.onnx} is
   *     taken where it is there, else {@code model_int8.onnx}; or one of these files, with its
   *     {@code tokenizer.json} beside it, and its prompts where it has any
   * @param threads of the runtime, at least 1
   * @throws UserError when a file is missing or not what {@code export} writes, or ONNX Runtime has
   *     no natives for this machine
   */
  public static OnnxSentenceEncoder open(Path model, int threads) {
    Path file = file(model);
    Prompts prompts = Prompts.read(file.resolveSibling(Prompts.FILE));
    PortableTokenizer tokenizer =
        PortableTokenizer.open(file.resolveSibling(ExportedModel.TOKENIZER));
    try {
      OnnxEncoder encoder = OnnxEncoder.open(file, threads);
      try {
        return new OnnxSentenceEncoder(encoder, tokenizer, prompts);
      } catch (RuntimeException e) {
        encoder.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Path file(Path model) {
    if (Files.isRegularFile(model)) {
      return model;
    }
    for (String name : List.of(ExportedModel.FP32, ExportedModel.INT8)) {
      if (Files.isRegularFile(model.resolve(name))) {
        return model.resolve(name);
      }
    }
    throw new UserError(
        model.toString(),
        Files.isDirectory(model) ? "has no " + ExportedModel.FP32 : "does not exist",
        "a directory that `isoscope export` wrote",
        "Export the model: isoscope export --model M --out " + model);
  }

  @Override
  public float[][] encode(List<String> texts) {
    return encode(texts, prompts.text());
  }

  @Override
  public float[][] encodeQuery(List<String> queries) {
    return encode(queries, prompts.query());
  }

  @Override
  public float[][] encodeDocument(List<String> documents) {
    return encode(documents, prompts.document());
  }

  private float[][] encode(List<String> texts, String prompt) {
    List<String> copy =
        prompt.isEmpty() ? List.copyOf(texts) : texts.stream().map(prompt::concat).toList();
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the encoder is closed");
      }
      Map<String, Integer> placeOf = new LinkedHashMap<>();
      int[] places =
          copy.stream()
              .mapToInt(text -> placeOf.computeIfAbsent(text, unused -> placeOf.size()))
              .toArray();
      List<String> distinct = List.copyOf(placeOf.keySet());
      float[][] vectors = new float[distinct.size()][];
      if (!distinct.isEmpty()) {
        List<int[]> sentences = tokenizer.batch(distinct).sentences();
        for (int[] batch : batches(sentences)) {
          float[][] embedded = encoder.embed(IntStream.of(batch).mapToObj(sentences::get).toList());
          for (int i = 0; i < batch.length; i++) {
            vectors[batch[i]] = embedded[i];
          }
        }
      }
      return Arrays.stream(places)
          .mapToObj(place -> vectors[place].clone())
          .toArray(float[][]::new);
    } finally {
      use.readLock().unlock();
    }
  }

  /** Places of sentences, in ascending order of length, in batches of at most TOKENS. */
  private static List<int[]> batches(List<int[]> sentences) {
    int[] order =
        IntStream.range(0, sentences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sentences.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && (to + 1 - from) * sentences.get(order[to]).length <= TOKENS) {
        to++;
      }
      batches.add(Arrays.copyOfRange(order, from, to));
      from = to;
    }
    return batches;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        encoder.close();
        tokenizer.close();
      }
    } finally {
      use.writeLock().unlock();
    }
  }
}
