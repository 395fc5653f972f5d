package org.isoscope.sentence;

import java.util.List;

/**
 * Text in, vectors out: what every encoder of the project does for its callers, whatever computes
 * it. {@code TorchSentenceEncoder} (isoscope-encoder) runs any model on libtorch; {@code
 * OnnxSentenceEncoder} (isoscope-onnx) runs what {@code isoscope export} wrote on ONNX Runtime.
 *
 * <p>A blank text is encoded like any other: its vector is that of the special tokens alone. A text
 * longer than {@link #maxLength} tokens is cut there. White space at the ends makes no difference
 * for most tokenizers.
 *
 * <p>Threads: any number of them may call, and the same call gives the same bits however many do.
 * The same text in a list of other texts may differ by rounding, some 1e-6 of its length: a
 * product's rounding depends on a row's place in a batch.
 *
 * <p>Owns native memory: close it. Calls that are at work when it is closed are waited for.
 */
public interface SentenceEncoder extends AutoCloseable {
  /**
   * The vectors of texts, in their order; all in memory at once. Before each stands the model's
   * default prompt, where it has one: few have, and their authors say whether texts that are
   * compared with their like go behind another.
   *
   * @param texts may be none
   * @return {@code [text][dimension]}, each an array of its own
   * @throws NullPointerException for null, or one among the texts
   * @throws IllegalStateException when the encoder is closed
   */
  float[][] encode(List<String> texts);

  /**
   * The vector of a text.
   *
   * @throws NullPointerException for null
   * @throws IllegalStateException when the encoder is closed
   */
  default float[] encode(String text) {
    return encode(List.of(text))[0];
  }

  /**
   * The vectors of queries, each behind the model's prompt for queries where it has one. A model
   * without prompts gives what {@link #encode(List)} does.
   *
   * @param queries may be none
   * @return as {@link #encode(List)}
   */
  float[][] encodeQuery(List<String> queries);

  /**
   * The vector of a query, as {@link #encodeQuery(List)}.
   *
   * @throws NullPointerException for null
   */
  default float[] encodeQuery(String query) {
    return encodeQuery(List.of(query))[0];
  }

  /**
   * The vectors of documents that are to be found, each behind the model's prompt for documents
   * where it has one. A model without prompts gives what {@link #encode(List)} does.
   *
   * @param documents may be none
   * @return as {@link #encode(List)}
   */
  float[][] encodeDocument(List<String> documents);

  /**
   * The vector of a document, as {@link #encodeDocument(List)}.
   *
   * @throws NullPointerException for null
   */
  default float[] encodeDocument(String document) {
    return encodeDocument(List.of(document))[0];
  }

  /**
   * The cosine of the vectors of two texts.
   *
   * @return from -1 to 1, of equal texts 1; 0 where a vector is all zeros
   */
  default double similarity(String a, String b) {
    float[][] vectors = encode(List.of(a, b));
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int j = 0; j < vectors[0].length; j++) {
      double x = vectors[0][j];
      double y = vectors[1][j];
      product += x * y;
      squaresOfA += x * x;
      squaresOfB += y * y;
    }
    double norms = Math.sqrt(squaresOfA * squaresOfB);
    return norms == 0 ? 0 : Math.max(-1, Math.min(1, product / norms));
  }

  /** Elements of a vector. */
  int dimension();

  /** Tokens at which a text is cut, special tokens included. */
  int maxLength();

  /** Frees the model; a second time nothing happens. */
  @Override
  void close();
}
