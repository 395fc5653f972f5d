package org.isoscope.geometry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.isoscope.geometry.Sentences.Sentence;

/**
 * More measures as their definitions read: position and spread of a cloud, token types by
 * frequency, figures without a group of sentences. Undefined figures are NaN here.
 */
final class ContextDefinitions {
  private ContextDefinitions() {}

  static double meanEnergyShare(List<float[]> vectors, int dimension) {
    double[] mean = Definitions.mean(vectors, dimension);
    double energy = vectors.stream().mapToDouble(x -> Math.pow(Definitions.norm(x), 2)).sum();
    return Definitions.dot(mean, mean) / (energy / vectors.size());
  }

  static double radiusOfGyration(List<float[]> vectors, int dimension) {
    double[] mean = Definitions.mean(vectors, dimension);
    double squares = vectors.stream().mapToDouble(x -> squaredDistance(x, mean)).sum();
    return Math.sqrt(squares / vectors.size());
  }

  private static double squaredDistance(float[] x, double[] mean) {
    double squares = 0;
    for (int j = 0; j < mean.length; j++) {
      squares += (x[j] - mean[j]) * (x[j] - mean[j]);
    }
    return squares;
  }

  /** Mean, standard deviation, smallest and largest norm. */
  static double[] norms(List<float[]> vectors) {
    double[] norms = vectors.stream().mapToDouble(Definitions::norm).sorted().toArray();
    double mean = Arrays.stream(norms).average().orElse(Double.NaN);
    double squares = Arrays.stream(norms).map(x -> (x - mean) * (x - mean)).sum();
    return new double[] {
      mean, Math.sqrt(squares / (norms.length - 1)), norms[0], norms[norms.length - 1]
    };
  }

  /** From each sentence's first token to its last: cosine, relative length, centroid shift. */
  static double[] shiftOfFirstToLast(Sentences corpus) {
    List<float[]> before = new ArrayList<>();
    List<float[]> after = new ArrayList<>();
    for (Sentence sentence : corpus.list()) {
      before.add(sentence.tokens()[0]);
      after.add(sentence.tokens()[sentence.tokens().length - 1]);
    }
    double cosines = 0;
    double lengths = 0;
    int nonZero = 0;
    for (int i = 0; i < before.size(); i++) {
      cosines += Definitions.cosine(before.get(i), after.get(i));
      double length = Definitions.norm(before.get(i));
      if (length > 0) {
        double[] x = Definitions.doubles(before.get(i));
        lengths += Math.sqrt(squaredDistance(after.get(i), x)) / length;
        nonZero++;
      }
    }
    double[] from = Definitions.mean(before, corpus.dimension());
    double[] to = Definitions.mean(after, corpus.dimension());
    double shift = 0;
    for (int j = 0; j < from.length; j++) {
      shift += (to[j] - from[j]) * (to[j] - from[j]);
    }
    return new double[] {cosines / before.size(), lengths / nonZero, Math.sqrt(shift)};
  }

  /** Deviations of the dimensions' means, then their shares of the variance. */
  static double[] outlierDimensions(List<float[]> vectors, int dimension) {
    double[] mean = Definitions.mean(vectors, dimension);
    double centre = Arrays.stream(mean).average().orElseThrow();
    double spread =
        Math.sqrt(Arrays.stream(mean).map(m -> (m - centre) * (m - centre)).sum() / dimension);
    double[][] covariance = Definitions.covariance(vectors, dimension);
    double trace = 0;
    for (int i = 0; i < dimension; i++) {
      trace += covariance[i][i];
    }
    double[] figures = new double[2 * dimension];
    for (int i = 0; i < dimension; i++) {
      figures[i] = (mean[i] - centre) / spread;
      figures[dimension + i] = covariance[i][i] / trace;
    }
    return figures;
  }

  /** Squared correlation, over all pairs, of cosines with and without the first k dimensions. */
  static double informativity(List<float[]> vectors, List<Integer> removed) {
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    for (int a = 0; a < vectors.size(); a++) {
      for (int b = 0; b < a; b++) {
        with.add(Definitions.cosine(vectors.get(a), vectors.get(b)));
        without.add(
            Definitions.cosine(without(vectors.get(a), removed), without(vectors.get(b), removed)));
      }
    }
    Double r = Correlation.pearson(array(with), array(without));
    return r == null ? Double.NaN : r * r;
  }

  private static double[] array(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static float[] without(float[] x, List<Integer> removed) {
    float[] rest = x.clone();
    removed.forEach(i -> rest[i] = 0);
    return rest;
  }

  /** Of each type that counts, in order: the vectors of its first occurrence in each sentence. */
  static Map<Integer, List<float[]>> firsts(Sentences corpus) {
    Map<Integer, List<float[]>> firsts = new TreeMap<>();
    for (int type : Definitions.selfSimilarities(corpus, 5, 2).keySet()) {
      List<float[]> vectors = new ArrayList<>();
      for (Sentence sentence : corpus.list()) {
        for (int t = 0; t < sentence.types().length; t++) {
          if (sentence.types()[t] == type) {
            vectors.add(sentence.tokens()[t]);
            break;
          }
        }
      }
      firsts.put(type, vectors);
    }
    return firsts;
  }

  /** Of each type with an occurrence other than zero, in order. */
  static double[] explainableVariances(Sentences corpus) {
    return firsts(corpus).values().stream()
        .mapToDouble(vectors -> explainableVariance(vectors, corpus.dimension()))
        .filter(x -> !Double.isNaN(x))
        .toArray();
  }

  /** The largest eigenvalue of X^T X over its trace, by repeated squaring. */
  static double explainableVariance(List<float[]> vectors, int d) {
    double[][] m = new double[d][d];
    for (float[] x : vectors) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          m[i][j] += (double) x[i] * x[j];
        }
      }
    }
    double trace = trace(m);
    for (double[] line : m) {
      for (int j = 0; j < d; j++) {
        line[j] /= trace;
      }
    }
    // M^(2^k) / tr is the projector onto the first eigenvector as k grows; tr(M P) its eigenvalue.
    double[][] power = m;
    for (int k = 0; k < 40; k++) {
      power = product(power, power);
      double scale = trace(power);
      for (double[] line : power) {
        for (int j = 0; j < d; j++) {
          line[j] /= scale;
        }
      }
    }
    return trace(product(m, power));
  }

  private static double trace(double[][] m) {
    double trace = 0;
    for (int i = 0; i < m.length; i++) {
      trace += m[i][i];
    }
    return trace;
  }

  private static double[][] product(double[][] a, double[][] b) {
    int d = a.length;
    double[][] c = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int k = 0; k < d; k++) {
        for (int j = 0; j < d; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  /**
   * Of each type that counts, in order: mean norm, centroid distance, corrected squared distance,
   * self-similarity; then frequency's correlation with each.
   */
  static double[] frequencyCorrelation(Sentences corpus) {
    int d = corpus.dimension();
    double[] centroid = Definitions.mean(corpus.vectors(), d);
    Map<Integer, Double> similarities = Definitions.selfSimilarities(corpus, 5, 2);
    List<Double> figures = new ArrayList<>();
    List<Double> frequency = new ArrayList<>();
    List<List<Double>> columns = List.of(list(), list(), list(), list());
    similarities.forEach(
        (type, similarity) -> {
          List<float[]> all = new ArrayList<>();
          for (Sentence sentence : corpus.list()) {
            for (int t = 0; t < sentence.types().length; t++) {
              if (sentence.types()[t] == type) {
                all.add(sentence.tokens()[t]);
              }
            }
          }
          double[] mean = Definitions.mean(all, d);
          double squared = 0;
          for (int j = 0; j < d; j++) {
            squared += (mean[j] - centroid[j]) * (mean[j] - centroid[j]);
          }
          double n = all.size();
          double scatter = all.stream().mapToDouble(x -> squaredDistance(x, mean)).sum() / (n - 1);
          List<Double> row =
              List.of(
                  Definitions.meanNorm(all), Math.sqrt(squared), squared - scatter / n, similarity);
          figures.addAll(row);
          frequency.add(Math.log(n));
          for (int k = 0; k < 4; k++) {
            columns.get(k).add(row.get(k));
          }
        });
    for (List<Double> column : columns) {
      Double rho = Correlation.spearman(array(frequency), array(column));
      figures.add(rho == null ? Double.NaN : rho);
    }
    return array(figures);
  }

  private static List<Double> list() {
    return new ArrayList<>();
  }

  /** A group for each sentence that a shuffle or a change of its vectors leaves as it is. */
  static int group(Sentence sentence, int groups) {
    return Math.floorMod(Arrays.hashCode(sentence.types()), groups);
  }

  /** The figure over all, then its standard error by leaving out each group that has a sentence. */
  static double[] jackknife(Sentences corpus, int groups, ToDoubleFunction<Sentences> figure) {
    Set<Integer> filled = new HashSet<>();
    corpus.list().forEach(sentence -> filled.add(group(sentence, groups)));
    double[] leftOut =
        filled.stream()
            .sorted()
            .mapToDouble(b -> figure.applyAsDouble(without(corpus, groups, b)))
            .toArray();
    return new double[] {figure.applyAsDouble(corpus), standardError(leftOut)};
  }

  private static double standardError(double[] leftOut) {
    double mean = Arrays.stream(leftOut).average().orElse(Double.NaN);
    double squares = Arrays.stream(leftOut).map(t -> (t - mean) * (t - mean)).sum();
    return Math.sqrt(squares * (leftOut.length - 1) / leftOut.length);
  }

  private static Sentences without(Sentences corpus, int groups, int b) {
    return new Sentences(
        corpus.dimension(),
        corpus.list().stream().filter(sentence -> group(sentence, groups) != b).toList());
  }

  static double[] sentenceJackknife(Sentences corpus) {
    List<ToDoubleFunction<Sentences>> figures =
        List.of(
            Definitions::anisotropy,
            Definitions::intraSentenceSimilarity,
            c -> Definitions.intraSentenceSimilarity(c) - Definitions.anisotropy(c),
            c -> Definitions.meanNorm(c.vectors()),
            c -> Definitions.centroidNorm(c.vectors(), c.dimension()));
    return figures.stream()
        .map(figure -> jackknife(corpus, SentenceJackknife.GROUPS, figure))
        .flatMapToDouble(DoubleStream::of)
        .toArray();
  }

  static double[] selfSimilarityJackknife(Sentences corpus, int groups) {
    Map<Integer, Double> whole = Definitions.selfSimilarities(corpus, 5, 2);
    return jackknife(
        corpus,
        groups,
        c -> {
          Map<Integer, Double> left = Definitions.selfSimilarities(c, 1, 2);
          return whole.keySet().stream()
              .mapToDouble(type -> left.getOrDefault(type, whole.get(type)))
              .average()
              .orElse(Double.NaN);
        });
  }
}
