package org.isoscope.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.GroupedCorpus;
import org.isoscope.corpus.PairCorpus;
import org.isoscope.corpus.PartOfSpeech;
import org.isoscope.corpus.RetrievalCorpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.ReferenceText;
import org.isoscope.evaluation.Retrieval;
import org.isoscope.evaluation.SelfSimilarityChange;
import org.isoscope.evaluation.SemanticTextualSimilarity;
import org.isoscope.evaluation.WordClasses;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.results.Claims;
import org.isoscope.results.Comparison;
import org.isoscope.results.Evaluation;
import org.isoscope.results.EventFile;
import org.isoscope.results.Figure;
import org.isoscope.results.Geometry;
import org.isoscope.results.ResultDirectory;
import org.isoscope.results.Run;
import org.isoscope.results.StepMetrics;
import org.isoscope.results.TestedTypes;
import org.isoscope.study.claims.Hypothesis;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Processes;
import org.isoscope.training.Checkpoint;
import org.isoscope.training.Checkpoints;
import org.isoscope.training.InLoopEvaluation;
import org.isoscope.training.Probe;
import org.isoscope.training.SameTraining;
import org.isoscope.training.Seed;
import org.isoscope.training.Trainer;
import org.isoscope.training.TrainingItems;
import org.isoscope.training.TrainingRun;
import org.isoscope.training.TrainingSettings;
import org.jspecify.annotations.Nullable;

/**
 * A training from a model's name to a result directory: what the command line, a sweep and a Java
 * program run alike.
 *
 * <pre>{@code
 * TrainingJob.Result result =
 *     new TrainingJob(new ModelChoice("all-minilm-l6-v2"), TrainingData.sentences("tickets.txt"))
 *         .settings(TrainingSettings.defaults().withSteps(100))
 *         .run(Path.of("run1"), JobListener.SILENT);
 * }</pre>
 *
 * <p>The job holds settings only and may be run more than once. Setters give the job itself; it is
 * not for several threads at once.
 */
public final class TrainingJob {
  /** What {@code run.json} calls it. */
  public static final String COMMAND = "train";

  /** Share of the training time that the probes may take, a little less than what they do. */
  private static final double PROBE_SHARE = 0.10;

  /** A forward pass, and the measures, IsoScore above all, for half as much again. */
  private static final double PROBE_COST = 1.5;

  /** Share of the training time that the evidence may take: a pass before and one after. */
  private static final double REFERENCE_SHARE = 0.05;

  /**
   * Share of the training time that searching what is held out may take at the probes, beside
   * before and after.
   */
  private static final double HELD_OUT_SHARE = 0.10;

  /** Share of the training time that all measuring takes, about, unless set otherwise. */
  public static final double MEASURING_SHARE = PROBE_SHARE + REFERENCE_SHARE;

  /** Fewer sentences carry no evidence, whatever they cost. */
  private static final int LEAST_REFERENCE = 100;

  private static final int MOST_REFERENCE = 2000;

  /** The part of the reference text that each probe measures has so many sentences fewer. */
  private static final int COURSE_FRACTION = 8;

  /** Does not follow the training's seed: trainings of several seeds have one reference text. */
  static final long REFERENCE_SEED = 1;

  private static final int FEWEST_PROBED = 32;
  private static final int MOST_PROBED = 2000;

  private final ModelChoice model;
  private final TrainingData data;
  private TrainingSettings settings = TrainingSettings.defaults();
  private int epochs;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Precision precision;
  private @Nullable Corpus probeText;
  private int probeSentences;
  private int probePairs = 64;
  private List<ScoredPairCorpus> sts = List.of();
  private @Nullable PairCorpus retrieval;
  private HoldOut holdOut = HoldOut.AUTO;
  private PartOfSpeech tagger = PartOfSpeech.english();
  private InLoopEvaluation evaluation = InLoopEvaluation.NONE;
  private int checkpointEvery;
  private int keepCheckpoints = 2;
  private boolean resume;
  private boolean overwrite;
  private boolean tensorBoard;
  private int referenceSentences;
  private boolean saveModel = true;
  private @Nullable SharedWork shared; // null: its own
  private boolean attributed;
  private Processes processes = Processes.alone();

  /** A job with the settings that {@code isoscope train} has by default. */
  public TrainingJob(ModelChoice model, TrainingData data) {
    this.model = model;
    this.data = data;
    this.precision = Precision.parse("auto", model.device());
  }

  /** How to train. Default: {@link TrainingSettings#defaults}. */
  public TrainingJob settings(TrainingSettings settings) {
    this.settings = settings;
    return this;
  }

  /** Passes over the data, instead of the settings' steps. Default: 0, as the settings say. */
  public TrainingJob epochs(int epochs) {
    this.epochs = atLeast("epochs", epochs, 0);
    return this;
  }

  /** Cores to use. Default: all. */
  public TrainingJob threads(int threads) {
    this.threads = atLeast("threads", threads, 1);
    return this;
  }

  /** Of the matrix products while training. Default: bf16 where the device has it, else fp32. */
  public TrainingJob precision(Precision precision) {
    this.precision = precision;
    return this;
  }

  /**
   * Sentences whose geometry is followed.
   *
   * @param text null, which is the default: the training's own
   */
  public TrainingJob probeText(@Nullable Corpus text) {
    this.probeText = text;
    return this;
  }

  /**
   * How many sentences the probes measure, drawn with the seed. Default: 0, as many as keep the
   * probes at about a tenth of the training time.
   */
  public TrainingJob probeSentences(int sentences) {
    this.probeSentences = atLeast("probeSentences", sentences, 0);
    return this;
  }

  /** Scored pairs of each set that the probes evaluate, at most. Default: 64. */
  public TrainingJob probePairs(int pairs) {
    this.probePairs = atLeast("probePairs", pairs, 2);
    return this;
  }

  /** Scored pairs to evaluate: all before and after, some at the probes. Default: none. */
  public TrainingJob sts(List<ScoredPairCorpus> sets) {
    this.sts = List.copyOf(sets);
    return this;
  }

  /** Pairs of which the second is to be found from the first, before and after. Default: none. */
  public TrainingJob retrieval(PairCorpus pairs) {
    this.retrieval = pairs;
    return this;
  }

  /**
   * Rows of pairs that are not learned from: how well the model finds their answers is measured
   * before, after and, where it takes little time or {@link #evaluation} asks for it, meanwhile.
   * Default: {@link HoldOut#AUTO}.
   */
  public TrainingJob holdOut(HoldOut holdOut) {
    this.holdOut = holdOut;
    return this;
  }

  /** Of the text whose geometry is followed. Default: the English one. */
  public TrainingJob tagger(PartOfSpeech tagger) {
    this.tagger = tagger;
    return this;
  }

  /** Evaluation in the course of the training. Default: none. */
  public TrainingJob evaluation(InLoopEvaluation evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Checkpoints.
   *
   * @param every steps from one to the next; 0, which is the default: ten minutes
   * @param keep the last so many; default: 2
   */
  public TrainingJob checkpoints(int every, int keep) {
    this.checkpointEvery = atLeast("checkpointEvery", every, 0);
    this.keepCheckpoints = atLeast("keepCheckpoints", keep, 1);
    return this;
  }

  /**
   * Whether to go on with a training of the same settings that died or was ended early, from its
   * last whole checkpoint. Default: no.
   */
  public TrainingJob resume(boolean resume) {
    this.resume = resume;
    return this;
  }

  /** Whether to replace a model that an earlier training left in the directory. Default: no. */
  public TrainingJob overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /** Whether to write events for TensorBoard too. Default: no. */
  public TrainingJob tensorBoard(boolean tensorBoard) {
    this.tensorBoard = tensorBoard;
    return this;
  }

  /**
   * Sentences that carry the evidence for claims, measured before and after. Default: 0, as many as
   * are affordable beside the probes; where that is too few to carry any, none.
   */
  public TrainingJob referenceSentences(int sentences) {
    UserError.requireRange(
        "referenceSentences",
        sentences,
        sentences == 0 || sentences >= LEAST_REFERENCE,
        "0, or at least " + LEAST_REFERENCE);
    this.referenceSentences = sentences;
    return this;
  }

  /** Whether the trained model is kept. Default: yes. */
  public TrainingJob saveModel(boolean saveModel) {
    this.saveModel = saveModel;
    return this;
  }

  /**
   * Whether the evidence has, too, what tells where an effect comes from and decides no claim: the
   * untrained model whitened, and less its first components. Default: no.
   */
  public TrainingJob attributed(boolean attributed) {
    this.attributed = attributed;
    return this;
  }

  /** What this training has in common with others. Default: nothing. */
  public TrainingJob shared(SharedWork shared) {
    this.shared = shared;
    return this;
  }

  /**
   * The processes that train together, each with the same job: the first one {@link #run}s it, the
   * others {@link #follow}. The caller's to close. Default: this one alone.
   */
  public TrainingJob processes(Processes processes) {
    this.processes = processes;
    return this;
  }

  private static int atLeast(String name, int value, int least) {
    UserError.requireRange(name, value, value >= least, "at least " + least);
    return value;
  }

  /**
   * What came of a training.
   *
   * @param run its probes and metrics
   * @param comparison of the geometry before and after, and of how well the answers of the rows
   *     held out are found
   * @param sets quality before and after
   * @param retrieval likewise, of what {@link TrainingJob#retrieval} names
   * @param claims what this one run says of the paper's claims; null where nothing carries it
   * @param evidenceSeconds wall time of measuring what these rest on, before and after
   * @param model directory of the trained model; not there where it was not to be kept
   * @param report the report's file
   */
  public record Result(
      TrainingRun run,
      Comparison comparison,
      List<Evaluation.Set> sets,
      List<Evaluation.Retrieval> retrieval,
      @Nullable Claims claims,
      double evidenceSeconds,
      Path model,
      Path report) {
    /** Keeps its own copies of the lists. */
    public Result {
      sets = List.copyOf(sets);
      retrieval = List.copyOf(retrieval);
    }
  }

  /**
   * Trains, and writes everything into a directory.
   *
   * @param out there or to be made
   * @throws UserError as {@link #run(Path, RunRecord, JobListener, BooleanSupplier)}
   */
  public Result run(Path out, JobListener listener) {
    return run(out, record(listener), listener, () -> false);
  }

  /** A record of this job, begun, with every setting. */
  public RunRecord record(JobListener listener) {
    return new RunRecord(COMMAND, List.of(), named(), settings.seed().value(), threads, listener);
  }

  /**
   * Trains, and writes everything into a directory.
   *
   * @param out there or to be made
   * @param record begun, with every setting
   * @param stop asked before every step; true ends the training early, with a checkpoint
   * @throws UserError where data, model or settings do not fit each other, where a training that
   *     has not ended lies in the directory, or a model that is not to be overwritten, where
   *     another command is at work in it, and as {@link TrainingRun#run}
   */
  public Result run(Path out, RunRecord record, JobListener listener, BooleanSupplier stop) {
    try (RunPlace place = RunPlace.take(record.command(), out)) {
      if (!resume) {
        requireNothingToLose(place.results());
      }
      return train(place.results(), record, listener, stop);
    } catch (RuntimeException | Error e) {
      tellOthers(e);
      throw e;
    }
  }

  /**
   * Takes part in a training that the first of several processes {@link #run}s: computes its share
   * of every step until that one ends, and writes nothing.
   *
   * @param record begun, with every setting; not written
   * @throws UserError as {@link #run}, and where this process's settings, model or data are others
   *     than the first one's
   */
  public void follow(RunRecord record, JobListener listener) {
    try (Encoder encoder = open(model, record, listener);
        SharedWork work = new SharedWork()) {
      Prepared prepared = prepare(encoder, record, work);
      try (Trainer trainer = trainer(encoder, prepared)) {
        TrainingRun.follow(trainer);
        processes.part();
      }
    } catch (RuntimeException | Error e) {
      tellOthers(e);
      throw e;
    }
  }

  private void tellOthers(Throwable failure) {
    processes.fail(String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
  }

  private String chosen() {
    return precision.label() + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  private Encoder open(ModelChoice model, RunRecord record, JobListener listener) {
    record.precision(chosen());
    record.set("precision", precision.label());
    return model.open(threads, precision, listener);
  }

  /**
   * What is trained on, which every process has.
   *
   * @param learned without what is held out
   * @param used the settings with the number of steps
   */
  private record Prepared(
      PairSplit split, TrainingData learned, TokenizedData tokenized, TrainingSettings used) {}

  private Prepared prepare(Encoder encoder, RunRecord record, SharedWork work) {
    PairSplit split = split(work);
    TrainingData learned = split.heldOut() == null ? data : data.without(split.apart());
    TokenizedData tokenized =
        work.once(
            String.join("\n", "tokens", key(encoder, 0), data.key(settings.seed()))
                + (split.heldOut() == null ? "" : "\n" + splitKey()),
            () -> learned.tokenize(encoder));
    tokenized.tell(record, encoder);
    record.model(model.name(), encoder);
    TrainingSettings used = epochs == 0 ? settings : settings.epochs(epochs, tokenized.items());
    record.set("steps", used.steps());
    record.processes(processes.size());
    SameTraining.require(processes, record.sharedFingerprint());
    return new Prepared(split, learned, tokenized, used);
  }

  private Trainer trainer(Encoder encoder, Prepared prepared) {
    return new Trainer(
        data.encoders(encoder).get(0), prepared.tokenized().items(), prepared.used(), processes);
  }

  private Result train(
      ResultDirectory results, RunRecord record, JobListener listener, BooleanSupplier stop) {
    ModelChoice same = resume ? results.run().map(model::asIn).orElse(model) : model;
    try (Encoder encoder = open(same, record, listener);
        SharedWork own = new SharedWork()) {
      SharedWork work = shared == null ? own : shared;
      Prepared prepared = prepare(encoder, record, work);
      PairSplit split = prepared.split();
      TrainingData learned = prepared.learned();
      TokenizedData tokenized = prepared.tokenized();
      TrainingItems items = tokenized.items();
      TrainingSettings used = prepared.used();
      if (data.tellsApart(encoder) || retrieval != null) {
        record.usedPrompts(model.name(), encoder);
      }
      HeldOut heldOut = heldOut(split, record, listener);
      InLoopEvaluation inLoop =
          heldOut == null
              ? evaluation
              : evaluation.withHeldOut(heldOut.corpus(), isCheap(heldOut, used));
      Pooling pooling = used.pooling() == null ? encoder.pooling() : used.pooling();
      record.set("pooling", pooling.label());
      ReferenceText reference = reference(encoder, used, work);
      ReferenceText course = course(reference);
      Corpus probed = sample(learned, tokenized, used, course, record);
      TokenizedText probeTokens = encoder.tokenizer().tokenize(probed.sentences());
      if (probeText != null) { // else it has been said
        record.truncation(probed.name() + " (probes)", probeTokens, encoder);
      }
      sts.forEach(set -> record.truncation(set, encoder));
      TokenViews views = TokenViews.choose(encoder, probed, tagger);
      listener.say(
          String.format(
              Locale.ROOT,
              "Training %s (%d layers) on %,d items: %d steps of %d, %s, %s pooling, %s",
              model.name(),
              encoder.config().layers(),
              items.size(),
              used.steps(),
              used.accumulate() * used.batchSize(),
              used.objective().description(),
              pooling.label(),
              chosen()
                  + (processes.size() == 1
                      ? ""
                      : " in each of " + processes.size() + " processes")));
      Checkpoints checkpoints =
          new Checkpoints(
              checkpoints(results), record.fingerprint(), checkpointEvery, keepCheckpoints);
      Checkpoint from = resume ? resumed(checkpoints, record, results) : null;
      try (Trainer trainer = trainer(encoder, prepared)) {
        if (!resume) {
          results.clear();
          checkpoints.clear();
        } else { // what an early end wrote; what is known of the run stays at every moment
          results.clear(
              "run.json", "metrics.jsonl", "geometry.jsonl", "tokens.json", "tensorboard");
        }
        TokenCourse tokens = new TokenCourse(views, results);
        if (from != null) {
          tokens.resume(encoder, from);
        }
        if (reference != null) {
          announce(reference, record);
        }
        record.begin(results);
        List<Evaluation.Set> sets =
            new ArrayList<>(evaluateUntrained(encoder, used, pooling, work));
        List<Evaluation.Retrieval> found = new ArrayList<>(retrieve(encoder, pooling, 0));
        Retrieval firstSearch =
            heldOut == null ? null : searchUntrained(encoder, used, pooling, heldOut, work);
        if (heldOut != null && firstSearch != null) {
          record.truncation(
              heldOut.corpus().name(), firstSearch.truncated(), heldOut.texts(), encoder);
        }
        Retrieval lastSearch = null;
        long evidenceStart = System.nanoTime();
        Untrained untrained =
            reference == null ? null : untrained(encoder, used, pooling, reference, work);
        long evidenceNanos = System.nanoTime() - evidenceStart;
        Probe probe =
            new Probe(
                model.name(),
                probeTokens,
                WordClasses.of(encoder, probed.sentences(), tagger),
                sampledPairs(used.seed()),
                pooling,
                course,
                used.seed());
        TrainingRun run;
        try (EventFile events = tensorBoard ? events(results, from) : null) {
          Told told = new Told(listener, record, used.steps(), events, encoder, tokens);
          if (firstSearch != null && from == null) {
            told.search(firstSearch.figures(0));
          }
          run =
              TrainingRun.run(
                  trainer,
                  encoder,
                  probe,
                  inLoop,
                  used.steps(),
                  results,
                  checkpoints,
                  from,
                  stop,
                  told);
          processes.part();
          if (heldOut != null && trainer.step() > 0) {
            lastSearch = Retrieval.of(encoder, heldOut.corpus(), pooling);
            if (run.searches().stream().noneMatch(each -> isAt(trainer.step(), each))) {
              told.search(lastSearch.figures(trainer.step()));
            }
          }
        }
        if (!run.completed()) {
          record.note("ended early, after step " + run.metrics().size() + " of " + used.steps());
        }
        noteEvaluation(run, trainer, used, record);
        List<Evaluation.Set> all = new ArrayList<>(sets);
        run.evaluations().stream()
            .filter(set -> !Objects.equals(set.step(), trainer.step()))
            .forEach(all::add);
        if (trainer.step() > 0) {
          List<Evaluation.Set> after = evaluate(encoder, pooling, trainer.step());
          sets.addAll(after);
          all.addAll(after);
          all.sort(Comparator.comparing(set -> Objects.requireNonNull(set.step())));
          found.addAll(retrieve(encoder, pooling, trainer.step()));
        }
        List<Evaluation.Retrieval> searches = new ArrayList<>(found);
        if (firstSearch != null) {
          searches.add(firstSearch.figures(0));
          run.searches().stream()
              .filter(each -> !isAt(trainer.step(), each))
              .forEach(searches::add);
        }
        if (lastSearch != null) {
          searches.add(lastSearch.figures(trainer.step()));
        }
        searches.sort(Comparator.comparing(each -> Objects.requireNonNull(each.step())));
        Claims claims = null;
        TestedTypes types = null;
        if (untrained != null && trainer.step() > 0) {
          evidenceStart = System.nanoTime();
          Untrained.Change change =
              untrained.change(model.name(), encoder, pooling, trainer.step());
          types = change.types();
          claims = Evidences.claims(named(), change.evidence());
          results.write(change.evidence());
          results.write(claims);
          evidenceNanos += System.nanoTime() - evidenceStart;
        }
        Path saved = model(results);
        if (saveModel) {
          WholeFile.clearParts(saved);
          encoder.save(saved, pooling);
        }
        Comparison comparison =
            SelfSimilarityChange.compare(
                    run.probes().get(0), run.probes().get(run.probes().size() - 1))
                .withTestedTypes(types)
                .withRetrieval(
                    firstSearch == null || lastSearch == null
                        ? null
                        : lastSearch.since(firstSearch, used.seed().derive("permutations", 0)));
        results.write(comparison);
        results.write(
            new Evaluation(
                Evaluation.SCHEMA, model.name(), all, searches.isEmpty() ? null : searches));
        record.set("probe-sentences", probed.sentences().size());
        for (String name : trainer.learned().names()) {
          record.set(name, trainer.learned().buffer(name).get(0));
        }
        Run done = record.run(run.completed());
        if (saveModel) {
          WholeFile.writeText(
              saved.resolve("README.md"),
              new ModelCard(model.name(), encoder, pooling, done, comparison, sets, found).text());
        }
        Path report = record.end(results, done);
        return new Result(
            run, comparison, sets, found, claims, evidenceNanos * 1e-9, saved, report);
      }
    }
  }

  /** Says where the training did not end with its last step's weights, after all its steps. */
  private void noteEvaluation(
      TrainingRun run, Trainer trainer, TrainingSettings used, RunRecord record) {
    int last = run.metrics().size();
    if (run.completed() && last < used.steps()) {
      record.note(
          "ended at step "
              + last
              + " of "
              + used.steps()
              + ": the last better evaluation was that of step "
              + run.best());
    }
    if (evaluation.keepBest()
        && evaluation.by() == InLoopEvaluation.Criterion.MRR
        && run.best() > 0) {
      record.note("the rows held out have chosen the step: their figures flatter it a little");
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

  private static Path model(ResultDirectory results) {
    return results.path().resolve("model");
  }

  /**
   * A training that has not ended is not lost by beginning it again, and a model not by another.
   */
  private void requireNothingToLose(ResultDirectory results) {
    boolean completed = results.run().map(Run::completed).orElse(false);
    if (results.run().isPresent() && !completed && Checkpoints.any(checkpoints(results))) {
      throw UserError.parameter(
          "out",
          results.path(),
          "has the checkpoints of a training that has not ended",
          "a place without",
          "Go on with it with "
              + UserError.name("resume")
              + ", name another place, or delete "
              + checkpoints(results));
    }
    if (!overwrite && Files.exists(model(results))) {
      throw UserError.parameter(
          "out",
          results.path(),
          "holds the model of "
              + (completed ? "a training that has ended" : "an earlier training")
              + ", whose place this one's would take",
          "a place without a model",
          "Name another place, or replace it with " + UserError.name("overwrite"));
    }
  }

  /**
   * Where to go on; null where no checkpoint is whole.
   *
   * @throws UserError where what decides the numbers is not what it was when the training began
   */
  private static @Nullable Checkpoint resumed(
      Checkpoints checkpoints, RunRecord record, ResultDirectory results) {
    Checkpoint found = checkpoints.newest(record::note).orElse(null);
    if (found == null) { // then the checkpoint has not told
      requireSame(record, results);
    }
    record.note(
        found == null
            ? "no checkpoint in " + results.path() + ": begun anew"
            : "resumed after step " + found.state().step());
    if (found != null) { // else all of it is computed here
      results.run().ifPresent(record::noteElsewhere);
    }
    return found;
  }

  private static void requireSame(RunRecord record, ResultDirectory results) {
    List<String> differences = results.run().map(record::differences).orElse(List.of());
    if (!differences.isEmpty()) {
      throw new UserError(
          results.path().resolve("run.json").toString(),
          "is of another training: " + String.join("; ", differences),
          "the model, data, settings and threads that it was begun with",
          "Bring these back, or train anew in another place");
    }
  }

  /** A new event file; that of a resumed training takes over from where the others leave off. */
  private EventFile events(ResultDirectory results, @Nullable Checkpoint from) {
    EventFile events = EventFile.create(results.events(), InstantSource.system());
    if (resume) {
      events.restart(from == null ? 0 : from.state().step() + 1);
    }
    return events;
  }

  /** The reference text; null where none is affordable. */
  private @Nullable ReferenceText reference(
      Encoder encoder, TrainingSettings used, SharedWork work) {
    int wanted = referenceSentences > 0 ? referenceSentences : affordableReference(used);
    return wanted < LEAST_REFERENCE
        ? null
        : work.once("reference\n" + key(encoder, wanted), () -> choose(encoder, wanted));
  }

  /** What every probe measures of a reference text; null where no token type is in enough of it. */
  private static @Nullable ReferenceText course(@Nullable ReferenceText reference) {
    return reference == null || reference.types().isEmpty()
        ? null
        : reference.part(
            Math.max(1, reference.sentences().size() / COURSE_FRACTION),
            ReferenceText.TYPES,
            ReferenceText.GROUPS,
            REFERENCE_SEED);
  }

  private ReferenceText choose(Encoder encoder, int wanted) {
    GroupedCorpus corpus = probeText == null ? data.reference() : GroupedCorpus.of(probeText);
    return ReferenceText.of(
        encoder, corpus, tagger, ReferenceText.Settings.of(wanted, REFERENCE_SEED));
  }

  /** What the untrained model makes of the reference text. */
  private Untrained untrained(
      Encoder encoder,
      TrainingSettings used,
      Pooling pooling,
      ReferenceText reference,
      SharedWork work) {
    if (used.randomInitialization()) { // by the seed: one training's own, which need not be kept
      return Untrained.of(encoder, pooling, reference, attributed);
    }
    String key =
        String.join(
            "\n",
            "untrained",
            key(encoder, reference.sentences().size()),
            pooling.label(),
            String.valueOf(attributed));
    return work.once(key, () -> Untrained.of(encoder, pooling, reference, attributed));
  }

  /** All that a reference text, and what a model makes of it, depend on. */
  private String key(Encoder encoder, int sentences) {
    return String.join(
        "\n",
        encoder.directory().toString(),
        model.toString(),
        String.valueOf(encoder.settings().threads()),
        String.valueOf(sentences),
        data.named().toString(),
        probeText == null ? "" : probeText.sha256(),
        tagger.language());
  }

  /** Keeps, before the first step, what the claims will be judged by. */
  private static void announce(ReferenceText reference, RunRecord record) {
    record.data(reference.description());
    record.set("hypotheses", Hypothesis.described());
    record.set(
        "reference-types",
        reference.types().stream().map(type -> type.token() + " " + type.wordClass()).toList());
  }

  private int affordableReference(TrainingSettings used) {
    return (int) Math.min(MOST_REFERENCE, REFERENCE_SHARE * passes(used) / (2 * PROBE_COST));
  }

  /** What a training costs, in forward passes of a sentence in fp32. */
  private double passes(TrainingSettings used) {
    return 6.0
        * used.steps()
        * used.accumulate()
        * used.batchSize()
        / (precision == Precision.BF16 ? 2 : 1);
  }

  private Corpus sample(
      TrainingData learned,
      TokenizedData tokenized,
      TrainingSettings used,
      @Nullable ReferenceText course,
      RunRecord record) {
    int evaluated = sts.stream().mapToInt(s -> 2 * Math.min(probePairs, s.pairs().size())).sum();
    evaluated += 2 * Probe.VIEWED;
    if (course != null) {
      evaluated += (int) (PROBE_COST * course.sentences().size());
    }
    int wanted = probed(used, evaluated);
    Corpus sample =
        probeText == null
            ? learned.probes(tokenized, wanted, used.seed())
            : TextSample.of(probeText, wanted, used.seed());
    record.data(sample);
    sts.forEach(record::data);
    if (retrieval != null) {
      record.data(retrieval);
    }
    return sample;
  }

  /**
   * How many sentences to probe: as many as keep all probes at about {@link #PROBE_SHARE} of the
   * training time. A training step costs three forward passes of two views of each item; a probe
   * costs {@link #PROBE_COST} forward passes of each sentence, in fp32, which is twice as slow as
   * bf16 where training has that.
   *
   * @param evaluated sentences that each probe encodes besides
   */
  int probed(TrainingSettings used, int evaluated) {
    if (probeSentences > 0) {
      return probeSentences;
    }
    double affordable =
        (PROBE_SHARE * passes(used) / Probe.count(used.steps()) - evaluated) / PROBE_COST;
    return (int) Math.min(MOST_PROBED, Math.max(FEWEST_PROBED, affordable));
  }

  /** A fixed sample of scored pairs, for the probes. */
  List<ScoredPairCorpus> sampledPairs(Seed seed) {
    List<ScoredPairCorpus> samples = new ArrayList<>();
    for (ScoredPairCorpus set : sts) {
      List<ScoredPairCorpus.ScoredPair> taken = new ArrayList<>();
      for (int i : seed.draw("probe pairs", set.pairs().size(), probePairs)) {
        taken.add(set.pairs().get(i));
      }
      samples.add(ScoredPairCorpus.of(set.name(), taken));
    }
    return samples;
  }

  private List<Evaluation.Set> evaluate(Encoder encoder, Pooling pooling, int step) {
    return sts.stream()
        .flatMap(
            set ->
                SemanticTextualSimilarity.evaluate(encoder, set, List.of(pooling), step).stream())
        .toList();
  }

  /** The same for all trainings of a sweep that start from the same weights. */
  private List<Evaluation.Set> evaluateUntrained(
      Encoder encoder, TrainingSettings used, Pooling pooling, SharedWork work) {
    if (used.randomInitialization()) { // by the seed: one training's own
      return evaluate(encoder, pooling, 0);
    }
    String key =
        String.join(
            "\n",
            "sts",
            key(encoder, 0),
            pooling.label(),
            sts.stream().map(set -> set.name() + " " + set.sha256()).toList().toString());
    return work.once(key, () -> evaluate(encoder, pooling, 0));
  }

  /** Splits the data, once for all trainings that split them alike. */
  private PairSplit split(SharedWork work) {
    String key =
        String.join(
            "\n",
            "split",
            data.key(settings.seed()),
            splitKey(),
            String.valueOf(settings.batchSize()));
    return work.once(key, () -> PairSplit.of(data, holdOut, settings.batchSize(), settings.seed()));
  }

  /** What decides which rows are held out, where any are. */
  private String splitKey() {
    return holdOut.label() + " " + settings.seed();
  }

  /**
   * Tells what is held out, or why nothing is.
   *
   * @throws UserError where nothing is, and the best step was to be chosen by it
   */
  private @Nullable HeldOut heldOut(PairSplit split, RunRecord record, JobListener listener) {
    if (split.why() != null) {
      record.note(split.why());
    }
    HeldOut heldOut = split.heldOut();
    if (heldOut != null) {
      record.sentences(
          Run.Source.data(heldOut.corpus().name(), heldOut.corpus().sha256(), heldOut.rows(), null),
          0);
      listener.say(heldOut.told());
    } else if (evaluation.every() > 0 && evaluation.by() == InLoopEvaluation.Criterion.MRR) {
      throw UserError.parameter(
          "bestBy",
          "mrr",
          "has no rows held out to go by",
          "enough pairs, scored pairs in sts, or best-by loss",
          "Give one of these, or leave out evaluate-every");
    }
    return heldOut;
  }

  /** Whether searching at every probe takes no more than {@link #HELD_OUT_SHARE}. */
  private boolean isCheap(HeldOut heldOut, TrainingSettings used) {
    return (double) heldOut.texts() * Probe.count(used.steps()) <= HELD_OUT_SHARE * passes(used);
  }

  private Retrieval searchUntrained(
      Encoder encoder, TrainingSettings used, Pooling pooling, HeldOut heldOut, SharedWork work) {
    if (used.randomInitialization()) { // by the seed: one training's own
      return Retrieval.of(encoder, heldOut.corpus(), pooling);
    }
    String key =
        String.join("\n", "held out", key(encoder, 0), pooling.label(), heldOut.corpus().sha256());
    return work.once(key, () -> Retrieval.of(encoder, heldOut.corpus(), pooling));
  }

  private static boolean isAt(int step, Evaluation.Retrieval found) {
    return Objects.equals(found.step(), step);
  }

  private List<Evaluation.Retrieval> retrieve(Encoder encoder, Pooling pooling, int step) {
    return retrieval == null
        ? List.of()
        : List.of(Retrieval.of(encoder, RetrievalCorpus.of(retrieval), pooling).figures(step));
  }

  /** Steps that it takes; null where that follows from its data. */
  public @Nullable Integer steps() {
    return epochs > 0 ? null : Integer.valueOf(settings.steps());
  }

  /** Items that a step goes through. */
  public int itemsOfAStep() {
    return settings.accumulate() * settings.batchSize();
  }

  /** Cores that it uses. */
  public int threads() {
    return threads;
  }

  /** Every setting by its name, defaults filled in. */
  public Map<String, @Nullable Object> named() {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    NamedTraining.settings().forEach(setting -> named.put(setting.name(), null)); // all of them
    named.put("model", model.name());
    named.put("keep-layers", model.keepLayers());
    named.put("max-length", model.maxLength());
    named.put("prompt", model.prompts().all());
    named.put("query-prompt", model.prompts().query());
    named.put("document-prompt", model.prompts().document());
    named.putAll(data.named());
    NamedTraining.name(settings, named);
    named.put("hold-out", holdOut.label());
    named.put("epochs", epochs);
    named.put("threads", threads);
    named.put("precision", precision.label());
    named.put("device", model.device().label());
    named.put("language", tagger.language());
    named.put("probe-text", probeText == null ? null : probeText.name());
    named.put("probe-column", asked(probeText == null ? null : probeText.columns()));
    named.put("probe-sentences", probeSentences);
    named.put("probe-pairs", probePairs);
    named.put("reference-sentences", referenceSentences);
    named.put("sts", sts.stream().map(ScoredPairCorpus::name).toList());
    named.put("sts-column", asked(sts.isEmpty() ? null : sts.get(0).columns()));
    named.put("evaluate-every", evaluation.every());
    named.put("best-by", evaluation.by().name().toLowerCase(Locale.ROOT));
    named.put("patience", evaluation.patience());
    named.put("save", evaluation.keepBest() ? "best" : "last");
    named.put("checkpoint-every", checkpointEvery);
    named.put("keep-checkpoints", keepCheckpoints);
    named.put("tensorboard", tensorBoard);
    return named;
  }

  /** The columns that were asked for. */
  private static List<String> asked(@Nullable ColumnChoice choice) {
    return choice == null ? List.of() : choice.asked().columns();
  }

  /** Tells the listener what happens, and TensorBoard where that is wanted. */
  private static final class Told implements TrainingRun.Listener {
    private final JobListener listener;
    private final RunRecord record;
    private final int steps;
    private final @Nullable TensorBoard board;
    private final Encoder encoder;
    private final TokenCourse tokens;

    Told(
        JobListener listener,
        RunRecord record,
        int steps,
        @Nullable EventFile events,
        Encoder encoder,
        TokenCourse tokens) {
      this.encoder = encoder;
      this.tokens = tokens;
      this.listener = listener;
      this.record = record;
      this.steps = steps;
      this.board = events == null ? null : new TensorBoard(events);
    }

    @Override
    public void step(StepMetrics metrics) {
      listener.step(metrics, steps);
      if (board != null) {
        board.step(metrics);
      }
    }

    @Override
    public void probing(int step, boolean last) {
      tokens.take(encoder, step, last);
    }

    @Override
    public void checkpoint(Path directory) {
      tokens.save(directory);
    }

    @Override
    public void probe(Geometry geometry) {
      listener.probe(geometry);
      if (board != null) {
        board.probe(geometry);
      }
    }

    @Override
    public void evaluation(List<Evaluation.Set> sets) {
      listener.evaluation(sets);
      if (board != null) {
        board.evaluation(sets);
      }
    }

    @Override
    public void search(Evaluation.Retrieval found) {
      listener.search(found);
      if (board != null) {
        board.search(found);
      }
    }

    @Override
    public void collapsed(StepMetrics metrics) {
      double cosine = Objects.requireNonNull(metrics.meanCosine()); // else it is no collapse
      record.note(
          String.format(
              Locale.ROOT,
              "at step %d all embeddings are nearly alike (mean cosine %."
                  + Figure.Scale.decimalsBelowOne(cosine, 4)
                  + "f): the model has collapsed; a smaller learning rate may prevent it",
              metrics.step(),
              cosine));
    }
  }
}
