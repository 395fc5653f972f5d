package org.isoscope.study;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.corpus.Corpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.TokenCosines;
import org.isoscope.results.TokenView;

/**
 * The sentences that the report's token view shows: the first of a text whose matrices are neither
 * trivial nor too large to read.
 */
public record TokenViews(List<String> sentences, TokenizedText text, List<List<String>> tokens) {
  private static final int SENTENCES = 12;
  private static final int LOOKED_AT = 2000;
  private static final int SHORTEST = 7;
  private static final int LONGEST = 20;

  public static TokenViews choose(Encoder encoder, Corpus corpus) {
    List<String> candidates =
        corpus.sentences().subList(0, Math.min(LOOKED_AT, corpus.sentences().size()));
    TokenizedText text = encoder.tokenizer().tokenize(candidates);
    List<String> chosen = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    for (int i = 0; i < candidates.size() && chosen.size() < SENTENCES; i++) {
      int length = text.sentences().get(i).length;
      if (length >= SHORTEST && length <= LONGEST) {
        chosen.add(candidates.get(i));
        ids.add(text.sentences().get(i));
      }
    }
    TokenizedText kept = new TokenizedText(ids, 0);
    return new TokenViews(chosen, kept, TokenCosines.tokens(encoder, kept));
  }

  /** The cosines under the encoder as it is now. */
  public List<TokenView.View> measure(Encoder encoder, String label) {
    return TokenCosines.views(encoder, label, null, text);
  }

  /** The same at a step of a training. */
  List<TokenView.View> measure(Encoder encoder, String label, int step) {
    return TokenCosines.views(encoder, label, step, text);
  }

  /** Puts the views of each sentence together. */
  public TokenView join(List<List<TokenView.View>> views) {
    List<TokenView.Sentence> all = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      List<TokenView.View> ofSentence = new ArrayList<>();
      for (List<TokenView.View> view : views) {
        ofSentence.add(view.get(i));
      }
      all.add(new TokenView.Sentence(sentences.get(i), tokens.get(i), ofSentence));
    }
    return new TokenView(TokenView.SCHEMA, all);
  }

  public static TokenView of(Encoder encoder, String label, Corpus corpus) {
    TokenViews views = choose(encoder, corpus);
    return views.join(List.of(views.measure(encoder, label)));
  }
}
