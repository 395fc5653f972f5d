package org.isoscope.study;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isoscope.corpus.Columns;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.ScoredPairCorpus;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.isoscope.training.Augmentation;
import org.isoscope.training.CoSent;
import org.isoscope.training.GlobalOrthogonalRegularization;
import org.isoscope.training.Head;
import org.isoscope.training.InLoopEvaluation;
import org.isoscope.training.InfoNce;
import org.isoscope.training.LayerRates;
import org.isoscope.training.Matryoshka;
import org.isoscope.training.Objective;
import org.isoscope.training.Schedule;
import org.isoscope.training.Seed;
import org.isoscope.training.TrainingSettings;
import org.isoscope.training.Triplet;
import org.jspecify.annotations.Nullable;

/**
 * Trainings whose settings come by name: the options of {@code isoscope train}, the keys of a
 * sweep. One place turns names into a {@link TrainingJob}, so that all of them mean the same.
 */
public final class NamedTraining {
  private static final String DEFAULT_MODEL = "bert-base-uncased";
  private static final String DEFAULT_TEXT = "wordnet:examples";

  /** Settings that go with some losses only. */
  private static final Map<String, List<String>> LOSSES =
      Map.of(
          "symmetric", List.of("infonce"),
          "similarity", List.of("infonce", "triplet"),
          "temperature", List.of("infonce", "cosent"),
          "learn-temperature", List.of("infonce"),
          "hard-negative-weight", List.of("infonce"),
          "margin", List.of("triplet"));

  /** Losses that cannot learn from sentences alone. */
  private static final List<String> PAIRED = List.of("cosent", "triplet");

  private static final Pattern DIMENSION =
      Pattern.compile("(\\d{1,6})(?::(\\d{1,9}(?:\\.\\d{1,9})?|\\.\\d{1,9}))?");

  private final NamedValues values;
  private final TrainingData data;

  /** Every setting there is, in the order of the command line's help. */
  public static List<Setting> settings() {
    return TrainingSettingNames.ALL;
  }

  private NamedTraining(NamedValues values, TrainingData data) {
    this.values = values;
    this.data = data;
  }

  /**
   * The job of some settings.
   *
   * @param given by their names; what is not among them, or null, has its default
   * @param listener is told what is fetched
   * @throws UserError where a value is not what its setting takes, or settings exclude each other;
   *     where scored pairs or a text to probe cannot be read
   */
  public static TrainingJob job(
      Map<String, ? extends @Nullable Object> given, JobListener listener) {
    NamedValues values = new NamedValues(given);
    return new NamedTraining(values, data(values)).job(listener);
  }

  /** The same with data of one's own. */
  public static TrainingJob job(
      Map<String, ? extends @Nullable Object> given, TrainingData data, JobListener listener) {
    return new NamedTraining(new NamedValues(given), data).job(listener);
  }

  private static TrainingData data(NamedValues values) {
    List<String> texts = values.texts("text");
    List<String> pairs = values.texts("pairs");
    if (!texts.isEmpty() && !pairs.isEmpty()) {
      throw exclusive("text", "pairs");
    }
    List<String> columns = values.texts("column");
    Columns.Header header =
        !values.has("header")
            ? Columns.Header.DETECTED
            : values.is("header", true) ? Columns.Header.YES : Columns.Header.NO;
    Columns chosen =
        new Columns(columns, header)
            .withGroup(values.text("group"))
            .withFormat(values.text("format"));
    List<String> names = !pairs.isEmpty() ? pairs : texts.isEmpty() ? List.of(DEFAULT_TEXT) : texts;
    String mix = values.text("mix", "size");
    List<Double> weights = TrainingData.weights(mix, names.size());
    TrainingData all =
        pairs.isEmpty()
            ? TrainingData.sentences(names, chosen, weights)
            : loss(values).equals("cosent")
                ? TrainingData.scoredPairs(pairs, chosen, weights)
                : TrainingData.pairs(pairs, chosen, weights);
    int sentences = values.whole("sentences", 0);
    require("sentences", sentences, sentences >= 0, "at least 0");
    return all.sample(sentences, seed(values));
  }

  private static Seed seed(NamedValues values) {
    return new Seed(values.large("seed", TrainingSettings.defaults().seed().value()));
  }

  private static String loss(NamedValues values) {
    return values.text("loss", "infonce").toLowerCase(Locale.ROOT);
  }

  private TrainingJob job(JobListener listener) {
    if (values.has("steps") && values.whole("epochs", 0) > 0) {
      throw exclusive("steps", "epochs");
    }
    TrainingSettings settings = trainingSettings();
    List<ScoredPairCorpus> sts =
        values.texts("sts").stream()
            .map(file -> ScoredPairCorpus.read(file, columns("sts-column")))
            .toList();
    Device device = Device.parse(values.text("device", Device.CPU.label()));
    ModelChoice model =
        new ModelChoice(
            values.text("model", DEFAULT_MODEL),
            values.whole("keep-layers", 0),
            values.whole("max-length", 0),
            new PromptChoice(
                values.text("prompt"), values.text("query-prompt"), values.text("document-prompt")),
            0,
            device);
    TrainingJob job =
        new TrainingJob(model, data)
            .settings(settings)
            .epochs(values.whole("epochs", 0))
            .precision(Precision.parse(values.text("precision", "auto"), device))
            .probeSentences(values.whole("probe-sentences", 0))
            .probePairs(values.whole("probe-pairs", 64))
            .referenceSentences(values.whole("reference-sentences", 0))
            .sts(sts)
            .tagger(Taggers.of(values.text("language", "en"), listener))
            .holdOut(holdOut())
            .evaluation(evaluation(sts))
            .checkpoints(values.whole("checkpoint-every", 0), values.whole("keep-checkpoints", 2))
            .tensorBoard(values.is("tensorboard", false));
    if (values.has("threads")) {
      job.threads(values.whole("threads", 1));
    }
    String probed = values.text("probe-text");
    return probed == null ? job : job.probeText(Corpus.read(probed, columns("probe-column")));
  }

  /** What a setting of its own asks of the columns of another file than the data. */
  private Columns columns(String setting) {
    return new Columns(values.texts(setting), Columns.Header.DETECTED)
        .withSetting(NamedValues.camel(setting));
  }

  private TrainingSettings trainingSettings() {
    TrainingSettings usual = TrainingSettings.defaults();
    boolean infoNce = loss(values).equals("infonce");
    String pooling = values.text("pooling");
    return usual
        .withSteps(values.whole("steps", usual.steps()))
        .withBatchSize(values.whole("batch-size", usual.batchSize()))
        .withMicroBatchSize(values.whole("micro-batch-size", usual.microBatchSize()))
        .withAccumulate(values.whole("accumulate", usual.accumulate()))
        .withNoDuplicates(values.is("no-duplicates", data.pairs() && infoNce))
        .withObjective(objective())
        .withPooling(pooling == null ? null : Pooling.parse(pooling))
        .withLearningRate(values.number("learning-rate", usual.learningRate()))
        .withSchedule(Schedule.parse(values.text("schedule", usual.schedule().label())))
        .withWarmUp(values.number("warm-up", usual.warmUp()))
        .withLayerRates(
            new LayerRates(
                values.number("layer-decay", usual.layerRates().decay()),
                values.is("freeze-embeddings", usual.layerRates().freezeEmbeddings()),
                values.whole("freeze-layers", usual.layerRates().frozenLayers())))
        .withWeightDecay(values.number("weight-decay", usual.weightDecay()))
        .withMaxGradientNorm(values.number("max-gradient-norm", usual.maxGradientNorm()))
        .withAverageDecay(values.number("ema", usual.averageDecay()))
        .withDropout(values.has("dropout") ? Double.valueOf(values.number("dropout", 0)) : null)
        .withSameMask(values.is("same-mask", usual.sameMask()))
        .withHead(Head.parse(values.text("head", usual.head().label())))
        .withAugmentation(
            Augmentation.parse(values.text("augmentation", usual.augmentation().label())))
        .withShufflePositives(values.is("shuffle-positives", usual.shufflePositives()))
        .withRandomInitialization(values.is("random-initialization", usual.randomInitialization()))
        .withSeed(seed(values));
  }

  private HoldOut holdOut() {
    return HoldOut.parse(values.text("hold-out", HoldOut.AUTO.label()));
  }

  /** Whether rows may be held out: of short data none are. */
  private boolean mayHoldOut() {
    return data.pairs() && !data.scored() && holdOut() != HoldOut.NONE;
  }

  /** The evaluation in the loop, checked. */
  private InLoopEvaluation evaluation(List<ScoredPairCorpus> sts) {
    int every = values.whole("evaluate-every", 0);
    int patience = values.whole("patience", 0);
    require("evaluate-every", every, every >= 0, "at least 0");
    require("patience", patience, patience >= 0, "at least 0");
    InLoopEvaluation.Criterion by =
        values.choice(
            "best-by",
            sts.isEmpty() && mayHoldOut() ? "mrr" : "spearman",
            Map.of(
                "spearman", InLoopEvaluation.Criterion.SPEARMAN,
                "pearson", InLoopEvaluation.Criterion.PEARSON,
                "mrr", InLoopEvaluation.Criterion.MRR,
                "loss", InLoopEvaluation.Criterion.LOSS),
            "is no figure to choose by",
            "spearman, pearson, mrr or loss");
    boolean best =
        values.choice(
            "save", "last", Map.of("last", false, "best", true), "is neither", "last or best");
    if (every == 0 && (patience > 0 || best)) {
      throw UserError.parameter(
          best ? "save" : "patience",
          best ? "best" : patience,
          "needs evaluations to choose by",
          "evaluate-every",
          "Give it, or leave this out");
    }
    boolean evaluated =
        switch (by) {
          case SPEARMAN, PEARSON -> !sts.isEmpty();
          case MRR -> mayHoldOut();
          case LOSS -> true;
        };
    if (every > 0 && !evaluated) {
      throw UserError.parameter(
          "evaluateEvery",
          every,
          "has nothing to evaluate",
          "scored pairs in sts, pairs of which rows are held out, or best-by loss",
          "Give one of these, or leave it out");
    }
    return new InLoopEvaluation(every, sts, by, patience, best);
  }

  private Objective objective() {
    String chosen = loss(values);
    Objective objective =
        switch (chosen) {
          case "infonce" -> infoNce();
          case "cosent" -> new CoSent(temperature());
          case "triplet" -> triplet();
          case "gor" -> new GlobalOrthogonalRegularization();
          default ->
              throw UserError.parameter(
                  "loss",
                  values.text("loss", ""),
                  "is not a loss",
                  "infonce, cosent, triplet or gor",
                  "Choose one");
        };
    for (Map.Entry<String, List<String>> setting : new TreeMap<>(LOSSES).entrySet()) {
      if (!setting.getValue().contains(chosen) && values.has(setting.getKey())) {
        throw UserError.parameter(
            NamedValues.camel(setting.getKey()),
            "",
            "says nothing of loss " + chosen,
            "loss " + String.join(" or ", setting.getValue()),
            "Leave it out, or choose that loss");
      }
    }
    if (PAIRED.contains(chosen) && !data.pairs()) {
      throw UserError.parameter(
          "loss",
          chosen,
          "cannot learn from sentences alone",
          chosen.equals("cosent") ? "scored pairs" : "triplets",
          "Train on pairs");
    }
    if (chosen.equals("triplet") && data.negatives() != 1) {
      throw UserError.parameter(
          "loss",
          chosen,
          "is to learn from pairs with " + data.negatives() + " negatives each",
          "an anchor, a positive and a negative",
          "Name three columns");
    }
    return values.has("matryoshka") ? matryoshka(objective) : objective;
  }

  private double temperature() {
    return values.number("temperature", 0.05);
  }

  private InfoNce infoNce() {
    double weight = values.number("hard-negative-weight", 1);
    InfoNce.requireHardNegativeWeight(weight); // before it is found to weight nothing
    if (weight != 1 && data.negatives() == 0) {
      throw UserError.parameter(
          "hardNegativeWeight",
          weight,
          "weights nothing: the items have no hard negatives",
          "pairs with negatives",
          "Name more than two columns of the pairs, or leave it out");
    }
    boolean learned = values.is("learn-temperature", false);
    double temperature = temperature();
    InfoNce.Similarity similarity =
        similarity(
            "cosine",
            Map.of("cosine", InfoNce.Similarity.COSINE, "dot", InfoNce.Similarity.DOT),
            "cosine or dot");
    return new InfoNce(similarity, temperature, learned, values.is("symmetric", false), weight);
  }

  private Triplet triplet() {
    Triplet.Distance distance =
        similarity(
            "euclidean",
            Map.of("euclidean", Triplet.Distance.EUCLIDEAN, "cosine", Triplet.Distance.COSINE),
            "euclidean or cosine");
    double usual = distance == Triplet.Distance.EUCLIDEAN ? 5 : 0.5;
    double margin = values.number("margin", usual);
    return new Triplet(distance, margin);
  }

  private <T> T similarity(String usual, Map<String, T> choices, String words) {
    return values.choice(
        "similarity", usual, choices, "is not one that loss " + loss(values) + " has", words);
  }

  private Matryoshka matryoshka(Objective objective) {
    List<Integer> dimensions = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (String each : values.texts("matryoshka")) {
      Matcher matcher = DIMENSION.matcher(each.strip());
      if (!matcher.matches()) {
        throw UserError.parameter(
            "matryoshka",
            each,
            "is no number of dimensions",
            "numbers such as 384,256,128 or, with a weight, 64:0.5",
            "Choose other values");
      }
      int dimension = Integer.parseInt(matcher.group(1));
      double weight = matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
      require("matryoshka", dimension, dimension >= 1, "at least 1");
      if (weight <= 0) {
        throw UserError.parameter(
            "matryoshka", each, "has a weight of 0", "a weight above 0", "Choose another");
      }
      dimensions.add(dimension);
      weights.add(weight);
    }
    return new Matryoshka(objective, dimensions, weights);
  }

  /** Adds settings by their names, so that {@link #job} makes the same of them. */
  static void name(TrainingSettings settings, Map<String, @Nullable Object> named) {
    named.put("steps", settings.steps());
    named.put("batch-size", settings.batchSize());
    named.put("micro-batch-size", settings.microBatchSize());
    named.put("accumulate", settings.accumulate());
    named.put("no-duplicates", settings.noDuplicates());
    name(settings.objective(), named);
    named.put("pooling", settings.pooling() == null ? null : settings.pooling().label());
    named.put("learning-rate", settings.learningRate());
    named.put("schedule", settings.schedule().label());
    named.put("warm-up", settings.warmUp());
    named.put("layer-decay", settings.layerRates().decay());
    named.put("freeze-embeddings", settings.layerRates().freezeEmbeddings());
    named.put("freeze-layers", settings.layerRates().frozenLayers());
    named.put("weight-decay", settings.weightDecay());
    named.put("max-gradient-norm", settings.maxGradientNorm());
    named.put("ema", settings.averageDecay());
    named.put("dropout", settings.dropout());
    named.put("same-mask", settings.sameMask());
    named.put("head", settings.head().label());
    named.put("augmentation", settings.augmentation().label());
    named.put("shuffle-positives", settings.shufflePositives());
    named.put("random-initialization", settings.randomInitialization());
    named.put("seed", settings.seed().value());
  }

  private static void name(Objective objective, Map<String, @Nullable Object> named) {
    if (objective instanceof InfoNce infoNce) {
      named.put("loss", "infonce");
      named.put("symmetric", infoNce.symmetric());
      named.put("similarity", infoNce.similarity().name().toLowerCase(Locale.ROOT));
      named.put("temperature", infoNce.temperature());
      named.put("learn-temperature", infoNce.learnTemperature());
      named.put("hard-negative-weight", infoNce.hardNegativeWeight());
    } else if (objective instanceof CoSent coSent) {
      named.put("loss", "cosent");
      named.put("temperature", coSent.temperature());
    } else if (objective instanceof Triplet triplet) {
      named.put("loss", "triplet");
      named.put("similarity", triplet.distance().name().toLowerCase(Locale.ROOT));
      named.put("margin", triplet.margin());
    } else if (objective instanceof GlobalOrthogonalRegularization) {
      named.put("loss", "gor");
    } else if (objective instanceof Matryoshka matryoshka) {
      name(matryoshka.objective(), named);
      List<String> dimensions = new ArrayList<>();
      for (int i = 0; i < matryoshka.dimensions().size(); i++) {
        String weight = BigDecimal.valueOf(matryoshka.weights().get(i)).toPlainString();
        dimensions.add(matryoshka.dimensions().get(i) + ":" + weight);
      }
      named.put("matryoshka", dimensions);
    }
  }

  private static UserError exclusive(String one, String other) {
    return new UserError(
        UserError.name(NamedValues.camel(one)) + " and " + UserError.name(NamedValues.camel(other)),
        "exclude each other",
        "one of the two",
        "Leave one out");
  }

  private static void require(String name, Number value, boolean holds, String expected) {
    UserError.requireRange(NamedValues.camel(name), value, holds, expected);
  }
}
