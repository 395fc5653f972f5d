package org.isoscope.training;

/** The gradient of a batch's loss with respect to its embeddings, and what came of the loss. */
final class Gradient<R> {
  private final float[] values;
  private final R outcome;

  /**
   * Takes the array as it is.
   *
   * @param values {@code [sentences, d]} row by row
   * @param outcome such as the loss's value
   */
  Gradient(float[] values, R outcome) {
    this.values = values;
    this.outcome = outcome;
  }

  /** The gradient, {@code [sentences, d]} row by row. */
  float[] values() {
    return values;
  }

  /** What came of the loss. */
  R outcome() {
    return outcome;
  }
}
