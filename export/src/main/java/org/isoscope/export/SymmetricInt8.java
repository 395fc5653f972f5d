package org.isoscope.export;

import java.nio.FloatBuffer;

/**
 * A matrix rounded to 8 bits, a scale for each row: w ~ scale q with scale = max |w| / 127 and q in
 * [-127, 127]; a row of zeros has scale 0.
 */
final class SymmetricInt8 {
  private static final float MOST = 127;

  private final FloatBuffer matrix;
  private final int columns;
  private final float[] scales;

  /**
   * Finds the scales.
   *
   * @param matrix row by row, {@code [rows, columns]}
   */
  SymmetricInt8(FloatBuffer matrix, int rows, int columns) {
    this.matrix = matrix;
    this.columns = columns;
    this.scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int column = 0; column < columns; column++) {
        largest = Math.max(largest, Math.abs(matrix.get(row * columns + column)));
      }
      scales[row] = largest / MOST;
    }
  }

  /** The scale of a row, 0 or more. */
  float scale(int row) {
    return scales[row];
  }

  /** The integer of an element, -127 to 127. */
  int value(int row, int column) {
    float scale = scales[row];
    float value = matrix.get(row * columns + column);
    // The largest over its scale may round beyond 127.
    return scale == 0 ? 0 : (int) Math.max(-MOST, Math.min(MOST, Math.rint(value / scale)));
  }

  /** The sum of a row's integers, times its scale. */
  float sum(int row) {
    long sum = 0;
    for (int column = 0; column < columns; column++) {
      sum += value(row, column);
    }
    return scales[row] * sum;
  }
}
