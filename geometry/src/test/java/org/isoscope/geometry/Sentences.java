package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Seeded random corpora of token vectors, and what may be done to them. */
record Sentences(int dimension, List<Sentence> list) {
  Sentences {
    list = List.copyOf(list);
  }

  /** A sentence's token types and vectors, {@code [tokens][d]}. */
  record Sentence(int[] types, float[][] tokens) {
    /** The vectors row-major behind a margin, so that offsets matter. */
    float[] flat(int margin) {
      int d = tokens[0].length;
      float[] flat = new float[margin + tokens.length * d];
      Arrays.fill(flat, 0, margin, Float.NaN);
      for (int t = 0; t < tokens.length; t++) {
        System.arraycopy(tokens[t], 0, flat, margin + t * d, d);
      }
      return flat;
    }

    /** The types behind a margin. */
    int[] flatTypes(int margin) {
      int[] flat = new int[margin + types.length];
      System.arraycopy(types, 0, flat, margin, types.length);
      return flat;
    }
  }

  /**
   * Vectors around a type's own direction and a common one, with one strong dimension; lengths
   * vary.
   */
  static Sentences random(long seed, int sentences, int dimension) {
    Random random = new Random(seed);
    int types = 12;
    double[][] direction = new double[types][dimension];
    for (double[] v : direction) {
      for (int j = 0; j < dimension; j++) {
        v[j] = random.nextGaussian();
      }
    }
    List<Sentence> list = new ArrayList<>();
    for (int s = 0; s < sentences; s++) {
      int count = 1 + random.nextInt(9);
      int[] type = new int[count];
      float[][] tokens = new float[count][dimension];
      for (int t = 0; t < count; t++) {
        type[t] = (int) (types * random.nextDouble() * random.nextDouble());
        double length = 0.2 + 3 * random.nextDouble();
        for (int j = 0; j < dimension; j++) {
          double x = 0.4 + direction[type[t]][j] + random.nextGaussian() + (j == 2 ? 3 : 0);
          tokens[t][j] = (float) (length * x);
        }
      }
      list.add(new Sentence(type, tokens));
    }
    return new Sentences(dimension, list);
  }

  /** All token vectors. */
  List<float[]> vectors() {
    List<float[]> all = new ArrayList<>();
    list.forEach(sentence -> all.addAll(List.of(sentence.tokens())));
    return all;
  }

  /** Each vector replaced. */
  Sentences map(UnaryOperator<float[]> change) {
    List<Sentence> changed = new ArrayList<>();
    for (Sentence sentence : list) {
      float[][] tokens = new float[sentence.tokens().length][];
      for (int t = 0; t < tokens.length; t++) {
        tokens[t] = change.apply(sentence.tokens()[t].clone());
      }
      changed.add(new Sentence(sentence.types(), tokens));
    }
    return new Sentences(dimension, changed);
  }

  /** Each vector times a factor. */
  Sentences scaled(float factor) {
    return map(
        x -> {
          for (int j = 0; j < x.length; j++) {
            x[j] *= factor;
          }
          return x;
        });
  }

  /** Turned by a product of random Householder reflections. */
  Sentences rotated(long seed) {
    Random random = new Random(seed);
    double[][] normals = new double[3][dimension];
    for (double[] v : normals) {
      for (int j = 0; j < dimension; j++) {
        v[j] = random.nextGaussian();
      }
    }
    return map(
        x -> {
          double[] y = new double[dimension];
          for (int j = 0; j < dimension; j++) {
            y[j] = x[j];
          }
          for (double[] v : normals) {
            double factor = 2 * Definitions.dot(v, y) / Definitions.dot(v, v);
            for (int j = 0; j < dimension; j++) {
              y[j] -= factor * v[j];
            }
          }
          for (int j = 0; j < dimension; j++) {
            x[j] = (float) y[j];
          }
          return x;
        });
  }

  /** Sentences in another order. */
  Sentences shuffled(long seed) {
    List<Sentence> order = new ArrayList<>(list);
    Collections.shuffle(order, new Random(seed));
    return new Sentences(dimension, order);
  }

  /** Sentences from, inclusive, to, exclusive. */
  Sentences part(int from, int to) {
    return new Sentences(dimension, list.subList(from, to));
  }
}
