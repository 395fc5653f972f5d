package org.isoscope.geometry;

import java.util.HashMap;
import java.util.Map;

/**
 * V-measure: how well clusters that were found agree with classes that are known. With H the
 * entropy of the classes C or the clusters K, and I their mutual information,
 *
 * <pre>
 *   homogeneity  h = I(C, K) / H(C)      1 where each cluster has things of one class only
 *   completeness c = I(C, K) / H(K)      1 where each class is in one cluster only
 *   V-measure    V = 2 h c / (h + c)     the same as I normalized by the mean of both entropies (NMI)
 * </pre>
 *
 * <p>Each 0 to 1. Where there is one class only, all clusters are homogeneous: h = 1; where there
 * is one cluster only, c = 1; V is 0 where h + c is. V is above 0 by chance, the more so the more
 * clusters there are for the things: compare it for equal numbers of both only.
 *
 * <p>As scikit-learn's {@code homogeneity_completeness_v_measure}. Source: Rosenberg and
 * Hirschberg, EMNLP-CoNLL 2007.
 *
 * @param homogeneity 0 to 1
 * @param completeness 0 to 1
 * @param vMeasure 0 to 1
 */
public record VMeasure(double homogeneity, double completeness, double vMeasure) {

  /**
   * The measure.
   *
   * @param classes the known class of each thing, any numbers
   * @param clusters the cluster that each was put into, any numbers
   * @return 1, 1 and 1 where there is nothing
   * @throws IllegalArgumentException where there are not as many of both
   */
  public static VMeasure of(int[] classes, int[] clusters) {
    int n = classes.length;
    if (clusters.length != n) {
      throw new IllegalArgumentException(clusters.length + " in clusters, " + n + " in classes");
    }
    Map<Integer, Integer> ofClass = new HashMap<>();
    Map<Integer, Integer> ofCluster = new HashMap<>();
    Map<Long, Integer> ofBoth = new HashMap<>();
    for (int i = 0; i < n; i++) {
      ofClass.merge(classes[i], 1, Integer::sum);
      ofCluster.merge(clusters[i], 1, Integer::sum);
      ofBoth.merge(both(classes[i], clusters[i]), 1, Integer::sum);
    }
    double mutual = 0;
    if (ofClass.size() > 1 && ofCluster.size() > 1) { // else there is none, but for rounding
      for (Map.Entry<Long, Integer> entry : ofBoth.entrySet()) {
        double count = entry.getValue();
        double expected =
            (double) ofClass.getOrDefault((int) (entry.getKey() >> Integer.SIZE), 0)
                * ofCluster.getOrDefault(entry.getKey().intValue(), 0);
        mutual += count / n * Math.log(count * n / expected);
      }
    }
    double homogeneity = share(mutual, ofClass, n);
    double completeness = share(mutual, ofCluster, n);
    double sum = homogeneity + completeness;
    return new VMeasure(
        homogeneity, completeness, sum == 0 ? 0 : 2 * homogeneity * completeness / sum);
  }

  private static long both(int one, int other) {
    return (long) one << Integer.SIZE | Integer.toUnsignedLong(other);
  }

  /** The mutual information as a share of an entropy; 1 where that is 0. */
  private static double share(double mutual, Map<Integer, Integer> counts, int n) {
    if (counts.size() < 2) {
      return 1;
    }
    double entropy = 0;
    for (double count : counts.values()) {
      entropy += count / n * Math.log(n / count);
    }
    return Math.max(0, Math.min(1, mutual / entropy)); // but for rounding it is
  }
}
