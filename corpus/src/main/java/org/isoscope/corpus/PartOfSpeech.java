package org.isoscope.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.tokenize.TokenizerME;
import opennlp.tools.tokenize.TokenizerModel;
import opennlp.tools.util.Span;
import org.isoscope.io.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Words and their parts of speech: Apache OpenNLP's tokenizer and tagger with its models of
 * Universal Dependencies treebanks, for English that of EWT. A statistical tagger: it errs in a few
 * words of a hundred. Not safe for use by several threads at once.
 */
public final class PartOfSpeech {
  private static final String TOKENS = "/opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin";
  private static final String TAGS = "/opennlp-en-ud-ewt-pos-1.3-2.5.4.bin";

  /** The largest of OpenNLP's have a few megabytes. */
  private static final long MOST_BYTES = 256L << 20;

  private static final Pattern NEGATION = Pattern.compile("n['\u2019]t$");

  /** English words that are written to the one before without an apostrophe: cannot, gonna, im. */
  private static final List<String> ENDINGS =
      List.of("not", "nt", "na", "ta", "me", "ll", "ve", "re", "s", "m", "d");

  private final TokenizerME tokenizer;
  private final POSTaggerME tagger;
  private final String language;

  private PartOfSpeech(TokenizerModel words, POSModel tags) {
    this.tokenizer = new TokenizerME(words);
    this.tagger = new POSTaggerME(tags);
    this.language = tags.getLanguage();
  }

  /** The English models, read once: a tagger is one thread's, its models are anyone's. */
  private static final class English {
    static final TokenizerModel WORDS = read(TOKENS, TokenizerModel::new);
    static final POSModel TAGS_OF_WORDS = read(TAGS, POSModel::new);

    private English() {}

    private static <M> M read(String name, Reader<M> reader) {
      try (InputStream stream = PartOfSpeech.class.getResourceAsStream(name)) {
        if (stream == null) {
          throw new IllegalStateException(name + " is not on the class path");
        }
        return reader.read(stream);
      } catch (IOException e) {
        throw new IllegalStateException("the part-of-speech models cannot be read", e);
      }
    }
  }

  /**
   * Loads the models of another language.
   *
   * @param tokenizer a jar with a tokenizer's model, the one file in it that ends in .bin
   * @param tagger a jar with a tagger's, whose tags are those of Universal Dependencies
   * @throws UserError when one of them cannot be read
   */
  public static PartOfSpeech of(Path tokenizer, Path tagger) {
    TokenizerModel words = read(tokenizer, TokenizerModel::new);
    POSModel tags = read(tagger, POSModel::new);
    return new PartOfSpeech(words, tags);
  }

  /** Makes a model of a file. */
  private interface Reader<M> {
    M read(InputStream in) throws IOException;
  }

  private static <M> M read(Path jar, Reader<M> reader) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> models =
          zip.stream().filter(entry -> entry.getName().endsWith(".bin")).toList();
      if (models.size() != 1) {
        throw noModel(jar, "has " + models.size() + " files that end in .bin", null);
      }
      if (models.get(0).getSize() > MOST_BYTES) {
        throw noModel(jar, "has a model of " + models.get(0).getSize() + " bytes", null);
      }
      try (InputStream in = zip.getInputStream(models.get(0))) {
        return reader.read(in);
      } catch (RuntimeException e) { // what OpenNLP answers to a file that is none of its
        throw noModel(jar, "holds no model of its kind", e);
      }
    } catch (NoSuchFileException e) {
      throw UserError.reading(jar, e);
    } catch (IOException e) {
      throw noModel(jar, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static UserError noModel(Path jar, String what, @Nullable Exception cause) {
    return new UserError(
        jar.toString(),
        what,
        "a jar with one model of Apache OpenNLP",
        "Fetch it again, or name another language",
        cause);
  }

  /** The English one. Its models are read from the class path the first time: about a second. */
  public static PartOfSpeech english() {
    return new PartOfSpeech(English.WORDS, English.TAGS_OF_WORDS);
  }

  /** The language of its models, by its ISO 639 code. */
  public String language() {
    return language;
  }

  /**
   * The words of a sentence, in order. Where the tagger takes several for one, as in "child's",
   * whose tag is NOUN+PART, each is a word of its own: the last begins at "n't", at the last
   * apostrophe, or where an ending of {@link #ENDINGS} does; where it has none of them, or all are
   * of one class, they stay together and have the class of the first.
   */
  public List<Word> words(String sentence) {
    Span[] spans = tokenizer.tokenizePos(sentence);
    String[] tags = tagger.tag(Span.spansToStrings(spans, sentence));
    List<Word> words = new ArrayList<>();
    for (int i = 0; i < spans.length; i++) {
      addWords(words, sentence, spans[i], tags[i].split("\\+"));
    }
    return words;
  }

  private static void addWords(List<Word> words, String sentence, Span span, String[] tags) {
    int start = span.getStart();
    int end = span.getEnd();
    Deque<Word> parts = new ArrayDeque<>();
    int last = tags.length - 1;
    while (last > 0 && Arrays.stream(tags, 0, last + 1).map(WordClass::of).distinct().count() > 1) {
      int cut = start + lastWord(sentence.substring(start, end).toLowerCase(Locale.ROOT));
      if (cut <= start || cut >= end) {
        break;
      }
      parts.addFirst(new Word(cut, end, WordClass.of(tags[last])));
      end = cut;
      last--;
    }
    parts.addFirst(new Word(start, end, WordClass.of(tags[0])));
    words.addAll(parts);
  }

  /** Where the last of several words written as one begins; 0: it cannot be told. */
  private static int lastWord(String word) {
    Matcher negation = NEGATION.matcher(word);
    if (negation.find()) {
      return negation.start();
    }
    int apostrophe = Math.max(word.lastIndexOf('\''), word.lastIndexOf('\u2019'));
    return apostrophe > 0
        ? apostrophe
        : ENDINGS.stream()
            .filter(ending -> word.endsWith(ending) && word.length() > ending.length())
            .findFirst()
            .map(ending -> word.length() - ending.length())
            .orElse(0);
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
