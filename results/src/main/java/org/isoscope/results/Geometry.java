package org.isoscope.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of one model over one corpus: {@code geometry.json}, and each line of {@code
 * geometry.jsonl}.
 *
 * @param schema version of this record's meaning, {@value #SCHEMA}
 * @param model the model's name, as the user gave it
 * @param step the training step it was measured at; absent outside a training
 * @param corpus what it was measured over
 * @param layers one entry a layer, layer 0 (the embedding output) first
 * @param types token types of the last layer, the most frequent first; absent at most probes
 * @param wordClasses means over the types of each word class; absent at probes, and where the text
 *     was not tagged
 * @param evaluation quality at this step; absent where nothing was evaluated
 * @param spaces of sentence embeddings: as they are, then transformed; absent at probes
 * @param findings what stands out in the tokens of the last layer; absent at probes
 * @param sentenceSpace of the probe's sentences; absent but at probes
 * @param estimands what claims are about, over a small reference text, by key as {@link Evidence}
 *     has them, in the order of the keys; null where undefined; absent but at probes of a training
 *     that carries evidence
 * @param advice what to do about what stands out in the last of the spaces; absent at probes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Geometry(
    int schema,
    String model,
    @Nullable Integer step,
    Corpus corpus,
    List<Layer> layers,
    @Nullable List<TokenType> types,
    @Nullable List<WordClass> wordClasses,
    @Nullable List<Evaluation.Set> evaluation,
    @Nullable List<Space> spaces,
    @Nullable List<Finding> findings,
    @Nullable SentenceSpace sentenceSpace,
    @Nullable Map<String, @Nullable Double> estimands,
    @Nullable List<Advice> advice) {

  /** The version written by this program. */
  public static final int SCHEMA = 1;

  /** Keeps its own copies of the lists and the map. */
  public Geometry {
    Schema.require(schema, SCHEMA);
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(corpus, "corpus");
    layers = List.copyOf(Objects.requireNonNull(layers, "layers"));
    types = types == null ? null : List.copyOf(types);
    wordClasses = wordClasses == null ? null : List.copyOf(wordClasses);
    evaluation = evaluation == null ? null : List.copyOf(evaluation);
    spaces = spaces == null ? null : List.copyOf(spaces);
    findings = findings == null ? null : List.copyOf(findings);
    estimands =
        estimands == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(estimands));
    advice = advice == null ? null : List.copyOf(advice);
  }

  /**
   * The layers and types of a model, with nothing besides.
   *
   * @param types of the last layer; null where not told
   */
  public static Geometry of(
      String model,
      @Nullable Integer step,
      Corpus corpus,
      List<Layer> layers,
      @Nullable List<TokenType> types) {
    return new Geometry(
        SCHEMA, model, step, corpus, layers, types, null, null, null, null, null, null, null);
  }

  /** The same with other token types. */
  public Geometry withTypes(@Nullable List<TokenType> types) {
    return with(draft -> draft.types = types);
  }

  /** The same with means over the types of each word class. */
  public Geometry withWordClasses(List<WordClass> wordClasses) {
    return with(draft -> draft.wordClasses = wordClasses);
  }

  /** The same with the quality at this step. */
  public Geometry withEvaluation(@Nullable List<Evaluation.Set> evaluation) {
    return with(draft -> draft.evaluation = evaluation);
  }

  /** The same with what stands out in the last layer. */
  public Geometry withFindings(List<Finding> findings) {
    return with(draft -> draft.findings = findings);
  }

  /** The same with spaces of embeddings. */
  public Geometry withSpaces(List<Space> spaces) {
    return with(draft -> draft.spaces = spaces);
  }

  /** The same with what to do. */
  public Geometry withAdvice(List<Advice> advice) {
    return with(draft -> draft.advice = advice);
  }

  /** The same with the space of the sentences' embeddings. */
  public Geometry withSentenceSpace(SentenceSpace sentenceSpace) {
    return with(draft -> draft.sentenceSpace = sentenceSpace);
  }

  /** The same with what claims are about. */
  public Geometry withEstimands(Map<String, @Nullable Double> estimands) {
    return with(draft -> draft.estimands = estimands);
  }

  private Geometry with(Consumer<Draft> change) {
    Draft draft = new Draft();
    change.accept(draft);
    return new Geometry(
        schema,
        model,
        step,
        corpus,
        layers,
        draft.types,
        draft.wordClasses,
        draft.evaluation,
        draft.spaces,
        draft.findings,
        draft.sentenceSpace,
        draft.estimands,
        draft.advice);
  }

  /** What is said besides the layers, to be changed. */
  private final class Draft {
    private @Nullable List<TokenType> types = Geometry.this.types;
    private @Nullable List<WordClass> wordClasses = Geometry.this.wordClasses;
    private @Nullable List<Evaluation.Set> evaluation = Geometry.this.evaluation;
    private @Nullable List<Space> spaces = Geometry.this.spaces;
    private @Nullable List<Finding> findings = Geometry.this.findings;
    private @Nullable SentenceSpace sentenceSpace = Geometry.this.sentenceSpace;
    private @Nullable Map<String, @Nullable Double> estimands = Geometry.this.estimands;
    private @Nullable List<Advice> advice = Geometry.this.advice;
  }

  /**
   * The text measured over.
   *
   * @param sentences how many sentences
   * @param tokens how many attended tokens, special tokens included unless said otherwise
   * @param truncated how many sentences were cut at the maximum length
   * @param specialTokens whether [CLS] and [SEP] were counted
   */
  public record Corpus(long sentences, long tokens, long truncated, boolean specialTokens) {}

  /**
   * The measures of one layer, as the classes of the same names in {@code org.isoscope.geometry}
   * define them.
   *
   * @param layer 0 is the embedding output
   * @param anisotropy expected cosine of two tokens of different sentences, -1 to 1
   * @param selfSimilarity mean over token types of the mean cosine of their occurrences, -1 to 1
   * @param adjustedSelfSimilarity selfSimilarity - anisotropy
   * @param intraSentenceSimilarity mean cosine of tokens with their sentence's mean, -1 to 1
   * @param adjustedIntraSentenceSimilarity intraSentenceSimilarity - anisotropy
   * @param meanNorm mean Euclidean norm of the tokens
   * @param centroidNorm norm of the mean token: how far the cloud sits from the origin
   * @param isoScore 0 (a line) to 1 (every direction alike); null where it was not measured
   * @param debiasedIsoScore the same without the effect of the sample's size; may exceed 1 a little
   * @param rogueDimensions the dimensions with the largest shares of the mean cosine, largest first
   * @param detail more of it; absent at probes
   * @param figures what {@link LayerFigures} lists besides, by key, in the order of the keys; null
   *     where undefined, absent where not measured
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Layer(
      int layer,
      @Nullable Double anisotropy,
      @Nullable Double selfSimilarity,
      @Nullable Double adjustedSelfSimilarity,
      @Nullable Double intraSentenceSimilarity,
      @Nullable Double adjustedIntraSentenceSimilarity,
      @Nullable Double meanNorm,
      @Nullable Double centroidNorm,
      @Nullable Double isoScore,
      @Nullable Double debiasedIsoScore,
      List<RogueDimension> rogueDimensions,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LayerDetail detail,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, @Nullable Double> figures) {

    /** Keeps its own copies of the list and the map. */
    public Layer {
      rogueDimensions = List.copyOf(Objects.requireNonNull(rogueDimensions, "rogueDimensions"));
      // Absent in files of before this field, and of what has no tokens.
      figures =
          Collections.unmodifiableSortedMap(
              figures == null ? new TreeMap<>() : new TreeMap<>(figures));
    }

    /** A layer without the figures that have no field of their own. */
    public Layer(
        int layer,
        @Nullable Double anisotropy,
        @Nullable Double selfSimilarity,
        @Nullable Double adjustedSelfSimilarity,
        @Nullable Double intraSentenceSimilarity,
        @Nullable Double adjustedIntraSentenceSimilarity,
        @Nullable Double meanNorm,
        @Nullable Double centroidNorm,
        @Nullable Double isoScore,
        @Nullable Double debiasedIsoScore,
        List<RogueDimension> rogueDimensions,
        @Nullable LayerDetail detail) {
      this(
          layer,
          anisotropy,
          selfSimilarity,
          adjustedSelfSimilarity,
          intraSentenceSimilarity,
          adjustedIntraSentenceSimilarity,
          meanNorm,
          centroidNorm,
          isoScore,
          debiasedIsoScore,
          rogueDimensions,
          detail,
          Map.of());
    }
  }

  /**
   * One dimension's share of the mean cosine.
   *
   * @param dimension index from 0
   * @param share of the mean cosine, self pairs included: 0 to 1, all dimensions' shares sum to 1
   */
  public record RogueDimension(int dimension, double share) {}

  /**
   * One token type in the last layer.
   *
   * @param token the token as the vocabulary writes it
   * @param occurrences in the corpus
   * @param sentences it occurs in
   * @param selfSimilarity mean cosine of its occurrences, one per sentence, -1 to 1
   * @param wordClass "content", "function" or "other", as most of its occurrences are tagged;
   *     "special" for [CLS] and the like; absent where the text was not tagged
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TokenType(
      String token,
      long occurrences,
      long sentences,
      double selfSimilarity,
      @Nullable String wordClass) {
    /** Refuses what has no token. */
    public TokenType {
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * The token types of a word class in the last layer.
   *
   * @param wordClass as in {@link TokenType}
   * @param types how many token types
   * @param adjustedSelfSimilarity mean over them, each counting alike, of self-similarity -
   *     anisotropy
   * @param interval its 95 % interval over sentences; absent where there was not enough memory or
   *     text for one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WordClass(
      String wordClass, long types, double adjustedSelfSimilarity, @Nullable Interval interval) {
    /** Refuses what has no class. */
    public WordClass {
      Objects.requireNonNull(wordClass, "wordClass");
    }
  }
}
