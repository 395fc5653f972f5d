package org.isoscope.encoder;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.isoscope.encoder.checkpoint.ModelFinder;
import org.isoscope.io.UserError;
import org.isoscope.sentence.PromptChoice;
import org.isoscope.sentence.Prompts;
import org.isoscope.sentence.SentenceEncoder;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SentenceEncoder} on libtorch.
 *
 * <pre>{@code
 * try (SentenceEncoder encoder = TorchSentenceEncoder.open("all-minilm-l6-v2")) {
 *   float[] vector = encoder.encode("A cat sits on the mat.");
 *   float[][] vectors = encoder.encode(List.of("A cat.", "A dog."));
 *   double cosine = encoder.similarity("A cat.", "A kitten.");
 * }
 * }</pre>
 *
 * <p>Within a call equal texts have equal vectors to the bit.
 *
 * <p>A single text is work for one core, a list for several; so there is a semaphore of as many
 * permits as cores to use, of which a call takes as many as it has texts, at most all, first come,
 * first served. Cores are never fought for, and no call's bits depend on another's, as they would
 * if texts of several callers shared a batch. Callers that want more throughput give lists.
 */
public final class TorchSentenceEncoder implements SentenceEncoder {
  private final Encoder encoder;
  private final Pooling pooling;
  private final boolean normalizes;
  private final int dimension;
  private final Semaphore cores;
  private boolean closed; // read and written with a permit, so never at once

  private TorchSentenceEncoder(Encoder encoder, Settings settings) {
    this.encoder = encoder;
    this.pooling = settings.pooling() == null ? encoder.pooling() : settings.pooling();
    this.normalizes = settings.normalize() == null ? encoder.normalizes() : settings.normalize();
    this.dimension = encoder.dimension(pooling);
    this.cores = new Semaphore(settings.threads(), true);
  }

  /**
   * How a model is used. {@link #DEFAULT}, changed by the methods that begin with {@code with}, is
   * the way to make one.
   *
   * @param pooling null: as the model says
   * @param normalize whether vectors are scaled to length 1; null: as the model says
   * @param maxLength tokens to cut a text at, special tokens included; 0: the model's own limit
   * @param threads to use, at least 1
   * @param precision of the matrix products
   * @param prompts put before texts
   * @param dimensions that are kept of a vector, the first so many, as a Matryoshka model allows
   *     it; where vectors are scaled to length 1, then after that; 0: all
   * @param device that computes
   */
  public record Settings(
      @Nullable Pooling pooling,
      @Nullable Boolean normalize,
      int maxLength,
      int threads,
      Precision precision,
      PromptChoice prompts,
      int dimensions,
      Device device) {
    /** As the model says, on all cores of the processor, in fp32. */
    public static final Settings DEFAULT =
        new Settings(
            null,
            null,
            0,
            Runtime.getRuntime().availableProcessors(),
            Precision.FP32,
            PromptChoice.OF_THE_MODEL,
            0,
            Device.CPU);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException for a negative length or dimension, or no thread
     */
    public Settings {
      if (maxLength < 0 || threads < 1 || dimensions < 0) {
        throw new IllegalArgumentException(
            "maxLength " + maxLength + ", threads " + threads + ", dimensions " + dimensions);
      }
    }

    /** With this pooling. */
    public Settings withPooling(Pooling pooling) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /** With vectors of length 1, or as they are. */
    public Settings withNormalize(boolean normalize) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /** With texts cut at so many tokens; 0: at the model's own limit. */
    public Settings withMaxLength(int maxLength) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /** On so many cores. */
    public Settings withThreads(int threads) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /**
     * With a prompt before each text, queries and documents too: the name of one of the model's, or
     * else its own text.
     */
    public Settings withPrompt(String prompt) {
      return withPrompts(PromptChoice.all(prompt));
    }

    /** With prompts that are chosen one by one. */
    public Settings withPrompts(PromptChoice prompts) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /**
     * With the first so many dimensions of each vector; 0: all. sentence-transformers cuts alike
     * ({@code truncate_dim}), and leaves the length of what is left, unless asked to scale it.
     */
    public Settings withDimensions(int dimensions) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /** In this precision; bf16 is slow where {@link Precision#hardwareHasBf16} says no. */
    public Settings withPrecision(Precision precision) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }

    /** On this device. A GPU has not been tried yet. */
    public Settings withDevice(Device device) {
      return new Settings(
          pooling, normalize, maxLength, threads, precision, prompts, dimensions, device);
    }
  }

  /** Opens a model as {@link #open(String, Settings)}, as the model says. */
  public static TorchSentenceEncoder open(String model) {
    return open(model, Settings.DEFAULT);
  }

  /**
   * Opens a model; one by its name is fetched, or converted into the cache, at its first use.
   *
   * @param model a directory; with isoscope-models on the class path also a name, see {@link
   *     ModelFinder#find}
   * @throws UserError when there is no such model, it cannot be fetched, or it is damaged
   */
  public static TorchSentenceEncoder open(String model, Settings settings) {
    ModelFinder finder = ModelFinder.installed();
    return open(finder.find(model), settings, finder.prompts(model));
  }

  /** Opens a model directory as {@link #open(Path, Settings)}, as the model says. */
  public static TorchSentenceEncoder open(Path directory) {
    return open(directory, Settings.DEFAULT);
  }

  /**
   * Opens a model directory in Hugging Face or sentence-transformers layout.
   *
   * @throws UserError when a file is missing or malformed, the length is more than the model has
   *     positions for, or the dimensions are more than a vector has
   */
  public static TorchSentenceEncoder open(Path directory, Settings settings) {
    return open(directory, settings, Prompts.NONE);
  }

  private static TorchSentenceEncoder open(Path directory, Settings settings, Prompts published) {
    Encoder encoder =
        Encoder.open(
            directory,
            new Encoder.Settings(
                0,
                settings.maxLength(),
                settings.threads(),
                settings.precision(),
                settings.prompts(),
                settings.dimensions(),
                settings.device()),
            published);
    try {
      return new TorchSentenceEncoder(encoder, settings);
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  @Override
  public float[][] encode(List<String> texts) {
    return encode(texts, UnaryOperator.identity());
  }

  @Override
  public float[][] encodeQuery(List<String> queries) {
    return encode(queries, Encoder::forQueries);
  }

  @Override
  public float[][] encodeDocument(List<String> documents) {
    return encode(documents, Encoder::forDocuments);
  }

  private float[][] encode(List<String> texts, UnaryOperator<Encoder> prompted) {
    List<String> copy = List.copyOf(texts);
    int permits = Math.max(1, Math.min(copy.size(), encoder.settings().threads()));
    cores.acquireUninterruptibly(permits);
    try {
      if (closed) {
        throw new IllegalStateException("the encoder is closed");
      }
      Encoder used = prompted.apply(encoder);
      return used.encode(used.tokenizer().tokenize(copy), pooling, normalizes);
    } finally {
      cores.release(permits);
    }
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public int maxLength() {
    return encoder.tokenizer().maxLength();
  }

  /** What {@link #encode} puts before each text; empty: nothing. */
  public String prompt() {
    return encoder.tokenizer().prompt();
  }

  /** All prompts of the model, with those that were chosen in the place of its own. */
  public Prompts prompts() {
    return encoder.modules().prompts();
  }

  /** How tokens become a vector. */
  public Pooling pooling() {
    return pooling;
  }

  /** Whether vectors are scaled to length 1. */
  public boolean normalizes() {
    return normalizes;
  }

  @Override
  public void close() {
    int all = encoder.settings().threads();
    cores.acquireUninterruptibly(all);
    try {
      if (!closed) {
        closed = true;
        encoder.close();
      }
    } finally {
      cores.release(all);
    }
  }
}
