package org.isoscope.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;

/**
 * Words and their parts of speech in English text: Apache OpenNLP's tokenizer and tagger with its
 * models of the Universal Dependencies treebank EWT. A statistical tagger: it errs in a few words
 * of a hundred. Not safe for use by several threads at once.
 */
public final class PartOfSpeech {
  private static final String TOKENS = "/opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin";
  private static final String TAGS = "/opennlp-en-ud-ewt-pos-1.3-2.5.4.bin";

  private final TokenizerME tokenizer;
  private final POSTaggerME tagger;

  private PartOfSpeech(TokenizerME tokenizer, POSTaggerME tagger) {
    this.tokenizer = tokenizer;
    this.tagger = tagger;
  }

  /** Loads the models from the class path; takes about a second. */
  public static PartOfSpeech english() {
    try (InputStream tokens = resource(TOKENS);
        InputStream tags = resource(TAGS)) {
      return new PartOfSpeech(
          new TokenizerME(new TokenizerModel(tokens)), new POSTaggerME(new POSModel(tags)));
    } catch (IOException e) {
      throw new IllegalStateException("the part-of-speech models cannot be read", e);
    }
  }

  private static InputStream resource(String name) {
    InputStream stream = PartOfSpeech.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IllegalStateException(name + " is not on the class path");
    }
    return stream;
  }

  /** The words of a sentence, in order. */
  public List<Word> words(String sentence) {
    Span[] spans = tokenizer.tokenizePos(sentence);
    String[] tags = tagger.tag(Span.spansToStrings(spans, sentence));
    List<Word> words = new ArrayList<>();
    for (int i = 0; i < spans.length; i++) {
      words.add(new Word(spans[i].getStart(), spans[i].getEnd(), WordClass.of(tags[i])));
    }
    return words;
  }

  /**
   * A word.
   *
   * @param start of its first character in the sentence, in UTF-16 units
   * @param end behind its last
   * @param wordClass by its tag
   */
  public record Word(int start, int end, WordClass wordClass) {}
}
