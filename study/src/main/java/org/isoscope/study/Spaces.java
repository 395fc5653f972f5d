package org.isoscope.study;

import java.util.ArrayList;
import java.util.List;
import org.isoscope.calibration.Transforms;
import org.isoscope.encoder.Encoder;
import org.isoscope.encoder.Pooling;
import org.isoscope.evaluation.EmbeddingSpace;
import org.isoscope.geometry.Transform;
import org.jspecify.annotations.Nullable;

/** Spaces under construction: of vectors as they are and, where there is one, transformed. */
public final class Spaces {
  /** Multiply-adds that take some seconds. */
  private static final double LONG = 1e10;

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
    int most = settings.most();
    this.name = name;
    transform = settings.transform();
    plain = new EmbeddingSpace(dimension, most, seed);
    if (transform == null) {
      transformed = null;
    } else {
      Transforms.requireDimension(transform, dimension);
      transformed = new EmbeddingSpace(transform.outputDimension(), most, seed);
    }
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

  /** Adds a vector, a group by itself; either all have a group or none. */
  public void add(float[] vector) {
    plain.add(vector);
    if (transform != null && transformed != null) {
      transformed.add(transform.apply(vector));
    }
  }

  /** Adds a vector; pairs of one group are not unrelated. */
  public void add(float[] vector, int group) {
    plain.add(vector, group);
    if (transform != null && transformed != null) {
      transformed.add(transform.apply(vector), group);
    }
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
