package org.isoscope.encoder;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.isoscope.encoder.checkpoint.ModelFinder;
import org.isoscope.io.UserError;
import org.isoscope.sentence.SentenceEncoder;
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
   * @param prompt put before each text: the name of one of the model's prompts, or else a text, an
   *     empty one for none; null: the model's default prompt
   */
  public record Settings(
      @Nullable Pooling pooling,
      @Nullable Boolean normalize,
      int maxLength,
      int threads,
      Precision precision,
      @Nullable String prompt) {
    /** As the model says, on all cores, in fp32. */
    public static final Settings DEFAULT =
        new Settings(
            null, null, 0, Runtime.getRuntime().availableProcessors(), Precision.FP32, null);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException for a negative length or no thread
     */
    public Settings {
      if (maxLength < 0 || threads < 1) {
        throw new IllegalArgumentException("maxLength " + maxLength + ", threads " + threads);
      }
    }

    /** With this pooling. */
    public Settings withPooling(Pooling pooling) {
      return new Settings(pooling, normalize, maxLength, threads, precision, prompt);
    }

    /** With vectors of length 1, or as they are. */
    public Settings withNormalize(boolean normalize) {
      return new Settings(pooling, normalize, maxLength, threads, precision, prompt);
    }

    /** With texts cut at so many tokens; 0: at the model's own limit. */
    public Settings withMaxLength(int maxLength) {
      return new Settings(pooling, normalize, maxLength, threads, precision, prompt);
    }

    /** On so many cores. */
    public Settings withThreads(int threads) {
      return new Settings(pooling, normalize, maxLength, threads, precision, prompt);
    }

    /** With a prompt before each text: the name of one of the model's, or else its own text. */
    public Settings withPrompt(String prompt) {
      return new Settings(pooling, normalize, maxLength, threads, precision, prompt);
    }

    /** In this precision; bf16 is slow where {@link Precision#hardwareHasBf16} says no. */
    public Settings withPrecision(Precision precision) {
      return new Settings(pooling, normalize, maxLength, threads, precision, prompt);
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
    return open(ModelFinder.installed().find(model), settings);
  }

  /** Opens a model directory as {@link #open(Path, Settings)}, as the model says. */
  public static TorchSentenceEncoder open(Path directory) {
    return open(directory, Settings.DEFAULT);
  }

  /**
   * Opens a model directory in Hugging Face or sentence-transformers layout.
   *
   * @throws UserError when a file is missing or malformed, or the length is more than the model has
   *     positions for
   */
  public static TorchSentenceEncoder open(Path directory, Settings settings) {
    Encoder encoder =
        Encoder.open(
            directory,
            new Encoder.Settings(
                0,
                settings.maxLength(),
                settings.threads(),
                settings.precision(),
                settings.prompt()));
    try {
      return new TorchSentenceEncoder(encoder, settings);
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  @Override
  public float[][] encode(List<String> texts) {
    List<String> copy = List.copyOf(texts);
    int permits = Math.max(1, Math.min(copy.size(), encoder.settings().threads()));
    cores.acquireUninterruptibly(permits);
    try {
      if (closed) {
        throw new IllegalStateException("the encoder is closed");
      }
      return encoder.encode(encoder.tokenizer().tokenize(copy), pooling, normalizes);
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

  /** What is put before each text; empty: nothing. */
  public String prompt() {
    return encoder.tokenizer().prompt();
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
