package org.isoscope.study.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.study.JobListener;
import org.isoscope.study.RunRecord;

/** A text that a model embeds as it is read; in memory is only a block of it. */
final class TextRows implements VectorRows {
  /** Sentences embedded at a time: enough to fill batches of one length. */
  private static final int BLOCK = 8192;

  /** So many characters fill a block too: long texts must not fill the memory. */
  private static final long BLOCK_CHARS = 1L << 23;

  private final Encoder encoder;
  private final Pooling pooling;
  private final ColumnChoice choice;
  private final JobListener listener;

  TextRows(Encoder encoder, Pooling pooling, ColumnChoice choice, JobListener listener) {
    this.encoder = encoder;
    this.pooling = pooling;
    this.choice = choice;
    this.listener = listener;
  }

  @Override
  public String name() {
    return choice.name();
  }

  @Override
  public int dimension() {
    return encoder.dimension(pooling);
  }

  @Override
  public void forEachBlock(Consumer<float[]> block) {
    if (choice.words() != null) {
      listener.say(name() + ": " + choice.words());
    }
    LongConsumer told = listener.vectors("embedding " + name());
    List<String> texts = new ArrayList<>();
    long[] chars = new long[1];
    long[] done = new long[1];
    long[] truncated = new long[1];
    Runnable embed =
        () -> {
          TokenizedText tokens = encoder.tokenizer().tokenize(texts);
          truncated[0] += tokens.truncated();
          block.accept(flat(encoder, tokens, pooling));
          done[0] += texts.size();
          told.accept(done[0]);
          texts.clear();
          chars[0] = 0;
        };
    long skipped =
        Corpus.forEach(
            choice,
            text -> {
              texts.add(text);
              chars[0] += text.length();
              if (texts.size() == BLOCK || chars[0] > BLOCK_CHARS) {
                embed.run();
              }
            });
    if (!texts.isEmpty()) {
      embed.run();
    }
    if (skipped > 0) {
      listener.note(RunRecord.skipped(name(), skipped) + ": they have no row");
    }
    if (truncated[0] > 0) {
      listener.note(RunRecord.cut(name(), truncated[0], done[0], encoder));
    }
  }

  /** Embeds texts: {@code [n, d]}, row-major. */
  static float[] flat(Encoder encoder, TokenizedText tokens, Pooling pooling) {
    float[][] rows = encoder.embed(tokens, List.of(pooling)).get(0);
    int d = encoder.dimension(pooling);
    float[] flat = new float[Math.multiplyExact(rows.length, d)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * d, d);
    }
    return flat;
  }

  @Override
  public Map<Integer, FoundRow> find(Set<Integer> rows) {
    Map<Integer, FoundRow> found = new HashMap<>();
    int[] next = new int[1];
    Corpus.forEach(
        choice,
        text -> {
          int number = next[0]++;
          if (rows.contains(number)) {
            found.put(number, new FoundRow(number, null, text));
          }
        });
    return found;
  }
}
