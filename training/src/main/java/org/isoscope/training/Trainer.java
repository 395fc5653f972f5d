package org.isoscope.training;

import static org.bytedeco.pytorch.global.torch.normalize;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.Dropout;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Parameters;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.Tensors;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.io.UserError;
import org.isoscope.results.StepMetrics;
import org.isoscope.torch.Device;
import org.isoscope.torch.NativeError;
import org.isoscope.torch.Processes;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Trains an encoder, a step at a time, by itself or together with other processes: each then has a
 * share of every batch, sees the loss of the whole batch, and takes the same steps as all others.
 * The result is that of one process, up to rounding. Owns native memory; the encoder, the items and
 * the processes stay their openers'.
 */
public final class Trainer implements AutoCloseable {
  /** The encoder's parameters in a checkpoint, by their names: weights as others read them too. */
  static final String WEIGHTS = "model.safetensors";

  /**
   * What else the next step depends on: the moments, what the objective and the head learn, and the
   * average of the parameters where one is kept.
   */
  static final String OPTIMIZER = "optimizer.safetensors";

  private final Encoder encoder;
  private final TrainingItems items;
  private final TrainingSettings settings;
  private final Parameters learned; // by the objective
  private final Parameters head;
  private final @Nullable Parameters average; // of the encoder's parameters over the steps
  private final Processes processes;
  private final Batches batches;
  private final int dimension; // of an embedding
  private final DataParallel parallel;
  private final List<Trained> trained = new ArrayList<>(); // the encoder's parameters first
  private int step;

  /**
   * Parameters with the optimizer that trains them.
   *
   * @param prefix of their names in a checkpoint
   */
  private record Trained(String prefix, Parameters parameters, AdamW optimizer) {}

  /**
   * Starts before the first step, as {@link #Trainer(Encoder, TrainingItems, TrainingSettings,
   * Processes)}, in one process.
   */
  public Trainer(Encoder encoder, TrainingItems items, TrainingSettings settings) {
    this(encoder, items, settings, Processes.alone());
  }

  /**
   * Starts before the first step.
   *
   * @param processes that train together; each has the same model, items and settings
   * @throws UserError when a batch is larger than the data, or more than there are items without a
   *     text in common where that is asked for; when the objective wants more dimensions than the
   *     embeddings have; when all layers are to be frozen; when a setting for sentences alone meets
   *     pairs; or when there are more processes than items in a batch
   */
  public Trainer(
      Encoder encoder, TrainingItems items, TrainingSettings settings, Processes processes) {
    Pooling pooling = settings.pooling() == null ? encoder.pooling() : settings.pooling();
    this.dimension = encoder.dimension(pooling);
    if (settings.objective() instanceof Matryoshka matryoshka
        && Collections.max(matryoshka.dimensions()) > dimension) {
      throw UserError.parameter(
          "matryoshka",
          Collections.max(matryoshka.dimensions()),
          "is more dimensions than the model's embeddings have",
          "at most " + dimension,
          "Choose fewer");
    }
    if (settings.layerRates().frozenLayers() >= encoder.config().layers()) {
      throw UserError.parameter(
          "frozenLayers",
          settings.layerRates().frozenLayers(),
          "leaves nothing to train: the model has " + encoder.config().layers() + " layers",
          "fewer than there are",
          "Freeze fewer");
    }
    if (settings.batchSize() < processes.size()) {
      throw UserError.parameter(
          "batchSize",
          settings.batchSize(),
          "has no item for some of the " + processes.size() + " processes",
          "at least as many items as there are processes",
          "Use a larger batch or fewer processes");
    }
    if (!items.sentences()) {
      if (settings.sameMask()) {
        throw forSentences("sameMask", true);
      }
      if (!(settings.augmentation() instanceof Augmentation.None)) {
        throw forSentences("augmentation", settings.augmentation().label());
      }
    }
    this.encoder = encoder;
    this.items = settings.paired(items);
    this.settings = settings;
    this.processes = processes;
    this.batches = settings.batches(this.items);
    if (settings.randomInitialization()) {
      RandomInitialization.apply(encoder, settings.seed());
    }
    Device device = encoder.settings().device();
    this.learned = settings.objective().parameters(device);
    this.head = settings.head().parameters(dimension, settings.seed(), device);
    this.average = settings.averageDecay() > 0 ? encoder.parameters().copy() : null;
    int layers = encoder.config().layers();
    train("", encoder.parameters(), name -> settings.layerRates().share(name, layers));
    train("learned.", learned, name -> 1);
    train("head.", head, name -> 1);
    this.parallel = new DataParallel(encoder, pooling);
  }

  private static UserError forSentences(String parameter, Object value) {
    return UserError.parameter(
        parameter,
        value,
        "is for sentences that are their own positives, and the items are pairs",
        "sentences",
        "Train on sentences, or leave it out");
  }

  private void train(String prefix, Parameters parameters, ToDoubleFunction<String> share) {
    if (parameters.size() > 0) {
      AdamW optimizer =
          new AdamW(
              parameters,
              settings.weightDecay(),
              settings.maxGradientNorm(),
              share,
              encoder.settings().threads());
      trained.add(new Trained(prefix, parameters, optimizer));
    }
  }

  /** What the objective has learned so far; see {@link Objective#parameters}. The trainer's. */
  public Parameters learned() {
    return learned;
  }

  /** What the head has learned so far; the trainer's. */
  Parameters head() {
    return head;
  }

  /** How many steps were taken. */
  public int step() {
    return step;
  }

  /**
   * Takes the next step.
   *
   * @throws UserError when the loss or the gradient is not finite; it names the batch's items
   */
  public StepMetrics next() {
    long start = System.nanoTime();
    step++;
    int accumulate = settings.accumulate();
    List<int[]> drawn = new ArrayList<>();
    List<Sentences> sentences = new ArrayList<>();
    for (int i = 0; i < accumulate; i++) {
      drawn.add(batches.batch(number(i)));
      sentences.add(sentences(drawn.get(i), number(i)));
    }
    int count = sentences.stream().mapToInt(Sentences::size).sum();
    int own =
        sentences.stream().flatMap(each -> each.ids().stream()).mapToInt(ids -> ids.length).sum();
    String what = "step " + step + " on " + count + " sentences of " + own + " tokens";
    Share taken =
        NativeError.translate(
            what,
            () -> {
              Share sum = new Share(0, 0);
              for (int i = 0; i < accumulate; i++) {
                sum = sum.plus(backward(drawn.get(i), sentences.get(i), number(i)));
              }
              trained.forEach(each -> each.optimizer().sumGradients(processes));
              return sum;
            });
    double loss = taken.loss();
    double gradientNorm =
        trained.stream()
            .mapToDouble(each -> each.optimizer().gradientNorm())
            .reduce(0, Math::hypot);
    if (!Double.isFinite(loss) || !Double.isFinite(gradientNorm)) {
      throw new UserError(
          what,
          "the loss is " + loss + " and the gradient's norm " + gradientNorm,
          "finite numbers",
          "Use a smaller learning rate or a larger temperature, and look at the items of the"
              + " batch, counted from 1 in the data: "
              + drawn.stream()
                  .flatMapToInt(Arrays::stream)
                  .mapToObj(item -> String.valueOf(item + 1))
                  .collect(Collectors.joining(", ")));
    }
    double rate =
        settings.learningRate()
            * settings.schedule().factor(step, settings.steps(), settings.warmUpSteps());
    trained.forEach(each -> each.optimizer().step(step, rate, gradientNorm));
    if (average != null) {
      average(average);
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new StepMetrics(
        step, loss, rate, gradientNorm, tokens(own), seconds, taken.cosine() / accumulate);
  }

  /** Of all processes, from those of this one. */
  private int tokens(int own) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor sum = Tensor.create(own);
      processes.sum(sum);
      return sum.item_int();
    }
  }

  /**
   * Gives all processes what the first one has: the parameters, what the optimizer keeps, and the
   * number of the step.
   */
  void share() {
    try (Scope scope = Scope.withoutGradients()) {
      for (Trained each : trained) {
        processes.broadcast(each.parameters().flat());
        each.optimizer().share(processes);
      }
      if (average != null) {
        processes.broadcast(average.flat());
      }
      Tensor taken = Tensor.create(step);
      processes.broadcast(taken);
      step = taken.item_int();
    }
  }

  /**
   * What the first process tells the others before each step.
   *
   * @param next whether there is one
   * @param checkpoint the step of the last whole checkpoint; 0: there is none
   */
  record Word(boolean next, int checkpoint) {}

  /** Tells the first process's word to all others, which hear it. */
  Word hear(Word own) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor word = Tensor.create(own.next() ? 1 : 0, own.checkpoint());
      processes.broadcast(word);
      return new Word(word.select(0, 0).item_int() == 1, word.select(0, 1).item_int());
    }
  }

  /**
   * What a batch adds to its step.
   *
   * @param loss its share of the step's
   * @param cosine the mean over its pairs of different anchors; of several batches the sum
   */
  private record Share(double loss, double cosine) {
    Share plus(Share other) {
      return new Share(loss + other.loss, cosine + other.cosine);
    }
  }

  /**
   * a += (1 - d) (p - a), d the decay, but at step t at most (1 + t) / (10 + t): what was there
   * before the first steps is soon forgotten (as the num_updates of TensorFlow's
   * ExponentialMovingAverage does it).
   */
  private void average(Parameters average) {
    double decay = Math.min(settings.averageDecay(), (1.0 + step) / (10.0 + step));
    try (Scope scope = Scope.withoutGradients()) {
      average.flat().lerp_(encoder.parameters().flat(), new Scalar(1 - decay));
    }
  }

  /**
   * Measures the encoder as {@link #end} would leave it: with the average of its parameters where
   * one is kept. Afterwards it has its own again.
   */
  <T> T measure(Supplier<T> measure) {
    exchange();
    try {
      return measure.get();
    } finally {
      exchange();
    }
  }

  /** Gives the encoder the average of its parameters where one is kept. There is no next step. */
  void end() {
    exchange();
  }

  private void exchange() {
    if (average != null) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor own = encoder.parameters().flat().clone();
        encoder.parameters().flat().copy_(average.flat());
        average.flat().copy_(own);
      }
    }
  }

  /**
   * Writes all tensors that the next step depends on; batches, dropout and schedule are functions
   * of the seed and the step, and have no state.
   *
   * @param directory there; {@link #WEIGHTS} and {@link #OPTIMIZER} are written into it
   * @throws UserError when it cannot be written, or a number is not finite: such a training cannot
   *     go on
   */
  void save(Path directory) {
    write(directory.resolve(WEIGHTS), Map.of("", encoder.parameters()));
    write(directory.resolve(OPTIMIZER), optimizerState());
  }

  private void write(Path file, Map<String, Parameters> tensors) {
    List<Safetensors.Entry> entries = new ArrayList<>();
    tensors.forEach(
        (prefix, parameters) ->
            parameters
                .names()
                .forEach(
                    name ->
                        entries.add(
                            new Safetensors.Entry(
                                prefix + name,
                                Arrays.stream(shape(parameters, name)).boxed().toList(),
                                () -> finite(file, prefix + name, parameters.buffer(name))))));
    Safetensors.write(file, Map.of("format", "pt"), entries);
  }

  /** That of the parameter of a name; moments and what is learned are vectors. */
  private long[] shape(Parameters parameters, String name) {
    Tensor tensor = parameters.get(name);
    return parameters == encoder.parameters() ? tensor.shape() : new long[] {tensor.numel()};
  }

  private FloatBuffer finite(Path file, String name, FloatBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new UserError(
            file.getFileName() + ": tensor " + name,
            "has the value " + values.get(i) + " after step " + step,
            "finite numbers",
            "Use a smaller learning rate or a larger temperature");
      }
    }
    return values;
  }

  /** By the prefix of their names in a checkpoint. */
  private Map<String, Parameters> optimizerState() {
    Map<String, Parameters> state = new LinkedHashMap<>();
    trained.stream().skip(1).forEach(each -> state.put(each.prefix(), each.parameters()));
    if (average != null) {
      state.put("average.", average);
    }
    for (Trained each : trained) {
      state.put(each.prefix() + "first-moment.", each.optimizer().firstMoments());
      state.put(each.prefix() + "second-moment.", each.optimizer().secondMoments());
    }
    return state;
  }

  /**
   * Goes to where another trainer of the same settings, items and model was when it wrote.
   *
   * @param directory as {@link #save} wrote it
   * @param taken how many steps it had taken
   * @throws UserError when the files are of another model or objective
   */
  void load(Path directory, int taken) {
    read(directory.resolve(WEIGHTS), Map.of("", encoder.parameters()));
    read(directory.resolve(OPTIMIZER), optimizerState());
    step = taken;
  }

  private void read(Path file, Map<String, Parameters> tensors) {
    try (Safetensors saved = Safetensors.open(file)) {
      tensors.forEach(
          (prefix, parameters) ->
              parameters
                  .names()
                  .forEach(
                      name ->
                          parameters.set(
                              name, saved.floats(prefix + name, shape(parameters, name)))));
    }
  }

  /**
   * What this process embeds of a batch: of its share of the items the anchors, then the positives,
   * then each column of negatives; the anchors alone where their own embeddings are the positives.
   * Their names are their places among those of the whole batch.
   */
  private Sentences sentences(int[] batch, long number) {
    BatchShare share = share(batch);
    int[] own = Arrays.copyOfRange(batch, share.first(), share.first() + share.size());
    List<int[]> texts = items.batch(own);
    int columns = settings.sameMask() ? 1 : items.columns();
    List<int[]> ids = new ArrayList<>();
    int[] names = new int[columns * own.length];
    Seed augmentation = new Seed(settings.seed().derive("augmentation", number));
    for (int i = 0; i < names.length; i++) {
      int column = i / own.length;
      names[i] = column * batch.length + share.first() + i % own.length;
      ids.add(
          column == 0 || settings.augmentation() instanceof Augmentation.None
              ? texts.get(i)
              : settings
                  .augmentation()
                  .apply(
                      texts.get(i),
                      encoder.tokenizer(),
                      augmentation.stream("sentence", names[i])));
    }
    return new Sentences(ids, names);
  }

  private BatchShare share(int[] batch) {
    Encoder.Settings how = encoder.settings();
    return new BatchShare(processes, batch.length, how.device().threads(how.threads()));
  }

  /** The number of a step's i-th batch, from 1 through the whole training. */
  private long number(int i) {
    return (step - 1L) * settings.accumulate() + i + 1;
  }

  /** Adds a batch's share of the step's gradient, which is the mean over its batches. */
  private Share backward(int[] batch, Sentences sentences, long number) {
    long seed = settings.seed().derive("dropout", number);
    Double probability = settings.dropout();
    Dropout dropout =
        probability == null ? Dropout.seeded(seed) : Dropout.seeded(seed, probability);
    int microBatchSize = settings.microBatchSize();
    Function<float[], Gradient<Share>> gradient = embeddings -> gradient(embeddings, batch);
    return microBatchSize > 0 && microBatchSize < sentences.size()
        ? new GradientCache(parallel, microBatchSize).backward(sentences, dropout, gradient)
        : parallel.backward(sentences, dropout, gradient);
  }

  /** Of the embeddings; that of what is learned is added to it. */
  private Gradient<Share> gradient(float[] values, int[] batch) {
    try (Scope scope = Scope.withGradients()) {
      Tensor embeddings =
          Tensors.of(values, encoder.parameters().flat())
              .view(-1, dimension)
              .set_requires_grad(true); // [sentences, d]
      BatchShare share = share(batch);
      Tensor loss = loss(embeddings, batch, share);
      loss.backward();
      double cosine = meanCosine(embeddings.narrow(0, 0, share.size()), share);
      return new Gradient<>(
          Tensors.toArray(embeddings.grad()), new Share(loss.item_double(), cosine));
    }
  }

  private Tensor loss(Tensor embeddings, int[] batch, BatchShare share) {
    Tensor seen = settings.head().apply(embeddings, head); // [sentences, d]
    List<Tensor> columns = new ArrayList<>();
    for (int column = 0; column < items.columns(); column++) {
      long first = settings.sameMask() ? 0 : (long) column * share.size();
      columns.add(seen.narrow(0, first, share.size()));
    }
    Tensor value = settings.objective().loss(columns, scores(batch), learned, share);
    return settings.accumulate() == 1 ? value : value.mul(new Scalar(1.0 / settings.accumulate()));
  }

  /** Over all pairs of different rows: (|sum of u|^2 - n) / (n (n - 1)), u the rows' directions. */
  private static double meanCosine(Tensor own, BatchShare share) {
    try (Scope scope = Scope.withoutGradients()) {
      long n = share.items();
      Tensor sum = share.sum(normalize(own.detach()).sum(new long[] {0})); // [d]
      return (sum.dot(sum).item_double() - n) / (n * (n - 1));
    }
  }

  /** The place of each item's score among the different ones of the batch: all that counts. */
  private @Nullable Tensor scores(int[] batch) {
    double[] scores = items.scores(batch);
    if (scores == null) {
      return null;
    }
    double[] different = Arrays.stream(scores).sorted().distinct().toArray();
    int[] places =
        Arrays.stream(scores).mapToInt(score -> Arrays.binarySearch(different, score)).toArray();
    return Tensors.of(places, encoder.parameters().flat());
  }

  @Override
  public void close() {
    parallel.close();
    trained.forEach(each -> each.optimizer().close());
    learned.close();
    head.close();
    if (average != null) {
      average.close();
    }
  }
}
