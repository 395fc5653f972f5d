package org.isoscope.models;

import java.nio.FloatBuffer;
import java.util.List;
import org.isoscope.encoder.checkpoint.Safetensors;

/** Turns a matrix [in, out], as TensorFlow and ONNX keep a linear layer's, into [out, in]. */
final class Transposed {
  /** Columns turned at once: a tile of this width and height stays in the first-level cache. */
  private static final int TILE = 32;

  private Transposed() {}

  /** The same tensor with its two axes exchanged; one that is no matrix comes back as it is. */
  static Safetensors.Entry of(Safetensors.Entry entry) {
    if (entry.shape().size() != 2) {
      return entry;
    }
    return new Safetensors.Entry(
        entry.name(),
        List.of(entry.shape().get(1), entry.shape().get(0)),
        () ->
            transpose(
                entry.values().get(),
                Math.toIntExact(entry.shape().get(0)),
                Math.toIntExact(entry.shape().get(1))));
  }

  private static FloatBuffer transpose(FloatBuffer matrix, int rows, int columns) {
    float[] from = new float[Math.multiplyExact(rows, columns)];
    matrix.duplicate().get(from);
    float[] to = new float[from.length];
    for (int rowTile = 0; rowTile < rows; rowTile += TILE) {
      int lastRow = Math.min(rowTile + TILE, rows);
      for (int columnTile = 0; columnTile < columns; columnTile += TILE) {
        int lastColumn = Math.min(columnTile + TILE, columns);
        for (int row = rowTile; row < lastRow; row++) {
          for (int column = columnTile; column < lastColumn; column++) {
            to[column * rows + row] = from[row * columns + column];
          }
        }
      }
    }
    return FloatBuffer.wrap(to);
  }
}
