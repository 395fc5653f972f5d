package org.isoscope.study;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.DetailedGeometry;
import org.isoscope.evaluation.MeasuredTokens;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.evaluation.Retrieval;
import org.isoscope.evaluation.SelfSimilarityChange;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.evaluation.SpaceComparison;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.io.UserError;
import org.isoscope.results.Claims;
import org.isoscope.results.Comparison;
import org.isoscope.results.ResultDirectory;
import org.isoscope.torch.Precision;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;

/**
 * Two models over the same text, from their names to a result directory. The job holds settings
 * only and may be run more than once. Setters give the job itself; it is not for several threads at
 * once.
 */
public final class ComparisonJob {
  /** What {@code run.json} calls it. */
  public static final String COMMAND = "compare";

  private final ModelChoice before;
  private final ModelChoice after;
  private final Corpus text;
  private boolean specialTokens = true;
  private PartOfSpeech tagger = PartOfSpeech.english();
  private Seed seed = new Seed(42);
  private int threads = Runtime.getRuntime().availableProcessors();
  private @Nullable PairCorpus retrieval;

  /** Sentences that the evidence rests on, at most. */
  private static final int REFERENCE_SENTENCES = 1500;

  /**
   * A job with the settings that {@code isoscope compare} has by default.
   *
   * @param text its groups, and near copies, are the units that errors are estimated from
   */
  public ComparisonJob(ModelChoice before, ModelChoice after, Corpus text) {
    this.before = before;
    this.after = after;
    this.text = text;
  }

  /** Whether [CLS] and [SEP] count as tokens. Default: yes. */
  public ComparisonJob specialTokens(boolean specialTokens) {
    this.specialTokens = specialTokens;
    return this;
  }

  /** Of the text. Default: the English one. */
  public ComparisonJob tagger(PartOfSpeech tagger) {
    this.tagger = tagger;
    return this;
  }

  /** Of every draw. Default: 42. */
  public ComparisonJob seed(Seed seed) {
    this.seed = seed;
    return this;
  }

  /** Cores to use. Default: all. */
  public ComparisonJob threads(int threads) {
    this.threads = threads;
    return this;
  }

  /** Pairs of which the second is to be found from the first, by both. Default: null, none. */
  public ComparisonJob retrieval(@Nullable PairCorpus pairs) {
    this.retrieval = pairs;
    return this;
  }

  /**
   * What differs.
   *
   * @param comparison of the two models
   * @param claims what this comparison says of the paper's claims
   * @param report the report's file
   */
  public record Result(Comparison comparison, Claims claims, Path report) {}

  /** What is kept of a model after it is closed. */
  private record Measured(
      DetailedGeometry.Measured geometry,
      TokenizedText text,
      SentenceVectors means,
      WordClasses classes,
      TokenViews chosen,
      MeasuredTokens tokens,
      Untrained reference,
      Untrained.@Nullable Change change,
      @Nullable Retrieval found) {}

  /** Compares, and writes everything into a directory. */
  public Result run(Path out, JobListener listener) {
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("before", before.name());
    named.put("after", after.name());
    named.put("text", text.name());
    named.put("special-tokens", specialTokens ? "yes" : "no");
    return run(
        out, new RunRecord(COMMAND, List.of(), named, seed.value(), threads, listener), listener);
  }

  /**
   * Compares, and writes everything into a directory.
   *
   * @param out there or to be made
   * @param record begun, with every setting
   * @throws UserError where a model or a text cannot be read, the models have no vocabulary in
   *     common, or another command is at work in the directory
   */
  public Result run(Path out, RunRecord record, JobListener listener) {
    try (RunPlace place = RunPlace.take(record.command(), out)) {
      return compare(place.results(), record, listener);
    }
  }

  private Result compare(ResultDirectory results, RunRecord record, JobListener listener) {
    record.data(text);
    if (retrieval != null) {
      record.data(retrieval);
    }
    GroupedCorpus groups = GroupedCorpus.of(text);
    Measured first = measure(before, "before", groups, null, record, listener);
    Measured second = measure(after, "after", groups, first, record, listener);
    Untrained.Change change = Objects.requireNonNull(second.change());
    Comparison comparison =
        SelfSimilarityChange.compare(first.geometry(), second.geometry())
            .withTestedTypes(change.types())
            .withSpaces(
                SpaceComparison.of(
                    first.means(), second.means(), seed.derive("coverage", 0), threads))
            .withRetrieval(
                first.found() == null || second.found() == null
                    ? null
                    : second.found().since(first.found(), seed.derive("permutations", 0)));
    results.clear();
    results.write(comparison);
    results.write(first.chosen().join(List.of(first.tokens(), second.tokens())));
    Claims claims =
        Evidences.claims(Map.of("before", before.name(), "after", after.name()), change.evidence());
    results.write(change.evidence());
    results.write(claims);
    return new Result(comparison, claims, record.end(results, true));
  }

  private Measured measure(
      ModelChoice model,
      String label,
      GroupedCorpus groups,
      @Nullable Measured other,
      RunRecord record,
      JobListener listener) {
    try (Encoder encoder = model.open(threads, Precision.FP32, listener)) {
      record.model(model.name(), encoder);
      if (retrieval != null) {
        record.prompts(model.name(), encoder);
      }
      TokenizedText tokens = encoder.tokenizer().tokenize(text.sentences());
      if (other == null) {
        record.truncation(text.name(), tokens, encoder);
      } else {
        requireSameTokens(tokens, other.text());
      }
      encoder.onBatch(listener.pass(tokens.tokens()));
      WordClasses classes =
          other == null ? WordClasses.of(encoder, text.sentences(), tagger) : other.classes();
      SentenceVectors means =
          SentenceVectors.meanOfEachLayer(
              seed.draw("compared", tokens.size(), SpaceComparison.SENTENCES),
              encoder.config().hiddenSize(),
              encoder.config().layers());
      DetailedGeometry.Measured geometry =
          classes.label(
              new DetailedGeometry(specialTokens, false, seed.derive("types", 0))
                  .measure(
                      encoder, model.name(), tokens, groups.groupsOf(text.sentences()), means));
      TokenViews chosen = other == null ? TokenViews.choose(encoder, text, tagger) : other.chosen();
      Untrained own =
          other == null
              ? Untrained.of(encoder, encoder.pooling(), reference(encoder, groups), false)
              : other.reference();
      return new Measured(
          geometry,
          tokens,
          means,
          classes,
          chosen,
          chosen.measure(encoder, label, null),
          own,
          other == null ? null : own.change(model.name(), encoder, encoder.pooling(), null),
          retrieval == null
              ? null
              : Retrieval.of(encoder, RetrievalCorpus.of(retrieval), encoder.pooling()));
    }
  }

  private ReferenceText reference(Encoder encoder, GroupedCorpus groups) {
    return ReferenceText.of(
        encoder,
        groups,
        tagger,
        ReferenceText.Settings.of(REFERENCE_SENTENCES, TrainingJob.REFERENCE_SEED));
  }

  private void requireSameTokens(TokenizedText tokens, TokenizedText other) {
    for (int i = 0; i < tokens.size(); i++) {
      if (!Arrays.equals(tokens.sentences().get(i), other.sentences().get(i))) {
        throw new UserError(
            after.name(),
            "cuts the text into other tokens than "
                + before.name()
                + ", first in sentence "
                + (i + 1),
            "two models of one vocabulary and one maximum length",
            "Compare models with the same tokenizer, or give both the same "
                + UserError.name("maxLength"));
      }
    }
  }
}
