package org.isoscope.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.TokenizedText;
import org.isoscope.evaluation.DetailedGeometry;
import org.isoscope.evaluation.LayerTypes;
import org.isoscope.evaluation.SentenceVectors;
import org.isoscope.evaluation.TextMeasures;
import org.isoscope.io.UserError;
import org.isoscope.results.Geometry;
import org.isoscope.study.SpaceSettings;
import org.isoscope.study.Spaces;
import org.isoscope.study.TextAnalysis;
import org.isoscope.training.Seed;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * A table with a column of texts, of which every layer of a model is measured where its rows lie:
 * the figures of {@code isoscope analyze}, intervals included, of a table of any size.
 *
 * <p>Rows are read twice: token types are counted first, as only those that are frequent enough are
 * measured. Each row is a sentence and a group of its own; one that is null or blank is counted and
 * left out. Unlike {@code analyze}, near copies are not looked for, word classes are not told, and
 * the space of the embeddings sums over every row, not over its sample alone.
 *
 * <p>The sums of token types, which are by far the largest, are merged by layer and type, in as
 * many tasks as there are; the driver has their results alone. A task holds 8 bytes for each type,
 * layer and dimension: 2.4 GB for a vocabulary of 30,000 over 13 layers of 768.
 */
public final class TextTable {
  /** Rows that are computed together. */
  private static final int WINDOW = 1024;

  /** Parts of the types of a layer, each merged by a task of its own. */
  private static final int TYPE_PARTS = 16;

  /**
   * Parts of the table whose other sums are merged by tasks; the driver merges what these leave.
   */
  private static final int PARTS = 8;

  private static final Counts NONE = new Counts(new int[0], 0, 0);

  private final Dataset<Row> table;
  private final String texts;
  private final @Nullable String key;

  /**
   * Of a table, its rows being told apart by where they lie: samples depend on how the table is
   * split.
   *
   * @param texts the column
   * @throws UserError where there is no such column, or it is none of texts
   */
  public TextTable(Dataset<Row> table, String texts) {
    this(table, texts, null);
  }

  private TextTable(Dataset<Row> table, String texts, @Nullable String key) {
    this.table = table;
    this.texts = texts;
    this.key = key;
    DataType type = TableColumns.type(table, "inputCol", texts);
    if (!type.equals(DataTypes.StringType)) {
      throw UserError.parameter(
          "inputCol",
          texts,
          "is a column of " + type.simpleString(),
          "one of string",
          "Name another column, or cast it");
    }
  }

  /** The same table, its rows being told apart by a column, as {@link VectorTable#withKey}. */
  public TextTable withKey(String column) {
    TableColumns.type(table, "key", column);
    return new TextTable(table, texts, column);
  }

  /**
   * What was measured.
   *
   * @param layers of the model
   * @param spaces of the embeddings
   * @param without rows without a text
   */
  public record Measured(Geometry layers, Spaces spaces, long without) {}

  /**
   * Measures every layer.
   *
   * @param analysis without a transform
   * @param specialTokens whether [CLS] and [SEP] count as tokens
   * @throws UserError where no row has a text, or the model cannot be opened
   */
  public Measured measure(LayerModel model, TextAnalysis analysis, boolean specialTokens) {
    if (analysis.space().transform() != null) {
      throw new IllegalArgumentException("a transform: embeddings are measured as they are");
    }
    Column text = functions.col(texts);
    // Sentences have numbers that are not negative.
    Column keys = TableColumns.keys(table, key).bitwiseAND(functions.lit(Long.MAX_VALUE));
    Dataset<Row> all = table.select(keys.as("key"), text.as("text"));
    JavaRDD<Row> rows = all.toJavaRDD();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(rows.context());
    int parallelism = context.defaultParallelism();
    Task task =
        new Task(
            model,
            specialTokens,
            analysis.space().sample(),
            analysis.seed().value(),
            analysis.model(),
            analysis.text());
    return Failures.told(
        () -> {
          Counts counts =
              rows.mapPartitions(task::count).treeAggregate(NONE, Counts::plus, Counts::plus);
          if (counts.texts == 0) {
            throw new UserError(
                analysis.text(),
                "has no text",
                "at least one row that has one",
                "Check the column");
          }
          Broadcast<int[]> occurrences = context.broadcast(counts.occurrences);
          // In order of their keys; computed once, for both that read them.
          JavaPairRDD<Integer, byte[]> states =
              rows.coalesce(parallelism)
                  .mapPartitionsToPair(part -> task.measure(part, occurrences.value()))
                  .repartitionAndSortWithinPartitions(new HashPartitioner(parallelism));
          Rest rest =
              task.rest(
                  states
                      .filter(state -> state._1() < 0)
                      .mapPartitions(some -> new Merged(some, task, new double[0][]))
                      .toLocalIterator());
          Broadcast<double[][]> centroids = context.broadcast(rest.measures().centroids());
          Iterator<Tuple2<Integer, byte[]>> types =
              states
                  .filter(state -> state._1() >= 0)
                  .mapPartitions(some -> new Merged(some, task, centroids.value()))
                  .toLocalIterator();
          Measured measured = task.result(rest, types, counts.without);
          centroids.destroy();
          occurrences.destroy();
          return measured;
        });
  }

  /** How often token types occur in some rows. */
  private static final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int[] occurrences; // of each type
    private final long texts;
    private final long without; // rows without one

    Counts(int[] occurrences, long texts, long without) {
      this.occurrences = occurrences;
      this.texts = texts;
      this.without = without;
    }

    Counts plus(Counts other) {
      int[] sum = new int[Math.max(occurrences.length, other.occurrences.length)];
      for (int i = 0; i < sum.length; i++) {
        long a = i < occurrences.length ? occurrences[i] : 0;
        long b = i < other.occurrences.length ? other.occurrences[i] : 0;
        sum[i] = (int) Math.min(Integer.MAX_VALUE, a + b);
      }
      return new Counts(sum, texts + other.texts, without + other.without);
    }
  }

  /** What is done on an executor. */
  private record Task(
      LayerModel model, boolean specialTokens, int sample, long seed, String name, String text)
      implements Serializable {

    private TextAnalysis analysis() {
      return new TextAnalysis(
          name, text, SpaceSettings.DEFAULT.withSample(sample), new Seed(seed), 1);
    }

    private DetailedGeometry layers() {
      return analysis().layers(specialTokens, false);
    }

    /** Counts the token types of a partition. */
    Iterator<Counts> count(Iterator<Row> rows) {
      Counts counts = NONE;
      if (rows.hasNext()) {
        Encoder encoder = OpenModels.acquire(model);
        try {
          while (rows.hasNext()) {
            Window window = Window.read(rows);
            TokenizedText tokens = encoder.tokenizer().tokenize(window.texts());
            counts =
                counts.plus(
                    new Counts(
                        TextMeasures.occurrences(encoder, tokens),
                        tokens.size(),
                        window.without()));
          }
        } finally {
          OpenModels.release(model);
        }
      }
      return List.of(counts).iterator();
    }

    /** Measures a partition: types by layer and part, from 0, all else by a negative number. */
    Iterator<Tuple2<Integer, byte[]>> measure(Iterator<Row> rows, int[] occurrences)
        throws IOException {
      if (!rows.hasNext()) {
        return Collections.emptyIterator();
      }
      Encoder encoder = OpenModels.acquire(model);
      try {
        TextMeasures measures = new TextMeasures(layers(), encoder, occurrences);
        Spaces spaces = analysis().spaces(encoder, model.pooling(encoder));
        while (rows.hasNext()) {
          Window window = Window.read(rows);
          if (!window.texts().isEmpty()) {
            add(encoder, window, measures, spaces);
          }
        }
        List<Tuple2<Integer, byte[]>> states = new ArrayList<>();
        for (List<LayerTypes> layer : measures.takeTypes(TYPE_PARTS)) {
          for (LayerTypes types : layer) {
            states.add(new Tuple2<>(states.size(), bytes(types::write)));
          }
        }
        int part = TaskContext.getPartitionId() % PARTS;
        String name = Spaces.embeddings(encoder, model.pooling(encoder));
        states.add(new Tuple2<>(-1 - part, new Rest(measures, name, spaces).bytes()));
        return states.iterator();
      } finally {
        OpenModels.release(model);
      }
    }

    private void add(Encoder encoder, Window window, TextMeasures measures, Spaces spaces) {
      int n = window.texts().size();
      SentenceVectors embeddings =
          SentenceVectors.pooled(encoder, IntStream.range(0, n).toArray(), model.pooling(encoder));
      TokenizedText tokens = encoder.tokenizer().tokenize(window.texts());
      long[] keys = window.keys().stream().mapToLong(key -> key).toArray();
      synchronized (encoder) { // which has one caller at a time, and uses all cores for it
        measures.add(encoder, tokens, keys, keys, embeddings);
      }
      int[] place = new int[1];
      embeddings.forEach(
          vector ->
              spaces.add(
                  keys[place[0]++], encoder.normalizes() ? Encoder.normalized(vector) : vector));
    }

    /** What all tasks found, but for the types. */
    Rest rest(Iterator<Tuple2<Integer, byte[]>> merged) throws IOException {
      Rest all = null;
      while (merged.hasNext()) {
        Rest rest = Rest.of(merged.next()._2(), this);
        if (all == null) {
          all = rest;
        } else {
          all.merge(rest);
        }
      }
      if (all == null) {
        throw new IllegalStateException("no partition has a text");
      }
      return all;
    }

    /** The figures of what all tasks found. */
    Measured result(Rest rest, Iterator<Tuple2<Integer, byte[]>> merged, long without)
        throws IOException {
      List<List<LayerTypes.Result>> types = new ArrayList<>();
      while (merged.hasNext()) {
        Tuple2<Integer, byte[]> state = merged.next();
        int layer = state._1() / TYPE_PARTS;
        while (types.size() <= layer) {
          types.add(new ArrayList<>());
        }
        types.get(layer).add(LayerTypes.Result.read(in(state._2())));
      }
      Encoder encoder = OpenModels.acquire(model);
      try {
        Geometry geometry =
            rest.measures()
                .result(encoder, name, types.stream().map(LayerTypes.Result::of).toList())
                .geometry();
        return new Measured(geometry, rest.spaces(), without);
      } finally {
        OpenModels.release(model);
      }
    }
  }

  /** States that come one key after another, merged; of types their results are told. */
  private static final class Merged implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<Tuple2<Integer, byte[]>> states;
    private final Task task;
    private final double[][] centroids; // of the layers; none where there are no types
    private @Nullable Tuple2<Integer, byte[]> next;

    Merged(Iterator<Tuple2<Integer, byte[]>> states, Task task, double[][] centroids) {
      this.states = states;
      this.task = task;
      this.centroids = centroids;
      next = states.hasNext() ? states.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      Tuple2<Integer, byte[]> first = next;
      if (first == null) {
        throw new NoSuchElementException();
      }
      try {
        return new Tuple2<>(first._1(), first._1() < 0 ? rest(first) : types(first));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private byte[] rest(Tuple2<Integer, byte[]> first) throws IOException {
      byte @Nullable [] another = following(first._1());
      if (another == null) {
        return first._2();
      }
      Rest rest = Rest.of(first._2(), task);
      for (; another != null; another = following(first._1())) {
        rest.merge(Rest.of(another, task));
      }
      return rest.bytes();
    }

    private byte[] types(Tuple2<Integer, byte[]> first) throws IOException {
      LayerTypes types = LayerTypes.read(in(first._2()));
      for (byte @Nullable [] another = following(first._1());
          another != null;
          another = following(first._1())) {
        types.merge(LayerTypes.read(in(another)));
      }
      return TextTable.bytes(types.result(centroids[first._1() / TYPE_PARTS])::write);
    }

    /** The next state of this key; null: there is none. */
    private byte @Nullable [] following(Integer key) {
      next = states.hasNext() ? states.next() : null;
      return next == null || !next._1().equals(key) ? null : next._2();
    }
  }

  /**
   * All that is no sum of a token type.
   *
   * @param name of the spaces
   */
  private record Rest(TextMeasures measures, String name, Spaces spaces) {
    static Rest of(byte[] state, Task task) throws IOException {
      DataInputStream in = in(state);
      TextMeasures measures = TextMeasures.read(in);
      String name = in.readUTF();
      return new Rest(measures, name, Spaces.read(in, name, task.analysis().space()));
    }

    void merge(Rest other) {
      measures.merge(other.measures);
      spaces.merge(other.spaces);
    }

    byte[] bytes() throws IOException {
      return TextTable.bytes(
          out -> {
            measures.write(out);
            out.writeUTF(name);
            spaces.write(out);
          });
    }
  }

  /** Rows that are computed together: those that have a text. */
  private record Window(List<String> texts, List<Long> keys, long without) {
    static Window read(Iterator<Row> rows) {
      List<String> texts = new ArrayList<>();
      List<Long> keys = new ArrayList<>();
      long without = 0;
      while (rows.hasNext() && texts.size() < WINDOW) {
        Row row = rows.next();
        if (row.isNullAt(1) || row.getString(1).isBlank()) {
          without++;
        } else {
          texts.add(row.getString(1));
          keys.add(row.getLong(0));
        }
      }
      return new Window(texts, keys, without);
    }
  }

  /** Writes a state. */
  private interface Write {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Write write) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write.to(out);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] state) {
    return new DataInputStream(new ByteArrayInputStream(state));
  }
}
