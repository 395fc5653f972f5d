package org.isoscope.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorWriter;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.io.UserError;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code encode}: text in, vectors out. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description =
        "Writes the sentence vectors of a text, in its order. The text may be larger than memory.",
    footer = {
      "",
      "Example:",
      "  isoscope encode --model all-minilm-l6-v2 --text tickets.csv.gz --column body \\",
      "    --out vectors.npy"
    })
final class EncodeCommand implements Callable<Integer> {
  /**
   * Sentences read, sorted by length, and encoded at once: enough to fill batches of one length.
   */
  private static final int WINDOW = 16_384;

  /** So many characters fill a window too: long texts must not fill the memory. */
  private static final long WINDOW_CHARS = 1L << 24;

  private static final Path STANDARD_OUTPUT = Path.of("-");

  @Spec CommandSpec spec;
  @Mixin WorkOptions work;
  @Mixin ColumnOptions columnOptions;
  @Mixin NamedModelOptions models;
  @Mixin PoolingOptions poolingOptions;

  @Option(
      names = "--text",
      required = true,
      paramLabel = "F",
      description =
          "A .txt (a sentence a line), .csv, .tsv or .jsonl, also with .gz or .zst behind it, or"
              + " .parquet, or wordnet:examples, wordnet:glosses. Blank lines are skipped.")
  String text;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "V",
      description =
          "The file to write: .npy, .jsonl, .csv or .parquet; - for JSON lines on standard output.")
  Path out;

  @Option(
      names = "--normalize",
      paramLabel = "yes|no",
      description = "Whether vectors are scaled to length 1. Default: as the model says.")
  @Nullable String normalize;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description =
          "Of the matrix products: fp32, bf16, or auto (bf16 where the processor has it). Default:"
              + " ${DEFAULT-VALUE}, in which vectors of all machines agree.")
  String precision;

  @Option(
      names = "--with-text",
      description = "Write each sentence beside its vector (not in a .npy).")
  boolean withText;

  @Override
  public Integer call() {
    Settings settings = settings();
    Interrupt.listen();
    if (out.equals(STANDARD_OUTPUT)) {
      VectorWriter.writeJsonLines(
          "standard output", spec.commandLine().getOut(), withText, w -> encode(settings, w));
    } else {
      VectorWriter.write(out, withText, w -> encode(settings, w));
      spec.commandLine().getOut().println("Vectors: " + out);
    }
    return 0;
  }

  /** The options, parsed before the work begins. */
  private record Settings(@Nullable Boolean normalize, Precision precision, int threads) {}

  private Settings settings() {
    poolingOptions.check();
    return new Settings(
        normalize == null ? null : ColumnOptions.yes("--normalize", normalize),
        Precision.parse(precision),
        work.threads());
  }

  private void encode(Settings settings, VectorWriter writer) {
    try (Run run = new Run(settings, writer)) {
      long skipped = Corpus.forEach(text, columnOptions.columns(), run::add);
      run.end(skipped);
    }
  }

  /** The window that is being filled, and the encoder, opened when there is something to encode. */
  private final class Run implements AutoCloseable {
    private final Settings settings;
    private final VectorWriter writer;
    private final Progress progress = work.progress(spec);
    private final List<String> window = new ArrayList<>();
    private long chars;
    private @Nullable Encoder encoder;
    private String vectors = "";
    private long start;
    private long sentences;
    private long truncated;

    Run(Settings settings, VectorWriter writer) {
      this.settings = settings;
      this.writer = writer;
    }

    void add(String sentence) {
      window.add(sentence);
      chars += sentence.length();
      if (window.size() == WINDOW || chars > WINDOW_CHARS) {
        encodeWindow();
      }
    }

    private void encodeWindow() {
      Encoder encoder = this.encoder == null ? open() : this.encoder;
      TokenizedText tokens = encoder.tokenizer().tokenize(window);
      follow(encoder, tokens);
      float[][] encoded = encoder.encode(tokens, poolingOptions.of(encoder), normalize(encoder));
      for (int i = 0; i < encoded.length; i++) {
        writer.add(window.get(i), encoded[i]);
      }
      if (spec.commandLine().getOut().checkError()) {
        throw new UserError(
            "standard output", "is closed", "a program that reads on", "Look why that one ended");
      }
      sentences += window.size();
      truncated += tokens.truncated();
      window.clear();
      chars = 0;
    }

    private Encoder open() {
      Encoder opened =
          models.open(
              ModelOptions.resolve(models.model, progress),
              settings.threads(),
              settings.precision());
      encoder = opened;
      start = System.nanoTime();
      vectors =
          opened.config().hiddenSize()
              + " wide, "
              + poolingOptions.of(opened).label()
              + (normalize(opened) ? ", normalized, " : ", ")
              + settings.precision().label();
      return opened;
    }

    private boolean normalize(Encoder encoder) {
      return settings.normalize() == null ? encoder.normalizes() : settings.normalize();
    }

    /** Tells how far the window is, and ends the work where Ctrl-C was pressed. */
    private void follow(Encoder encoder, TokenizedText tokens) {
      double all = Math.max(1, tokens.tokens());
      AtomicLong done = new AtomicLong();
      encoder.onBatch(
          batch -> {
            if (Interrupt.requested()) {
              throw new UserError(
                  "encode",
                  "was interrupted",
                  "to come to its end",
                  "Run it again: it leaves no file behind");
            }
            double share = Math.min(1, done.addAndGet(batch) / all);
            synchronized (progress) {
              progress.update(rate(sentences + (long) (share * tokens.size())));
            }
          });
    }

    private String rate(long done) {
      double seconds = (System.nanoTime() - start) * 1e-9;
      return String.format(
          Locale.ROOT, "%,d sentences, %,.0f sentences/s", done, done / Math.max(1e-3, seconds));
    }

    void end(long skipped) {
      if (!window.isEmpty()) {
        encodeWindow();
      }
      progress.say(
          rate(sentences)
              + ", "
              + vectors
              + ", in "
              + Progress.duration((System.nanoTime() - start) * 1e-9));
      if (skipped > 0) {
        progress.say(
            "note: "
                + text
                + ": "
                + skipped
                + " blank lines or cells were skipped: they have no vector");
      }
      if (truncated > 0 && encoder != null) {
        progress.say("note: " + RunRecord.cut(text, truncated, sentences, encoder));
      }
    }

    @Override
    public void close() {
      if (encoder != null) {
        encoder.close();
      }
    }
  }
}
