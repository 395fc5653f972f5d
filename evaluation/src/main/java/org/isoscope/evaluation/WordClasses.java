package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.WordClass;
import org.isoscope.encoder.Encoder;
import org.isoscope.results.Geometry;

/**
 * The word class of each token type in a text: that of most of its occurrences, each occurrence
 * having the class of the word it begins in. Parts of words belong to their word's class: "##ing"
 * of a verb is content. Where classes are equally frequent, the first of content, function, other.
 */
public final class WordClasses {
  /** The class of special tokens such as [CLS]. */
  private static final String SPECIAL = "special";

  private static final List<Geometry.TokenType> NONE = List.of();

  private final Map<String, String> labels;

  private WordClasses(Map<String, String> labels) {
    this.labels = labels;
  }

  /**
   * Tags sentences, and counts what each token type of the encoder's is used as.
   *
   * @param tagger of their language
   */
  public static WordClasses of(Encoder encoder, List<String> sentences, PartOfSpeech tagger) {
    Map<Integer, Map<WordClass, Integer>> counts = new HashMap<>();
    for (String sentence : sentences) {
      for (TokenUse use : TokenUse.of(sentence, encoder.tokenizer(), tagger)) {
        counts
            .computeIfAbsent(use.id(), id -> new EnumMap<>(WordClass.class))
            .merge(use.wordClass(), 1, Integer::sum);
      }
    }
    Map<String, String> labels = new HashMap<>();
    for (int id = 0; id < encoder.config().vocabularySize(); id++) {
      Map<WordClass, Integer> count = counts.get(id);
      if (encoder.tokenizer().isSpecial(id)) {
        labels.put(encoder.tokenizer().token(id), SPECIAL);
      } else if (count != null) {
        labels.put(encoder.tokenizer().token(id), TokenUse.most(count).label());
      }
    }
    return new WordClasses(labels);
  }

  /**
   * The class of each token of one sentence: of the word it begins in, "content", "function" or
   * "other", and "special" for [CLS] and the like. A token that begins in no word, as those of a
   * prompt, is "other".
   *
   * @param ids of the sentence, as the encoder's tokenizer gives them
   * @param tagger of its language
   */
  public static List<String> ofTokens(
      Encoder encoder, String sentence, int[] ids, PartOfSpeech tagger) {
    String[] classes = new String[ids.length];
    for (int i = 0; i < ids.length; i++) {
      classes[i] = encoder.tokenizer().isSpecial(ids[i]) ? SPECIAL : WordClass.OTHER.label();
    }
    for (TokenUse use : TokenUse.of(sentence, encoder.tokenizer(), tagger)) {
      if (!encoder.tokenizer().isSpecial(use.id())) {
        classes[use.index()] = use.wordClass().label();
      }
    }
    return List.of(classes);
  }

  /**
   * What was measured with the classes of the token types, and the mean over each class with its
   * interval.
   */
  public DetailedGeometry.Measured label(DetailedGeometry.Measured measured) {
    Geometry geometry = label(measured.geometry());
    Double anisotropy = geometry.layers().get(geometry.layers().size() - 1).anisotropy();
    TokenSimilarities similarities = measured.similarities();
    Map<String, List<Geometry.TokenType>> classes = new TreeMap<>();
    for (Geometry.TokenType type : geometry.types() == null ? NONE : geometry.types()) {
      if (type.wordClass() != null) {
        classes.computeIfAbsent(type.wordClass(), unused -> new ArrayList<>()).add(type);
      }
    }
    List<Geometry.WordClass> means = new ArrayList<>();
    if (anisotropy != null) {
      classes.forEach(
          (wordClass, types) ->
              means.add(
                  new Geometry.WordClass(
                      wordClass,
                      types.size(),
                      types.stream().mapToDouble(Geometry.TokenType::selfSimilarity).sum()
                              / types.size()
                          - anisotropy,
                      similarities == null
                          ? null
                          : similarities.mean(
                              types.stream().map(Geometry.TokenType::token).toList()))));
    }
    return new DetailedGeometry.Measured(
        means.isEmpty() ? geometry : geometry.withWordClasses(means), similarities);
  }

  /** A geometry with the classes of its token types; as it is where it has no types. */
  public Geometry label(Geometry geometry) {
    List<Geometry.TokenType> types = geometry.types();
    if (types == null) {
      return geometry;
    }
    return geometry.withTypes(
        types.stream()
            .map(
                type ->
                    new Geometry.TokenType(
                        type.token(),
                        type.occurrences(),
                        type.sentences(),
                        type.selfSimilarity(),
                        labels.get(type.token())))
            .toList());
  }
}
