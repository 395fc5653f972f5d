package org.isoscope.study;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.isoscope.calibration.Transforms;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.Transform;
import org.jspecify.annotations.Nullable;

/** Spaces under construction: of vectors as they are and, where there is one, transformed. */
public final class Spaces {
  /** Multiply-adds that take some seconds. */
  private static final double LONG = 1e10;

  private static final String FORMAT = "Spaces 1";

  private final String name;
  private final @Nullable Transform transform;
  private final EmbeddingSpace plain;
  private final @Nullable EmbeddingSpace transformed;

  /**
   * Spaces without a vector.
   *
   * @param seed of the draw of those that are compared
   */
  public Spaces(String name, int dimension, SpaceSettings settings, long seed) {
    this(
        name,
        settings.transform(),
        new EmbeddingSpace(dimension, settings.most(), seed),
        settings.transform() == null
            ? null
            : new EmbeddingSpace(settings.transform().outputDimension(), settings.most(), seed));
    if (transform != null) {
      Transforms.requireDimension(transform, dimension);
    }
  }

  private Spaces(
      String name,
      @Nullable Transform transform,
      EmbeddingSpace plain,
      @Nullable EmbeddingSpace transformed) {
    this.name = name;
    this.transform = transform;
    this.plain = plain;
    this.transformed = transformed;
  }

  /** What the sentence vectors that a model delivers are called. */
  public static String embeddings(Encoder encoder, Pooling pooling) {
    List<String> steps = new ArrayList<>(List.of(pooling.label()));
    encoder.modules().layers().forEach(layer -> steps.add(layer.path()));
    if (encoder.normalizes()) {
      steps.add("normalized");
    }
    return "embeddings (" + String.join(", ", steps) + ")";
  }

  /**
   * Adds a vector, a group by itself.
   *
   * @param key of its row, which no other row has: its number where there is nothing else
   */
  public void add(long key, float[] vector) {
    add(key, vector, key);
  }

  /**
   * Adds a vector; pairs of one group are not unrelated. Either all are added with a group or none.
   *
   * @param key of its row, which no other row has: its number where there is nothing else
   * @throws IllegalArgumentException as {@link EmbeddingSpace#add(long, float[], long)}
   */
  public void add(long key, float[] vector, long group) {
    if (transform != null && transformed != null) {
      transformed.add(key, transform.apply(vector), group);
    }
    plain.add(key, vector, group);
  }

  /**
   * Takes in what another has seen; the other stays as it is.
   *
   * @param other of other rows, made with the same settings and seed
   * @throws IllegalArgumentException where it is not so, or a row is in both samples
   */
  public void merge(Spaces other) {
    if ((transformed == null) != (other.transformed == null)) {
      throw new IllegalArgumentException("one measures transformed vectors, the other does not");
    }
    if (transformed != null && other.transformed != null) {
      transformed.merge(other.transformed);
    }
    plain.merge(other.plain);
  }

  /**
   * Writes the state, so that another machine can read and merge it: see {@link AccumulatorFormat}.
   * The transform is not written.
   *
   * @throws IOException where nothing can be written
   */
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT);
    plain.write(out);
    out.writeBoolean(transformed != null);
    if (transformed != null) {
      transformed.write(out);
    }
  }

  /**
   * Reads one that was written.
   *
   * @param name of the vectors
   * @param settings that it was made with
   * @throws IOException where the bytes are not the state of one with these settings
   */
  public static Spaces read(DataInput in, String name, SpaceSettings settings) throws IOException {
    AccumulatorFormat.require(in, FORMAT);
    EmbeddingSpace plain = EmbeddingSpace.read(in);
    EmbeddingSpace transformed = in.readBoolean() ? EmbeddingSpace.read(in) : null;
    Transform transform = settings.transform();
    AccumulatorFormat.require(
        transform == null
            ? transformed == null
            : transformed != null
                && transform.dimension() == plain.dimension()
                && transform.outputDimension() == transformed.dimension()
                && transformed.n() == plain.n(),
        "it was made with another transform");
    return new Spaces(name, transform, plain, transformed);
  }

  /** Of the vectors as they are. */
  public int dimension() {
    return plain.dimension();
  }

  /** How many vectors were added. */
  public long n() {
    return plain.n();
  }

  /**
   * A transform fitted on the vectors as they are.
   *
   * @param count as {@link Transforms#fit} has it; 0: the default
   * @throws org.isoscope.io.UserError as that does
   */
  public Transform fit(String kind, int count) {
    return plain.transform(kind, count);
  }

  /**
   * Each space measured; the last is the one to calibrate.
   *
   * @param listener is told what takes its time
   */
  public List<EmbeddingSpace.Measured> measure(int threads, JobListener listener) {
    if (plain.multiplyAdds() > LONG) {
      listener.say("comparing the vectors with each other");
    }
    List<EmbeddingSpace.Measured> measured = new ArrayList<>();
    measured.add(plain.measure(name, threads));
    if (transform != null && transformed != null) {
      measured.add(transformed.measure(name + ", " + Transforms.kind(transform), threads));
    }
    return measured;
  }
}
