package org.isoscope.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.Hubness;
import org.isoscope.geometry.LevinaBickel;
import org.isoscope.geometry.NearestNeighbours;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.geometry.PartitionIsotropy;
import org.isoscope.geometry.SecondOrderUniformity;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.geometry.SphereCoverage;
import org.isoscope.geometry.TwoNn;
import org.isoscope.geometry.Uniformity;
import org.isoscope.io.UserError;
import org.isoscope.results.Finding;
import org.isoscope.results.Space;
import org.jspecify.annotations.Nullable;

/**
 * A space of vectors with everything that is known of it: what can be summed, over every vector
 * that is added; what compares pairs, over a sample of them, all where they are few. Of equal
 * vectors the sample keeps one: copies of a text are no unrelated pair, and no neighbours. Vectors
 * of one group, as those of a document's sentences, are no unrelated pair either.
 *
 * <p>The sample is drawn as the vectors come (Vitter's algorithm R): each has the same chance, and
 * the same vectors in the same order with the same seed give the same sample.
 */
public final class EmbeddingSpace {
  /** Vectors that pairs are compared of, unless asked otherwise. */
  public static final int SAMPLE = 5000;

  /** Neighbours that hubness and Levina-Bickel look at, where there are as many. */
  private static final int NEIGHBOURS = 10;

  /** Random directions that coverage is measured from. */
  private static final int DIRECTIONS = 1000;

  /** Elements of the longest array that every virtual machine makes. */
  private static final int LONGEST = Integer.MAX_VALUE - 8;

  private final int dimension;
  private final int most;
  private final long seed;
  private final SpaceGeometry geometry;
  private final SecondOrderUniformity secondOrder;
  private final SplittableRandom random;
  private float[] sample;
  private int[] groups; // of the sample
  private int sampled;
  private long n;

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param most vectors to compare pairs of, at least 1
   * @param seed of the sample, and of the directions that coverage is measured from
   */
  public EmbeddingSpace(int dimension, int most, long seed) {
    this.dimension = dimension;
    this.most = most;
    this.seed = seed;
    geometry = SpaceGeometry.of(dimension);
    secondOrder = new SecondOrderUniformity(dimension);
    random = new SplittableRandom(seed);
    sample = new float[dimension];
    groups = new int[1];
  }

  /**
   * Adds one vector, a group by itself.
   *
   * @param vector of d elements
   * @throws IllegalArgumentException where it has another number of elements, or one that is not
   *     finite; it names the vector and the element
   */
  public void add(float[] vector) {
    add(vector, (int) n);
  }

  /**
   * Adds one vector. Either all are added with a group or none.
   *
   * @param vector of d elements
   * @param group any number
   * @throws IllegalArgumentException where it has another number of elements, or one that is not
   *     finite; it names the vector and the element
   */
  public void add(float[] vector, int group) {
    geometry.add(vector);
    secondOrder.add(vector, 0);
    long place = n < most ? n : random.nextLong(n + 1);
    if (place < most) {
      int at = elements(place + 1, dimension) - dimension;
      if (at == sample.length) {
        // In long: there may be no bound to how many are kept.
        long size = Math.min((long) most * dimension, 2L * sample.length);
        sample = Arrays.copyOf(sample, (int) Math.min(LONGEST, size));
        groups = Arrays.copyOf(groups, sample.length / dimension);
      }
      groups[(int) place] = group;
      System.arraycopy(vector, 0, sample, at, dimension);
      sampled = Math.max(sampled, (int) place + 1);
    }
    n++;
  }

  /**
   * Elements of vectors that are kept together.
   *
   * @throws UserError where they do not fit an array
   */
  static int elements(long vectors, int dimension) {
    if (vectors * dimension > LONGEST) {
      throw new UserError(
          "the sample",
          "has more vectors of " + dimension + " elements than fit an array",
          "at most " + LONGEST / dimension,
          "Take a smaller sample");
    }
    return (int) (vectors * dimension);
  }

  /** About how many it takes to compare the sample's vectors with each other once. */
  public double multiplyAdds() {
    return (double) sampled * sampled * dimension;
  }

  /**
   * What was measured.
   *
   * @param space the figures
   * @param cosines of all pairs of the sample that are of different groups
   */
  public record Measured(Space space, PairwiseCosines cosines) {}

  /**
   * Measures what was added.
   *
   * @param name what the vectors are
   * @param threads to use
   */
  public Measured measure(String name, int threads) {
    int[] distinct = new DistinctVectors(sample, dimension).of(sampled);
    float[] vectors = new float[distinct.length * dimension];
    int[] groupOf = new int[distinct.length];
    for (int i = 0; i < distinct.length; i++) {
      System.arraycopy(sample, distinct[i] * dimension, vectors, i * dimension, dimension);
      groupOf[i] = groups[distinct[i]];
    }
    int kept = distinct.length;
    SpaceGeometry.Result plain = geometry.result();
    PairwiseCosines cosines = PairwiseCosines.of(vectors, dimension, groupOf, threads);
    Near near = near(vectors, threads);
    List<Finding> findings = new ArrayList<>(ResultRecords.findings(Diagnosis.Figures.of(plain)));
    if (near != null && near.twoNn().disagrees()) {
      findings.add(ResultRecords.disagreement(near.twoNn()));
    }
    Space space =
        new Space(
            name,
            plain.n(),
            dimension,
            plain.zeroVectors(),
            plain.constantDimensions(),
            plain.meanCosine(),
            plain.meanNorm(),
            plain.normVariation(),
            plain.centroidNorm(),
            plain.centroidShare(),
            plain.isoScore(),
            plain.debiasedIsoScore(),
            ResultRecords.rogueDimensions(plain.rogueDimensions(), ModelGeometry.ROGUE_DIMENSIONS),
            ResultRecords.spectrum(Objects.requireNonNull(geometry.covariance())),
            secondOrder.result().secondOrderUniformity(),
            kept,
            sampled - kept,
            Uniformity.of(vectors, dimension),
            PartitionIsotropy.ofMeanNormOne(vectors, dimension).partitionIsotropy(),
            ResultRecords.cosines(cosines.distribution()),
            near == null ? null : near.figures(),
            coverage(vectors),
            findings);
    return new Measured(space, cosines);
  }

  /** What the nearest neighbours tell. */
  private record Near(Space.Neighbours figures, TwoNn.Result twoNn) {}

  private @Nullable Near near(float[] vectors, int threads) {
    int k = Math.min(NEIGHBOURS, vectors.length / dimension - 1);
    if (k < 2) { // two neighbours make an intrinsic dimension
      return null;
    }
    NearestNeighbours nearest =
        NearestNeighbours.of(vectors, dimension, k, NearestNeighbours.Metric.COSINE, threads);
    TwoNn.Result twoNn = TwoNn.of(nearest);
    LevinaBickel.Result levinaBickel = LevinaBickel.of(nearest, k);
    Hubness.Result hubness = Hubness.of(nearest, k, 0);
    return new Near(ResultRecords.neighbours(k, twoNn, levinaBickel, hubness), twoNn);
  }

  private Space.@Nullable Coverage coverage(float[] vectors) {
    if (sampled == 0) {
      return null;
    }
    return ResultRecords.coverage(SphereCoverage.of(vectors, dimension, DIRECTIONS, seed));
  }
}
