package org.isoscope.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isoscope.calibration.Transforms;
import org.isoscope.geometry.AccumulatorFormat;
import org.isoscope.geometry.Diagnosis;
import org.isoscope.geometry.Hubness;
import org.isoscope.geometry.LevinaBickel;
import org.isoscope.geometry.NearestNeighbours;
import org.isoscope.geometry.PairwiseCosines;
import org.isoscope.geometry.PartitionIsotropy;
import org.isoscope.geometry.RogueDimensions;
import org.isoscope.geometry.RowSample;
import org.isoscope.geometry.SecondOrderUniformity;
import org.isoscope.geometry.SpaceGeometry;
import org.isoscope.geometry.SphereCoverage;
import org.isoscope.geometry.Transform;
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
 * <p>The sample is a {@link RowSample}: a function of the rows, their keys and the seed. Parts of a
 * table may be added on several machines, written, read and merged in any order: all figures of the
 * sample are the same to the bit, those of all vectors up to rounding.
 *
 * <p>State: two matrices of d^2 / 2 doubles and the sample, at most {@value #SAMPLE} times 4 d
 * bytes unless asked otherwise: 9 MB for d = 384.
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

  private static final String FORMAT = "EmbeddingSpace 1";

  private final int dimension;
  private final SpaceGeometry geometry;
  private final SecondOrderUniformity secondOrder;
  private final RowSample sample;

  /**
   * Makes an empty one.
   *
   * @param dimension d, at least 1
   * @param most vectors to compare pairs of, at least 1
   * @param seed of the sample, and of the directions that coverage is measured from
   */
  public EmbeddingSpace(int dimension, int most, long seed) {
    this(
        SpaceGeometry.of(dimension),
        new SecondOrderUniformity(dimension),
        new RowSample(dimension, most, seed));
  }

  private EmbeddingSpace(
      SpaceGeometry geometry, SecondOrderUniformity secondOrder, RowSample sample) {
    dimension = sample.dimension();
    this.geometry = geometry;
    this.secondOrder = secondOrder;
    this.sample = sample;
  }

  /**
   * Adds one vector, a group by itself.
   *
   * @param key of its row, which no other row has: its number where there is nothing else
   * @param vector of d elements
   * @throws IllegalArgumentException as {@link #add(long, float[], long)}
   */
  public void add(long key, float[] vector) {
    add(key, vector, key);
  }

  /**
   * Adds one vector. Either all are added with a group or none.
   *
   * @param key of its row, which no other row has: its number where there is nothing else
   * @param vector of d elements
   * @param group any number
   * @throws IllegalArgumentException where it has another number of elements, or one that is not
   *     finite, or the sample has a row of this key; it names the row and the element, and nothing
   *     is added
   */
  public void add(long key, float[] vector, long group) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "row " + key + " has " + vector.length + " elements, expected " + dimension);
    }
    for (int j = 0; j < dimension; j++) {
      if (!Float.isFinite(vector[j])) {
        throw new IllegalArgumentException(
            "row "
                + key
                + (Float.isNaN(vector[j]) ? " has a NaN" : " has an infinite value")
                + " at element "
                + j);
      }
    }
    elements(Math.min(sample.size() + 1L, sample.most()), dimension);
    sample.add(key, group, vector, 0); // refuses a row that it has before anything is added
    geometry.add(vector);
    secondOrder.add(vector, 0);
  }

  /**
   * Takes in what another has seen; the other stays as it is.
   *
   * @param other of other rows, made with the same dimension, sample and seed
   * @throws IllegalArgumentException where it is not so, or a row is in both samples; then nothing
   *     is taken in
   */
  public void merge(EmbeddingSpace other) {
    elements(Math.min((long) sample.size() + other.sample.size(), sample.most()), dimension);
    sample.merge(other.sample);
    geometry.merge(other.geometry);
    secondOrder.merge(other.secondOrder);
  }

  /**
   * Writes the state, so that another machine can read and merge it: see {@link AccumulatorFormat}.
   *
   * @throws IOException where nothing can be written
   */
  public void write(DataOutput out) throws IOException {
    AccumulatorFormat.write(out, FORMAT, dimension);
    geometry.write(out);
    secondOrder.write(out);
    sample.write(out);
  }

  /**
   * Reads one that was written.
   *
   * @throws IOException where the bytes are not the state of one
   */
  public static EmbeddingSpace read(DataInput in) throws IOException {
    int dimension = AccumulatorFormat.requireDimension(in, FORMAT);
    EmbeddingSpace read =
        new EmbeddingSpace(
            SpaceGeometry.read(in), SecondOrderUniformity.read(in), RowSample.read(in));
    long n = read.geometry.n();
    AccumulatorFormat.requireSame(
        dimension,
        read.geometry.dimension(),
        read.secondOrder.dimension(),
        read.sample.dimension());
    AccumulatorFormat.require(
        read.geometry.covariance() != null
            && read.secondOrder.n() == n
            && read.sample.size() == Math.min(n, read.sample.most()),
        "its parts are not of the same vectors");
    return read;
  }

  /** Of the vectors. */
  public int dimension() {
    return dimension;
  }

  /** How many vectors were added. */
  public long n() {
    return geometry.n();
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

  /**
   * Fits a transform on all vectors, as {@link Transforms#fit}.
   *
   * @throws UserError as that does
   */
  public Transform transform(String kind, int count) {
    SpaceGeometry.Result plain = geometry.result();
    return Transforms.fit(
        Objects.requireNonNull(geometry.covariance()),
        new RogueDimensions.Result(plain.n(), plain.rogueDimensions()),
        kind,
        count);
  }

  /** About how many it takes to compare the sample's vectors with each other once. */
  public double multiplyAdds() {
    return (double) sample.size() * sample.size() * dimension;
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
    RowSample.Rows rows = sample.rows();
    int sampled = rows.keys().length;
    int[] distinct = new DistinctVectors(rows.vectors(), dimension).of(sampled);
    int kept = distinct.length;
    float[] vectors = kept == sampled ? rows.vectors() : new float[kept * dimension];
    Map<Long, Integer> numbers = new HashMap<>(); // of the groups
    int[] groupOf = new int[kept];
    for (int i = 0; i < kept; i++) {
      if (kept < sampled) {
        System.arraycopy(
            rows.vectors(), distinct[i] * dimension, vectors, i * dimension, dimension);
      }
      groupOf[i] = numbers.computeIfAbsent(rows.groups()[distinct[i]], group -> numbers.size());
    }
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
    if (vectors.length == 0) {
      return null;
    }
    return ResultRecords.coverage(SphereCoverage.of(vectors, dimension, DIRECTIONS, sample.seed()));
  }
}
