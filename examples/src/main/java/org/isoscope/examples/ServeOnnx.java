package org.isoscope.examples;

import java.nio.file.Path;
import org.isoscope.onnx.OnnxSentenceEncoder;
import org.isoscope.sentence.SentenceEncoder;

/** Runs an exported model without libtorch: {@code ServeOnnx DIRECTORY}. */
public final class ServeOnnx {
  private ServeOnnx() {}

  /** Encodes a text. */
  public static void main(String[] args) {
    Path exported = Path.of(args[0]);
    // snippet
    try (SentenceEncoder encoder = OnnxSentenceEncoder.open(exported)) { // isoscope export wrote it
      float[] vector = encoder.encode("The printer is out of paper.");
      System.out.println(vector.length + " values");
    }
    // end of snippet
  }
}
