package org.isoscope.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.Retrieval;
import org.isoscope.evaluation.SelfSimilarityChange;
import org.isoscope.evaluation.SemanticTextualSimilarity;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.report.Report;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.EventFile;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TokenView;
import org.isoscope.training.Checkpoint;
import org.isoscope.training.Checkpoints;
import org.isoscope.training.InLoopEvaluation;
import org.isoscope.training.Probe;
import org.isoscope.training.Trainer;
import org.isoscope.training.TrainingItems;
import org.isoscope.training.TrainingRun;
import org.isoscope.training.TrainingSettings;
import org.jspecify.annotations.Nullable;

/**
 * A training from open model to report: what {@code train} and {@code demo} share.
 *
 * @param model as the user names it
 * @param data to train on
 * @param probeText whose geometry is followed; absent where it is the data's own
 * @param sts scored pairs, evaluated before, at the probes and after
 * @param retrieval pairs, evaluated before and after
 * @param tagger of the text whose geometry is followed
 */
record TrainingSession(
    String model,
    TrainingData data,
    @Nullable Corpus probeText,
    List<ScoredPairCorpus> sts,
    @Nullable PairCorpus retrieval,
    PartOfSpeech tagger) {

  void run(
      CommonOptions common,
      TrainingOptions options,
      ModelOptions models,
      Path out,
      RunRecord record,
      Progress progress,
      PrintWriter console) {
    TrainingSettings asked = options.settings(common.seed(), data.pairs(), data.negatives());
    InLoopEvaluation evaluation = options.evaluation(sts);
    ResultDirectory results = common.results(record.command(), out);
    if (options.resume == null) {
      requireNothingToResume(results);
    }
    Path directory = ModelOptions.resolve(model, progress);
    int threads = common.threads();
    String chosen =
        options.precision().label() + ", " + threads + (threads == 1 ? " thread" : " threads");
    record.precision(chosen);
    record.set("precision", options.precision().label());
    try (Encoder encoder = models.open(directory, common.threads(), options.precision());
        TrainingItems items = data.items(encoder, record)) {
      record.model(model, encoder);
      TrainingSettings settings = options.epochs == 0 ? asked : asked.epochs(options.epochs, items);
      record.set("steps", settings.steps());
      Corpus probed = sample(options, settings, record);
      TokenizedText probeTokens = encoder.tokenizer().tokenize(probed.sentences());
      if (probeText != null) { // else it has been said
        record.truncation(probed.name() + " (probes)", probeTokens, encoder);
      }
      sts.forEach(set -> record.truncation(set, encoder));
      TokenViews views = TokenViews.choose(encoder, probed);
      progress.say(
          String.format(
              Locale.ROOT,
              "Training %s (%d layers) on %,d items: %d steps of %d, %s, %s pooling, %s",
              model,
              encoder.config().layers(),
              items.size(),
              settings.steps(),
              settings.accumulate() * settings.batchSize(),
              settings.objective().description(),
              settings.pooling().label(),
              chosen));
      Checkpoints checkpoints =
          new Checkpoints(
              checkpoints(results),
              record.fingerprint(),
              options.checkpointEvery,
              options.keepCheckpoints);
      Checkpoint from = options.resume == null ? null : resumed(checkpoints, record, results);
      try (Trainer trainer = new Trainer(encoder, items, settings)) {
        Interrupt.listen();
        if (options.resume == null) {
          results.clear();
          checkpoints.clear();
        } else { // what an early end wrote; what is known of the run stays at every moment
          results.clear("run.json", "metrics.jsonl", "geometry.jsonl", "tensorboard");
        }
        record.write(results, false);
        List<TokenView.View> viewsBefore = views.measure(encoder, "before");
        List<Evaluation.Set> sets = new ArrayList<>(evaluate(encoder, settings, 0));
        List<Evaluation.Retrieval> found = new ArrayList<>(retrieve(encoder, settings, 0));
        Probe probe =
            new Probe(
                model,
                probeTokens,
                WordClasses.of(encoder, probed.sentences(), tagger),
                options.probePairs(sts, common.seed()),
                settings.pooling());
        TrainingRun run;
        try (EventFile events = options.tensorboard ? events(results, options, from) : null) {
          run =
              TrainingRun.run(
                  trainer,
                  encoder,
                  probe,
                  evaluation,
                  settings.steps(),
                  results,
                  checkpoints,
                  from,
                  Interrupt::requested,
                  new Told(progress, record, settings.steps(), events));
        }
        if (!run.completed()) {
          record.note(
              "ended early, after step " + run.metrics().size() + " of " + settings.steps());
        }
        noteEvaluation(run, trainer, evaluation, settings, record);
        List<Evaluation.Set> all = new ArrayList<>(sets);
        run.evaluations().stream()
            .filter(set -> !Objects.equals(set.step(), trainer.step()))
            .forEach(all::add);
        if (trainer.step() > 0) {
          List<Evaluation.Set> after = evaluate(encoder, settings, trainer.step());
          sets.addAll(after);
          all.addAll(after);
          all.sort(Comparator.comparing(set -> Objects.requireNonNull(set.step())));
          found.addAll(retrieve(encoder, settings, trainer.step()));
        }
        encoder.save(out.resolve("model"), settings.pooling());
        Comparison comparison =
            SelfSimilarityChange.compare(
                run.probes().get(0), run.probes().get(run.probes().size() - 1));
        results.write(comparison);
        results.write(views.join(viewsBefore, views.measure(encoder, "after")));
        results.write(
            new Evaluation(Evaluation.SCHEMA, model, all, found.isEmpty() ? null : found));
        record.set("probe-sentences", probed.sentences().size());
        for (String name : trainer.learned().names()) {
          record.set(name, trainer.learned().buffer(name).get(0));
        }
        Run told = record.write(results, run.completed());
        WholeFile.writeText(
            out.resolve("model").resolve("README.md"),
            new ModelCard(model, encoder, settings.pooling(), told, comparison, sets, found)
                .text());
        Path report = Report.write(results);
        progress.say(
            String.format(
                Locale.ROOT,
                "Trained %d steps in %s; probes took %s (%.1f %% of that).",
                run.metrics().size(),
                Progress.duration(run.trainingSeconds()),
                Progress.duration(run.probeSeconds()),
                100 * run.probeSeconds() / Math.max(run.trainingSeconds(), 1e-9)));
        console.println();
        console.print(BeforeAfter.of(comparison, sets, found));
        console.println();
        console.println("Model:  " + out.resolve("model"));
        console.println("Report: " + report);
      }
    }
  }

  /** Says where the training did not end with its last step's weights, after all its steps. */
  private static void noteEvaluation(
      TrainingRun run,
      Trainer trainer,
      InLoopEvaluation evaluation,
      TrainingSettings settings,
      RunRecord record) {
    int last = run.metrics().size();
    if (run.completed() && last < settings.steps()) {
      record.note(
          "ended at step "
              + last
              + " of "
              + settings.steps()
              + ": the last better evaluation was that of step "
              + run.best());
    }
    if (trainer.step() < last) {
      record.note(
          "the model is that of step "
              + trainer.step()
              + ", the best; the geometry after is that of step "
              + last);
    } else if (evaluation.keepBest() && run.best() > 0 && run.best() < last) {
      record.note(
          "the checkpoint of the best step, " + run.best() + ", is damaged: the model is the last");
    }
  }

  private static Path checkpoints(ResultDirectory results) {
    return results.path().resolve("checkpoints");
  }

  /** A training that has not ended is not lost by beginning it again. */
  private static void requireNothingToResume(ResultDirectory results) {
    if (Checkpoints.any(checkpoints(results))
        && results.run().isPresent()
        && !results.run().get().completed()) {
      throw new UserError(
          "--out " + results.path(),
          "has the checkpoints of a training that has not ended",
          "a place without",
          "Go on with it with --resume, name another place, or delete " + checkpoints(results));
    }
  }

  /** Where to go on; null where no checkpoint is whole. */
  private static @Nullable Checkpoint resumed(
      Checkpoints checkpoints, RunRecord record, ResultDirectory results) {
    Checkpoint found = checkpoints.newest(record::note).orElse(null);
    record.note(
        found == null
            ? "no checkpoint in " + results.path() + ": begun anew"
            : "resumed after step " + found.state().step());
    return found;
  }

  /** A new event file; that of a resumed training takes over from where the others leave off. */
  private static EventFile events(
      ResultDirectory results, TrainingOptions options, @Nullable Checkpoint from) {
    EventFile events = EventFile.create(results.events(), InstantSource.system());
    if (options.resume != null) {
      events.restart(from == null ? 0 : from.state().step() + 1);
    }
    return events;
  }

  private Corpus sample(TrainingOptions options, TrainingSettings settings, RunRecord record) {
    int evaluated =
        sts.stream().mapToInt(s -> 2 * Math.min(options.probePairs, s.pairs().size())).sum();
    int wanted = options.probeSentences(settings.steps(), evaluated);
    Corpus sample =
        probeText == null
            ? data.probes(wanted, settings.seed())
            : TextOptions.sample(probeText, wanted, settings.seed());
    record.data(sample);
    sts.forEach(record::data);
    if (retrieval != null) {
      record.data(retrieval);
    }
    return sample;
  }

  private List<Evaluation.Set> evaluate(Encoder encoder, TrainingSettings settings, int step) {
    return sts.stream()
        .flatMap(
            set ->
                SemanticTextualSimilarity.evaluate(encoder, set, List.of(settings.pooling()), step)
                    .stream())
        .toList();
  }

  private List<Evaluation.Retrieval> retrieve(
      Encoder encoder, TrainingSettings settings, int step) {
    return retrieval == null
        ? List.of()
        : List.of(Retrieval.evaluate(encoder, retrieval, settings.pooling(), step));
  }

  /** Tells a person what happens, and TensorBoard where that is wanted. */
  private static final class Told implements TrainingRun.Listener {
    private final Progress progress;
    private final RunRecord record;
    private final int steps;
    private final @Nullable TensorBoard board;
    private int taken;
    private double seconds;
    private long tokens;
    private double loss;
    private String anisotropy = "";

    Told(Progress progress, RunRecord record, int steps, @Nullable EventFile events) {
      this.progress = progress;
      this.record = record;
      this.steps = steps;
      this.board = events == null ? null : new TensorBoard(events);
    }

    @Override
    public void step(StepMetrics metrics) {
      taken++; // here, which in a resumed training are not all
      seconds += metrics.seconds();
      tokens += metrics.tokens();
      loss = taken == 1 ? metrics.loss() : 0.9 * loss + 0.1 * metrics.loss();
      double left = seconds / taken * (steps - metrics.step());
      progress.update(
          metrics.step(),
          steps,
          String.format(
              Locale.ROOT,
              "loss %.4f  rate %.2g  %,.0f tokens/s  %s left%s",
              loss,
              metrics.learningRate(),
              tokens / seconds,
              Progress.duration(left),
              anisotropy));
      if (board != null) {
        board.step(metrics);
      }
    }

    @Override
    public void probe(Geometry geometry) {
      Geometry.Layer last = geometry.layers().get(geometry.layers().size() - 1);
      anisotropy = "  anisotropy " + Table.number(last.anisotropy(), 3);
      if (board != null) {
        board.probe(geometry);
      }
    }

    @Override
    public void evaluation(List<Evaluation.Set> sets) {
      for (Evaluation.Set set : sets) {
        progress.say(
            "step " + set.step() + ": " + set.name() + " " + Table.number(set.spearman(), 4));
      }
      if (board != null) {
        board.evaluation(sets);
      }
    }

    @Override
    public void collapsed(StepMetrics metrics) {
      record.note(
          String.format(
              Locale.ROOT,
              "at step %d all embeddings are nearly alike (mean cosine %.4f): the model has"
                  + " collapsed; a smaller --learning-rate may prevent it",
              metrics.step(),
              metrics.meanCosine()));
    }
  }
}
