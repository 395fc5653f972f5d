package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The measures as their definitions read: loops over pairs, nothing in closed form. Undefined
 * figures are NaN here.
 */
final class Definitions {
  private Definitions() {}

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += x[j] * y[j];
    }
    return sum;
  }

  static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      y[j] = x[j];
    }
    return y;
  }

  static double norm(float[] x) {
    double[] y = doubles(x);
    return Math.sqrt(dot(y, y));
  }

  static double cosine(double[] x, double[] y) {
    double lengths = Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y));
    return lengths == 0 ? 0 : dot(x, y) / lengths;
  }

  static double cosine(float[] x, float[] y) {
    return cosine(doubles(x), doubles(y));
  }

  /** Over all pairs of different vectors. */
  static double meanCosine(List<float[]> vectors) {
    double sum = 0;
    long pairs = 0;
    for (int i = 0; i < vectors.size(); i++) {
      for (int k = 0; k < i; k++) {
        sum += cosine(vectors.get(i), vectors.get(k));
        pairs++;
      }
    }
    return sum / pairs;
  }

  /** Over all pairs of different sentences, the mean over all pairs of their tokens. */
  static double anisotropy(Sentences corpus) {
    double sum = 0;
    long pairs = 0;
    for (int a = 0; a < corpus.list().size(); a++) {
      for (int b = 0; b < a; b++) {
        float[][] x = corpus.list().get(a).tokens();
        float[][] y = corpus.list().get(b).tokens();
        double cosines = 0;
        for (float[] u : x) {
          for (float[] v : y) {
            cosines += cosine(u, v);
          }
        }
        sum += cosines / (x.length * y.length);
        pairs++;
      }
    }
    return sum / pairs;
  }

  /** Of all pairs of different tokens of a sentence; then beyond that of different sentences. */
  static double[] sentenceCorrelation(Sentences corpus) {
    double within =
        corpus.list().stream()
            .map(sentence -> List.of(sentence.tokens()))
            .filter(tokens -> tokens.size() > 1)
            .mapToDouble(Definitions::meanCosine)
            .average()
            .orElse(Double.NaN);
    double across = anisotropy(corpus);
    return new double[] {within, (within - across) / (1 - across)};
  }

  /** The largest and the mean size of an element. */
  static double[] activations(List<float[]> vectors) {
    double[] sizes =
        vectors.stream().flatMapToDouble(x -> Arrays.stream(doubles(x))).map(Math::abs).toArray();
    return new double[] {
      Arrays.stream(sizes).max().orElse(Double.NaN),
      Arrays.stream(sizes).average().orElse(Double.NaN)
    };
  }

  /** By the singular values of each sentence's tokens; sentences of nothing but zeros left out. */
  static double matrixEntropy(Sentences corpus) {
    double sum = 0;
    int sentences = 0;
    for (Sentences.Sentence sentence : corpus.list()) {
      double[][] rows =
          Arrays.stream(sentence.tokens()).map(Definitions::doubles).toArray(double[][]::new);
      double energy = Arrays.stream(rows).mapToDouble(x -> dot(x, x)).sum();
      if (energy > 0) {
        for (double sigma : singularValues(rows)) {
          double p = sigma * sigma / energy;
          sum -= p == 0 ? 0 : p * Math.log(p);
        }
        sentences++;
      }
    }
    return sum / sentences;
  }

  private static double[] singularValues(double[][] rows) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(rows.length, rows[0].length, false, false, true);
    if (!svd.decompose(new DMatrixRMaj(rows))) {
      throw new ArithmeticException("no singular values");
    }
    return svd.getSingularValues();
  }

  /** Similarity of each type that occurs often enough. */
  static Map<Integer, Double> selfSimilarities(
      Sentences corpus, int minOccurrences, int minSentences) {
    Map<Integer, Integer> occurrences = new TreeMap<>();
    Map<Integer, List<float[]>> firsts = new TreeMap<>();
    for (Sentences.Sentence sentence : corpus.list()) {
      Map<Integer, float[]> first = new TreeMap<>();
      for (int t = 0; t < sentence.types().length; t++) {
        occurrences.merge(sentence.types()[t], 1, Integer::sum);
        first.putIfAbsent(sentence.types()[t], sentence.tokens()[t]);
      }
      first.forEach((type, x) -> firsts.computeIfAbsent(type, k -> new ArrayList<>()).add(x));
    }
    Map<Integer, Double> similarities = new TreeMap<>();
    firsts.forEach(
        (type, vectors) -> {
          if (occurrences.get(type) >= minOccurrences && vectors.size() >= minSentences) {
            similarities.put(type, meanCosine(vectors));
          }
        });
    return similarities;
  }

  static double selfSimilarity(Sentences corpus) {
    return selfSimilarities(corpus, 5, 2).values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  static double intraSentenceSimilarity(Sentences corpus) {
    double sum = 0;
    for (Sentences.Sentence sentence : corpus.list()) {
      double[] mean = mean(List.of(sentence.tokens()), corpus.dimension());
      double cosines = 0;
      for (float[] x : sentence.tokens()) {
        cosines += cosine(doubles(x), mean);
      }
      sum += cosines / sentence.tokens().length;
    }
    return sum / corpus.list().size();
  }

  static double[] mean(List<float[]> vectors, int dimension) {
    double[] mean = new double[dimension];
    for (float[] x : vectors) {
      for (int j = 0; j < dimension; j++) {
        mean[j] += x[j];
      }
    }
    for (int j = 0; j < dimension; j++) {
      mean[j] /= vectors.size();
    }
    return mean;
  }

  static double meanNorm(List<float[]> vectors) {
    return vectors.stream().mapToDouble(Definitions::norm).average().orElse(Double.NaN);
  }

  static double meanSquaredNorm(List<float[]> vectors) {
    return vectors.stream()
        .mapToDouble(x -> dot(doubles(x), doubles(x)))
        .average()
        .orElse(Double.NaN);
  }

  /** Standard deviation / mean of the norms that are not zero. */
  static double normVariation(List<float[]> vectors) {
    double[] norms = vectors.stream().mapToDouble(Definitions::norm).filter(x -> x > 0).toArray();
    double mean = Arrays.stream(norms).average().orElse(Double.NaN);
    double variance =
        Arrays.stream(norms).map(x -> (x - mean) * (x - mean)).average().orElse(Double.NaN);
    return Math.sqrt(variance) / mean;
  }

  static double centroidNorm(List<float[]> vectors, int dimension) {
    double[] mean = mean(vectors, dimension);
    return Math.sqrt(dot(mean, mean));
  }

  /** Dimension i's part of the sum of the cosines of all pairs, in the dimensions' order. */
  static double[] shares(List<float[]> vectors, int dimension, boolean selfPairs) {
    double[] parts = new double[dimension];
    double sum = 0;
    for (int a = 0; a < vectors.size(); a++) {
      for (int b = 0; b < vectors.size(); b++) {
        double[] x = doubles(vectors.get(a));
        double[] y = doubles(vectors.get(b));
        double lengths = Math.sqrt(dot(x, x)) * Math.sqrt(dot(y, y));
        if (lengths == 0 || (a == b && !selfPairs)) {
          continue;
        }
        for (int j = 0; j < dimension; j++) {
          parts[j] += x[j] * y[j] / lengths;
        }
        sum += dot(x, y) / lengths;
      }
    }
    for (int j = 0; j < dimension; j++) {
      parts[j] /= sum;
    }
    return parts;
  }

  /** Each sentence's first and last token make a pair; a zero unit vector is at distance 1. */
  static double alignmentOfFirstWithLast(Sentences corpus) {
    double sum = 0;
    for (Sentences.Sentence sentence : corpus.list()) {
      float[] x = sentence.tokens()[0];
      float[] y = sentence.tokens()[sentence.tokens().length - 1];
      double squares = (norm(x) == 0 ? 0 : 1) + (norm(y) == 0 ? 0 : 1);
      sum += squares - 2 * cosine(x, y);
    }
    return sum / corpus.list().size();
  }

  /** Sample covariance, {@code [d][d]}. */
  static double[][] covariance(List<float[]> vectors, int dimension) {
    double[] mean = mean(vectors, dimension);
    double[][] covariance = new double[dimension][dimension];
    for (float[] x : vectors) {
      for (int i = 0; i < dimension; i++) {
        for (int j = 0; j < dimension; j++) {
          covariance[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / (vectors.size() - 1);
        }
      }
    }
    return covariance;
  }

  /** Plain, then debiased. */
  static double[] isoScores(List<float[]> vectors, int dimension) {
    double[][] c = covariance(vectors, dimension);
    double trace = 0;
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      trace += c[i][i];
      squares += dot(c[i], c[i]);
    }
    int n = vectors.size();
    double[] mean = mean(vectors, dimension);
    // Sums over pairs: of half squared distances, and of inner products without the diagonal.
    double distances = 0;
    double squaredDistances = 0;
    double squaredRowsOfDistances = 0;
    double products = 0;
    double squaredProducts = 0;
    double squaredRowsOfProducts = 0;
    for (float[] x : vectors) {
      double row = 0;
      double productRow = 0;
      for (float[] y : vectors) {
        if (x == y) {
          continue;
        }
        double half = 0;
        double product = 0;
        for (int j = 0; j < dimension; j++) {
          double difference = (double) x[j] - y[j];
          half += difference * difference / 2;
          product += (x[j] - mean[j]) * (y[j] - mean[j]);
        }
        row += half;
        squaredDistances += half * half;
        productRow += product;
        squaredProducts += product * product;
      }
      distances += row;
      squaredRowsOfDistances += row * row;
      products += productRow;
      squaredRowsOfProducts += productRow * productRow;
    }
    // Of pairs of pairs, those that share no vector.
    double b = distances * distances - 4 * squaredRowsOfDistances + 2 * squaredDistances;
    b /= n * (n - 1.0) * (n - 2.0) * (n - 3.0);
    // The unbiased estimate of Song et al. (2012), by the U-centred kernel.
    double a =
        (squaredProducts
                + products * products / ((n - 1.0) * (n - 2.0))
                - 2 / (n - 2.0) * squaredRowsOfProducts)
            / (n * (n - 3.0));
    return new double[] {
      (trace * trace / squares - 1) / (dimension - 1), (b / a - 1) / (dimension - 1)
    };
  }

  /** Trace, then Frobenius norm of the sample covariance. */
  static double[] covarianceSizes(List<float[]> vectors, int dimension) {
    double[][] c = covariance(vectors, dimension);
    double trace = 0;
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      trace += c[i][i];
      squares += dot(c[i], c[i]);
    }
    return new double[] {trace, Math.sqrt(squares)};
  }

  /** The unit vectors along the axes. */
  static double[][] axes(int dimension) {
    double[][] axes = new double[dimension][dimension];
    for (int j = 0; j < dimension; j++) {
      axes[j][j] = 1;
    }
    return axes;
  }

  /** min Z / max Z over both signs of the directions, and its logarithm. */
  static double[] partitionIsotropy(List<float[]> vectors, double[][] directions, double scale) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (double[] direction : directions) {
      for (int sign = -1; sign <= 1; sign += 2) {
        double z = 0;
        for (float[] x : vectors) {
          z += Math.exp(sign * scale * dot(direction, doubles(x)));
        }
        least = Math.min(least, z);
        most = Math.max(most, z);
      }
    }
    return new double[] {least / most, Math.log(least / most)};
  }

  /** The exponents -2 |u - v|^2 of all pairs' unit vectors, zero vectors having the zero one. */
  static double[] uniformityExponents(List<float[]> vectors) {
    int n = vectors.size();
    double[] exponents = new double[n * (n - 1) / 2];
    int pair = 0;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        float[] x = vectors.get(i);
        float[] y = vectors.get(k);
        double squares = (norm(x) == 0 ? 0 : 1) + (norm(y) == 0 ? 0 : 1);
        exponents[pair++] = -2 * (squares - 2 * cosine(x, y));
      }
    }
    return exponents;
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Mean of the p-th power of the distance from the mean. */
  static double centralMoment(double[] values, int p) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += Math.pow(value - mean, p);
    }
    return sum / values.length;
  }

  /** Mean of the uniformity's exponents and half their variance; mean cosine, mean square of it. */
  static double[] secondOrderUniformity(List<float[]> vectors) {
    double[] exponents = uniformityExponents(vectors);
    double squares = 0;
    for (int i = 0; i < vectors.size(); i++) {
      for (int k = 0; k < i; k++) {
        double cosine = cosine(vectors.get(i), vectors.get(k));
        squares += cosine * cosine;
      }
    }
    return new double[] {
      mean(exponents) + centralMoment(exponents, 2) / 2,
      meanCosine(vectors),
      squares / exponents.length
    };
  }

  /**
   * IsoScore as published, from the covariance's eigenvalues: normalise them to length sqrt(d),
   * take the isotropy defect, then the fraction of dimensions used, then rescale.
   */
  static double publishedIsoScore(double[] eigenvalues) {
    double d = eigenvalues.length;
    double length = Math.sqrt(dot(eigenvalues, eigenvalues));
    double distance = 0;
    for (double eigenvalue : eigenvalues) {
      distance += Math.pow(eigenvalue * Math.sqrt(d) / length - 1, 2);
    }
    double defect = Math.sqrt(distance) / Math.sqrt(2 * (d - Math.sqrt(d)));
    double used = Math.pow(d - defect * defect * (d - Math.sqrt(d)), 2) / (d * d);
    return (d * used - 1) / (d - 1);
  }
}
