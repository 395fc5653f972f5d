package org.isoscope.encoder;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.isoscope.encoder.checkpoint.Checkpoint;
import org.isoscope.encoder.checkpoint.EncoderConfig;
import org.isoscope.encoder.checkpoint.Safetensors;
import org.isoscope.encoder.checkpoint.SentenceLayer;
import org.isoscope.encoder.checkpoint.SentenceModules;
import org.isoscope.encoder.checkpoint.TokenizerFiles;
import org.isoscope.io.UserError;
import org.isoscope.io.WholeFile;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.sentence.Prompts;
import org.isoscope.torch.Compute;
import org.isoscope.torch.Device;
import org.isoscope.torch.NativeError;
import org.isoscope.torch.Precision;
import org.isoscope.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A sentence encoder: sentences in, hidden states or sentence embeddings out, as plain arrays. Work
 * is spread over Java threads, a batch at a time; the same threads and settings give the same bits.
 * Owns native memory. {@link #encode} and the tokenizer may be called by several threads at once;
 * all else has one caller at a time. {@link TorchSentenceEncoder} is the same for those who want
 * vectors and nothing else.
 */
public final class Encoder implements AutoCloseable {
  /** Rows a thread works on at once: enough for the products, little enough for the caches. */
  private static final int ROWS = 1024;

  /** The same on a GPU, which a few rows keep waiting for the next operation. */
  private static final int ROWS_OF_A_GPU = 16 * ROWS;

  private final Path directory;
  private final EncoderConfig config;
  private final Tokenizer tokenizer;
  private final Parameters parameters;
  private final Transformer transformer;
  private final Settings settings;
  private final SentenceModules modules;
  private final boolean owner; // of the parameters and the tokenizer
  private LongConsumer listener = tokens -> {};

  private Encoder(
      Path directory,
      EncoderConfig config,
      SentenceModules modules,
      Tokenizer tokenizer,
      Parameters parameters,
      Settings settings) {
    this.directory = directory;
    this.config = config;
    this.modules = modules;
    this.tokenizer = tokenizer;
    this.parameters = parameters;
    this.transformer = new Transformer(config, parameters);
    this.settings = settings;
    this.owner = true;
  }

  /** The same encoder with another tokenizer. */
  private Encoder(Encoder of, Tokenizer tokenizer) {
    this.directory = of.directory;
    this.config = of.config;
    this.modules = of.modules;
    this.tokenizer = tokenizer;
    this.parameters = of.parameters;
    this.transformer = of.transformer;
    this.settings = of.settings;
    this.listener = of.listener;
    this.owner = false;
  }

  /**
   * How a checkpoint is opened.
   *
   * @param keepLayers the first layers to keep; 0: all
   * @param maxLength tokens to cut a sentence at, special tokens included; 0: the model's own limit
   * @param threads to use, at least 1
   * @param precision of the matrix products of {@link #embed(List, Pooling, Dropout)}, while
   *     training, and of {@link #encode}; what is measured, {@link #embed(TokenizedText, List)} and
   *     {@link #forEachBatch}, is computed in fp32 always
   * @param prompts put before texts
   * @param dimensions of an embedding that are kept, the first so many, as a Matryoshka model
   *     allows it; 0: all
   * @param device where the parameters lie and everything is computed
   */
  public record Settings(
      int keepLayers,
      int maxLength,
      int threads,
      Precision precision,
      PromptChoice prompts,
      int dimensions,
      Device device) {
    /** On the processor. */
    public Settings(
        int keepLayers,
        int maxLength,
        int threads,
        Precision precision,
        PromptChoice prompts,
        int dimensions) {
      this(keepLayers, maxLength, threads, precision, prompts, dimensions, Device.CPU);
    }

    /** With the model's own prompts, and all dimensions; on the processor. */
    public Settings(int keepLayers, int maxLength, int threads, Precision precision) {
      this(keepLayers, maxLength, threads, precision, null);
    }

    /**
     * With one prompt before every text, null: as the model says; and all dimensions; on the
     * processor.
     */
    public Settings(
        int keepLayers, int maxLength, int threads, Precision precision, @Nullable String prompt) {
      this(keepLayers, maxLength, threads, precision, PromptChoice.all(prompt), 0);
    }
  }

  /**
   * Opens a checkpoint.
   *
   * @param directory in Hugging Face layout: config.json, model.safetensors, tokenizer.json; or
   *     sentence-transformers', whose modules.json names what lies before and behind these
   * @throws UserError when a file is missing or malformed, they do not fit each other, or one says
   *     something that cannot be obeyed
   */
  public static Encoder open(Path directory, Settings settings) {
    return open(directory, settings, Prompts.NONE);
  }

  /**
   * Opens a checkpoint whose prompts may be known from elsewhere.
   *
   * @param published prompts of the model where its directory says none
   * @throws UserError as {@link #open(Path, Settings)}
   */
  public static Encoder open(Path directory, Settings settings, Prompts published) {
    SentenceModules modules = SentenceModules.read(directory);
    if (modules.prompts().isEmpty() && !published.isEmpty()) {
      modules = modules.withPrompts(published);
    }
    try (Checkpoint checkpoint = Checkpoint.open(directory.resolve(modules.transformer()))) {
      return open(directory, modules, checkpoint, settings);
    }
  }

  private static Encoder open(
      Path directory, SentenceModules found, Checkpoint checkpoint, Settings settings) {
    EncoderConfig config =
        settings.keepLayers() == 0
            ? checkpoint.config()
            : checkpoint.config().keepLayers(settings.keepLayers());
    if (settings.maxLength() > config.maxPositions()) {
      throw UserError.parameter(
          "maxLength",
          settings.maxLength(),
          "is more than the model has positions for",
          "at most " + config.maxPositions(),
          "Choose a smaller length");
    }
    int limit = found.maxLength() == 0 ? config.maxPositions() : found.maxLength();
    int length =
        settings.maxLength() == 0 ? Math.min(limit, config.maxPositions()) : settings.maxLength();
    SentenceModules modules =
        found.withMaxLength(length).withPrompts(settings.prompts().in(found.prompts()));
    Tokenizer tokenizer =
        Tokenizer.open(
            directory.resolve(modules.transformer()).resolve("tokenizer.json"),
            length,
            config.vocabularySize(),
            modules.lowerCase(),
            modules.prompts().text());
    Compute.load();
    try {
      Map<String, long[]> shapes = new LinkedHashMap<>(config.shapes());
      shapes.putAll(modules.shapes());
      Map<String, FloatBuffer> ofLayers = modules.values(directory);
      Parameters parameters =
          Parameters.load(
              shapes,
              settings.device(),
              name -> {
                FloatBuffer values = ofLayers.get(name);
                return values == null ? checkpoint.parameter(name) : values;
              });
      return new Encoder(directory, config, modules, tokenizer, parameters, settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * This encoder with another prompt before each text: the same parameters and the same native
   * tokenizer, which this one owns; closing the other does nothing. Of a model that leaves its
   * prompt out of the pooling each leaves out its own. Text that one has tokenized is for that one.
   *
   * @param nameOrText the name of one of the model's prompts, or else a text, an empty one for none
   * @throws UserError when the prompt leaves no room for a text
   */
  public Encoder withPrompt(String nameOrText) {
    return new Encoder(this, tokenizer.withPrompt(modules.prompts().textOf(nameOrText)));
  }

  /** This encoder for queries, as {@link #withPrompt}. */
  public Encoder forQueries() {
    return new Encoder(this, tokenizer.withPrompt(modules.prompts().query()));
  }

  /** This encoder for documents that are to be found, as {@link #withPrompt}. */
  public Encoder forDocuments() {
    return new Encoder(this, tokenizer.withPrompt(modules.prompts().document()));
  }

  /** The checkpoint's directory. */
  public Path directory() {
    return directory;
  }

  /** The architecture, after layers were dropped. */
  public EncoderConfig config() {
    return config;
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The parameters; a change of them changes the encoder. */
  public Parameters parameters() {
    return parameters;
  }

  /** How it was opened. */
  public Settings settings() {
    return settings;
  }

  /** The pooling that the checkpoint says it was trained with; mean where it says none. */
  public Pooling pooling() {
    return modules.pooling() == null ? Pooling.MEAN : Pooling.parse(modules.pooling());
  }

  /** Whether the checkpoint says that its vectors are scaled to length 1. */
  public boolean normalizes() {
    return modules.normalizes();
  }

  /**
   * What the checkpoint says of the way from a text to its vector, with the length and the prompts
   * in use.
   */
  public SentenceModules modules() {
    return modules;
  }

  /**
   * Width of an embedding.
   *
   * @throws UserError where the model has a layer that takes vectors of another pooling's width, or
   *     more dimensions are to be kept than there are
   */
  public int dimension(Pooling pooling) {
    return head(pooling).dimension();
  }

  /**
   * The way from hidden states to embeddings, with the parameters as they are whenever it is used.
   *
   * @throws UserError where the model has a layer that takes vectors of another pooling's width
   */
  public SentenceHead head(Pooling pooling) {
    return head(pooling, parameters);
  }

  private SentenceHead head(Pooling pooling, Parameters replica) {
    return new SentenceHead(
        pooling,
        modules.includesPrompt() ? 0 : tokenizer.promptTokens(),
        config.hiddenSize(),
        modules,
        settings.dimensions(),
        replica);
  }

  /**
   * Saves the encoder as it is now in Hugging Face and sentence-transformers layout, with what
   * other programs need to read it: all that the checkpoint said of the way from a text to its
   * vector, and the tokenizer's files. The weights are written last: a directory without them is no
   * model.
   *
   * @param target directory, made if missing; a model in it is replaced
   * @param pooling it was trained with; sentence-transformers refuses a model whose pooling it does
   *     not know
   */
  public void save(Path target, Pooling pooling) {
    Path weights = target.resolve("model.safetensors");
    TokenizerFiles files =
        TokenizerFiles.read(
            directory.resolve(modules.transformer()), config, tokenizer.maxLength());
    try {
      Files.deleteIfExists(weights);
      SentenceModules.delete(target);
    } catch (IOException e) {
      throw UserError.writing(target, e);
    }
    files.write(target);
    WholeFile.writeText(target.resolve("config.json"), config.toJson());
    SentenceModules saved = modules.withPooling(pooling.label());
    saved.write(target, config.hiddenSize());
    for (SentenceLayer layer : saved.layers()) {
      if (!layer.shapes().isEmpty()) {
        write(
            target.resolve(layer.path()).resolve("model.safetensors"),
            layer.shapes(),
            layer.parameter("").length());
      }
    }
    write(weights, config.shapes(), 0);
  }

  /** Writes parameters, by their names without so many letters at the beginning. */
  private void write(Path file, Map<String, long[]> shapes, int prefix) {
    List<Safetensors.Entry> entries = new ArrayList<>();
    shapes.forEach(
        (name, shape) ->
            entries.add(
                new Safetensors.Entry(
                    name.substring(prefix),
                    Arrays.stream(shape).boxed().toList(),
                    () -> parameters.buffer(name))));
    Safetensors.write(file, Map.of("format", "pt"), entries);
  }

  /**
   * Tells how work on plain arrays goes on.
   *
   * @param listener given the tokens of each batch once it is done, by any of the threads
   */
  public void onBatch(LongConsumer listener) {
    this.listener = listener;
  }

  /** Indices of sentences in ascending order of length; equal lengths keep their order. */
  public static int[] byLength(List<int[]> sentences) {
    return PackedBatch.byLength(sentences);
  }

  /**
   * The embeddings of a batch of sentences, differentiable in the parameters. To be called in a
   * scope of the caller's.
   *
   * @return {@code [sentences, dimension]} in the order given
   */
  public Tensor embed(List<int[]> sentences, Pooling pooling, Dropout dropout) {
    int[] names = IntStream.range(0, sentences.size()).toArray();
    return embed(sentences, names, pooling, dropout, parameters);
  }

  /**
   * The same of sentences that have names, differentiable in a replica of the parameters.
   *
   * @param names of the sentences, by which {@link Dropout} knows them
   * @param replica as {@link Parameters#replica} gives it
   */
  public Tensor embed(
      List<int[]> sentences, int[] names, Pooling pooling, Dropout dropout, Parameters replica) {
    PackedBatch batch = PackedBatch.of(sentences, names);
    Transformer own = new Transformer(config, replica);
    return head(pooling, replica).apply(own.forward(batch, dropout, settings.precision()), batch);
  }

  /**
   * The embeddings of sentences under several poolings, in one pass. Sentences of the same tokens
   * are embedded once: a product's rounding depends on a row's place in the batch, and equal
   * sentences shall have equal embeddings to the bit.
   *
   * @return for each pooling, in the order given: {@code [sentence][d]}; equal sentences share an
   *     array
   */
  public List<float[][]> embed(TokenizedText text, List<Pooling> poolings) {
    return embed(text, poolings, Precision.FP32);
  }

  /**
   * The vectors of sentences as other programs use them: in the precision of the settings, and
   * scaled to length 1 where that is wanted (a vector of zeros stays). Sentences of the same tokens
   * have equal vectors to the bit; so have the same sentences in the same order in another call.
   *
   * @return {@code [sentence][d]}, each an array of its own
   */
  public float[][] encode(TokenizedText text, Pooling pooling, boolean normalize) {
    return Arrays.stream(embed(text, List.of(pooling), settings.precision()).get(0))
        .map(vector -> normalize ? normalized(vector) : vector.clone())
        .toArray(float[][]::new);
  }

  /**
   * Sentence vectors as the model delivers them: pooled, and of length 1 where it {@link
   * #normalizes}.
   *
   * @return {@code [sentence][d]}, each an array of its own
   */
  public float[][] encode(TokenizedText text, Pooling pooling) {
    return encode(text, pooling, normalizes());
  }

  /** A vector scaled to length 1, a new one; the zero vector stays zero. */
  public static float[] normalized(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int j = 0; j < unit.length; j++) {
      unit[j] = (float) (scale * vector[j]);
    }
    return unit;
  }

  private List<float[][]> embed(TokenizedText text, List<Pooling> poolings, Precision precision) {
    Map<IntBuffer, Integer> placeOf = new HashMap<>();
    List<int[]> distinct = new ArrayList<>();
    int[] places = new int[text.size()];
    for (int i = 0; i < places.length; i++) {
      int[] ids = text.sentences().get(i);
      places[i] = placeOf.computeIfAbsent(IntBuffer.wrap(ids), unused -> distinct.size());
      if (places[i] == distinct.size()) {
        distinct.add(ids);
      }
    }
    List<float[][]> embeddings = poolings.stream().map(p -> new float[distinct.size()][]).toList();
    List<SentenceHead> heads = poolings.stream().map(this::head).toList();
    run(
        new TokenizedText(distinct, 0),
        precision,
        Dropout.off(),
        () -> embeddings, // each batch writes to places of its own
        (all, indices, batch, hidden) -> {
          for (int p = 0; p < heads.size(); p++) {
            int d = heads.get(p).dimension();
            float[] flat = Tensors.toArray(heads.get(p).apply(hidden, batch));
            for (int i = 0; i < indices.length; i++) {
              all.get(p)[indices[i]] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
            }
          }
        });
    return embeddings.stream()
        .map(all -> Arrays.stream(places).mapToObj(place -> all[place]).toArray(float[][]::new))
        .toList();
  }

  /**
   * Feeds the hidden states of sentences to accumulators, one a thread, batch by batch in ascending
   * order of length.
   *
   * @param text the sentences
   * @param accumulator makes an empty accumulator
   * @param add adds a batch to one; called by one thread at a time for each accumulator
   * @return the accumulators, one a thread; which batches each got depends only on the text and the
   *     number of threads
   */
  public <A> List<A> forEachBatch(
      TokenizedText text, Supplier<A> accumulator, BiConsumer<A, HiddenStates> add) {
    return forEachBatch(text, Dropout.off(), accumulator, add);
  }

  /**
   * The same under dropout. A sentence's name is its place in the text: one that the text has twice
   * meets another mask each time.
   */
  public <A> List<A> forEachBatch(
      TokenizedText text,
      Dropout dropout,
      Supplier<A> accumulator,
      BiConsumer<A, HiddenStates> add) {
    return run(
        text,
        Precision.FP32,
        dropout,
        accumulator,
        (a, indices, batch, hidden) -> add.accept(a, hiddenStates(indices, batch, hidden)));
  }

  private HiddenStates hiddenStates(int[] indices, PackedBatch batch, List<Tensor> hidden) {
    int[] sentences = new int[indices.length];
    int[] offsets = new int[indices.length + 1];
    int place = 0;
    for (PackedBatch.Group group : batch.groups()) {
      for (int i = 0; i < group.sentences(); i++, place++) {
        sentences[place] = indices[batch.order()[place]];
        offsets[place + 1] = offsets[place] + group.length();
      }
    }
    float[][] layers = hidden.stream().map(Tensors::toArray).toArray(float[][]::new);
    return new HiddenStates(sentences, offsets, batch.ids(), layers, config.hiddenSize());
  }

  /** Something to do with a batch's hidden states. */
  private interface BatchWork<A> {
    void accept(A accumulator, int[] indices, PackedBatch batch, List<Tensor> hidden);
  }

  /** Runs all batches, batch i on thread i modulo the number of threads. */
  private <A> List<A> run(
      TokenizedText text,
      Precision precision,
      Dropout dropout,
      Supplier<A> accumulator,
      BatchWork<A> work) {
    List<int[]> batches = batches(text);
    int threads = Math.min(settings.threads(), Math.max(1, batches.size()));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<A>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        results.add(
            pool.submit(
                () -> {
                  A a = accumulator.get();
                  for (int i = first; i < batches.size() && !pool.isShutdown(); i += threads) {
                    run(text, batches.get(i), precision, dropout, a, work);
                  }
                  return a;
                }));
      }
      List<A> accumulators = new ArrayList<>();
      for (Future<A> result : results) {
        accumulators.add(result.get());
      }
      return accumulators;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
      awaitTermination(pool);
    }
  }

  /** Waits for the batches at work after a failure: they read what the caller may close next. */
  private static void awaitTermination(ExecutorService pool) {
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <A> void run(
      TokenizedText text,
      int[] indices,
      Precision precision,
      Dropout dropout,
      A accumulator,
      BatchWork<A> work) {
    List<int[]> sentences = new ArrayList<>();
    for (int index : indices) {
      sentences.add(text.sentences().get(index));
    }
    PackedBatch batch = PackedBatch.of(sentences, indices);
    String what = "encoding " + indices.length + " sentences of " + batch.rows() + " tokens";
    NativeError.translate(
        what,
        () -> {
          try (Scope scope = Scope.withoutGradients()) {
            List<Tensor> hidden = transformer.forward(batch, dropout, precision);
            // What is not finite in one layer is so in all after it.
            if (!hidden.get(hidden.size() - 1).isfinite().all().item_bool()) {
              throw new UserError(
                  "model " + directory,
                  "gives hidden states that are not finite (NaN or infinite)",
                  "finite numbers",
                  "If it was being trained, use a smaller learning rate or a larger"
                      + " temperature; if it was not, its weights are damaged: fetch it again");
            }
            work.accept(accumulator, indices, batch, hidden);
          }
          listener.accept(batch.rows());
          return indices;
        });
  }

  /**
   * Batches of indices into the text, in ascending order of length, of at most so many tokens each
   * as are worked on at once.
   */
  private List<int[]> batches(TokenizedText text) {
    int most = settings.device().isCpu() ? ROWS : ROWS_OF_A_GPU;
    int[] order = PackedBatch.byLength(text.sentences());
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int to = from;
      int rows = 0;
      while (to < order.length) {
        rows += text.sentences().get(order[to]).length;
        if (to > from && rows > most) {
          break;
        }
        to++;
      }
      batches.add(Arrays.copyOfRange(order, from, to));
      from = to;
    }
    return batches;
  }

  /** Frees the model; of an encoder that {@link #withPrompt} gave, nothing. */
  @Override
  public void close() {
    if (owner) {
      tokenizer.close();
      parameters.close();
    }
  }
}
