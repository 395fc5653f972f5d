package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Clouds of vectors without sentences. */
final class Clouds {
  /** Five vectors of which numpy's figures are known. */
  static final List<float[]> FIVE =
      List.of(
          new float[] {1, 2, 0},
          new float[] {3, -1, 2},
          new float[] {0, 4, 1},
          new float[] {2, 2, -3},
          new float[] {5, 0, 1});

  private Clouds() {}

  /** Independent normal elements of one mean; dimension j has deviation 1 + j * growth. */
  static List<float[]> normal(Random random, int n, int d, double mean, double growth) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] x = new float[d];
      for (int j = 0; j < d; j++) {
        x[j] = (float) (mean + (1 + j * growth) * random.nextGaussian());
      }
      vectors.add(x);
    }
    return vectors;
  }

  /** One sentence of them all, to be turned and scaled. */
  static Sentences sentences(List<float[]> vectors) {
    return new Sentences(
        vectors.get(0).length,
        List.of(new Sentences.Sentence(new int[vectors.size()], vectors.toArray(float[][]::new))));
  }

  /** Row-major. */
  static float[] flat(List<float[]> vectors) {
    return sentences(vectors).list().get(0).flat(0);
  }

  /** Each vector moved by the same. */
  static List<float[]> shifted(List<float[]> vectors, float by) {
    return sentences(vectors)
        .map(
            x -> {
              for (int j = 0; j < x.length; j++) {
                x[j] += by;
              }
              return x;
            })
        .vectors();
  }
}
