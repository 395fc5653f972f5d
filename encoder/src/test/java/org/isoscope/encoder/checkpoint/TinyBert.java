package org.isoscope.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A BERT small enough to be written in every format by the tests: all sizes differ. */
public final class TinyBert {
  public static final EncoderConfig CONFIG =
      new EncoderConfig(11, 6, 2, 3, 10, "gelu", 1e-12, 7, 2, 0.1, 0.1);

  private static final long SEED = 12;

  private TinyBert() {}

  /** Every parameter with its values, in canonical order. */
  public static List<Safetensors.Entry> entries() {
    Random random = new Random(SEED);
    List<Safetensors.Entry> entries = new ArrayList<>();
    CONFIG
        .shapes()
        .forEach(
            (name, shape) -> {
              float[] values =
                  new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              entries.add(
                  new Safetensors.Entry(
                      name, Arrays.stream(shape).boxed().toList(), () -> FloatBuffer.wrap(values)));
            });
    return entries;
  }

  /** By name. */
  public static Map<String, Safetensors.Entry> byName() {
    Map<String, Safetensors.Entry> byName = new TreeMap<>();
    entries().forEach(entry -> byName.put(entry.name(), entry));
    return byName;
  }

  /** Row-major values of the transposed matrix, by the plain definition. */
  public static float[] transposed(Safetensors.Entry entry) {
    int rows = Math.toIntExact(entry.shape().get(0));
    int columns = Math.toIntExact(entry.shape().get(1));
    float[] values = floats(entry.values().get());
    float[] transposed = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = values[i * columns + j];
      }
    }
    return transposed;
  }

  public static float[] floats(FloatBuffer buffer) {
    float[] floats = new float[buffer.remaining()];
    buffer.duplicate().get(floats);
    return floats;
  }

  public static void assertSameValues(Checkpoint checkpoint) {
    for (Safetensors.Entry entry : entries()) {
      assertThat(floats(checkpoint.parameter(entry.name())))
          .as(entry.name())
          .containsExactly(floats(entry.values().get()));
    }
  }
}
