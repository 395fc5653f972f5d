package org.isoscope.training;

/**
 * Texts as token ids, in temporary files: first all are added, then any can be read. The Java heap
 * holds none of them. A text takes 2 bytes a token (4 where the vocabulary has more than 65536),
 * and 16 for where it ends and its hash.
 *
 * <p>Hashes have 64 bits: of texts with different tokens, two of a batch of a thousand have the
 * same in one of 10<sup>13</sup> batches.
 */
final class TokenStore implements AutoCloseable {
  private final TemporaryFile tokens;
  private final TemporaryFile index; // for each text the end of its tokens, and its hash

  /** Makes an empty store for ids below the size of the vocabulary. */
  TokenStore(int vocabularySize) {
    this(vocabularySize, TemporaryFile.SEGMENT_BYTES);
  }

  /**
   * Makes an empty store.
   *
   * @param segmentBytes of a mapping, a multiple of 8
   */
  TokenStore(int vocabularySize, int segmentBytes) {
    tokens = new TemporaryFile(vocabularySize <= 1 << 16 ? 2 : 4, segmentBytes);
    try {
      index = new TemporaryFile(8, segmentBytes);
    } catch (RuntimeException e) {
      tokens.close();
      throw e;
    }
  }

  /**
   * Adds a text.
   *
   * @param own its tokens without a prompt: what is hashed
   */
  void add(int[] ids, int[] own) {
    for (int id : ids) {
      tokens.add(id);
    }
    long hash = own.length;
    for (int id : own) {
      hash = mix(hash + id + 0x9E3779B97F4A7C15L);
    }
    index.add(tokens.size());
    index.add(hash);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit in changes half of all. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Ends the adding: from here on texts can be read. */
  void seal() {
    tokens.seal();
    index.seal();
  }

  /** How many texts. */
  long size() {
    return index.size() / 2;
  }

  /** The token ids of a text, counted from 0. */
  int[] get(long text) {
    long from = text == 0 ? 0 : index.get(2 * text - 2);
    int[] ids = new int[(int) (index.get(2 * text) - from)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) tokens.get(from + i);
    }
    return ids;
  }

  /** A hash of the text's own tokens. */
  long hash(long text) {
    return index.get(2 * text + 1);
  }

  @Override
  public void close() {
    tokens.close();
    index.close();
  }
}
