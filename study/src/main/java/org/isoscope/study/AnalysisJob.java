package org.isoscope.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.DetailedGeometry;
import org.isoscope.evaluation.RelatedVectors;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.io.UserError;
import org.isoscope.results.CalibrationFile;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.TokenView;
import org.isoscope.torch.Precision;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of a model over a text, from their names to a result directory. The job holds
 * settings only and may be run more than once. Setters give the job itself; it is not for several
 * threads at once.
 */
public final class AnalysisJob {
  /** What {@code run.json} calls it. */
  public static final String COMMAND = "analyze";

  private final ModelChoice model;
  private final Corpus text;
  private @Nullable Pooling pooling;
  private boolean specialTokens = true;
  private boolean thorough;
  private PartOfSpeech tagger = PartOfSpeech.english();
  private @Nullable PairCorpus related;
  private @Nullable List<Integer> relatedGroups;
  private SpaceSettings space = SpaceSettings.DEFAULT;
  private Seed seed = new Seed(42);
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * A job with the settings that {@code isoscope analyze} has by default.
   *
   * @param text no two sentences of one of its groups, or near copies, are an unrelated pair;
   *     intervals are over groups
   */
  public AnalysisJob(ModelChoice model, Corpus text) {
    this.model = model;
    this.text = text;
  }

  /** Of the sentence embeddings. Default: null, the model's own, else mean. */
  public AnalysisJob pooling(@Nullable Pooling pooling) {
    this.pooling = pooling;
    return this;
  }

  /** Whether [CLS] and [SEP] count as tokens. Default: yes. */
  public AnalysisJob specialTokens(boolean specialTokens) {
    this.specialTokens = specialTokens;
    return this;
  }

  /** Whether to take the second pass of {@link DetailedGeometry}. Default: no. */
  public AnalysisJob thorough(boolean thorough) {
    this.thorough = thorough;
    return this;
  }

  /** Of the text. Default: the English one. */
  public AnalysisJob tagger(PartOfSpeech tagger) {
    this.tagger = tagger;
    return this;
  }

  /**
   * Pairs that belong together. Thresholds are then of the first text of a pair against the second
   * of others: of pairs that have no text in common, near copies included.
   */
  public AnalysisJob related(@Nullable PairCorpus pairs) {
    return related(pairs, pairs == null ? null : GroupedCorpus.ofPairs(pairs));
  }

  /**
   * Pairs that belong together.
   *
   * @param groups a number for each pair: those of different groups are unrelated
   */
  public AnalysisJob related(@Nullable PairCorpus pairs, @Nullable List<Integer> groups) {
    this.related = pairs;
    this.relatedGroups = groups == null ? null : List.copyOf(groups);
    return this;
  }

  /** How the sentence embeddings are measured. Default: {@link SpaceSettings#DEFAULT}. */
  public AnalysisJob space(SpaceSettings space) {
    this.space = space;
    return this;
  }

  /** Of every draw. Default: 42. */
  public AnalysisJob seed(Seed seed) {
    this.seed = seed;
    return this;
  }

  /** Cores to use. Default: all. */
  public AnalysisJob threads(int threads) {
    this.threads = threads;
    return this;
  }

  /**
   * What was measured.
   *
   * @param geometry with its spaces
   * @param calibration thresholds of cosines; null where there are no pairs
   * @param views of the tokens of some sentences
   * @param report the report's file
   */
  public record Result(
      Geometry geometry, @Nullable CalibrationFile calibration, TokenView views, Path report) {}

  /** Measures, and writes everything into a directory. */
  public Result run(Path out, JobListener listener) {
    return run(
        out, new RunRecord(COMMAND, List.of(), named(), seed.value(), threads, listener), listener);
  }

  /**
   * Measures, and writes everything into a directory.
   *
   * @param out there or to be made
   * @param record begun, with every setting
   * @throws UserError where a model or a text cannot be read, or another command is at work in the
   *     directory
   */
  public Result run(Path out, RunRecord record, JobListener listener) {
    try (RunPlace place = RunPlace.take(record.command(), out)) {
      return measured(place.results(), record, listener);
    }
  }

  private Result measured(ResultDirectory results, RunRecord record, JobListener listener) {
    try (Encoder encoder = model.open(threads, Precision.FP32, listener)) {
      Pooling used = pooling == null ? encoder.pooling() : pooling;
      record.set("pooling", used.label());
      record.model(model.name(), encoder);
      record.data(text);
      TokenizedText tokens = encoder.tokenizer().tokenize(text.sentences());
      record.truncation(text.name(), tokens, encoder);
      List<Integer> groupOf = GroupedCorpus.of(text).groupsOf(text.sentences());
      TextAnalysis analysis = new TextAnalysis(model.name(), text.name(), space, seed, threads);
      DetailedGeometry measures = analysis.layers(specialTokens, thorough);
      encoder.onBatch(listener.pass(measures.passes() * tokens.tokens()));
      Spaces spaces = analysis.spaces(encoder, used);
      int[] chosen = analysis.drawn(Arrays.stream(record.distinct(text, tokens)));
      SentenceVectors embeddings = SentenceVectors.pooled(encoder, chosen, used);
      Geometry geometry =
          WordClasses.of(encoder, text.sentences(), tagger)
              .label(measures.measure(encoder, model.name(), tokens, groupOf, embeddings))
              .geometry();
      boolean normalizes = encoder.normalizes();
      int[] place = new int[1];
      embeddings.forEach(
          vector -> {
            int sentence = chosen[place[0]++];
            spaces.add(
                sentence, normalizes ? Encoder.normalized(vector) : vector, groupOf.get(sentence));
          });
      TextAnalysis.Measured measured =
          analysis.measure(
              geometry,
              spaces,
              "isoscope transform --model "
                  + Advices.word(model.name())
                  + " --text "
                  + Advices.word(text.name()),
              related(encoder, used, record),
              record,
              listener);
      CalibrationFile calibration = measured.calibration();
      TokenViews shown = TokenViews.choose(encoder, text, tagger);
      TokenView views = shown.join(List.of(shown.measure(encoder, model.name(), null)));
      results.clear();
      results.write(measured.geometry());
      if (calibration != null) {
        results.write(calibration);
      }
      results.write(views);
      return new Result(measured.geometry(), calibration, views, record.end(results, true));
    }
  }

  /** The vectors of pairs that belong together, query and document: of all, or of a sample. */
  private @Nullable RelatedVectors related(Encoder encoder, Pooling pooling, RunRecord record) {
    PairCorpus pairs = related;
    List<Integer> groups = relatedGroups;
    if (pairs == null || groups == null) {
      return null;
    }
    record.data(pairs);
    int[] drawn = VectorAnalysis.drawnPairs(pairs.pairs().size(), space, seed);
    List<float[][]> sides = new ArrayList<>();
    record.usedPrompts(model.name(), encoder);
    for (Function<PairCorpus.Pair, String> side :
        List.<Function<PairCorpus.Pair, String>>of(
            PairCorpus.Pair::first, PairCorpus.Pair::second)) {
      Encoder prompted = sides.isEmpty() ? encoder.forQueries() : encoder.forDocuments();
      TokenizedText tokens =
          prompted
              .tokenizer()
              .tokenize(
                  Arrays.stream(drawn).mapToObj(i -> side.apply(pairs.pairs().get(i))).toList());
      record.truncation(pairs.name(), tokens, encoder);
      sides.add(prompted.encode(tokens, pooling));
    }
    return RelatedVectors.of(
        pairs.name(),
        sides.get(0),
        sides.get(1),
        Arrays.stream(drawn).mapToObj(groups::get).toList());
  }

  private Map<String, @Nullable Object> named() {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    named.put("model", model.name());
    named.put("keep-layers", model.keepLayers());
    named.put("max-length", model.maxLength());
    named.put("prompt", model.prompts().all());
    named.put("query-prompt", model.prompts().query());
    named.put("document-prompt", model.prompts().document());
    named.put("text", text.name());
    named.put("special-tokens", specialTokens ? "yes" : "no");
    named.put("thorough", thorough);
    named.put("pooling", pooling == null ? null : pooling.label());
    named.put("related", related == null ? null : related.name());
    named.put("sample", space.sample());
    named.put("rate", space.rates());
    return named;
  }
}
