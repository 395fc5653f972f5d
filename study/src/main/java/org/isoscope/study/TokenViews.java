package org.isoscope.study;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.MeasuredTokens;
import org.isoscope.evaluation.TokenProjection;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.results.TokenView;
import org.jspecify.annotations.Nullable;

/**
 * The sentences that the report's token view shows: the first of a text whose matrices are neither
 * trivial nor too large to read.
 *
 * @param sentences as they were read
 * @param text their tokens
 * @param tokens as the vocabulary writes them
 * @param wordClasses of these
 */
public record TokenViews(
    List<String> sentences,
    TokenizedText text,
    List<List<String>> tokens,
    List<List<String>> wordClasses) {
  private static final int SENTENCES = 12;
  private static final int LOOKED_AT = 2000;
  private static final int SHORTEST = 7;
  private static final int LONGEST = 20;

  /**
   * Chooses them.
   *
   * @param tagger of the text's language
   */
  public static TokenViews choose(Encoder encoder, Corpus corpus, PartOfSpeech tagger) {
    List<String> candidates =
        corpus.sentences().subList(0, Math.min(LOOKED_AT, corpus.sentences().size()));
    TokenizedText text = encoder.tokenizer().tokenize(candidates);
    List<String> chosen = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    List<List<String>> classes = new ArrayList<>();
    for (int i = 0; i < candidates.size() && chosen.size() < SENTENCES; i++) {
      int[] sentence = text.sentences().get(i);
      if (sentence.length >= SHORTEST && sentence.length <= LONGEST) {
        chosen.add(candidates.get(i));
        ids.add(sentence);
        classes.add(WordClasses.ofTokens(encoder, candidates.get(i), sentence, tagger));
      }
    }
    TokenizedText kept = new TokenizedText(ids, 0);
    return new TokenViews(chosen, kept, MeasuredTokens.tokens(encoder, kept), classes);
  }

  /**
   * The tokens under the encoder as it is now.
   *
   * @param step of the training; null outside of one
   */
  public MeasuredTokens measure(Encoder encoder, String label, @Nullable Integer step) {
    return MeasuredTokens.of(encoder, label, step, text);
  }

  /**
   * Puts the views of each sentence together, in one picture where the models have as many layers
   * and dimensions as each other.
   */
  public TokenView join(List<MeasuredTokens> measured) {
    TokenProjection projection = new TokenProjection();
    measured.forEach(projection::add);
    return join(measured, projection.fit());
  }

  /**
   * The same in a given picture.
   *
   * @param picture null: none, and cosines alone
   */
  TokenView join(List<MeasuredTokens> measured, TokenProjection.@Nullable Picture picture) {
    List<TokenView.Sentence> all = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      List<TokenView.View> ofSentence = new ArrayList<>();
      for (MeasuredTokens model : measured) {
        TokenView.View view = model.views().get(i);
        List<float[]> vectors = model.vectors();
        ofSentence.add(
            picture == null || vectors == null
                ? view
                : view.withPositions(picture.positions(vectors.get(i))));
      }
      all.add(
          new TokenView.Sentence(sentences.get(i), tokens.get(i), wordClasses.get(i), ofSentence));
    }
    return new TokenView(TokenView.SCHEMA, picture == null ? null : picture.projection(), all);
  }
}
