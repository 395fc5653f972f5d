package org.isoscope.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.isoscope.encoder.Pooling;
import org.isoscope.io.UserError;
import org.isoscope.sentence.SentenceEncoder;
import org.isoscope.torch.Device;
import org.isoscope.torch.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Adds a column of embeddings, {@code array<float>}, to a table with a column of texts.
 *
 * <pre>{@code
 * Dataset<Row> embedded =
 *     new EmbedText()
 *         .setInputCol("text")
 *         .setOutputCol("embedding")
 *         .setModel("all-minilm-l6-v2")
 *         .transform(table);
 * }</pre>
 *
 * <p>Rows keep their order within a partition, and all their other columns. The embedding of null
 * is null; a blank text has one, as {@link SentenceEncoder} says. A vector is that of {@link
 * SentenceEncoder#encode} up to rounding, some 1e-6 of its length: a product's rounding depends on
 * a row's place in a batch.
 *
 * <p>A model is opened once a process, for all tasks of an executor, and stays open until another
 * is wanted that no task uses. Executors find it where they are: its directory lies on a disk that
 * all see, or was brought by {@code spark-submit --archives model.zip#NAME}, and {@link #setModel}
 * has that name; or it is fetched by its name once a machine.
 *
 * <p>It may be a stage of a pipeline, and is saved and loaded as those of Spark are. The model
 * itself is not saved with it.
 */
public final class EmbedText extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  /** Characters that fill a batch, however few its rows: long texts must not fill the memory. */
  private static final long BATCH_CHARS = 1L << 22;

  private static final DefaultParamsReadable<EmbedText> READABLE = new DefaultParamsReadable<>() {};

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> model;
  private final Param<String> engine;
  private final Param<String> role;
  private final Param<String> prompt;
  private final Param<String> pooling;
  private final Param<String> precision;
  private final Param<String> device;
  private final BooleanParam normalize;
  private final IntParam maxLength;
  private final IntParam dimensions;
  private final IntParam batchSize;
  private final IntParam threads;

  /** With a name of its own. */
  public EmbedText() {
    this(Identifiable.randomUID("embedText"));
  }

  /**
   * With a name.
   *
   * @param uid unique among the stages of a pipeline
   */
  @SuppressWarnings("this-escape") // a parameter knows whose it is
  public EmbedText(String uid) {
    this.uid = uid;
    inputCol = new Param<>(this, "inputCol", "column of texts");
    outputCol = new Param<>(this, "outputCol", "column of embeddings, which is added");
    model = new Param<>(this, "model", "a directory, or a model's name");
    engine = new Param<>(this, "engine", "what computes: libtorch, or onnxruntime an export");
    role = new Param<>(this, "role", "whose prompt is put before texts: text, query, document");
    prompt = new Param<>(this, "prompt", "name or text of the prompt; unset: as the model says");
    pooling = new Param<>(this, "pooling", "of tokens to a vector; unset: as the model says");
    precision = new Param<>(this, "precision", "of matrix products: fp32, bf16 or auto");
    device = new Param<>(this, "device", "that computes: cpu, cuda, cuda:1, mps or auto");
    normalize =
        new BooleanParam(this, "normalize", "vectors of length 1; unset: as the model says");
    maxLength = new IntParam(this, "maxLength", "tokens a text is cut at; 0: the model's limit");
    dimensions = new IntParam(this, "dimensions", "of a vector that are kept; 0: all");
    batchSize =
        new IntParam(this, "batchSize", "rows read ahead, to be computed in order of length");
    threads = new IntParam(this, "threads", "of an executor, for all its tasks; 0: its cores");
    setDefault(engine, EncoderSettings.LIBTORCH);
    setDefault(role, EncoderSettings.TEXT);
    setDefault(precision, Precision.FP32.label());
    setDefault(device, Device.CPU.label());
    setDefault(maxLength, 0);
    setDefault(dimensions, 0);
    setDefault(batchSize, 1024);
    setDefault(threads, 0);
  }

  /** What was saved by {@code save}; Spark calls it to load a pipeline. */
  public static MLReader<EmbedText> read() {
    return READABLE.read();
  }

  /** The stage that was saved in a directory. */
  public static EmbedText load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Column of texts. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Column of embeddings. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Which model. */
  public Param<String> model() {
    return model;
  }

  /** What computes. */
  public Param<String> engine() {
    return engine;
  }

  /** Whose prompt is put before texts. */
  public Param<String> role() {
    return role;
  }

  /** The prompt before each text. */
  public Param<String> prompt() {
    return prompt;
  }

  /** How tokens become a vector. */
  public Param<String> pooling() {
    return pooling;
  }

  /** Of the matrix products. */
  public Param<String> precision() {
    return precision;
  }

  /** What computes the tensors. */
  public Param<String> device() {
    return device;
  }

  /** Whether vectors are scaled to length 1. */
  public BooleanParam normalize() {
    return normalize;
  }

  /** Tokens that a text is cut at. */
  public IntParam maxLength() {
    return maxLength;
  }

  /** Dimensions of a vector that are kept. */
  public IntParam dimensions() {
    return dimensions;
  }

  /** Rows that are read ahead. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Threads of an executor. */
  public IntParam threads() {
    return threads;
  }

  /** Column of texts, of type string. To be set. */
  public EmbedText setInputCol(String column) {
    return with(inputCol, column);
  }

  /** Column of embeddings, which the table does not have yet. To be set. */
  public EmbedText setOutputCol(String column) {
    return with(outputCol, column);
  }

  /** A directory, or, of libtorch, a name that {@code isoscope models} knows. To be set. */
  public EmbedText setModel(String model) {
    return with(this.model, model);
  }

  /**
   * What computes: {@code libtorch} (the default) any model, or {@code onnxruntime} what {@code
   * isoscope export} wrote; of that prompt, pooling, normalization, length and dimensions are in
   * the export.
   */
  public EmbedText setEngine(String engine) {
    return with(this.engine, engine);
  }

  /**
   * Whose prompt is put before a text, of models that have several: {@code text} (the default, as
   * {@link SentenceEncoder#encode}), {@code query} or {@code document}.
   */
  public EmbedText setRole(String role) {
    return with(this.role, role);
  }

  /** The name of one of the model's prompts, or else a text. Default: as the model says. */
  public EmbedText setPrompt(String nameOrText) {
    return with(prompt, nameOrText);
  }

  /** As {@link Pooling#parse} reads it. Default: as the model says. */
  public EmbedText setPooling(String label) {
    return with(pooling, label);
  }

  /** As {@link Precision#parse} reads it. Default: fp32, in which all machines agree. */
  public EmbedText setPrecision(String label) {
    return with(precision, label);
  }

  /** As {@link Device#parse} reads it, on every executor. Default: cpu. */
  public EmbedText setDevice(String device) {
    return with(this.device, device);
  }

  /** Whether vectors are scaled to length 1. Default: as the model says. */
  public EmbedText setNormalize(boolean normalize) {
    return with(this.normalize, normalize);
  }

  /** Tokens to cut a text at. Default: 0, the model's own limit. */
  public EmbedText setMaxLength(int tokens) {
    return with(maxLength, tokens);
  }

  /** Dimensions of a vector to keep, the first so many. Default: 0, all. */
  public EmbedText setDimensions(int dimensions) {
    return with(this.dimensions, dimensions);
  }

  /**
   * Rows of a partition that are read ahead and computed together, the texts of like length in one
   * batch of the encoder. Default: 1024.
   */
  public EmbedText setBatchSize(int rows) {
    return with(batchSize, rows);
  }

  /** Threads of an executor, for all its tasks together. Default: 0, as many as its cores. */
  public EmbedText setThreads(int threads) {
    return with(this.threads, threads);
  }

  private <T> EmbedText with(Param<T> param, Object value) {
    set(param.name(), value);
    return this;
  }

  /**
   * The columns of a table of these columns.
   *
   * @throws UserError where the column of texts is not there or none of texts, or that of
   *     embeddings is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    String input = required(inputCol);
    String output = required(outputCol);
    List<String> columns = List.of(schema.fieldNames());
    if (!columns.contains(input)) {
      throw UserError.parameter(
          "inputCol", input, "is no column", String.join(", ", columns), "Name one of them");
    }
    if (!schema.apply(input).dataType().equals(DataTypes.StringType)) {
      throw UserError.parameter(
          "inputCol",
          input,
          "is a column of " + schema.apply(input).dataType().simpleString(),
          "one of string",
          "Name another column, or cast it");
    }
    if (columns.contains(output)) {
      throw UserError.parameter(
          "outputCol",
          output,
          "is a column of the table already",
          "a name that it does not have",
          "Choose another name");
    }
    return schema.add(
        new StructField(
            output, DataTypes.createArrayType(DataTypes.FloatType, false), true, Metadata.empty()));
  }

  /**
   * The table with its embeddings, computed when it is read.
   *
   * @throws UserError as {@link #transformSchema}, and for settings that are out of range
   */
  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    StructType schema = transformSchema(table.schema());
    int rows = (Integer) getOrDefault(batchSize);
    UserError.requireRange("batchSize", rows, rows >= 1, "at least 1");
    return table
        .toDF()
        .mapPartitions(
            new Embedding(settings(), table.schema().fieldIndex(required(inputCol)), rows),
            Encoders.row(schema));
  }

  /** What is opened on the executors. */
  private EncoderSettings settings() {
    return new EncoderSettings(
        getOrDefault(engine),
        required(model),
        getOrDefault(role),
        optional(prompt),
        optional(pooling),
        getOrDefault(precision),
        isDefined(normalize) ? (Boolean) getOrDefault(normalize) : null,
        (Integer) getOrDefault(maxLength),
        (Integer) getOrDefault(dimensions),
        (Integer) getOrDefault(threads),
        getOrDefault(device));
  }

  private String required(Param<String> param) {
    String value = optional(param);
    if (value == null || value.isEmpty()) {
      throw UserError.parameter(
          param.name(), "", "is not set", param.doc(), "Set it before the table is transformed");
    }
    return value;
  }

  private @Nullable String optional(Param<String> param) {
    return isDefined(param) ? getOrDefault(param) : null;
  }

  @Override
  public EmbedText copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** The rows of a partition, a batch at a time. */
  private record Embedding(EncoderSettings settings, int column, int batchSize)
      implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      if (!rows.hasNext()) {
        return rows; // no model is opened for nothing
      }
      SentenceEncoder encoder = OpenModels.acquire(settings);
      TaskCompletionListener release = context -> OpenModels.release(settings);
      TaskContext.get().addTaskCompletionListener(release);
      return new Iterator<>() {
        private Iterator<Row> ready = List.<Row>of().iterator();

        @Override
        public boolean hasNext() {
          return ready.hasNext() || rows.hasNext();
        }

        @Override
        public Row next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          if (!ready.hasNext()) {
            ready = embedded(rows, encoder).iterator();
          }
          return ready.next();
        }
      };
    }

    private List<Row> embedded(Iterator<Row> rows, SentenceEncoder encoder) {
      List<Row> batch = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      long chars = 0;
      while (rows.hasNext() && batch.size() < batchSize && chars < BATCH_CHARS) {
        Row row = rows.next();
        batch.add(row);
        if (!row.isNullAt(column)) {
          texts.add(row.getString(column));
          chars += row.getString(column).length();
        }
      }
      float[][] vectors = settings.encode(encoder, texts);
      List<Row> embedded = new ArrayList<>(batch.size());
      int next = 0;
      for (Row row : batch) {
        @Nullable Object[] values = new Object[row.size() + 1];
        for (int i = 0; i < row.size(); i++) {
          values[i] = row.get(i);
        }
        values[row.size()] = row.isNullAt(column) ? null : vectors[next++];
        embedded.add(RowFactory.create(values));
      }
      return embedded;
    }
  }
}
