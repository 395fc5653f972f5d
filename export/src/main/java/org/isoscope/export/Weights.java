package org.isoscope.export;

/** How an exported file keeps the weights of dense layers and the table of words. */
public enum Weights {
  /** As they are, in 32-bit floats: the file computes what the encoder computes. */
  FP32,
  /**
   * In 8-bit integers, symmetric around 0, with a scale for each output of a dense layer and each
   * word: w ~ scale q, q in [-127, 127]. What goes into a dense layer is rounded to 8 bits on the
   * way, each token over its own range: so an embedding does not depend on the sentences and the
   * padding beside it, but for a value that the order of sums in fp32 takes to the next of 256
   * steps. Norms, softmax, biases, positions and products of hidden states stay in fp32.
   */
  INT8
}
