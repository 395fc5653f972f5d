package org.isoscope.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.Geometry;

/** Measures the vectors of any embedder, a line of numbers each: {@code MeasureVectors FILE}. */
public final class MeasureVectors {
  private MeasureVectors() {}

  /** Prints figures and findings. */
  public static void main(String[] args) throws IOException {
    float[][] vectors =
        Files.readAllLines(Path.of(args[0])).stream()
            .map(MeasureVectors::vector)
            .toArray(float[][]::new);
    // snippet
    Geometry geometry = Geometry.of(vectors); // float[][], or an Iterable<float[]>
    System.out.println(geometry);
    for (Diagnosis.Symptom finding : geometry.findings()) {
      System.out.println(finding.severity() + " by the " + finding.figure());
    }
    // end of snippet
  }

  private static float[] vector(String line) {
    double[] values = Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    float[] vector = new float[values.length];
    for (int j = 0; j < vector.length; j++) {
      vector[j] = (float) values[j];
    }
    return vector;
  }
}
