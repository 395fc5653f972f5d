package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.HiddenStates;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.encoder.Tokenizer;
import org.isoscope.geometry.Accumulator;

/**
 * One pass of a text through a model, sentence by sentence into an accumulator a layer: each thread
 * has its own, merged at the end.
 *
 * @param specialTokens whether [CLS] and [SEP] count as tokens; where not, they are taken off the
 *     sentences' ends
 */
record LayerPass(boolean specialTokens) {

  /** How often each token type occurs: those too rare to count need no vector of their own. */
  static int[] occurrences(Encoder encoder, TokenizedText text) {
    int[] occurrences = new int[encoder.config().vocabularySize()];
    for (int[] ids : text.sentences()) {
      for (int id : ids) {
        occurrences[id]++;
      }
    }
    return occurrences;
  }

  /** Adds one sentence's tokens in one layer. */
  interface Add<A> {
    /**
     * Adds it.
     *
     * @param number of the sentence in the text
     * @param ids of the tokens, from {@code first}
     * @param states of the tokens, {@code [count, d]} from {@code offset}
     */
    void accept(
        A accumulator, long number, int[] ids, int first, float[] states, int offset, int count);
  }

  /**
   * Goes through the text.
   *
   * @param accumulator makes an empty one for a layer
   * @param sentence is given each sentence with all its tokens, special ones too
   * @return of each layer, the embedding output first
   */
  <A extends Accumulator<A, ?>> List<A> run(
      Encoder encoder,
      TokenizedText text,
      IntFunction<A> accumulator,
      Add<A> add,
      SentenceSink sentence) {
    List<List<A>> perThread =
        encoder.forEachBatch(
            text,
            () -> {
              List<A> layers = new ArrayList<>();
              for (int layer = 0; layer <= encoder.config().layers(); layer++) {
                layers.add(accumulator.apply(layer));
              }
              return layers;
            },
            (layers, batch) -> add(encoder.tokenizer(), layers, batch, add, sentence));
    List<A> merged = perThread.get(0);
    for (List<A> other : perThread.subList(1, perThread.size())) {
      for (int layer = 0; layer < merged.size(); layer++) {
        merged.get(layer).merge(other.get(layer));
      }
    }
    return merged;
  }

  private <A> void add(
      Tokenizer tokenizer, List<A> layers, HiddenStates batch, Add<A> add, SentenceSink sentence) {
    for (int i = 0; i < batch.sentences().length; i++) {
      int from = batch.offsets()[i];
      int to = batch.offsets()[i + 1];
      sentence.accept(batch.sentences()[i], batch.layers(), from * batch.dimension(), to - from);
      if (!specialTokens) {
        while (from < to && tokenizer.isSpecial(batch.ids()[from])) {
          from++;
        }
        while (from < to && tokenizer.isSpecial(batch.ids()[to - 1])) {
          to--;
        }
      }
      if (from < to) {
        for (int layer = 0; layer < layers.size(); layer++) {
          add.accept(
              layers.get(layer),
              batch.sentences()[i],
              batch.ids(),
              from,
              batch.layers()[layer],
              from * batch.dimension(),
              to - from);
        }
      }
    }
  }
}
