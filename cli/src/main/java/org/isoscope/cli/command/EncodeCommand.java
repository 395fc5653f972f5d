package org.isoscope.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.isoscope.calibration.Transforms;
import org.isoscope.cli.option.ColumnOptions;
import org.isoscope.cli.option.DimensionsOption;
import org.isoscope.cli.option.JsonOption;
import org.isoscope.cli.option.ModelOptions;
import org.isoscope.cli.option.ModelOrVectors;
import org.isoscope.cli.option.PoolingOptions;
import org.isoscope.cli.option.ResultOptions;
import org.isoscope.cli.option.TableOutput;
import org.isoscope.cli.option.WorkOptions;
import org.isoscope.cli.print.Progress;
import org.isoscope.cli.print.Told;
import org.isoscope.corpus.ColumnChoice;
import org.isoscope.corpus.Corpus;
import org.isoscope.corpus.VectorFile;
import org.isoscope.corpus.VectorWriter;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.geometry.Transform;
import org.isoscope.io.UserError;
import org.isoscope.study.RunRecord;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code encode}: text in, vectors out. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description =
        "Writes the sentence vectors of a text, in its order, or vectors of a file, in both cases"
            + " transformed where asked; an id and a text beside vectors stay with them. Either may"
            + " be larger than memory.",
    footer = {
      "",
      "Example:",
      "  isoscope encode --model all-minilm-l6-v2 --text tickets.csv.gz --column body \\",
      "    --out vectors.npy",
      "  isoscope encode --vectors vectors.npy --transform whitened --out mended.npy"
    })
public final class EncodeCommand implements Callable<Integer> {
  /**
   * Sentences read, sorted by length, and encoded at once: enough to fill batches of one length.
   */
  private static final int WINDOW = 16_384;

  /** So many characters fill a window too: long texts must not fill the memory. */
  private static final long WINDOW_CHARS = 1L << 24;

  private static final Path STANDARD_OUTPUT = Path.of("-");

  /** Options that say nothing of vectors in a file. */
  private static final List<String> OF_A_MODEL =
      List.of(
          "--model",
          "--text",
          "--keep-layers",
          "--max-length",
          "--prompt",
          "--device",
          "--pooling",
          "--precision",
          "--with-text");

  @Spec CommandSpec spec;
  @Mixin WorkOptions work;
  @Mixin JsonOption json;
  @Mixin ColumnOptions columnOptions;
  @Mixin ModelOrVectors source;
  @Mixin ModelOptions models;
  @Mixin PoolingOptions poolingOptions;
  @Mixin DimensionsOption dimensionsOption;

  @Option(
      names = "--text",
      paramLabel = "F",
      description =
          "Text to encode: a .txt (a sentence a line), .csv, .tsv or .jsonl, also with .gz or"
              + " .zst behind it, or .parquet, - for standard input, or wordnet:examples,"
              + " wordnet:glosses. Blank lines are skipped.")
  @Nullable String text;

  @Option(
      names = "--transform",
      paramLabel = "DIR",
      description =
          "Directory that `transform` wrote: the vectors are taken through this transform.")
  @Nullable Path transform;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "V",
      description =
          "File to write: .npy, .jsonl, .csv or .parquet; - for JSON lines on standard"
              + " output.")
  Path out;

  @Option(
      names = "--normalize",
      paramLabel = "yes|no",
      description =
          "Whether vectors are scaled to length 1, after the transform. Default: as the model says;"
              + " vectors of a file are not.")
  @Nullable String normalize;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "fp32",
      description =
          "Precision of the matrix products: fp32, bf16, or auto (bf16 where the device"
              + " has it). Default: ${DEFAULT-VALUE}, in which vectors of all machines agree.")
  String precision;

  @Option(
      names = "--with-text",
      description = "Write each sentence beside its vector (not in a .npy).")
  boolean withText;

  /**
   * What {@code --json} prints. What says nothing of vectors of a file is null.
   *
   * @param out the file that was written
   * @param vectors in it
   * @param dimension of each
   * @param read of the file or the text, its columns in words; null where it has none
   * @param skipped blank lines and cells, which have no vector
   * @param truncated sentences that were cut
   */
  record Encoded(
      String out,
      long vectors,
      int dimension,
      @Nullable String read,
      @Nullable String model,
      @Nullable String pooling,
      @Nullable String prompt,
      @Nullable String precision,
      @Nullable String transform,
      boolean normalized,
      @Nullable Long skipped,
      @Nullable Long truncated) {}

  /** Whether the command writes vectors to standard output: they are no table, and stay. */
  public static boolean printsVectors(ParseResult command) {
    return command.commandSpec().userObject() instanceof EncodeCommand encode
        && STANDARD_OUTPUT.equals(encode.out);
  }

  @Override
  public Integer call() {
    source.check(spec, OF_A_MODEL);
    if (json.json && out.equals(STANDARD_OUTPUT)) {
      throw new ParameterException(
          spec.commandLine(), "'--json' excludes '--out -': both print to standard output");
    }
    Settings settings = settings();
    TableOutput.requireOtherFile(out, text);
    TableOutput.requireOtherFile(out, source.vectors);
    Interrupt.listen();
    VectorFile vectors =
        source.vectors == null ? null : VectorFile.open(source.vectors, columnOptions.columns());
    List<String> beside = beside(vectors);
    if (out.equals(STANDARD_OUTPUT)) {
      VectorWriter.writeJsonLines(
          "standard output",
          spec.commandLine().getOut(),
          beside,
          w -> encode(settings, vectors, w));
    } else {
      Path absolute = out.toAbsolutePath();
      ResultOptions.writable(absolute.getParent() == null ? absolute : absolute.getParent());
      VectorWriter.write(out, beside, w -> encode(settings, vectors, w));
      spec.commandLine().getOut().println("Vectors: " + out);
    }
    return 0;
  }

  /** What is written beside the vectors; tells which columns of a file they are. */
  private List<String> beside(@Nullable VectorFile vectors) {
    if (vectors == null) {
      return withText ? List.of("text") : List.of();
    }
    Progress progress = work.progress(spec);
    List<String> beside = vectors.beside();
    if (vectors.columns() != null) {
      progress.say(vectors.name() + ": " + vectors.columns());
    }
    if (!beside.isEmpty() && VectorWriter.holdsVectorsOnly(out)) {
      progress.say(
          "note: "
              + String.join(" and ", beside)
              + " of "
              + vectors.name()
              + " are left out: a .npy has no place for them");
      return List.of();
    }
    return beside;
  }

  /** The options, parsed before the work begins. */
  private record Settings(
      @Nullable Boolean normalize,
      Precision precision,
      int threads,
      int dimensions,
      @Nullable Transform transform) {

    /** Of a vector that had so many dimensions, those that are kept, before the transform. */
    int dimension(int before) {
      return transform == null ? before : transform.outputDimension();
    }

    /** The kind of the transform; null where there is none. */
    @Nullable String kind() {
      return transform == null ? null : Transforms.kind(transform);
    }
  }

  private Settings settings() {
    poolingOptions.check();
    int dimensions = dimensionsOption.dimensions;
    UserError.requireRange("dimensions", dimensions, dimensions >= 0, "at least 0");
    return new Settings(
        normalize == null ? null : ColumnOptions.yes("--normalize", normalize),
        Precision.parse(precision, Device.parse(models.device)),
        work.threads(),
        dimensions,
        transform == null ? null : Transforms.read(transform));
  }

  private void encode(Settings settings, @Nullable VectorFile vectors, VectorWriter writer) {
    if (vectors != null) {
      copy(vectors, settings, writer);
      return;
    }
    if (text == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--text=F'");
    }
    try (Run run = new Run(settings, writer, Objects.requireNonNull(source.model), text)) {
      ColumnChoice choice = Corpus.choose(text, columnOptions.columns());
      run.columns = choice.words();
      long skipped = Corpus.forEach(choice, run::add);
      run.end(skipped);
    }
  }

  /** Vectors of a file, as they are or transformed. */
  private void copy(VectorFile file, Settings settings, VectorWriter writer) {
    int kept = settings.dimensions() == 0 ? file.dimension() : settings.dimensions();
    if (kept > file.dimension()) {
      throw UserError.parameter(
          "dimensions",
          kept,
          "is more than a vector has",
          "at most " + file.dimension(),
          "Choose a smaller number");
    }
    if (settings.transform() != null) {
      Transforms.requireDimension(settings.transform(), kept);
    }
    boolean normalize = Boolean.TRUE.equals(settings.normalize());
    long[] vectors = new long[1];
    file.forEachBeside(
        (row, index, beside) -> {
          stopWhereInterrupted();
          float[] vector = kept == row.length ? row : Arrays.copyOf(row, kept);
          writer.add(beside, finished(vector, settings.transform(), normalize));
          vectors[0]++;
        });
    json.result(
        new Encoded(
            out.toString(),
            vectors[0],
            settings.dimension(kept),
            file.columns(),
            null,
            null,
            null,
            null,
            settings.kind(),
            normalize,
            null,
            null));
  }

  /** A vector after the transform, of length 1 where asked. */
  private static float[] finished(
      float[] vector, @Nullable Transform transform, boolean normalize) {
    float[] mapped = transform == null ? vector : transform.apply(vector);
    return normalize ? Encoder.normalized(mapped) : mapped;
  }

  private static void stopWhereInterrupted() {
    if (Interrupt.requested()) {
      throw new UserError(
          "encode",
          "was interrupted",
          "to come to its end",
          "Run it again: it leaves no file behind");
    }
  }

  /** The window that is being filled, and the encoder, opened when there is something to encode. */
  private final class Run implements AutoCloseable {
    private final Settings settings;
    private final VectorWriter writer;
    private final String model;
    private final String text;
    private final Progress progress = work.progress(spec);
    private final List<String> window = new ArrayList<>();
    private long chars;
    private @Nullable Encoder encoder;
    private String vectors = "";
    private @Nullable String columns;
    private long start;
    private long sentences;
    private long truncated;

    Run(Settings settings, VectorWriter writer, String model, String text) {
      this.settings = settings;
      this.writer = writer;
      this.model = model;
      this.text = text;
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
      Pooling pooling = poolingOptions.of(encoder);
      float[][] encoded =
          settings.transform() == null
              ? encoder.encode(tokens, pooling, false)
              : encoder.encode(tokens, pooling);
      boolean normalize = normalize(encoder);
      for (int i = 0; i < encoded.length; i++) {
        writer.add(
            withText ? List.of(window.get(i)) : List.of(),
            finished(encoded[i], settings.transform(), normalize));
      }
      sentences += window.size();
      truncated += tokens.truncated();
      window.clear();
      chars = 0;
    }

    private Encoder open() {
      Encoder opened =
          models
              .choice(model)
              .withDimensions(settings.dimensions())
              .open(settings.threads(), settings.precision(), new Told(progress));
      encoder = opened;
      Transform transform = settings.transform();
      if (transform != null) {
        Transforms.requireDimension(transform, opened.dimension(poolingOptions.of(opened)));
      }
      if (columns != null) {
        progress.say(text + ": " + columns);
      }
      start = System.nanoTime();
      vectors =
          settings.dimension(opened.dimension(poolingOptions.of(opened)))
              + " wide, "
              + poolingOptions.of(opened).label()
              + (transform == null ? "" : ", " + settings.kind())
              + (opened.tokenizer().prompt().isEmpty()
                  ? ""
                  : ", prompt \"" + opened.tokenizer().prompt() + "\"")
              + (normalize(opened) ? ", normalized, " : ", ")
              + settings.precision().label()
              + (opened.settings().device().isCpu()
                  ? ""
                  : " on " + opened.settings().device().label());
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
            stopWhereInterrupted();
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
        progress.say("note: " + RunRecord.skipped(text, skipped) + ": they have no vector");
      }
      Encoder encoder = Objects.requireNonNull(this.encoder); // a text has a sentence
      if (truncated > 0) {
        progress.say("note: " + RunRecord.cut(text, truncated, sentences, encoder));
      }
      Pooling pooling = poolingOptions.of(encoder);
      json.result(
          new Encoded(
              out.toString(),
              sentences,
              settings.dimension(encoder.dimension(pooling)),
              columns,
              model,
              pooling.label(),
              encoder.tokenizer().prompt(),
              settings.precision().label(),
              settings.kind(),
              normalize(encoder),
              skipped,
              truncated));
    }

    @Override
    public void close() {
      if (encoder != null) {
        encoder.close();
      }
    }
  }
}
